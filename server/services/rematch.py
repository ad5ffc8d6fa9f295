"""The rematch without fault: a mentorship ends, its mentee goes on with somebody else: C15.

Goal, own notes and progress stay with the mentee; the mentor's place goes back to the ledger; nobody is told why.
"""

from datetime import datetime, timedelta
from uuid import UUID

from server.domain.actors import Actor
from server.domain.errors import NotAllowed, NotFound, invalid
from server.domain.mentorships import EndReason
from server.domain.requests import MIN_MINUTES, Aspect, RequestContent
from server.kit.clock import now
from server.models.mentorships import Mentorship, MentorshipRequest
from server.models.waiting import WaitingPlace
from server.queries import mentorships as queries
from server.queries.skills import vocabulary
from server.services.mentorships import end_mentorship
from server.services.transaction import retrying, unit_of_work
from server.services.waiting_lists import Joining, go_on_in_line


@retrying
async def rematch(actor: Actor, *, mentorship_id: UUID, skill_id: str | None = None) -> WaitingPlace:
    """End a mentorship without fault and take a place in the line of its skill, to go on from where it stood.

    The wait before that mentorship counts again; who has a place in that line keeps it. Its mentee alone may.
    InvalidInput when no skill is known and none is given; Conflict when it has ended; TooManyPlaces.
    """
    actor.require_verified()
    async with unit_of_work() as work:
        mentorship = (await queries.visible(actor, [mentorship_id])).get(mentorship_id)
        if mentorship is None:
            raise NotFound("mentorship")
        if mentorship.mentee_id != actor.user_id:
            raise NotAllowed("to be the mentee")
        request = await MentorshipRequest.get_or_none(id=mentorship.request_id)
        content = _content(mentorship, request, skill_id)
        await end_mentorship(actor, mentorship_id=mentorship_id, reason=EndReason.NO_FAULT)
        return await go_on_in_line(work, actor, Joining(content, _since(mentorship, request), mentorship.id))


def _content(mentorship: Mentorship, request: MentorshipRequest | None, skill_id: str | None) -> RequestContent:
    chosen = skill_id or next(iter(request.skill_ids if request else []), None)
    if chosen is None or vocabulary().get(chosen) is None:
        raise invalid("skillId", "required", "Say which skill the next mentor is to teach.")
    return RequestContent(
        format=mentorship.format,
        goal=mentorship.goal,
        minutes_needed=max(MIN_MINUTES, request.minutes_needed if request else MIN_MINUTES),
        message=request.message if request else "",
        skill_ids=(chosen,),
        aspect=Aspect(mentorship.aspect) if mentorship.aspect else None,
    ).clean()


def _since(mentorship: Mentorship, request: MentorshipRequest | None) -> datetime:
    """Return from when the wait counts: what was waited before this mentorship is not lost."""
    if request is None or request.sent_at is None:
        return now()
    return now() - max(mentorship.created_at - request.sent_at, timedelta(0))

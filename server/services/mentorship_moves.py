"""The single moves of a mentorship, used by every service that takes one along its road.

Ledgers are locked before the row of a mentorship, everywhere.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, ProfileId
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.errors import Conflict, NotFound
from server.domain.mentorship_facts import Moved
from server.domain.mentorship_road import Standing, Step, after, next_due
from server.domain.mentorships import EndReason, MentorshipEnded, MentorshipState
from server.kit.clock import now
from server.models.mentorships import Mentorship
from server.queries import mentorships as queries
from server.services import capacity
from server.services.transaction import Work


async def claim(
    work: Work, actor: Actor, mentorship_id: UUID, *, also: Sequence[UUID] = (), expected_version: int | None = None
) -> Mentorship:
    """Lock the ledgers of both, and of those named `also`, then the mentorship of two who may still meet.

    NotFound: not one of the two, or there is a block between them. Conflict: `expected_version` is not the present one.
    """
    actor.require_user()
    before = (await queries.meetable(actor, [mentorship_id])).get(mentorship_id)
    if before is None:
        raise NotFound("mentorship")
    await capacity.lock(work, [ProfileId(one) for one in (before.mentor_id, before.mentee_id, *also)])
    mentorship = await Mentorship.select_for_update().get(id=mentorship_id)
    check_version(mentorship, expected_version)
    return mentorship


def check_version(mentorship: Mentorship, expected_version: int | None) -> None:
    """Refuse to change what is no longer what the actor saw."""
    if expected_version is not None and expected_version != mentorship.version:
        raise Conflict("The mentorship changed meanwhile. Look at it again.", current=mentorship.state.value)


async def finish(work: Work, mentorship: Mentorship, step: Step, reason: EndReason | None = None) -> None:
    """Take a locked mentorship to one of its ends, give its place back, and tell both that it is over, not why.

    Of one that is completed the minutes stay spent; else those in which the two did not meet are given back too.
    """
    mentorship.state, mentorship.end_reason = after(mentorship.state, step), reason
    mentorship.ended_at, mentorship.version = now(), mentorship.version + 1
    mentorship.look_at = None
    mentorship.holds_place = False
    await mentorship.save()
    await capacity.release(work, reference=mentorship.id, reason="mentorship_ended", kinds=[CapacityKind.CONCURRENT])
    if mentorship.state is not MentorshipState.COMPLETED:
        await capacity.release(
            work,
            reference=mentorship.id,
            reason="mentorship_ended",
            kinds=[CapacityKind.MINUTES],
            spent=await queries.minutes_met(mentorship.id),
        )
    ended = MentorshipEnded(mentorship_id=mentorship.id, state=mentorship.state, version=mentorship.version, at=now())
    work.record(ended, to=both(mentorship))


async def move(mentorship: Mentorship, step: Step) -> None:
    """Take a locked mentorship one step that does not end it: a new state and version, and when to look again."""
    mentorship.state, mentorship.version = after(mentorship.state, step), mentorship.version + 1
    mentorship.look_at = look_at(mentorship)
    await mentorship.save()


def moved(mentorship: Mentorship) -> Moved:
    """Return the fields of a fact about where a mentorship stands now."""
    return Moved(mentorship_id=mentorship.id, state=mentorship.state, version=mentorship.version, at=now())


def look_at(mentorship: Mentorship) -> datetime | None:
    """Return when time does something to a mentorship next."""
    due = next_due(standing_of(mentorship))
    return None if due is None else due.at


def standing_of(mentorship: Mentorship) -> Standing:
    """Return where a mentorship is on its road, as the rules read it."""
    return Standing(
        state=mentorship.state,
        format=mentorship.format,
        paused_until=mentorship.paused_until,
        place_kept_until=mentorship.place_kept_until,
        closing_since=mentorship.closing_since,
        trial_until=mentorship.trial_until,
        deliver_by=mentorship.deliver_by,
        is_delivered=mentorship.delivered_at is not None,
    )


def givers(mentorship: Mentorship) -> list[ProfileId]:
    """Return whose place a mentorship takes: the mentor's, and in a swap between peers that of both."""
    is_swap = mentorship.format is MentoringFormat.PEER
    return [ProfileId(mentorship.mentor_id), *([ProfileId(mentorship.mentee_id)] if is_swap else [])]


def both(mentorship: Mentorship) -> list[topics.Topic]:
    """Return the topics of the two."""
    return [topics.user(mentorship.mentor_id), topics.user(mentorship.mentee_id)]

"""Check-ins: answered by the two of a mentorship, at the cadence they choose. Time's part is in check_in_sweeps.py."""

from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor
from server.domain.check_in_facts import CheckInAnswered, CheckInSettled, MentorshipCadenceSet
from server.domain.check_ins import (
    CheckInAnswer,
    CheckInKind,
    CheckInState,
    check_answerable,
    check_cadence,
)
from server.domain.errors import NotFound
from server.domain.mentorship_facts import LookReason, MentorshipNeedsALook
from server.domain.mentorships import check_going_on
from server.kit.clock import now
from server.models.check_ins import CheckIn, CheckInPart
from server.models.mentorships import Mentorship
from server.queries import check_ins as queries
from server.services.check_in_clock import count_from, window_of
from server.services.mentorship_moves import both, claim, moved
from server.services.transaction import Work, retrying, unit_of_work


@retrying
async def answer_check_in(actor: Actor, *, check_in_id: UUID, answer: CheckInAnswer) -> CheckIn:
    """Answer a check-in, once, as one of those who are asked. The last answer settles it and starts the next cadence.

    Whoever wants a person to look is passed on to one; the other side hears nothing of it.
    """
    actor_id, answer = actor.require_user(), answer.clean()
    async with unit_of_work() as work:
        seen = (await queries.visible(actor, [check_in_id])).get(check_in_id)
        if seen is None:
            raise NotFound("check-in")
        # The mentorship's row is the lock: of two last answers one sees the other.
        mentorship = await Mentorship.select_for_update().get(id=seen.mentorship_id)
        check_in = await CheckIn.get(id=check_in_id)
        parts = await CheckInPart.filter(check_in_id=check_in_id)
        part = next(one for one in parts if one.profile_id == actor_id)
        check_answerable(check_in.state, is_answered=part.answered_at is not None)
        part.answered_at, part.next_step_at = now(), None
        part.useful, part.is_next_step_clear = answer.useful, answer.is_next_step_clear
        part.is_wrong, part.words, part.wants_look = answer.is_wrong, answer.words, answer.wants_look
        await part.save()
        answered = CheckInAnswered(mentorship_id=mentorship.id, check_in_id=check_in_id, at=part.answered_at)
        work.record(answered, to=[topics.user(actor_id)], actor=actor)
        if answer.wants_look:
            look(work, mentorship.id, actor_id, LookReason.SOMETHING_WRONG)
        if all(one.answered_at is not None for one in parts):
            await settle(work, mentorship, check_in, CheckInState.DONE)
    return check_in


@retrying
async def set_cadence(
    actor: Actor, *, mentorship_id: UUID, cadence_days: int, expected_version: int | None = None
) -> Mentorship:
    """Change how often the two check in. Either may; it counts from the last check-in."""
    check_cadence(cadence_days)
    async with unit_of_work() as work:
        mentorship = await claim(work, actor, mentorship_id, expected_version=expected_version)
        check_going_on(mentorship.state)
        mentorship.cadence_days, mentorship.version = cadence_days, mentorship.version + 1
        if mentorship.check_in_at is not None:
            mentorship.check_in_at = (await window_of(mentorship)).opens_at
        await mentorship.save()
        changed = MentorshipCadenceSet(**moved(mentorship), by=actor.require_user(), cadence_days=cadence_days)
        work.record(changed, to=both(mentorship), actor=actor)
    return mentorship


async def settle(work: Work, mentorship: Mentorship, check_in: CheckIn, state: CheckInState) -> None:
    """End an open check-in of a locked mentorship, and count towards the next one from now."""
    at = now()
    check_in.state, check_in.settled_at = state, at
    await check_in.save(update_fields=["state", "settled_at"])
    parts = await CheckInPart.filter(check_in_id=check_in.id)
    await CheckInPart.filter(check_in_id=check_in.id).update(next_step_at=None)
    settled = CheckInSettled(mentorship_id=mentorship.id, check_in_id=check_in.id, state=state, at=at)
    work.record(settled, to=[topics.user(part.profile_id) for part in parts])
    if check_in.kind is CheckInKind.CADENCE:
        await count_from(mentorship, at)
        await mentorship.save(update_fields=["check_in_from", "check_in_at", "cadence_days"])


def look(work: Work, mentorship_id: UUID, about_id: UUID | None, why: LookReason) -> None:
    """Ask for a person to look at a mentorship. Neither of the two is told."""
    work.record(MentorshipNeedsALook(mentorship_id=mentorship_id, about_id=about_id, why=why, at=now()), to=[])

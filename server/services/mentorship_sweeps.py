"""What the worker does with mentorships as time passes: pauses end, places go back, closings complete.

Each looks at a batch, decides afresh under the locks, and may run twice or beside itself.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from server.domain import topics
from server.domain.actors import ProfileId
from server.domain.availability import CapacityKind
from server.domain.mentorship_facts import (
    LookReason,
    MentorshipNeedsALook,
    MentorshipPlaceGivenBack,
    MentorshipTrialOver,
    MentorshipWaitsForPlace,
)
from server.domain.mentorship_feedback import RELEASED_AFTER
from server.domain.mentorship_road import RESUME_TRIED_EVERY, ClosingReason, Step, next_due
from server.domain.mentorships import EndReason
from server.kit.clock import now
from server.models.mentorships import Mentorship, MentorshipFeedback
from server.queries import mentorships as queries
from server.services import capacity
from server.services.mentorship_feedback import release
from server.services.mentorship_moves import both, finish, givers, look_at, move, moved, standing_of
from server.services.mentorship_road import NoPlaceToResume, close, resume
from server.services.transaction import Work, retrying, unit_of_work

BATCH = 200


async def move_due() -> int:
    """Let time do to mentorships what it does. Return how many moved."""
    due = Mentorship.filter(look_at__lte=now()).order_by("look_at", "id").limit(BATCH)
    return sum([await _move(row) for row in await due])


async def release_due() -> int:
    """Release feedback whose other half did not come. Return of how many mentorships."""
    waiting = MentorshipFeedback.filter(released_at=None, given_at__lte=now() - RELEASED_AFTER)
    ids = await waiting.order_by("given_at").limit(BATCH).values_list("mentorship_id", flat=True)
    done = 0
    for mentorship_id in dict.fromkeys(ids):
        done += await _release(mentorship_id)  # type: ignore[arg-type]  # the values of a column of ids
    return done


@retrying
async def _release(mentorship_id: UUID) -> int:
    async with unit_of_work() as work:
        mentorship = await Mentorship.select_for_update(skip_locked=True).get_or_none(id=mentorship_id)
        if mentorship is None or not await MentorshipFeedback.exists(mentorship_id=mentorship_id, released_at=None):
            return 0
        await release(work, mentorship)
    return 1


@retrying
async def _move(seen: Mentorship) -> int:
    async with unit_of_work() as work:
        await capacity.lock(work, [ProfileId(seen.mentor_id), ProfileId(seen.mentee_id)])
        mentorship = await Mentorship.select_for_update(skip_locked=True).get_or_none(id=seen.id)
        if mentorship is None or mentorship.look_at is None or mentorship.look_at > now():
            return 0
        due = next_due(standing_of(mentorship))
        if due is None or due.at > now():
            mentorship.look_at = None if due is None else due.at
            await mentorship.save(update_fields=["look_at"])
            return 0
        await _STEPS[due.step](work, mentorship)
    return 1


async def _trial_over(work: Work, mentorship: Mentorship) -> None:
    mentorship.trial_until = None
    await move(mentorship, Step.BEGIN)
    work.record(MentorshipTrialOver(**moved(mentorship)), to=both(mentorship))


async def _give_place_back(work: Work, mentorship: Mentorship) -> None:
    """Give back the place that a long pause kept. Its version stays: nothing that both see has changed."""
    await capacity.release(work, reference=mentorship.id, reason="pause", kinds=[CapacityKind.CONCURRENT])
    mentorship.holds_place, mentorship.place_kept_until = False, None
    mentorship.look_at = look_at(mentorship)
    await mentorship.save(update_fields=["holds_place", "place_kept_until", "look_at"])
    given_back = MentorshipPlaceGivenBack(**moved(mentorship))
    work.record(given_back, to=[topics.user(giver) for giver in givers(mentorship)])


async def _resume(work: Work, mentorship: Mentorship) -> None:
    try:
        await resume(work, mentorship, None)
    except NoPlaceToResume:
        await _wait_for_place(work, mentorship)


async def _wait_for_place(work: Work, mentorship: Mentorship) -> None:
    """Try again later. The two are told once, and a person is asked to look."""
    # Of two peers one may have had a place, which was taken before the other's was found missing.
    await capacity.release(work, reference=mentorship.id, reason="pause", kinds=[CapacityKind.CONCURRENT])
    is_first = mentorship.look_at == mentorship.paused_until
    mentorship.look_at = now() + RESUME_TRIED_EVERY
    await mentorship.save(update_fields=["look_at"])
    if is_first:
        work.record(MentorshipWaitsForPlace(**moved(mentorship)), to=both(mentorship))
        look = MentorshipNeedsALook(mentorship_id=mentorship.id, about_id=None, why=LookReason.NO_PLACE, at=now())
        work.record(look, to=[])


async def _close(work: Work, mentorship: Mentorship) -> None:
    if (await queries.efforts_of([mentorship.id]))[mentorship.id].is_something:
        await close(work, mentorship, ClosingReason.DEADLINE_PASSED, None)
    else:
        await finish(work, mentorship, Step.END_EARLY, EndReason.NO_FAULT)


async def _complete(work: Work, mentorship: Mentorship) -> None:
    if (await queries.efforts_of([mentorship.id]))[mentorship.id].is_something:
        await finish(work, mentorship, Step.COMPLETE)
    else:
        await finish(work, mentorship, Step.END_EARLY, EndReason.NO_FAULT)


_STEPS: dict[Step, Callable[[Work, Mentorship], Awaitable[None]]] = {
    Step.BEGIN: _trial_over,
    Step.PAUSE: _give_place_back,
    Step.RESUME: _resume,
    Step.CLOSE: _close,
    Step.COMPLETE: _complete,
}

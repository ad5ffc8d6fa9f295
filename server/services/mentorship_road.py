"""Along the road of a mentorship: pause, go on, deliver, begin to close. What ends one is in mentorships.py."""

from datetime import datetime
from uuid import UUID

from server.domain.actors import Actor
from server.domain.availability import MentoringFormat
from server.domain.capacity import CapacityFull
from server.domain.errors import Conflict, LimitReached
from server.domain.mentorship_facts import (
    MentorshipBriefChanged,
    MentorshipClosing,
    MentorshipDelivered,
    MentorshipPaused,
    MentorshipResumed,
)
from server.domain.mentorship_road import (
    CLOSING_LASTS,
    PLACE_KEPT,
    Brief,
    ClosingReason,
    PauseReason,
    Step,
    check_completable,
    check_pause,
    is_last_meeting,
)
from server.domain.mentorships import UNDER_WAY, MentorFull, MentorshipState, check_going_on
from server.kit.clock import now
from server.models.mentorships import Mentorship
from server.queries import mentorships as queries
from server.services.check_in_clock import count_from
from server.services.mentorship_moves import both, claim, look_at, move, moved
from server.services.mentorships import take_places
from server.services.transaction import Work, retrying, unit_of_work


class NoPlaceToResume(LimitReached):
    """The pause was long, the place went back, and none is open now."""

    code = "no_place_to_resume"

    def __init__(self, limit: int) -> None:
        super().__init__(
            "The place of this mentorship went back during the long pause, and none is open now. It goes on by itself "
            "when there is one: the mentor can allow more places, end another mentorship, or hand this one over.",
            limit=limit,
        )


@retrying
async def pause_mentorship(
    actor: Actor, *, mentorship_id: UUID, until: datetime, reason: PauseReason, expected_version: int | None = None
) -> Mentorship:
    """Pause an active mentorship until an instant, 90 days ahead at most. Either of the two may."""
    check_pause(until, now())
    async with unit_of_work() as work:
        mentorship = await claim(work, actor, mentorship_id, expected_version=expected_version)
        by, at = actor.require_user(), now()
        mentorship.paused_by, mentorship.pause_reason = by, reason
        mentorship.paused_at, mentorship.paused_until = at, until
        mentorship.place_kept_until = at + PLACE_KEPT
        await move(mentorship, Step.PAUSE)
        paused = MentorshipPaused(
            **moved(mentorship), by=by, reason=reason, until=until, place_kept_until=mentorship.place_kept_until
        )
        work.record(paused, to=both(mentorship), actor=actor)
    return mentorship


@retrying
async def resume_mentorship(actor: Actor, *, mentorship_id: UUID, expected_version: int | None = None) -> Mentorship:
    """End a pause. Either of the two may. NoPlaceToResume when its place went back and none is open."""
    async with unit_of_work() as work:
        mentorship = await claim(work, actor, mentorship_id, expected_version=expected_version)
        await resume(work, mentorship, actor)
    return mentorship


async def resume(work: Work, mentorship: Mentorship, actor: Actor | None) -> None:
    """Let a locked mentorship go on, taking its place again if it went back. Ledgers are locked."""
    if mentorship.state is MentorshipState.PAUSED and not mentorship.holds_place:
        try:
            await take_places(work, mentorship)
        except (MentorFull, CapacityFull) as full:
            raise NoPlaceToResume(full.limit) from full
        mentorship.holds_place = True
    _forget_pause(mentorship)
    await count_from(mentorship, now())
    await move(mentorship, Step.RESUME)
    by = None if actor is None else actor.user_id
    work.record(MentorshipResumed(**moved(mentorship), by=by), to=both(mentorship), actor=actor)


def _forget_pause(mentorship: Mentorship) -> None:
    mentorship.paused_by = mentorship.pause_reason = None
    mentorship.paused_at = mentorship.paused_until = mentorship.place_kept_until = None


@retrying
async def start_closing(actor: Actor, *, mentorship_id: UUID, expected_version: int | None = None) -> Mentorship:
    """Begin to close: both are asked for feedback. Either of the two may, once there was a meeting or a deliverable."""
    async with unit_of_work() as work:
        mentorship = await claim(work, actor, mentorship_id, expected_version=expected_version)
        check_going_on(mentorship.state)
        check_completable((await queries.efforts_of([mentorship_id]))[mentorship_id])
        await close(work, mentorship, ClosingReason.ASKED, actor)
    return mentorship


async def close(work: Work, mentorship: Mentorship, why: ClosingReason, actor: Actor | None) -> None:
    """Let a locked mentorship begin to close. Ledgers are locked."""
    mentorship.closing_since = now()
    _forget_pause(mentorship)
    await move(mentorship, Step.CLOSE)
    by = None if actor is None else actor.user_id
    completes_at = mentorship.closing_since + CLOSING_LASTS
    closing = MentorshipClosing(**moved(mentorship), by=by, why=why, completes_at=completes_at)
    work.record(closing, to=both(mentorship), actor=actor)


@retrying
async def close_after_last_meeting(*, session_id: UUID) -> None:
    """Begin to close a micro mentorship that held all its meetings. For the reaction to the end of a session."""
    async with unit_of_work() as work:
        found = await Mentorship.filter(sessions__id=session_id, format=MentoringFormat.MICRO).first()
        if found is None:
            return
        mentorship = await Mentorship.select_for_update().get(id=found.id)
        meetings = (await queries.efforts_of([mentorship.id]))[mentorship.id].meetings
        is_under_way = mentorship.state in UNDER_WAY
        if is_under_way and is_last_meeting(mentorship.format, meetings):
            await close(work, mentorship, ClosingReason.MEETINGS_HELD, None)


@retrying
async def set_brief(
    actor: Actor, *, mentorship_id: UUID, brief: Brief, expected_version: int | None = None
) -> Mentorship:
    """Say what the mentorship is to deliver, and until which day. Either of the two may, until it is delivered."""
    brief = brief.clean(now().date())
    async with unit_of_work() as work:
        mentorship = await claim(work, actor, mentorship_id, expected_version=expected_version)
        _check_open_brief(mentorship)
        by = actor.require_user()
        mentorship.deliverable, mentorship.deliver_by, mentorship.brief_by = brief.deliverable, brief.deliver_by, by
        mentorship.version += 1
        mentorship.look_at = look_at(mentorship)
        await mentorship.save()
        changed = MentorshipBriefChanged(**moved(mentorship), by=by, deliver_by=brief.deliver_by)
        work.record(changed, to=both(mentorship), actor=actor)
    return mentorship


@retrying
async def deliver_brief(actor: Actor, *, mentorship_id: UUID, expected_version: int | None = None) -> Mentorship:
    """Say that the deliverable is there. A micro mentorship begins to close with it."""
    async with unit_of_work() as work:
        mentorship = await claim(work, actor, mentorship_id, expected_version=expected_version)
        _check_open_brief(mentorship)
        if not mentorship.deliverable:
            raise Conflict("Nothing was to be delivered. Say first what it is.", current="no_brief")
        mentorship.delivered_at, mentorship.version = now(), mentorship.version + 1
        mentorship.look_at = look_at(mentorship)
        await mentorship.save()
        delivered = MentorshipDelivered(**moved(mentorship), by=actor.require_user())
        work.record(delivered, to=both(mentorship), actor=actor)
        if mentorship.format is MentoringFormat.MICRO and mentorship.state is not MentorshipState.CLOSING:
            await close(work, mentorship, ClosingReason.DELIVERED, actor)
    return mentorship


def _check_open_brief(mentorship: Mentorship) -> None:
    check_going_on(mentorship.state)
    if mentorship.delivered_at is not None:
        raise Conflict("This was delivered already.", current="delivered")

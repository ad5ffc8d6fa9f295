"""When somebody can meet, and their rhythm: weekly windows, dated exceptions, gigs and blackouts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, ProfileId
from server.domain.availability import (
    DEFAULT_BUFFER_MINUTES,
    DEFAULT_NOTICE_MINUTES,
    MAX_EXCEPTIONS,
    AvailabilityChanged,
    DayException,
    StretchKind,
    Window,
    check_booking_rule,
    check_exception,
    clean_windows,
)
from server.domain.errors import Conflict, LimitReached, NotFound
from server.domain.rhythm import (
    MAX_PLANNED,
    RhythmChanged,
    StretchDraft,
    clean_stretch,
    is_blacked_out,
    is_on_gig,
)
from server.kit.clock import now
from server.models.availability import AvailabilityException, AvailabilityRule, Stretch, WeeklyWindow
from server.models.profiles import Profile
from server.services import repeats
from server.services.transaction import Work, retrying, unit_of_work

_FORGOTTEN_AFTER = timedelta(days=2)


@retrying
async def set_availability(
    actor: Actor,
    windows: Sequence[Window],
    *,
    buffer_minutes: int = DEFAULT_BUFFER_MINUTES,
    notice_minutes: int = DEFAULT_NOTICE_MINUTES,
) -> AvailabilityRule:
    """Replace the weekly windows, and how much room and notice meetings need."""
    cleaned = clean_windows(windows)
    check_booking_rule(buffer_minutes=buffer_minutes, notice_minutes=notice_minutes)
    async with unit_of_work() as work:
        profile_id = await _own(actor)
        await WeeklyWindow.filter(profile_id=profile_id).delete()
        await WeeklyWindow.bulk_create(WeeklyWindow(profile_id=profile_id, **vars(one)) for one in cleaned)
        rule, _ = await AvailabilityRule.update_or_create(
            profile_id=profile_id, defaults={"buffer_minutes": buffer_minutes, "notice_minutes": notice_minutes}
        )
        work.record(AvailabilityChanged(profile_id=profile_id), to=[topics.user(profile_id)], actor=actor)
    return rule


@retrying
async def add_exception(
    actor: Actor, exception: DayException, *, idempotency_key: str | None = None
) -> AvailabilityException:
    """Open or close some minutes of one day. Exceptions of days long over are dropped on the way."""
    today = now().date()
    check_exception(exception, today=today)
    async with unit_of_work() as work:
        profile_id = await _own(actor)
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "add_exception", exception)
        if once.previous:
            return await AvailabilityException.get(id=once.previous)
        mine = AvailabilityException.filter(profile_id=profile_id)
        await mine.filter(day__lt=today - _FORGOTTEN_AFTER).delete()
        if await mine.count() >= MAX_EXCEPTIONS:
            raise LimitReached(f"At most {MAX_EXCEPTIONS} exceptions. Remove one first.", limit=MAX_EXCEPTIONS)
        row = await AvailabilityException.create(profile_id=profile_id, **vars(exception))
        await once.remember(row.id)
        work.record(AvailabilityChanged(profile_id=profile_id), to=[topics.user(profile_id)], actor=actor)
    return row


@retrying
async def remove_exception(actor: Actor, *, exception_id: UUID) -> None:
    """Take an exception back."""
    async with unit_of_work() as work:
        profile_id = await _own(actor)
        if not await AvailabilityException.filter(id=exception_id, profile_id=profile_id).delete():
            raise NotFound("exception")
        work.record(AvailabilityChanged(profile_id=profile_id), to=[topics.user(profile_id)], actor=actor)


@retrying
async def gig_started(actor: Actor, *, until: datetime | None = None, note: str = "") -> Stretch:
    """Say that a gig began now. Said again while it lasts, it answers with the stretch that runs."""
    async with unit_of_work() as work:
        profile_id = await _own(actor)
        # Taken under the lock: whoever waited for another tap must see the gig that it began.
        at = now()
        draft = clean_stretch(StretchDraft(StretchKind.ON_GIG, at, until, note), at=at)
        running = await _running_gigs(profile_id, at)
        if running:
            return running[0]
        stretch = await Stretch.create(profile_id=profile_id, **vars(draft))
        await _tell(work, actor, profile_id, at)
    return stretch


@retrying
async def gig_over(actor: Actor) -> list[Stretch]:
    """Say that the gig is over now; every gig stretch that runs ends. Refuses with Conflict when none does."""
    async with unit_of_work() as work:
        profile_id = await _own(actor)
        at = now()
        running = await _running_gigs(profile_id, at)
        if not running:
            raise Conflict("You are not on a gig.", current="off_gig")
        for stretch in running:
            stretch.ended_at = at
            await stretch.save(update_fields=["ended_at"])
        await _tell(work, actor, profile_id, at)
    return running


@retrying
async def plan_stretch(actor: Actor, draft: StretchDraft, *, idempotency_key: str | None = None) -> Stretch:
    """Plan a gig or a blackout; it may have begun already."""
    at = now()
    cleaned = clean_stretch(draft, at=at)
    async with unit_of_work() as work:
        profile_id = await _own(actor)
        once = await repeats.claim(work, actor.require_user(), idempotency_key, "plan_stretch", draft)
        if once.previous:
            return await Stretch.get(id=once.previous)
        ahead = Stretch.filter(profile_id=profile_id)
        count = await ahead.filter(ended_at__gt=at).count() + await ahead.filter(ended_at=None).count()
        if count >= MAX_PLANNED:
            raise LimitReached(f"At most {MAX_PLANNED} stretches ahead. Remove one first.", limit=MAX_PLANNED)
        stretch = await Stretch.create(profile_id=profile_id, **vars(cleaned))
        await once.remember(stretch.id)
        await _tell(work, actor, profile_id, at)
    return stretch


@retrying
async def cancel_stretch(actor: Actor, *, stretch_id: UUID) -> None:
    """Take back a stretch that has not begun, or end one that runs. What is over stays as it was."""
    async with unit_of_work() as work:
        profile_id = await _own(actor)
        at = now()
        stretch = await Stretch.get_or_none(id=stretch_id, profile_id=profile_id)
        if stretch is None:
            raise NotFound("stretch")
        if stretch.started_at >= at:
            await stretch.delete()
        elif stretch.ended_at is None or stretch.ended_at > at:
            stretch.ended_at = at
            await stretch.save(update_fields=["ended_at"])
        else:
            raise Conflict("This stretch is over.", current="over")
        await _tell(work, actor, profile_id, at)


async def _own(actor: Actor) -> ProfileId:
    """Lock the actor's profile, so that two changes of one person take turns. Return its id."""
    profile = await Profile.filter(id=actor.require_profile()).select_for_update(no_key=True).get()
    return ProfileId(profile.id)


async def _running_gigs(profile_id: ProfileId, at: datetime) -> list[Stretch]:
    begun = await Stretch.filter(profile_id=profile_id, kind=StretchKind.ON_GIG, started_at__lte=at).order_by("id")
    return [stretch for stretch in begun if stretch.ended_at is None or stretch.ended_at > at]


async def _tell(work: Work, actor: Actor, profile_id: ProfileId, at: datetime) -> None:
    stretches = await Stretch.filter(profile_id=profile_id)
    fact = RhythmChanged(
        profile_id=profile_id, is_on_gig=is_on_gig(stretches, at), is_blacked_out=is_blacked_out(stretches, at)
    )
    work.record(fact, to=[topics.user(profile_id)], actor=actor)

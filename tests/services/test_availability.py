"""Windows, exceptions and gigs: one tap each, one's own only, and told to whoever counts time."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from server.domain.actors import VISITOR, Actor
from server.domain.availability import (
    LONGEST_SEARCH,
    MAX_EXCEPTIONS,
    DayException,
    Interval,
    StretchKind,
    Window,
)
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotFound, SignInNeeded
from server.domain.profiles import Visibility
from server.domain.rhythm import MAX_PLANNED, StretchDraft
from server.domain.visibility import ProfileField
from server.kit.clock import clock, now
from server.models.availability import AvailabilityException, Stretch
from server.models.streams import StreamEntry
from server.queries import availability as reads
from server.services import availability
from tests.factories.people import person
from tests.factories.profiles import mentorship_between, shows
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

MONDAYS = Window(0, 9 * 60, 12 * 60)


async def _facts(who: Actor) -> list[tuple[str, str]]:
    entries = await StreamEntry.filter(topic=f"user:{who.user_id}").order_by("seq")
    return [(entry.kind, entry.payload.split(",", 1)[-1].rstrip("}")) for entry in entries]


async def test_windows_are_replaced_whole() -> None:
    ana = await person("Ana", time_zone="Europe/Lisbon")
    await availability.set_availability(ana, [Window(6, 0, 1440)])
    await availability.set_availability(ana, [Window(2, 60, 120), MONDAYS], buffer_minutes=15)
    view = (await reads.availability_of(ana, [ana.require_profile()]))[ana.require_profile()]
    assert view == reads.AvailabilityView("Europe/Lisbon", [MONDAYS, Window(2, 60, 120)], 15, 720)
    assert [row.weekday for row in await reads.own_windows(ana)] == [0, 2]
    assert (await reads.own_rule(ana)).buffer_minutes == 15


@pytest.mark.parametrize(
    ("windows", "code"),
    [
        ([Window(7, 0, 60)], "out_of_range"),
        ([Window(-1, 0, 60)], "out_of_range"),
        ([Window(0, 60, 60)], "out_of_range"),
        ([Window(0, 0, 1441)], "out_of_range"),
        ([Window(0, 10**30, 10**31)], "out_of_range"),
        ([Window(0, 0, 60), Window(0, 59, 120)], "overlap"),
        ([Window(0, minute, minute + 1) for minute in range(43)], "too_many"),
    ],
)
async def test_windows_that_cannot_be_are_refused_and_the_old_ones_stay(windows: list[Window], code: str) -> None:
    ana = await person("Ana")
    await availability.set_availability(ana, [MONDAYS])
    with pytest.raises(InvalidInput) as refused:
        await availability.set_availability(ana, windows)
    assert code in [problem.code for problem in refused.value.problems]
    assert len(await reads.own_windows(ana)) == 1


async def test_buffers_and_notices_have_bounds() -> None:
    ana = await person("Ana")
    with pytest.raises(InvalidInput) as refused:
        await availability.set_availability(ana, [], buffer_minutes=-1, notice_minutes=2**40)
    assert [problem.path for problem in refused.value.problems] == ["bufferMinutes", "noticeMinutes"]
    assert (await reads.own_rule(ana)).notice_minutes == 720


async def test_open_times_follow_windows_exceptions_and_blackouts() -> None:
    ana = await person("Ana", time_zone="Europe/Lisbon")
    viewer = await person("Viewer")
    await mentorship_between(ana, viewer)
    monday = now().date() + timedelta(days=7 - now().weekday())
    midnight = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    await availability.set_availability(ana, [MONDAYS])
    opened = await availability.add_exception(ana, DayException(monday, 13 * 60, 14 * 60, is_open=True))
    await availability.add_exception(ana, DayException(monday, 9 * 60, 10 * 60, is_open=False))
    search = Interval(midnight - timedelta(hours=2), midnight + timedelta(days=1))

    async def hours() -> float:
        times = (await reads.open_times_of(viewer, [ana.require_profile()], search))[ana.require_profile()]
        return sum((one.end - one.start).total_seconds() for one in times) / 3600

    assert await hours() == 3
    await availability.remove_exception(ana, exception_id=opened.id)
    assert await hours() == 2
    blackout = StretchDraft(StretchKind.BLACKOUT, midnight, midnight + timedelta(days=2))
    await availability.plan_stretch(ana, blackout)
    assert await hours() == 0
    with pytest.raises(InvalidInput):
        await reads.open_times_of(
            viewer, [], Interval(search.start, search.start + LONGEST_SEARCH + timedelta(seconds=1))
        )
    with pytest.raises(InvalidInput):
        await reads.open_times_of(viewer, [], Interval(search.end, search.start))


async def test_availability_and_rhythm_are_seen_by_whom_they_are_shown_to_in_so_many_statements() -> None:
    viewer = await person("Viewer")
    people = [await person(f"P{number}") for number in range(6)]
    for who in people:
        await availability.set_availability(who, [MONDAYS])
        await availability.gig_started(who)
    for who in people[:3]:
        await shows(who, Visibility.MEMBERS, ProfileField.AVAILABILITY, ProfileField.RHYTHM)
    ids = [who.require_profile() for who in people]
    search = Interval(now(), now() + timedelta(days=10))
    with counted_statements() as statements:
        assert set(await reads.open_times_of(viewer, ids, search)) == set(ids[:3])
    assert len(statements) == 3
    with counted_statements() as statements:
        assert {one: view.is_on_gig for one, view in (await reads.rhythm_of(viewer, ids)).items()} == dict.fromkeys(
            ids[:3], True
        )
    assert len(statements) == 1


async def test_a_gig_starts_and_is_over_in_one_tap_each() -> None:
    ana = await person("Ana")
    first = await availability.gig_started(ana, note=" Harvest ")
    assert (await availability.gig_started(ana)).id == first.id
    own = ana.require_profile()
    assert (await reads.rhythm_of(ana, [own]))[own] == reads.RhythmView(
        is_on_gig=True, is_blacked_out=False, until=None
    )
    with clock.moved(timedelta(days=3)):
        [over] = await availability.gig_over(ana)
        assert over.ended_at is not None
        assert not (await reads.rhythm_of(ana, [own]))[own].is_on_gig
        with pytest.raises(Conflict):
            await availability.gig_over(ana)
    assert await _facts(ana) == [
        ("rhythm.changed", '"isOnGig":true,"isBlackedOut":false'),
        ("rhythm.changed", '"isOnGig":false,"isBlackedOut":false'),
    ]


async def test_ten_taps_at_once_start_one_gig() -> None:
    ana = await person("Ana")
    started = await asyncio.gather(*(availability.gig_started(ana) for _ in range(10)))
    assert len({stretch.id for stretch in started}) == 1
    assert await Stretch.all().count() == 1


async def test_a_planned_gig_begins_and_ends_by_itself() -> None:
    ana = await person("Ana")
    own, at = ana.require_profile(), now()
    planned = StretchDraft(StretchKind.ON_GIG, at + timedelta(days=2), at + timedelta(days=4))
    stretch = await availability.plan_stretch(ana, planned, idempotency_key="a")
    assert (await availability.plan_stretch(ana, planned, idempotency_key="a")).id == stretch.id
    seen = []
    for days in (1, 3, 5):
        with clock.moved(timedelta(days=days)):
            seen.append((await reads.rhythm_of(ana, [own]))[own].is_on_gig)
    assert seen == [False, True, False]


async def test_a_stretch_ahead_is_taken_back_a_running_one_ended_and_one_that_is_over_kept() -> None:
    ana, rui = await person("Ana"), await person("Rui")
    at = now()
    ahead = await availability.plan_stretch(ana, StretchDraft(StretchKind.BLACKOUT, at + timedelta(days=2)))
    running = await availability.gig_started(ana)
    with pytest.raises(NotFound):
        await availability.cancel_stretch(rui, stretch_id=ahead.id)
    await availability.cancel_stretch(ana, stretch_id=ahead.id)
    with clock.moved(timedelta(days=1)):
        await availability.cancel_stretch(ana, stretch_id=running.id)
        with pytest.raises(Conflict):
            await availability.cancel_stretch(ana, stretch_id=running.id)
    [kept] = await Stretch.all()
    assert kept.id == running.id
    assert kept.ended_at is not None


async def test_somebody_keeps_so_many_exceptions_and_stretches_ahead() -> None:
    ana = await person("Ana")
    tomorrow = now().date() + timedelta(days=1)
    exception = DayException(tomorrow, 0, 60, is_open=True)
    await AvailabilityException.bulk_create(
        AvailabilityException(profile_id=ana.user_id, **vars(exception)) for _ in range(MAX_EXCEPTIONS)
    )
    with pytest.raises(LimitReached):
        await availability.add_exception(ana, exception)
    with clock.moved(timedelta(days=5)):
        await availability.add_exception(ana, DayException(tomorrow + timedelta(days=5), 0, 60, is_open=True))
    assert await AvailabilityException.all().count() == 1
    at = now()
    await Stretch.bulk_create(
        Stretch(profile_id=ana.user_id, kind=StretchKind.BLACKOUT, started_at=at, ended_at=at + timedelta(days=9))
        for _ in range(MAX_PLANNED)
    )
    with pytest.raises(LimitReached):
        await availability.plan_stretch(ana, StretchDraft(StretchKind.BLACKOUT, at))


async def test_exceptions_of_others_are_missing_and_impossible_days_refused() -> None:
    ana, rui = await person("Ana"), await person("Rui")
    row = await availability.add_exception(ana, DayException(now().date(), 0, 60, is_open=True), idempotency_key="a")
    again = await availability.add_exception(ana, DayException(now().date(), 0, 60, is_open=True), idempotency_key="a")
    assert again.id == row.id
    assert [one.id for one in await reads.own_exceptions(ana)] == [row.id]
    with pytest.raises(NotFound):
        await availability.remove_exception(rui, exception_id=row.id)
    for day in (now().date() - timedelta(days=9), now().date() + timedelta(days=999)):
        with pytest.raises(InvalidInput):
            await availability.add_exception(ana, DayException(day, 0, 60, is_open=True))
    with pytest.raises(InvalidInput) as refused:
        await availability.add_exception(ana, DayException(now().date(), -1, 5000, is_open=True))
    assert [problem.path for problem in refused.value.problems] == ["startMinute", "endMinute"]
    with pytest.raises(SignInNeeded):
        await availability.gig_started(VISITOR)

"""Open hours against the plainest reading of the rule: ask the wall clock at each minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.availability import DayException, Interval, Window
from server.domain.open_hours import merged, open_intervals, without
from server.domain.places import time_zones

# Half-hour changes, changes at midnight, a skipped day, twice a year around Ramadan, and none at all.
ODD_ZONES = [
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Africa/Cairo",
    "Antarctica/Troll",
    "Europe/Lisbon",
]
minutes = st.integers(0, 1440)
spans = st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1])
windows = st.lists(st.builds(lambda day, span: Window(day, *span), st.integers(0, 6), spans), max_size=8)
searches = st.builds(
    lambda start, length: Interval(start, start + timedelta(minutes=length)),
    st.integers(0, 30 * 366 * 1440).map(lambda minute: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    st.integers(1, 3 * 1440),
)


def _reads_open(weekly: list[Window], exceptions: list[DayException], zone: ZoneInfo, at: datetime) -> bool:
    wall = at.astimezone(zone)
    minute, day = wall.hour * 60 + wall.minute, wall.date()
    today = [one for one in exceptions if one.day == day and one.start_minute <= minute < one.end_minute]
    if any(not one.is_open for one in today):
        return False
    in_week = any(one.weekday == day.weekday() and one.start_minute <= minute < one.end_minute for one in weekly)
    return in_week or bool(today)


def _minutes_of(intervals: list[Interval]) -> set[datetime]:
    found = set()
    for one in intervals:
        at = one.start
        while at < one.end:
            found.add(at)
            at += timedelta(minutes=1)
    return found


def _check(weekly: list[Window], exceptions: list[DayException], zone: ZoneInfo, search: Interval) -> None:
    found = open_intervals(weekly, exceptions, zone, search)
    every = [search.start + timedelta(minutes=n) for n in range(int((search.end - search.start).total_seconds() // 60))]
    assert _minutes_of(found) == {at for at in every if _reads_open(weekly, exceptions, zone, at)}
    assert found == merged(found)
    assert all(search.start <= one.start < one.end <= search.end for one in found)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(time_zones())), windows, searches, st.data())
def test_every_minute_is_open_when_the_wall_clock_says_so(
    name: str, weekly: list[Window], search: Interval, data: st.DataObject
) -> None:
    day = search.start.date()
    days = st.integers(-1, 4).map(lambda ahead: day + timedelta(days=ahead))
    exceptions = data.draw(
        st.lists(
            st.builds(
                lambda on, span, is_open: DayException(on, span[0], span[1], is_open), days, spans, st.booleans()
            ),
            max_size=4,
        )
    )
    _check(weekly, exceptions, ZoneInfo(name), search)


@settings(max_examples=10, deadline=None)
@given(windows)
@pytest.mark.parametrize("name", ODD_ZONES)
def test_it_holds_on_the_days_the_clock_changes(name: str, weekly: list[Window]) -> None:
    zone = ZoneInfo(name)
    for change in _changes(zone):
        search = Interval(change - timedelta(days=1), change + timedelta(days=1))
        _check(weekly, [], zone, search)


def _changes(zone: ZoneInfo) -> list[datetime]:
    """Return the hours of a few years near which the offset of a zone changes."""
    hours = [datetime(2010, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(0, 3 * 366 * 24, 6)]
    hours += [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(0, 366 * 24, 6)]
    offsets = [at.astimezone(zone).utcoffset() for at in hours]
    pairs = zip(hours, hours[1:], offsets, offsets[1:], strict=False)
    return [after for before, after, one, other in pairs if one != other and after - before < timedelta(days=1)][:6]


def test_the_skipped_hour_is_not_open_and_the_repeated_one_is_open_twice() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")
    early = [Window(6, 60, 120)]  # Sundays from 01:00 to 02:00, the hour that changes
    spring = Interval(datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC))
    autumn = Interval(datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))
    assert open_intervals(early, [], lisbon, spring) == []
    assert open_intervals(early, [], lisbon, autumn) == [
        Interval(datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 2, tzinfo=UTC))
    ]


def test_a_window_keeps_its_wall_time_on_both_sides_of_a_change() -> None:
    search = Interval(datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC))
    daily = [Window(day, 9 * 60, 10 * 60) for day in range(7)]
    starts = [one.start.hour for one in open_intervals(daily, [], ZoneInfo("Europe/Lisbon"), search)]
    assert starts == [9, 9, 8, 8]


def test_windows_that_meet_at_midnight_are_one_interval() -> None:
    search = Interval(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 3, tzinfo=UTC))
    night = [Window(0, 22 * 60, 1440), Window(1, 0, 120)]
    assert open_intervals(night, [], ZoneInfo("Etc/UTC"), search) == [
        Interval(datetime(2026, 6, 1, 22, tzinfo=UTC), datetime(2026, 6, 2, 2, tzinfo=UTC))
    ]


def test_a_closed_exception_wins_over_an_open_one() -> None:
    search = Interval(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC))
    day = date(2026, 6, 1)
    exceptions = [DayException(day, 600, 720, is_open=True), DayException(day, 660, 780, is_open=False)]
    assert open_intervals([], exceptions, ZoneInfo("Etc/UTC"), search) == [
        Interval(datetime(2026, 6, 1, 10, tzinfo=UTC), datetime(2026, 6, 1, 11, tzinfo=UTC))
    ]


def test_meetings_and_their_buffers_are_taken_out() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)

    def span(start: int, end: int) -> Interval:
        return Interval(at + timedelta(minutes=start), at + timedelta(minutes=end))

    ten = timedelta(minutes=10)
    assert without([span(0, 100)], [span(40, 50)], buffer=ten) == [span(0, 30), span(60, 100)]
    assert without([span(0, 100)], [span(-20, 5), span(95, 120)], buffer=ten) == [span(15, 85)]
    assert without([span(0, 100)], [span(0, 100)], buffer=ten) == []
    assert without([span(0, 100)], [span(40, 50), span(55, 60)], buffer=ten) == [span(0, 30), span(70, 100)]
    assert without([span(0, 100), span(200, 300)], [], buffer=ten) == [span(0, 100), span(200, 300)]

"""Local wall time to instants: when somebody can meet, right across changes of the clock.

An instant is open when the wall clock of the person's zone shows an open minute of that day then. So a minute that the
clock skips is never open, and one that it shows twice is open both times.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from server.domain.availability import MINUTES_OF_DAY, DayException, Interval, Window

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def open_intervals(
    windows: Sequence[Window], exceptions: Sequence[DayException], zone: ZoneInfo, search: Interval
) -> list[Interval]:
    """Return the open intervals within `search`, in UTC, in order, none touching another."""
    found: list[Interval] = []
    by_weekday, by_day = _by_weekday(windows), _by_day(exceptions)
    for stretch, offset in _steady(zone, search):
        # Between two changes of the clock, wall time is UTC plus a constant.
        first = (stretch.start + offset).date()
        last = (stretch.end + offset).date()
        for number in range((last - first).days + 1):
            day = first + number * _DAY
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
            for start, end in _minutes_open(by_weekday[day.weekday()], by_day.get(day, [])):
                opened = max(midnight + timedelta(minutes=start), stretch.start)
                closed = min(midnight + timedelta(minutes=end), stretch.end)
                if opened < closed:
                    found.append(Interval(opened, closed))
    return merged(found)


def without(intervals: Iterable[Interval], busy: Iterable[Interval], *, buffer: timedelta) -> list[Interval]:
    """Return what is left of intervals when meetings, and a buffer before and after each, are taken out."""
    taken = merged(Interval(one.start - buffer, one.end + buffer) for one in busy)
    left: list[Interval] = []
    for interval in intervals:
        start = interval.start
        for one in taken:
            if one.end <= start or one.start >= interval.end:
                continue
            if start < one.start:
                left.append(Interval(start, one.start))
            start = max(start, one.end)
        if start < interval.end:
            left.append(Interval(start, interval.end))
    return left


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the union of intervals, in order, none touching another."""
    union: list[Interval] = []
    for one in sorted(intervals):
        if union and one.start <= union[-1].end:
            union[-1] = Interval(union[-1].start, max(union[-1].end, one.end))
        else:
            union.append(one)
    return union


def utc_offset(zone: ZoneInfo, at: datetime) -> timedelta:
    """Return how far the wall clock of a zone is ahead of UTC at an instant."""
    return at.astimezone(zone).utcoffset() or timedelta(0)


def offset_changes(zone: ZoneInfo, search: Interval) -> list[tuple[datetime, timedelta, timedelta]]:
    """Return when the clocks of a zone change within `search`: the instant, and the offsets before and after it."""
    parts = list(_steady(zone, search))
    return [(after[0].start, before[1], after[1]) for before, after in pairwise(parts)]


def _steady(zone: ZoneInfo, search: Interval) -> Iterator[tuple[Interval, timedelta]]:
    """Cut a search into parts in which the zone's offset stays the same."""
    start, offset, at = search.start, utc_offset(zone, search.start), search.start
    while at < search.end:
        ahead = min(at + _DAY, search.end)
        if utc_offset(zone, ahead) != offset:
            change = _first_change(zone, at, ahead, offset)
            if start < change:
                yield Interval(start, change), offset
            start, offset, ahead = change, utc_offset(zone, change), change
        at = ahead
    if start < search.end:
        yield Interval(start, search.end), offset


def _first_change(zone: ZoneInfo, before: datetime, after: datetime, offset: timedelta) -> datetime:
    """Return the second at which the offset, held at `before` and no more at `after`, changes."""
    low, high = before, after
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        if utc_offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    whole = high.replace(microsecond=0)
    return whole if whole > low else high


def _by_weekday(windows: Iterable[Window]) -> list[list[Window]]:
    days: list[list[Window]] = [[] for _ in range(7)]
    for one in windows:
        days[one.weekday].append(one)
    return days


def _by_day(exceptions: Iterable[DayException]) -> dict[date, list[DayException]]:
    days: dict[date, list[DayException]] = {}
    for one in exceptions:
        days.setdefault(one.day, []).append(one)
    return days


def _minutes_open(windows: Iterable[Window], exceptions: Sequence[DayException]) -> Iterator[tuple[int, int]]:
    """Yield the open minutes of a day as [start, end), in order."""
    spans = [(one.start_minute, one.end_minute) for one in windows]
    spans += [(one.start_minute, one.end_minute) for one in exceptions if one.is_open]
    closed = [(one.start_minute, one.end_minute) for one in exceptions if not one.is_open]
    edges = sorted({0, MINUTES_OF_DAY, *(edge for span in (*spans, *closed) for edge in span)})
    for start, end in pairwise(edges):
        is_open = any(low <= start and end <= high for low, high in spans)
        is_closed = any(low <= start and end <= high for low, high in closed)
        if is_open and not is_closed:
            yield start, end

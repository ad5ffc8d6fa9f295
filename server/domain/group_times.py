"""A time for people in several zones, that hurts each in turn: B4.

Every start costs everybody something by the hour on their own wall clock. What somebody bore at earlier meetings
counts with it, and of all starts the one is best whose worst-off is least badly off: so the painful hour goes round.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.availability import Interval

STEP = timedelta(minutes=30)
_COSTS = ((0, 6, 8), (6, 7, 5), (7, 8, 2), (8, 18, 0), (18, 21, 1), (21, 22, 3), (22, 23, 5), (23, 24, 8))
"""What an hour of the day costs, from and until."""
PAINFUL = 5
"""A start that costs this much is before seven or after ten."""


@dataclass(frozen=True)
class Attendee:
    """Somebody to find a time for. `open_times` is None for somebody who said nothing about when they can."""

    id: UUID
    zone: ZoneInfo
    open_times: Sequence[Interval] | None = None


@dataclass(frozen=True)
class GroupTime:
    """A start: what it costs each by their own clock, and who cannot come."""

    starts_at: datetime
    costs: Mapping[UUID, int]
    cannot: frozenset[UUID]

    @property
    def painful_for(self) -> int:
        """Return for how many it is an hour that hurts."""
        return sum(1 for cost in self.costs.values() if cost >= PAINFUL)


def cost_of(zone: ZoneInfo, starts_at: datetime, minutes: int) -> int:
    """Return what a meeting costs somebody: the dearer of its first and its last minute on their wall clock."""
    last = starts_at + timedelta(minutes=max(minutes - 1, 0))
    return max(_hour_cost(one.astimezone(zone).hour) for one in (starts_at, last))


def _hour_cost(hour: int) -> int:
    return next(cost for start, end, cost in _COSTS if start <= hour < end)


def borne(attendees: Iterable[Attendee], past: Iterable[datetime], minutes: int) -> dict[UUID, int]:
    """Return what earlier meetings, by their starts, cost each of them together."""
    starts = list(past)
    return {one.id: sum(cost_of(one.zone, start, minutes) for start in starts) for one in attendees}


def group_times(
    attendees: Sequence[Attendee], search: Interval, minutes: int, burden: Mapping[UUID, int], limit: int = 5
) -> list[GroupTime]:
    """Return the best starts on the half hours within a search, best first, at most one a day.

    Best: fewest who cannot; then the smallest worst total of what it costs now and what they bore (`burden`), then the
    next worst, and so on; then the earliest.
    """
    found: dict[object, tuple[tuple[object, ...], GroupTime]] = {}
    start = _first_step(search.start)
    while start + timedelta(minutes=minutes) <= search.end:
        costs = {one.id: cost_of(one.zone, start, minutes) for one in attendees}
        cannot = frozenset(one.id for one in attendees if not _can(one, start, minutes))
        worst_first = sorted((burden.get(key, 0) + cost for key, cost in costs.items()), reverse=True)
        rank = (len(cannot), worst_first, sum(costs.values()), start)
        known = found.get(start.date())
        if known is None or rank < known[0]:
            found[start.date()] = (rank, GroupTime(start, costs, cannot))
        start += STEP
    return [time for _, time in sorted(found.values(), key=lambda one: one[0])[:limit]]


def _first_step(at: datetime) -> datetime:
    rest = timedelta(minutes=at.minute % 30, seconds=at.second, microseconds=at.microsecond)
    return at if not rest else at - rest + STEP


def _can(one: Attendee, start: datetime, minutes: int) -> bool:
    if one.open_times is None:
        return True
    end = start + timedelta(minutes=minutes)
    return any(span.start <= start and end <= span.end for span in one.open_times)

"""A row of times at the same hour on somebody's wall clock, whatever the clocks do in between."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def at_same_wall_time(first: datetime, zone: ZoneInfo, *, times: int, every_days: int) -> list[datetime]:
    """Return `times` instants from `first` on, in its own time zone, so many days apart by the wall clock of `zone`.

    An hour that the clocks skip is read as before the change, so it comes out one later; of an hour they show twice the
    one that `first` names is meant.
    """
    start = first.astimezone(zone)
    wall = [start.replace(tzinfo=None) + timedelta(days=every_days * number) for number in range(times)]
    return [one.replace(tzinfo=zone, fold=start.fold).astimezone(first.tzinfo) for one in wall]

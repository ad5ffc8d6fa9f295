"""A time for several people: zones and open hours read for all of them, told only as numbers. B4."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.actors import SYSTEM
from server.domain.availability import Interval
from server.domain.group_times import Attendee, GroupTime, borne, group_times
from server.models.availability import WeeklyWindow
from server.models.profiles import Profile
from server.queries.availability import open_times_of


async def times_for(
    profile_ids: Collection[UUID], search: Interval, minutes: int, past: Sequence[datetime] = (), limit: int = 5
) -> list[GroupTime]:
    """Return the best starts for these people within a search of at most 31 days, best first, at most one a day.

    `past` are the starts of the meetings they had: who bore a painful hour then is spared now. Somebody without weekly
    windows can always come; costs go by their own clock all the same. Who may ask, and what they are told of each
    person, is for the caller to decide. InvalidInput for a search that is too long.
    """
    attendees = await attendees_of(profile_ids, search)
    return group_times(attendees, search, minutes, borne(attendees, past, minutes), limit)


async def attendees_of(profile_ids: Collection[UUID], search: Interval) -> list[Attendee]:
    """Return people as a time is found for them: their zone, and their open hours where they said some."""
    zones = {row.id: row.time_zone for row in await Profile.filter(id__in=list(profile_ids)).only("id", "time_zone")}
    spoken = set(
        await WeeklyWindow.filter(profile_id__in=list(profile_ids)).distinct().values_list("profile_id", flat=True)
    )
    # Read for the rule, not for a viewer: nobody is told when another can.
    open_times = await open_times_of(SYSTEM, list(zones), search)
    return [
        Attendee(key, ZoneInfo(zone), open_times.get(key, []) if key in spoken else None)  # type: ignore[call-overload]  # a profile's id
        for key, zone in sorted(zones.items())
    ]

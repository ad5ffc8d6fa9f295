"""When people can meet and whether they are on a gig, as one viewer may see it. Ids in, mapping out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.actors import Actor, ProfileId
from server.domain.availability import (
    DEFAULT_BUFFER_MINUTES,
    DEFAULT_NOTICE_MINUTES,
    LONGEST_SEARCH,
    DayException,
    Interval,
    StretchKind,
    Window,
)
from server.domain.errors import invalid
from server.domain.open_hours import open_intervals, without
from server.domain.visibility import ProfileField
from server.kit.clock import now
from server.models.availability import AvailabilityException, AvailabilityRule, Stretch, WeeklyWindow
from server.models.database import connection
from server.queries.visibility import SEEN, asked, sees


@dataclass(slots=True)
class RhythmView:
    """Whether somebody is on a gig or not to be asked now, and since when; `until` is None when that is open."""

    is_on_gig: bool
    is_blacked_out: bool
    until: datetime | None


@dataclass(slots=True)
class AvailabilityView:
    """Somebody's weekly windows in the wall time of their zone, and how much room their meetings need."""

    time_zone: str
    windows: list[Window]
    buffer_minutes: int
    notice_minutes: int


_RHYTHM = f"""
{SEEN}
SELECT seen.id, coalesce(bool_or(s.kind = '{StretchKind.ON_GIG}'), false),
       coalesce(bool_or(s.kind = '{StretchKind.BLACKOUT}'), false),
       CASE WHEN bool_and(s.ended_at IS NOT NULL) THEN max(s.ended_at) END
FROM seen LEFT JOIN stretch s
    ON s.profile_id = seen.id AND s.started_at <= $4 AND (s.ended_at IS NULL OR s.ended_at > $4)
WHERE {sees(ProfileField.RHYTHM)} GROUP BY seen.id
"""  # noqa: S608 - built of constants
_AVAILABILITY = f"""
{SEEN}
SELECT seen.id, seen.time_zone, coalesce(r.buffer_minutes, {DEFAULT_BUFFER_MINUTES}),
       coalesce(r.notice_minutes, {DEFAULT_NOTICE_MINUTES}),
       w.weekday, w.start_minute, w.end_minute
FROM seen LEFT JOIN availability_rule r ON r.profile_id = seen.id LEFT JOIN weekly_window w ON w.profile_id = seen.id
WHERE {sees(ProfileField.AVAILABILITY)} ORDER BY w.weekday, w.start_minute
"""  # noqa: S608 - built of constants
_EXCEPTIONS = """
SELECT profile_id, day, start_minute, end_minute, is_open FROM availability_exception
WHERE profile_id = ANY($1::uuid[]) AND day BETWEEN $2 AND $3
"""
_BLACKOUTS = f"""
SELECT profile_id, started_at, ended_at FROM stretch
WHERE profile_id = ANY($1::uuid[]) AND kind = '{StretchKind.BLACKOUT}' AND started_at < $3
  AND (ended_at IS NULL OR ended_at > $2)
"""  # noqa: S608 - built of constants


async def rhythm_of(actor: Actor, ids: Collection[UUID]) -> dict[ProfileId, RhythmView]:
    """Return the rhythm now of those whose rhythm the actor may see; others are left out."""
    _, rows = await connection().execute_query(_RHYTHM, [*asked(actor, ids), now()])
    return {profile_id: RhythmView(on_gig, blacked_out, until) for profile_id, on_gig, blacked_out, until in rows}


async def availability_of(actor: Actor, ids: Collection[UUID]) -> dict[ProfileId, AvailabilityView]:
    """Return the weekly windows of those whose availability the actor may see; others are left out."""
    _, rows = await connection().execute_query(_AVAILABILITY, asked(actor, ids))
    found: dict[ProfileId, AvailabilityView] = {}
    for profile_id, zone, buffer_minutes, notice_minutes, weekday, start, end in rows:
        view = found.setdefault(profile_id, AvailabilityView(zone, [], buffer_minutes, notice_minutes))
        if weekday is not None:
            view.windows.append(Window(weekday, start, end))
    return found


async def open_times_of(actor: Actor, ids: Collection[UUID], search: Interval) -> dict[ProfileId, list[Interval]]:
    """Return when each can meet within a time of at most 31 days, in UTC, blackouts taken out.

    Those whose availability the actor may not see are left out. Meetings are not known here: whoever plans one
    takes them out with `open_hours.without`. Three statements for any number of people.
    """
    if not timedelta(0) < search.end - search.start <= LONGEST_SEARCH:
        raise invalid("until", "out_of_range", f"A time after the start, at most {LONGEST_SEARCH.days} days later.")
    views = await availability_of(actor, ids)
    exceptions, blackouts = await _exceptions(views, search), await _blackouts(views, search)
    found = {}
    for profile_id, view in views.items():
        opened = open_intervals(view.windows, exceptions.get(profile_id, []), ZoneInfo(view.time_zone), search)
        found[profile_id] = without(opened, blackouts.get(profile_id, []), buffer=timedelta(0))
    return found


async def own_windows(actor: Actor) -> list[WeeklyWindow]:
    """Return the actor's weekly windows, in order of the week."""
    return await WeeklyWindow.filter(profile_id=actor.require_profile()).order_by("weekday", "start_minute")


async def own_exceptions(actor: Actor) -> list[AvailabilityException]:
    """Return the actor's exceptions, earliest first."""
    return await AvailabilityException.filter(profile_id=actor.require_profile()).order_by("day", "start_minute")


async def own_rule(actor: Actor) -> AvailabilityRule:
    """Return how the actor wants to be booked; the defaults when they have said nothing."""
    profile_id = actor.require_profile()
    return await AvailabilityRule.get_or_none(profile_id=profile_id) or AvailabilityRule(profile_id=profile_id)


async def own_stretches(actor: Actor) -> Sequence[Stretch]:
    """Return the actor's stretches of the past year and all ahead, latest first."""
    since = now() - timedelta(days=366)
    return await Stretch.filter(profile_id=actor.require_profile(), started_at__gte=since).order_by("-started_at")


async def _exceptions(ids: Collection[UUID], search: Interval) -> dict[UUID, list[DayException]]:
    days = [(search.start - timedelta(days=2)).date(), (search.end + timedelta(days=2)).date()]
    _, rows = await connection().execute_query(_EXCEPTIONS, [list(ids), *days])
    found: dict[UUID, list[DayException]] = {}
    for profile_id, day, start, end, is_open in rows:
        found.setdefault(profile_id, []).append(DayException(day, start, end, is_open))
    return found


async def _blackouts(ids: Collection[UUID], search: Interval) -> dict[UUID, list[Interval]]:
    _, rows = await connection().execute_query(_BLACKOUTS, [list(ids), search.start, search.end])
    found: dict[UUID, list[Interval]] = {}
    for profile_id, started_at, ended_at in rows:
        found.setdefault(profile_id, []).append(Interval(started_at, ended_at or search.end))
    return found

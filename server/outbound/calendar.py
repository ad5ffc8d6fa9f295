"""Calendar objects (iCalendar, iTIP): the entries of a calendar as events, with their zone's rules written out.

Times are on the wall clock that was agreed on, so that a series stays at its hour when the clocks change. A series is
one event with a rule, what is called off left out and what moved beside it, all under one UID and one SEQUENCE.
No event names anybody but its reader: addresses are shown in mentoring by consent alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from server.domain.availability import Interval
from server.domain.calendars import EntryKind, EntryStanding
from server.domain.open_hours import offset_changes, utc_offset
from server.domain.series import at_same_wall_time
from server.models.meetings import Meeting
from server.queries.calendars import Entry

PRODUCT = "-//Alongside//Alongside calendar//EN"
_ROUND = timedelta(days=366)
"""So long before and after its events the changes of a zone's clocks are written out."""
_PATHS = {
    EntryKind.MENTORSHIP: "mentorships",
    EntryKind.CIRCLE: "circles",
    EntryKind.WEBINAR: "webinars",
    EntryKind.GATHERING: "gatherings",
}
_STATUS = {
    EntryStanding.CONFIRMED: "CONFIRMED",
    EntryStanding.TENTATIVE: "TENTATIVE",
    EntryStanding.CANCELLED: "CANCELLED",
}


@dataclass(frozen=True)
class Place:
    """Where the events are from: the address of the pages, and the host that their UIDs end in."""

    url: str
    host: str


@dataclass(frozen=True)
class Invited:
    """Who sends an invitation, and to whom: addresses."""

    organizer: str
    attendee: str


def feed(entries: Sequence[Entry], place: Place, refresh: timedelta = timedelta(hours=1)) -> bytes:
    """Return a whole calendar to be read again and again. The same entries give the same bytes."""
    calendar = _calendar("PUBLISH")
    calendar.add("name", "Alongside")
    calendar.add("x-wr-calname", "Alongside")
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    events = [event for group in _groups(entries) for event in _events(group, place)]
    return _written(calendar, events)


def invitation(entries: Sequence[Entry], place: Place, invited: Invited) -> bytes:
    """Return the request to take up, or bring up to date, one meeting or one series: all its meetings are given."""
    events = _events(entries, place)
    for event in events:
        _address(event, invited)
    return _written(_calendar("REQUEST"), events)


def cancellation(entries: Sequence[Entry], place: Place, invited: Invited, *, is_whole: bool) -> bytes:
    """Return the word that meetings of one series, or all of it (`is_whole`), are off."""
    events = []
    for entry in entries[:1] if is_whole else entries:
        event = _base(entry, place)
        meeting = entry.meeting
        start = entry.starts_at if meeting is None else meeting.occurs_at
        if meeting is not None and meeting.series_id is not None and not is_whole:
            event.add("recurrence-id", _wall(start, _zone(entry)))
        event.add("dtstart", _wall(start, _zone(entry)))
        event["status"] = vText("CANCELLED")
        _address(event, invited)
        events.append(event)
    return _written(_calendar("CANCEL"), events)


def uid_of(entry: Entry, place: Place) -> str:
    """Return what an event is called for ever: by its series, else by itself."""
    meeting = entry.meeting
    key = entry.subject_id if meeting is None or meeting.series_id is None else meeting.series_id
    return f"{entry.kind.value}-{key}@{place.host}"


def _groups(entries: Sequence[Entry]) -> list[list[Entry]]:
    groups: dict[object, list[Entry]] = {}
    for entry in entries:
        meeting = entry.meeting
        groups.setdefault((meeting.series_id if meeting else None) or entry.subject_id, []).append(entry)
    return list(groups.values())


def _events(group: Sequence[Entry], place: Place) -> list[Event]:
    """Return the events of one meeting, or of one series."""
    meeting = group[0].meeting
    if meeting is None or meeting.series_id is None:
        return [_event(entry, place) for entry in group]
    return _series(group, place)


def _event(entry: Entry, place: Place) -> Event:
    event = _base(entry, place)
    event.add("dtstart", _wall(entry.starts_at, _zone(entry)))
    event.add("duration", entry.ends_at - entry.starts_at)
    return event


def _series(group: Sequence[Entry], place: Place) -> list[Event]:
    """Return the event of a series with its rule, and one for each of its meetings that is not where the rule says."""
    rows = {entry.meeting.occurs_at: entry for entry in group if entry.meeting is not None}
    first = rows[min(rows)]
    every_days, zone = _meeting(first).every_days or 7, ZoneInfo(_meeting(first).time_zone)
    start, last = min(rows), max(rows)
    span = (last - start + timedelta(days=1)).days // every_days + 1
    pattern = [
        one
        for one in at_same_wall_time(start, zone, times=span + 1, every_days=every_days)
        if one <= last + timedelta(hours=12)
    ]
    length = timedelta(minutes=_meeting(first).minutes)
    master = _base(_newest(group), place)
    master.add("dtstart", _wall(start, zone))
    master.add("duration", length)
    master.add("rrule", {"freq": "weekly", "interval": every_days // 7, "count": len(pattern)})
    gone = [one for one in pattern if one not in rows or rows[one].standing is EntryStanding.CANCELLED]
    if gone:
        master.add("exdate", [_wall(one, zone) for one in gone])
    moved = [
        _override(rows[one], place, group)
        for one in pattern
        if one not in gone and (rows[one].starts_at != one or rows[one].ends_at - rows[one].starts_at != length)
    ]
    return [master, *moved]


def _override(entry: Entry, place: Place, group: Sequence[Entry]) -> Event:
    event = _event(entry, place)
    event["sequence"] = _newest(group).sequence
    event.add("recurrence-id", _wall(_meeting(entry).occurs_at, _zone(entry)))
    return event


def _newest(group: Sequence[Entry]) -> Entry:
    return max(group, key=lambda entry: (entry.sequence, entry.changed_at))


def _meeting(entry: Entry) -> Meeting:
    if entry.meeting is None:
        raise ValueError("an entry of a series has its meeting")
    return entry.meeting


def _base(entry: Entry, place: Place) -> Event:
    """Return an event with all but its time."""
    event = Event()
    event.add("uid", uid_of(entry, place))
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("summary", _summary(entry))
    description = "" if entry.meeting is None else entry.meeting.note
    if description:
        event.add("description", description)
    address = f"{place.url}/{_PATHS[entry.kind]}"
    event.add("url", address)
    event.add("location", entry.where or address)
    # Of a series, what was called off is left out of its rule, and the rule itself stands.
    is_series = entry.meeting is not None and entry.meeting.series_id is not None
    event.add("status", "CONFIRMED" if is_series else _STATUS[entry.standing])
    return event


def _summary(entry: Entry) -> str:
    if entry.kind is EntryKind.CIRCLE:
        return f"{entry.circle}: {entry.title}"
    if entry.kind in (EntryKind.WEBINAR, EntryKind.GATHERING):
        return entry.title
    with_whom = f"Mentoring with {entry.other}" if entry.other else "Mentoring"
    return f"{entry.title} ({with_whom})" if entry.title else with_whom


def _address(event: Event, invited: Invited) -> None:
    organizer = vCalAddress(f"mailto:{invited.organizer}")
    organizer.params["CN"] = vText("Alongside")
    attendee = vCalAddress(f"mailto:{invited.attendee}")
    # Both agreed already; a no is one of the mail's links, since nobody reads what is sent to the organizer.
    attendee.params["PARTSTAT"], attendee.params["RSVP"] = vText("ACCEPTED"), vText("FALSE")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    event["organizer"] = organizer
    event.add("attendee", attendee, encode=False)


def _zone(entry: Entry) -> ZoneInfo:
    return ZoneInfo(entry.time_zone or "Etc/UTC" if entry.meeting is None else entry.meeting.time_zone)


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant on a wall clock; in UTC where that clock shows the hour a second time, or is UTC itself."""
    local = at.astimezone(zone)
    return at.astimezone(UTC) if local.fold or zone.key in {"UTC", "Etc/UTC"} else local


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _written(calendar: Calendar, events: Sequence[Event]) -> bytes:
    """Return a calendar with its zones before its events; lines end in CR LF and are folded at 75 bytes."""
    used: dict[str, list[datetime]] = {}
    for event in events:
        start = event.decoded("dtstart")
        if isinstance(start.tzinfo, ZoneInfo):
            used.setdefault(start.tzinfo.key, []).append(start)
    for key, starts in sorted(used.items()):
        calendar.add_component(_timezone(ZoneInfo(key), Interval(min(starts) - _ROUND, max(starts) + 2 * _ROUND)))
    for event in events:
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _timezone(zone: ZoneInfo, span: Interval) -> Timezone:
    """Return the rules of a zone for a span: every change of its clocks, dated by the clock before it."""
    written = Timezone()
    written.add("tzid", zone.key)
    start = span.start.astimezone(UTC)
    offset = utc_offset(zone, start)
    written.add_component(_observance(zone, start, offset, offset))
    for at, before, after in offset_changes(zone, Interval(start, span.end.astimezone(UTC))):
        written.add_component(_observance(zone, at, before, after))
    return written


def _observance(
    zone: ZoneInfo, at: datetime, before: timedelta, after: timedelta
) -> TimezoneDaylight | TimezoneStandard:
    local = at.astimezone(zone)
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    part.add("dtstart", (at + before).replace(tzinfo=None, microsecond=0))
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    part.add("tzname", local.tzname() or zone.key)
    return part

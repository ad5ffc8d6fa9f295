"""What stands in somebody's calendar: meetings of their mentorships and circles, webinars and gatherings they go to.

Each comes through the visibility of its own shaft, so what is hidden from them stands in no calendar of theirs either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q

from server.domain.actors import Actor, ProfileId
from server.domain.availability import Interval
from server.domain.calendars import USUAL_WEBINAR, EntryKind, EntryStanding
from server.domain.circle_meetings import RsvpState
from server.domain.meetings import MentorshipMeetingState
from server.domain.webinars import RegistrationState, WebinarState
from server.models.calendars import CalendarFeed
from server.models.circle_meetings import CircleMeeting
from server.models.circles import Circle
from server.models.database import connection
from server.models.gatherings import Gathering
from server.models.meetings import Meeting
from server.models.webinars import Webinar
from server.queries import circle_meetings, gatherings, mentorships, webinars
from server.queries.profiles import visible_profiles

_SHOWN = (
    MentorshipMeetingState.SCHEDULED,
    MentorshipMeetingState.HELD,
    MentorshipMeetingState.MISSED,
    MentorshipMeetingState.LAPSED,
)
_CIRCLES = """
SELECT m.id FROM circle_seat s JOIN circle_meeting m ON m.circle_id = s.circle_id
LEFT JOIN circle_rsvp r ON r.meeting_id = m.id AND r.profile_id = s.profile_id
WHERE s.profile_id = $1 AND s.state = 'seated' AND m.state IN ('planned', 'live', 'held')
  AND m.starts_at >= $2 AND m.starts_at < $3 AND r.state IS DISTINCT FROM 'declined'
"""
_WEBINARS = """
SELECT w.id, bool_or(s.id IS NOT NULL) AS is_staff, max(r.state) AS place FROM webinar w
LEFT JOIN webinar_staff s ON s.webinar_id = w.id AND s.profile_id = $1
LEFT JOIN webinar_registration r ON r.webinar_id = w.id AND r.profile_id = $1 AND r.state = ANY($4)
WHERE w.starts_at >= $2 AND w.starts_at < $3 AND w.state = ANY($5) AND (s.id IS NOT NULL OR r.id IS NOT NULL)
GROUP BY w.id
"""
_PLACES = [RegistrationState.REGISTERED.value, RegistrationState.WAITLISTED.value]
_ANNOUNCED = [state.value for state in WebinarState if state not in (WebinarState.DRAFT, WebinarState.ARCHIVED)]


@dataclass(frozen=True)
class Entry:
    """Something in a calendar. `other` is the name of whom one meets, as the viewer may read it; `circle` the circle's.

    `where` is an address to go to, empty for what is online; `time_zone` its wall clock, empty where a meeting has it.
    `sequence` and `changed_at` tell of changes of its calendar object.
    """

    kind: EntryKind
    subject_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    standing: EntryStanding
    sequence: int
    changed_at: datetime
    other: str = ""
    circle: str = ""
    where: str = ""
    time_zone: str = ""
    meeting: Meeting | None = None


async def entries_of(actor: Actor, span: Interval) -> list[Entry]:
    """Return what starts within a span, earliest first. Refuses a visitor."""
    mine = actor.require_profile()
    found = [
        *await meeting_entries(actor, await _own_meetings(mine, span)),
        *await _circle_entries(actor, mine, span),
        *await _webinar_entries(actor, mine, span),
        *await _gathering_entries(mine, span),
    ]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.subject_id))


async def feed_since(actor: Actor) -> datetime | None:
    """Return when the actor's calendar was given its secret address, or None. Refuses a visitor."""
    feed = await CalendarFeed.get_or_none(profile_id=actor.require_profile())
    return None if feed is None else feed.created_at


async def _own_meetings(mine: ProfileId, span: Interval) -> list[Meeting]:
    own = Meeting.filter(seats__profile_id=mine, starts_at__gte=span.start, starts_at__lt=span.end)
    return await own.filter(state__in=list(_SHOWN))


async def series_of(actor: Actor, rows: Sequence[Meeting]) -> list[Meeting]:
    """Return meetings with all others of the series they are in, those that were called off too."""
    series = {row.series_id for row in rows if row.series_id is not None}
    alone = [row.id for row in rows if row.series_id is None]
    found = Meeting.filter(Q(id__in=alone) | Q(series_id__in=list(series)), seats__profile_id=actor.require_user())
    return await found.order_by("occurs_at", "id")


async def meeting_entries(actor: Actor, rows: Sequence[Meeting]) -> list[Entry]:
    """Return the entries of meetings the actor has a seat at; those of two who are kept apart are left out."""
    ties = await mentorships.meetable(actor, {row.mentorship_id for row in rows})
    others = {key: tie.mentee_id if tie.mentor_id == actor.user_id else tie.mentor_id for key, tie in ties.items()}
    names = await visible_profiles(actor, set(others.values())) if others else {}
    found = []
    for row in rows:
        if row.mentorship_id not in ties:
            continue
        view = names.get(ProfileId(others[row.mentorship_id]))
        is_off = row.state is MentorshipMeetingState.CANCELLED
        found.append(
            Entry(
                EntryKind.MENTORSHIP,
                row.id,
                row.title,
                row.starts_at,
                row.starts_at + timedelta(minutes=row.minutes),
                EntryStanding.CANCELLED if is_off else EntryStanding.CONFIRMED,
                row.sequence,
                row.changed_at,
                other="" if view is None else view.name,
                meeting=row,
            )
        )
    return found


async def _circle_entries(actor: Actor, mine: ProfileId, span: Interval) -> list[Entry]:
    _, rows = await connection().execute_query(_CIRCLES, [mine, span.start, span.end])
    return await circle_entries(actor, [row["id"] for row in rows])


async def circle_entries(actor: Actor, meeting_ids: Sequence[UUID]) -> list[Entry]:
    """Return the entries of circle meetings the actor may see, tentative until they said that they come."""
    if not meeting_ids:
        return []
    shown = await circle_meetings.visible_meetings(actor, meeting_ids)
    own = await circle_meetings.own_rsvps(actor, list(shown))
    answers = {key: row.state for key, row in own.items()}
    names = {row.id: row.name for row in await Circle.filter(id__in=[row.circle_id for row in shown.values()])}
    return [_circle_entry(row, answers.get(row.id), names[row.circle_id]) for row in shown.values()]


def _circle_entry(row: CircleMeeting, answer: RsvpState | None, name: str) -> Entry:
    comes = answer is RsvpState.COMING
    return Entry(
        EntryKind.CIRCLE,
        row.id,
        row.title,
        row.starts_at,
        row.starts_at + timedelta(minutes=row.minutes),
        EntryStanding.CONFIRMED if comes else EntryStanding.TENTATIVE,
        row.version,
        row.created_at,
        circle=name,
    )


async def _webinar_entries(actor: Actor, mine: ProfileId, span: Interval) -> list[Entry]:
    _, rows = await connection().execute_query(_WEBINARS, [mine, span.start, span.end, _PLACES, _ANNOUNCED])
    if not rows:
        return []
    sure = {row["id"]: row["is_staff"] or row["place"] == RegistrationState.REGISTERED for row in rows}
    shown = await webinars.visible(actor, list(sure))
    return [_webinar_entry(row, is_sure=sure[row.id]) for row in shown.values()]


def _webinar_entry(row: Webinar, *, is_sure: bool) -> Entry:
    return Entry(
        EntryKind.WEBINAR,
        row.id,
        row.title,
        row.starts_at,
        row.ends_at or row.starts_at + USUAL_WEBINAR,
        EntryStanding.CONFIRMED if is_sure else EntryStanding.TENTATIVE,
        row.version,
        row.created_at,
    )


async def _gathering_entries(mine: ProfileId, span: Interval) -> list[Entry]:
    found = await gatherings.gatherings_of([mine], span.start, span.end)
    return [_gathering_entry(row) for row in found[mine] if row.starts_at >= span.start]


def _gathering_entry(row: Gathering) -> Entry:
    return Entry(
        EntryKind.GATHERING,
        row.id,
        row.title,
        row.starts_at,
        row.ends_at,
        EntryStanding.CONFIRMED if row.cancelled_at is None else EntryStanding.CANCELLED,
        row.version,
        row.cancelled_at or row.announced_at,
        where=", ".join(part for part in (row.place, row.city) if part),
        time_zone=row.time_zone,
    )

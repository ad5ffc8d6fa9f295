"""What takes up people's time: mentorship meetings, circle meetings they said they come to, webinars they host.

One statement over the rows themselves, so that nothing has to be kept in step with them.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from server.domain.availability import Interval
from server.domain.calendars import USUAL_WEBINAR
from server.models.database import connection

_LONGEST = timedelta(days=2)
"""Nothing that takes up time is longer; webinars are cut to it."""

_BUSY = """
WITH asked AS (SELECT * FROM unnest($2::timestamptz[], $3::timestamptz[]) AS asked (starts_at, ends_at)),
busy AS (
    SELECT s.profile_id, m.starts_at, m.starts_at + m.minutes * interval '1 minute' AS ends_at
    FROM meeting_seat s JOIN meeting m ON m.id = s.meeting_id
    WHERE s.profile_id = ANY($1::uuid[]) AND m.state = 'scheduled' AND NOT m.id = ANY($4::uuid[])
      AND m.starts_at BETWEEN $5 AND $6
    UNION ALL
    SELECT r.profile_id, m.starts_at, m.starts_at + m.minutes * interval '1 minute'
    FROM circle_rsvp r JOIN circle_meeting m ON m.id = r.meeting_id
    WHERE r.profile_id = ANY($1::uuid[]) AND r.state = 'coming' AND m.state IN ('planned', 'live')
      AND NOT m.id = ANY($4::uuid[]) AND m.starts_at BETWEEN $5 AND $6
    UNION ALL
    SELECT s.profile_id, w.starts_at, least(coalesce(w.ends_at, w.starts_at + $7), w.starts_at + $8)
    FROM webinar_staff s JOIN webinar w ON w.id = s.webinar_id
    WHERE s.profile_id = ANY($1::uuid[]) AND s.role = 'host' AND w.state IN ('published', 'open', 'live')
      AND NOT w.id = ANY($4::uuid[]) AND w.starts_at BETWEEN $5 AND $6
)
SELECT DISTINCT busy.profile_id, asked.starts_at FROM busy JOIN asked
    ON busy.starts_at < asked.ends_at AND busy.ends_at > asked.starts_at
"""


async def taken(
    profile_ids: Collection[UUID], spans: Sequence[Interval], *, leaving_out: Collection[UUID] = ()
) -> dict[UUID, list[Interval]]:
    """Return those of `spans` in which each of these people has something else; nothing for those who are free.

    `leaving_out` are ids of meetings or webinars that do not count: the one that is to move. For the rules, and under
    their locks (services/bookings.py): whose time is taken by what is told to nobody.
    """
    if not spans or not profile_ids:
        return {}
    first, last = min(one.start for one in spans), max(one.end for one in spans)
    values = [list(profile_ids), [one.start for one in spans], [one.end for one in spans], list(leaving_out)]
    values += [first - _LONGEST, last, USUAL_WEBINAR, _LONGEST]
    _, rows = await connection().execute_query(_BUSY, values)
    by_start = {one.start: one for one in spans}
    found: dict[UUID, list[Interval]] = {}
    for row in rows:
        found.setdefault(row["profile_id"], []).append(by_start[row["starts_at"]])
    return {key: sorted(times) for key, times in found.items()}

"""Reminders of meetings: a day and an hour before, never on a gig or in quiet hours. Run by a job.

A reminder whose moment falls into either is given when that is over, if the next one is not due by then. Each is
written down before it is told of, so however many workers look, it is given once. Webinars have their own
(webinar_reminders).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.domain import topics
from server.domain.actors import SYSTEM
from server.domain.calendars import EntryKind, ReminderDue, ReminderStep
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.database import connection
from server.queries.notifications import peace_of
from server.services.transaction import retrying, unit_of_work

BATCH = 500
_KEPT = timedelta(days=30)

# Whoever has a seat that is not called off, and was not reminded of this start in this step.
_DUE = """
SELECT due.* FROM (
    SELECT s.profile_id, 'mentorship' AS kind, m.id AS subject_id, m.starts_at
    FROM meeting m JOIN meeting_seat s ON s.meeting_id = m.id
    WHERE m.state = 'scheduled' AND m.starts_at > $1 AND m.starts_at <= $2
    UNION ALL
    SELECT s.profile_id, 'circle', m.id, m.starts_at
    FROM circle_meeting m JOIN circle_seat s ON s.circle_id = m.circle_id AND s.state = 'seated'
        AND (s.role <> 'guest' OR s.guest_meeting_id = m.id)
        AND (s.paused_until IS NULL OR s.paused_until < m.starts_at)
    LEFT JOIN circle_rsvp r ON r.meeting_id = m.id AND r.profile_id = s.profile_id
    WHERE m.state = 'planned' AND m.starts_at > $1 AND m.starts_at <= $2 AND r.state IS DISTINCT FROM 'declined'
) AS due
WHERE NOT EXISTS (SELECT FROM calendar_reminder c WHERE c.profile_id = due.profile_id
    AND c.subject_id = due.subject_id AND c.starts_at = due.starts_at AND c.step = $3)
ORDER BY due.starts_at, due.subject_id, due.profile_id
"""
_GIVE = """
WITH given AS (
    INSERT INTO calendar_reminder (id, created_at, profile_id, kind, subject_id, starts_at, step)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (profile_id, subject_id, starts_at, step) DO NOTHING RETURNING id
)
SELECT id FROM given
"""
_FORGET = "DELETE FROM calendar_reminder WHERE starts_at < $1"


@dataclass
class ReminderPolicy:
    """Holds how long before a start the reminders are."""

    first: timedelta = timedelta(hours=24)
    last: timedelta = timedelta(hours=1)


policy = ReminderPolicy()
"""Set by wiring before the first run."""


async def remind_due() -> int:
    """Give the reminders that are due to whoever may be reminded now. Return how many."""
    at = now()
    await connection().execute_query(_FORGET, [at - _KEPT])
    last = await _remind(ReminderStep.LAST, at, at + policy.last)
    return last + await _remind(ReminderStep.FIRST, at + policy.last, at + policy.first)


async def _remind(step: ReminderStep, after: datetime, until: datetime) -> int:
    """Remind of what starts within a span."""
    _, rows = await connection().execute_query(_DUE, [after, until, step.value])
    peace = await peace_of({row["profile_id"] for row in rows}) if rows else {}
    at, done = now(), 0
    for row in rows:
        if not peace[row["profile_id"]].holds(at):
            done += await _give(row, step)
        if done >= BATCH:
            break
    return done


@retrying
async def _give(row: Mapping[str, Any], step: ReminderStep) -> int:
    who, kind, subject, start = row["profile_id"], EntryKind(row["kind"]), row["subject_id"], row["starts_at"]
    async with unit_of_work() as work:
        values = [new_id(), now(), who, kind.value, subject, start, step.value]
        given, _ = await work.connection.execute_query(_GIVE, values)
        if not given:
            return 0
        due = ReminderDue(profile_id=who, entry=kind, subject_id=subject, starts_at=start, step=step, at=now())
        work.record(due, to=[topics.user(who)], actor=SYSTEM)
    return 1

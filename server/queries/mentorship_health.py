"""What the health of mentorships is counted from, and how they do, for their two alone."""

from collections.abc import Collection
from uuid import UUID

from server.domain.actors import Actor
from server.domain.check_ins import DEFAULT_CADENCE_DAYS
from server.domain.mentorship_health import Health, Signals, health
from server.kit.clock import now
from server.models.database import connection

_SIGNALS = """
SELECT m.id,
       (SELECT count(*) FROM session s WHERE s.mentorship_id = m.id AND s.started_at IS NOT NULL) AS meetings,
       floor(extract(epoch FROM coalesce(m.ended_at, $3) - m.created_at)
             / 86400 / coalesce(m.cadence_days, d.days)) AS meetings_expected,
       c.asked, c.answered, c.useful_sum, c.useful_count, c.next_step_clear,
       least(l.mentors, l.mentees) AS lines_of_the_quieter, l.mentors + l.mentees AS lines, a.actions, a.actions_overdue
FROM mentorship m
JOIN unnest($4::text[], $5::int[]) AS d (format, days) ON d.format = m.format
CROSS JOIN LATERAL (
    SELECT count(*) AS asked, count(p.answered_at) AS answered, coalesce(sum(p.useful), 0) AS useful_sum,
           count(p.useful) AS useful_count, count(*) FILTER (WHERE p.is_next_step_clear) AS next_step_clear
    FROM check_in c JOIN check_in_part p ON p.check_in_id = c.id
    WHERE c.mentorship_id = m.id AND c.kind = 'cadence' AND c.state <> 'open'
) AS c
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE t.author_id = m.mentor_id) AS mentors,
           count(*) FILTER (WHERE t.author_id = m.mentee_id) AS mentees
    FROM session s JOIN session_message t ON t.session_id = s.id
    WHERE s.mentorship_id = m.id AND t.deleted_at IS NULL
) AS l
CROSS JOIN LATERAL (
    SELECT count(*) AS actions, count(*) FILTER (WHERE k.done_at IS NULL AND k.due_on < $3::date) AS actions_overdue
    FROM session s JOIN session_action k ON k.session_id = s.id WHERE s.mentorship_id = m.id
) AS a
WHERE m.id = ANY($1) AND (m.mentor_id = $2 OR m.mentee_id = $2)
"""


async def health_of(actor: Actor, mentorship_ids: Collection[UUID]) -> dict[UUID, Health]:
    """Return how each of the actor's own mentorships does; those of others are left out."""
    formats = [one.value for one in DEFAULT_CADENCE_DAYS]
    values = [list(mentorship_ids), actor.user_id, now(), formats, list(DEFAULT_CADENCE_DAYS.values())]
    _, rows = await connection().execute_query(_SIGNALS, values)
    found = {}
    for row in rows:
        counted = {name: int(value) for name, value in dict(row).items() if name != "id"}
        found[row["id"]] = health(Signals(**counted))
    return found

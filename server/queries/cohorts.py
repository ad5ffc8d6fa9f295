"""What a cohort run reads of the database besides the people: who takes part, how long they wait, who has somebody.

For the worker that computes runs, which is nobody's view.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.domain.mentorships import GOING_ON
from server.domain.programmes import PairKind, Scope
from server.domain.requests import OPEN_STATES
from server.domain.suggestions import DISMISSED_FOR, MatchSide
from server.models.database import connection
from server.models.programmes import Programme
from server.queries import programmes


@dataclass(frozen=True)
class Learner:
    """Somebody to be matched: since when they wait, and whether they ever had a mentor in any format."""

    profile_id: UUID
    since: datetime
    was_served: bool


@dataclass(frozen=True)
class Cohort:
    """Who takes part, in the order of their ids. Pairs are (learner, mentor).

    Learners with a mentorship going on in the format are left out: what was accepted never moves. `taken` are pairs
    with an open request or a dismissal, which are not proposed anew; nobody is told of them.
    """

    learners: list[Learner]
    mentors: list[UUID]
    locked: list[tuple[UUID, UUID]]
    forbidden: list[tuple[UUID, UUID]]
    taken: list[tuple[UUID, UUID]]


def _words(states: Collection[str]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


_IN_SIDE = {
    (Scope.MEMBERS, MatchSide.LEARNER): "SELECT profile_id AS id, created_at FROM programme_member"
    " WHERE programme_id = $1 AND side = 'learner'",
    (Scope.MEMBERS, MatchSide.MENTOR): "SELECT profile_id AS id, created_at FROM programme_member"
    " WHERE programme_id = $1 AND side = 'mentor'",
    (Scope.EVERYBODY, MatchSide.LEARNER): "SELECT p.id, p.created_at FROM profile p WHERE p.is_listed"
    " AND $1::uuid IS NOT NULL AND EXISTS"
    " (SELECT FROM profile_skill k WHERE k.profile_id = p.id AND k.direction = 'sought')",
    (Scope.EVERYBODY, MatchSide.MENTOR): "SELECT p.id, p.created_at FROM profile p WHERE p.is_listed"
    " AND $1::uuid IS NOT NULL AND EXISTS"
    " (SELECT FROM profile_skill k WHERE k.profile_id = p.id AND k.direction = 'offered')",
}
_LEARNERS = f"""
SELECT side.id, coalesce(last.ended_at, side.created_at) AS since, last.mentee_id IS NOT NULL AS was_served
FROM ({{side}}) AS side
JOIN app_user u ON u.id = side.id AND u.verified_at IS NOT NULL AND u.erased_at IS NULL
LEFT JOIN LATERAL (
    SELECT m.mentee_id, max(m.ended_at) AS ended_at FROM mentorship m WHERE m.mentee_id = side.id GROUP BY 1
) AS last ON true
WHERE NOT EXISTS (
    SELECT FROM mentorship m WHERE m.mentee_id = side.id AND m.format = $2 AND m.state IN ({_words(GOING_ON)})
) ORDER BY side.id
"""  # noqa: S608 - built of constants
_MENTORS = """
SELECT side.id FROM ({side}) AS side
JOIN app_user u ON u.id = side.id AND u.verified_at IS NOT NULL AND u.erased_at IS NULL ORDER BY side.id
"""
_TAKEN = f"""
SELECT mentee_id, mentor_id FROM mentorship_request
WHERE format = $1 AND state IN ({_words(OPEN_STATES)}) AND mentee_id = ANY($2::uuid[])
UNION SELECT profile_id, other_id FROM suggestion
WHERE format = $1 AND side = 'learner' AND state = 'dismissed' AND decided_at > $3 AND profile_id = ANY($2::uuid[])
ORDER BY 1, 2
"""  # noqa: S608 - built of constants


async def cohort_of(programme: Programme, at: datetime) -> Cohort:
    """Return who takes part in a run of a programme that begins at an instant."""
    of_learners = _LEARNERS.format(side=_IN_SIDE[programme.learners, MatchSide.LEARNER])
    _, rows = await connection().execute_query(of_learners, [programme.id, programme.format.value])
    learners = [Learner(row["id"], row["since"], row["was_served"]) for row in rows]
    of_mentors = _MENTORS.format(side=_IN_SIDE[programme.mentors, MatchSide.MENTOR])
    _, mentors = await connection().execute_query(of_mentors, [programme.id])
    ids = [one.profile_id for one in learners]
    _, taken = await connection().execute_query(_TAKEN, [programme.format.value, ids, at - DISMISSED_FOR])
    return Cohort(
        learners=learners,
        mentors=[row["id"] for row in mentors],
        locked=await programmes.settled(programme.id, PairKind.LOCKED),
        forbidden=await programmes.settled(programme.id, PairKind.FORBIDDEN),
        taken=[(row[0], row[1]) for row in taken],
    )

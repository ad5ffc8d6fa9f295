"""Reading mentorships: each is seen by its two people, and by nobody else."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q

from server.domain.actors import Actor
from server.domain.mentorship_road import Effort
from server.domain.mentorships import GOING_ON, EndReason, MentorshipState
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.mentorships import Mentorship

NEWEST_MENTORSHIPS = Order("mentorships.newest", (datetime, UUID), descending=True)

_OWN = """
SELECT * FROM mentorship
WHERE (mentor_id = $1 OR mentee_id = $1) AND (cardinality($2::text[]) = 0 OR state = ANY($2)) AND {bound}
ORDER BY created_at {direction}, id {direction} LIMIT {fetch}
"""
_APART = """
SELECT m.id FROM mentorship m JOIN block b
  ON (b.blocker_id = m.mentor_id AND b.blocked_id = m.mentee_id)
  OR (b.blocker_id = m.mentee_id AND b.blocked_id = m.mentor_id)
WHERE m.id = ANY($1)
"""
_MINUTES_MET = """
SELECT coalesce(ceil(sum(extract(epoch FROM coalesce(ended_at, $2) - started_at)) / 60), 0)::int AS minutes
FROM session WHERE mentorship_id = $1 AND started_at IS NOT NULL
"""
_EFFORTS = """
SELECT m.id, m.delivered_at IS NOT NULL AS is_delivered, count(s.id)::int AS meetings
FROM mentorship m LEFT JOIN session s ON s.mentorship_id = m.id AND s.started_at IS NOT NULL
WHERE m.id = ANY($1) GROUP BY m.id
"""


async def visible(actor: Actor, mentorship_ids: Collection[UUID]) -> dict[UUID, Mentorship]:
    """Return the mentorships among these ids that are the actor's own, by id."""
    if actor.user_id is None:
        return {}
    own = Q(mentor_id=actor.user_id) | Q(mentee_id=actor.user_id)
    return {row.id: row for row in await Mentorship.filter(own, id__in=list(mentorship_ids))}


async def meetable(actor: Actor, mentorship_ids: Collection[UUID]) -> dict[UUID, Mentorship]:
    """Return the actor's own mentorships whose two may still meet: no block between them, no end for safety."""
    own = await visible(actor, mentorship_ids)
    if not own:
        return own
    _, rows = await connection().execute_query(_APART, [list(own)])
    apart = {row["id"] for row in rows}
    return {key: row for key, row in own.items() if key not in apart and row.end_reason is not EndReason.SAFETY}


async def efforts_of(mentorship_ids: Collection[UUID]) -> dict[UUID, Effort]:
    """Return what each mentorship has behind it, whoever asks. For the rules."""
    _, rows = await connection().execute_query(_EFFORTS, [list(mentorship_ids)])
    return {row["id"]: Effort(row["meetings"], row["is_delivered"]) for row in rows}


async def minutes_met(mentorship_id: UUID) -> int:
    """Return how many minutes the two were in session, begun ones counted as whole; for the ledger."""
    _, rows = await connection().execute_query(_MINUTES_MET, [mentorship_id, now()])
    return int(rows[0]["minutes"])


async def own_page(actor: Actor, page: PageRequest, *, states: Collection[MentorshipState] = ()) -> Page[Mentorship]:
    """Return a page of the actor's own mentorships, in these states or in any."""
    bound = f"(created_at, id) {page.comparison} ($3, $4)" if page.bound else "true"
    sql = _OWN.format(bound=bound, direction=page.direction, fetch=page.fetch)
    values = [actor.require_user(), [state.value for state in states], *(page.bound or ())]
    _, rows = await connection().execute_query(sql, values)
    return cut_page([Mentorship(**dict(row)) for row in rows], page, lambda row: (row.created_at, row.id))


async def seats_of(actor: Actor) -> list[tuple[str, UUID]]:
    """Return the actor's mentors now: the seat of each, '' for none in particular, and the mentorship."""
    rows = Mentorship.filter(mentee_id=actor.require_user(), state__in=list(GOING_ON)).order_by("created_at", "id")
    return [(row.aspect, row.id) for row in await rows]


async def between(one: UUID, other: UUID) -> list[UUID]:
    """Return the ids of all mentorships these two have or had, whoever was the mentor."""
    rows = await Mentorship.filter(Q(mentor_id=one, mentee_id=other) | Q(mentor_id=other, mentee_id=one))
    return [row.id for row in rows]

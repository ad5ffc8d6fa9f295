"""Reading check-ins: each is seen by those it asks; what the other side said, once it is settled, and never what is
private to them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.domain.actors import Actor
from server.domain.check_ins import CheckInState
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.check_ins import CheckIn, CheckInPart
from server.models.database import connection

NEWEST_CHECK_INS = Order("check_ins.newest", (datetime, UUID), descending=True)

_OF_MENTORSHIPS = """
SELECT found.* FROM unnest($1::uuid[]) AS wanted (mentorship_id)
CROSS JOIN LATERAL (
    SELECT c.* FROM check_in c
    WHERE c.mentorship_id = wanted.mentorship_id AND {bound}
      AND EXISTS (SELECT FROM check_in_part p WHERE p.check_in_id = c.id AND p.profile_id = $2)
    ORDER BY c.created_at {direction}, c.id {direction} LIMIT {fetch}
) AS found
ORDER BY found.created_at {direction}, found.id {direction}
"""
_IS_APART = """
EXISTS (SELECT FROM block b WHERE (b.blocker_id = m.mentor_id AND b.blocked_id = m.mentee_id)
                               OR (b.blocker_id = m.mentee_id AND b.blocked_id = m.mentor_id))
"""
_APART = f"SELECT {_IS_APART} OR m.end_reason = 'safety' AS apart FROM mentorship m WHERE m.id = $1"  # noqa: S608 - made of constants
_PARTS = f"""
SELECT p.*, {_IS_APART} AS apart FROM check_in_part p
JOIN check_in c ON c.id = p.check_in_id JOIN mentorship m ON m.id = c.mentorship_id
WHERE p.check_in_id = ANY($1)
"""  # noqa: S608 - made of constants
_GIGS = """
SELECT m.id AS mentorship_id, s.id AS stretch_id, s.profile_id, s.started_at, s.ended_at
FROM stretch s JOIN mentorship m ON (m.mentor_id = s.profile_id OR m.mentee_id = s.profile_id)
WHERE s.kind = 'on_gig' AND m.state IN ('trial', 'active')
  AND (s.ended_at IS NULL OR s.ended_at - s.started_at >= $3)
  AND (s.started_at BETWEEN $1 AND $2 OR s.ended_at BETWEEN $1 AND $2
       OR s.started_at + (s.ended_at - s.started_at) / 2 BETWEEN $1 AND $2)
"""


@dataclass(frozen=True)
class CheckInView:
    """A check-in as one of those it asks sees it: their own part, and the other's once it is settled."""

    row: CheckIn
    mine: CheckInPart
    theirs: CheckInPart | None


@dataclass(frozen=True)
class Gig:
    """Somebody's gig, and a mentorship of theirs."""

    mentorship_id: UUID
    stretch_id: UUID
    profile_id: UUID
    started_at: datetime
    ended_at: datetime | None


async def visible(actor: Actor, check_in_ids: Collection[UUID]) -> dict[UUID, CheckIn]:
    """Return the check-ins among these ids that ask the actor and may still be answered by them, by id."""
    views = await views_of(actor, await CheckIn.filter(id__in=list(check_in_ids)))
    return {key: view.row for key, view in views.items()}


async def views_of(actor: Actor, rows: Collection[CheckIn]) -> dict[UUID, CheckInView]:
    """Return check-ins as the actor sees them, by id; those that do not ask them are left out."""
    _, found = await connection().execute_query(_PARTS, [[row.id for row in rows]])
    parts: dict[UUID, list[tuple[CheckInPart, bool]]] = {row.id: [] for row in rows}
    for one in found:
        values = dict(one)
        apart = values.pop("apart")
        parts[values["check_in_id"]].append((CheckInPart(**values), apart))
    views: dict[UUID, CheckInView] = {}
    for row in rows:
        mine = next((part for part, _ in parts[row.id] if part.profile_id == actor.user_id), None)
        others = (part for part, apart in parts[row.id] if part.profile_id != actor.user_id and not apart)
        if mine is not None:
            theirs = next(others, None) if row.state is not CheckInState.OPEN else None
            views[row.id] = CheckInView(row, mine, theirs)
    return views


async def views(actor: Actor, check_in_ids: Collection[UUID]) -> dict[UUID, CheckInView]:
    """Return the check-ins among these ids that ask the actor, as they see them."""
    return await views_of(actor, await CheckIn.filter(id__in=list(check_in_ids)))


async def pages_of(actor: Actor, mentorship_ids: Collection[UUID], page: PageRequest) -> dict[UUID, Page[CheckInView]]:
    """Return a page of the actor's check-ins of each mentorship, newest first."""
    bound = f"(c.created_at, c.id) {page.comparison} ($3, $4)" if page.bound else "true"
    sql = _OF_MENTORSHIPS.format(bound=bound, direction=page.direction, fetch=page.fetch)
    _, rows = await connection().execute_query(sql, [list(mentorship_ids), actor.user_id, *(page.bound or ())])
    found: dict[UUID, list[CheckInView]] = {key: [] for key in mentorship_ids}
    seen = await views_of(actor, [CheckIn(**dict(row)) for row in rows])
    for view in seen.values():
        found[view.row.mentorship_id].append(view)
    return {key: cut_page(items, page, lambda view: (view.row.created_at, view.row.id)) for key, items in found.items()}


async def are_apart(mentorship_id: UUID) -> bool:
    """Tell whether the two of a mentorship may not meet any more: a block, or an end for safety."""
    _, rows = await connection().execute_query(_APART, [mentorship_id])
    return bool(rows and rows[0]["apart"])


async def gigs_around(start: datetime, end: datetime, shortest: timedelta) -> list[Gig]:
    """Return the gigs that start, end or have their middle between two instants, with each mentorship they touch."""
    _, rows = await connection().execute_query(_GIGS, [start, end, shortest])
    return [Gig(**dict(row)) for row in rows]

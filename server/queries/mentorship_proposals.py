"""Reading proposals: seen by the two of the mentorship, and by a next mentor once the mentee said yes; never across a
block between any of those they name."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from server.domain.actors import Actor
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.mentorship_proposals import MentorshipProposal

NEWEST_PROPOSALS = Order("mentorship_proposals.newest", (datetime, UUID), descending=True)

# $1 is the viewer. A next mentor has heard of it when they were asked.
_SEEN = """
    (m.mentor_id = $1 OR m.mentee_id = $1 OR (r.to_id = $1 AND r.asked_id = $1))
    AND (m.end_reason IS NULL OR m.end_reason <> 'safety')
    AND NOT EXISTS (SELECT FROM block b WHERE b.blocker_id IN (m.mentor_id, m.mentee_id, r.to_id)
                                          AND b.blocked_id IN (m.mentor_id, m.mentee_id, r.to_id))
"""
_BY_ID = f"""
SELECT r.* FROM mentorship_proposal r JOIN mentorship m ON m.id = r.mentorship_id WHERE r.id = ANY($2) AND {_SEEN}
"""  # noqa: S608 - made of constants
_OWN = f"""
SELECT r.* FROM mentorship_proposal r JOIN mentorship m ON m.id = r.mentorship_id
WHERE {_SEEN} AND {{bound}} ORDER BY r.created_at {{direction}}, r.id {{direction}} LIMIT {{fetch}}
"""  # noqa: S608 - made of constants


async def visible(actor: Actor, proposal_ids: Collection[UUID]) -> dict[UUID, MentorshipProposal]:
    """Return the proposals among these ids that the actor may see, by id."""
    _, rows = await connection().execute_query(_BY_ID, [actor.user_id, list(proposal_ids)])
    return {row["id"]: MentorshipProposal(**dict(row)) for row in rows}


async def own_page(actor: Actor, page: PageRequest) -> Page[MentorshipProposal]:
    """Return a page of the proposals the actor may see, newest first."""
    bound = f"(r.created_at, r.id) {page.comparison} ($2, $3)" if page.bound else "true"
    sql = _OWN.format(bound=bound, direction=page.direction, fetch=page.fetch)
    _, rows = await connection().execute_query(sql, [actor.require_user(), *(page.bound or ())])
    found = [MentorshipProposal(**dict(row)) for row in rows]
    return cut_page(found, page, lambda row: (row.created_at, row.id))

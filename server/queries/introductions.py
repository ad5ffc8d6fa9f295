"""Reading introductions: each of the three sees their own, and of the others only what visibility allows.

A side with a block towards the other side, or towards the introducer, is not shown the introduction at all.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.introductions import IntroductionState, Part, shown_state
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.introductions import Introduction

NEWEST_INTRODUCTIONS = Order("introductions.newest", (datetime, UUID), descending=True)

# A side sees it while no block parts it from either of the other two.
_MINE = """(i.introducer_id = $1 OR ($1 IN (i.one_id, i.other_id) AND NOT EXISTS (
    SELECT FROM block b WHERE (b.blocker_id = $1 AND b.blocked_id IN (i.one_id, i.other_id, i.introducer_id))
        OR (b.blocked_id = $1 AND b.blocker_id IN (i.one_id, i.other_id, i.introducer_id)))))"""
_VISIBLE = f"SELECT i.* FROM introduction i WHERE i.id = ANY($2::uuid[]) AND {_MINE}"  # noqa: S608 - made of constants
_OWN = f"""
SELECT i.* FROM introduction i WHERE {_MINE} AND {{bound}}
ORDER BY i.created_at {{direction}}, i.id {{direction}} LIMIT {{fetch}}
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class IntroductionView:
    """An introduction as one of the three sees it. To a side, `people` is the other side; to the introducer, both."""

    id: UUID
    part: Part
    state: IntroductionState
    words: str
    own_answer: bool | None
    introducer_id: UUID
    people: tuple[UUID, ...]
    created_at: datetime
    expires_at: datetime
    made_at: datetime | None


def view_of(row: Introduction, viewer_id: UUID) -> IntroductionView:
    """Return what one of the three is shown of an introduction."""
    part = Part.INTRODUCER if row.introducer_id == viewer_id else Part.SIDE
    own = {row.one_id: row.one_agrees, row.other_id: row.other_agrees}.get(viewer_id)
    return IntroductionView(
        id=row.id,
        part=part,
        state=shown_state(row.state, part, own, expires_at=row.expires_at, at=now()),
        words=row.words,
        own_answer=own,
        introducer_id=row.introducer_id,
        people=tuple(one for one in (row.one_id, row.other_id) if one != viewer_id),
        created_at=row.created_at,
        expires_at=row.expires_at,
        made_at=row.made_at,
    )


async def visible(actor: Actor, introduction_ids: Collection[UUID]) -> dict[UUID, IntroductionView]:
    """Return those of these introductions that the actor is part of, as they are shown them."""
    if actor.user_id is None or not introduction_ids:
        return {}
    rows = await _rows(_VISIBLE, actor.user_id, list(introduction_ids))
    return {row["id"]: view_of(Introduction(**dict(row)), actor.user_id) for row in rows}


async def own_page(actor: Actor, page: PageRequest) -> Page[IntroductionView]:
    """Return a page of the introductions the actor offered or is a side of, newest first."""
    mine = actor.require_user()
    bound = f"(i.created_at, i.id) {page.comparison} ($2, $3)" if page.bound else "true"
    statement = _OWN.format(bound=bound, direction=page.direction, fetch=page.fetch)
    rows = await _rows(statement, mine, *(page.bound or ()))
    views = [view_of(Introduction(**dict(row)), mine) for row in rows]
    return cut_page(views, page, lambda view: (view.created_at, view.id))


async def _rows(statement: str, *values: Any) -> list[Any]:
    _, rows = await connection().execute_query(statement, list(values))
    return list(rows)

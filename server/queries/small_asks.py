"""Reading small asks: open ones are every member's, others their two people's. A block hides an ask as a whole."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.small_asks import SmallAsk, SmallAskOffer

OLDEST_SMALL_ASKS = Order("small_asks.oldest", (datetime, UUID))
NEWEST_SMALL_ASKS = Order("small_asks.newest", (datetime, UUID), descending=True)


def _apart(who: str) -> str:
    """Return the SQL condition that a block parts the viewer ($1) from somebody."""
    return f"""EXISTS (SELECT FROM block b WHERE (b.blocker_id = $1 AND b.blocked_id = {who})
        OR (b.blocker_id = {who} AND b.blocked_id = $1))"""


# $2 now.
_OPEN = f"""
a.state = 'open' AND a.expires_at > $2 AND a.profile_id <> $1 AND NOT {_apart("a.profile_id")}
AND EXISTS (SELECT FROM app_user u WHERE u.id = a.profile_id AND u.erased_at IS NULL)"""
_VISIBLE = f"""
SELECT a.* FROM small_ask a WHERE a.id = ANY($3::uuid[]) AND (a.profile_id = $1
    OR (a.helper_id = $1 AND NOT {_apart("a.profile_id")}) OR ($4 AND {_OPEN}))
"""  # noqa: S608 - made of constants
_BOARD = f"""
SELECT a.* FROM small_ask a WHERE {_OPEN} AND ($3 = '' OR a.skill_id = $3)
AND ($4 = '' OR position(lower($4) IN lower(a.topic || ' ' || a.text)) > 0) AND {{bound}}
ORDER BY a.created_at {{direction}}, a.id {{direction}} LIMIT {{fetch}}
"""  # noqa: S608 - made of constants
_OWN = f"""
SELECT a.* FROM small_ask a WHERE (a.profile_id = $1 OR (NOT {_apart("a.profile_id")} AND (a.helper_id = $1
    OR (a.state = 'open' AND a.expires_at > $2
        AND EXISTS (SELECT FROM small_ask_offer o WHERE o.ask_id = a.id AND o.profile_id = $1)))))
AND {{bound}} ORDER BY a.created_at {{direction}}, a.id {{direction}} LIMIT {{fetch}}
"""  # noqa: S608 - made of constants
# The asker reads all offers but those across a block; everybody else their own.
_OFFERS = f"""
SELECT o.* FROM small_ask_offer o JOIN small_ask a ON a.id = o.ask_id
WHERE o.ask_id = ANY($2::uuid[]) AND (o.profile_id = $1 OR (a.profile_id = $1 AND NOT {_apart("o.profile_id")}))
ORDER BY o.created_at, o.id
"""  # noqa: S608 - made of constants


async def visible(actor: Actor, ask_ids: Collection[UUID]) -> dict[UUID, SmallAsk]:
    """Return those of these asks that the actor may see, by id."""
    if actor.user_id is None or not ask_ids:
        return {}
    rows = await _rows(_VISIBLE, actor.user_id, now(), list(ask_ids), actor.is_verified)
    return {row["id"]: SmallAsk(**dict(row)) for row in rows}


async def board_page(actor: Actor, page: PageRequest, *, skill_id: str = "", text: str = "") -> Page[SmallAsk]:
    """Return a page of the open asks of others, the longest waiting first; by skill, by words of topic and ask."""
    mine = actor.require_verified()
    bound = f"(a.created_at, a.id) {page.comparison} ($5, $6)" if page.bound else "true"
    statement = _BOARD.format(bound=bound, direction=page.direction, fetch=page.fetch)
    return _page(await _rows(statement, mine, now(), skill_id, text.strip(), *(page.bound or ())), page)


async def own_page(actor: Actor, page: PageRequest) -> Page[SmallAsk]:
    """Return a page of what the actor asked, helps with or offered to, newest first."""
    bound = f"(a.created_at, a.id) {page.comparison} ($3, $4)" if page.bound else "true"
    statement = _OWN.format(bound=bound, direction=page.direction, fetch=page.fetch)
    return _page(await _rows(statement, actor.require_user(), now(), *(page.bound or ())), page)


async def offers_to(actor: Actor, ask_ids: Collection[UUID]) -> dict[UUID, list[SmallAskOffer]]:
    """Return the offers to each ask that the actor may read, first one first. For asks they were shown."""
    found: dict[UUID, list[SmallAskOffer]] = {key: [] for key in ask_ids}
    for row in await _rows(_OFFERS, actor.user_id, list(ask_ids)):
        found[row["ask_id"]].append(SmallAskOffer(**dict(row)))
    return found


def _page(rows: list[Any], page: PageRequest) -> Page[SmallAsk]:
    return cut_page([SmallAsk(**dict(row)) for row in rows], page, lambda row: (row.created_at, row.id))


async def _rows(statement: str, *values: Any) -> list[Any]:
    _, rows = await connection().execute_query(statement, list(values))
    return list(rows)

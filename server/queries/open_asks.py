"""Reading open asks: their author sees them, mentors whose skills fit see those that are open, nobody else does.

A block between the two hides an ask whoever blocked, and whatever they had to do with it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.open_asks import LEAST_LEVEL
from server.domain.profiles import SkillDirection
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.asks import AskDraft, OpenAsk
from server.models.database import connection

OLDEST_ASKS = Order("open_asks.oldest", (datetime, UUID))
NEWEST_ASKS = Order("open_asks.newest", (datetime, UUID), descending=True)
NEWEST_DRAFTS = Order("ask_drafts.newest", (datetime, UUID), descending=True)

# $1 the viewer, $2 now. Who teaches nothing is no mentor, and is asked nothing.
_OFFERED = f"""
WITH offered AS (
    SELECT array_agg(skill_id::text) AS skills FROM profile_skill
    WHERE profile_id = $1 AND direction = '{SkillDirection.OFFERED}' AND level >= {LEAST_LEVEL}
)"""  # noqa: S608 - made of constants
_FITS = """
a.state = 'open' AND a.expires_at > $2 AND a.profile_id <> $1 AND offered.skills IS NOT NULL
AND (cardinality(a.reach) = 0 OR a.reach && offered.skills)
AND EXISTS (SELECT FROM app_user u WHERE u.id = a.profile_id AND u.erased_at IS NULL)"""
_NOT_APART = """
NOT EXISTS (SELECT FROM block b WHERE (b.blocker_id = $1 AND b.blocked_id = a.profile_id)
    OR (b.blocker_id = a.profile_id AND b.blocked_id = $1))"""
_FITTING = f"""
{_OFFERED} SELECT a.* FROM open_ask a, offered WHERE {_FITS} AND {_NOT_APART} AND {{bound}}
ORDER BY a.created_at {{direction}}, a.id {{direction}} LIMIT {{fetch}}
"""  # noqa: S608 - made of constants
_VISIBLE = f"""
{_OFFERED} SELECT a.* FROM open_ask a, offered WHERE a.id = ANY($3::uuid[]) AND (
    a.profile_id = $1 OR ({_NOT_APART} AND (a.held_by = $1 OR a.answered_by = $1 OR ($4 AND {_FITS})))
)
"""  # noqa: S608 - made of constants
_OWN = """
SELECT * FROM open_ask WHERE profile_id = $1 AND {bound}
ORDER BY created_at {direction}, id {direction} LIMIT {fetch}
"""
_DRAFTS = """
SELECT * FROM ask_draft WHERE profile_id = $1 AND text <> '' AND {bound}
ORDER BY created_at {direction}, id {direction} LIMIT {fetch}
"""
# What asks of a skill came to in the last 30 days, for those who wait and think of asking meanwhile.
_ANSWERED = """
SELECT wanted.skill_id, count(a.id)::int AS answered, percentile_cont(0.5) WITHIN GROUP (
    ORDER BY extract(epoch FROM a.ended_at - a.created_at) / 3600)::float8 AS hours
FROM unnest($1::text[]) AS wanted (skill_id)
JOIN open_ask a ON a.state = 'answered' AND a.ended_at > $2 AND wanted.skill_id = ANY(a.reach)
GROUP BY wanted.skill_id
"""


@dataclass(frozen=True)
class Answered:
    """How many asks of a skill were answered lately, and within how many hours half of them were; None: none."""

    count: int
    hours: float | None


async def visible(actor: Actor, ask_ids: Collection[UUID]) -> dict[UUID, OpenAsk]:
    """Return those of these asks that the actor may see, by id."""
    if actor.user_id is None:
        return {}
    rows = await _rows(_VISIBLE, actor.user_id, now(), list(ask_ids), actor.is_verified)
    return {row.id: row for row in map(_ask, rows)}


async def fitting_page(actor: Actor, page: PageRequest) -> Page[OpenAsk]:
    """Return a page of the open asks that fit what the actor teaches, the longest waiting first."""
    mine = actor.require_verified()
    bound = f"(a.created_at, a.id) {page.comparison} ($3, $4)" if page.bound else "true"
    statement = _FITTING.format(bound=bound, direction=page.direction, fetch=page.fetch)
    rows = await _rows(statement, mine, now(), *(page.bound or ()))
    return cut_page([_ask(row) for row in rows], page, lambda row: (row.created_at, row.id))


async def own_page(actor: Actor, page: PageRequest) -> Page[OpenAsk]:
    """Return a page of the actor's own asks, newest first."""
    bound = f"(created_at, id) {page.comparison} ($2, $3)" if page.bound else "true"
    statement = _OWN.format(bound=bound, direction=page.direction, fetch=page.fetch)
    rows = await _rows(statement, actor.require_user(), *(page.bound or ()))
    return cut_page([_ask(row) for row in rows], page, lambda row: (row.created_at, row.id))


async def drafts_page(actor: Actor, page: PageRequest) -> Page[AskDraft]:
    """Return a page of what the actor wrote for asks, newest first, whatever became of the ask."""
    bound = f"(created_at, id) {page.comparison} ($2, $3)" if page.bound else "true"
    statement = _DRAFTS.format(bound=bound, direction=page.direction, fetch=page.fetch)
    rows = await _rows(statement, actor.require_user(), *(page.bound or ()))
    drafts = [AskDraft(**dict(row)) for row in rows]
    return cut_page(drafts, page, lambda row: (row.created_at, row.id))


async def drafts_for(actor: Actor, ask_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what the actor wrote for these asks, by ask."""
    rows = await AskDraft.filter(profile_id=actor.require_user(), ask_id__in=list(ask_ids))
    return {row.ask_id: row.text for row in rows}


async def answered_lately(skill_ids: Collection[str], since: datetime) -> dict[str, Answered]:
    """Return how asks of each skill fared since an instant."""
    rows = await _rows(_ANSWERED, sorted(set(skill_ids)), since)
    found = {row["skill_id"]: Answered(row["answered"], row["hours"]) for row in rows}
    return {one: found.get(one, Answered(0, None)) for one in skill_ids}


def _ask(row: Any) -> OpenAsk:
    return OpenAsk(**dict(row))


async def _rows(statement: str, *values: Any) -> list[Any]:
    _, rows = await connection().execute_query(statement, list(values))
    return list(rows)

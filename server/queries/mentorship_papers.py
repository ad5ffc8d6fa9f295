"""Reading the papers of mentorships. Shared ones are seen by the two, while nothing parts them; one's own by oneself.

What parts two is a block, and an end for safety, as with their rooms.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from server.domain.actors import Actor
from server.domain.agreements import AgreementState
from server.domain.mentorship_goals import Attained, GoalScore, GoalState, score_of
from server.kit.paging import Key, Order, Page, PageRequest, cut_page
from server.models.base import DatedRow
from server.models.mentorship_papers import Agreement, GoalAttainment, MentorshipGoal, MentorshipIdea, MentorshipNote
from server.models.reading import read
from server.models.rows import columns_of, made_of, table_of

NEWEST_AGREEMENTS = Order("agreements.newest", (datetime, UUID), descending=True)
OLDEST_GOALS = Order("mentorship_goals.oldest", (datetime, UUID))
NEWEST_ATTAINMENTS = Order("goal_attainments.newest", (datetime, UUID), descending=True)
NEWEST_IDEAS = Order("mentorship_ideas.newest", (datetime, UUID), descending=True)
NEWEST_NOTES = Order("mentorship_notes.newest", (datetime, UUID), descending=True)

Paper = TypeVar("Paper", bound=DatedRow)

TOGETHER = """
    (m.mentor_id = $1 OR m.mentee_id = $1)
    AND (m.end_reason IS NULL OR m.end_reason <> 'safety')
    AND NOT EXISTS (SELECT 1 FROM block b WHERE (b.blocker_id = m.mentor_id AND b.blocked_id = m.mentee_id)
                                             OR (b.blocker_id = m.mentee_id AND b.blocked_id = m.mentor_id))
"""
"""The mentorship `m` is the actor's ($1), and nothing parts its two."""

_OWN_NOTE = "p.author_id = $1 AND (m.mentor_id = $1 OR m.mentee_id = $1)"
_NOTE = f"((p.reach = 'mine' AND {_OWN_NOTE}) OR (p.reach = 'shared' AND {TOGETHER}))"
_BY_ID = """
SELECT {columns} FROM {table} p JOIN mentorship m ON m.id = p.mentorship_id WHERE p.id = ANY($2) AND {seen}
"""
_PAGES = """
SELECT found.* FROM unnest($2::uuid[]) AS wanted (mentorship_id)
CROSS JOIN LATERAL (
    SELECT {columns} FROM {table} p JOIN mentorship m ON m.id = p.mentorship_id
    WHERE p.mentorship_id = wanted.mentorship_id AND {seen} AND {bound}
    ORDER BY p.created_at {direction}, p.id {direction} LIMIT {fetch}
) AS found
ORDER BY found.created_at {direction}, found.id {direction}
"""
_ATTAINMENTS = f"""
SELECT found.* FROM unnest($2::uuid[]) AS wanted (goal_id)
CROSS JOIN LATERAL (
    SELECT {{columns}} FROM goal_attainment p JOIN mentorship_goal g ON g.id = p.goal_id
    JOIN mentorship m ON m.id = g.mentorship_id
    WHERE p.goal_id = wanted.goal_id AND {TOGETHER} AND {{bound}}
    ORDER BY p.created_at {{direction}}, p.id {{direction}} LIMIT {{fetch}}
) AS found
ORDER BY found.created_at {{direction}}, found.id {{direction}}
"""  # noqa: S608 - made of constants
_ALL = f"""
SELECT {{columns}} FROM {{table}} p JOIN mentorship m ON m.id = p.mentorship_id
WHERE p.mentorship_id = ANY($2) AND {TOGETHER} AND {{which}}
"""  # noqa: S608 - made of constants


async def visible_agreements(actor: Actor, ids: Collection[UUID]) -> dict[UUID, Agreement]:
    """Return the versions of agreements the actor may read, by id."""
    return await _visible(Agreement, TOGETHER, actor, ids)


async def visible_goals(actor: Actor, ids: Collection[UUID]) -> dict[UUID, MentorshipGoal]:
    """Return the goals the actor may see, by id."""
    return await _visible(MentorshipGoal, TOGETHER, actor, ids)


async def visible_ideas(actor: Actor, ids: Collection[UUID]) -> dict[UUID, MentorshipIdea]:
    """Return the ideas the actor may see, by id."""
    return await _visible(MentorshipIdea, TOGETHER, actor, ids)


async def visible_notes(actor: Actor, ids: Collection[UUID]) -> dict[UUID, MentorshipNote]:
    """Return the notes the actor may read, by id: their own, and shared ones."""
    return await _visible(MentorshipNote, _NOTE, actor, ids)


async def agreements_of(actor: Actor, mentorship_ids: Sequence[UUID], page: PageRequest) -> dict[UUID, Page[Agreement]]:
    """Return a page of the versions of each mentorship's agreement."""
    return await _pages(Agreement, TOGETHER, actor, mentorship_ids, page)


async def goals_of(actor: Actor, mentorship_ids: Sequence[UUID], page: PageRequest) -> dict[UUID, Page[MentorshipGoal]]:
    """Return a page of the goals of each mentorship."""
    return await _pages(MentorshipGoal, TOGETHER, actor, mentorship_ids, page)


async def ideas_of(actor: Actor, mentorship_ids: Sequence[UUID], page: PageRequest) -> dict[UUID, Page[MentorshipIdea]]:
    """Return a page of the ideas of each mentorship."""
    return await _pages(MentorshipIdea, TOGETHER, actor, mentorship_ids, page)


async def notes_of(actor: Actor, mentorship_ids: Sequence[UUID], page: PageRequest) -> dict[UUID, Page[MentorshipNote]]:
    """Return a page of the notes of each mentorship that the actor may read: their own, and shared ones."""
    return await _pages(MentorshipNote, _NOTE, actor, mentorship_ids, page)


async def in_force(actor: Actor, mentorship_ids: Collection[UUID]) -> dict[UUID, Agreement]:
    """Return the version that holds for each mentorship; those without one are left out."""
    which = f"p.state = '{AgreementState.IN_FORCE.value}'"
    return {row.mentorship_id: row for row in await _all(Agreement, which, actor, mentorship_ids)}


async def scores_of(actor: Actor, mentorship_ids: Collection[UUID]) -> dict[UUID, GoalScore]:
    """Return how far the goals of each mentorship are, those let go left out; nothing where none was looked at."""
    which = f"p.level IS NOT NULL AND p.state <> '{GoalState.LET_GO.value}'"
    grouped: dict[UUID, list[Attained]] = defaultdict(list)
    for row in await _all(MentorshipGoal, which, actor, mentorship_ids):
        if row.level is not None:
            grouped[row.mentorship_id].append(Attained(row.baseline_level, row.level, row.weight))
    scores = {key: score_of(goals) for key, goals in grouped.items()}
    return {key: score for key, score in scores.items() if score is not None}


async def attainments_of(actor: Actor, goal_ids: Sequence[UUID], page: PageRequest) -> dict[UUID, Page[GoalAttainment]]:
    """Return a page of where each goal stood, as the two saw it."""
    bound = f"(p.created_at, p.id) {page.comparison} ($3, $4)" if page.bound else "true"
    columns = columns_of(GoalAttainment, "p")
    sql = _ATTAINMENTS.format(columns=columns, bound=bound, direction=page.direction, fetch=page.fetch)
    grouped: dict[UUID, list[GoalAttainment]] = defaultdict(list)
    for row in await _read(GoalAttainment, sql, actor, goal_ids, page.bound):
        grouped[row.goal_id].append(row)
    return {key: cut_page(grouped[key], page, _key) for key in goal_ids}


async def _visible(paper: type[Paper], seen: str, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Paper]:
    sql = _BY_ID.format(**_of(paper), seen=seen)
    return {row.id: row for row in await _read(paper, sql, actor, ids)}


async def _all(paper: type[Paper], which: str, actor: Actor, mentorship_ids: Collection[UUID]) -> list[Paper]:
    return await _read(paper, _ALL.format(**_of(paper), which=which), actor, mentorship_ids)


async def _pages(
    paper: type[Paper], seen: str, actor: Actor, mentorship_ids: Sequence[UUID], page: PageRequest
) -> dict[UUID, Page[Paper]]:
    """Return a page of the papers of a kind for each mentorship, in one statement."""
    bound = f"(p.created_at, p.id) {page.comparison} ($3, $4)" if page.bound else "true"
    sql = _PAGES.format(**_of(paper), seen=seen, bound=bound, direction=page.direction, fetch=page.fetch)
    grouped: dict[UUID, list[Paper]] = defaultdict(list)
    for row in await _read(paper, sql, actor, mentorship_ids, page.bound):
        grouped[_mentorship_of(row)].append(row)
    return {key: cut_page(grouped[key], page, _key) for key in mentorship_ids}


async def _read(
    paper: type[Paper], sql: str, actor: Actor, ids: Collection[UUID], bound: Key | None = None
) -> list[Paper]:
    if actor.user_id is None or not ids:
        return []
    rows = await read(sql, [actor.user_id, list(dict.fromkeys(ids)), *(bound or ())])
    return [made_of(paper, row) for row in rows]


def _of(paper: type[DatedRow]) -> dict[str, str]:
    return {"table": table_of(paper), "columns": columns_of(paper, "p")}


def _mentorship_of(row: Any) -> UUID:
    key: UUID = row.mentorship_id
    return key


def _key(row: DatedRow) -> tuple[datetime, UUID]:
    return (row.created_at, row.id)

"""Reading questions: who sees which, what moderators and authors see of them, and the transparency card.

The lists that the audience reads are in question_pages.py.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.question_states import QuestionState
from server.domain.webinars import STAFF_TOPIC_ROLES
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.questions import Question
from server.models.reading import read
from server.queries import webinars as webinar_queries
from server.queries.question_views import Card, cards_of

OWN_NEWEST = Order("questions.own_newest", (datetime, UUID), descending=True)
REVIEW_OLDEST = Order("questions.review_oldest", (datetime, UUID))


def _sees_all(standing: webinar_queries.Standing) -> bool:
    return standing.role in STAFF_TOPIC_ROLES


async def review_page(
    actor: Actor, webinar_id: UUID, page: PageRequest, *, states: Collection[QuestionState] = ()
) -> Page[Card]:
    """Return a page of all questions in some states or any, oldest first: for moderators, and none for others."""
    standing = (await webinar_queries.standings_of(actor, [webinar_id])).get(webinar_id)
    if standing is None or not _sees_all(standing):
        return cut_page([], page, lambda _: ())
    bound = f"(created_at, id) {page.comparison} ($3, $4)" if page.bound else "true"
    sql = f"""
        SELECT id FROM question WHERE webinar_id = $1 AND (cardinality($2::text[]) = 0 OR state = ANY($2)) AND {bound}
        ORDER BY created_at {page.direction}, id {page.direction} LIMIT {page.fetch}
    """  # noqa: S608 - made of constants
    values = [webinar_id, [state.value for state in states], *(page.bound or ())]
    return await _page_by_birth(sql, values, page)


async def own_page(actor: Actor, page: PageRequest, *, webinar_id: UUID | None = None) -> Page[Card]:
    """Return a page of what the actor asked, in one event or all."""
    bound = f"(created_at, id) {page.comparison} ($3, $4)" if page.bound else "true"
    sql = f"""
        SELECT id FROM question WHERE author_id = $1 AND ($2::uuid IS NULL OR webinar_id = $2) AND {bound}
        ORDER BY created_at {page.direction}, id {page.direction} LIMIT {page.fetch}
    """  # noqa: S608 - made of constants
    return await _page_by_birth(sql, [actor.require_user(), webinar_id, *(page.bound or ())], page)


async def _page_by_birth(sql: str, values: list[Any], page: PageRequest) -> Page[Card]:
    _, rows = await connection().execute_query(sql, values)
    found = await cards_of(await Question.filter(id__in=[row["id"] for row in rows]))
    ordered = [found[row["id"]] for row in rows if row["id"] in found]
    return cut_page(ordered, page, lambda card: (card.row.created_at, card.row.id))


@dataclass(frozen=True)
class Seen:
    """Questions sorted by what the actor may see of each: all of it, one's own, or what is shown."""

    staff: dict[UUID, Card] = field(default_factory=dict)
    own: dict[UUID, Card] = field(default_factory=dict)
    shown: dict[UUID, Card] = field(default_factory=dict)


async def seen(actor: Actor, question_ids: Collection[UUID]) -> Seen:
    """Return the questions among these that the actor may see, as what."""
    rows = await Question.filter(id__in=list(question_ids))
    standings = await webinar_queries.standings_of(actor, {row.webinar_id for row in rows})
    found = Seen()
    for key, card in (await cards_of(rows)).items():
        standing = standings.get(card.row.webinar_id)
        if standing is not None and _sees_all(standing):
            found.staff[key] = card
        if actor.user_id is not None and card.row.author_id == actor.user_id:
            found.own[key] = card
        if standing is not None and standing.may_enter and card.row.is_shown:
            found.shown[key] = card
    return found


@dataclass(frozen=True)
class Votable:
    """A question before a vote, with what its voter is in the event. `authors` include those merged into it."""

    state: QuestionState
    version: int
    standing: webinar_queries.Standing
    authors: frozenset[UUID]


_VOTABLE = f"""
SELECT s.*, q.state, q.version, ARRAY(
    SELECT a.author_id FROM question a WHERE a.author_id IS NOT NULL AND (a.id = q.id OR a.merged_into = q.id)
) AS authors
FROM question q JOIN ({webinar_queries.STANDING}) AS s ON s.id = q.webinar_id WHERE q.id = $2 AND q.is_shown
"""  # noqa: S608 - made of constants


async def votable(actor: Actor, question_id: UUID) -> Votable | None:
    """Return a question that is shown where the actor has a place, or None: in one statement, a storm asks it."""
    rows = await read(_VOTABLE, [actor.require_user(), question_id])
    if not rows:
        return None
    *row, state, version, authors = rows[0]
    standing = webinar_queries.standing_from(actor, row)
    if not (standing.may_see and standing.may_enter):
        return None
    return Votable(QuestionState(state), version, standing, frozenset(authors))


async def voted(actor: Actor, question_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the questions the actor voted for, by itself or by one merged into it."""
    sql = """
        SELECT DISTINCT coalesce(m.merged_into, v.question_id) AS id FROM question_vote v
        LEFT JOIN question m ON m.id = v.question_id
        WHERE v.voter_id = $1 AND (v.question_id = ANY($2) OR m.merged_into = ANY($2))
    """
    return {key for (key,) in await read(sql, [actor.user_id, list(question_ids)])}


@dataclass(frozen=True)
class TransparencyCard:
    """What became of what was asked, for everybody: numbers only."""

    received: int = 0
    live: int = 0
    answered: int = 0
    waiting: int = 0
    withdrawn: int = 0
    merged: int = 0
    dismissed: Mapping[str, int] = field(default_factory=dict)


_COUNTS = """
SELECT webinar_id, coalesce(CASE WHEN state = 'archived' THEN before END, state) AS stood,
       coalesce(dismiss_reason, '') AS reason, count(*)::int AS n
FROM question WHERE webinar_id = ANY($1) GROUP BY 1, 2, 3
"""


async def transparency_of(webinar_ids: Collection[UUID]) -> dict[UUID, TransparencyCard]:
    """Return the card of each event. For events the caller was shown."""
    rows = await read(_COUNTS, [list(webinar_ids)])
    states: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    reasons: dict[UUID, dict[str, int]] = defaultdict(dict)
    for webinar_id, stood, reason, count in rows:
        states[webinar_id][stood] += count
        if stood == QuestionState.DISMISSED:
            reasons[webinar_id][reason] = count
    return {key: _card(states[key], reasons[key]) for key in webinar_ids}


def _card(states: Mapping[str, int], reasons: Mapping[str, int]) -> TransparencyCard:
    return TransparencyCard(
        received=sum(states.values()),
        live=states.get("live", 0) + states.get("answering", 0),
        answered=states.get("answered", 0),
        waiting=states.get("pending", 0) + states.get("returned", 0),
        withdrawn=states.get("withdrawn", 0),
        merged=states.get("merged", 0),
        dismissed=dict(reasons),
    )

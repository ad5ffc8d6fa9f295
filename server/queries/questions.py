"""Reading questions: the six orders as keyset pages, who sees which, and the transparency card.

The orders say in SQL what domain/question_order.py says for one question. While a question is being answered, votes
and heat are those of the freeze, and what was shown since stands last.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.question_order import EPOCH, LEAST_EXPOSURE_SECONDS, ORDERS, QUEUE_LAST, QuestionSort, micros
from server.domain.question_states import QuestionState
from server.domain.webinars import STAFF_TOPIC_ROLES, is_staff
from server.kit.clock import now
from server.kit.paging import Key, Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.questions import Question
from server.models.webinars import Webinar
from server.queries import webinars as webinar_queries
from server.queries.question_views import Card, cards_of

OWN_NEWEST = Order("questions.own_newest", (datetime, UUID), descending=True)
REVIEW_OLDEST = Order("questions.review_oldest", (datetime, UUID))

_SHOWN = f"((extract(epoch FROM q.shown_at) - {EPOCH.timestamp():.0f}) * 1000000)::bigint"
_VOTES = "CASE WHEN w.frozen_at IS NULL THEN t.votes ELSE coalesce(t.frozen_votes, -1) END"
_HEAT = "CASE WHEN w.frozen_at IS NULL THEN t.heat ELSE coalesce(t.frozen_heat, 0) END"
_EXPOSED = f"""greatest({LEAST_EXPOSURE_SECONDS}::float8, q.exposed_seconds + CASE WHEN q.live_since IS NULL THEN 0
    ELSE greatest(0, extract(epoch FROM $2::timestamptz - q.live_since)) END::float8)"""
# When this asker, as they appear, was last answered: a pseudonym's history is its own, or the order would join the two.
_SERVED = f"""(SELECT ((extract(epoch FROM max(o.answered_at)) - {EPOCH.timestamp():.0f}) * 1000000)::bigint
    FROM question o WHERE o.webinar_id = q.webinar_id AND o.id <> q.id AND o.is_shown AND o.answered_at < $2
      AND o.shown_as = q.shown_as
      AND CASE q.shown_as WHEN 'name' THEN o.author_id = q.author_id
                          WHEN 'pseudonym' THEN o.pseudonym = q.pseudonym ELSE false END)"""  # noqa: S608 - made of constants

_KEYS: Mapping[QuestionSort, tuple[str, ...]] = {
    QuestionSort.POPULAR: (_VOTES, f"-{_SHOWN}"),
    QuestionSort.RECENT: (_SHOWN,),
    QuestionSort.OLDEST_UNANSWERED: (_SHOWN,),
    QuestionSort.TRENDING: (_HEAT,),
    QuestionSort.FAIR: (
        f"({_VOTES})::float8 / {_EXPOSED}",
        f"CASE WHEN {_SERVED} IS NULL THEN 1 ELSE 0 END",
        f"coalesce(-{_SERVED}, 0)",
    ),
    QuestionSort.QUEUE: (f"coalesce(q.queue_rank, {QUEUE_LAST})", _SHOWN),
}
_WAITING = "('live', 'answering')"
_STATES: Mapping[QuestionSort, str] = {
    QuestionSort.OLDEST_UNANSWERED: f"q.state IN {_WAITING}",
    QuestionSort.QUEUE: f"q.state IN {_WAITING}",
}
_LISTED = "q.state <> 'merged' AND NOT (q.state = 'archived' AND q.before = 'merged')"


async def page_of(actor: Actor, webinar_id: UUID, page: PageRequest, *, sort: QuestionSort) -> Page[Card]:
    """Return a page of the questions that are shown in an event; none where the actor has no place.

    The queue is for the staff: others get an empty page of it.
    """
    standing = (await webinar_queries.standings_of(actor, [webinar_id])).get(webinar_id)
    hidden = sort is QuestionSort.QUEUE and not (standing and (is_staff(standing.role) or _sees_all(standing)))
    if standing is None or not standing.may_enter or hidden:
        return cut_page([], page, lambda _: ())
    as_of = await _as_of(webinar_id, page, sort)
    keys = ", ".join(f"{key} AS k{place}" for place, key in enumerate(_KEYS[sort]))
    names = ", ".join(f"k{place}" for place in range(len(_KEYS[sort])))
    ordered = ", ".join(f"{name} {page.direction}" for name in [*names.split(", "), "id"])
    bound = tuple(page.bound or ())[1:] if sort is QuestionSort.FAIR else tuple(page.bound or ())
    marks = ", ".join(f"${place + 3}" for place in range(len(bound)))
    where = f"({names}, id) {page.comparison} ({marks})" if bound else "true"
    sql = f"""
        SELECT * FROM (
            SELECT q.id, {keys} FROM question q JOIN webinar w ON w.id = q.webinar_id
            LEFT JOIN question_tally t ON t.question_id = q.id
            WHERE q.webinar_id = $1 AND q.is_shown AND $2::timestamptz IS NOT NULL
              AND {_LISTED} AND {_STATES.get(sort, "true")}
        ) AS keyed WHERE {where} ORDER BY {ordered} LIMIT {page.fetch}
    """  # noqa: S608 - made of constants
    _, rows = await connection().execute_query(sql, [webinar_id, as_of, *bound])
    return await _page_of_keys(rows, page, sort, as_of)


def _sees_all(standing: webinar_queries.Standing) -> bool:
    return standing.role in STAFF_TOPIC_ROLES


async def _as_of(webinar_id: UUID, page: PageRequest, sort: QuestionSort) -> datetime:
    """Return the instant an order is computed for: that of the freeze, of the page before, or now."""
    if sort is QuestionSort.FAIR and page.bound is not None:
        return EPOCH + timedelta(microseconds=max(0, min(int(page.bound[0]), 10**16)))
    webinar = await Webinar.get(id=webinar_id).only("id", "frozen_at")
    return webinar.frozen_at or now()


async def _page_of_keys(
    rows: Sequence[Mapping[str, Any]], page: PageRequest, sort: QuestionSort, as_of: datetime
) -> Page[Card]:
    """Turn keys and ids into a page of cards. Built from the keys that were read: a vote meanwhile moves nothing."""
    lead: Key = (micros(as_of),) if sort is QuestionSort.FAIR else ()
    keys = {row["id"]: (*lead, *(row[f"k{place}"] for place in range(len(_KEYS[sort]))), row["id"]) for row in rows}
    found = await cards_of(await Question.filter(id__in=list(keys)))
    return cut_page([found[key] for key in keys if key in found], page, lambda card: keys[card.row.id])


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
SELECT q.state AS question_state, q.version AS question_version, q.is_shown, s.*, ARRAY(
    SELECT a.author_id FROM question a WHERE a.author_id IS NOT NULL AND (a.id = q.id OR a.merged_into = q.id)
) AS authors
FROM question q JOIN ({webinar_queries.STANDING}) AS s ON s.id = q.webinar_id WHERE q.id = $2
"""  # noqa: S608 - made of constants


async def votable(actor: Actor, question_id: UUID) -> Votable | None:
    """Return a question that is shown where the actor has a place, or None: in one statement, a storm asks it."""
    _, rows = await connection().execute_query(_VOTABLE, [actor.require_user(), question_id])
    if not rows or not rows[0]["is_shown"]:
        return None
    row = rows[0]
    standing = webinar_queries.standing_from(actor, row)
    if not (standing.may_see and standing.may_enter):
        return None
    return Votable(QuestionState(row["question_state"]), row["question_version"], standing, frozenset(row["authors"]))


async def voted(actor: Actor, question_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the questions the actor voted for, by itself or by one merged into it."""
    sql = """
        SELECT DISTINCT coalesce(m.merged_into, v.question_id) AS id FROM question_vote v
        LEFT JOIN question m ON m.id = v.question_id
        WHERE v.voter_id = $1 AND (v.question_id = ANY($2) OR m.merged_into = ANY($2))
    """
    _, rows = await connection().execute_query(sql, [actor.user_id, list(question_ids)])
    return {row["id"] for row in rows}


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
    _, rows = await connection().execute_query(_COUNTS, [list(webinar_ids)])
    states: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    reasons: dict[UUID, dict[str, int]] = defaultdict(dict)
    for row in rows:
        states[row["webinar_id"]][row["stood"]] += row["n"]
        if row["stood"] == QuestionState.DISMISSED:
            reasons[row["webinar_id"]][row["reason"]] = row["n"]
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


def page_order(sort: QuestionSort) -> Order:
    """Return the order of a sort."""
    return ORDERS[sort]

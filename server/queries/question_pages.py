"""The six orders of questions as keyset pages: each in one statement, with what its reader is in the event.

The orders say in SQL what domain/question_order.py says for one question. While a question is being answered, votes
and heat are those of the freeze, and what was shown since stands last.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.question_order import EPOCH, LEAST_EXPOSURE_SECONDS, QUEUE_LAST, QuestionSort, micros
from server.domain.webinars import STAFF_TOPIC_ROLES, is_staff
from server.kit.clock import now
from server.kit.paging import Page, PageRequest, cut_page
from server.models.reading import read
from server.queries import webinars as webinar_queries
from server.queries.question_views import LISTED, Listed, listed_of

_SHOWN = f"((extract(epoch FROM q.shown_at) - {EPOCH.timestamp():.0f}) * 1000000)::bigint"
_VOTES = "CASE WHEN w.frozen_at IS NULL THEN t.votes ELSE coalesce(t.frozen_votes, -1) END"
_HEAT = "CASE WHEN w.frozen_at IS NULL THEN t.heat ELSE coalesce(t.frozen_heat, 0) END"
_EXPOSED = f"""greatest({LEAST_EXPOSURE_SECONDS}::float8, q.exposed_seconds + CASE WHEN q.live_since IS NULL THEN 0
    ELSE greatest(0, extract(epoch FROM moment.as_of - q.live_since)) END::float8)"""
# When this asker, as they appear, was last answered: a pseudonym's history is its own, or the order would join the two.
_SERVED = f"""(SELECT ((extract(epoch FROM max(o.answered_at)) - {EPOCH.timestamp():.0f}) * 1000000)::bigint
    FROM question o WHERE o.webinar_id = q.webinar_id AND o.id <> q.id AND o.is_shown AND o.answered_at < moment.as_of
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
    QuestionSort.OLDEST_UNANSWERED: f"AND q.state IN {_WAITING}",
    QuestionSort.QUEUE: f"AND q.state IN {_WAITING}",
}

# $1 the reader, $2 the event, $3 the instant; further parameters are the bound of the page.
_PAGE = f"""
SELECT s.*, moment.as_of, ARRAY(SELECT listed FROM (
    SELECT %(keys)s, {LISTED} FROM (
        SELECT q.*, t.votes, %(ranks)s FROM question q LEFT JOIN question_tally t ON t.question_id = q.id
        WHERE q.webinar_id = w.id AND q.is_shown AND q.state <> 'merged'
          AND NOT (q.state = 'archived' AND q.before = 'merged') %(states)s
    ) AS q WHERE %(bound)s ORDER BY %(order)s LIMIT %(limit)s
) AS listed)
FROM ({webinar_queries.STANDING}) AS s JOIN webinar w ON w.id = s.id
CROSS JOIN LATERAL (SELECT %(as_of)s) AS moment (as_of)
WHERE s.id = $2
"""  # noqa: S608 - made of constants


async def page_of(actor: Actor, webinar_id: UUID, page: PageRequest, *, sort: QuestionSort) -> Page[Listed]:
    """Return a page of the questions that are shown in an event; none where the actor has no place.

    The queue is for the staff: others get an empty page of it.
    """
    nothing = cut_page(list[Listed](), page, lambda _: ())
    if actor.user_id is None:
        return nothing
    bound = tuple(page.bound or ())
    as_of = now()
    if sort is QuestionSort.FAIR and bound:
        as_of, bound = EPOCH + timedelta(microseconds=max(0, min(int(bound[0]), 10**16))), bound[1:]
    found = await read(_statement(sort, page), [actor.user_id, webinar_id, as_of, *bound])
    if not found:
        return nothing
    *standing, as_of, rows = found[0]
    if not _may_read(webinar_queries.standing_from(actor, standing), sort):
        return nothing
    return _cut(rows, page, sort, as_of)


def _may_read(standing: webinar_queries.Standing, sort: QuestionSort) -> bool:
    if sort is QuestionSort.QUEUE and not (is_staff(standing.role) or standing.role in STAFF_TOPIC_ROLES):
        return False
    return standing.may_see and standing.may_enter


# The statements that clients ask for are few: orders, sizes, and the four ways to read a page.
@lru_cache(maxsize=512)
def _text(sort: QuestionSort, *, is_bound: bool, direction: str, comparison: str, fetch: int) -> str:
    names = [f"k{place}" for place in range(len(_KEYS[sort]))]
    marks = ", ".join(f"${4 + place}" for place in range(len(names) + 1))
    # The pages of the fair order are all of the instant at which the first was read.
    stands = sort is QuestionSort.FAIR and is_bound
    return _PAGE % {
        "keys": ", ".join(names),
        "ranks": ", ".join(f"{key} AS {name}" for name, key in zip(names, _KEYS[sort], strict=True)),
        "states": _STATES.get(sort, ""),
        "bound": f"({', '.join(names)}, id) {comparison} ({marks})" if is_bound else "true",
        "order": ", ".join(f"{name} {direction}" for name in [*names, "id"]),
        "limit": fetch,
        "as_of": "$3::timestamptz" if stands else "coalesce(w.frozen_at, $3::timestamptz)",
    }


def _statement(sort: QuestionSort, page: PageRequest) -> str:
    return _text(
        sort,
        is_bound=page.bound is not None,
        direction=page.direction,
        comparison=page.comparison,
        fetch=page.fetch,
    )


def _cut(rows: Sequence[Sequence[Any]], page: PageRequest, sort: QuestionSort, as_of: datetime) -> Page[Listed]:
    """Return the page. Built from the keys that were read: a vote meanwhile moves nothing."""
    lead = (micros(as_of),) if sort is QuestionSort.FAIR else ()
    width = len(_KEYS[sort])
    keyed = [(row[:width], listed_of(row[width:])) for row in rows]
    cut = cut_page(keyed, page, lambda one: (*lead, *one[0], one[1].id))
    return Page([one for _, one in cut.items], cut.cursors, cut.has_next, cut.has_previous)

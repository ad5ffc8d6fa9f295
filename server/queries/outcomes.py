"""Reading what came of mentorships: one's own questions, and for managers figures over five people or more."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain import outcomes as rules
from server.domain.actors import Actor
from server.domain.availability import MentoringFormat
from server.domain.outcomes import LEAST_PEOPLE, OutcomeMeasure, OutcomeMoment, OutcomeSide
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.outcomes import MentorshipOutcome

FIRST_DUE = Order("outcomes.due", (datetime, UUID))

_OPEN = """
SELECT * FROM mentorship_outcome
WHERE profile_id = $1 AND due_at <= $2 AND closes_at > $2 AND answered_at IS NULL AND {bound}
ORDER BY due_at {direction}, id {direction} LIMIT {fetch}
"""
# One answer of each person, their newest, so that the groups share nobody and their numbers are numbers of people.
_FIGURES = """
WITH newest AS (
    SELECT DISTINCT ON (o.profile_id) o.*, m.format
    FROM mentorship_outcome o JOIN mentorship m ON m.id = o.mentorship_id
    WHERE o.moment = $1 AND o.side = $2 AND o.due_at >= $3 AND o.due_at < $4 AND o.answered_at IS NOT NULL
    ORDER BY o.profile_id, o.due_at DESC, o.id DESC
)
SELECT format,
    count(skill_after) AS skill_people,
    avg(skill_before)::float AS skill_before, avg(skill_after)::float AS skill_after,
    count(confidence_after) AS confidence_people,
    avg(confidence_before)::float AS confidence_before, avg(confidence_after)::float AS confidence_after,
    count(ties) AS ties_people, avg(ties)::float AS ties_after,
    count(clients) AS clients_people, avg(clients)::float AS clients_after
FROM newest GROUP BY GROUPING SETS ((format), ())
"""


@dataclass(frozen=True)
class Figure:
    """Means of a measure over some people, to one decimal; `before` is None for what has none."""

    people: int
    before: float | None
    after: float


@dataclass(frozen=True)
class Figures:
    """A measure over all, and by format; None is withheld, or nobody answered."""

    measure: OutcomeMeasure
    total: Figure | None
    by_format: Mapping[MentoringFormat, Figure | None]


async def visible(actor: Actor, outcome_ids: Collection[UUID]) -> dict[UUID, MentorshipOutcome]:
    """Return the questions among these that are put to the actor and due, by id."""
    if actor.user_id is None:
        return {}
    own = MentorshipOutcome.filter(id__in=list(outcome_ids), profile_id=actor.user_id, due_at__lte=now())
    return {row.id: row for row in await own}


async def open_page(actor: Actor, page: PageRequest) -> Page[MentorshipOutcome]:
    """Return a page of the questions that wait for the actor's answer, first due first."""
    bound = f"(due_at, id) {page.comparison} ($3, $4)" if page.bound else "true"
    sql = _OPEN.format(bound=bound, direction=page.direction, fetch=page.fetch)
    _, rows = await connection().execute_query(sql, [actor.require_user(), now(), *(page.bound or ())])
    return cut_page([MentorshipOutcome(**dict(row)) for row in rows], page, lambda row: (row.due_at, row.id))


async def statistics(
    actor: Actor, *, year: int, quarter: int, moment: OutcomeMoment, side: OutcomeSide
) -> list[Figures]:
    """Return what one side answered to the questions due in a quarter that is over. Managers alone may ask.

    A group below five people is withheld in each measure, and further ones where subtraction would show it.
    """
    rules.check_may_read(actor)
    start, end = rules.quarter_of(year, quarter, now())
    _, rows = await connection().execute_query(_FIGURES, [moment.value, side.value, start, end])
    total = next(row for row in rows if row["format"] is None)
    by_format = {MentoringFormat(row["format"]): row for row in rows if row["format"] is not None}
    return [_figures(measure, total, by_format) for measure in OutcomeMeasure]


def _figures(
    measure: OutcomeMeasure, total: Mapping[str, Any], by_format: Mapping[MentoringFormat, Mapping[str, Any]]
) -> Figures:
    people = {one: _people(measure, by_format[one]) if one in by_format else 0 for one in MentoringFormat}
    hidden = rules.withheld(people)
    shown = {one: None if one in hidden else _figure(measure, by_format[one]) for one in MentoringFormat}
    return Figures(measure, _figure(measure, total) if _people(measure, total) >= LEAST_PEOPLE else None, shown)


def _people(measure: OutcomeMeasure, row: Mapping[str, Any]) -> int:
    return int(row[f"{measure.value}_people"])


def _figure(measure: OutcomeMeasure, row: Mapping[str, Any]) -> Figure:
    has_before = measure in (OutcomeMeasure.SKILL, OutcomeMeasure.CONFIDENCE)
    before = round(row[f"{measure.value}_before"], 1) if has_before else None
    return Figure(_people(measure, row), before, round(row[f"{measure.value}_after"], 1))

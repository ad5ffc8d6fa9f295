"""Reading cases: one's own, as a reporter or as whom it was decided against; the desk's; and the public counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from server.domain.actors import Actor, Role
from server.domain.errors import NotAllowed
from server.domain.moderation import CaseState, Decision, ReportReason
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.moderation import SafetyCase, TalkOpening
from server.models.profiles import Profile

NEWEST_CASES = Order("cases.newest", (datetime, UUID), descending=True)
OLDEST_CASES = Order("cases.oldest", (datetime, UUID))
FEWEST_TOLD = 5
"""Public counts below this are not told: a few could be named."""

_COUNTS = """
SELECT reason, count(*)::int AS reported,
       (count(*) FILTER (WHERE decision IS NOT NULL))::int AS decided,
       (count(*) FILTER (WHERE decision <> 'nothing'))::int AS acted_on
FROM safety_case WHERE created_at > $1 GROUP BY reason
"""
_OPENED = """
SELECT o.* FROM talk_opening o JOIN session_participant p ON p.session_id = o.session_id
WHERE p.profile_id = $1 ORDER BY o.created_at DESC LIMIT 100
"""


@dataclass(frozen=True)
class ReasonCount:
    """How many reports gave a reason, how many of them were decided, and with how many something was done."""

    reason: ReportReason
    reported: int | None
    decided: int | None
    acted_on: int | None


def _own(actor: Actor) -> Q:
    """Return the condition on cases that the actor may follow: reported by them, or decided against them."""
    mine = actor.require_account()
    against = Q(Q(accused_id=mine), ~Q(decision=None), ~Q(decision=Decision.NOTHING))
    return Q(reporter_id=mine) | against


async def own(actor: Actor, case_ids: Collection[UUID]) -> dict[UUID, SafetyCase]:
    """Return those of these cases that the actor may follow, also when they are suspended."""
    if actor.user_id is None and actor.suspension is None:
        return {}
    return {row.id: row for row in await SafetyCase.filter(_own(actor), id__in=list(case_ids))}


async def own_page(actor: Actor, page: PageRequest) -> Page[SafetyCase]:
    """Return a page of the cases the actor may follow, newest first. Refuses a visitor."""
    return await _page(SafetyCase.filter(_own(actor)), page)


def _at_the_desk(actor: Actor) -> Q:
    """Return the condition on cases the actor may work on: all but those they are part of."""
    return ~Q(reporter_id=actor.user_id) & ~Q(accused_id=actor.user_id)


async def on_the_desk(actor: Actor, case_ids: Collection[UUID]) -> dict[UUID, SafetyCase]:
    """Return those of these cases that the actor may work on; none for whoever is not of the safety team."""
    if actor.user_id is None or not actor.has_role(Role.SAFETY_TEAM):
        return {}
    return {row.id: row for row in await SafetyCase.filter(_at_the_desk(actor), id__in=list(case_ids))}


async def queue_page(actor: Actor, page: PageRequest, *, states: Collection[CaseState]) -> Page[SafetyCase]:
    """Return a page of the desk's cases in these states, the one that waits longest first."""
    actor.require_user()
    if not actor.has_role(Role.SAFETY_TEAM):
        raise NotAllowed("the role safety_team")
    return await _page(SafetyCase.filter(_at_the_desk(actor), state__in=list(states)), page)


async def names_of(profile_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names that strangers read of people in a case. For the desk alone."""
    rows = await Profile.filter(id__in=list(profile_ids))
    return {row.id: (row.pseudonym or "") if row.is_pseudonymous else row.display_name for row in rows}


async def counts(*, days: int) -> list[ReasonCount]:
    """Return the public counts of the last `days`, reason by reason; small numbers are None."""
    _, rows = await connection().execute_query(_COUNTS, [now() - timedelta(days=days)])
    found = {row["reason"]: row for row in rows}

    def told(reason: ReportReason, column: str) -> int | None:
        number: int = found[reason][column] if reason in found else 0
        return None if 0 < number < FEWEST_TOLD else number

    return [
        ReasonCount(reason, told(reason, "reported"), told(reason, "decided"), told(reason, "acted_on"))
        for reason in ReportReason
    ]


async def openings_about(actor: Actor) -> list[TalkOpening]:
    """Return the readings of private talk the actor was part of, newest first; also when they are suspended."""
    _, rows = await connection().execute_query(_OPENED, [actor.require_account()])
    return [TalkOpening(**dict(row)) for row in rows]


async def _page(rows: QuerySet[SafetyCase], page: PageRequest) -> Page[SafetyCase]:
    if page.bound is not None:
        created_at, case_id = page.bound
        way = "lt" if page.comparison == "<" else "gt"
        rows = rows.filter(
            Q(**{f"created_at__{way}": created_at}) | Q(Q(created_at=created_at), Q(**{f"id__{way}": case_id}))
        )
    sign = "-" if page.direction == "DESC" else ""
    found = await rows.order_by(f"{sign}created_at", f"{sign}id").limit(page.fetch)
    return cut_page(found, page, lambda row: (row.created_at, row.id))

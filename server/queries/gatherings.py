"""Reading gatherings: whom each is for, who goes, and the pages of them.

`may_see` is the one rule of who may see a gathering, for readers and for the line of those who answered alike. A block
with the host hides it; two guests with a block between them both go, and neither is shown the other.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.gatherings import HOLDING, AnswerState
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.gatherings import Gathering, GatheringAnswer

SOONEST = Order("gatherings.soonest", (datetime, UUID))
OWN_LATEST = Order("gatherings.own_latest", (datetime, UUID), descending=True)
GUESTS = Order("gathering_answers.queued", (datetime, UUID))

_HOLDING = ", ".join(f"'{state}'" for state in sorted(HOLDING))


def may_see(who: str) -> str:
    """Return the SQL condition that the person `who` may see the gathering `g`: its host, and those it is for."""
    return f"""(g.host_id = {who} OR (
        NOT EXISTS (SELECT FROM block b WHERE (b.blocker_id = g.host_id AND b.blocked_id = {who})
            OR (b.blocker_id = {who} AND b.blocked_id = g.host_id))
        AND EXISTS (SELECT FROM app_user u WHERE u.id = g.host_id AND u.erased_at IS NULL)
        AND EXISTS (SELECT FROM app_user u WHERE u.id = {who} AND u.erased_at IS NULL AND u.verified_at IS NOT NULL)
        AND CASE g.audience WHEN 'members' THEN true
            WHEN 'circle' THEN EXISTS (SELECT FROM circle_seat s WHERE s.circle_id = g.circle_id
                AND s.profile_id = {who} AND s.state = 'seated' AND s.role <> 'guest')
            ELSE EXISTS (SELECT FROM programme_member m WHERE m.programme_id = g.programme_id AND m.profile_id = {who})
              OR EXISTS (SELECT FROM programme_manager m WHERE m.programme_id = g.programme_id AND m.profile_id = {who})
            END))"""  # noqa: S608 - made of constants


_VISIBLE = f"SELECT g.* FROM gathering g WHERE g.id = ANY($2::uuid[]) AND {may_see('$1')}"  # noqa: S608 - made of constants
# $2 now, $3 until when, $4 a city, $5 a country, $6 an interest; empty: any.
_COMING = f"""
SELECT g.* FROM gathering g WHERE g.cancelled_at IS NULL AND g.ends_at > $2 AND g.starts_at < $3
AND ($4 = '' OR (NOT g.is_online AND lower(g.city) = lower($4))) AND ($5 = '' OR g.country = $5)
AND ($6 = '' OR EXISTS (SELECT FROM unnest(g.interests) i WHERE lower(i) = lower($6)))
AND {may_see("$1")} AND {{bound}}
ORDER BY g.starts_at {{direction}}, g.id {{direction}} LIMIT {{fetch}}
"""  # noqa: S608 - made of constants
_OWN = f"""
SELECT g.* FROM gathering g WHERE {may_see("$1")} AND (g.host_id = $1 OR g.heir_id = $1 OR EXISTS (
    SELECT FROM gathering_answer a WHERE a.gathering_id = g.id AND a.profile_id = $1 AND a.state IN ({_HOLDING})))
AND {{bound}} ORDER BY g.starts_at {{direction}}, g.id {{direction}} LIMIT {{fetch}}
"""  # noqa: S608 - made of constants
_CROWDS = """
SELECT gathering_id, count(*) FILTER (WHERE state = 'going')::int AS going,
       count(*) FILTER (WHERE state = 'waiting')::int AS waiting, count(*) FILTER (WHERE state = 'maybe')::int AS maybe,
       count(*) FILTER (WHERE came_at IS NOT NULL)::int AS came
FROM gathering_answer WHERE gathering_id = ANY($1::uuid[]) GROUP BY gathering_id
"""
_PLACES_IN_LINE = """
SELECT gathering_id, place FROM (
    SELECT gathering_id, profile_id, row_number() OVER (PARTITION BY gathering_id ORDER BY queued_at, id) AS place
    FROM gathering_answer WHERE gathering_id = ANY($1::uuid[]) AND state = 'waiting'
) AS line WHERE profile_id = $2
"""
# Those who go see who goes and who may; the host sees everybody who answered yes or maybe, and who came.
_GUESTS = f"""
SELECT guest.* FROM unnest($2::uuid[]) AS wanted (gathering_id)
CROSS JOIN LATERAL (
    SELECT a.* FROM gathering_answer a JOIN gathering g ON g.id = a.gathering_id
    WHERE a.gathering_id = wanted.gathering_id
      AND NOT EXISTS (SELECT FROM block b WHERE (b.blocker_id = $1 AND b.blocked_id = a.profile_id)
          OR (b.blocker_id = a.profile_id AND b.blocked_id = $1))
      AND (a.profile_id = $1 OR (g.host_id = $1 AND (a.state IN ({_HOLDING}) OR a.came_at IS NOT NULL))
        OR (a.state IN ('going', 'maybe') AND EXISTS (SELECT FROM gathering_answer mine
            WHERE mine.gathering_id = g.id AND mine.profile_id = $1 AND mine.state = 'going')))
      AND {{bound}}
    ORDER BY a.queued_at {{direction}}, a.id {{direction}} LIMIT {{fetch}}
) AS guest ORDER BY guest.queued_at {{direction}}, guest.id {{direction}}
"""  # noqa: S608 - made of constants
# Of these people, what they host or go to in a stretch of time: for their calendars.
_CALENDAR = f"""
SELECT who.id AS who, g.* FROM unnest($1::uuid[]) AS who (id) JOIN gathering g ON g.starts_at < $3 AND g.ends_at > $2
WHERE {may_see("who.id")} AND (g.host_id = who.id OR EXISTS (SELECT FROM gathering_answer a
    WHERE a.gathering_id = g.id AND a.profile_id = who.id AND a.state = 'going'))
ORDER BY g.starts_at, g.id
"""  # noqa: S608 - made of constants
_STRANGERS = f"""
SELECT a.id FROM gathering_answer a JOIN gathering g ON g.id = a.gathering_id
WHERE g.id = $1 AND a.state IN ({_HOLDING}) AND NOT {may_see("a.profile_id")}
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class Wanted:
    """Which gatherings are asked for: until when, in which city and country, about which interest. Empty: any."""

    until: datetime
    city: str = ""
    country: str = ""
    interest: str = ""


@dataclass(frozen=True)
class Crowd:
    """How many go, wait and may come, and how many came."""

    going: int = 0
    waiting: int = 0
    maybe: int = 0
    came: int = 0


async def visible(actor: Actor, gathering_ids: Collection[UUID]) -> dict[UUID, Gathering]:
    """Return the gatherings among these that the actor may see, by id."""
    if actor.user_id is None or not gathering_ids:
        return {}
    rows = await _rows(_VISIBLE, actor.user_id, list(gathering_ids))
    return {row["id"]: Gathering(**dict(row)) for row in rows}


async def coming_page(actor: Actor, page: PageRequest, wanted: Wanted) -> Page[Gathering]:
    """Return a page of the gatherings to come or under way, soonest first."""
    mine = actor.require_verified()
    bound = f"(g.starts_at, g.id) {page.comparison} ($7, $8)" if page.bound else "true"
    statement = _COMING.format(bound=bound, direction=page.direction, fetch=page.fetch)
    asked = (wanted.until, wanted.city.strip(), wanted.country.strip().upper(), wanted.interest.strip())
    return _page(await _rows(statement, mine, now(), *asked, *(page.bound or ())), page)


async def own_page(actor: Actor, page: PageRequest) -> Page[Gathering]:
    """Return a page of the gatherings the actor hosts, is asked to host, goes to, waits for or may come to."""
    bound = f"(g.starts_at, g.id) {page.comparison} ($2, $3)" if page.bound else "true"
    statement = _OWN.format(bound=bound, direction=page.direction, fetch=page.fetch)
    return _page(await _rows(statement, actor.require_user(), *(page.bound or ())), page)


def _page(rows: Sequence[Any], page: PageRequest) -> Page[Gathering]:
    return cut_page([Gathering(**dict(row)) for row in rows], page, lambda row: (row.starts_at, row.id))


async def crowds_of(gathering_ids: Collection[UUID]) -> dict[UUID, Crowd]:
    """Return how many there are in each. For gatherings the caller was shown."""
    rows = await _rows(_CROWDS, list(gathering_ids))
    found = {row["gathering_id"]: Crowd(row["going"], row["waiting"], row["maybe"], row["came"]) for row in rows}
    return defaultdict(Crowd, found)


async def own_answers(actor: Actor, gathering_ids: Collection[UUID]) -> dict[UUID, GatheringAnswer]:
    """Return the actor's own answers, by gathering."""
    rows = await GatheringAnswer.filter(gathering_id__in=list(gathering_ids), profile_id=actor.require_user())
    return {row.gathering_id: row for row in rows}


async def places_in_line(actor: Actor, gathering_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the actor's place in the line of each gathering they wait for: 1 is next."""
    rows = await _rows(_PLACES_IN_LINE, list(gathering_ids), actor.user_id)
    return {row["gathering_id"]: row["place"] for row in rows}


async def guests_of(
    actor: Actor, gathering_ids: Sequence[UUID], page: PageRequest
) -> dict[UUID, Page[GatheringAnswer]]:
    """Return a page of the answers to each that the actor may read, first one first. For gatherings they were shown."""
    bound = f"(a.queued_at, a.id) {page.comparison} ($3, $4)" if page.bound else "true"
    statement = _GUESTS.format(bound=bound, direction=page.direction, fetch=page.fetch)
    grouped: dict[UUID, list[GatheringAnswer]] = defaultdict(list)
    for row in await _rows(statement, actor.user_id, list(gathering_ids), *(page.bound or ())):
        grouped[row["gathering_id"]].append(GatheringAnswer(**dict(row)))
    return {key: cut_page(grouped[key], page, lambda row: (row.queued_at, row.id)) for key in gathering_ids}


async def gatherings_of(profile_ids: Collection[UUID], start: datetime, end: datetime) -> dict[UUID, list[Gathering]]:
    """Return what each person hosts or goes to between two instants, by time; called-off ones too, as such."""
    found: dict[UUID, list[Gathering]] = {key: [] for key in profile_ids}
    for row in await _rows(_CALENDAR, list(profile_ids), start, end):
        values = dict(row)
        found[values.pop("who")].append(Gathering(**values))
    return found


async def strangers_in(gathering_id: UUID) -> list[UUID]:
    """Return the ids of the answers of people who may not see the gathering any more."""
    return [row["id"] for row in await _rows(_STRANGERS, gathering_id)]


def goes(answer: GatheringAnswer | None) -> bool:
    """Tell whether somebody has a place."""
    return answer is not None and answer.state is AnswerState.GOING


async def _rows(statement: str, *values: Any) -> list[Any]:
    _, rows = await connection().execute_query(statement, list(values))
    return list(rows)

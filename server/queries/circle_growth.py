"""Reading what could make a circle better in size: a split of a big one, a merge of a small one; offers to merge."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.actors import Actor
from server.domain.circle_growth import USUAL_LEAST, USUAL_MOST, Mate, Pairing, best_pairings, split_of
from server.domain.circles import LEADING, SeatRole
from server.domain.open_hours import utc_offset
from server.kit.clock import now
from server.models.circles import CircleMerge
from server.models.database import connection
from server.queries.circles import standings_of
from server.queries.safety import blocked_between

MAX_PAIRINGS = 5

_MATES = """
SELECT s.id, s.circle_id, s.profile_id, s.role, p.time_zone FROM circle_seat s JOIN profile p ON p.id = s.profile_id
WHERE s.circle_id = ANY($1) AND s.state = 'seated' AND s.role <> 'guest' ORDER BY s.id
"""
_CANDIDATES = """
SELECT c.id, c.theme, count(s.id) AS seated, array_agg(p.time_zone) AS zones FROM circle mine
JOIN circle c ON c.kind = mine.kind AND c.naming = mine.naming AND c.id <> mine.id AND c.is_listed
    AND c.state IN ('forming', 'active', 'dormant')
JOIN circle_seat s ON s.circle_id = c.id AND s.state = 'seated' AND s.role <> 'guest'
JOIN profile p ON p.id = s.profile_id
WHERE mine.id = $1 GROUP BY c.id, c.theme ORDER BY c.id LIMIT 200
"""
_THEME = "SELECT theme, most FROM circle WHERE id = $1"


@dataclass(frozen=True)
class Advice:
    """What could be done about a circle's size: two halves of seats, or circles to be joined with. Mostly nothing."""

    halves: tuple[list[UUID], list[UUID]] | None = None
    partners: list[UUID] = field(default_factory=list)


@dataclass(frozen=True)
class _Sitting:
    mate: Mate
    profile_id: UUID


async def advice_of(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, Advice]:
    """Return what could be done about the size of each circle the actor leads; nothing for the others."""
    led = [key for key, one in (await standings_of(actor, circle_ids)).items() if one.leads]
    found = {key: Advice() for key in circle_ids}
    sitting = await _sitting(led)
    for key in led:
        if len(sitting[key]) > USUAL_MOST:
            found[key] = Advice(halves=await _halves(sitting[key]))
        elif len(sitting[key]) < USUAL_LEAST:
            found[key] = Advice(partners=await _partners(key, sitting[key]))
    return found


async def _sitting(circle_ids: Collection[UUID]) -> dict[UUID, list[_Sitting]]:
    found: dict[UUID, list[_Sitting]] = {key: [] for key in circle_ids}
    _, rows = await connection().execute_query(_MATES, [list(circle_ids)])
    for row in rows:
        mate = Mate(row["id"], _offset(row["time_zone"]), SeatRole(row["role"]) in LEADING)
        found[row["circle_id"]].append(_Sitting(mate, row["profile_id"]))
    return found


def _offset(zone: str) -> int:
    return int(utc_offset(ZoneInfo(zone), now()).total_seconds() // 60)


async def _halves(sitting: list[_Sitting]) -> tuple[list[UUID], list[UUID]]:
    seats = {one.profile_id: one.mate.seat_id for one in sitting}
    blocks = await blocked_between(list(seats))
    return split_of([one.mate for one in sitting], [frozenset(seats[one] for one in pair) for pair in blocks])


async def _partners(circle_id: UUID, sitting: list[_Sitting]) -> list[UUID]:
    _, mine = await connection().execute_query(_THEME, [circle_id])
    _, rows = await connection().execute_query(_CANDIDATES, [circle_id])
    own = [one.mate.offset_minutes for one in sitting]
    found = [
        Pairing(
            other_id=row["id"],
            together=row["seated"] + len(sitting),
            hours_apart=abs(_mean([_offset(zone) for zone in row["zones"]]) - _mean(own)) / 60,
            same_theme=bool(row["theme"]) and row["theme"].casefold() == mine[0]["theme"].casefold(),
        )
        for row in rows
    ]
    return [one.other_id for one in best_pairings(found, mine[0]["most"])[:MAX_PAIRINGS]]


def _mean(values: list[int]) -> float:
    return sum(values) / max(len(values), 1)


async def people_in(circle_ids: Collection[UUID]) -> set[UUID]:
    """Return everybody with a seat in any of these circles. For the rules, not for the doors."""
    _, rows = await connection().execute_query(_MATES, [list(circle_ids)])
    return {row["profile_id"] for row in rows}


async def visible_offers(actor: Actor, offer_ids: Collection[UUID]) -> dict[UUID, CircleMerge]:
    """Return the offers to merge that the actor may see: as a lead of either circle."""
    rows = await CircleMerge.filter(id__in=list(offer_ids))
    standings = await standings_of(actor, {key for row in rows for key in (row.circle_id, row.into_id)})
    led = {key for key, one in standings.items() if one.leads}
    return {row.id: row for row in rows if led & {row.circle_id, row.into_id}}


async def offers_to(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, list[CircleMerge]]:
    """Return the offers that wait for each circle the actor leads, oldest first."""
    led = [key for key, one in (await standings_of(actor, circle_ids)).items() if one.leads]
    found: dict[UUID, list[CircleMerge]] = {key: [] for key in circle_ids}
    for row in await CircleMerge.filter(into_id__in=led, answered_at=None).order_by("created_at", "id"):
        found[row.into_id].append(row)
    return found

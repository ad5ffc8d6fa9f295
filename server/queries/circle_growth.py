"""Reading what could make a circle better in size: a split of a big one, a merge of a small one; offers to merge."""

from collections.abc import Collection, Mapping
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
SELECT s.id, s.circle_id, s.profile_id, s.role, p.time_zone, c.theme, c.most FROM circle_seat s
JOIN circle c ON c.id = s.circle_id JOIN profile p ON p.id = s.profile_id
WHERE s.circle_id = ANY($1) AND s.state = 'seated' AND s.role <> 'guest' ORDER BY s.id
"""
_CANDIDATES = """
SELECT mine.id AS for_id, c.id, c.theme, count(s.id) AS seated, array_agg(p.time_zone) AS zones FROM circle mine
CROSS JOIN LATERAL (
    SELECT id, theme FROM circle other WHERE other.kind = mine.kind AND other.naming = mine.naming
    AND other.id <> mine.id AND other.is_listed AND other.state IN ('forming', 'active', 'dormant')
    ORDER BY other.active_at DESC, other.id LIMIT 100
) AS c
JOIN circle_seat s ON s.circle_id = c.id AND s.state = 'seated' AND s.role <> 'guest'
JOIN profile p ON p.id = s.profile_id
WHERE mine.id = ANY($1) GROUP BY mine.id, c.id, c.theme
"""


@dataclass(frozen=True)
class Advice:
    """What could be done about a circle's size: two halves of seats, or circles to be joined with. Mostly nothing."""

    halves: tuple[list[UUID], list[UUID]] | None = None
    partners: list[UUID] = field(default_factory=list)


@dataclass
class _Company:
    """Who sits in a circle, and what matters for its size."""

    theme: str = ""
    most: int = 0
    mates: list[Mate] = field(default_factory=list)
    people: dict[UUID, UUID] = field(default_factory=dict)


async def advice_of(actor: Actor, circle_ids: Collection[UUID]) -> dict[UUID, Advice]:
    """Return what could be done about the size of each circle the actor leads; nothing for the others."""
    led = [key for key, one in (await standings_of(actor, circle_ids)).items() if one.leads]
    found = {key: Advice() for key in circle_ids}
    companies = await _companies(led)
    big = {key: one for key, one in companies.items() if len(one.mates) > USUAL_MOST}
    small = {key: one for key, one in companies.items() if len(one.mates) < USUAL_LEAST}
    if big:
        found |= {key: Advice(halves=halves) for key, halves in (await _halves(big)).items()}
    if small:
        found |= {key: Advice(partners=partners) for key, partners in (await _partners(small)).items()}
    return found


async def _companies(circle_ids: Collection[UUID]) -> dict[UUID, _Company]:
    found = {key: _Company() for key in circle_ids}
    _, rows = await connection().execute_query(_MATES, [list(circle_ids)])
    for row in rows:
        company = found[row["circle_id"]]
        company.theme, company.most = row["theme"], row["most"]
        company.mates.append(Mate(row["id"], _offset(row["time_zone"]), SeatRole(row["role"]) in LEADING))
        company.people[row["profile_id"]] = row["id"]
    return found


def _offset(zone: str) -> int:
    return int(utc_offset(ZoneInfo(zone), now()).total_seconds() // 60)


async def _halves(big: Mapping[UUID, _Company]) -> dict[UUID, tuple[list[UUID], list[UUID]]]:
    blocks = await blocked_between({key for one in big.values() for key in one.people})
    return {
        key: split_of(
            one.mates, [frozenset(one.people[who] for who in pair) for pair in blocks if pair <= one.people.keys()]
        )
        for key, one in big.items()
    }


async def _partners(small: Mapping[UUID, _Company]) -> dict[UUID, list[UUID]]:
    _, rows = await connection().execute_query(_CANDIDATES, [list(small)])
    found: dict[UUID, list[Pairing]] = {key: [] for key in small}
    for row in rows:
        own = small[row["for_id"]]
        theirs = _mean([_offset(zone) for zone in row["zones"]])
        pairing = Pairing(
            other_id=row["id"],
            together=row["seated"] + len(own.mates),
            hours_apart=abs(theirs - _mean([one.offset_minutes for one in own.mates])) / 60,
            same_theme=bool(row["theme"]) and row["theme"].casefold() == own.theme.casefold(),
        )
        found[row["for_id"]].append(pairing)
    return {
        key: [one.other_id for one in best_pairings(found[key], own.most)[:MAX_PAIRINGS]] for key, own in small.items()
    }


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

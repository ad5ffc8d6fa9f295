"""Reading waiting lists: one's own places alone. Lines are read whole for the order, and named to nobody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import DEFAULT_PLACES
from server.domain.profiles import SkillDirection
from server.domain.waiting import MEASURED_OVER, ON_THE_LIST, Pace, Waiting
from server.kit.clock import now
from server.kit.paging import Order, Page, PageRequest, cut_page
from server.models.database import connection
from server.models.waiting import WaitingPlace

NEWEST_PLACES = Order("waiting_places.newest", (datetime, UUID), descending=True)
CANDIDATES = 64
"""Mentors looked at for one offer, the least loaded first."""
LEAST_LEVEL = 3
"""The level from which somebody may be offered to who waits for a skill."""

_OWN = """
SELECT * FROM waiting_place WHERE profile_id = $1 AND (cardinality($2::text[]) = 0 OR state = ANY($2)) AND {bound}
ORDER BY created_at {direction}, id {direction} LIMIT {fetch}
"""
_LINES = """
SELECT p.skill_id, p.format, p.id, p.created_at, p.is_first FROM waiting_place p
JOIN unnest($1::text[], $2::text[]) AS wanted (skill_id, format) USING (skill_id, format)
WHERE p.state = 'waiting'
"""
_PACES = """
SELECT wanted.skill_id, wanted.format,
       count(o.id) FILTER (WHERE o.outcome NOT IN ('open', 'called_off') AND o.decided_at > $3)::int AS offers,
       count(o.id) FILTER (WHERE o.outcome = 'accepted' AND o.decided_at > $3)::int AS accepted,
       count(o.id)::int AS made, min(p.created_at) AS since
FROM unnest($1::text[], $2::text[]) AS wanted (skill_id, format)
JOIN waiting_place p ON p.skill_id = wanted.skill_id AND p.format = wanted.format
LEFT JOIN waiting_offer o ON o.place_id = p.id
GROUP BY wanted.skill_id, wanted.format
"""
_LISTS = "SELECT DISTINCT skill_id, format FROM waiting_place WHERE state = 'waiting' ORDER BY skill_id, format"
# A mentor's room is what they have open, less the requests that may still take it.
_CANDIDATES = f"""
SELECT m.id FROM (
    SELECT p.id, max(s.level) AS level, coalesce(max(a.allowed - a.used), $5) - (
        SELECT count(*) FROM mentorship_request o
        WHERE o.mentor_id = p.id AND o.format = $4 AND o.state IN ('sent', 'viewed', 'info_requested')) AS room
    FROM profile_skill s
    JOIN profile p ON p.id = s.profile_id JOIN app_user u ON u.id = p.id
    LEFT JOIN capacity_account a
      ON a.profile_id = p.id AND a.kind = '{CapacityKind.CONCURRENT}' AND a.format = $4
    WHERE s.skill_id = ANY($3::text[]) AND s.direction = '{SkillDirection.OFFERED}' AND s.level >= {LEAST_LEVEL}
      AND p.id <> $1 AND p.is_listed AND u.verified_at IS NOT NULL AND u.erased_at IS NULL
      AND (p.requests_paused_until IS NULL OR p.requests_paused_until <= $6)
      AND NOT EXISTS (SELECT FROM waiting_offer w WHERE w.place_id = $2 AND w.mentor_id = p.id)
    GROUP BY p.id
) AS m WHERE m.room > 0 ORDER BY m.room DESC, m.level DESC, m.id LIMIT {CANDIDATES}
"""  # noqa: S608 - made of constants


@dataclass(frozen=True)
class Line:
    """A list as it stands: who waits, how many offers it made in all, and its pace lately."""

    waiting: Sequence[Waiting]
    offers_made: int
    pace: Pace


ListKey = tuple[str, MentoringFormat]


async def visible(actor: Actor, place_ids: Collection[UUID]) -> dict[UUID, WaitingPlace]:
    """Return those of these places that are the actor's own, by id."""
    if actor.user_id is None:
        return {}
    return {row.id: row for row in await WaitingPlace.filter(id__in=list(place_ids), profile_id=actor.user_id)}


async def own_page(actor: Actor, page: PageRequest, *, only_waiting: bool) -> Page[WaitingPlace]:
    """Return a page of the actor's own places, newest first; all of them, or those still on a list."""
    bound = f"(created_at, id) {page.comparison} ($3, $4)" if page.bound else "true"
    statement = _OWN.format(bound=bound, direction=page.direction, fetch=page.fetch)
    states = [state.value for state in ON_THE_LIST] if only_waiting else []
    rows = await _rows(statement, actor.require_user(), states, *(page.bound or ()))
    return cut_page([WaitingPlace(**dict(row)) for row in rows], page, lambda row: (row.created_at, row.id))


async def lines_of(keys: Collection[ListKey]) -> dict[ListKey, Line]:
    """Return lists as they stand, by skill and format. Two statements."""
    wanted = sorted(set(keys))
    asked = [[skill_id for skill_id, _ in wanted], [one.value for _, one in wanted]]
    at = now()
    since = at - MEASURED_OVER
    waiting: dict[ListKey, list[Waiting]] = {key: [] for key in wanted}
    for row in await _rows(_LINES, *asked):
        key = (row["skill_id"], MentoringFormat(row["format"]))
        waiting[key].append(Waiting(row["id"], row["created_at"], row["is_first"]))
    found = {key: Line(line, 0, Pace(0, 0, 0.0)) for key, line in waiting.items()}
    for row in await _rows(_PACES, *asked, since):
        key = (row["skill_id"], MentoringFormat(row["format"]))
        days = (at - max(since, row["since"])).total_seconds() / 86_400
        found[key] = Line(waiting[key], row["made"], Pace(row["offers"], row["accepted"], days))
    return found


async def lists_with_somebody() -> list[ListKey]:
    """Return the skill and the format of every list on which somebody waits."""
    return [(row["skill_id"], MentoringFormat(row["format"])) for row in await _rows(_LISTS)]


async def candidates_for(place: WaitingPlace, skill_ids: Collection[str]) -> list[UUID]:
    """Return mentors with room who teach one of these skills and were not asked for this place yet."""
    default = DEFAULT_PLACES[place.format]
    values = [place.profile_id, place.id, list(skill_ids), place.format.value, default, now()]
    return [row["id"] for row in await _rows(_CANDIDATES, *values)]


async def _rows(statement: str, *values: Any) -> list[Any]:
    _, rows = await connection().execute_query(statement, list(values))
    return list(rows)

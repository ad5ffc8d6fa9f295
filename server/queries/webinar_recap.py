"""What is left of an event for those who were there or hold a place: numbers, and what was answered on stage when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from server.domain.actors import Actor
from server.domain.webinars import WebinarState
from server.models.database import connection
from server.models.webinars import Webinar, WebinarReaction
from server.queries import webinars as webinar_queries

_COUNTS = """
SELECT count(*) FILTER (WHERE state = 'registered')::int AS registered,
       count(joined_at)::int AS came,
       (SELECT count(*)::int FROM open_ask a WHERE a.origin <> 'worker' AND a.origin_id IN (
           SELECT q.id FROM question q WHERE q.webinar_id = $1 UNION ALL
           SELECT f.id FROM question_follow_up f JOIN question q ON q.id = f.question_id WHERE q.webinar_id = $1)
       ) AS asks
FROM webinar_registration WHERE webinar_id = $1
"""
_ON_STAGE = """
SELECT a.offset_seconds, q.id FROM question_answer a JOIN question q ON q.id = a.question_id
WHERE q.webinar_id = $1 AND q.is_shown AND a.kind = 'live' AND a.offset_seconds IS NOT NULL
ORDER BY a.offset_seconds, a.id
"""


@dataclass(frozen=True)
class Recap:
    """An event looked back at. `on_stage` are offsets in seconds with the question answered there, in order."""

    duration_seconds: int | None
    registered: int
    came: int
    asks: int
    reactions: Mapping[str, int] = field(default_factory=dict)
    on_stage: list[tuple[int, UUID]] = field(default_factory=list)


async def recap_of(actor: Actor, webinar_id: UUID) -> Recap | None:
    """Return the recap of an event that is over; None before, and for those without a place in it."""
    standing = (await webinar_queries.standings_of(actor, [webinar_id])).get(webinar_id)
    is_over = standing is not None and standing.state in (WebinarState.ENDED, WebinarState.ARCHIVED)
    if standing is None or not standing.may_enter or not is_over:
        return None
    webinar = await Webinar.get(id=webinar_id)
    _, counts = await connection().execute_query(_COUNTS, [webinar_id])
    _, stage = await connection().execute_query(_ON_STAGE, [webinar_id])
    reactions = await WebinarReaction.filter(webinar_id=webinar_id).order_by("-total", "kind")
    return Recap(
        duration_seconds=_seconds(webinar),
        reactions={row.kind: row.total for row in reactions},
        on_stage=[(row["offset_seconds"], row["id"]) for row in stage],
        **dict(counts[0]),
    )


def _seconds(webinar: Webinar) -> int | None:
    if webinar.started_at is None or webinar.ended_at is None:
        return None
    return max(0, int((webinar.ended_at - webinar.started_at).total_seconds()))

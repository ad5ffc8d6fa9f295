"""Reading what a session's room holds beside its chat. For those with a place in it, and nobody else."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.session_floor import Hand, speaking_order
from server.models.database import connection
from server.models.session_room import SessionFloor
from server.queries import sessions

# Whole seconds of the sum, not the sum of whole seconds.
_HANDS = """
SELECT p.session_id, p.profile_id, p.hand_raised_at, count(f.id) AS times,
       coalesce(floor(sum(extract(epoch FROM f.ended_at - f.created_at))), 0)::bigint AS seconds
FROM session_participant p
LEFT JOIN session_floor f ON f.session_id = p.session_id AND f.profile_id = p.profile_id
WHERE p.session_id = ANY($1) AND p.removed_at IS NULL
GROUP BY p.session_id, p.profile_id, p.hand_raised_at
"""


@dataclass
class Talk:
    """How the talk of a session goes: everybody's hand, and who has the floor."""

    hands: dict[UUID, Hand] = field(default_factory=dict)
    floor: SessionFloor | None = None

    @property
    def queue(self) -> list[UUID]:
        """Return who speaks next, the least heard first."""
        return speaking_order(self.hands.values())


async def talks_of(actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, Talk]:
    """Return how the talk goes in each session the actor may see; an empty one for the others."""
    shown = await sessions.places_of(actor, session_ids)
    return {key: Talk() for key in session_ids} | await talks_in(list(shown))


async def talks_in(session_ids: Collection[UUID]) -> dict[UUID, Talk]:
    """Return how the talk goes in each session. For the rules, not for the doors."""
    found = {key: Talk() for key in session_ids}
    _, rows = await connection().execute_query(_HANDS, [list(session_ids)])
    for row in rows:
        hand = Hand(row["profile_id"], row["hand_raised_at"], row["times"], row["seconds"])
        found[row["session_id"]].hands[hand.profile_id] = hand
    for floor in await SessionFloor.filter(session_id__in=list(session_ids), ended_at=None):
        found[floor.session_id].floor = floor
    return found


def room_state(talk: Talk) -> dict[str, Any]:
    """Return what a session's picture holds beside its people and its chat."""
    return {"floor": _floor_picture(talk.floor), "queue": talk.queue}


def _floor_picture(row: SessionFloor | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"profile_id": row.profile_id, "given_by": row.given_by, "since": row.created_at}

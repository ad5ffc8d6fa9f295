"""Reading who is in the call of a session. For those with a place in it, and nobody else."""

from collections.abc import Collection
from uuid import UUID

from server.domain.actors import Actor
from server.domain.calls import Seat
from server.models.calls import CallSeat
from server.queries import sessions


async def calls_of(actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, list[Seat]]:
    """Return who is in the call of each session, first come first; nobody where the actor has no place."""
    shown = await sessions.places_of(actor, session_ids)
    return {key: [] for key in session_ids} | await calls_in(list(shown))


async def calls_in(session_ids: Collection[UUID]) -> dict[UUID, list[Seat]]:
    """Return who is in the call of each session. For the rules, not for the doors."""
    found: dict[UUID, list[Seat]] = {key: [] for key in session_ids}
    if found:
        for row in await CallSeat.filter(session_id__in=list(session_ids)).order_by("created_at", "id"):
            found[row.session_id].append(seat_of(row))
    return found


async def seated_connections(worker_id: str) -> set[str]:
    """Return the connections of a worker that are in a call."""
    rows = await CallSeat.filter(worker_id=worker_id)
    return {row.connection_id for row in rows}


async def seated_workers() -> set[str]:
    """Return the workers with connections in calls."""
    found = await CallSeat.all().distinct().values_list("worker_id", flat=True)
    return {str(worker_id) for worker_id in found}


def seat_of(row: CallSeat) -> Seat:
    """Return a seat as facts and pictures have it."""
    return Seat(row.profile_id, row.connection_id, row.microphone, row.camera, row.created_at)

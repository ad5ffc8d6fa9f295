"""Calls in a session: come in, turn microphone and camera on and off, leave, and say a word to one connection.

A seat belongs to a connection and goes with it. Words are checked here and carried by the live layer; none is kept.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from server.domain import calls as rules
from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.calls import CallChanged, CallJoined, CallLeft, IceServer, IceSettings, Line, Media, Seat
from server.domain.errors import Conflict, NotFound, RateLimited
from server.domain.sessions import OPEN_STATES, check_open
from server.kit.clock import now
from server.models.calls import CallSeat
from server.models.sessions import SessionParticipant
from server.queries import sessions as session_queries
from server.queries.calls import calls_in, seat_of
from server.services.ports import ports
from server.services.session_access import Inside, claim, claim_open
from server.services.transaction import Work, retrying, unit_of_work


@dataclass
class CallPolicy:
    """What a deployment settles about calls."""

    ice: IceSettings


policy = CallPolicy(IceSettings())
"""Set by wiring before the first request."""


@retrying
async def join_call(actor: Actor, *, session_id: UUID, line: Line, media: Media) -> list[Seat]:
    """Come into the call with this connection; one somebody was in with before is left. Return who is in.

    NotFound, LimitReached; Conflict when the session is not open or the actor is not in it.
    """
    async with unit_of_work() as work:
        inside = await _claim_inside(actor, session_id)
        seats = (await calls_in([session_id]))[session_id]
        mine = next((seat for seat in seats if seat.profile_id == inside.actor_id), None)
        if mine is None:
            rules.check_room_for_seat(len(seats))
        elif mine.connection_id == line.connection_id:
            return await _change(work, actor, session_id, mine, media)
        else:
            await _leave(work, session_id, mine, actor=actor)
        row = await CallSeat.create(
            session_id=session_id,
            profile_id=inside.actor_id,
            connection_id=line.connection_id,
            worker_id=line.worker_id,
            microphone=media.microphone,
            camera=media.camera,
        )
        joined = CallJoined(session_id=session_id, seat=seat_of(row))
        work.record(joined, to=[topics.session(session_id)], actor=actor)
        return (await calls_in([session_id]))[session_id]


@retrying
async def set_media(actor: Actor, *, session_id: UUID, line: Line, media: Media) -> list[Seat]:
    """Turn microphone and camera on or off; return who is in. NotFound; Conflict when this connection is not in."""
    async with unit_of_work() as work:
        await _claim_inside(actor, session_id)
        seats = (await calls_in([session_id]))[session_id]
        return await _change(work, actor, session_id, rules.own_seat(seats, line), media)


@retrying
async def leave_call(actor: Actor, *, session_id: UUID, line: Line) -> list[Seat]:
    """Leave the call; return who is in. Nothing changes when this connection is not in it. NotFound."""
    async with unit_of_work() as work:
        await claim(actor, session_id)
        for seat in (await calls_in([session_id]))[session_id]:
            if seat.connection_id == line.connection_id:
                await _leave(work, session_id, seat, actor=actor)
        return (await calls_in([session_id]))[session_id]


async def drop_connection(connection_id: str) -> None:
    """Take a lost connection out of its calls. For the live layer."""
    for row in await CallSeat.filter(connection_id=connection_id):
        await _drop(row.session_id, connection_id)


async def drop_worker(worker_id: str) -> int:
    """Take the connections of a worker that died out of their calls; return how many. For the live layer."""
    rows = await CallSeat.filter(worker_id=worker_id)
    for row in rows:
        await _drop(row.session_id, row.connection_id)
    return len(rows)


async def empty_call(session_id: UUID) -> None:
    """Empty the call of a session that ends; its end tells so. For use under the session's lock."""
    await CallSeat.filter(session_id=session_id).delete()


async def recipient_of(actor: Actor, *, session_id: UUID, line: Line, connection_id: str) -> UserId:
    """Return whose connection a word may go to: one that is in the call this connection is in.

    NotFound: no such connection there. Conflict: not in the call, or the session is over. RateLimited.
    """
    actor_id = actor.require_user()
    wait = await ports.buckets.take(
        f"call:{actor_id}:{session_id}", capacity=rules.WORDS_PER_BURST, per_seconds=rules.BURST_SECONDS
    )
    if wait:
        raise RateLimited(wait)
    place = (await session_queries.places_of(actor, [session_id])).get(session_id)
    if place is None:
        raise NotFound("session")
    check_open(place.state)
    seats = (await calls_in([session_id]))[session_id]
    mine = rules.own_seat(seats, line)
    theirs = next((seat for seat in seats if seat.connection_id == connection_id and seat != mine), None)
    if mine.profile_id != actor_id or theirs is None or not await _has_place(session_id, theirs.profile_id):
        raise NotFound("connection in this call")
    return UserId(theirs.profile_id)


async def ice_servers(actor: Actor, *, session_id: UUID) -> list[IceServer]:
    """Return the servers that help the actor's browser find the others. NotFound; Conflict unless in an open room."""
    place = (await session_queries.places_of(actor, [session_id])).get(session_id)
    if place is None:
        raise NotFound("session")
    check_open(place.state)
    if place.joined_at is None:
        raise Conflict("Go into the session first.", current="outside")
    return rules.ice_servers(policy.ice, actor.require_user(), now())


async def ice_servers_of(actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, list[IceServer]]:
    """Return for each session the servers that help the actor there; none unless they are in, and it is open."""
    found: dict[UUID, list[IceServer]] = {key: [] for key in session_ids}
    for key, place in (await session_queries.places_of(actor, session_ids)).items():
        if place.joined_at is not None and place.state in OPEN_STATES:
            found[key] = rules.ice_servers(policy.ice, actor.require_user(), now())
    return found


async def _claim_inside(actor: Actor, session_id: UUID) -> Inside:
    inside = await claim_open(actor, session_id)
    if inside.place.joined_at is None:
        raise Conflict("Go into the session first.", current="outside")
    return inside


async def _change(work: Work, actor: Actor, session_id: UUID, seat: Seat, media: Media) -> list[Seat]:
    if Media(seat.microphone, seat.camera) != media:
        row = await CallSeat.get(session_id=session_id, profile_id=seat.profile_id)
        row.microphone, row.camera = media.microphone, media.camera
        await row.save(update_fields=["microphone", "camera"])
        changed = CallChanged(session_id=session_id, seat=seat_of(row))
        work.record(changed, to=[topics.session(session_id)], actor=actor)
    return (await calls_in([session_id]))[session_id]


async def _leave(work: Work, session_id: UUID, seat: Seat, *, actor: Actor | None) -> None:
    await CallSeat.filter(session_id=session_id, connection_id=seat.connection_id).delete()
    left = CallLeft(session_id=session_id, profile_id=seat.profile_id, connection_id=seat.connection_id)
    work.record(left, to=[topics.session(session_id)], actor=actor)


@retrying
async def _drop(session_id: UUID, connection_id: str) -> None:
    async with unit_of_work() as work:
        rows = CallSeat.filter(session_id=session_id, connection_id=connection_id)
        for row in await rows.select_for_update():
            await _leave(work, session_id, seat_of(row), actor=None)


async def _has_place(session_id: UUID, profile_id: UUID) -> bool:
    return await SessionParticipant.filter(session_id=session_id, profile_id=profile_id, removed_at=None).exists()

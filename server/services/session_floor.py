"""Raised hands and the floor of a session. Who had the floor, from when until when, is kept as rows."""

from datetime import datetime
from uuid import UUID

from server.domain import session_floor as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import Conflict, NotAllowed, NotFound
from server.domain.sessions import SessionRole
from server.kit.clock import now
from server.models.session_room import SessionFloor
from server.models.sessions import SessionParticipant
from server.queries.session_room import Talk, talks_in
from server.services.session_access import Inside, claim_open
from server.services.transaction import Work, retrying, unit_of_work


@retrying
async def raise_hand(actor: Actor, *, session_id: UUID) -> Talk:
    """Raise the own hand; one that is up stays as it was. Conflict: the actor is not in the room, or it is closed."""
    async with unit_of_work() as work:
        inside = await claim_open(actor, session_id)
        if inside.place.joined_at is None:
            raise Conflict("Go into the session first.", current="outside")
        talk = await _talk(session_id)
        if talk.hands[inside.actor_id].raised_at is not None:
            return talk
        at = now()
        await _set_hand(session_id, inside.actor_id, raised_at=at)
        talk = await _talk(session_id)
        raised = rules.HandRaised(session_id=session_id, profile_id=inside.actor_id, queue=talk.queue, at=at)
        work.record(raised, to=[topics.session(session_id)], actor=actor)
    return talk


@retrying
async def lower_hand(actor: Actor, *, session_id: UUID, profile_id: UUID | None = None) -> Talk:
    """Lower the own hand, or as the host somebody's; one that is down stays down. NotAllowed, NotFound, Conflict."""
    async with unit_of_work() as work:
        inside = await claim_open(actor, session_id)
        whose = profile_id or inside.actor_id
        if whose != inside.actor_id:
            rules.check_host(inside.place.role)
        talk = await _talk(session_id)
        if whose not in talk.hands:
            raise NotFound("participant")
        if talk.hands[whose].raised_at is None:
            return talk
        await _set_hand(session_id, whose, raised_at=None)
        talk = await _talk(session_id)
        lowered = rules.HandLowered(session_id=session_id, profile_id=whose, queue=talk.queue, at=now())
        work.record(lowered, to=[topics.session(session_id)], actor=actor)
    return talk


@retrying
async def give_floor(actor: Actor, *, session_id: UUID, profile_id: UUID) -> Talk:
    """Call on somebody who is in the room: whoever has the floor leaves it, their hand goes down. Only the host may.

    Calling on whoever has the floor changes nothing. NotAllowed, NotFound, Conflict.
    """
    async with unit_of_work() as work:
        inside = await claim_open(actor, session_id)
        rules.check_host(inside.place.role)
        await _check_is_inside(session_id, profile_id)
        talk = await _talk(session_id)
        if talk.floor is not None and talk.floor.profile_id == profile_id:
            return talk
        await end_open_floor(work, session_id, actor=actor)
        at = now()
        await SessionFloor.create(session_id=session_id, profile_id=profile_id, given_by=inside.actor_id, created_at=at)
        await _set_hand(session_id, profile_id, raised_at=None)
        talk = await _talk(session_id)
        given = rules.FloorGiven(
            session_id=session_id,
            profile_id=profile_id,
            given_by=inside.actor_id,
            times=talk.hands[profile_id].times,
            queue=talk.queue,
            at=at,
        )
        work.record(given, to=[topics.session(session_id)], actor=actor)
    return talk


@retrying
async def end_floor(actor: Actor, *, session_id: UUID) -> Talk:
    """Leave the floor, or as the host take it back; nothing changes when nobody has it. NotAllowed, Conflict."""
    async with unit_of_work() as work:
        inside = await claim_open(actor, session_id)
        talk = await _talk(session_id)
        if talk.floor is None:
            return talk
        _check_may_end_floor(inside, talk.floor)
        await end_open_floor(work, session_id, actor=actor)
        return await _talk(session_id)


async def end_open_floor(work: Work, session_id: UUID, *, actor: Actor | None) -> None:
    """Take the floor from whoever has it. For use under the session's lock."""
    floor = await SessionFloor.get_or_none(session_id=session_id, ended_at=None)
    if floor is None:
        return
    floor.ended_at = now()
    await floor.save(update_fields=["ended_at"])
    talk = await _talk(session_id)
    speaker = talk.hands.get(floor.profile_id)
    if speaker is not None:
        ended = rules.FloorEnded(
            session_id=session_id,
            profile_id=floor.profile_id,
            seconds=speaker.seconds,
            queue=talk.queue,
            at=floor.ended_at,
        )
        work.record(ended, to=[topics.session(session_id)], actor=actor)


async def lower_all(session_id: UUID) -> None:
    """Lower every hand of a session that ends; its end tells so."""
    await SessionParticipant.filter(session_id=session_id).update(hand_raised_at=None)


def _check_may_end_floor(inside: Inside, floor: SessionFloor) -> None:
    if floor.profile_id != inside.actor_id and inside.place.role is not SessionRole.HOST:
        raise NotAllowed("to have the floor, or to be the host")


async def _check_is_inside(session_id: UUID, profile_id: UUID) -> None:
    place = await SessionParticipant.get_or_none(session_id=session_id, profile_id=profile_id, removed_at=None)
    if place is None:
        raise NotFound("participant")
    if place.joined_at is None:
        raise Conflict("They are not in the session yet.", current="outside")


async def _talk(session_id: UUID) -> Talk:
    return (await talks_in([session_id]))[session_id]


async def _set_hand(session_id: UUID, profile_id: UUID, *, raised_at: datetime | None) -> None:
    await SessionParticipant.filter(session_id=session_id, profile_id=profile_id).update(hand_raised_at=raised_at)

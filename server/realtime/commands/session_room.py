"""Commands on what a session's room holds beside its chat: raised hands and the floor."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from server.domain.actors import Actor
from server.queries.session_room import Talk
from server.realtime.commands.registry import setting
from server.realtime.commands.sessions import OneSession
from server.services import session_floor


class LowerHand(Struct, frozen=True, rename="camel"):
    """Whose hand goes down: the own one, or for the host anybody's."""

    session_id: UUID
    profile_id: UUID | None = None


class GiveFloor(Struct, frozen=True, rename="camel"):
    """Who is called on."""

    session_id: UUID
    profile_id: UUID


class TalkNow(Struct, frozen=True, rename="camel"):
    """Who speaks next, and who has the floor since when, after a command."""

    queue: list[UUID]
    speaker_id: UUID | None
    since: datetime | None


def _talk(talk: Talk) -> TalkNow:
    if talk.floor is None:
        return TalkNow(talk.queue, None, None)
    return TalkNow(talk.queue, talk.floor.profile_id, talk.floor.created_at)


@setting("hand.raise", OneSession)
async def raise_hand(actor: Actor, asked: OneSession) -> TalkNow:
    """Raise the own hand."""
    return _talk(await session_floor.raise_hand(actor, session_id=asked.session_id))


@setting("hand.lower", LowerHand)
async def lower_hand(actor: Actor, asked: LowerHand) -> TalkNow:
    """Lower a hand."""
    return _talk(await session_floor.lower_hand(actor, session_id=asked.session_id, profile_id=asked.profile_id))


@setting("floor.give", GiveFloor)
async def give_floor(actor: Actor, asked: GiveFloor) -> TalkNow:
    """Call on somebody."""
    return _talk(await session_floor.give_floor(actor, session_id=asked.session_id, profile_id=asked.profile_id))


@setting("floor.end", OneSession)
async def end_floor(actor: Actor, asked: OneSession) -> TalkNow:
    """Leave the floor, or take it back."""
    return _talk(await session_floor.end_floor(actor, session_id=asked.session_id))

"""Commands on the call of a session: come in, turn microphone and camera on and off, leave, say a word to another."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Raw, Struct

from server.domain import topics
from server.domain.actors import Actor
from server.domain.calls import MAX_CANDIDATE_BYTES, MAX_CANDIDATES, MAX_SDP_BYTES, Media, Seat, WordKind
from server.domain.errors import invalid
from server.realtime import frames
from server.realtime.commands.registry import Caller, command, connected, connected_setting
from server.realtime.commands.sessions import OneSession
from server.services import calls


class SetMedia(Struct, frozen=True, rename="camel"):
    """What one sends from now on."""

    session_id: UUID
    microphone: bool = False
    camera: bool = False


class Description(Struct, frozen=True, forbid_unknown_fields=True):
    """What an offer or an answer says."""

    sdp: Annotated[str, Meta(min_length=1, max_length=MAX_SDP_BYTES)]


class Candidate(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A way to reach somebody, as RTCIceCandidate.toJSON writes it. An empty text ends them."""

    candidate: Annotated[str, Meta(max_length=MAX_CANDIDATE_BYTES)]
    sdp_mid: Annotated[str, Meta(max_length=64)] | None = None
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=65_535)] | None = msgspec.field(name="sdpMLineIndex", default=None)
    username_fragment: Annotated[str, Meta(max_length=256)] | None = None


class Candidates(Struct, frozen=True, forbid_unknown_fields=True):
    """What ways to reach somebody were found."""

    candidates: Annotated[list[Candidate], Meta(min_length=1, max_length=MAX_CANDIDATES)]


class SayWord(Struct, frozen=True, rename="camel"):
    """Tell another connection something; `p` is {sdp}, or {candidates}."""

    session_id: UUID
    to: Annotated[str, Meta(min_length=1, max_length=64)]
    kind: WordKind
    p: Raw


class CallNow(Struct, frozen=True, rename="camel"):
    """Who is in the call after a command, first come first."""

    session_id: UUID
    seats: list["SeatNow"]


class SeatNow(Struct, frozen=True, rename="camel"):
    """Somebody in the call."""

    profile_id: UUID
    connection_id: str
    microphone: bool
    camera: bool
    at: datetime


class IceNow(Struct, frozen=True, rename="camel"):
    """The servers that help two browsers find each other."""

    servers: list["IceServerNow"]


class IceServerNow(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A server as RTCPeerConnection takes it."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None
    expires_at: datetime | None = None


def _now(session_id: UUID, seats: list[Seat]) -> CallNow:
    return CallNow(session_id, [msgspec.convert(seat, SeatNow, from_attributes=True) for seat in seats])


@connected_setting("call.join", SetMedia)
async def join(actor: Actor, asked: SetMedia, caller: Caller) -> CallNow:
    """Come into the call with this connection."""
    caller.seated()
    media = Media(asked.microphone, asked.camera)
    return _now(
        asked.session_id, await calls.join_call(actor, session_id=asked.session_id, line=caller.line, media=media)
    )


@connected_setting("call.media", SetMedia)
async def set_media(actor: Actor, asked: SetMedia, caller: Caller) -> CallNow:
    """Turn microphone and camera on or off."""
    media = Media(asked.microphone, asked.camera)
    return _now(
        asked.session_id, await calls.set_media(actor, session_id=asked.session_id, line=caller.line, media=media)
    )


@connected_setting("call.leave", OneSession)
async def leave(actor: Actor, asked: OneSession, caller: Caller) -> CallNow:
    """Leave the call."""
    return _now(asked.session_id, await calls.leave_call(actor, session_id=asked.session_id, line=caller.line))


@connected("call.signal", SayWord)
async def say(actor: Actor, asked: SayWord, caller: Caller) -> None:
    """Pass a word on to one connection, and to no other."""
    word = _word(asked)
    to = await calls.recipient_of(actor, session_id=asked.session_id, line=caller.line, connection_id=asked.to)
    topic, user = topics.session(asked.session_id).name, str(actor.require_user())
    frame = frames.CallWord(topic, asked.kind.value, caller.line.connection_id, user, word)
    await caller.pass_on(to, asked.to, frames.encode(frame))


@command("call.ice", OneSession)
async def ice(actor: Actor, asked: OneSession, cid: str) -> IceNow:  # noqa: ARG001 - it reads
    """Return the servers that help, with credentials for a while."""
    servers = await calls.ice_servers(actor, session_id=asked.session_id)
    return IceNow([msgspec.convert(server, IceServerNow, from_attributes=True) for server in servers])


def _word(asked: SayWord) -> Raw:
    """Return what is passed on: only what was understood, so that nothing else travels along."""
    shape: type[Description | Candidates] = Candidates if asked.kind is WordKind.CANDIDATES else Description
    try:
        return Raw(msgspec.json.encode(msgspec.json.decode(asked.p, type=shape)))
    except msgspec.ValidationError as failure:
        raise invalid("p", "malformed", f"{failure}"[:200]) from failure

"""Peer-to-peer calls in a session: who is in, what they may say to whom, and how they reach each other.

The server carries the words two browsers need to find each other, one connection to one connection. Sound and picture
never pass through it, and a session without a call is a whole session.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha1
from hmac import digest
from typing import ClassVar
from uuid import UUID

from server.domain.errors import Conflict, LimitReached
from server.domain.facts import Fact

MAX_SEATS = 6
"""In a mesh everybody sends to everybody; more would choke a phone."""
MAX_SDP_BYTES = 32 * 1024
MAX_CANDIDATES = 32
MAX_CANDIDATE_BYTES = 1024
WORDS_PER_BURST = 60
BURST_SECONDS = 12.0
"""A person says at most this many words to others in so many seconds: five a second, with room for the start."""


class WordKind(StrEnum):
    """What one connection tells another."""

    OFFER = "offer"
    ANSWER = "answer"
    CANDIDATES = "candidates"


@dataclass(frozen=True)
class Line:
    """The connection a command came by, and the worker that holds it."""

    connection_id: str
    worker_id: str


@dataclass(frozen=True)
class Media:
    """What somebody sends."""

    microphone: bool
    camera: bool


@dataclass(frozen=True)
class Seat:
    """Somebody in a call since `at`, with the connection that words for them go to."""

    profile_id: UUID
    connection_id: str
    microphone: bool
    camera: bool
    at: datetime


@dataclass(frozen=True)
class IceSettings:
    """The servers of a deployment that help browsers find each other. Without any, only near ones do."""

    stun_urls: tuple[str, ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: str | None = None
    turn_lifetime: timedelta = timedelta(hours=8)


@dataclass(frozen=True)
class IceServer:
    """A server as RTCPeerConnection takes it. TURN servers have credentials, good until `expires_at`."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None
    expires_at: datetime | None = None


def check_room_for_seat(count: int) -> None:
    """Refuse one person more than a call holds."""
    if count >= MAX_SEATS:
        raise LimitReached(f"A call has at most {MAX_SEATS} people.", limit=MAX_SEATS)


def own_seat(seats: Sequence[Seat], line: Line) -> Seat:
    """Return the seat that this connection has. Conflict when it has none."""
    for seat in seats:
        if seat.connection_id == line.connection_id:
            return seat
    raise Conflict("Go into the call first.", current="outside")


def ice_servers(settings: IceSettings, user_id: UUID, at: datetime) -> list[IceServer]:
    """Return the servers for a person, with TURN credentials of their own for a while."""
    servers = [IceServer(list(settings.stun_urls))] if settings.stun_urls else []
    if settings.turn_urls and settings.turn_secret is not None:
        expires_at = (at + settings.turn_lifetime).replace(microsecond=0)
        username = f"{int(expires_at.timestamp())}:{user_id}"
        credential = turn_credential(settings.turn_secret, username)
        servers.append(IceServer(list(settings.turn_urls), username, credential, expires_at))
    return servers


def turn_credential(secret: str, username: str) -> str:
    """Return the password that a TURN server with this shared secret expects of a user name.

    As in draft-uberti-behave-turn-rest, which coturn calls use-auth-secret: the user name begins with the second its
    right ends, and SHA-1 is what such servers compute.
    """
    return b64encode(digest(secret.encode(), username.encode(), sha1)).decode()


@dataclass(frozen=True, kw_only=True)
class CallJoined(Fact):
    """Somebody came into the call, or moved there to another connection."""

    kind: ClassVar[str] = "call.joined"
    session_id: UUID
    seat: Seat


@dataclass(frozen=True, kw_only=True)
class CallChanged(Fact):
    """Somebody in the call turned their microphone or camera on or off."""

    kind: ClassVar[str] = "call.changed"
    session_id: UUID
    seat: Seat


@dataclass(frozen=True, kw_only=True)
class CallLeft(Fact):
    """Somebody left the call, or their connection was lost."""

    kind: ClassVar[str] = "call.left"
    session_id: UUID
    profile_id: UUID
    connection_id: str

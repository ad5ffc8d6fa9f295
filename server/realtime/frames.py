"""The frames of the subprotocol alongside.v1 as structs, and their JSON. docs/protocol.md is written from here.

A frame is a JSON object with a `type`; a text message is one frame or an array of frames. No I/O, no rule.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType, field

SUBPROTOCOL = "alongside.v1"
MAX_BATCH = 64
"""Frames in one message from a client."""

Key = Annotated[str, Meta(min_length=1, max_length=64)]
TopicName = Annotated[str, Meta(min_length=1, max_length=64)]
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Mode = Literal["live", "replay", "pages", "snapshot"]


class Frame(Struct, tag_field="type", rename="camel", frozen=True):
    """What all frames share."""


class Position(Struct, frozen=True):
    """A place in a topic: after entry `seq` of the stream `epoch`, whose hash over all entries so far is `chain`."""

    epoch: Annotated[str, Meta(max_length=16)]
    seq: Seq
    chain: Annotated[str, Meta(max_length=16)]


class Hello(Frame, tag="hello", frozen=True):
    """The first frame: who is there. Within 5 s."""

    ticket: Annotated[str, Meta(min_length=1, max_length=128)]


class FollowTopic(Frame, tag="follow", frozen=True):
    """Follow a topic, from a position or from its present state."""

    id: Key
    topic: TopicName
    pos: Position | None = None


class LeaveTopic(Frame, tag="leave", frozen=True):
    """Stop following a topic."""

    topic: TopicName


class Command(Frame, tag="command", frozen=True):
    """Ask for something. `cid` stays the same when the client sends it again, and so does the answer."""

    id: Key
    cid: Key
    op: Key
    args: Raw = field(default_factory=lambda: Raw(b"{}"))


class Refresh(Frame, tag="refresh", frozen=True):
    """Prolong the connection with a fresh ticket of the same person."""

    ticket: Annotated[str, Meta(min_length=1, max_length=128)]


class Ack(Frame, tag="ack", frozen=True):
    """Say how far a topic was applied. Optional; a sign of life."""

    topic: TopicName
    seq: Seq


class Pong(Frame, tag="pong", frozen=True):
    """Answer a ping."""


ClientFrame = Hello | FollowTopic | LeaveTopic | Command | Refresh | Ack | Pong


class Bounds(Struct, frozen=True, rename="camel"):
    """What a client may do on one connection."""

    frame_bytes: int
    topics: int
    commands_per_second: float
    commands_burst: int


class Welcome(Frame, tag="welcome", frozen=True):
    """The answer to hello. `ping` and `ttl` are in seconds."""

    connection: str
    ping: float
    ttl: float
    limits: Bounds


class Followed(Frame, tag="followed", frozen=True, omit_defaults=True):
    """The answer to follow. Entries after `pos` come next; with `snapshot`, `state` replaces what the client had."""

    id: str
    topic: str
    mode: Mode
    pos: Position
    role: str
    state: Any = UNSET


class Signal(Frame, tag="signal", frozen=True):
    """Something that passes: the latest of a `key` wins, and it may be lost."""

    t: str
    k: str
    key: str
    v: int
    p: Raw


class Ok(Frame, tag="ok", frozen=True):
    """A command was done; `result` is its answer."""

    id: str
    result: Any


class Err(Frame, tag="err", frozen=True, omit_defaults=True):
    """A frame was refused. `retry_after` is in seconds."""

    id: str
    code: str
    message: str
    temporary: bool
    retry_after: int | UnsetType = UNSET
    problems: Any = UNSET


class Member(Struct, frozen=True):
    """Somebody present in a topic."""

    user: str
    role: str


class Presence(Frame, tag="presence", frozen=True, omit_defaults=True):
    """Who is there: with `all` the whole list, else who came and went since the last. `n` counts people, `v` grows."""

    t: str
    v: int
    n: int
    everybody: list[Member] | UnsetType = field(name="all", default=UNSET)
    came: list[Member] = field(name="+", default_factory=list)
    went: list[str] = field(name="-", default_factory=list)


class CallWord(Frame, tag="call", frozen=True):
    """What another connection in the call of topic `t` says to this one alone: an offer, an answer, candidates.

    `user` is whose connection `from` is; `p` is what they sent.
    """

    t: str
    k: str
    sender: str = field(name="from")
    user: str
    p: Raw


class Lag(Frame, tag="lag", frozen=True):
    """The client reads too slowly: entries after `seq` come later, at its pace; signals are dropped meanwhile."""

    t: str
    seq: int


class Resync(Frame, tag="resync", frozen=True):
    """The topic cannot go on from where the client is, and is no longer followed: follow it again."""

    t: str
    why: str


class Rights(Frame, tag="rights", frozen=True):
    """The client's role in a topic changed. Without a role the topic is no longer followed."""

    t: str
    role: str | None
    rev: int


class Drain(Frame, tag="drain", frozen=True):
    """Open another connection within `in_ms`, follow there from your positions, then close this one."""

    in_ms: int


class Ping(Frame, tag="ping", frozen=True):
    """Are you there? Answer with pong."""


ServerFrame = (
    Welcome | Followed | Signal | Ok | Err | Presence | CallWord | Lag | Resync | Rights | Drain | Ping
)  # and `entry`, built by entry_text without parsing its payload

_one = msgspec.json.Decoder(ClientFrame)
_many = msgspec.json.Decoder(Annotated[list[ClientFrame], Meta(max_length=MAX_BATCH)])
_encoder = msgspec.json.Encoder()


def decode(message: str | bytes) -> list[ClientFrame]:
    """Return the frames of a client's message. Raises msgspec.DecodeError (ValidationError for a wrong shape)."""
    start = message[:64].lstrip()[:1]
    found: list[ClientFrame] = _many.decode(message) if start in {"[", b"["} else [_one.decode(message)]
    return found


def encode(frame: ServerFrame) -> bytes:
    """Return a frame as JSON."""
    return _encoder.encode(frame)


def entry_text(topic: str, seq: int, chain: str, kind: str, payload: bytes) -> bytes:
    """Return an entry frame around a payload that is JSON already."""
    return b'{"type":"entry","t":"%b","s":%d,"c":"%b","k":"%b","p":%b}' % (
        topic.encode(),
        seq,
        chain.encode(),
        kind.encode(),
        payload,
    )


def signal_text(topic: str, kind: str, key: str, version: int, payload: bytes) -> bytes:
    """Return a signal frame around a payload that is JSON already."""
    return _encoder.encode(Signal(topic, kind, key, version, Raw(payload)))

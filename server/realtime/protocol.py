"""The connection's protocol without I/O: messages and instants in, events out. The endpoint owns the socket and time.

Instants are float seconds of one monotonic clock. Nothing here knows a topic's content, a person or a task.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import msgspec

from server.config import LiveSettings
from server.realtime.codes import RATE_LIMITED, Close
from server.realtime.frames import (
    Ack,
    ClientFrame,
    Command,
    Err,
    FollowTopic,
    Hello,
    LeaveTopic,
    Ping,
    Pong,
    Refresh,
    decode,
)

MAX_REFUSED = 100
"""Refused frames in a row after which a client that does not slow down is closed."""


class Stage(Enum):
    """Where a connection stands."""

    OPENING = "opening"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Send:
    """A frame to send."""

    frame: Err | Ping


@dataclass(frozen=True)
class Break:
    """Close the socket with this code."""

    code: Close
    detail: str = ""


Event = Hello | FollowTopic | LeaveTopic | Command | Refresh | Ack | Send | Break


class LiveProtocol:
    """One connection's protocol.

    `stage` is OPENING until `opened` is called after a good ticket, then OPEN; CLOSED after a Break or `closed`.
    `deadline` is when `tick` wants to be called next, at the latest; it moves with what comes in.
    """

    def __init__(self, settings: LiveSettings, now: float, *, first_ping_after: float | None = None) -> None:
        self._settings = settings
        self._hello_seen = False
        self._heard_at = now
        self._first_ping_after = settings.ping_seconds if first_ping_after is None else first_ping_after
        self._ping_at = now + self._first_ping_after
        self._pong_by: float | None = None
        self._hello_by = now + settings.hello_seconds
        self._expires_at = 0.0
        self._tokens = float(settings.commands_burst)
        self._filled_at = now
        self._refused = 0
        self.stage = Stage.OPENING

    def receive(self, message: str | bytes, now: float) -> list[Event]:
        """Take a message from the client; return what follows from it, in order."""
        if self.stage is Stage.CLOSED:
            return []
        self._heard(now)
        if isinstance(message, bytes):
            return [self._break(Close.PROTOCOL, "frames are text")]
        if len(message) > self._settings.frame_bytes:
            return [self._break(Close.PROTOCOL, "the message is too long")]
        try:
            frames = decode(message)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as failure:
            return [self._break(Close.PROTOCOL, str(failure))]
        return self._take(frames, now)

    def opened(self, now: float) -> None:
        """The ticket was good: frames other than hello count from now on."""
        self.stage = Stage.OPEN
        self._expires_at = now + self._settings.session_seconds
        self._ping_at = now + self._first_ping_after

    def refreshed(self, now: float) -> None:
        """A fresh ticket of the same person came."""
        self._expires_at = now + self._settings.session_seconds

    def closed(self) -> None:
        """The socket is gone, or is being closed for a reason of the shell's own."""
        self.stage = Stage.CLOSED

    @property
    def deadline(self) -> float:
        """Return the instant at which `tick` has something to say if nothing comes in."""
        if self.stage is Stage.OPENING:
            return self._hello_by
        expiry = self._expires_at + self._settings.refresh_grace_seconds
        return min(expiry, self._ping_at if self._pong_by is None else self._pong_by)

    def tick(self, now: float) -> list[Event]:
        """Let time pass: a late hello, a ping that is due, a pong that did not come, a ticket that ran out."""
        if self.stage is Stage.CLOSED or now < self.deadline:
            return []
        if self.stage is Stage.OPENING:
            return [self._break(Close.HELLO_LATE)]
        if now >= self._expires_at + self._settings.refresh_grace_seconds:
            return [self._break(Close.EXPIRED)]
        if self._pong_by is not None:
            return [self._break(Close.NO_PONG)]
        self._pong_by = now + self._settings.pong_seconds
        return [Send(Ping())]

    def _heard(self, now: float) -> None:
        self._heard_at = now
        self._pong_by = None
        self._ping_at = now + self._settings.ping_seconds

    def _take(self, frames: Sequence[ClientFrame], now: float) -> list[Event]:
        events: list[Event] = []
        for frame in frames:
            event = self._take_one(frame, now)
            if event is not None:
                events.append(event)
            if isinstance(event, Break):
                break
        return events

    def _take_one(self, frame: ClientFrame, now: float) -> Event | None:
        if isinstance(frame, Hello):
            if self._hello_seen:
                return self._break(Close.PROTOCOL, "hello comes once")
            self._hello_seen = True
            return frame
        if not self._hello_seen:
            return self._break(Close.PROTOCOL, "hello comes first")
        if isinstance(frame, Pong):
            return None
        if isinstance(frame, Ack):
            return frame
        return self._limited(frame, now)

    def _limited(self, frame: Command | FollowTopic | LeaveTopic | Refresh, now: float) -> Event | None:
        """Pass a frame on if the bucket has room; frames that take no answer are dropped otherwise."""
        rate = self._settings.commands_per_second
        self._tokens = min(float(self._settings.commands_burst), self._tokens + (now - self._filled_at) * rate)
        self._filled_at = now
        if self._tokens >= 1:
            self._tokens -= 1
            self._refused = 0
            return frame
        self._refused += 1
        if self._refused > MAX_REFUSED:
            return self._break(Close.RATE)
        if isinstance(frame, Command | FollowTopic):
            code, temporary, message = RATE_LIMITED
            return Send(Err(frame.id, code, message, temporary, retry_after=1))
        return None

    def _break(self, code: Close, detail: str = "") -> Break:
        self.stage = Stage.CLOSED
        return Break(code, detail[:100])

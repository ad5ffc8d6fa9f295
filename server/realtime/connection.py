"""One connection: what the protocol says is done here, in order, one job at a time. The endpoint moves the bytes.

Nothing here awaits while a message is taken in: jobs that ask a store run in a task that exists while there are any.
"""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from server.domain.actors import VISITOR, Actor
from server.domain.errors import InvalidInput, RateLimited, Refusal
from server.kit.ids import new_id
from server.observability import metrics
from server.realtime import codes, frames
from server.realtime.codes import Close, ErrorCode
from server.realtime.failures import STORE_FAILURES
from server.realtime.follow import Follow
from server.realtime.outbox import Outbox
from server.realtime.protocol import Break, Event, LiveProtocol, Send
from server.realtime.shared import Entry, Shared
from server.realtime.tasks import end

log = logging.getLogger(__name__)

MAX_JOBS = 64
"""Jobs that wait before the connection is read no further."""


class Desk(Protocol):
    """What serves a connection's jobs: server/realtime/desk.py."""

    async def hello(self, connection: "Connection", asked: frames.Hello) -> None: ...  # noqa: D102
    async def refresh(self, connection: "Connection", asked: frames.Refresh) -> None: ...  # noqa: D102
    async def follow(self, connection: "Connection", asked: frames.FollowTopic) -> None: ...  # noqa: D102
    async def leave(self, connection: "Connection", asked: frames.LeaveTopic) -> None: ...  # noqa: D102
    async def command(self, connection: "Connection", asked: frames.Command) -> None: ...  # noqa: D102


@dataclass
class Followed:
    """A topic this connection follows, as what, and under which version of its rights."""

    follow: Follow
    role: str
    rev: int


class Connection:
    """State of one socket. `actor` is VISITOR until hello; `follows` is by topic name; `is_closing` is final."""

    def __init__(self, desk: Desk, protocol: LiveProtocol, outbox: Outbox, origin: str) -> None:
        self.id = str(new_id())
        self.actor: Actor = VISITOR
        self.origin = origin
        self.protocol = protocol
        self.outbox: Outbox = outbox
        self.take = outbox.take
        self.follows: dict[str, Followed] = {}
        self.is_closing = False
        self.is_draining = False
        self.retires_at = math.inf
        self.on_left: Callable[[Connection, str], None] = lambda _connection, _topic: None
        self._desk = desk
        self._jobs: deque[Event] = deque()
        self._runner: asyncio.Task[None] | None = None
        self._fewer_jobs = asyncio.Event()
        self._fewer_jobs.set()

    def receive(self, message: str | bytes, now: float) -> None:
        """Take a message from the socket."""
        self.handle(self.protocol.receive(message, now))

    def handle(self, events: list[Event]) -> None:
        """Do what the protocol says."""
        for event in events:
            if isinstance(event, Send):
                self.send(event.frame)
            elif isinstance(event, Break):
                self.close(event.code, event.detail)
            elif not isinstance(event, frames.Ack):
                self._jobs.append(event)
        if self._jobs and self._runner is None and not self.is_closing:
            self._runner = asyncio.create_task(self._run(), name="live jobs")
        if len(self._jobs) > MAX_JOBS:
            self._fewer_jobs.clear()

    async def ready(self) -> None:
        """Return when more may be read from the socket."""
        await self._fewer_jobs.wait()

    def send(self, frame: frames.ServerFrame) -> None:
        """Send a frame to this connection alone."""
        if not self.is_closing:
            self.outbox.push(Shared(frames.encode(frame)))

    def push_frame(self, item: Shared) -> None:
        """Send a frame that was made elsewhere for this connection alone."""
        if not self.is_closing:
            self.outbox.push(item)

    def refuse(self, frame_id: str, error: ErrorCode, *, retry_after: int | None = None, problems: Any = None) -> None:
        """Answer a frame with a refusal."""
        self.send(
            frames.Err(
                frame_id,
                error.code,
                error.message,
                error.temporary,
                retry_after=msgspec.UNSET if retry_after is None else retry_after,
                problems=msgspec.UNSET if problems is None else problems,
            )
        )

    def close(self, code: Close, detail: str = "") -> None:
        """Say why and close the socket, once. What waits is sent first as far as the peer takes it."""
        if self.is_closing:
            return
        self.outbox.flush()
        self.is_closing = True
        self.protocol.closed()
        metrics.LIVE_CLOSES.labels(str(int(code))).inc()
        self.outbox.wire.close(int(code), detail or codes.CLOSE_REASONS[code])

    async def end(self) -> None:
        """The socket is gone: stop jobs and follows."""
        self.is_closing = True
        self.protocol.closed()
        self._jobs.clear()
        self._fewer_jobs.set()
        await end(self._runner)
        for topic in list(self.follows):
            self.leave(topic)
        self.outbox.close()

    def begin(self, topic: str, followed: Followed) -> None:
        """Keep a follow that has begun, in place of one of the same topic."""
        earlier = self.follows.get(topic)
        if earlier is not None:
            earlier.follow.end()
        self.follows[topic] = followed

    def leave(self, topic: str) -> None:
        """Stop following a topic, if it is followed."""
        followed = self.follows.pop(topic, None)
        if followed is not None:
            followed.follow.end()
            self.on_left(self, topic)

    # What a Follow asks of its sink.

    def push(self, entry: Entry) -> None:
        """Send an entry of the past."""
        self.outbox.push(entry.shared)

    def push_signal(self, key: str, item: Shared) -> None:
        """Send a signal, or drop it when the reader is behind."""
        self.outbox.push_signal(key, item)

    def push_presence(self, topic: str, item: Shared) -> bool:
        """Send a presence frame, unless the reader is far behind or held."""
        followed = self.follows.get(topic)
        if self.outbox.is_full or followed is None or followed.follow.is_held:
            return False
        self.outbox.push(item)
        return True

    async def room(self) -> None:
        """Return when the reader took most of what it was given."""
        await self.outbox.room()

    def lagging(self, topic: str, seq: int) -> None:
        """Say that the reader is behind."""
        self.send(frames.Lag(topic, seq))

    def lost(self, topic: str, why: str) -> None:
        """Say that the topic has to be followed again."""
        self.send(frames.Resync(topic, why))
        self.leave(topic)

    def too_slow(self, topic: str) -> None:
        """Close: the reader is behind everything that is kept at hand."""
        self.close(Close.SLOW, f"too far behind on {topic}"[:120])

    async def _run(self) -> None:
        while self._jobs and not self.is_closing:
            job = self._jobs.popleft()
            if len(self._jobs) <= MAX_JOBS:
                self._fewer_jobs.set()
            await self._do(job)
        self._runner = None

    async def _do(self, job: Event) -> None:
        frame_id = getattr(job, "id", None)
        try:
            await self._dispatch(job)
        except Refusal as refusal:
            self._refused(frame_id, refusal)
        except STORE_FAILURES as failure:
            log.warning("a store did not answer a live frame: %r", failure)
            self._failed(frame_id, codes.UNAVAILABLE)
        except Exception:
            # The edge of the socket: one frame's crash is answered and logged, the connection goes on.
            log.exception("a live frame failed on connection %s", self.id)
            self._failed(frame_id, codes.FAILED)

    async def _dispatch(self, job: Event) -> None:
        match job:
            case frames.Command():
                await self._desk.command(self, job)
            case frames.FollowTopic():
                await self._desk.follow(self, job)
            case frames.LeaveTopic():
                await self._desk.leave(self, job)
            case frames.Hello():
                await self._desk.hello(self, job)
            case frames.Refresh():
                await self._desk.refresh(self, job)
            case _:
                pass

    def _refused(self, frame_id: str | None, refusal: Refusal) -> None:
        metrics.REFUSALS.labels(refusal.code).inc()
        if frame_id is None:
            self.close(Close.BAD_TICKET)
            return
        problems = refusal.problems if isinstance(refusal, InvalidInput) else None
        retry_after = refusal.retry_after if isinstance(refusal, RateLimited) else None
        self.refuse(frame_id, codes.of_refusal(refusal), retry_after=retry_after, problems=problems)

    def _failed(self, frame_id: str | None, error: ErrorCode) -> None:
        """Answer a frame that has an id; a hello that could not be checked is tried on another connection."""
        if frame_id is None:
            self.close(Close.FAILED)
        else:
            self.refuse(frame_id, error, retry_after=1)

"""A topic as an async iterator, for doors that are not sockets of ours: GraphQL subscriptions.

It catches up and goes live like a connection does. It ends when the reader's rights do, and raises Conflict when the
topic cannot go on from the reader's place.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Self

import msgspec
from msgspec import UNSET

from server.config import LiveSettings
from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.errors import Conflict, NotFound
from server.domain.topics import Topic
from server.realtime.desk import Rules
from server.realtime.follow import Follow
from server.realtime.frames import Mode, Position
from server.realtime.hub import Hub
from server.realtime.replay import Start, resume
from server.realtime.shared import Entry, Shared

MAX_WAITING = 500
"""Events that wait for the reader before only a cursor is kept."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Started:
    """The first event: how the stream starts, as in a `followed` frame. `state` is None where there is none."""

    mode: Mode
    pos: Position
    role: str
    state: Any = None


class StreamEntry(msgspec.Struct, frozen=True, gc=False):
    """An entry, and the position after it. `payload` is JSON."""

    kind: str
    position: Position
    payload: bytes


class Stream:
    """A sink for a Follow, read by `async for`. Made by `Streams.open`; use `async with`, or `aclose` it.

    `at_once` may take what comes while the reader waits for it, and the reader is not woken; False leaves it to them.
    """

    def __init__(self, actor: Actor, topic: Topic, on_end: Callable[["Stream"], None]) -> None:
        self.actor = actor
        self.topic = topic
        self._on_end = on_end
        self._events: deque[Started | StreamEntry] = deque()
        self._changed = asyncio.Event()
        self._read = asyncio.Event()
        self._trouble: Exception | None = None
        self._is_awaited = False
        self.at_once: Callable[[StreamEntry], bool] | None = None
        self._is_over = False
        self._follow: Follow | None = None

    def begin(self, follow: Follow, start: Start, role: str) -> None:
        """Start with what the ladder found."""
        self._follow = follow
        state = None if start.state is UNSET else start.state
        self._events.append(Started(start.mode, start.pos, role, state))
        self._wake()
        follow.start(follow.feed.any_after)

    def __aiter__(self) -> AsyncIterator[Started | StreamEntry]:
        return self

    async def __anext__(self) -> Started | StreamEntry:
        """Return the next event. Ends with the rights; Conflict when the place is lost."""
        while not self._events:
            if self._trouble is not None:
                raise self._trouble
            if self._is_over:
                raise StopAsyncIteration
            self._changed.clear()
            self._is_awaited = True
            try:
                await self._changed.wait()
            finally:
                self._is_awaited = False
        event = self._events.popleft()
        self._read.set()
        return event

    def hold(self) -> None:
        """Take nothing more until `release`: the rights are being looked at."""
        if self._follow is not None:
            self._follow.hold()

    def release(self) -> None:
        """Undo one `hold`."""
        if self._follow is not None:
            self._follow.release()

    async def aclose(self) -> None:
        """Stop following."""
        self.end()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End: what waits can still be read."""
        self._is_over = True
        if self._follow is not None:
            self._follow.end()
        self._on_end(self)
        self._wake()

    # What a Follow asks of its sink.

    outbox = None

    def take(self, entry: Entry) -> bool:
        """Take a live entry, unless the reader is far behind."""
        if self._is_awaited and self.at_once is not None:
            try:
                if self.at_once(self._event(entry)):
                    return True
            except Exception:
                # A feed must not stop for one of its readers. This one gets the entry as any other.
                log.exception("an entry could not be handed over at once")
                self.at_once = None
        elif len(self._events) >= MAX_WAITING:
            return False
        self.push(entry)
        return True

    def push(self, entry: Entry) -> None:
        """Take an entry."""
        self._events.append(self._event(entry))
        self._wake()

    def _event(self, entry: Entry) -> StreamEntry:
        epoch = self._follow.feed.epoch if self._follow is not None else ""
        return StreamEntry(entry.kind, Position(epoch, entry.seq, entry.chain), entry.payload)

    def _wake(self) -> None:
        self._is_awaited = False
        self._changed.set()

    def push_signal(self, key: str, item: Shared) -> None:
        """Leave out what passes: subscriptions carry the record only."""

    async def room(self) -> None:
        """Return when the reader took most of what it was given."""
        while len(self._events) >= MAX_WAITING // 2:
            self._read.clear()
            await self._read.wait()

    def lagging(self, topic: str, seq: int) -> None:
        """Nothing to say: the iterator is read at the reader's own pace."""

    def lost(self, topic: str, why: str) -> None:  # noqa: ARG002 - a stream has one topic
        """End with a refusal."""
        self._trouble = Conflict(f"This subscription cannot go on: {why}. Subscribe again.", current="resync")
        self._wake()

    def too_slow(self, topic: str) -> None:
        """End with a refusal."""
        self.lost(topic, "it was read too slowly")


class Streams:
    """Opens streams, and knows the open ones of this worker. `words_heard` counts words about rights, of any topic."""

    def __init__(self, settings: LiveSettings, hub: Hub, rules: Rules) -> None:
        self._settings = settings
        self._hub = hub
        self._rules = rules
        self._open: set[Stream] = set()
        self.words_heard = 0

    async def open(self, actor: Actor, topic: Topic, pos: Position | None) -> Stream:
        """Follow a topic from a position, or from its present state. NotFound for what the actor may not follow."""
        words = -1
        # As for a socket (desk.py): a word about rights that came meanwhile may have been about these.
        while words != self.words_heard:
            words, was_heard = self.words_heard, self._hub.hears(topic.name)
            following = await self._rules.audience(actor, topic)
            feed = await self._hub.feed(topic.name)
            if not was_heard:
                following = await self._rules.audience(actor, topic)
            start = await resume(feed, pos, lambda: self._rules.snapshots(actor, topic), self._settings)
            feed = await self._hub.feed(topic.name)
        stream = Stream(actor, topic, self._ended)
        self._open.add(stream)
        self._hub.watch(_person(actor))
        stream.begin(Follow(feed, stream, start.pos.seq), start, following.role)
        return stream

    async def recheck(self, stream: Stream) -> None:
        """End a stream whose reader may not follow the topic any more."""
        try:
            await self._rules.audience(stream.actor, stream.topic)
        except NotFound:
            stream.end()

    def of_topic(self, topic: str) -> list[Stream]:
        """Return the open streams of a topic."""
        return [stream for stream in self._open if stream.topic.name == topic]

    def of_user(self, user_id: UserId) -> list[Stream]:
        """Return the open streams of a person."""
        return [stream for stream in self._open if stream.actor.user_id == user_id]

    def everyone(self) -> list[Stream]:
        """Return every open stream."""
        return list(self._open)

    def _ended(self, stream: Stream) -> None:
        if stream in self._open:
            self._open.discard(stream)
            self._hub.unwatch(_person(stream.actor))


def _person(actor: Actor) -> str:
    return topics.user(actor.require_user()).name

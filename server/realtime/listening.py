"""A topic as an async iterator, for GraphQL subscriptions: a snapshot where needed, then entries in order, for ever.

    async for heard in listen(hub, settings, topic, position, lambda: snapshot_of(actor, topic)): ...

Rights are not looked at here; who iterates asks for them.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

import msgspec
from msgspec import UNSET

from server.config import LiveSettings
from server.domain.topics import Topic
from server.realtime.feed import Entry
from server.realtime.follow import Follow
from server.realtime.frames import Position
from server.realtime.hub import Hub
from server.realtime.replay import Snapshot, resume
from server.realtime.shared import Shared

MAX_WAITING = 256
"""Entries kept for a reader that is slow; behind that only its place is kept, and it catches up by reading."""


class Place(Protocol):
    """A position, in whatever shape the caller has it."""

    @property
    def epoch(self) -> str:
        """Return the stream's epoch."""

    @property
    def seq(self) -> int:
        """Return the number of the last entry."""

    @property
    def chain(self) -> str:
        """Return the chain over all entries so far."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An entry, or the whole state of the topic when `kind` is "snapshot"; `payload` is JSON."""

    kind: str
    position: Position
    payload: bytes


async def listen(
    hub: Hub, settings: LiveSettings, topic: Topic, after: Place | None, snapshot: Snapshot
) -> AsyncGenerator[Heard, None]:
    """Yield a topic from a position on; from a snapshot without one, and again whenever it cannot go on."""
    position = None if after is None else Position(after.epoch, after.seq, after.chain)
    while True:
        start = await resume(await hub.feed(topic.name), position, snapshot, settings)
        if start.state is not UNSET:
            yield Heard("snapshot", start.pos, msgspec.json.encode(start.state))
        # Asked for again: the feed may have been let go meanwhile, since nobody followed it yet.
        feed = await hub.feed(topic.name)
        waiting = _Waiting()
        follow = Follow(feed, waiting, start.pos.seq)
        follow.start(feed.any_after)
        try:
            while (entry := await waiting.next()) is not None:
                yield Heard(entry.kind, Position(feed.epoch, entry.seq, entry.chain), entry.payload)
        finally:
            follow.end()
        position = None


class _Waiting:
    """The entries that the iterator has not taken yet. `next` gives None when the topic cannot go on."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._changed = asyncio.Event()
        self._is_lost = False

    async def next(self) -> Entry | None:
        while not self._entries and not self._is_lost:
            await self._change()
        if not self._entries:
            return None
        entry = self._entries.popleft()
        self._changed.set()
        return entry

    @property
    def is_full(self) -> bool:
        return len(self._entries) >= MAX_WAITING

    def push(self, topic: str, entry: Entry) -> None:  # noqa: ARG002 - one topic here
        self._entries.append(entry)
        self._changed.set()

    def push_signal(self, key: str, item: Shared) -> None:
        """Drop it: signals are not for subscriptions."""

    async def room(self) -> None:
        while len(self._entries) > MAX_WAITING // 2:
            await self._change()

    def lagging(self, topic: str, seq: int) -> None:
        """Nothing is said: the reader notices only that entries come later."""

    def lost(self, topic: str, why: str) -> None:  # noqa: ARG002 - whatever the reason, a snapshot follows
        self._is_lost = True
        self._changed.set()

    def too_slow(self, topic: str) -> None:
        self.lost(topic, "too slow")

    async def _change(self) -> None:
        """Wait for the other side. Both clear the flag, so each looks at the entries again afterwards."""
        self._changed.clear()
        await self._changed.wait()

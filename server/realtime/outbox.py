"""What waits to be written to one connection, and the worker's flusher that writes it.

The fast path never awaits: a message is appended, and one flush per tick writes all of it at once. A reader that does
not keep up first loses signals, then is put on a cursor (see follow.py), and is closed when even that does not help.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from server.config import LiveSettings
from server.observability import metrics
from server.realtime.feed import Entry
from server.realtime.shared import Shared

YIELD_EVERY = 500
"""Connections flushed before the loop gets its turn."""


class Wire(Protocol):
    """The write side of a socket. `is_writable` turns false when it takes no more for now, or for ever."""

    is_writable: bool

    def write(self, items: Sequence[Shared]) -> None:
        """Write messages, in order, at once."""

    def close(self, code: int, reason: str) -> None:
        """Start closing; messages written before go first if the peer takes them."""


class Outbox:
    """Messages on their way to one connection, in order. Sizes are bytes of JSON text, ages in seconds.

    `take` and `flush` run once per listener and entry: what they do is counted in nanoseconds.
    """

    def __init__(self, settings: LiveSettings, flusher: "Flusher", wire: Wire) -> None:
        self._settings = settings
        self._write_bytes = settings.write_bytes
        self._lag_bytes = settings.outbox_lag_bytes
        self._flusher = flusher
        self.wire = wire
        self._items: deque[Shared] = deque()
        self._signals: dict[str, Shared] = {}
        self._room: list[asyncio.Future[None]] = []
        self._since = 0.0
        self._moved_at = 0.0
        self.is_dirty = False
        self.bytes = 0

    def push(self, item: Shared) -> None:
        """Take a message that must arrive."""
        if not self._items:
            self._since = self._moved_at = self._flusher.now
        self._items.append(item)
        self.bytes += item.size
        if not self.is_dirty:
            self._flusher.add(self)

    def take(self, entry: Entry) -> bool:
        """Take an entry, or return False: the reader is so far behind that only a cursor should be kept."""
        if self._items:
            if self.bytes > self._lag_bytes or self.age > self._settings.outbox_lag_seconds:
                return False
        else:
            self._since = self._moved_at = self._flusher.now
        item = entry.shared
        self._items.append(item)
        self.bytes += item.size
        if not self.is_dirty:
            self._flusher.add(self)
        return True

    def push_signal(self, key: str, item: Shared) -> None:
        """Take a signal: the latest of its key is sent, or none to a reader that is behind."""
        if self.bytes > self._settings.outbox_shed_bytes or self.age > self._settings.outbox_shed_seconds:
            self._signals.clear()
            metrics.LIVE_SLOW_READERS.labels("shed").inc()
            return
        self._signals[key] = item
        if not self.is_dirty:
            self._flusher.add(self)

    @property
    def age(self) -> float:
        """Return how long something has been waiting without a break."""
        return self._flusher.now - self._since if self._items else 0.0

    @property
    def is_full(self) -> bool:
        """Tell whether the reader is so far behind that only a cursor should be kept."""
        return self.bytes > self._lag_bytes or self.age > self._settings.outbox_lag_seconds

    @property
    def is_stuck(self) -> bool:
        """Tell whether something waits and the reader took nothing for so long that it should be closed."""
        return bool(self._items) and self._flusher.now - self._moved_at > self._settings.outbox_close_seconds

    async def room(self) -> None:
        """Return when less than a write's worth of messages waits."""
        while self.bytes >= self._settings.write_bytes:
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._room.append(waiting)
            await waiting

    def resume(self) -> None:
        """The socket takes more again."""
        if not self.is_dirty and (self._items or self._signals):
            self._flusher.add(self)

    def flush(self) -> int:
        """Write what the socket takes: messages in order, then signals, up to a write's worth. Return its bytes."""
        self.is_dirty = False
        wire = self.wire
        if not wire.is_writable:
            return 0
        items, size = self._items, self.bytes
        if size <= self._write_bytes:
            # All of it in one write, as almost always.
            self._items, self.bytes = deque(), 0
        else:
            items, size = self._cut()
        if self._signals and not self._items:
            items.extend(self._signals.values())
            self._signals.clear()
        if not items:
            return 0
        wire.write(items)
        if self._items:
            self._moved_at = self._flusher.now
            if wire.is_writable:
                self._flusher.add(self)
        if self._room and self.bytes < self._write_bytes:
            self._let_in()
        return size

    def _cut(self) -> tuple[deque[Shared], int]:
        """Take about a write's worth off the front."""
        items: deque[Shared] = deque()
        size = 0
        while self._items and size < self._write_bytes:
            item = self._items.popleft()
            items.append(item)
            size += item.size
        self.bytes -= size
        return items, size

    def close(self) -> None:
        """Forget what waits; whoever waits for room is cancelled with its follow."""
        self._items.clear()
        self._signals.clear()
        self.bytes = 0
        for waiting in self._room:
            waiting.cancel()
        self._room.clear()

    def _let_in(self) -> None:
        waiting, self._room = self._room, []
        for one in waiting:
            if not one.done():
                one.set_result(None)


class Flusher:
    """Writes the outboxes of one worker, each once per tick, at once when the last tick is over. `now` is monotonic."""

    def __init__(self, settings: LiveSettings) -> None:
        self._tick = settings.tick_seconds
        self._dirty: list[Outbox] = []
        self._is_due = False
        self._flushed_at = 0.0
        self._loop = asyncio.get_running_loop()

    @property
    def now(self) -> float:
        """Return the loop's time in seconds."""
        return self._loop.time()

    def add(self, outbox: Outbox) -> None:
        """Have an outbox flushed soon."""
        outbox.is_dirty = True
        self._dirty.append(outbox)
        if self._is_due:
            return
        self._is_due = True
        wait = self._flushed_at + self._tick - self.now
        if wait > 0:
            self._loop.call_later(wait, self._flush)
        else:
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        batch, self._dirty = self._dirty[:YIELD_EVERY], self._dirty[YIELD_EVERY:]
        self._flushed_at = self.now
        metrics.LIVE_WRITTEN_BYTES.inc(sum([outbox.flush() for outbox in batch]))
        self._is_due = bool(self._dirty)
        if self._is_due:
            self._loop.call_soon(self._flush)

"""What waits to be written to one connection, and the worker's flusher that writes it.

The fast path never awaits: a message is appended, and one flush per tick writes all of it at once. A reader that does
not keep up first loses signals, then is put on a cursor (see follow.py), and is closed when even that does not help.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from server.config import LiveSettings
from server.observability import metrics
from server.realtime.chorus import YIELD_EVERY, Line
from server.realtime.shared import Entry, Shared


class Wire(Protocol):
    """The write side of a socket. `is_writable` turns false when it takes no more for now, or for ever.

    `is_clear` is true only while it is writable and nothing waits in the outbox: what is written past the outbox then
    keeps its place in the order. `line` is the way past, where there is one.
    """

    is_writable: bool
    is_clear: bool

    @property
    def line(self) -> Line | None:
        """Return the way past the outbox."""

    def write(self, items: Sequence[Shared]) -> None:
        """Write messages, in order, at once."""

    def close(self, code: int, reason: str) -> None:
        """Start closing; messages written before go first if the peer takes them."""


class Outbox:
    """Messages on their way to one connection, in order. Sizes are bytes of JSON text, ages in seconds.

    Live entries pass it by while nothing waits in it (chorus.py).
    """

    def __init__(self, settings: LiveSettings, flusher: "Flusher", wire: Wire) -> None:
        self._settings = settings
        self._write_bytes = settings.write_bytes
        self._lag_bytes = settings.outbox_lag_bytes
        self.flusher = flusher
        self.wire = wire
        self._items: deque[Shared] = deque()
        self._signals: dict[str, Shared] = {}
        self._room: list[asyncio.Future[None]] = []
        self._since = 0.0
        self._moved_at = 0.0
        self.is_dirty = False
        self.weight = 1
        self.bytes = 0

    def push(self, item: Shared) -> None:
        """Take a message that must arrive."""
        self.wire.is_clear = False
        if not self._items:
            self._since = self._moved_at = self.flusher.now
        self._items.append(item)
        self.bytes += item.size
        if not self.is_dirty:
            self.flusher.add(self)

    def take(self, entry: Entry) -> bool:
        """Take an entry, or return False: the reader is so far behind that only a cursor should be kept."""
        if self._items:
            if self.bytes > self._lag_bytes or self.age > self._settings.outbox_lag_seconds:
                return False
        else:
            self._since = self._moved_at = self.flusher.now
        self.wire.is_clear = False
        item = entry.shared
        self._items.append(item)
        self.bytes += item.size
        if not self.is_dirty:
            self.flusher.add(self)
        return True

    def push_signal(self, key: str, item: Shared) -> None:
        """Take a signal: the latest of its key is sent, or none to a reader that is behind."""
        if self.bytes > self._settings.outbox_shed_bytes or self.age > self._settings.outbox_shed_seconds:
            self._signals.clear()
            metrics.LIVE_SLOW_READERS.labels("shed").inc()
            return
        self.wire.is_clear = False
        self._signals[key] = item
        if not self.is_dirty:
            self.flusher.add(self)

    @property
    def age(self) -> float:
        """Return how long something has been waiting without a break."""
        return self.flusher.now - self._since if self._items else 0.0

    @property
    def is_full(self) -> bool:
        """Tell whether the reader is so far behind that only a cursor should be kept."""
        return self.bytes > self._lag_bytes or self.age > self._settings.outbox_lag_seconds

    @property
    def is_stuck(self) -> bool:
        """Tell whether something waits and the reader took nothing for so long that it should be closed."""
        # While the wire takes more it is this worker that is late, not the reader.
        is_shut = bool(self._items) and not self.wire.is_writable
        return is_shut and self.flusher.now - self._moved_at > self._settings.outbox_close_seconds

    async def room(self) -> None:
        """Return when less than a write's worth of messages waits."""
        while self.bytes >= self._settings.write_bytes:
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._room.append(waiting)
            await waiting

    def resume(self) -> None:
        """The socket takes more again."""
        if not self._items and not self._signals:
            self.wire.is_clear = self.wire.is_writable
        elif not self.is_dirty:
            self.flusher.add(self)

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
        if items:
            wire.write(items)
        # Writing may have shut it.
        wire.is_clear = not self._items and wire.is_writable
        if self._items:
            self._moved_at = self.flusher.now
            if wire.is_writable:
                self.flusher.add(self)
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
        self.wire.is_clear = False
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


class Waiting(Protocol):
    """What can be flushed: an outbox, or the chorus of a feed. `weight` is how many sockets that may write to."""

    is_dirty: bool

    @property
    def weight(self) -> int:
        """Return how many sockets `flush` may write to."""

    def flush(self) -> int:
        """Write; return the bytes."""


REST = 4
"""A round of writes is followed by a rest of so many times its length: writing takes at most a fifth of the loop."""

LONGEST_REST_SECONDS = 0.1


class Flusher:
    """Writes the outboxes and choruses of one worker, each once per tick, at once when the last tick is over.

    A tick is longer after a round that took long: what comes meanwhile goes along in the same writes, so a crowd costs
    less the busier its worker is. `now` is monotonic.
    """

    def __init__(self, settings: LiveSettings) -> None:
        self._tick = settings.tick_seconds
        self._dirty: deque[Waiting] = deque()
        self._is_due = False
        self._rests_until = 0.0
        self._round_seconds = 0.0
        self._loop = asyncio.get_running_loop()

    @property
    def now(self) -> float:
        """Return the loop's time in seconds."""
        return self._loop.time()

    def add(self, one: Waiting) -> None:
        """Have something flushed soon."""
        one.is_dirty = True
        self._dirty.append(one)
        if self._is_due:
            return
        self._is_due = True
        wait = self._rests_until - self.now
        if wait > 0:
            self._loop.call_later(wait, self._flush)
        else:
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        # The loop's own time stands still during a turn.
        began_at = time.perf_counter()
        turn, written = YIELD_EVERY, 0
        try:
            # What is added meanwhile has its turn after this one.
            for _ in range(len(self._dirty)):
                if turn <= 0:
                    break
                one = self._dirty.popleft()
                turn -= one.weight
                written += one.flush()
        finally:
            # Even when one could not be written: nobody else is to wait for it.
            metrics.LIVE_WRITTEN_BYTES.inc(written)
            self._round_seconds += time.perf_counter() - began_at
            self._is_due = bool(self._dirty)
            if self._is_due:
                self._loop.call_soon(self._flush)
            else:
                self._rest()

    def _rest(self) -> None:
        """A round is over: wait a tick, or longer after a long one."""
        rest = min(LONGEST_REST_SECONDS, REST * self._round_seconds)
        self._rests_until = self.now + max(self._tick, rest)
        self._round_seconds = 0.0

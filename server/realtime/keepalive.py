"""One timer wheel per worker: visits each connection when its protocol has something to say about time.

What comes in only moves a deadline; the wheel finds that out when it comes by, so a message costs no timer.
"""

import asyncio
from collections import defaultdict

from server.config import LiveSettings
from server.observability import metrics
from server.realtime.codes import Close
from server.realtime.connection import Connection
from server.realtime.tasks import end

STUCK_CHECK_SECONDS = 1.0


class Keepalive:
    """The wheel. A slot is a twentieth of the shortest patience in the settings, at most half a second."""

    def __init__(self, settings: LiveSettings) -> None:
        self._slot = min(0.5, min(settings.hello_seconds, settings.pong_seconds, settings.ping_seconds) / 20)
        self._ping_seconds = settings.ping_seconds
        self._slots: dict[int, set[Connection]] = defaultdict(set)
        self._all: set[Connection] = set()
        self._task: asyncio.Task[None] | None = None
        self._checked_at = 0.0

    def start(self) -> None:
        """Start turning."""
        self._task = asyncio.create_task(self._run(), name="keepalive")

    async def stop(self) -> None:
        """Stop turning."""
        await end(self._task)

    def add(self, connection: Connection) -> None:
        """Look after a connection."""
        self._all.add(connection)
        self._schedule(connection, asyncio.get_running_loop().time())

    def discard(self, connection: Connection) -> None:
        """Look after a connection no longer; the slot it is in forgets it when it comes by."""
        self._all.discard(connection)

    def _schedule(self, connection: Connection, now: float) -> None:
        # Never into a slot that was passed already; and not far, since a deadline may also come nearer.
        due = max(now, min(connection.protocol.deadline, now + self._ping_seconds))
        self._slots[int(due / self._slot) + 1].add(connection)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        turned_to = int(loop.time() / self._slot)
        while True:
            await asyncio.sleep(self._slot)
            now = loop.time()
            for number in range(turned_to + 1, int(now / self._slot) + 1):
                for connection in self._slots.pop(number, ()):
                    self._visit(connection, now)
            turned_to = int(now / self._slot)
            if now - self._checked_at >= STUCK_CHECK_SECONDS:
                self._checked_at = now
                self._close_stuck()

    def _visit(self, connection: Connection, now: float) -> None:
        if connection not in self._all or connection.is_closing:
            return
        connection.handle(connection.protocol.tick(now))
        self._schedule(connection, now)

    def _close_stuck(self) -> None:
        for connection in list(self._all):
            if connection.outbox.is_stuck:
                metrics.LIVE_SLOW_READERS.labels("closed").inc()
                connection.close(Close.SLOW)

"""Moving clients to another server without a gap: on SIGTERM all of them, and each one when its connection is old."""

import asyncio
import logging
import random
from contextlib import suppress

from server.config import LiveSettings
from server.observability import metrics
from server.realtime.codes import Close
from server.realtime.connection import Connection
from server.realtime.endpoint import Endpoint
from server.realtime.frames import Drain
from server.realtime.roster import Roster
from server.realtime.tasks import end

log = logging.getLogger(__name__)

BATCH = 100
"""Leftovers closed at a time."""
_AGE_CHECK_SECONDS = 5.0
_MOVING_SECONDS = 10.0
"""What a client that was asked late still has to follow elsewhere."""


class Drainer:
    """Asks connections to move, and closes those that did not."""

    def __init__(self, settings: LiveSettings, endpoint: Endpoint, roster: Roster) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._roster = roster
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start moving the old ones, so that this path is walked every day."""
        self._task = asyncio.create_task(self._retire_for_ever(), name="retire connections")

    async def stop(self) -> None:
        """Stop moving the old ones."""
        await end(self._task)

    async def drain(self, seconds: float) -> None:
        """Ask everybody to move within `seconds`, spread over it; close who is left then, in batches."""
        metrics.LIVE_DRAINING.set(1)
        self._endpoint.gate.is_closed = True
        for connection in list(self._endpoint.open_connections):
            # The last ones asked still have a fifth of the time to follow elsewhere.
            self._ask(connection, seconds * 0.8)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._endpoint.emptied.wait()
        await self._close(list(self._endpoint.open_connections))
        metrics.LIVE_DRAINING.set(0)

    def _ask(self, connection: Connection, within: float) -> None:
        metrics.LIVE_DRAINED.labels("asked").inc()
        connection.is_draining = True
        self._roster.give_up_place(connection)
        connection.send(Drain(int(random.uniform(0, within) * 1000)))  # noqa: S311 - spreads the moving

    async def _close(self, left: list[Connection]) -> None:
        for start in range(0, len(left), BATCH):
            for connection in left[start : start + BATCH]:
                metrics.LIVE_DRAINED.labels("closed").inc()
                connection.close(Close.DRAIN)
            await asyncio.sleep(0.01)

    async def _retire_for_ever(self) -> None:
        """Ask each connection that reached its age, and close it when it does not move."""
        loop = asyncio.get_running_loop()
        closing: dict[Connection, float] = {}
        while True:
            await asyncio.sleep(min(_AGE_CHECK_SECONDS, self._settings.connection_min_age_seconds / 4))
            now = loop.time()
            for connection in list(self._endpoint.open_connections):
                if now >= connection.retires_at and not connection.is_draining:
                    self._ask(connection, self._settings.drain_seconds)
                    closing[connection] = now + self._settings.drain_seconds + _MOVING_SECONDS
            overdue = [connection for connection, at in closing.items() if now >= at]
            for connection in list(closing):
                if connection in overdue or connection not in self._endpoint.open_connections:
                    del closing[connection]
            await self._close([one for one in overdue if one in self._endpoint.open_connections])

"""Connections that stay out of the pool for a moment, for the next statement or unit of work.

To take a connection from asyncpg's pool and give it back costs as much as a short statement: a task, a shield, two
turns of the loop. A busy process has the same few out all the time; they go back when nobody wants them.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import asyncpg

KEPT_SECONDS = 0.1
"""After so long without use a connection is the pool's again."""

_LOG = logging.getLogger("tortoise.db_client")  # where Tortoise tells of its own statements: one log for all of them


class Lending:
    """Up to `most` idle connections of a pool, the latest used first. Limits and repairs stay the pool's."""

    def __init__(self, pool: "asyncpg.Pool[Any]", *, most: int) -> None:
        self._pool = pool
        self._most = most
        self._idle: list[Any] = []
        self._fewest = 0
        """How many were idle all the time since the last look."""
        self._waiting = 0
        """How many wait for the pool."""
        self._timer: asyncio.TimerHandle | None = None
        self._going_back: set[asyncio.Task[None]] = set()
        self._is_closed = False

    async def fetch(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """Return the rows of one statement, which must leave nothing behind in its session.

        A connection with which anything went wrong, a cancel included, goes back to the pool, which knows what to do.
        """
        lent = await self.take()
        _LOG.debug("%s: %s", statement, values)
        try:
            rows: list[Any] = await lent.fetch(statement, *values)
        except BaseException:
            await self._pool.release(lent)
            raise
        if not self.keep(lent):
            await self._pool.release(lent)
        return rows

    async def take(self) -> Any:
        """Return a connection that nobody else has. It is to be given back."""
        while self._idle:
            lent = self._idle.pop()
            self._fewest = min(self._fewest, len(self._idle))
            if not lent.is_closed():
                return lent
            await self._pool.release(lent)
        self._waiting += 1
        try:
            # A cancel during acquire() leaves nothing behind: asyncpg puts the holder back.
            return await self._pool.acquire()
        finally:
            self._waiting -= 1

    def keep(self, lent: Any) -> bool:
        """Take a connection back with which all went well. False if it is for the pool: then `give` it."""
        if self._waiting or self._is_closed or len(self._idle) >= self._most or lent.is_in_transaction():
            # Who waits for the pool would wait on, while others pass this one from hand to hand.
            return False
        self._idle.append(lent)
        if self._timer is None:
            self._fewest = 0
            self._timer = asyncio.get_running_loop().call_later(KEPT_SECONDS, self._look)
        return True

    async def give(self, lent: Any) -> None:
        """Give a connection to the pool, whatever became of it."""
        await self._pool.release(lent)

    @property
    def kept(self) -> int:
        """How many wait for a statement."""
        return len(self._idle)

    async def close(self) -> None:
        """Give all connections back."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._give_back(len(self._idle))
        await asyncio.gather(*self._going_back, return_exceptions=True)

    def _look(self) -> None:
        """Give back what nobody wanted since the last look."""
        self._give_back(self._fewest)
        self._fewest = len(self._idle)
        self._timer = asyncio.get_running_loop().call_later(KEPT_SECONDS, self._look) if self._idle else None

    def _give_back(self, count: int) -> None:
        unused, self._idle = self._idle[:count], self._idle[count:]
        for lent in unused:
            task = asyncio.get_running_loop().create_task(self._pool.release(lent))
            self._going_back.add(task)
            task.add_done_callback(self._returned)

    def _returned(self, task: "asyncio.Task[None]") -> None:
        self._going_back.discard(task)
        if not task.cancelled() and task.exception() is not None:
            # The connection is gone, and its place in the pool is free.
            _LOG.debug("a connection could not be given back", exc_info=task.exception())

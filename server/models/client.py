"""Tortoise's client for PostgreSQL, whose statements outside of transactions have the connections of `lending.py`.

Tortoise finds it by the name of this module, as the engine of a connection.
"""

from types import TracebackType
from typing import Any, cast

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient

from server.models.lending import Lending


class LendingClient(AsyncpgDBClient):
    """The client of a process: its pool, and the connections that are kept out of it for a moment."""

    lending: Lending | None = None

    async def create_connection(self, with_db: bool) -> None:
        """Make the pool."""
        await super().create_connection(with_db)
        self.lending = Lending(cast("asyncpg.Pool[Any]", self._pool), most=self.pool_maxsize // 2)

    async def lent(self) -> Lending:
        """Return the connections; makes the pool where there is none yet."""
        if self.lending is None:
            async with self._pool_init_lock:
                if self.lending is None:
                    await self.create_connection(with_db=True)
        return cast("Lending", self.lending)

    def acquire_connection(self) -> Any:
        """Return what holds a connection for one statement, as Tortoise asks for it."""
        return _Held(self)

    async def _close(self) -> None:
        lending, self.lending = self.lending, None
        if lending is not None:
            await lending.close()
        await super()._close()


class _Held:
    """A connection for the length of a block."""

    __slots__ = ("_client", "_connection", "_lending")

    def __init__(self, client: LendingClient) -> None:
        self._client = client

    async def __aenter__(self) -> Any:
        self._lending = await self._client.lent()
        self._connection = await self._lending.take()
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, where: TracebackType | None
    ) -> None:
        if failure is not None or not self._lending.keep(self._connection):
            await self._lending.give(self._connection)


client_class = LendingClient

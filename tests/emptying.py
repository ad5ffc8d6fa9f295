"""A clean database for each of many tests: one connection a process, which has the statements planned already."""

import asyncio
import threading
from typing import Any

import asyncpg

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations'"


class Emptier:
    """Deletes every row and keeps the schema, over a connection whose thread outlives the loops of the tests."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emptier", daemon=True)
        self._thread.start()
        self._connection: asyncpg.Connection[Any] | None = None

    async def empty(self) -> None:
        """Delete every row."""
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._empty(), self._loop))

    def close(self) -> None:
        """Let go of the connection and the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _empty(self) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._open()
        await self._connection.execute("SELECT pg_temp.empty_all()")

    async def _open(self) -> "asyncpg.Connection[Any]":
        connection: asyncpg.Connection[Any] = await asyncpg.connect(self._url)
        # No key is looked at, and no trigger wakes: what refers to a deleted row is deleted, too.
        await connection.execute("SET session_replication_role = replica")
        statements = "; ".join(f'DELETE FROM public."{row["tablename"]}"' for row in await connection.fetch(_TABLES))
        await connection.execute(
            f"CREATE FUNCTION pg_temp.empty_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {statements}; END $$"
        )
        return connection

    async def _close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

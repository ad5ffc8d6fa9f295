"""Opening, migrating and closing the one database of a process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.exceptions import DBConnectionError
from tortoise.migrations.api import migrate

from server.models import baseline
from server.models.base import APP
from server.models.registry import tortoise_config

AWAY = (
    OSError,
    DBConnectionError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)
"""What is raised while the database does not answer."""
LARGEST_STATEMENT = 128 * 1024
"""asyncpg keeps no statement prepared that has more characters; several joined in one are long."""

_MIGRATION_LOCK = 0x616C6F6E67  # any constant: who holds this advisory lock may migrate


class PooledConnection(asyncpg.Connection):
    """A connection that goes back to its pool without a word to the server: half of what a short statement costs.

    Nothing may be left in a session, therefore: SET LOCAL and pg_advisory_xact_lock, never SET, LISTEN or a lock of
    the session. An open transaction is still rolled back.
    """

    def get_reset_query(self) -> str:
        """Return nothing to send."""
        return ""


@asynccontextmanager
async def database(
    url: str, *, min_connections: int = 1, max_connections: int = 10, statement_timeout_seconds: float = 0
) -> AsyncIterator[None]:
    """Open a pool on the database at `url` for the whole process, whatever task asks, and close it at the end.

    A statement that runs longer than the timeout is ended by PostgreSQL; 0 means never.
    """
    limits = {"statement_timeout": str(round(statement_timeout_seconds * 1000))}
    config = tortoise_config(
        url,
        minsize=min_connections,
        maxsize=max_connections,
        server_settings=limits,
        connection_class=PooledConnection,
        max_cacheable_statement_size=LARGEST_STATEMENT,
    )
    await Tortoise.init(config=config, _enable_global_fallback=True)
    try:
        # Tortoise makes its pool at the first statement; made here, a wrong address fails at the start.
        await connection().execute_query("SELECT 1")
        yield
    finally:
        await Tortoise.close_connections()


def is_away(failure: BaseException) -> bool:
    """Tell whether a failure means that the database does not answer now, rather than that a statement is wrong."""
    if isinstance(failure, asyncpg.InterfaceError):
        # asyncpg has one class for a connection that broke under us and for wrong arguments.
        return "closed" in str(failure)
    return isinstance(failure, AWAY)


def connection() -> BaseDBAsyncClient:
    """Return the client for hand-written SQL: the open unit of work's, else the pool's."""
    return get_connection("default")


async def migrate_database(url: str, report: Callable[[str], None] | None = None) -> None:
    """Bring the database at `url` to the newest migration; several processes may ask at once, one does it.

    `report` is told the name of each migration as it starts. Must not be called while `database()` is open.
    """

    def progress(event: str, _app: str, name: str) -> None:
        if report is not None and event == "apply_start":
            report(name)

    lock = await asyncpg.connect(url)
    try:
        await lock.execute("SELECT pg_advisory_lock($1)", _MIGRATION_LOCK)
        try:
            for name in await baseline.lay(lock):
                progress("apply_start", APP, name)
            await migrate(config=tortoise_config(url, minsize=1, maxsize=2), progress=progress)
        finally:
            await asyncio.shield(Tortoise.close_connections())
    finally:
        await lock.close()

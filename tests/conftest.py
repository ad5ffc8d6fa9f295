"""Real servers for every test: one PostgreSQL and one Valkey per test process, a clean database per test."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import pytest
import redis
from tortoise.apps import Apps

from server.embedded import EmbeddedServers
from server.kit import garbage
from server.models.database import database, migrate_database
from tests.emptying import Emptier
from tests.order import longest_first
from tests.seeds import steady_hypothesis

steady_hypothesis()

if find_spec("sniffio") is None:
    # httpx looks for it at each request, all along the path: a tenth of what a request costs.
    sys.modules["sniffio"] = None  # type: ignore[assignment]

_EMPTY = """
DO $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
END $$
"""

_finished: set[type] = set()
_finish = Apps._build_initial_querysets


def _finish_once(self: Apps) -> None:
    """Work the filters of each model out once a process: they are the same for every test, and a tenth of its time."""
    models = {model for app in self.values() for model in app.values()}
    if not models <= _finished:
        _finish(self)
        _finished.update(models)


Apps._build_initial_querysets = _finish_once  # type: ignore[method-assign]
# Which models a module has does not change from one test to the next, either.
Apps._discover_models = staticmethod(cache(Apps._discover_models))  # type: ignore[method-assign]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the longest files first."""
    longest_first(items, config.rootpath)


def pytest_collection_finish() -> None:
    """Look through the schema and what else stays for garbage once, as a server does, and not again between tests."""
    garbage.leave_what_stays()


@dataclass(frozen=True)
class Servers:
    """Where the test process's own servers are."""

    database_url: str
    redis_url: str


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Start PostgreSQL and Valkey for this test process, with the newest schema.

    Not under pytest's own folder: each run of pytest closes that one to other users, and PostgreSQL may be one.
    """
    with tempfile.TemporaryDirectory(prefix="alongside-tests-") as folder:
        embedded = EmbeddedServers.for_tests(Path(folder))
        database_url, redis_url = embedded.start()
        try:
            asyncio.run(migrate_database(database_url))
            yield Servers(database_url, redis_url)
        finally:
            embedded.stop()


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """Make a folder for embedded servers of this test's own. As with `servers`, no other run of pytest may touch it."""
    with tempfile.TemporaryDirectory(prefix="embedded-tests-") as folder:
        yield Path(folder).resolve()


async def empty_database(url: str) -> None:
    """Delete every row, keep the schema."""
    plain = await asyncpg.connect(url)
    try:
        await plain.execute(_EMPTY)
    finally:
        await plain.close()


@pytest.fixture(scope="session")
def emptier(servers: Servers) -> Iterator[Emptier]:
    """Return what empties the process's database before each test."""
    one = Emptier(servers.database_url)
    yield one
    one.close()


@pytest.fixture
async def clean_servers(servers: Servers, emptier: Emptier) -> Servers:
    """Return the servers with no row and no key in them; for tests that start processes of their own."""
    await emptier.empty()
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushall()
    return servers


@pytest.fixture
async def db(servers: Servers, emptier: Emptier) -> AsyncIterator[None]:
    """Open the process's database, with no row in it."""
    await emptier.empty()
    async with database(servers.database_url, max_connections=10):
        yield

"""What the pool of the process promises."""

import asyncpg

from server.models.database import PooledConnection
from tests.conftest import Servers


async def test_a_connection_goes_back_without_a_word_and_without_its_open_transaction(servers: Servers):
    heard: list[str] = []
    failures: list[object] = []
    async with asyncpg.create_pool(
        servers.database_url, min_size=1, max_size=1, connection_class=PooledConnection
    ) as pool:
        async with pool.acquire() as mine:
            mine.add_query_logger(lambda record: heard.append(record.query))
            await mine.fetch("SELECT 1")
        async with pool.acquire() as mine:
            mine._loop.set_exception_handler(lambda _, failure: failures.append(failure["message"]))
            await mine.execute("BEGIN")
        async with pool.acquire() as mine:
            assert not mine.is_in_transaction()
            mine._loop.set_exception_handler(None)
    assert heard == ["SELECT 1", "BEGIN", "ROLLBACK"]
    assert len(failures) == 1

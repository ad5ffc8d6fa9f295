"""What the pool of the process promises."""

import asyncpg
import pytest

from server.models.database import PooledConnection, is_away
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


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (ConnectionRefusedError(111, "Connection refused"), True),
        (FileNotFoundError(2, "the socket of a server that was stopped"), True),
        (asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"), True),
        (asyncpg.CannotConnectNowError("the database system is starting up"), True),
        (asyncpg.InterfaceError("cannot call Connection.fetch(): connection is closed"), True),
        (asyncpg.InterfaceError("the server expects 3 arguments for this query, 2 were passed"), False),
        (asyncpg.UndefinedColumnError("there is no such column"), False),
        (ZeroDivisionError(), False),
    ],
)
def test_a_database_that_is_away_is_told_from_a_wrong_statement(failure: Exception, expected: bool):
    assert is_away(failure) is expected

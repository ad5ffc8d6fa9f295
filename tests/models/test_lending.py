"""Connections that are kept for the next statement: how many, how long, and what becomes of broken ones."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import asyncpg
import pytest

from server.models import lending
from server.models.database import AWAY, PooledConnection
from server.models.lending import Lending
from tests.conftest import Servers

Pool = asyncpg.Pool
WHO = "SELECT pg_backend_pid()"


@pytest.fixture
async def pool(servers: Servers) -> AsyncIterator["Pool[Any]"]:
    async with asyncpg.create_pool(
        servers.database_url, min_size=0, max_size=3, connection_class=PooledConnection
    ) as made:
        yield made


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


def are_in_pool(pool: "Pool[Any]") -> int:
    return pool.get_idle_size()


async def test_the_next_statement_has_the_connection_of_the_last(pool: "Pool[Any]") -> None:
    lent = Lending(pool, most=2)
    first, second = [await lent.fetch(WHO, []) for _ in range(2)]
    assert first == second
    assert (pool.get_size(), are_in_pool(pool)) == (1, 0)
    await lent.close()
    assert are_in_pool(pool) == 1


async def test_no_more_are_kept_than_may_be(pool: "Pool[Any]") -> None:
    lent = Lending(pool, most=1)
    await asyncio.gather(*(lent.fetch("SELECT pg_sleep(0.05)", []) for _ in range(3)))
    assert (pool.get_size(), are_in_pool(pool)) == (3, 2)
    await lent.close()


async def test_who_waits_for_the_pool_is_served_though_others_never_cease_to_ask(pool: "Pool[Any]") -> None:
    lent = Lending(pool, most=3)

    async def ceaseless() -> None:
        while True:
            await lent.fetch("SELECT pg_sleep(0.002)", [])

    others = [asyncio.create_task(ceaseless()) for _ in range(6)]
    try:
        async with asyncio.timeout(10):
            for _ in range(5):
                mine = await lent.take()
                await lent.give(mine)
    finally:
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
    await lent.close()
    assert are_in_pool(pool) == pool.get_size()


async def test_what_nobody_wants_goes_back(pool: "Pool[Any]", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lending, "KEPT_SECONDS", 0.01)
    lent = Lending(pool, most=3)
    await asyncio.gather(*(lent.fetch("SELECT pg_sleep(0.05)", []) for _ in range(3)))
    await until(lambda: are_in_pool(pool) == 3)
    # And is had again.
    assert len(await lent.fetch(WHO, [])) == 1
    await lent.close()


async def test_a_connection_that_broke_while_it_was_kept_is_replaced(pool: "Pool[Any]") -> None:
    lent = Lending(pool, most=2)
    ((first,),) = await lent.fetch(WHO, [])
    async with pool.acquire() as other:
        await other.execute("SELECT pg_terminate_backend($1)", first)
        async with asyncio.timeout(10):
            while await other.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", first):
                await asyncio.sleep(0.01)
    # Its end may have been seen by now; if not, one statement meets it.
    with suppress(*AWAY):
        await lent.fetch(WHO, [])
    ((second,),) = await lent.fetch(WHO, [])
    assert second != first
    await lent.close()
    assert are_in_pool(pool) == pool.get_size()


async def test_after_a_cancel_or_a_failure_the_pool_has_it_back_in_order(pool: "Pool[Any]") -> None:
    lent = Lending(pool, most=2)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await lent.fetch("SELECT pg_sleep(30)", [])
    with pytest.raises(asyncpg.UndefinedTableError):
        await lent.fetch("SELECT * FROM nothing_of_this_name", [])
    await until(lambda: are_in_pool(pool) == pool.get_size())
    assert len(await lent.fetch(WHO, [])) == 1
    await lent.close()


async def test_closed_it_keeps_none(pool: "Pool[Any]") -> None:
    lent = Lending(pool, most=2)
    await lent.close()
    await lent.fetch(WHO, [])
    assert are_in_pool(pool) == 1


async def test_a_transaction_that_was_left_open_is_rolled_back(pool: "Pool[Any]") -> None:
    lent = Lending(pool, most=2)
    await lent.fetch("BEGIN", [])
    assert (lent.kept, are_in_pool(pool)) == (0, 1)
    async with pool.acquire() as mine:
        assert not mine.is_in_transaction()

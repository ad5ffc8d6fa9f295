"""Statements that only read: joined within an operation, each with its own rows, failures and end."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from server.models import reading
from server.models.database import connection
from server.models.profiles import Profile
from server.models.reading import ReadsTogether, joined, read
from server.services.transaction import unit_of_work
from tests.factories.people import person
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

TYPES = """
SELECT $1::uuid, $2::text, $3::timestamptz, $4::int, $5::bigint, $6::float8, $7::bool, $8::text[], $9::uuid[],
       $10::jsonb, ARRAY(SELECT (n, n::text) FROM generate_series(1, $4::int) AS n), NULL::text
"""
ROWS = "SELECT n, 'row ' || n FROM generate_series(1, $1::int) AS n ORDER BY n DESC"
FAILS = "SELECT 1 / $1::int"


async def together(*asked: tuple[str, Sequence[Any]]) -> list[Any]:
    """Return what statements that are asked for at one moment of an operation give, or raise."""
    async with ReadsTogether():
        return await asyncio.gather(*(read(text, values) for text, values in asked), return_exceptions=True)


async def test_what_is_asked_for_at_one_moment_is_one_statement_and_each_gets_its_own_rows() -> None:
    with counted_statements() as statements:
        first, second, nothing = await together((ROWS, [3]), (ROWS, [1]), (ROWS, [0]))
    assert len(statements) == 1
    assert [tuple(row) for row in first] == [(3, "row 3"), (2, "row 2"), (1, "row 1")]
    assert [tuple(row) for row in second] == [(1, "row 1")]
    assert list(nothing) == []


async def test_joined_rows_hold_the_values_that_they_hold_alone() -> None:
    instant = datetime(2026, 11, 30, 12, 30, 15, 123456, tzinfo=UTC)
    values = [uuid4(), "a $1 'b'", instant, 2, 2**40, 0.5, True, ["x", ""], [uuid4()], '{"a": [1]}']
    alone = [tuple(row) for row in await read(TYPES, values)]
    first, second = await together((TYPES, values), (TYPES, values))
    assert [tuple(row) for row in first] == [tuple(row) for row in second] == alone
    assert alone[0][10] == [(1, "1"), (2, "2")]


async def test_what_is_asked_for_later_is_sent_later() -> None:
    async with ReadsTogether():
        with counted_statements() as statements:
            ((number,),) = await read("SELECT 1", [])
            await asyncio.gather(read(ROWS, [number]), read(ROWS, [number + 1]))
    assert len(statements) == 2


async def test_batches_that_start_some_turns_apart_still_go_together() -> None:
    async def later(turns: int) -> Sequence[Any]:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await read(ROWS, [turns])

    async with ReadsTogether():
        with counted_statements() as statements:
            found = await asyncio.gather(*(later(turns) for turns in range(5)))
    assert [len(rows) for rows in found] == list(range(5))
    assert len(statements) == 1


async def test_many_are_sent_as_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_JOINED", 2)
    with counted_statements() as statements:
        found = await together(*((ROWS, [count]) for count in range(5)))
    assert [len(rows) for rows in found] == list(range(5))
    assert len(statements) == 3


async def test_one_that_fails_fails_alone() -> None:
    first, failed, third = await together((ROWS, [1]), (FAILS, [0]), (ROWS, [2]))
    assert isinstance(failed, asyncpg.DivisionByZeroError)
    assert (len(first), len(third)) == (1, 2)


async def test_a_value_that_cannot_be_sent_fails_alone() -> None:
    first, failed = await together((ROWS, [1]), (ROWS, ["no number"]))
    assert isinstance(failed, asyncpg.DataError)
    assert len(first) == 1


async def test_an_operation_that_ends_leaves_nothing_behind() -> None:
    async with ReadsTogether():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await asyncio.gather(read("SELECT pg_sleep(30)", []), read(ROWS, [1]))
    # Its connection was given back in good order: as many as there are can be had.
    async with asyncio.timeout(10):
        await asyncio.gather(*(read("SELECT pg_sleep(0.01)", []) for _ in range(12)))


async def test_a_reader_that_is_cancelled_takes_nothing_from_the_others() -> None:
    async with ReadsTogether():
        gone = asyncio.ensure_future(read(ROWS, [1]))
        stays = asyncio.ensure_future(read(ROWS, [2]))
        await asyncio.sleep(0)
        gone.cancel()
        assert len(await stays) == 2
    assert gone.cancelled()


async def test_a_task_that_outlives_the_operation_reads_by_itself() -> None:
    go = asyncio.Event()

    async def later() -> Sequence[Any]:
        await go.wait()
        return await read(ROWS, [2])

    async with ReadsTogether():
        outliving = asyncio.create_task(later())
        await read(ROWS, [1])
    go.set()
    assert len(await outliving) == 2


async def test_inside_a_unit_of_work_it_sees_what_is_not_committed() -> None:
    who = (await person("Ana")).require_profile()
    name = "SELECT display_name FROM profile WHERE id = $1"
    outer = connection()
    async with ReadsTogether(), unit_of_work():
        await Profile.filter(id=who).update(display_name="Bea")
        ((inside,),) = await read(name, [who])
        _, ((outside,),) = await outer.execute_query(name, [who])
    assert (inside, outside) == ("Bea", "Ana")


def test_parameters_are_numbered_on() -> None:
    text = joined(("SELECT $1, $2", "SELECT 1", "SELECT $2, $1, $10"))
    assert [part for part in ("SELECT $1, $2\n", "SELECT 1\n", "SELECT $4, $3, $12\n") if part not in text] == []

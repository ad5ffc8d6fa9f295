import asyncio
import contextvars
from collections.abc import Sequence
from inspect import isawaitable
from typing import Any

import pytest
import strawberry
from graphql import execute, parse

from server.domain.actors import VISITOR
from server.schema.core.batching import BatchedField, batched, freeze
from server.schema.core.building import build_schema, core_schema
from server.schema.core.context import Context, Info
from server.schema.core.fields import resolved
from server.schema.core.scheduler import Scheduler
from tests.schema.core.runner import ask
from tests.schema.core.toy import BY_NAME, Journal, Pen, schema

inside = contextvars.ContextVar("inside", default="nowhere")


async def test_a_level_is_one_call_per_argument_set_whatever_the_page_size():
    query = """query ($n: Int) { pens(first: $n) { edges { node {
        length twice: length(times: 2) once: length(times: 1)
        box { number pens(first: $n) { edges { node { length } } } } } } } }"""
    names = []
    for size in (2, 30):
        journal = Journal()
        result = await ask(query, journal, n=size)
        assert result.errors is None
        names.append([name for name, _ in journal.calls])
    assert names[0] == names[1] == ["length", "length", "box", "pens", "length"]


async def test_siblings_of_one_type_under_two_fields_load_together():
    journal = Journal()
    result = await ask(
        "{ boxes { a: pens(first: 1) { edges { node { length } } } b: pens(last: 2) { edges { node { length } } } } }",
        journal,
    )
    assert result.errors is None
    assert journal.calls == [("pens", 3), ("pens", 3), ("length", 9)]


async def test_an_error_as_a_result_fails_that_item_alone():
    result = await ask("{ pens(first: 3) { edges { node { name moody } } } }")
    assert result.data is not None
    assert [edge["node"]["moody"] for edge in result.data["pens"]["edges"]] == ["pen 001", None, "pen 003"]
    assert [error.path for error in result.errors or []] == [["pens", "edges", 1, "node", "moody"]]


async def test_a_broken_batch_fails_its_fields_and_is_forgotten():
    journal = Journal()
    result = await ask("{ pens(first: 2) { edges { node { name broken length } } } }", journal)
    assert result.data is not None
    assert [edge["node"]["length"] for edge in result.data["pens"]["edges"]] == [7, 7]
    assert len(result.errors or []) == 2
    again = await ask("{ pens(first: 2) { edges { node { broken } } } }", journal)
    assert len(again.errors or []) == 2


async def test_a_batch_runs_in_the_operations_context_not_its_callers():
    scheduler = Scheduler()
    seen: list[str] = []

    async def run(items: list[Any]) -> Sequence[Any]:
        seen.append(inside.get())
        inside.set("in a batch")
        return items

    async def caller() -> Any:
        inside.set("in a transaction")
        return await scheduler.load("group", 1, run)

    await asyncio.create_task(caller())
    await asyncio.gather(scheduler.load("one", 1, run), scheduler.load("two", 2, run))
    assert seen == ["nowhere"] * 3


async def test_a_wrong_number_of_results_fails_every_item():
    scheduler = Scheduler()

    async def run(items: list[Any]) -> Sequence[Any]:
        return items[1:]

    loads = [scheduler.load("group", n, run) for n in range(3)]
    outcomes = await asyncio.gather(*loads, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [RuntimeError] * 3


async def test_a_batch_that_cancels_itself_is_an_error_not_the_end_of_the_operation():
    scheduler = Scheduler()

    async def run(items: list[Any]) -> Sequence[Any]:
        raise asyncio.CancelledError

    with pytest.raises(RuntimeError, match="cancelled from inside"):
        await scheduler.load("group", 1, run)


async def test_a_batch_may_load_through_the_same_scheduler():
    scheduler = Scheduler()

    async def inner(items: list[Any]) -> Sequence[Any]:
        return [item * 10 for item in items]

    async def outer(items: list[Any]) -> Sequence[Any]:
        return list(await asyncio.gather(*(scheduler.load("inner", item, inner) for item in items)))

    results = await asyncio.gather(*(scheduler.load("outer", n, outer) for n in (1, 2)))
    assert results == [10, 20]
    assert scheduler.calls == 2


async def test_a_cancelled_operation_takes_its_batches_with_it():
    journal = Journal()
    context = Context(actor=VISITOR, request_id="test", tools={Journal: journal})
    query = parse("{ pens(first: 2) { edges { node { stuck box { number } } } } }")

    async def operation() -> None:
        try:
            result = execute(schema._schema, query, context_value=context)
            assert isawaitable(result)
            await result
        finally:
            await context.batches.close()

    task = asyncio.create_task(operation())
    async with asyncio.timeout(5):
        await journal.started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert journal.running == 0
    late = context.batches.load("group", 1, _never)
    assert late.cancelled()


async def _never(items: list[Any]) -> Sequence[Any]:
    raise AssertionError("a closed scheduler must not run a batch")


async def test_closing_before_a_round_starts_cancels_its_loads():
    scheduler = Scheduler()
    future = scheduler.load("group", 1, _never)
    await scheduler.close()
    await asyncio.sleep(0)
    assert future.cancelled()


def test_the_declaration_can_be_found_on_the_field():
    definition: Any = Pen.__dict__["__strawberry_definition__"]
    field = next(field for field in definition.fields if field.python_name == "length")
    assert isinstance(field, BatchedField)
    assert field.batch.arguments == ("times",)
    assert field.batch.function.__name__ == "length"
    core: Any = schema._schema.type_map["Box"]
    assert core.fields["pens"].extensions["strawberry-definition"].batch.order is BY_NAME


def test_arguments_freeze_by_value_and_type():
    assert freeze({"a": [1, {"b": 2}]}) == freeze({"a": [1, {"b": 2}]})
    assert freeze({"a": 1}) != freeze({"a": True})
    assert freeze({"a": 1}) != freeze({"a": "1"})


async def test_a_batched_field_of_an_interface_serves_all_its_types():
    calls: list[int] = []

    @strawberry.interface
    class Shape:
        side: int

        @batched(description="Its area.")
        @staticmethod
        async def area(parents: Sequence[Any], info: Info, scale: int = 1) -> Sequence[int]:
            calls.append(len(parents))
            return [parent.side**2 * scale for parent in parents]

    @strawberry.type
    class Square(Shape):
        pass

    @strawberry.type
    class Tile(Shape):
        pass

    @strawberry.type
    class Shapes:
        @resolved(description="Some.")
        def shapes(self) -> list[Shape]:
            return [Square(side=1), Tile(side=2), Square(side=3), Tile(side=4)]

    made = core_schema(build_schema(Shapes, types=[Square, Tile]))
    context = Context(actor=VISITOR, request_id="test")
    result = execute(made, parse("{ shapes { area(scale: 2) more: area(scale: 3) } }"), context_value=context)
    assert isawaitable(result)
    data = (await result).data
    assert data == {"shapes": [{"area": 2 * n * n, "more": 3 * n * n} for n in (1, 2, 3, 4)]}
    assert sum(calls) == 8
    assert len(calls) <= 4

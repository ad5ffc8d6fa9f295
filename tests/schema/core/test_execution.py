"""An operation cancelled at any of its awaits leaves no task, no batch and no stream behind."""

import asyncio
from contextlib import aclosing

import pytest

from server.domain.actors import VISITOR
from server.schema.core.asks import Ask
from server.schema.core.execution import Caller, Engine
from server.schema.core.problems import RequestProblem
from tests.schema.core.toy import Journal, schema
from tests.schema.harness import toy_options

CALLER = Caller(VISITOR, "test")
NESTED = Ask(
    query="""{ pens(first: 3) { edges { node { length moody box { number
    pens(first: 2) { edges { node { length broken box { number } } } } } } } } }"""
)
EVENTS = Ask(query="subscription { count(to: 4) }")
MOST_STEPS = 400


async def steps(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def others() -> set[asyncio.Task[object]]:
    return asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]  # there is one


async def test_a_query_can_be_cancelled_at_every_await():
    engine = Engine(schema, toy_options())
    for step in range(MOST_STEPS):
        task = asyncio.create_task(engine.answer(engine.prepare(NESTED), NESTED, CALLER))
        await steps(step)
        if task.done():
            break
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await steps(1)
        assert others() == set()
    assert 10 < step < MOST_STEPS - 1
    assert task.result()["data"]["pens"]["edges"][0]["node"]["length"] == 7


async def test_a_subscription_can_be_cancelled_at_every_await():
    journal = Journal()
    engine = Engine(schema, toy_options(journal))
    seen: list[int] = []

    async def follow() -> None:
        async with aclosing(await engine.open(engine.prepare(EVENTS), EVENTS, lambda: CALLER)) as answers:
            seen.extend([answer["data"]["count"] async for answer in answers])

    for step in range(MOST_STEPS):
        seen.clear()
        task = asyncio.create_task(follow())
        await steps(step)
        if task.done():
            break
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (journal.running, others()) == (0, set())
    assert 4 <= step < MOST_STEPS - 1
    assert seen == [1, 2, 3, 4]


async def test_nothing_is_executed_beyond_the_cost_of_one_request():
    engine = Engine(schema, toy_options())
    ask = Ask(
        query="query ($n: Int) { pens(first: $n) { edges { node { box { pens(first: $n) { edges { node {"
        " box { pens(first: $n) { pageInfo { endCursor } } } } } } } } } } }",
        variables={"n": 100},
    )
    with pytest.raises(RequestProblem) as refused:
        await engine.answer(engine.prepare(ask), ask, CALLER)
    assert refused.value.code == "too_complex"
    assert refused.value.details["cost"] > refused.value.details["limit"] == 50_000


async def test_a_failed_operation_is_not_refunded():
    moves: list[int] = []

    class Bucket:
        async def charge(self, actor_key: str, cost: int) -> int | None:
            moves.append(cost)
            return None

        async def refund(self, actor_key: str, cost: int) -> None:
            moves.append(-cost)

    engine = Engine(schema, toy_options(cost_budget=Bucket(), deadline=0.01))
    ask = Ask(query="{ slow }")
    with pytest.raises(RequestProblem, match="too long"):
        await engine.answer(engine.prepare(ask), ask, CALLER)
    assert moves == [1]

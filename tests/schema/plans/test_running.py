"""The calls of a stage: side by side, and nothing left of them when one fails or all are cancelled."""

import asyncio
import gc
from typing import Any

import pytest
from graphql import parse
from graphql.execution.values import VariableValues

from server.domain.actors import VISITOR
from server.schema.core.context import Context
from server.schema.core.planning import language_of
from server.schema.plans.plan import Abandoned, Done, make_plan
from server.schema.plans.tree import Asked
from tests.schema.core.toy import Journal, schema

LANGUAGE = language_of(schema)


async def run(query: str, journal: Journal) -> Done | Abandoned:
    document: Any = parse(query)
    plan = make_plan(LANGUAGE, Asked.of(document, document.definitions[0]), {})
    context = Context(actor=VISITOR, request_id="test", tools={Journal: journal})
    try:
        return await plan.run(VariableValues({}, {}), context)
    finally:
        await context.batches.close()


async def test_a_call_that_is_refused_before_it_begins_leaves_no_other_behind():
    journal = Journal()
    done = await run(
        '{ boxes { good: pens(first: 1) { edges { cursor } } bad: pens(after: "x") { edges { cursor } } } }', journal
    )
    assert done == Abandoned("error")
    # Had the first one been made and dropped, this would warn, and a warning is an error.
    gc.collect()


async def test_the_calls_of_a_stage_run_side_by_side_and_end_together_when_cancelled():
    journal = Journal()
    query = "{ pens(first: 2) { edges { node { stuck length } } } slow }"
    task = asyncio.create_task(run(query, journal))
    async with asyncio.timeout(20):
        await journal.started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert journal.running == 0


async def test_one_that_fails_ends_the_others_of_its_stage():
    journal = Journal()
    async with asyncio.timeout(20):
        assert await run("{ pens(first: 2) { edges { node { stuck broken } } } }", journal) == Abandoned("error")
    assert journal.running == 0

"""Answers made of attributes are the ones graphql-core gives, right or wrong, and are made without it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from inspect import isawaitable
from typing import Annotated, Any

import pytest
import strawberry
from graphql import ExecutionResult, execute, parse
from graphql.execution import Executor

from server.domain.actors import VISITOR
from server.domain.errors import NotFound
from server.schema.core.asks import Ask
from server.schema.core.batching import batched
from server.schema.core.building import build_schema, core_schema
from server.schema.core.context import Context, Info
from server.schema.core.execution import Caller, Engine
from server.schema.core.fields import resolved
from server.schema.core.shaping import ShapingExecutor
from tests.schema.core import toy
from tests.schema.harness import toy_options

CALLER = Caller(VISITOR, "test")


@strawberry.enum(description="A colour.")
class Colour(Enum):
    RED = "r"
    BLUE = "b"


@strawberry.type(description="A leaf of a tree.")
class Leaf:
    colour: Colour = strawberry.field(description="Its colour.")
    length: int = strawberry.field(description="How long it is.")
    fell_at: datetime | None = strawberry.field(description="When it fell.")


@strawberry.type(description="A branch of a tree.")
class Branch:
    name: str = strawberry.field(description="Its name.")
    leaves: list[Leaf] = strawberry.field(description="What grows on it.")
    marks: list[list[int] | None] = strawberry.field(description="Numbers cut into it.")
    twin: Leaf | None = strawberry.field(description="A leaf that may be missing.")
    grafted: Annotated["Leaf | Branch", strawberry.union("Growth")] = strawberry.field(description="Either of both.")

    sprout: "Branch | None" = strawberry.field(default=None, description="A branch of its own.")

    @batched(description="The leaves, loaded late.")
    @staticmethod
    async def late(parents: Sequence["Branch"], info: Info) -> Sequence[list[Leaf] | None]:
        return [parent.leaves for parent in parents]

    @batched(description="Leaves of which some cannot be told.")
    @staticmethod
    async def lost(parents: Sequence["Branch"], info: Info) -> Sequence[Leaf | None]:
        found: list[Any] = [NotFound("leaf") if number else parent.twin for number, parent in enumerate(parents)]
        return found


GREEN: Any = "green"
LONG: Any = "very long"
MISSING: Any = None
FAILED: Any = NotFound("leaf")
GOOD = Leaf(colour=Colour.RED, length=2, fell_at=datetime(2026, 11, 1, tzinfo=UTC))
BAD = [
    Leaf(colour=GREEN, length=2, fell_at=None),
    Leaf(colour=Colour.BLUE, length=LONG, fell_at=None),
    Leaf(colour=Colour.BLUE, length=MISSING, fell_at=None),
    Leaf(colour=Colour.BLUE, length=1, fell_at=LONG),
    FAILED,
    MISSING,
]


def branch(*leaves: Leaf, **changes: Any) -> Branch:
    twig = Branch(name="twig", leaves=[], marks=[], twin=None, grafted=GOOD)
    whole: dict[str, Any] = {"name": "oak", "marks": [[1, 2], None, []], "twin": GOOD, "grafted": GOOD, **changes}
    return Branch(leaves=list(leaves), sprout=twig, **whole)


ODD = [
    *(branch(GOOD, leaf, GOOD) for leaf in BAD),
    *(branch(GOOD, twin=leaf) for leaf in BAD if leaf is not None),
    branch(name=MISSING),
    branch(marks="abc"),
    branch(marks=[[1, "x"], [2]]),
    branch(marks=MISSING),
    branch(grafted=LONG),
]


@strawberry.type(description="What can be asked.")
class Query:
    @resolved(description="Branches in order.")
    def branches(self) -> list[Branch]:
        return [branch(), branch(GOOD, twin=None), branch(GOOD, GOOD, grafted=branch(GOOD))]

    @resolved(description="One that is odd.")
    def odd(self, number: int) -> Branch | None:
        return ODD[number]


schema = core_schema(build_schema(Query))

BRANCH = """
    name again: name __typename
    leaves { colour length fellAt __typename }
    marks
    twin { ...on Leaf { length } length shade: colour fellAt }
    late { length }
    lost { colour }
    grafted { __typename ... on Leaf { length } ... on Branch { leaves { colour } } }
"""
WHOLE = f"{{ branches {{ {BRANCH} }} }}"
CHOSEN = """
query ($no: Boolean = false, $yes: Boolean = true) {
  branches {
    name @skip(if: $yes) leaves @include(if: $no) { length } marks @include(if: $yes) ...Twin @include(if: $yes)
  }
}
fragment Twin on Branch { twin { colour @skip(if: $yes) length } twin { fellAt } }
"""


async def run(query: str, executor: type[Executor[Any]], **variables: Any) -> ExecutionResult:
    context = Context(actor=VISITOR, request_id="test")
    try:
        result: Any = execute(
            schema, parse(query), context_value=context, variable_values=variables, executor_class=executor
        )
        return await result if isawaitable(result) else result
    finally:
        await context.batches.close()


def told(result: ExecutionResult) -> tuple[Any, list[str]]:
    return result.data, sorted(str(error.formatted) for error in result.errors or [])


@pytest.mark.parametrize("query", [WHOLE, CHOSEN])
async def test_a_plain_answer_is_the_one_that_graphql_core_gives(query: str):
    shaped, plain = await run(query, ShapingExecutor), await run(query, Executor)
    assert shaped.data is not None
    assert told(shaped) == told(plain)


@pytest.mark.parametrize("number", range(len(ODD)))
async def test_what_is_not_as_promised_gives_the_errors_of_graphql_core(number: int):
    query = f"query ($number: Int!) {{ odd(number: $number) {{ {BRANCH} }} }}"
    shaped, plain = await run(query, ShapingExecutor, number=number), await run(query, Executor, number=number)
    assert told(shaped) == told(plain)
    assert shaped.errors


async def test_plain_parts_cost_no_step_of_graphql_core(monkeypatch: pytest.MonkeyPatch):
    completed: list[str] = []
    complete = Executor.complete_value

    def counted(self: Any, return_type: Any, *rest: Any) -> Any:
        completed.append(str(return_type))
        return complete(self, return_type, *rest)

    monkeypatch.setattr(Executor, "complete_value", counted)
    result = await run("{ branches { name leaves { colour length } late { length } } }", ShapingExecutor)
    assert result.data is not None
    assert result.data["branches"][2]["late"] == [{"length": 2}, {"length": 2}]
    assert not {kind for kind in completed if "Leaf" in kind or "String" in kind}


async def test_an_event_leaves_nothing_behind_in_the_executor_of_its_subscription():
    first = ShapingExecutor.build(schema, parse("{ branches { name } }"))
    assert isinstance(first, ShapingExecutor)
    for _ in range(3):
        event = first.build_per_event_executor(None)
        event.context_value = Context(actor=VISITOR, request_id="test")
        assert event.execute_operation(False).data == {"branches": [{"name": "oak"}] * 3}
    assert first._known == {}
    assert first._relevant_sub_fields == {}


async def test_what_a_document_has_taught_is_kept_for_its_next_execution(monkeypatch: pytest.MonkeyPatch):
    engine = Engine(toy.schema, toy_options())
    ask = Ask(query="{ pens(first: 2) { edges { cursor node { id name } } pageInfo { hasNextPage } } }")
    first = await engine.answer(engine.prepare(ask), ask, CALLER)
    monkeypatch.setattr(ShapingExecutor, "_new_shape", None)
    monkeypatch.setattr(ShapingExecutor, "_new_part", None)
    assert await engine.answer(engine.prepare(ask), ask, CALLER) == first
    assert [edge["node"]["name"] for edge in first["data"]["pens"]["edges"]] == ["pen 001", "pen 002"]


async def test_nothing_is_kept_where_a_variable_decides_what_is_selected():
    engine = Engine(toy.schema, toy_options())
    query = "query ($short: Boolean!) { pens(first: 1) { edges { node { name id @skip(if: $short) } } } }"
    answers = []
    for short in (True, False, True):
        ask = Ask(query=query, variables={"short": short})
        answer = await engine.answer(engine.prepare(ask), ask, CALLER)
        answers.append(list(answer["data"]["pens"]["edges"][0]["node"]))
    assert answers == [["name"], ["name", "id"], ["name"]]


async def test_a_plain_object_in_a_field_of_its_own_type_is_shaped_too():
    result = await run("{ branches { sprout { name sprout { name } } } }", ShapingExecutor)
    assert result.data == {"branches": [{"sprout": {"name": "twig", "sprout": None}}] * 3}

"""What a plan does, what it leaves to graphql-core, and that a mutation is never done twice."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from graphql import parse
from graphql.execution.values import VariableValues

from server.domain.actors import VISITOR
from server.domain.errors import NotFound
from server.observability.metrics import GRAPHQL_OPERATIONS, GRAPHQL_PLANS
from server.schema.core.asks import Ask
from server.schema.core.batching import batched
from server.schema.core.building import build_schema
from server.schema.core.context import Context, Info
from server.schema.core.documents import TrustMode
from server.schema.core.execution import Caller, Engine
from server.schema.core.fields import resolved, subscription
from server.schema.core.planning import language_of
from server.schema.core.runs import Answer
from server.schema.plans.plan import MAX_CHOICES, MAX_FAILURES, REST, Abandoned, Done, Plan, Plans, make_plan
from server.schema.plans.tree import Asked
from server.schema.plans.variables import Variables
from server.schema.plans.ways import Unplannable
from server.schema.socket_messages import write_message
from server.schema.sse import next_event
from tests.schema.harness import toy_options

CALLER = Caller(VISITOR, "test")


@strawberry.enum(description="A colour.")
class Colour(Enum):
    RED = "r"
    BLUE = "b"


@dataclass
class Log:
    """What was called, in order; and what the next calls give instead of what they should."""

    calls: list[str] = field(default_factory=list)
    wrong: dict[str, Any] = field(default_factory=dict)

    def note(self, name: str, value: Any) -> Any:
        self.calls.append(name)
        bad = self.wrong.get(name, value)
        if isinstance(bad, Exception):
            raise bad
        return bad


def log(info: Info) -> Log:
    return info.context.tool(Log)


@strawberry.interface(description="What grows.")
class Growth:
    name: str = strawberry.field(description="Its name.")


@strawberry.type(description="A leaf.")
class Leaf(Growth):
    colour: Colour = strawberry.field(description="Its colour.")
    length: int | None = strawberry.field(description="Its length.")


@strawberry.type(description="A branch.")
class Branch(Growth):
    weight: float = strawberry.field(description="Its weight.")
    leaves: list[Leaf] = strawberry.field(description="What is on it.")

    @batched(description="Its fruit.")
    @staticmethod
    async def fruit(parents: Sequence["Branch"], info: Info, many: int = 1) -> Sequence[list[Leaf]]:
        log(info).note(f"fruit {len(parents)}", None)
        found: list[list[Leaf]] = [[leaf(f"apple of {one.name}")] * many for one in parents]
        return log(info).wrong.get("fruit", found)  # type: ignore[no-any-return]  # right or wrong

    @resolved(description="Its bird, one at a time.")
    async def bird(self, info: Info, word: str = "tweet") -> str:
        sound: str = log(info).note("bird", f"{word} on {self.name}")
        return sound

    @resolved(description="Where it is.")
    def place(self, info: Info) -> str:
        return "/".join(str(step) for step in info.path.as_list())

    @resolved(description="Its name, loud.")
    def loud(self) -> str:
        return self.name.upper()


def leaf(name: str = "leaf", **other: Any) -> Leaf:
    return Leaf(name=name, **{"colour": Colour.RED, "length": 2, **other})


def branch(name: str) -> Branch:
    return Branch(name=name, weight=1.5, leaves=[leaf(), leaf("other", colour=Colour.BLUE, length=None)])


@strawberry.type(description="What can be asked.")
class Query:
    @resolved(description="Two branches.")
    async def branches(self, info: Info) -> list[Branch]:
        return [branch("oak"), branch("elm")]

    @resolved(description="Anything that grows.")
    async def growths(self, info: Info) -> list[Growth | None]:
        return [branch("oak"), None, leaf()]

    @resolved(description="One of both.")
    async def either(self, info: Info) -> Annotated[Leaf | Branch, strawberry.union("Either")]:
        found: Leaf | Branch = log(info).note("either", branch("ash"))
        return found

    @resolved(description="A leaf, or something else.")
    async def odd(self, info: Info) -> Leaf | None:
        found: Leaf | None = log(info).note("odd", leaf())
        return found


@strawberry.type(description="What a mutation gives.")
class Change:
    number: int = strawberry.field(description="Which one it was.")
    of: Branch = strawberry.field(description="What was changed.")


@strawberry.type(description="What can be done.")
class Mutation:
    @resolved(description="Changes something.")
    async def change(self, info: Info, number: int) -> Change | None:
        made = Change(number=number, of=branch(f"b{number}"))
        found: Change | None = log(info).note(f"change {number}", made)
        return found

    @resolved(description="Changes something, without a pause.")
    def poke(self) -> int:
        return 1


@strawberry.type(description="What can be followed.")
class Subscription:
    @subscription(description="Leaves that fall.")
    async def falls(self, info: Info) -> AsyncGenerator[Leaf, None]:
        yield leaf("first")
        yield leaf("second", length="long")
        yield leaf("third")


schema = build_schema(Query, Mutation, Subscription, types=[Leaf, Branch])
language = language_of(schema)


def planned(query: str, **conditions: bool) -> Plan:
    document: Any = parse(query)
    return make_plan(language, Asked.of(document, document.definitions[0]), conditions)


def surroundings(**wrong: Any) -> Context:
    return Context(actor=VISITOR, request_id="test", tools={Log: Log(wrong=wrong)})


async def run(query: str, **wrong: Any) -> Done | Abandoned:
    return await planned(query).run(VariableValues({}, {}), surroundings(**wrong))


async def test_a_plan_makes_the_whole_answer():
    done = await run("""
    {
      __typename
      branches {
        ...Name again: name weight loud __typename
        leaves { colour length ... on Growth { name } }
        fruit(many: 2) { name } bird(word: "coo")
      }
      growths { __typename name ... on Leaf { colour } ... on Branch { fruit { length } } }
    }
    fragment Name on Branch { name leaves { __typename } }
    """)
    leaves = [
        {"__typename": "Leaf", "colour": "RED", "length": 2, "name": "leaf"},
        {"__typename": "Leaf", "colour": "BLUE", "length": None, "name": "other"},
    ]
    shown = [
        {
            "name": name,
            "leaves": leaves,
            "again": name,
            "weight": 1.5,
            "loud": name.upper(),
            "__typename": "Branch",
            "fruit": [{"name": f"apple of {name}"}] * 2,
            "bird": f"coo on {name}",
        }
        for name in ("oak", "elm")
    ]
    grown = [
        {"__typename": "Branch", "name": "oak", "fruit": [{"length": 2}]},
        None,
        {"__typename": "Leaf", "name": "leaf", "colour": "RED"},
    ]
    assert isinstance(done, Done)
    assert done.data == {"__typename": "Query", "branches": shown, "growths": grown}
    assert list(done.data["branches"][0]) == list(shown[0])
    assert done.objects == 1 + 2 * (1 + 2 + 2) + 2 + 1


async def test_a_batched_field_is_called_once_for_a_level_wherever_its_rows_are():
    context = surroundings()
    query = "{ branches { fruit { name } } either { ... on Branch { fruit { name } more: fruit(many: 2) { name } } } }"
    done = await planned(query).run(VariableValues({}, {}), context)
    assert isinstance(done, Done)
    assert context.tool(Log).calls == ["either", "fruit 3", "fruit 1"]


@pytest.mark.parametrize(
    ("reason", "wrong"),
    [
        ("leaf", leaf(length="long")),
        ("leaf", leaf(length=2**40)),
        ("null", leaf(name=None)),
        ("null", leaf(colour=None)),
        ("leaf", leaf(colour="green")),
        ("error", NotFound("leaf")),
        ("row", strawberry.UNSET),
    ],
)
async def test_a_plan_ends_at_a_value_that_should_not_be(reason: str, wrong: Any):
    assert await run("{ odd { name colour length } }", odd=wrong) == Abandoned(reason)


async def test_a_plan_ends_where_a_batch_returns_too_few_results_or_a_resolver_asks_for_its_path():
    assert await run("{ branches { fruit { name } } }", fruit=[]) == Abandoned("batch")
    assert await run("{ branches { place } }") == Abandoned("path")
    assert await run("{ either { ... on Branch { name } } }", either=object()) == Abandoned("row")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("{ __schema { types { name } } }", "introspection"),
        ("query @odd { odd { name } }", "directive"),
        ("{ odd { name @odd } }", "directive"),
        ("{ odd { ...F } } fragment F on Leaf { name @odd }", "directive"),
    ],
)
def test_what_a_plan_cannot_do_is_left_to_graphql_core(query: str, reason: str):
    document: Any = parse(query)
    plans = Plans(language, Asked.of(document, document.definitions[0]))
    plans.prepare()
    assert (plans.find({}), plans.refused) == (None, reason)


def test_a_document_that_fragments_make_huge_gets_no_plan():
    fragments = " ".join(f"fragment F{n} on Branch {{ a{n}: leaves {{ name }} }}" for n in range(300))
    every = f"{{ {' '.join(f'...F{n}' for n in range(300))} }}"
    with pytest.raises(Unplannable, match="size"):
        planned(f"{{ {' '.join(f'x{n}: branches {every}' for n in range(4))} }} {fragments}")


CHOOSING = "query($a: Boolean!, $b: Boolean!) { odd { name @skip(if: $a) colour @include(if: $b) } }"


async def test_each_choice_of_the_conditions_has_its_own_plan():
    document: Any = parse(CHOOSING)
    plans = Plans(language, Asked.of(document, document.definitions[0]))
    plans.prepare()
    answers = []
    for a, b in ((False, False), (False, True), (True, True), (False, False)):
        plan = plans.find({"a": a, "b": b})
        assert plan is not None
        done = await plan.run(VariableValues({}, {"a": a, "b": b}), surroundings())
        assert isinstance(done, Done)
        answers.append(list(done.data["odd"]))
    assert answers == [["name"], ["name", "colour"], ["colour"], ["name"]]
    assert plans.find({"a": None, "b": True}) is None
    assert plans.find({"a": True, "b": True}) is plans.find({"a": True, "b": True})


def test_an_operation_keeps_few_plans():
    names = [f"v{n}" for n in range(6)]
    chosen = " ".join(f"n{n}: name @skip(if: ${n})" for n in names)
    document: Any = parse(f"query({' '.join(f'${n}: Boolean!' for n in names)}) {{ odd {{ name {chosen} }} }}")
    plans = Plans(language, Asked.of(document, document.definitions[0]))
    plans.prepare()
    for choice in range(64):
        assert plans.find({name: bool(choice >> n & 1) for n, name in enumerate(names)}) is not None
    assert len(plans._made) == MAX_CHOICES


def test_a_query_asked_once_gets_no_plan_and_one_that_keeps_failing_rests():
    document: Any = parse("{ odd { name } }")
    plans = Plans(language, Asked.of(document, document.definitions[0]))
    assert plans.find({}) is None
    plan = plans.find({})
    assert plan is not None
    for _ in range(MAX_FAILURES):
        plans.note(Abandoned("leaf"))
    assert [plans.find({}) for _ in range(REST)] == [None] * REST
    assert plans.find({}) is plan


def engine() -> Engine:
    return Engine(schema, toy_options())


async def answer(query: str, notes: Log, *, compiled: bool = True, **variables: Any) -> Any:
    options = toy_options(compiled=compiled)
    here = Engine(schema, options_with(options, notes))
    ask = Ask(query=query, variables=variables)
    operation = here.prepare(ask)
    if operation.plans is not None:
        operation.plans.prepare()
    return await here.answer(operation, ask, CALLER)


def options_with(options: Any, notes: Log) -> Any:
    options.tools[Log] = notes
    return options


MUTATION = """
mutation {
  a: change(number: 1) { number of { name fruit { name } } }
  b: change(number: 2) { number of { name fruit { name } bird } }
  poke
  c: change(number: 3) { number of { fruit { name } } }
}
"""
FAILURES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "the second is refused": {"change 2": NotFound("branch")},
    "the second gives nothing": {"change 2": None},
    "the second gives something odd": {"change 2": "text"},
    "the second breaks": {"change 2": ValueError("broken")},
    "what hangs on all breaks": {"fruit": []},
    "what hangs on all is odd": {"fruit": [["text"]]},
    "what hangs on the second breaks": {"bird": ValueError("broken")},
    "what hangs on the second is null": {"bird": None},
    "the last breaks": {"change 3": ValueError("broken")},
    "the last gives an odd number": {"change 3": Change(number="x", of=branch("x"))},  # type: ignore[arg-type]  # on purpose
    "the last has an odd part": {"change 3": Change(number=1, of=None)},  # type: ignore[arg-type]  # on purpose
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_each_root_of_a_mutation_runs_once_in_its_turn_whatever_fails_later(failure: str):
    by_plan, by_core = Log(wrong=FAILURES[failure]), Log(wrong=FAILURES[failure])
    told = await answer(MUTATION, by_plan)
    assert told == await answer(MUTATION, by_core, compiled=False)
    changes = [call for call in by_plan.calls if call.startswith("change")]
    assert changes == ["change 1", "change 2", "change 3"]
    # What hangs on a root was read before the next root ran, also where it was read a second time.
    order = [call for call in by_plan.calls if call.startswith(("change", "fruit"))]
    assert order.index("fruit 1") < order.index("change 2")


async def test_a_plain_root_of_a_mutation_runs_once_too(monkeypatch: pytest.MonkeyPatch):
    poked: list[int] = []
    assert schema._schema.mutation_type is not None
    poke = schema._schema.mutation_type.fields["poke"]
    monkeypatch.setattr(poke, "resolve", lambda *_: poked.append(1) or len(poked))
    told = await answer("mutation { poke change(number: 1) { number } }", Log(wrong={"change 1": ValueError("broken")}))
    assert told["data"] == {"poke": 1, "change": None}
    assert poked == [1]


async def test_a_cancelled_mutation_is_not_answered_by_anybody_else():
    notes = Log()
    started = asyncio.Event()

    class Stuck(Log):
        pass

    async def forever(*_: Any, **__: Any) -> Any:
        notes.calls.append("change")
        started.set()
        await asyncio.Event().wait()

    field_ = schema._schema.mutation_type.fields["change"]  # type: ignore[union-attr]  # there is one
    before, field_.resolve = field_.resolve, forever
    try:
        task = asyncio.create_task(answer("mutation { change(number: 1) { number } }", notes))
        async with asyncio.timeout(20):
            await started.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    finally:
        field_.resolve = before
    assert notes.calls == ["change"]


async def test_events_are_made_by_a_plan_and_odd_ones_by_graphql_core():
    here = engine()
    ask = Ask(query="subscription { falls { name length colour } }")
    operation = here.prepare(ask)
    stream = await here.open(operation, ask, lambda: CALLER)
    events = [event async for event in stream]
    assert [event["data"]["falls"]["name"] for event in events] == ["first", "second", "third"]
    assert [event["data"]["falls"]["length"] for event in events] == [2, None, 2]
    assert [error["path"] for error in events[1]["errors"]] == [["falls", "length"]]
    assert operation.plans is not None
    plan = operation.plans.find({})
    assert plan is not None
    assert plan.is_plain


async def test_followers_with_one_document_are_given_one_response_made_once(monkeypatch: pytest.MonkeyPatch):
    same = leaf("same")

    async def falling(*_: Any) -> AsyncGenerator[Leaf, None]:
        yield same

    core = schema._schema.subscription_type
    assert core is not None
    monkeypatch.setattr(core.fields["falls"], "subscribe", falling)
    here = engine()
    ask = Ask(query="subscription { falls { name } }")
    given = []
    for _ in range(2):
        operation = here.prepare(ask)
        given += [event async for event in await here.open(operation, ask, lambda: CALLER)]
    assert given[0] is given[1]
    assert isinstance(given[0], Answer)
    text = b'{"data":{"falls":{"name":"same"}}}'
    assert given[0].json == text
    message = write_message("next", operation_id='a"b', payload=given[0])
    assert message == b'{"type":"next","id":"a\\"b","payload":%b}' % text
    assert next_event(given[0]) == b"event: next\ndata: %b\n\n" % text


def test_variables_that_are_wrong_or_missing_are_left_to_graphql_core():
    document: Any = parse("query($a: Int!, $b: Int = 2, $c: [Int!], $d: Int) { odd { name } }")
    variables = Variables(schema._schema, document.definitions[0])
    known = variables.coerce({"a": 1, "c": [3]})
    assert known is not None
    assert known.coerced == {"a": 1, "b": 2, "c": [3]}
    assert variables.coerce({"a": 1, "d": None}).coerced == {"a": 1, "b": 2, "d": None}  # type: ignore[union-attr]  # it is right
    for wrong in ({}, {"a": None}, {"a": "1"}, {"a": 1, "c": [None]}, {"a": 2**40}):
        assert variables.coerce(wrong) is None


def test_a_trusted_document_is_planned_at_the_start_and_none_where_plans_are_off():
    text = "query A { odd { name } } query B($a: Boolean!) { odd { name @skip(if: $a) } }"
    key = hashlib.sha256(text.encode()).hexdigest()
    trust = {"trust_mode": TrustMode.ENFORCE, "trusted_documents": {key: text}}
    here, plain = Engine(schema, toy_options(**trust)), Engine(schema, toy_options(**trust, compiled=False))
    for name, variables in (("A", {}), ("B", {"a": True})):
        ask = Ask(document_id=key, operation_name=name)
        plans = here.prepare(ask).plans
        assert plans is not None
        assert plans.find(variables) is not None
        assert plain.prepare(ask).plans is None


async def test_it_is_counted_how_operations_are_executed_and_how_they_end():
    def counts() -> dict[tuple[str, ...], float]:
        samples = [
            one for metric in (GRAPHQL_PLANS, GRAPHQL_OPERATIONS) for it in metric.collect() for one in it.samples
        ]
        return {tuple(one.labels.values()): one.value for one in samples if one.name.endswith("_total")}

    before = counts()
    await answer("{ odd { name } }", Log())
    await answer("{ odd { name length } }", Log(wrong={"odd": leaf(length="long")}))
    after = counts()
    grown = {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key, 0)}
    assert grown == {("plan", ""): 1, ("abandoned", "leaf"): 1, ("query", "ok"): 1, ("query", "error"): 1}

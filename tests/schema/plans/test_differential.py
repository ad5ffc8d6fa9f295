"""Plans answer as graphql-core does, byte for byte: over the whole schema, real rows, and with resolvers that fail.

The seed is printed with a failure; ALONGSIDE_TEST_SEED repeats it.
"""

import asyncio
import gc
import logging
import os
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from server.domain.actors import VISITOR, Actor
from server.kit.clock import clock
from server.observability.metrics import GRAPHQL_PLANS
from server.queries.export import everything_about
from server.schema.core.asks import Ask
from server.schema.core.documents import Operation as Prepared
from server.schema.core.execution import Caller, Engine
from server.schema.core.options import EndpointOptions
from server.schema.core.problems import RequestProblem
from server.schema.core.runs import Answer
from server.schema.root import schema
from server.services import erasure
from tests.factories.graphql import SCHEMA
from tests.factories.graphql_world import World, world
from tests.factories.matching import still_engine
from tests.schema.authorisation import arguments_of, selection_of, steps_from
from tests.schema.plans.mischief import MISCHIEF, spoiling
from tests.schema.plans.operations import Ids, Maker, Operation, with_real_ids
from tests.schema.test_query_counts import NESTINGS
from tests.seeds import seed_of

pytestmark = [
    pytest.mark.usefixtures("db"),
    # graphql-core drops coroutines when another field fails first. Collected inside a named tuple's constructor, which
    # has no builtins, the (ignored) warning about one cannot even be looked up.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SEED = seed_of("answers of plans")
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
DOCUMENTS = sorted((Path(__file__).parents[2] / "documents").glob("*.graphql"))
SPOILT = 0.4
"""The share of operations during which resolvers fail."""
RACES = 60
DEADLINE = 3600.0
"""Seconds, as good as none: answers are compared, not how soon they come on a machine that may be busy or halted."""


class Logged(logging.Handler):
    """Keeps what went wrong for one operation, and prints none of it: failures are what is asked for here."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def told(self) -> str:
        return "\n".join(map(logging.Formatter().format, self.records))


async def authenticate(_: Any) -> Actor:
    return VISITOR


def generated(count: int) -> list[str]:
    """Return queries by hypothesis-graphql."""
    texts: list[str] = []
    moment = st.just(nodes.String("2027-03-01T00:00:00Z"))
    scalars = {
        "Date": st.just(nodes.String("2027-03-01")),
        "DateTime": moment,
        "JSON": st.just(nodes.String("x")),
        "LocalTime": st.just(nodes.String("10:00")),
    }

    @seed(SEED)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(queries(SCHEMA, custom_scalars=scalars, allow_x00=False))
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    return texts


def own(here: World) -> list[Operation]:
    """Return our own documents: the clients', each nesting that is counted, and each step of the authorisation."""
    given = {"start": "2027-03-01T00:00:00Z", "end": "2027-03-08T00:00:00Z"}
    ids = [exhibit.id for exhibit in here.exhibits]
    given |= {"ids": ids[:20], "webinar": here.of("Webinar")[0].id}
    kinds = {"start": "DateTime!", "end": "DateTime!", "ids": "[ID!]!", "webinar": "ID!"}
    found = []
    for selection, _ in NESTINGS.values():
        used = {name: value for name, value in given.items() if f"${name}" in selection}
        head = f"query({', '.join(f'${name}: {kinds[name]}' for name in used)})" if used else ""
        found.append(Operation(f"{head} {{ {selection.replace('{page}', 'first: 5')} }}", used))
    steps = [(name, field, arguments_of("Query", name, here)) for name, field in steps_from("Query")]
    return found + [
        Operation(f"{{ {name}{arguments} {selection_of(field.type)} }}")
        for name, field, choices in steps
        for arguments in choices
    ]


class Both:
    """Answers by a plan and by graphql-core, and counts how."""

    def __init__(self, logged: "Logged | None" = None) -> None:
        self.engine = Engine(schema, EndpointOptions(authenticate=authenticate, deadline=DEADLINE))
        self.count: Counter[str] = Counter()
        self.logged = logged or Logged()

    @property
    def answers(self) -> int:
        return self.count["with errors"] + self.count["without errors"]

    async def compare(self, operation: Operation, actor: Actor) -> None:
        ask = Ask(query=operation.text, variables=operation.variables)
        caller = Caller(actor, "test")
        try:
            prepared = self.engine.prepare(ask)
        except RequestProblem:
            self.count["invalid"] += 1
            return
        assert prepared.plans is not None
        prepared.plans.prepare()
        before = plans_that_finished()
        self.logged.records.clear()
        planned = await self._answer(prepared, ask, caller)
        has_finished = plans_that_finished() > before
        self.count["finished plans"] += has_finished
        by_core = replace(prepared, plans=None)
        told = await self._answer(by_core, ask, caller)
        if planned != told and not has_finished:
            told = await self._race(planned, by_core, ask, caller)
        where = f"ALONGSIDE_TEST_SEED={SEED}, spoilt by {MISCHIEF.seed}, after {self.answers} alike"
        assert planned == told, f"{where}\n{ask.query}\n{ask.variables}\n{planned!r}\n{told!r}\n{self.logged.told()}"
        self.count["with errors" if b'"errors"' in planned else "without errors"] += 1
        self.count["left to graphql-core"] += prepared.plans.refused is not None

    async def _race(self, planned: bytes, by_core: Prepared, ask: Ask, caller: Caller) -> bytes:
        """Return what was planned when graphql-core can say it, too, or else what it says.

        Of failures at once the first may hide the others, and which one that is, and their order, is chance there.
        """
        self.count["races"] += 1
        told = await self._answer(by_core, ask, caller)
        for attempt in range(RACES):
            if canonical(planned) == canonical(told):
                told = planned
                break
            MISCHIEF.attempt = attempt
            told = await self._answer(by_core, ask, caller)
        MISCHIEF.attempt = None
        if told != planned and without_errors(told) == without_errors(planned):
            # The plan had given up, so both are graphql-core's. How many are left in doubt like this is bounded below.
            self.count["undecided races"] += 1
            told = planned
        return told

    async def _answer(self, prepared: Prepared, ask: Ask, caller: Caller) -> bytes:
        try:
            answer: Any = await self.engine.answer(prepared, ask, caller)
        except RequestProblem as problem:
            answer = {"errors": problem.formatted("test")}
        # A free scalar passes on whatever a spoilt resolver gave it; what is no JSON is told by its class.
        told = dict(answer) if isinstance(answer, Answer) else answer
        return orjson.dumps(told, default=lambda odd: f"<{type(odd).__name__}>")


def canonical(answer: bytes) -> Any:
    """Return an answer with its errors in one order; only where there are some is there any doubt."""
    parsed = orjson.loads(answer)
    return {**parsed, "errors": sorted(map(str, parsed["errors"]))} if "errors" in parsed else parsed


def without_errors(answer: bytes) -> Any:
    """Return all of an answer but what went wrong. What was refused has no data, not even null."""
    return {**orjson.loads(answer), "errors": None}


def plans_that_finished() -> float:
    samples = [sample for metric in GRAPHQL_PLANS.collect() for sample in metric.samples]
    return sum(one.value for one in samples if one.name.endswith("_total") and one.labels["by"] == "plan")


def remembering_exports() -> Any:
    """Return what exports somebody once: a hundred statements for one leaf, and nothing changes in between."""
    kept: dict[UUID | None, Any] = {}

    async def export(actor: Actor) -> Any:
        if actor.user_id not in kept:
            kept[actor.user_id] = await everything_about(actor)
        return kept[actor.user_id]

    return export


async def differ(monkeypatch: pytest.MonkeyPatch, made: int, by_hypothesis: int) -> Counter[str]:
    """Compare so many answers, after those to our own documents."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    logged, log = Logged(), logging.getLogger("alongside.graphql")
    monkeypatch.setattr(log, "propagate", False)
    monkeypatch.setattr(log, "handlers", [logged])
    monkeypatch.setattr(erasure, "everything_about", remembering_exports())

    texts = generated(by_hypothesis)
    here = await world()
    by_type: dict[str, list[str]] = defaultdict(list)
    for exhibit in here.exhibits:
        by_type[exhibit.type_name].append(exhibit.id)
    ids, viewers, chance = Ids(by_type), list(here.viewers.values()), Random(SEED)
    maker, both = Maker(SCHEMA, ids, SEED), Both(logged)
    owner = here.viewers["owner"]
    async with still_engine():
        with spoiling(SCHEMA) as mischief:
            for operation in own(here):
                await both.compare(operation, owner)
            both.count.clear()
            while both.answers < made:
                operation = maker.query()
                if chance.random() < 0.2:
                    operation = Operation(with_real_ids(chance.choice(texts), ids, chance.randrange(2**32)))
                mischief.seed = chance.randrange(2**32) if chance.random() < SPOILT else None
                await both.compare(operation, owner if chance.random() < 0.7 else chance.choice(viewers))
    gc.collect()
    return both.count


def check(count: Counter[str]) -> None:
    """Make sure that plans ran, and met failures: equal answers alone would not show that."""
    answers = count["with errors"] + count["without errors"]
    assert count["left to graphql-core"] < 0.05 * answers
    assert count["finished plans"] > 0.8 * count["without errors"] > 0
    assert count["with errors"] > 0.1 * answers
    assert count["undecided races"] <= 1 + 0.01 * answers


async def test_queries_are_answered_as_graphql_core_answers_them(monkeypatch: pytest.MonkeyPatch) -> None:
    check(await differ(monkeypatch, made=300, by_hypothesis=15))


async def test_a_machine_that_halts_for_a_while_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, both = asyncio.get_running_loop(), Both()
    on_time, halts = loop.time, [180.0]

    async def halt(_: str) -> None:
        if halts:
            late = halts.pop()
            monkeypatch.setattr(loop, "time", lambda: on_time() + late)
        await asyncio.sleep(0.01)

    monkeypatch.setattr(MISCHIEF, "dawdle", halt)
    with spoiling(SCHEMA):
        await both.compare(
            Operation('{ skills(text: "invoicing", first: 1) { edges { node { skill { id } } } } }'), VISITOR
        )
    assert (halts, +both.count) == ([], {"finished plans": 1, "without errors": 1})


def test_what_is_refused_is_no_empty_answer() -> None:
    refused, failed, other = b'{"errors":[1]}', b'{"data":null,"errors":[1]}', b'{"data":null,"errors":[2]}'
    assert without_errors(failed) == without_errors(other) != without_errors(refused)


@pytest.mark.slow
async def test_many_queries_are_answered_as_graphql_core_answers_them(monkeypatch: pytest.MonkeyPatch) -> None:
    count = await differ(monkeypatch, made=int(os.environ.get("ALONGSIDE_TEST_QUERIES", "20000")), by_hypothesis=400)
    print(f"seed {SEED}: {dict(count)}")  # noqa: T201 - what a long run has to tell
    check(count)

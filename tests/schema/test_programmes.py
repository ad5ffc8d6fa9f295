"""Programmes and cohort runs through the GraphQL door: from weights to what a learner sees, and who sees nothing."""

import asyncio
import re
from collections.abc import AsyncGenerator
from inspect import isawaitable
from typing import Any

import pytest
from graphql import ExecutionResult, parse, subscribe

from server.domain.actors import Actor
from server.domain.programmes import PARTS_OF, PairKind
from server.domain.suggestions import MatchSide
from server.domain.topics import Topic
from server.models.programmes import CohortPlot, CohortProposal, CohortRun, ProgrammeMember, ProgrammePair
from server.models.streams import StreamEntry
from server.schema.core.context import Context
from server.schema.core.ids import encode_id
from server.schema.subscriptions import AtOnce, Heard, LiveTopics, Place
from server.services import cohort_work, cohorts
from server.services.cohorts import NewRun
from tests.factories.graphql import SCHEMA, Door, Pos, Snapshot, door
from tests.factories.matching import learner, mentor, ready_engine, still_engine
from tests.factories.people import person
from tests.factories.programmes import EMPTY_REPORT, computed_run, manager, programme_of, run_row, solve_here
from tests.schema.programme_nestings import PROGRAMME_NESTINGS
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

PEOPLE = 21
GOALS = {"learner": [{"part": "GOAL", "weight": 1.0}], "mentor": [{"part": "CLARITY", "weight": 1.0}]}
CREATE = """
mutation($input: CreateProgrammeInput!) {
  createProgramme(input: $input) {
    ... on CreateProgrammePayload { programme { id title version weights { learner { part weight } } } }
    ... on Refusal { code }
  }
}
"""
ADD = """
mutation($input: AddProgrammeMembersInput!) {
  addProgrammeMembers(input: $input) {
    ... on AddProgrammeMembersPayload { programme { learners: memberCount(side: LEARNER) } }
    ... on Refusal { code }
  }
}
"""
WEIGH = """
mutation($input: SetProgrammeWeightsInput!) {
  setProgrammeWeights(input: $input) {
    ... on SetProgrammeWeightsPayload { programme { version } }
    ... on InvalidInput { fields { path code } }
    ... on Refusal { code }
  }
}
"""
START = """
mutation($input: StartCohortRunInput!) {
  startCohortRun(input: $input) { ... on StartCohortRunPayload { run { id state stage } } ... on Refusal { code } }
}
"""
PUBLISH = """
mutation($input: PublishCohortRunInput!) {
  publishCohortRun(input: $input) { ... on PublishCohortRunPayload { run { state } } ... on Refusal { code } }
}
"""
ROLL_BACK = PUBLISH.replace("Publish", "RollBack").replace("publish", "rollBack")
REPORT = """
query($run: ID!) {
  cohortPreview(runId: $run) { against gain loss same servedNow gains { learner { name } mentorNow { name } now } }
  fairnessReport(runId: $run) {
    assigned covered ceiling exposureGini sweep { alpha gini matches } lorenz histogram
    groups { kind ratio groups { name people cover } } unserved { reason count } plots { name svg }
  }
  cohortLists(runId: $run) { edges { node { place isAssigned learner { name } mentor { name } } } }
}
"""
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
SEEN = "{ recommendations(format: CLASSIC) { edges { node { isProposed profile { name } } } } }"
TRY = """
query($id: ID!, $weights: WeightsInput!) {
  weightsPreview(programmeId: $id, weights: $weights) {
    learners tried gain loss same servedBefore servedNow parts { side part before now } gains { learner { name } }
  }
}
"""


async def test_a_manager_takes_a_cohort_from_weights_to_what_learners_see_and_back() -> None:
    mara, lea, mo = await manager(), await learner(), await mentor()
    async with ready_engine(), door() as http:
        made = (await http.ask(mara, CREATE, input={"title": "Invoices", "format": "CLASSIC"}))["createProgramme"]
        programme = made["programme"]["id"]
        assert sum(one["weight"] for one in made["programme"]["weights"]["learner"]) == pytest.approx(1.0)
        for side, who in (("LEARNER", lea), ("MENTOR", mo)):
            given = {"programmeId": programme, "side": side, "profileIds": [encode_id("Profile", who.require_user())]}
            added = await http.ask(mara, ADD, input=given)
        assert added["addProgrammeMembers"]["programme"] == {"learners": 1}
        weighed = await http.ask(mara, WEIGH, input={"programmeId": programme, "weights": GOALS, "expectedVersion": 1})
        assert weighed["setProgrammeWeights"]["programme"] == {"version": 2}
        run = (await http.ask(mara, START, input={"programmeId": programme, "seed": 4}))["startCohortRun"]["run"]
        assert (run["state"], run["stage"]) == ("DRAFT", "WAITING")
        missing = (await http.send(mara, REPORT, run=run["id"])).json()
        assert {one["extensions"]["code"] for one in missing["errors"]} == {"not_found"}
        assert await cohort_work.run_due(solve=solve_here) == 1
        report = await http.ask(mara, REPORT, run=run["id"])
        check_report(report)
        seen = (await http.ask(lea, SEEN))["recommendations"]["edges"]
        assert [edge["node"]["isProposed"] for edge in seen] == [False]
        published = await http.ask(mara, PUBLISH, input={"runId": run["id"]})
        assert published["publishCohortRun"]["run"] == {"state": "PUBLISHED"}
        seen = (await http.ask(lea, SEEN))["recommendations"]["edges"]
        assert [edge["node"] for edge in seen] == [{"isProposed": True, "profile": {"name": "Mo"}}]
        back = await http.ask(mara, ROLL_BACK, input={"runId": run["id"]})
        assert back["rollBackCohortRun"]["run"] == {"state": "ROLLED_BACK"}
        assert (await http.ask(mara, PUBLISH, input={"runId": run["id"]}))["publishCohortRun"] == {"code": "conflict"}


def check_report(report: dict[str, Any]) -> None:
    """Hold the report of one pair to what it must say."""
    assert report["cohortPreview"]["against"] == "nothing"
    assert report["cohortPreview"]["gains"][0]["mentorNow"] == {"name": "Mo"}
    fair = report["fairnessReport"]
    assert (fair["assigned"], len(fair["lorenz"]), sum(fair["histogram"])) == (1, 21, 1)
    assert [point["alpha"] for point in fair["sweep"]] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert {one["kind"] for one in fair["groups"]} == {"language", "work", "hours"}
    # One learner is no group: nothing is told of them.
    assert [one["groups"] for one in fair["groups"]] == [[], [], []]
    assert {plot["name"] for plot in fair["plots"]} == {"exposure", "groups", "matches_and_gini", "scores"}
    (entry,) = report["cohortLists"]["edges"]
    assert entry["node"] == {"place": 0, "isAssigned": True, "learner": {"name": "Lea"}, "mentor": {"name": "Mo"}}


async def test_weights_that_do_not_sum_to_one_are_refused_at_their_place() -> None:
    mara = await manager()
    programme = encode_id("Programme", (await programme_of(mara)).id)
    wrong = {"learner": [{"part": "GOAL", "weight": 0.5}], "mentor": [{"part": "GOAL", "weight": 1.0}]}
    async with door() as http:
        answer = await http.ask(mara, WEIGH, input={"programmeId": programme, "weights": wrong})
    assert answer["setProgrammeWeights"]["fields"] == [
        {"path": "learner", "code": "sum"},
        {"path": "mentor.0.part", "code": "not_of_this_side"},
        {"path": "mentor", "code": "sum"},
    ]


async def test_other_weights_are_tried_at_once_and_change_nothing() -> None:
    mara = await manager()
    left = [await learner("Clear", goals=["send my first invoice to a client abroad"]), await learner("Vague")]
    right = [await mentor("One")]
    programme = await programme_of(mara, left, right)
    async with still_engine(), door() as http:
        found = (await http.ask(mara, TRY, id=encode_id("Programme", programme.id), weights=GOALS))["weightsPreview"]
        assert (found["learners"], found["tried"]) == (2, 2)
        assert found["gain"] + found["loss"] + found["same"] == 2
        assert {(one["side"], one["part"]) for one in found["parts"]} == {
            (side.name, part.name) for side, parts in PARTS_OF.items() for part in parts
        }
        stranger = await manager("Other")
        body = (await http.send(stranger, TRY, id=encode_id("Programme", programme.id), weights=GOALS)).json()
        assert body["errors"][0]["extensions"]["code"] == "not_found"
    assert await CohortRun.all().count() == 0


async def test_nobody_who_is_matched_reads_a_programme_a_run_or_a_settled_pair() -> None:
    mara, lea, mo = await manager(), await learner(), await mentor()
    programme = await programme_of(mara, [lea], [mo])
    run = await computed_run(mara, programme)
    pair = await ProgrammePair.create(
        programme_id=programme.id,
        learner_id=lea.user_id,
        mentor_id=mo.user_id,
        rule=PairKind.FORBIDDEN,
        reason="A conflict of interest",
    )
    ids = [
        encode_id(name, key)
        for name, key in (("Programme", programme.id), ("CohortRun", run.id), ("SettledPair", pair.id))
    ]
    async with door() as http:
        for who in (lea, mo, await person("Eve")):
            assert (await http.ask(who, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids))["nodes"] == [
                None
            ] * 3
            assert (await http.ask(who, "{ programmes { edges { node { id } } } }"))["programmes"]["edges"] == []
            for query in (REPORT, "query($run: ID!) { cohortPreview(runId: $run) { gain } }"):
                body = (await http.send(who, query, run=ids[1])).json()
                assert {error["extensions"]["code"] for error in body["errors"]} == {"not_found"}
        found = await http.ask(mara, NODES, ids=ids)
        assert [one["id"] for one in found["nodes"]] == ids


async def entries_of(actor: Actor, topic: Topic, started: asyncio.Event) -> AsyncGenerator[Heard, None]:
    """Yield a snapshot, then the entries of a topic as they come, as the live layer does."""
    yield Snapshot(Pos("e", 0, "c"), b"{}")
    seq = 0
    started.set()
    while True:
        rows = await StreamEntry.filter(topic=topic.name, seq__gt=seq).order_by("seq")
        for row in rows:
            seq = row.seq
            yield Snapshot(Pos("e", row.seq, row.chain), row.payload.encode(), row.kind)
        await asyncio.sleep(0.01)


async def followed(actor: Actor, run: CohortRun) -> list[dict[str, Any]]:
    """Follow a run to its end, with a worker beside it."""
    started = asyncio.Event()

    def subscribe_to(
        who: Actor, topic: Topic, _after: Place | None, _at_once: AtOnce | None = None
    ) -> AsyncGenerator[Heard, None]:
        return entries_of(who, topic, started)

    context = Context(actor=actor, request_id="test", tools={LiveTopics: LiveTopics(subscribe_to)})
    query = f'subscription {{ cohortProgress(runId: "{encode_id("CohortRun", run.id)}") {{ state stage version }} }}'
    begun: Any = subscribe(SCHEMA, parse(query), context_value=context)
    stream = await begun if isawaitable(begun) else begun
    assert not isinstance(stream, ExecutionResult), stream.errors
    steps: list[dict[str, Any]] = []
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        steps.append((await anext(stream)).data["cohortProgress"])
        tasks.create_task(cohort_work.run_due(solve=solve_here))
        steps += [event.data["cohortProgress"] async for event in stream]
    await context.batches.close()
    return steps


async def test_a_run_is_followed_from_where_it_stands_to_its_preview() -> None:
    mara = await manager()
    programme = await programme_of(mara, [await learner()], [await mentor()])
    run = await cohorts.start_run(mara, asked=NewRun(programme.id))
    steps = await followed(mara, run)
    assert [one["stage"] for one in (steps[0], steps[-1])] == ["WAITING", "DONE"]
    assert steps[-1]["state"] == "PREVIEW"
    assert [one["version"] for one in steps] == sorted({one["version"] for one in steps})
    assert {"CANDIDATES", "ASSIGNMENT", "LISTS", "REPORT"} <= {one["stage"] for one in steps}


async def test_each_nesting_takes_its_fixed_number_of_statements_at_any_page_size() -> None:
    mara = await manager()
    people = [await person(f"P{number}") for number in range(2 * PEOPLE)]
    left, right = people[:PEOPLE], people[PEOPLE:]
    programme, *_ = [await programme_of(mara) for _ in range(PEOPLE)]
    pairs = [(one.require_user(), two.require_user()) for one, two in zip(left, right, strict=True)]
    for one, two in pairs:
        await ProgrammeMember.create(programme_id=programme.id, side=MatchSide.LEARNER, profile_id=one)
        await ProgrammePair.create(
            programme_id=programme.id, learner_id=one, mentor_id=two, rule=PairKind.FORBIDDEN, reason="As agreed"
        )
    run, *_ = [await run_row(programme) for _ in range(PEOPLE)]
    await fill_run(run, pairs)
    counts: dict[str, list[int]] = {}
    given = {"programme": encode_id("Programme", programme.id), "run": encode_id("CohortRun", run.id)}
    async with door() as http:
        for name, (selection, _) in PROGRAMME_NESTINGS.items():
            counts[name] = [
                await statements_of(http, mara, selection.replace("{page}", f"first: {size}"), given)
                for size in (2, 20)
            ]
    assert counts == {name: [expected] * 2 for name, (_, expected) in PROGRAMME_NESTINGS.items()}


async def fill_run(run: CohortRun, pairs: list[tuple[Any, Any]]) -> None:
    """Give a run lists, examples and a drawing."""
    filled = await run_row(await run.programme, pairs)
    examples = [
        {"learner": str(one), "mentor_before": str(two), "mentor_now": str(two), "before": 0.1, "now": 0.2}
        for one, two in pairs
    ]
    change = {**EMPTY_REPORT["change"], "gains": examples}  # type: ignore[dict-item]  # JSON
    report = {**EMPTY_REPORT, "change": change, "broken_locks": [[str(one), str(two)] for one, two in pairs]}
    await CohortRun.filter(id=run.id).update(report=report)
    await CohortProposal.filter(run_id=filled.id).update(run_id=run.id)
    await CohortPlot.create(run_id=run.id, name="exposure", svg="<svg/>")


async def statements_of(http: Door, actor: Actor, selection: str, given: dict[str, str]) -> int:
    """Run a selection; return how many statements it took. It must show something in each place it asks."""
    used = [name for name in given if f"${name}" in selection]
    head = f"query({', '.join(f'${name}: ID!' for name in used)})" if used else ""
    with counted_statements() as statements:
        data = await http.ask(actor, f"{head} {{ {selection} }}", **{name: given[name] for name in used})
    last = re.findall(r"(\w+)(?:\([^)]*\))? }", selection)[-1]
    assert f"'{last}': " in str(data), (selection, data)
    return len(statements)

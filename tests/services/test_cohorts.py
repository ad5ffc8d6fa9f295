"""Cohort runs on real rows: drafted, computed, previewed, published and rolled back; what nobody may lose by them."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from server import operations
from server.domain.actors import SYSTEM, Actor, ProfileId
from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, NotFound
from server.domain.mentorships import MentorshipState
from server.domain.preferences import ExclusionReason
from server.domain.programmes import (
    PUBLISHED_FOR,
    PairKind,
    PartWeight,
    RunStage,
    RunState,
    Scope,
    WeightsForm,
)
from server.domain.suggestions import MatchPart, MatchSide, SuggestionState
from server.kit.clock import clock
from server.kit.paging import PageRequest
from server.matching.plan import Plan
from server.models.matching import MatchExclusion, Suggestion
from server.models.mentorships import Mentorship
from server.models.programmes import CohortPlot, CohortProposal, CohortRun, Programme
from server.models.streams import StreamEntry
from server.queries.programmes import published_for
from server.queries.suggestions import Wanted
from server.services import cohort_work, cohorts, programmes, safety, suggestions
from server.services.cohort_solver import SolverFailedError
from server.services.cohorts import NewRun
from server.services.recommendations import RECOMMENDED, Suggested, recommend
from tests.factories.matching import learner, mentor, ready_engine, seen_by_engine
from tests.factories.people import person
from tests.factories.profiles import mentorship_between, request_from, speaks
from tests.factories.programmes import computed_run, manager, programme_of, solve_here

pytestmark = pytest.mark.usefixtures("db")

CLASSIC = Wanted(MentoringFormat.CLASSIC)
GOALS_ONLY = WeightsForm((PartWeight(MatchPart.GOAL, 1.0),), (PartWeight(MatchPart.CLARITY, 1.0),))


def uid(who: Actor) -> ProfileId:
    return who.require_profile()


People = list[Actor]


async def small(learning: int = 3, teaching: int = 3, **form: object) -> tuple[Actor, Programme, People, People]:
    """Make a programme of people who all fit each other; each mentor has the usual places."""
    mara = await manager()
    left = [await learner(f"Learner {number}") for number in range(learning)]
    right = [await mentor(f"Mentor {number}") for number in range(teaching)]
    return mara, await programme_of(mara, left, right, **form), left, right


async def pairs_of(run: CohortRun) -> set[tuple[UUID, UUID]]:
    return {(row.learner_id, row.mentor_id) for row in await CohortProposal.filter(run_id=run.id)}


async def listed(who: Actor) -> list[Suggested]:
    await seen_by_engine()
    return list((await recommend(who, wanted=CLASSIC, page=PageRequest(RECOMMENDED, 20))).items)


async def test_a_run_is_queued_computed_and_previewed_with_its_report_and_drawings() -> None:
    mara, programme, left, right = await small()
    run = await cohorts.start_run(mara, asked=NewRun(programme.id, seed=5))
    assert (run.state, run.stage) == (RunState.DRAFT, RunStage.WAITING)
    with pytest.raises(Conflict):
        await cohorts.start_run(mara, asked=NewRun(programme.id))
    heard: list[RunStage] = []
    done = await cohort_work.run_due(solve=solve_here, hear=lambda stage, _done, _total: heard.append(stage))
    assert done == 1
    run = await CohortRun.get(id=run.id)
    assert (run.state, run.stage, len(run.snapshot_hash)) == (RunState.PREVIEW, RunStage.DONE, 64)
    assert list(dict.fromkeys(heard)) == [one for one in RunStage if one is not RunStage.WAITING]
    pairs = await pairs_of(run)
    assert {one for one, _ in pairs} == {uid(one) for one in left}
    assert {one for _, one in pairs} <= {uid(one) for one in right}
    assert run.report is not None
    assert run.report["numbers"]["assigned"] == 3
    assert run.report["change"]["against"] == "nothing"
    plots = await CohortPlot.filter(run_id=run.id)
    assert {plot.name for plot in plots} == {"exposure", "groups", "matches_and_gini", "scores"}
    assert all("<svg" in plot.svg and "<script" not in plot.svg for plot in plots)
    # Nobody but managers knows of it.
    assert await Suggestion.all().count() == 0
    kinds = {entry.topic for entry in await StreamEntry.filter(kind="cohort.moved")}
    assert kinds == {f"user:{mara.user_id}"}


async def test_the_same_seed_gives_the_same_lists_report_and_drawings() -> None:
    mara, programme, _, _ = await small(6, 4)
    one = await computed_run(mara, programme, seed=3)
    await CohortRun.filter(id=one.id).update(state=RunState.DRAFT, lease_until=None)
    first = await everything_of(one)
    await CohortProposal.filter(run_id=one.id).delete()
    assert await cohort_work.run_due(solve=solve_here) == 1
    assert await everything_of(await CohortRun.get(id=one.id)) == first


async def everything_of(run: CohortRun) -> object:
    rows = await CohortProposal.filter(run_id=run.id).order_by("learner_id", "place")
    lists = [(row.learner_id, row.mentor_id, row.place, row.score, row.contested, row.is_assigned) for row in rows]
    plots = [plot.svg for plot in await CohortPlot.filter(run_id=run.id).order_by("name")]
    return lists, run.report, run.snapshot_hash, plots


async def test_publishing_shows_each_learner_their_list_first_and_marks_it() -> None:
    mara, programme, left, right = await small(2, 2)
    outside = await mentor("Outside")
    run = await computed_run(mara, programme)
    async with ready_engine():
        assert not any(one.is_proposed for one in await listed(left[0]))
        published = await cohorts.publish_run(mara, run_id=run.id)
        assert published.state is RunState.PUBLISHED
        rows = await Suggestion.filter(profile_id=uid(left[1]))
        assert {row.state for row in rows} == {SuggestionState.PUBLISHED}
        found = await listed(left[1])
        assert [one.is_proposed for one in found] == [True, True, False]
        assert found[2].profile_id == uid(outside)
        assert {row.state for row in await Suggestion.filter(profile_id=uid(left[1]))} == {SuggestionState.SHOWN}
        # A stranger to the programme sees nothing of it.
        assert not any(one.is_proposed for one in await listed(await learner("Else")))
    with pytest.raises(Conflict):
        await cohorts.publish_run(mara, run_id=run.id)
    assert {one.profile_id for one in found} == {uid(one) for one in [*right, outside]}


async def test_what_stands_between_two_by_now_keeps_a_proposal_from_being_shown() -> None:
    mara, programme, (lea,), right = await small(1, 4, list_length=4)
    run = await computed_run(mara, programme)
    await safety.block(right[0], profile_id=uid(lea))
    await cohorts.publish_run(mara, run_id=run.id)
    assert uid(right[0]) not in {row.other_id for row in await Suggestion.all()}
    await safety.block(lea, profile_id=uid(right[1]))
    await request_from(lea, right[2])
    async with ready_engine():
        found = await listed(lea)
    assert [(one.profile_id, one.is_proposed) for one in found] == [(uid(right[3]), True)]


async def test_whom_somebody_ruled_out_for_themselves_is_proposed_to_neither_and_published_to_neither() -> None:
    mara, programme, (lea,), right = await small(1, 3, list_length=3)
    await MatchExclusion.create(profile_id=uid(lea), other_id=uid(right[0]), reason=ExclusionReason.OTHER)
    run = await computed_run(mara, programme)
    assert {one for _, one in await pairs_of(run)} == {uid(right[1]), uid(right[2])}
    await MatchExclusion.create(profile_id=uid(right[1]), other_id=uid(lea), reason=ExclusionReason.OTHER)
    await cohorts.publish_run(mara, run_id=run.id)
    assert {row.other_id for row in await Suggestion.all()} == {uid(right[2])}


async def test_rolling_back_takes_back_what_nobody_took_up_and_puts_the_former_run_in_force() -> None:
    mara, programme, left, right = await small(2, 3, list_length=1)
    first = await computed_run(mara, programme)
    await cohorts.publish_run(mara, run_id=first.id)
    ((lea_first,),) = [[row.other_id for row in await Suggestion.filter(profile_id=uid(left[0]))]]
    await programmes.forbid_pair(
        mara, programme_id=programme.id, learner_id=uid(left[0]), mentor_id=lea_first, reason="Not this one"
    )
    second = await computed_run(mara, programme)
    assert second.report is not None
    assert second.report["change"]["against"] == "last_run"
    await cohorts.publish_run(mara, run_id=second.id)
    states = {row.other_id: row.state for row in await Suggestion.filter(profile_id=uid(left[0]))}
    (lea_second,) = set(states) - {lea_first}
    assert states == {lea_first: SuggestionState.SUPERSEDED, lea_second: SuggestionState.PUBLISHED}
    assert await published_for(uid(left[0]), "classic") == [lea_second]
    await suggestions.save(left[0], profile_id=lea_second, wanted=CLASSIC)
    await cohorts.roll_back_run(mara, run_id=second.id)
    states = {row.other_id: row.state for row in await Suggestion.filter(profile_id=uid(left[0]))}
    # What somebody saved is theirs.
    assert states == {lea_first: SuggestionState.PUBLISHED, lea_second: SuggestionState.SAVED}
    assert await published_for(uid(left[0]), "classic") == [lea_first]
    runs = {row.id: row.state for row in await CohortRun.all()}
    assert runs == {first.id: RunState.PUBLISHED, second.id: RunState.ROLLED_BACK}
    with pytest.raises(Conflict):
        await cohorts.roll_back_run(mara, run_id=second.id)
    assert {uid(one) for one in right} >= {lea_first, lea_second}


async def test_an_accepted_pair_is_never_moved_and_its_learner_is_proposed_nobody() -> None:
    mara, programme, (lea, lia), right = await small(2, 3)
    tie = await mentorship_between(right[0], lea)
    run = await computed_run(mara, programme)
    assert {one for one, _ in await pairs_of(run)} == {uid(lia)}
    # Accepted between preview and publication: nothing is proposed, nothing is moved.
    other = await mentorship_between(right[1], lia)
    before = await Mentorship.all().order_by("id").values()
    await cohorts.publish_run(mara, run_id=run.id)
    await cohorts.roll_back_run(mara, run_id=run.id)
    assert await Mentorship.all().order_by("id").values() == before
    assert {tie.id, other.id} == {row["id"] for row in before}
    assert await Suggestion.all().count() == 0


async def test_a_mentorship_of_another_format_or_one_that_is_over_keeps_nobody_out() -> None:
    mara, programme, (lea,), right = await small(1, 2)
    await mentorship_between(right[0], lea, state=MentorshipState.COMPLETED)
    micro = await mentorship_between(right[1], lea)
    await Mentorship.filter(id=micro.id).update(format=MentoringFormat.MICRO)
    assert {one for one, _ in await pairs_of(await computed_run(mara, programme))} == {uid(lea)}


async def test_locked_pairs_are_alone_in_their_list_and_forbidden_dismissed_and_asked_ones_in_none() -> None:
    mara, programme, (lea, lia), right = await small(2, 4, list_length=4)
    for rule, one, other in ((programmes.lock_pair, lea, right[2]), (programmes.forbid_pair, lia, right[0])):
        await rule(
            mara, programme_id=programme.id, learner_id=uid(one), mentor_id=uid(other), reason="As agreed with both"
        )
    await request_from(lia, right[1])
    await Suggestion.create(
        profile_id=uid(lia),
        other_id=uid(right[2]),
        side=MatchSide.LEARNER,
        format=MentoringFormat.CLASSIC,
        state=SuggestionState.DISMISSED,
        score=0.5,
        decided_at=programme.created_at,
    )
    run = await computed_run(mara, programme)
    assert await pairs_of(run) == {(uid(lea), uid(right[2])), (uid(lia), uid(right[3]))}


async def test_a_lock_against_a_block_is_told_to_the_manager_and_not_kept() -> None:
    mara, programme, (lea,), right = await small(1, 2)
    await programmes.lock_pair(
        mara, programme_id=programme.id, learner_id=uid(lea), mentor_id=uid(right[0]), reason="They fit well"
    )
    await safety.block(lea, profile_id=uid(right[0]))
    run = await computed_run(mara, programme)
    assert run.report is not None
    assert run.report["broken_locks"] == [[str(uid(lea)), str(uid(right[0]))]]
    assert await pairs_of(run) == {(uid(lea), uid(right[1]))}


async def test_a_side_for_everybody_takes_those_the_directory_lists() -> None:
    mara, programme, _, _ = await small(1, 1, learners=Scope.EVERYBODY)
    ana, shy = await learner("Ana"), await learner("Shy", is_listed=False)
    found = {one for one, _ in await pairs_of(await computed_run(mara, programme))}
    assert uid(ana) in found
    assert uid(shy) not in found


async def test_other_weights_are_previewed_against_those_in_force() -> None:
    mara, programme, _, _ = await small(3, 3)
    run = await computed_run(mara, programme, weights=GOALS_ONLY)
    assert run.report is not None
    change = run.report["change"]
    assert change["against"] == "weights_in_force"
    assert change["gain"] + change["loss"] + change["same"] == 3
    assert run.weights["learner"]["goal"] == 1.0
    assert (await Programme.get(id=programme.id)).weights["learner"]["goal"] == pytest.approx(0.1)


async def test_groups_of_fewer_than_five_are_not_shown() -> None:
    mara, programme, left, _ = await small(9, 3)
    for one in left[:3]:
        await speaks(one, "pt")
        await speaks(one, "aa")
    run = await computed_run(mara, programme)
    assert run.report is not None
    language = run.report["groups"]["language"]
    assert all(one["people"] >= 5 for one in language["groups"])
    assert language["people_in_small_groups"] in {0, None}
    assert {"language", "work", "hours"} == set(run.report["groups"])


async def test_a_programme_that_is_over_runs_no_cohort_and_publishes_none() -> None:
    mara, programme, _, _ = await small(1, 1)
    run = await computed_run(mara, programme)
    await Programme.filter(id=programme.id).update(ends_on=(programme.created_at - timedelta(days=3)).date())
    with pytest.raises(Conflict):
        await cohorts.start_run(mara, asked=NewRun(programme.id))
    with pytest.raises(Conflict):
        await cohorts.publish_run(mara, run_id=run.id)


def test_a_reason_of_few_is_not_told_and_many_of_few_are_told_as_one() -> None:
    from server.services.cohort_report import _large_enough

    assert _large_enough({"time": 7, "not_available": 1}) == {"time": 7}
    assert _large_enough({"time": 7, "language": 3, "not_available": 2}) == {"time": 7, "other": 5}
    assert _large_enough({}) == {}


async def test_only_the_managers_of_a_programme_start_publish_or_roll_back_its_runs() -> None:
    mara, programme, left, _ = await small(1, 1)
    run = await computed_run(mara, programme)
    for who in (await manager("Other"), left[0], await person("Eve")):
        with pytest.raises(NotFound):
            await cohorts.start_run(who, asked=NewRun(programme.id))
        with pytest.raises(NotFound):
            await cohorts.publish_run(who, run_id=run.id)
        with pytest.raises(NotFound):
            await cohorts.roll_back_run(who, run_id=run.id)
    assert (await cohorts.publish_run(SYSTEM, run_id=run.id)).state is RunState.PUBLISHED


async def test_of_two_who_publish_at_once_one_does() -> None:
    mara, programme, _, _ = await small(2, 2)
    run = await computed_run(mara, programme)
    done = await asyncio.gather(*(cohorts.publish_run(mara, run_id=run.id) for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["CohortRun", "Conflict", "Conflict"]


async def test_a_published_run_expires_and_its_offers_with_it() -> None:
    mara, programme, (lea,), _ = await small(1, 1)
    run = await computed_run(mara, programme)
    await cohorts.publish_run(mara, run_id=run.id)
    assert await cohorts.expire_due() == 0
    with clock.moved(by=PUBLISHED_FOR + timedelta(minutes=1)):
        assert await cohorts.expire_due() == 1
        assert await published_for(uid(lea), "classic") == []
    assert (await CohortRun.get(id=run.id)).state is RunState.EXPIRED
    assert {row.state for row in await Suggestion.all()} == {SuggestionState.EXPIRED}


async def test_a_run_whose_solver_dies_is_taken_up_again_and_given_up_after_three_times() -> None:
    mara, programme, _, _ = await small(1, 1)
    run = await cohorts.start_run(mara, asked=NewRun(programme.id))

    async def dies(*_: object) -> Plan:
        raise SolverFailedError("killed")

    assert [await cohort_work.run_due(solve=dies) for _ in range(3)] == [0, 0, 0]
    assert (await CohortRun.get(id=run.id)).state is RunState.DRAFT
    assert await cohort_work.run_due(solve=dies) == 0
    run = await CohortRun.get(id=run.id)
    assert (run.state, run.stage) == (RunState.FAILED, RunStage.DONE)
    assert await cohort_work.run_due(solve=solve_here) == 0


async def test_a_run_held_by_one_worker_is_not_taken_by_another_until_its_lease_ends() -> None:
    mara, programme, _, _ = await small(1, 1)
    run = await cohorts.start_run(mara, asked=NewRun(programme.id))
    done = await asyncio.gather(*(cohort_work.run_due(solve=solve_here) for _ in range(3)))
    assert sorted(done) == [0, 0, 1]
    await CohortRun.filter(id=run.id).update(state=RunState.DRAFT)
    assert await cohort_work.run_due(solve=solve_here) == 0
    with clock.moved(by=cohort_work.LEASE + timedelta(seconds=1)):
        assert await cohort_work.run_due(solve=solve_here) == 1


async def test_the_command_line_computes_in_a_process_of_its_own_as_this_one_does_and_publishes() -> None:
    mara, programme, _, _ = await small(4, 3)
    here = await computed_run(mara, programme, seed=9)
    steps: list[tuple[int, int]] = []
    asked = operations.CohortOptions(str(programme.id), seed=9, publish=True)
    told = await operations.match_cohort(asked, lambda done, total: steps.append((done, total)))
    run = await CohortRun.get(state=RunState.PUBLISHED)
    assert run.id != here.id
    assert {one for one, _ in await pairs_of(run)} == {one for one, _ in await pairs_of(here)}
    assert steps == sorted(steps)
    assert steps[-1] == (100, 100)
    assert told[0].startswith(f"run {run.id}: published")
    assert "4 learners, 3 mentors" in told[1]
    with pytest.raises(NotFound):
        await operations.match_cohort(operations.CohortOptions("nothing", 1, publish=False), lambda _done, _total: None)


async def test_pairs_that_are_settled_are_found_by_their_rule() -> None:
    mara, programme, (lea,), (mo,) = await small(1, 1)
    await programmes.lock_pair(
        mara, programme_id=programme.id, learner_id=uid(lea), mentor_id=uid(mo), reason="They fit well"
    )
    from server.queries.programmes import settled

    assert await settled(programme.id, PairKind.LOCKED) == [(uid(lea), uid(mo))]
    assert await settled(programme.id, PairKind.FORBIDDEN) == []

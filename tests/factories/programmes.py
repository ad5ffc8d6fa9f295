"""Programmes for tests: one with a manager and people on both sides, and runs computed in this process."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from server.domain.actors import Actor, Role
from server.domain.availability import MentoringFormat
from server.domain.programmes import ProgrammeForm, RunState
from server.domain.suggestions import MatchSide
from server.kit.clock import now
from server.matching import plan
from server.matching.plan import Plan, Stage
from server.models.programmes import CohortProposal, CohortRun, Programme
from server.services import cohort_work, cohorts, programmes
from server.services.cohort_market import Gathered
from server.services.cohorts import NewRun
from tests.factories.people import person


async def manager(name: str = "Mara") -> Actor:
    """Make a programme manager of the platform."""
    return await person(name, roles=frozenset({Role.PROGRAM_MANAGER}))


async def programme_of(
    who: Actor, learners: Sequence[Actor] = (), mentors: Sequence[Actor] = (), /, **form: object
) -> Programme:
    """Make a classic programme with these people in it."""
    plain = {"title": "First invoices", "format": MentoringFormat.CLASSIC, **form}
    made = await programmes.create_programme(who, form=ProgrammeForm(**plain))  # type: ignore[arg-type]  # its fields
    for side, people in ((MatchSide.LEARNER, learners), (MatchSide.MENTOR, mentors)):
        if people:
            ids = [one.require_user() for one in people]
            await programmes.add_members(who, programme_id=made.id, side=side, profile_ids=ids)
    return made


async def solve_here(gathered: Gathered, told: Callable[[Stage], Awaitable[None]]) -> Plan:
    """Solve in a thread of this process: starting another takes longer than a small cohort does."""
    for stage in Stage:
        await told(stage)
    return await asyncio.to_thread(plan.make, gathered.market, gathered.wishes, lambda _stage: None)


async def computed_run(who: Actor, programme: Programme, **asked: object) -> CohortRun:
    """Start a run and compute it."""
    run = await cohorts.start_run(who, asked=NewRun(programme.id, **asked))  # type: ignore[arg-type]  # its fields
    assert await cohort_work.run_due(run_id=run.id, solve=solve_here) == 1
    return await CohortRun.get(id=run.id)


async def run_row(programme: Programme, pairs: Sequence[tuple[UUID, UUID]] = ()) -> CohortRun:
    """Make a run in preview that nothing was computed for, with these pairs (learner, mentor) in its lists."""
    run = await CohortRun.create(
        programme_id=programme.id,
        seed=1,
        weights=programme.weights,
        state=RunState.PREVIEW,
        stage="done",
        report=EMPTY_REPORT,
        previewed_at=now(),
    )
    for learner_id, mentor_id in pairs:
        await CohortProposal.create(
            run_id=run.id,
            learner_id=learner_id,
            mentor_id=mentor_id,
            place=0,
            is_assigned=True,
            score=0.7,
            contested=0.0,
        )
    return run


EMPTY_REPORT = {
    "numbers": {
        "learners": 0,
        "mentors": 0,
        "places": 0,
        "feasible": 0,
        "assigned": 0,
        "covered": 0,
        "ceiling": 0,
        "exposure_gini": 0.0,
        "overload": 0.0,
        "served_in_a_round": 0.0,
        "top_loss": 0.0,
        "group_ratio": 1.0,
        "alpha": 0.5,
        "reruns": 0,
        "is_within_limits": True,
    },
    "groups": {},
    "sweep": [],
    "lorenz": [],
    "histogram": [],
    "unserved": {},
    "broken_locks": [],
    "change": {
        "against": "nothing",
        "gain": 0,
        "loss": 0,
        "same": 0,
        "served_before": 0,
        "served_now": 0,
        "mean_before": 0.0,
        "mean_now": 0.0,
        "gains": [],
        "losses": [],
    },
}

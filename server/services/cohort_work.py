"""Computing cohort runs: a worker takes one that waits, reads, solves, and writes lists, report and drawings.

A run is held under a lease that is renewed as it goes on: a killed worker's run is taken up by another, from the start
and with the same result. No request ever waits for any of this.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from server.domain import topics
from server.domain.programme_facts import CohortMoved
from server.domain.programmes import RunStage, RunState, read_weights, stored_weights
from server.kit.clock import now
from server.kit.ids import new_id
from server.matching.plan import Plan, Stage
from server.models.programmes import CohortPlot, CohortProposal, CohortRun, Programme
from server.observability.logs import get_logger
from server.queries import programmes as queries
from server.services.cohort_market import Asked, Gathered, gather, market_of, rules_of
from server.services.cohort_plots import drawings
from server.services.cohort_report import LAST_RUN, NOTHING, THE_WEIGHTS, Baseline, report_of
from server.services.cohort_solver import SolverFailedError, solve_apart
from server.services.transaction import Work, retrying, unit_of_work

log = get_logger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than any stage takes: a run is not taken twice while its worker lives."""
MAX_ATTEMPTS = 3
_WRITTEN_AT_ONCE = 5_000

Hear = Callable[[RunStage, int, int], None]
Solve = Callable[[Gathered, Callable[[Stage], Awaitable[None]]], Awaitable[Plan]]

_TAKE = """
WITH taken AS (
    SELECT id FROM cohort_run WHERE state = 'draft' AND (lease_until IS NULL OR lease_until < $1)
      AND ($3::uuid IS NULL OR id = $3)
    ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
), held AS (
    UPDATE cohort_run SET lease_until = $2, attempts = attempts + 1 FROM taken WHERE cohort_run.id = taken.id
    RETURNING cohort_run.id
)
SELECT id FROM held
"""
_WRITE = """
INSERT INTO cohort_proposal (id, run_id, learner_id, mentor_id, place, is_assigned, score, contested)
SELECT fresh.id, $1, learner_id, mentor_id, place, is_assigned, score, contested FROM unnest(
    $2::uuid[], $3::uuid[], $4::uuid[], $5::smallint[], $6::bool[], $7::float8[], $8::float8[]
) AS fresh (id, learner_id, mentor_id, place, is_assigned, score, contested)
"""


def _unheard(_stage: RunStage, _done: int, _total: int) -> None:
    """Tell nobody besides the managers."""


async def run_due(*, run_id: UUID | None = None, solve: Solve = solve_apart, hear: Hear = _unheard) -> int:
    """Compute the run that waits longest, or this one when it waits. Return how many were computed: 1 or 0."""
    async with unit_of_work() as work:
        _, rows = await work.connection.execute_query(_TAKE, [now(), now() + LEASE, run_id])
    if not rows:
        return 0
    run = await CohortRun.get(id=rows[0]["id"])
    if run.attempts > MAX_ATTEMPTS:
        await _move(run.id, hear, state=RunState.FAILED, stage=RunStage.DONE, ended_at=now())
        return 0
    try:
        await _compute(run, solve, hear)
    except SolverFailedError as failure:
        log.warning("cohort_solver_failed", run_id=str(run.id), failure=str(failure))
        await CohortRun.filter(id=run.id).update(lease_until=None)
        return 0
    return 1


async def _compute(run: CohortRun, solve: Solve, hear: Hear) -> None:
    programme = await Programme.get(id=run.programme_id)
    asked = Asked(read_weights(run.weights), run.seed, run.created_at)

    async def read(done: int, total: int) -> None:
        await _move(run.id, hear, stage=RunStage.READING, done=done, total=total)

    async def reached(stage: Stage) -> None:
        await _move(run.id, hear, stage=RunStage[stage.name])

    await read(0, 0)
    gathered = await gather(programme, asked, read)
    plan = await solve(gathered, reached)
    await _move(run.id, hear, stage=RunStage.WRITING)
    baseline = await _baseline(programme, run, gathered, solve)
    report = await asyncio.to_thread(report_of, gathered, plan, baseline)
    drawn = await asyncio.to_thread(drawings, report)
    await _keep(run.id, Made(gathered, plan, report, drawn), hear)


async def _baseline(programme: Programme, run: CohortRun, gathered: Gathered, solve: Solve) -> Baseline:
    """Return what a run is compared against.

    The run in force; without one, and with weights of its own, what the programme's weights would give; else nothing.
    """
    last = await queries.published_run(programme.id)
    if last is not None:
        rows = await CohortProposal.filter(run_id=last.id, is_assigned=True)
        return Baseline(LAST_RUN, {row.learner_id: row.mentor_id for row in rows})
    if run.weights == stored_weights(read_weights(programme.weights)):
        return Baseline(NOTHING, {})
    rules = rules_of(programme.format, read_weights(programme.weights), run.created_at)
    other = Gathered(gathered.ids, market_of(gathered.market.people, rules), gathered.wishes, "", gathered.groups)
    plan = await solve(other, _silently)
    pairs = zip(plan.rows.tolist(), plan.assigned.tolist(), strict=True)
    return Baseline(THE_WEIGHTS, {gathered.ids[one]: gathered.ids[two] for one, two in pairs if two >= 0})


async def _silently(_stage: Stage) -> None:
    """Tell nobody: a comparison is part of the stage that needs it."""


@dataclass(frozen=True)
class Made:
    """Everything that a run gave."""

    gathered: Gathered
    plan: Plan
    report: dict[str, Any]
    drawings: dict[str, str]


@retrying
async def _keep(run_id: UUID, made: Made, hear: Hear) -> None:
    """Write lists, report and drawings, in place of what a worker that was killed may have left."""
    async with unit_of_work() as work:
        await CohortProposal.filter(run_id=run_id).delete()
        await CohortPlot.filter(run_id=run_id).delete()
        await _write_lists(work, run_id, made)
        plots = [CohortPlot(run_id=run_id, name=name, svg=svg) for name, svg in made.drawings.items()]
        await CohortPlot.bulk_create(plots)
        changes = {"report": made.report, "snapshot_hash": made.gathered.snapshot_hash, "previewed_at": now()}
        await CohortRun.filter(id=run_id).update(**changes)
        await _move(run_id, hear, state=RunState.PREVIEW, stage=RunStage.DONE)


async def _write_lists(work: Work, run_id: UUID, made: Made) -> None:
    ids, lists = made.gathered.ids, made.plan.lists
    for first in range(0, len(lists.learner), _WRITTEN_AT_ONCE):
        part = slice(first, first + _WRITTEN_AT_ONCE)
        learners = [ids[row] for row in lists.learner[part].tolist()]
        columns = [
            [new_id() for _ in learners],
            learners,
            [ids[row] for row in lists.mentor[part].tolist()],
            lists.place[part].tolist(),
            lists.is_assigned[part].tolist(),
            lists.score[part].tolist(),
            lists.contested[part].tolist(),
        ]
        await work.connection.execute_query(_WRITE, [run_id, *columns])


@retrying
async def _move(run_id: UUID, hear: Hear, *, done: int = 0, total: int = 0, **changes: Any) -> None:
    """Keep how far a run is, renew its lease, and tell its managers, where it is a stage or a tenth further."""
    async with unit_of_work() as work:
        run = await CohortRun.select_for_update().get(id=run_id)
        before = (run.state, run.stage, _tenth(run.done, run.total))
        run.update_from_dict({**changes, "done": done, "total": total, "lease_until": now() + LEASE})
        is_news = before != (run.state, run.stage, _tenth(done, total))
        run.version += int(is_news)
        columns = [*changes, "done", "total", "lease_until", "version"]
        await run.save(update_fields=columns)
        if is_news:
            await tell_managers(work, run)
    hear(run.stage, done, total)


def _tenth(done: int, total: int) -> int:
    return 10 * done // total if total else 0


async def tell_managers(work: Work, run: CohortRun) -> None:
    """Record where a run stands, for those who manage its programme."""
    fact = CohortMoved(
        programme_id=run.programme_id,
        run_id=run.id,
        state=run.state,
        stage=run.stage,
        done=run.done,
        total=run.total,
        version=run.version,
        at=now(),
    )
    managers = (await queries.managers_of([run.programme_id]))[run.programme_id]
    work.record(fact, to=[topics.user(one) for one in managers])

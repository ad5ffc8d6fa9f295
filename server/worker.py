"""The background process: reactions to facts, scheduled jobs, and what keeps the bell in step with the book.

Any number of workers may run: facts are taken under a lease, jobs skip what another holds, so more workers mean more
hands and never a second doing. No rule lives here: a job calls a service.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from server.jobs import Job
from server.observability import metrics
from server.observability.logs import get_logger
from server.reactions import Surroundings, Table, react_to_due

log = get_logger(__name__)

REACTION_PAUSE_SECONDS = 0.25
FAILURE_PAUSE_SECONDS = 2.0


async def run_job(job: Job) -> int | None:
    """Run a job once. Return what it did, or None when it failed, which is logged."""
    started = time.perf_counter()
    try:
        done = await job.run()
    except Exception:  # an edge: one bad job must not stop the others
        log.exception("job_failed", job=job.name)
        metrics.JOBS.labels(job.name, "failed").inc()
        return None
    metrics.JOBS.labels(job.name, "ok").inc()
    if done:
        log.info("job_done", job=job.name, done=done, seconds=round(time.perf_counter() - started, 3))
    return done


async def run_reactions(table: Table, surroundings: Surroundings, stopping: asyncio.Event) -> None:
    """React to facts as they come due, until told to stop."""
    while not stopping.is_set():
        pause = REACTION_PAUSE_SECONDS
        try:
            if await react_to_due(table, surroundings):
                continue
        except Exception:  # an edge: the database may be away for a while
            log.exception("reactions_failed")
            pause = FAILURE_PAUSE_SECONDS
        await _wait(stopping, pause)


async def run_jobs(jobs: Sequence[Job], stopping: asyncio.Event) -> None:
    """Run each job at its own pace, until told to stop."""
    async with asyncio.TaskGroup() as tasks:
        for job in jobs:
            tasks.create_task(_repeat(job, stopping), name=f"job {job.name}")


async def _repeat(job: Job, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        await run_job(job)
        await _wait(stopping, job.every_seconds)


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)

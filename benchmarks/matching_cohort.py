"""A whole cohort: candidates, assignment, lists and report, beside the exact optimum where that is affordable."""

import resource
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.matching_community import Community, community
from benchmarks.matching_kernels import warm_insert
from server.matching import cohort, flow, graph, metrics, plan
from server.matching.cohort import Cohort, Demand
from server.matching.graph import Graph
from server.matching.lists import browse_lists
from server.matching.plan import Stage, Wishes
from tests.matching.oracle import optimum

SIZES = ((10_000, 25_000), (20_000, 10_000), (100_000, 25_000))
EXACT_UP_TO = 20_000
THREADS = 2


def run() -> Iterator[str]:
    """Yield the lines of the report."""
    _whole(community(200, 100))
    for learners, mentors in SIZES:
        made = community(learners, mentors, seed=4)
        started = time.perf_counter()
        edges, demand, solved, times = _whole(made)
        took = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        yield f"cohort {learners:,} x {mentors:,}: {took:.1f} s ({times}), peak {peak:.2f} GB with the made-up people"
        yield from _compared(edges, demand, solved)
        yield _as_a_run(made)


def _whole(made: Community) -> tuple[Graph, Demand, Cohort, str]:
    marks = [time.perf_counter()]
    market = made.market()
    edges = graph.build(market, graph.COHORT_SEARCH, THREADS)
    marks.append(time.perf_counter())
    person = market.people.person
    waits = person["wait_days"][edges.learners]
    demand = Demand(person["places"][edges.mentors, 0].astype(np.int64), cohort.priority(waits, np.zeros(len(waits))))
    solved = cohort.solve(edges, demand)
    marks.append(time.perf_counter())
    browse_lists(edges, demand)
    marks.append(time.perf_counter())
    metrics.by_group(made.group[edges.learners], np.diff(edges.start) > 0, solved.covered, waits)
    marks.append(time.perf_counter())
    spans = zip(("candidates", "assignment", "lists", "report"), np.diff(marks), strict=True)
    return edges, demand, solved, ", ".join(f"{name} {took:.1f}" for name, took in spans)


def _as_a_run(made: Community) -> str:
    """Measure all that a run of a programme computes: guarded lists, groups, and matches against Gini by alpha."""
    started, marks, cpu = time.perf_counter(), [time.perf_counter()], time.process_time()
    market = made.market()
    waits = market.people.person["wait_days"]
    wishes = Wishes(cohort.priority(waits, np.zeros(len(waits))), made.group, {"group": made.group})
    found = plan.make(market, wishes, lambda _stage: marks.append(time.perf_counter()))
    worked = time.process_time() - cpu
    took, peak = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    spans = zip((stage.name.lower() for stage in Stage), np.diff([*marks[1:], time.perf_counter()]), strict=True)
    stages = ", ".join(f"{name} {span:.1f}" for name, span in spans)
    numbers = found.numbers
    return (
        f"  as a run: {took:.1f} s, {worked:.1f} s of both cores together ({stages}), peak {peak:.2f} GB; "
        f"{numbers.covered:,} of {numbers.ceiling:,} covered, Gini {numbers.exposure_gini:.3f}, "
        f"alpha {numbers.alpha} after {numbers.reruns} reruns, groups {numbers.group_ratio:.3f}"
    )


def _compared(edges: Graph, demand: Demand, solved: Cohort) -> Iterator[str]:
    strong = edges.score >= demand.tau
    covered = int(solved.covered.sum())
    ceiling = int((flow.cover(edges.start, edges.mentor, strong, demand.capacity) >= 0).sum())
    worth = (demand.priority * solved.score)[solved.mentor >= 0].sum()
    yield f"  {covered:,} covered, max-flow ceiling {ceiling:,}; {int((solved.mentor >= 0).sum()):,} served"
    value = demand.priority[edges.learner] * edges.score
    if len(edges.learners) > EXACT_UP_TO:
        return
    best = optimum(edges, value, strong, demand.capacity)
    yield f"  value {worth:,.1f}, exact optimum {best.value:,.1f} covering {best.covered:,}: {worth / best.value:.4%}"
    insert = warm_insert(edges.start, edges.mentor, value, demand.capacity)
    yield f"  one more learner into the settled auction: {insert:.2f} ms"

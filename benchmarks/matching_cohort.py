"""A whole cohort as a programme computes it: candidates, assignment, guarded lists and report, with the exact optimum
beside it where that is affordable, and beyond that a bound from the auction's prices."""

import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from benchmarks._table import peak_gigabytes, row
from benchmarks.matching_community import Community, community
from benchmarks.matching_kernels import warm_insert
from server.matching import auction, cohort, graph, plan
from server.matching.cohort import COVER_BONUS, Demand
from server.matching.graph import Graph
from server.matching.kernel import Doubles
from server.matching.plan import Plan, Stage, Wishes
from tests.matching.oracle import optimum

SIZES = ((10_000, 25_000), (20_000, 10_000), (100_000, 25_000))
GOALS = {10_000: "3 s, value 99.9 %", 100_000: "60 s, 1.5 GB, value 99.9 %"}
EXACT_UP_TO = 20_000
THREADS = 2


def run() -> Iterator[str]:
    """Yield the lines of the report."""
    small = community(400, 200)
    plan.make(small.market(), _wishes(small), lambda _stage: None)
    for learners, mentors in SIZES:
        made = community(learners, mentors, seed=4)
        before = peak_gigabytes()
        found, took, told = _as_a_run(made)
        memory = f"{peak_gigabytes():.2f} GB, {before:.2f} before it"
        yield f"cohort {learners:,} x {mentors:,}: {took:.1f} s, {told}; {memory}"
        yield _numbers(found)
        share, how = _against_the_best(made, found)
        covered = f"{found.numbers.covered:,} covered, ceiling {found.numbers.ceiling:,}"
        yield row(
            f"cohort {learners:,} x {mentors:,}, lists and report included",
            GOALS.get(learners, ""),
            f"{took:.1f} s ({told}); {covered}; {share:.4%} of {how}",
            memory,
        )
        if learners <= EXACT_UP_TO:
            yield _warm(made)


def _wishes(made: Community) -> Wishes:
    waits = made.people.person["wait_days"]
    priority = cohort.priority(waits, np.zeros(len(waits)))
    return Wishes(priority, made.group, {"group": made.group}, threads=THREADS)


def _as_a_run(made: Community) -> tuple[Plan, float, str]:
    """Make a plan. Return it, the seconds it took, and in words by stage and in seconds of CPU."""
    market = made.market()
    marks, cpu = [time.perf_counter()], time.process_time()
    found = plan.make(market, _wishes(made), lambda _stage: marks.append(time.perf_counter()))
    worked = time.process_time() - cpu
    marks.append(time.perf_counter())
    spans = (after - at for at, after in pairwise(marks[1:]))
    stages = ", ".join(f"{stage.name.lower()} {span:.1f}" for stage, span in zip(Stage, spans, strict=True))
    return found, marks[-1] - marks[0], f"{stages}, CPU of all cores {worked:.1f}"


def _numbers(found: Plan) -> str:
    one = found.numbers
    return (
        f"  {one.assigned:,} assigned, Gini {one.exposure_gini:.3f}, p99 requests per place {one.overload:.1f}, "
        f"served in one round {one.served_in_a_round:.1%}, top-1 loss {one.top_loss:.1%}, "
        f"groups {one.group_ratio:.3f}, alpha {one.alpha} after {one.reruns} reruns"
    )


def _market(made: Community) -> tuple[Graph, Demand, Doubles]:
    """Return the graph of a run once more, what it is asked for, and the value of every edge."""
    market = made.market()
    edges = graph.build(market, graph.COHORT_SEARCH, THREADS)
    places = market.people.person["places"][edges.mentors, 0].astype(np.int64)
    demand = Demand(places, _wishes(made).priority[edges.learners])
    return edges, demand, demand.priority[edges.learner] * edges.score


def _against_the_best(made: Community, found: Plan) -> tuple[float, str]:
    """Return the value of the assignment as a share of the optimum, or of a bound that no assignment exceeds."""
    edges, demand, value = _market(made)
    worth = float((demand.priority * found.score)[found.assigned >= 0].sum())
    strong = edges.score >= demand.tau
    if len(edges.learners) <= EXACT_UP_TO:
        best = optimum(edges, value, strong, demand.capacity)
        return worth / best.value, f"the exact optimum (OR-Tools, {best.covered:,} covered)"
    # Prices of any kind bound the best from above: what each learner could have beyond them, and the places at them.
    bid = value + COVER_BONUS * strong
    price = auction.assign(edges.start, edges.mentor, bid, demand.capacity).price
    beyond = np.zeros(len(edges.learners))
    np.maximum.at(beyond, edges.learner, bid - price[edges.mentor])
    bound = float(beyond.sum() + (price * demand.capacity).sum()) - COVER_BONUS * found.numbers.ceiling
    return worth / bound, "the bound by the auction's prices"


def _warm(made: Community) -> str:
    edges, demand, value = _market(made)
    insert = warm_insert(edges.start, edges.mentor, value, demand.capacity)
    learners, mentors = len(edges.learners), len(edges.mentors)
    return row(f"one more learner into {learners:,} x {mentors:,}", "5 ms", f"{insert:.2f} ms", memory="")

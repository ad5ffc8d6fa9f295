"""Fairness on the made-up community: lists by score alone against those of a cohort run, and the published table."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks._table import row
from benchmarks.matching_community import community
from server.matching import cohort, flow, graph, metrics, welfare
from server.matching.cohort import Demand
from server.matching.graph import Graph
from server.matching.kernel import Ints
from server.matching.lists import ALPHA, SHOWN, browse_lists
from server.matching.plan import ALPHAS
from server.matching.welfare import Likings
from server.services.cohort_plots import drawing

SIZE = (50_000, 25_000)
PUBLISHED = {
    0.0: (156.3, 199.9, 198.5),
    0.25: (128.7, 166.6, 173.5),
    0.5: (106.9, 131.0, 152.7),
    0.75: (95.0, 105.0, 134.2),
    1.0: (92.1, 92.1, 118.2),
}
"""Su, Bayoumi and Joachims 2022, expected matches: naive, reciprocal, their SW."""
SEEDS = 3
WORK = f"lists of {SIZE[0]:,} x {SIZE[1]:,}, alpha {ALPHA}"
GOAL = "Gini .40, p99 4, 62 % served, top-1 loss 4 %"
PLOT = Path(__file__).parent.parent / "docs" / "plots" / "matches_against_gini.svg"


def run() -> Iterator[str]:
    """Yield the lines of the report."""
    yield "expected matches, 150 x 100, three seeds (published): naive, reciprocal, alpha 0, alpha .5 (their SW)"
    for share, (naive, reciprocal, theirs) in PUBLISHED.items():
        found = np.mean([_table_row(share, seed) for seed in range(SEEDS)], axis=0)
        told = (
            f"naive {found[0]:.1f} ({naive}), reciprocal {found[1]:.1f} ({reciprocal}), "
            f"alpha 0 {found[2]:.1f}, alpha .5 {found[3]:.1f} ({theirs})"
        )
        yield row(f"published table, lambda {share}", "alpha 0 no less than theirs, alpha .5 within 5 %", told)
    yield from _community()


def _table_row(share: float, seed: int) -> list[float]:
    chance = np.random.default_rng(seed)
    p = share * (1 - np.arange(100) / 100)[None, :] + (1 - share) * chance.random((150, 100))
    q = share * (1 - np.arange(150) / 150)[:, None] + (1 - share) * chance.random((150, 100))
    to = np.tile(np.arange(100, dtype=np.int32), 150)
    market = welfare.likings(np.arange(151) * 100, to, 100, p.ravel(), q.ravel())
    lists = [welfare.ranked(market, key, 100) for key in (market.p, market.p * market.q)]
    lists += [welfare.optimise(market, alpha, 100) for alpha in (0.0, 0.5)]
    return [float(welfare.matches(market, one.exposure).sum()) for one in lists]


def _community() -> Iterator[str]:
    made = community(*SIZE, seed=5)
    market = made.market()
    edges = graph.build(market, graph.COHORT_SEARCH, 2)
    person = market.people.person
    places = person["places"][edges.mentors, 0].astype(np.int64)
    waits = person["wait_days"][edges.learners]
    demand = Demand(places, cohort.priority(waits, np.zeros(len(waits))))
    score = edges.score.astype(np.float64)
    scored = welfare.likings(edges.start, edges.mentor, len(places), score, score)
    yield f"community {SIZE[0]:,} x {SIZE[1]:,}, {int(places.sum()):,} places, top {SHOWN} lists, one request each"
    yield "  by score alone:  " + _measured(edges, places, welfare.ranked(scored, score, SHOWN).rank)
    points = []
    for alpha in ALPHAS:
        rank = browse_lists(edges, demand, alpha=alpha)
        told = _measured(edges, places, rank)
        yield f"  lists, alpha {alpha}: {told}" if alpha != ALPHA else row(WORK, GOAL, told)
        points.append(_point(scored, places, rank, alpha))
    yield "  matches against Gini: " + ", ".join(f"{one['matches']:,.0f} at {one['gini']:.3f}" for one in points)
    PLOT.parent.mkdir(exist_ok=True)
    PLOT.write_text(drawing("matches_and_gini", {"sweep": points}))
    yield f"  drawn in {PLOT.name}"
    solved = cohort.solve(edges, demand)
    feasible = np.diff(edges.start) > 0
    ceiling = flow.cover(edges.start, edges.mentor, score >= demand.tau, places) >= 0
    groups = metrics.by_group(made.group[edges.learners], feasible, solved.covered, waits)
    yield (
        f"  cohort: {np.mean(feasible):.1%} have a feasible mentor; "
        f"cover at {demand.tau} {np.mean(solved.covered[feasible]):.1%}, "
        f"max-flow ceiling {np.mean(ceiling[feasible]):.1%}; groups min / max {metrics.cover_ratio(groups):.3f}"
    )


def _point(scored: Likings, places: Ints, rank: Ints, alpha: float) -> dict[str, float]:
    exposure = np.where(rank < SHOWN, 1 / (1 + rank), 0.0)
    seen = np.bincount(scored.mentor, exposure, len(places))
    matches = float(welfare.matches(scored, exposure, 4).sum())
    return {"alpha": alpha, "gini": metrics.gini(metrics.per_place(seen, places)), "matches": matches}


def _measured(edges: Graph, places: Ints, rank: Ints) -> str:
    learners, score = len(edges.learners), edges.score.astype(np.float64)
    seen = np.bincount(edges.mentor, weights=np.where(rank < SHOWN, 1 / (1 + rank), 0), minlength=len(places))
    asked = metrics.one_request_each(edges.start, edges.mentor, rank, SHOWN, seed=6)
    requests = np.bincount(edges.mentor[asked[asked >= 0]], minlength=len(places))
    served = metrics.accepted(asked, edges.mentor, score, places)
    first, best = np.zeros(learners), np.zeros(learners)
    first[edges.learner[rank == 0]] = score[rank == 0]
    np.maximum.at(best, edges.learner, score)
    return (
        f"exposure Gini {metrics.gini(metrics.per_place(seen, places)):.3f}, "
        f"p99 requests per place {metrics.overload(requests, places):.1f}, served in one round {served.mean():.1%}, "
        f"top-1 loss {1 - first.sum() / best.sum():.1%}"
    )

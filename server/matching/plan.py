"""A whole cohort run in numbers: who is assigned whom, each learner's list, and what it all measures.

The steps of cohort.py, lists.py and guardrails.py in their order. Labels of groups are read for the report and for the
guardrails alone: no score ever sees them. The same market and the same wishes give the same bytes.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import NamedTuple

import numpy as np

from server.matching import cohort, flow, graph, guardrails, metrics
from server.matching.candidates import Search
from server.matching.cohort import Cohort, Demand
from server.matching.feasible import PRIVATE, Reason, reason, reasons
from server.matching.graph import Graph, Market
from server.matching.guardrails import GuardedLists, Limits
from server.matching.kernel import Array, Bools, Doubles, Ints, Longs, kernel
from server.matching.lists import SHOWN, Drawing, ground, spread
from server.matching.programme import PARTS
from server.matching.scene import Scene
from server.matching.score import score_of, scores, shared_days

ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)
SWEPT = 2_000
"""Learners in the sweep over alpha at most; of more, a part drawn by the seed, and as large a part of the places."""
_ASKED_WHY = 200
_BINS = 20


class Stage(Enum):
    """What a run is busy with."""

    CANDIDATES = 0
    ASSIGNMENT = 1
    LISTS = 2
    REPORT = 3


Tell = Callable[[Stage], None]


def _no_pairs() -> Array:
    return np.empty((0, 2), np.int64)


@dataclass(frozen=True)
class Wishes:
    """What a run is asked for. Pairs are (n, 2) rows of the snapshot; priorities and labels go by its rows too.

    `label` is looked at by the guardrails; `labels` by the report.
    """

    priority: Doubles
    label: Array
    labels: Mapping[str, Array] = field(default_factory=dict)
    locked: Array = field(default_factory=_no_pairs)
    forbidden: Array = field(default_factory=_no_pairs)
    list_length: int = 3
    tau: float = 0.5
    limits: Limits = field(default_factory=Limits)
    seed: int = 0
    threads: int = 2


@dataclass(frozen=True)
class Lists:
    """The lists as loose entries, learner after learner, best place first. `learner` and `mentor` are rows."""

    learner: Ints
    mentor: Ints
    place: Ints
    score: Doubles
    is_assigned: Bools
    contested: Doubles


@dataclass(frozen=True)
class Sweep:
    """What lists of one alpha give: exposure Gini, expected matches, and the share served in one round."""

    alpha: float
    gini: float
    matches: float
    served: float


@dataclass(frozen=True)
class Numbers:
    """What a run measures. Shares are of the learners who have any feasible mentor, unless said otherwise."""

    learners: int
    mentors: int
    places: int
    feasible: int
    assigned: int
    covered: int
    ceiling: int
    exposure_gini: float
    overload: float
    served_in_a_round: float
    top_loss: float
    group_ratio: float
    alpha: float
    reruns: int
    is_within_limits: bool


@dataclass(frozen=True)
class Plan:
    """A run. `rows` are the learners, `assigned` the row of each one's mentor or -1, `score` of that pair."""

    rows: Ints
    assigned: Longs
    score: Doubles
    lists: Lists
    numbers: Numbers
    groups: Mapping[str, list[metrics.GroupReport]]
    sweep: list[Sweep]
    lorenz: Doubles
    histogram: Longs
    unserved: Mapping[str, int]
    broken_locks: Array
    """Locked pairs that a hard rule or a want of places stands against."""


def make(market: Market, wishes: Wishes, tell: Tell) -> Plan:
    """Run a cohort. `tell` is called as each stage begins."""
    tell(Stage.CANDIDATES)
    found = graph.build(market, Search(48, 128, 16, wishes.seed), wishes.threads)
    locked, broken = _lockable(market, wishes)
    edges = _ruled(market, found, wishes, locked)
    tell(Stage.ASSIGNMENT)
    demand = _demand(market, edges, wishes, locked)
    free = _without_locked(edges, demand)
    # The auctions are loops of one thread, and so is the sweep: each runs beside what does not need it.
    with ThreadPoolExecutor(1) as aside:
        base = aside.submit(ground, free, demand)
        sweep = aside.submit(_sweep, free, demand, wishes.seed)
        solved = cohort.solve(edges, demand)
        tell(Stage.LISTS)
        label, how = wishes.label[edges.learners], Drawing(wishes.seed, wishes.threads)
        guarded = guardrails.guarded_lists(base.result(), label, wishes.limits, how)
        lists = _lists(edges, free, solved, guarded.rank, wishes.list_length)
        tell(Stage.REPORT)
        places = market.people.person["places"][edges.mentors, market.programme.format].astype(np.int64)
        return Plan(
            rows=edges.learners,
            assigned=np.append(edges.mentors, -1)[solved.mentor].astype(np.int64),
            score=solved.score,
            lists=lists,
            numbers=_numbers(_Done(edges, free, demand, solved, guarded), places),
            groups=_groups(market, edges, wishes, solved),
            lorenz=_lorenz(free, demand, guarded.rank),
            histogram=np.histogram(solved.score[solved.mentor >= 0], _BINS, (0.0, 1.0))[0].astype(np.int64),
            unserved=_unserved(market, edges, wishes.seed),
            broken_locks=broken,
            sweep=sweep.result(),
        )


def _lockable(market: Market, wishes: Wishes) -> tuple[Array, Array]:
    """Part the locked pairs into those that keep to every rule and to the places, first come first, and the rest."""
    person, kind = market.people.person, market.programme.format
    left = {int(row): int(person["places"][row, kind]) for row in wishes.locked[:, 1]}
    kept, broken = [], []
    for learner, mentor in wishes.locked.tolist():
        if reason(market.scene, learner, mentor) == 0 and left[mentor] > 0:
            left[mentor] -= 1
            kept.append((learner, mentor))
        else:
            broken.append((learner, mentor))
    return np.array(kept, np.int64).reshape(-1, 2), np.array(broken, np.int64).reshape(-1, 2)


def _ruled(market: Market, found: Graph, wishes: Wishes, locked: Array) -> Graph:
    """Return the graph with the locked pairs among its edges and the forbidden ones not."""
    at, place = (np.full(len(market.people.person), -1, np.int64) for _ in range(2))
    at[found.learners] = np.arange(len(found.learners))
    place[found.mentors] = np.arange(len(found.mentors))
    if len(locked):
        worth = scores(market.scene, locked[:, 0].astype(np.int32), locked[:, 1].astype(np.int32))
        found = graph.from_edges(
            (found.learners, found.mentors),
            np.concatenate([found.learner, at[locked[:, 0]]]),
            np.concatenate([found.mentor, place[locked[:, 1]]]),
            np.concatenate([found.score, worth.astype(np.float32)]),
        )
    banned = wishes.forbidden[:, 0] << 32 | wishes.forbidden[:, 1]
    keys = found.learners[found.learner].astype(np.int64) << 32 | found.mentors[found.mentor]
    held = locked[:, 0] << 32 | locked[:, 1]
    return graph.without(found, np.isin(keys, np.setdiff1d(banned, held)))


def _demand(market: Market, edges: Graph, wishes: Wishes, locked: Array) -> Demand:
    at, place = (np.full(len(market.people.person), -1, np.int64) for _ in range(2))
    at[edges.learners] = np.arange(len(edges.learners))
    place[edges.mentors] = np.arange(len(edges.mentors))
    pairs = np.stack([at[locked[:, 0]], place[locked[:, 1]]], 1)
    places = market.people.person["places"][edges.mentors, market.programme.format].astype(np.int64)
    return Demand(
        capacity=places - np.bincount(pairs[:, 1], minlength=len(edges.mentors)),
        priority=wishes.priority[edges.learners],
        tau=wishes.tau,
        locked=pairs,
    )


def _without_locked(edges: Graph, demand: Demand) -> Graph:
    """Return the edges of those who are still to be proposed somebody."""
    return graph.without(edges, np.isin(edges.learner, demand.locked[:, 0]))


def _lists(edges: Graph, free: Graph, solved: Cohort, rank: Ints, length: int) -> Lists:
    """Put the assigned mentor first and the best of the list after them. A locked pair is the only one in its list."""
    own = np.flatnonzero(solved.mentor >= 0)
    learner = np.concatenate([own, free.learner])
    mentor = np.concatenate([solved.mentor[own], free.mentor])
    key = np.concatenate([np.full(len(own), -1), rank])
    score = np.concatenate([solved.score[own], free.score.astype(np.float64)])
    again = np.concatenate([np.zeros(len(own), bool), free.mentor == solved.mentor[free.learner]])
    order = np.lexsort((key, learner))
    order = order[~again[order]]
    place = np.arange(len(order)) - np.searchsorted(learner[order], learner[order])
    kept = place < length
    order, place = order[kept], place[kept]
    return Lists(
        learner=edges.learners[learner[order]],
        mentor=edges.mentors[mentor[order]],
        place=place.astype(np.int32),
        score=score[order],
        is_assigned=key[order] < 0,
        contested=solved.price[mentor[order]],
    )


class _Done(NamedTuple):
    """What the steps gave: all edges, those without locked learners, and what was made of them."""

    edges: Graph
    free: Graph
    demand: Demand
    solved: Cohort
    guarded: GuardedLists


def _numbers(done: _Done, places: Array) -> Numbers:
    edges, free, demand, solved, guarded = done
    score = graph.scores_as_float(free)
    asked = metrics.one_request_each(free.start, free.mentor, guarded.rank, SHOWN, 0)
    requests = np.bincount(free.mentor[asked[asked >= 0]], minlength=len(places))
    served = metrics.accepted(asked, free.mentor, score, demand.capacity)
    strong = graph.scores_as_float(edges) >= demand.tau
    return Numbers(
        learners=len(edges.learners),
        mentors=len(edges.mentors),
        places=int(np.maximum(places, 0).sum()),
        feasible=int((np.diff(edges.start) > 0).sum()),
        assigned=int((solved.mentor >= 0).sum()),
        covered=int(solved.covered.sum()),
        ceiling=int((flow.cover(edges.start, edges.mentor, strong, places) >= 0).sum()),
        exposure_gini=guarded.exposure_gini,
        overload=metrics.overload(requests, demand.capacity),
        served_in_a_round=float(served.sum() / max(1, (np.diff(free.start) > 0).sum())),
        top_loss=_top_loss(free, score, guarded.rank),
        group_ratio=guarded.group_ratio,
        alpha=guarded.alpha,
        reruns=guarded.reruns,
        is_within_limits=guarded.is_within,
    )


def _top_loss(edges: Graph, score: Doubles, rank: Ints) -> float:
    """Return how much less the first entries of all lists score than the best entries would."""
    best = np.zeros(len(edges.learners))
    np.maximum.at(best, edges.learner, score)
    total = float(best.sum())
    return 1.0 - float(score[rank == 0].sum()) / total if total > 0 else 0.0


def _groups(market: Market, edges: Graph, wishes: Wishes, solved: Cohort) -> dict[str, list[metrics.GroupReport]]:
    feasible: Bools = np.diff(edges.start) > 0
    waits = market.people.person["wait_days"][edges.learners]
    return {
        name: metrics.by_group(label[edges.learners], feasible, solved.covered, waits)
        for name, label in wishes.labels.items()
    }


def _sweep(edges: Graph, demand: Demand, seed: int) -> list[Sweep]:
    edges, demand = part_of(edges, demand, SWEPT, seed)
    base, how = ground(edges, demand), Drawing(seed)
    return [_swept(edges, demand, (base.score, spread(base, alpha, how).rank), alpha) for alpha in ALPHAS]


def _swept(edges: Graph, demand: Demand, lists: tuple[Doubles, Ints], alpha: float) -> Sweep:
    score, rank = lists
    asked = metrics.one_request_each(edges.start, edges.mentor, rank, SHOWN, 0)
    served = metrics.accepted(asked, edges.mentor, score, demand.capacity)
    matches = float(score[asked[served]].sum())
    feasible = max(1, int((np.diff(edges.start) > 0).sum()))
    return Sweep(alpha, guardrails.exposure_gini(edges, demand.capacity, rank), matches, float(served.sum() / feasible))


def part_of(edges: Graph, demand: Demand, most: int, seed: int) -> tuple[Graph, Demand]:
    """Return the market of at most so many learners, drawn by the seed, with as large a part of the places."""
    count = len(edges.learners)
    if count <= most:
        return edges, demand
    chance = np.random.default_rng(seed)
    dropped = np.ones(count, bool)
    dropped[chance.choice(count, most, replace=False)] = False
    share = demand.capacity * (most / count)
    places = np.floor(share).astype(np.int64) + (chance.random(len(share)) < share % 1.0)
    return graph.without(edges, dropped[edges.learner]), replace(demand, capacity=places)


def _lorenz(edges: Graph, demand: Demand, rank: Ints) -> Doubles:
    """Return the shares of all exposure that the least seen 0, 5, ... 100 % of mentors with places have."""
    seen = np.where(rank < SHOWN, 1.0 / (1.0 + rank), 0.0)
    exposure = np.bincount(edges.mentor, seen, len(edges.mentors))
    ordered = np.sort(metrics.per_place(exposure, demand.capacity))
    if len(ordered) == 0 or ordered.sum() <= 0.0:
        return np.linspace(0.0, 1.0, _BINS + 1)
    summed = np.concatenate([[0.0], np.cumsum(ordered) / ordered.sum()])
    at = np.linspace(0.0, 1.0, _BINS + 1)
    return np.asarray(np.interp(at, np.linspace(0.0, 1.0, len(summed)), summed), np.float64)


def _unserved(market: Market, edges: Graph, seed: int) -> dict[str, int]:
    """Count, by the rule that the nearest mentor fails, the learners without any feasible one; private ones as one.

    Of more than some hundred, that many drawn by the seed stand for all: counts are scaled up.
    """
    alone = edges.learners[np.diff(edges.start) == 0]
    asked = alone
    if len(alone) > _ASKED_WHY:
        asked = np.sort(np.random.default_rng(seed).choice(alone, _ASKED_WHY, replace=False))
    found: dict[str, int] = {}
    for learner in asked.tolist():
        name = _nearest_reason(reasons(market.scene, learner, edges.mentors))
        found[name] = found.get(name, 0) + 1
    return {name: round(count * len(alone) / len(asked)) for name, count in sorted(found.items())}


def _nearest_reason(found: Ints) -> str:
    """Return in a word how far the mentor came who failed the latest rule."""
    if len(found) == 0:
        return "no_mentors"
    if np.any(found == Reason.FEASIBLE):
        return "banned_or_not_found"
    nearest = Reason(int(found.max()))
    return "not_available" if nearest in PRIVATE else nearest.name.lower()


@kernel
def feasible_scores(scene: Scene, learners: Ints, mentors: Ints) -> Doubles:
    """Return the scores of pairs given by two rows of equal length, 0 where a hard rule stands between the two."""
    out = np.zeros(len(learners))
    values = np.empty(PARTS)
    for place in range(len(learners)):
        if reason(scene, learners[place], mentors[place]) == 0:
            days = shared_days(scene.people.free, scene.programme, learners[place], mentors[place])
            out[place] = score_of(scene, (learners[place], mentors[place], days), values)
    return out

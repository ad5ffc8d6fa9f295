"""One run for a whole cohort: who is proposed to whom, and the short lists of the rounds before.

First as many learners as can be served at `tau` or better, then the greatest sum of priority times score.
Pairs that were accepted or locked never move; forbidden ones never appear.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from server.matching import auction, flow, graph
from server.matching.graph import Graph
from server.matching.kernel import Array, Bools, Doubles, Ints

COVER_BONUS = 4.0
"""Added to every edge at tau or better while bidding: more than any chain of two gains from leaving one out."""
ROUNDS = 3
LIST_EPSILON = 1e-2
"""Lists are offers to choose from; a step ten times as coarse costs them under 1 % and takes a third of the time."""
_MAX_WAIT = 28.0


def _no_pairs() -> Array:
    return np.empty((0, 2), np.int64)


@dataclass(frozen=True)
class Demand:
    """What a run is asked for. Pairs are (n, 2) arrays of places in the graph's two sides."""

    capacity: Array
    """Open places by mentor, without those that locked pairs take."""
    priority: Doubles
    tau: float = 0.5
    locked: Array = field(default_factory=_no_pairs)
    forbidden: Array = field(default_factory=_no_pairs)


@dataclass(frozen=True)
class Cohort:
    """`mentor[i]` of learner i or -1; `covered[i]`: at tau or better, locked pairs included."""

    mentor: Ints
    score: Doubles
    covered: Bools
    price: Doubles
    """By mentor: how contested a place is, in units of priority times score, 0 for one who has places left."""


def priority(wait_days: Array, served: Array) -> Doubles:
    """Return 1 + .5 min(1, wait / 28 days) + .25 for who was never served."""
    waited = np.clip(np.nan_to_num(np.asarray(wait_days, np.float64)), 0.0, _MAX_WAIT) / _MAX_WAIT
    return 1.0 + 0.5 * waited + 0.25 * ~np.asarray(served, bool)


def solve(candidates: Graph, demand: Demand) -> Cohort:
    """Return the assignment of a cohort."""
    open_graph = _open(candidates, demand)
    score = graph.scores_as_float(open_graph)
    strong = score >= demand.tau
    value = demand.priority[open_graph.learner] * score
    bids = auction.assign(open_graph.start, open_graph.mentor, value + COVER_BONUS * strong, demand.capacity)
    held = _topped_up(open_graph, demand, (strong, value), bids.mentor)
    worth = _scores_of(open_graph, held)
    for learner, mentor in demand.locked.tolist():
        held[learner] = mentor
        worth[learner] = _score_between(candidates, learner, mentor)
    return Cohort(held, worth, (held >= 0) & (worth >= demand.tau), np.where(bids.price > 0, bids.price, 0.0))


def _open(candidates: Graph, demand: Demand) -> Graph:
    """Return the edges a run may use: no forbidden pair, and nobody who is locked already."""
    keys = candidates.learner.astype(np.int64) << 32 | candidates.mentor
    pairs = demand.forbidden.astype(np.int64).reshape(-1, 2)
    drop = np.isin(keys, pairs[:, 0] << 32 | pairs[:, 1])
    return graph.without(candidates, drop | np.isin(candidates.learner, demand.locked.reshape(-1, 2)[:, 0]))


def _topped_up(edges: Graph, demand: Demand, worth: tuple[Bools, Doubles], held: Ints) -> Ints:
    """Bring the strong part of an assignment to the greatest coverage, then fill what is left with weak edges."""
    strong, value = worth
    strong_held = np.where(_on_edges(edges, held, strong), held, -1).astype(np.int32)
    covered = flow.cover(edges.start, edges.mentor, strong, demand.capacity, strong_held)
    taken = np.bincount(covered[covered >= 0], minlength=len(edges.mentors))
    waiting = covered[edges.learner] < 0
    rest = auction.assign(edges.start, edges.mentor, np.where(waiting, value, 0.0), demand.capacity - taken)
    return np.where(covered >= 0, covered, rest.mentor).astype(np.int32)


def _on_edges(edges: Graph, held: Ints, marked: Array) -> Bools:
    """Tell of each learner whether the edge they are held on is marked."""
    out = np.zeros(len(held), bool)
    out[edges.learner[marked & (edges.mentor == held[edges.learner])]] = True
    return out


def _scores_of(edges: Graph, held: Ints) -> Doubles:
    out = np.zeros(len(held))
    on = edges.mentor == held[edges.learner]
    out[edges.learner[on]] = edges.score[on]
    return out


def _score_between(edges: Graph, learner: int, mentor: int) -> float:
    span = slice(edges.start[learner], edges.start[learner + 1])
    found = np.flatnonzero(edges.mentor[span] == mentor)
    return float(edges.score[span][found[0]]) if len(found) else 0.0


def round_capacity(capacity: Array, learners: int) -> Array:
    """Return how many proposals a mentor may get in one round: capacity, scaled up when learners outnumber places."""
    places = np.maximum(np.asarray(capacity, np.int64), 0)
    return np.ceil(places * max(1.0, learners / max(1, int(places.sum())))).astype(np.int64)


def proposal_rounds(candidates: Graph, demand: Demand, rounds: int = ROUNDS) -> Iterator[Ints]:
    """Yield, round by round, one mentor per learner or -1: no pair twice, no mentor above the bound of the round."""
    edges = _open(candidates, demand)
    bound = round_capacity(demand.capacity, len(edges.learners))
    for _ in range(rounds):
        value = demand.priority[edges.learner] * graph.scores_as_float(edges)
        held = auction.assign(edges.start, edges.mentor, value, bound, LIST_EPSILON).mentor
        yield held
        edges = graph.without(edges, edges.mentor == held[edges.learner])

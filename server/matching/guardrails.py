"""What stands between a run and its publication: limits of fairness, reruns that spread more, who gains or loses."""

from dataclasses import dataclass

import numpy as np

from server.matching import metrics
from server.matching.graph import Graph
from server.matching.kernel import Array, Bools, Doubles, Ints
from server.matching.lists import ALPHA, SHOWN, Drawing, Ground, spread

RERUNS = 3


@dataclass(frozen=True)
class Limits:
    """The least ratio of the worst to the best covered group, and the greatest Gini of exposure per open place."""

    group_ratio: float = 0.8
    exposure_gini: float = 0.4


@dataclass(frozen=True)
class GuardedLists:
    """Ranks by edge, what they measured, and whether they keep to the limits: if not, a manager has to decide."""

    rank: Ints
    alpha: float
    exposure_gini: float
    group_ratio: float
    reruns: int
    is_within: bool


def guarded_lists(base: Ground, label: Array, limits: Limits, how: Drawing) -> GuardedLists:
    """Return lists, run again with a greater alpha, at most RERUNS times, while they break a limit.

    A rerun begins where the lists before it ended. `label` is the opted-in group of each learner; it is looked at here
    and nowhere else.
    """
    alpha, made = ALPHA, spread(base, ALPHA, how)
    for turn in range(RERUNS + 1):
        gini = exposure_gini(base.candidates, base.demand.capacity, made.rank)
        ratio = metrics.cover_ratio(_groups(base, label, made.rank, how.seed))
        within = gini <= limits.exposure_gini and ratio >= limits.group_ratio
        if within or turn == RERUNS:
            break
        alpha += ALPHA
        made = spread(base, alpha, how, made)
    return GuardedLists(made.rank, alpha, gini, ratio, turn, within)


def exposure_gini(candidates: Graph, places: Array, rank: Ints) -> float:
    """Return the Gini coefficient of what mentors are seen, per open place."""
    seen = np.where(rank < SHOWN, 1.0 / (1.0 + rank), 0.0)
    return metrics.gini(metrics.per_place(np.bincount(candidates.mentor, seen, len(candidates.mentors)), places))


def _groups(base: Ground, label: Array, rank: Ints, seed: int) -> list[metrics.GroupReport]:
    """Return the reports of a round in which each learner asks once from their list."""
    candidates, demand = base.candidates, base.demand
    asked = metrics.one_request_each(candidates.start, candidates.mentor, rank, SHOWN, seed)
    served = metrics.accepted(asked, candidates.mentor, candidates.score, demand.capacity)
    good = served & (np.append(candidates.score, 0.0)[asked] >= demand.tau)
    feasible: Bools = np.diff(candidates.start) > 0
    return metrics.by_group(label, feasible, good, np.zeros(len(label)))


@dataclass(frozen=True)
class Preview:
    """Learners, as places, whose score rises or falls against the last run, most first, and by how much."""

    gain: Ints
    loss: Ints
    change: Doubles


def preview(before: Doubles, after: Doubles) -> Preview:
    """Compare the scores of two runs over the same learners; 0 is nobody."""
    change = np.nan_to_num(after) - np.nan_to_num(before)
    order = np.argsort(-np.abs(change), kind="stable").astype(np.int32)
    return Preview(order[change[order] > 0], order[change[order] < 0], change)

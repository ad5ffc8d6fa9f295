"""The lists of a cohort run: the proposals of the rounds on top, then what alpha-welfare ranks next.

Nobody's first entry falls far behind their best, whatever that would do for others.
"""

import numpy as np

from server.matching import graph, welfare
from server.matching.cohort import Demand, proposal_rounds
from server.matching.graph import Graph
from server.matching.kernel import Doubles, Ints

SHOWN = 10
ALPHA = 0.5
FIRST_OF_BEST = 0.82
"""The least share of a learner's best score that may stand first in their list."""
_STEPS, _NODES = 20, 4
_FIRST = 100.0


def browse_lists(candidates: Graph, demand: Demand, *, alpha: float = ALPHA, shown: int = SHOWN, seed: int = 0) -> Ints:
    """Return the rank of every edge in its learner's list, 0 first."""
    score = graph.scores_as_float(candidates)
    market = welfare.likings(candidates.start, candidates.mentor, len(candidates.mentors), score, score)
    spread = welfare.optimise(market, alpha, shown, steps=_STEPS, nodes=_NODES, seed=seed)
    key: Doubles = 1.0 / (1.0 + spread.rank.astype(np.float64))
    for turn, held in enumerate(proposal_rounds(candidates, demand)):
        key[candidates.mentor == held[candidates.learner]] += 10.0 - turn
    return welfare.ranked(market, key + _FIRST * _is_first(candidates, score, key), shown).rank


def _is_first(candidates: Graph, score: Doubles, key: Doubles) -> Doubles:
    """Mark the edge of greatest key of every learner among those near enough to the learner's best score."""
    learner = candidates.learner
    best = np.zeros(len(candidates.learners))
    np.maximum.at(best, learner, score)
    near = np.where(score >= FIRST_OF_BEST * best[learner], key, -1.0)
    order = np.lexsort((-near, learner))
    first = order[np.searchsorted(learner[order], np.flatnonzero(np.diff(candidates.start) > 0))]
    out = np.zeros(len(key))
    out[first] = 1.0
    return out

"""The lists of a cohort run: the proposals of the rounds on top, then what alpha-welfare ranks next.

Nobody's first entry falls far behind their best, whatever that would do for others.
"""

from typing import NamedTuple

import numpy as np

from server.matching import graph, welfare
from server.matching.cohort import ROUNDS, Demand, proposal_rounds
from server.matching.graph import Graph
from server.matching.kernel import Doubles, Ints, Longs, kernel
from server.matching.welfare import Likings, Pace, Policy

SHOWN = 10
ALPHA = 0.5
FIRST_OF_BEST = 0.82
"""The least share of a learner's best score that may stand first in their list."""
_STEPS, _NODES = 20, 4
_AGAIN = 5
"""Steps of lists that begin where those of another alpha ended: as fine as the last ones there."""
_FIRST, _PROPOSED = 1_000.0, 100.0
"""Above any key of a drawn list."""


class Drawing(NamedTuple):
    """The seed of the draws, and the threads to draw with; their number changes nothing."""

    seed: int = 0
    threads: int = 1


class Ground(NamedTuple):
    """What the lists of every alpha stand on: the candidates, and what the rounds of proposals put on top."""

    candidates: Graph
    demand: Demand
    market: Likings
    score: Doubles
    proposed: Doubles
    """By edge: 0, or more for an edge of an earlier round."""


class Spread(NamedTuple):
    """Lists of one alpha: the rank of every edge in its learner's list, 0 first, and where to go on from."""

    rank: Ints
    policy: Policy


def ground(candidates: Graph, demand: Demand) -> Ground:
    """Return what lists over these candidates stand on."""
    score = graph.scores_as_float(candidates)
    market = welfare.likings(candidates.start, candidates.mentor, len(candidates.mentors), score, score)
    proposed, learner = np.zeros(len(score)), candidates.learner
    for turn, held in enumerate(proposal_rounds(candidates, demand)):
        proposed[candidates.mentor == held[learner]] = _PROPOSED * (ROUNDS - turn)
    return Ground(candidates, demand, market, score, proposed)


def spread(base: Ground, alpha: float, how: Drawing, after: Spread | None = None) -> Spread:
    """Return the lists of one alpha; quicker from those of another alpha, and near to what they would be without."""
    if after is None:
        begin, pace = welfare.by_worth(base.market, SHOWN), Pace(0, _STEPS, _NODES, how.seed, how.threads)
    else:
        begin, pace = after.policy, Pace(_STEPS - _AGAIN, _AGAIN, _NODES, how.seed, how.threads)
    policy = welfare.improved(base.market, begin, alpha, pace)
    return Spread(_ranked(base, policy), policy)


def browse_lists(candidates: Graph, demand: Demand, *, alpha: float = ALPHA, seed: int = 0) -> Ints:
    """Return the rank of every edge in its learner's list, 0 first."""
    return spread(ground(candidates, demand), alpha, Drawing(seed)).rank


def _ranked(base: Ground, policy: Policy) -> Ints:
    key = base.proposed + welfare.drawn_key(base.market, policy)
    _put_first(base.market.start, base.score, key)
    return welfare.ranked(base.market, key, SHOWN).rank


@kernel
def _put_first(start: Longs, score: Doubles, key: Doubles) -> None:
    """Raise the greatest key of every learner among the edges that are near enough to the learner's best score."""
    for learner in range(len(start) - 1):
        best, first = 0.0, -1
        for edge in range(start[learner], start[learner + 1]):
            best = max(best, score[edge])
        for edge in range(start[learner], start[learner + 1]):
            if score[edge] >= FIRST_OF_BEST * best and (first < 0 or key[edge] > key[first]):
                first = edge
        if first >= 0:
            key[first] += _FIRST

"""Browse lists by alpha-welfare: each learner's list is ordered by what it adds to everybody, not by score alone.

The model: a learner looks at rank r with chance v(r) = 1/r and asks with chance p; a mentor reads what was asked in
the order of their own liking q, the k-th request with chance 1/k. Welfare is sum U^(1 - alpha) / (1 - alpha) over both
sides; a step of Frank and Wolfe is one sort of each list by its gradient.
"""

from typing import NamedTuple

import numpy as np

from server.matching.bits import chance
from server.matching.kernel import Array, Doubles, Ints, Longs, kernel

_LEAST = 1e-6


class Likings(NamedTuple):
    """Edges by learner with p (asks when seen) and q (says yes when read); `inbox` lists them by mentor, q falling."""

    start: Longs
    mentor: Ints
    p: Doubles
    q: Doubles
    inbox_start: Longs
    inbox: Longs


class Lists(NamedTuple):
    """`exposure` of every edge under the mixed policy, and `rank` (0 first) of every edge in one drawn list each."""

    exposure: Doubles
    rank: Ints


def likings(start: Longs, mentor: Ints, mentors: int, p: Array, q: Array) -> Likings:
    """Return the market of these edges; p and q are held within 0 and 1, NaN is 0."""
    p = np.clip(np.nan_to_num(np.asarray(p, np.float64)), 0.0, 1.0)
    q = np.clip(np.nan_to_num(np.asarray(q, np.float64)), 0.0, 1.0)
    inbox = np.lexsort((np.arange(len(mentor)), -q, mentor)).astype(np.int64)
    bounds = np.searchsorted(mentor[inbox], np.arange(mentors + 1)).astype(np.int64)
    return Likings(np.asarray(start, np.int64), np.asarray(mentor, np.int32), p, q, bounds, inbox)


def _nodes(count: int) -> tuple[Doubles, Doubles]:
    """Return nodes and weights on [0, 1]: E[1 / (1 + X)] is the integral of E[t^X], a polynomial in t."""
    at, weight = np.polynomial.legendre.leggauss(count)
    return (at + 1.0) / 2.0, weight / 2.0


@kernel
def _matches(market: Likings, exposure: Doubles, nodes: tuple[Doubles, Doubles]) -> Doubles:
    """Return the expected matches of every edge."""
    out = np.zeros(len(exposure))
    ahead = np.empty(len(nodes[0]))
    for mentor in range(len(market.inbox_start) - 1):
        ahead[:] = 1.0
        for place in range(market.inbox_start[mentor], market.inbox_start[mentor + 1]):
            edge = market.inbox[place]
            asked, read = market.p[edge] * exposure[edge], 0.0
            for node in range(len(ahead)):
                read += nodes[1][node] * ahead[node]
                ahead[node] *= 1.0 - asked * (1.0 - nodes[0][node])
            out[edge] = asked * market.q[edge] * read
    return out


@kernel
def _gradient(market: Likings, exposure: Doubles, worth: Doubles, nodes: tuple[Doubles, Doubles]) -> Doubles:
    """Return what a little more exposure of every edge adds, `worth` being what a match of the edge counts for.

    Own gain, less what everyone behind in the same inbox loses.
    """
    out = np.zeros(len(exposure))
    count = len(nodes[0])
    ahead, behind = np.empty(count), np.empty(count)
    for mentor in range(len(market.inbox_start) - 1):
        first, last = market.inbox_start[mentor], market.inbox_start[mentor + 1]
        ahead[:] = 1.0
        for place in range(first, last):
            edge = market.inbox[place]
            for node in range(count):
                ahead[node] *= 1.0 - market.p[edge] * exposure[edge] * (1.0 - nodes[0][node])
        behind[:] = 0.0
        for place in range(last - 1, first - 1, -1):
            edge = market.inbox[place]
            asked = market.p[edge] * exposure[edge]
            gain, loss = 0.0, 0.0
            for node in range(count):
                stay = max(1.0 - asked * (1.0 - nodes[0][node]), _LEAST)
                ahead[node] /= stay
                gain += nodes[1][node] * ahead[node]
                loss += nodes[1][node] * (1.0 - nodes[0][node]) * behind[node] / stay
                behind[node] += worth[edge] * asked * market.q[edge] * ahead[node]
            out[edge] = market.p[edge] * (worth[edge] * market.q[edge] * gain - loss)
    return out


@kernel
def _ranks(start: Longs, key: Doubles) -> Ints:
    """Return the rank of every edge in its learner's list, by falling key."""
    out = np.empty(len(key), np.int32)
    for learner in range(len(start) - 1):
        order = np.argsort(-key[start[learner] : start[learner + 1]], kind="mergesort")
        for rank in range(len(order)):
            out[start[learner] + order[rank]] = rank
    return out


@kernel
def _redraw(start: Longs, kept: Ints, fresh: Ints, step: float, draw: tuple[int, int]) -> None:
    """Give each learner the fresh list with the chance of the step, so that the kept one is a draw of the policy."""
    for learner in range(len(start) - 1):
        if chance(draw[0], draw[1], learner) < step:
            kept[start[learner] : start[learner + 1]] = fresh[start[learner] : start[learner + 1]]


def matches(market: Likings, exposure: Doubles, nodes: int = 16) -> Doubles:
    """Return the expected matches of every edge; exact for inboxes of up to twice `nodes` askers, near beyond."""
    return _matches(market, exposure, _nodes(nodes))


def ranked(market: Likings, key: Array, shown: int) -> Lists:
    """Return the lists ordered by falling key, of which the first `shown` are seen."""
    rank = _ranks(market.start, np.nan_to_num(np.asarray(key, np.float64)))
    return Lists(_seen(rank, shown), rank)


def _seen(rank: Ints, shown: int) -> Doubles:
    return np.where(rank < shown, 1.0 / (1.0 + rank), 0.0)


def optimise(market: Likings, alpha: float, shown: int, *, steps: int = 40, nodes: int = 16, seed: int = 0) -> Lists:
    """Return lists that raise alpha-welfare: alpha 0 counts matches, .5 prefers spreading them over people."""
    points = _nodes(nodes)
    exposure, kept = ranked(market, market.p * market.q, shown)
    learner = np.repeat(np.arange(len(market.start) - 1), np.diff(market.start))
    for turn in range(steps):
        worth = _worth(market, learner, alpha, _matches(market, exposure, points))
        fresh = _ranks(market.start, _gradient(market, exposure, worth, points))
        step = 2.0 / (turn + 2.0) if turn else 0.5
        exposure = exposure + step * (_seen(fresh, shown) - exposure)
        _redraw(market.start, kept, fresh, step, (seed, turn))
    return Lists(exposure, kept)


def _worth(market: Likings, learner: Array, alpha: float, found: Doubles) -> Doubles:
    """Return what one more match counts for on every edge: U^-alpha of both who would have it."""
    sides = []
    for owner, count in ((learner, len(market.start) - 1), (market.mentor, len(market.inbox_start) - 1)):
        utility = np.bincount(owner, weights=found, minlength=count)
        sides.append(np.maximum(utility, _LEAST) ** -alpha)
    return np.asarray(sides[0][learner] + sides[1][market.mentor], np.float64)

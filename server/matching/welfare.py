"""Browse lists by alpha-welfare: each learner's list is ordered by what it adds to everybody, not by score alone.

The model: a learner looks at rank r with chance v(r) = 1/r and asks with chance p; a mentor reads what was asked in
the order of their own liking q, the k-th request with chance 1/k. Welfare is sum U^(1 - alpha) / (1 - alpha) over both
sides; a step of Frank and Wolfe is one sort of each list by its gradient.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from server.matching.auction import by_mentor
from server.matching.bits import chance
from server.matching.kernel import Array, Doubles, Ints, Longs, kernel

_LEAST = 1e-6
_WORTH_A_THREAD = 20_000
"""Edges below which a second thread costs more than it brings."""


class Likings(NamedTuple):
    """Edges by learner, and the same edges by mentor: the loops over inboxes read them in a row.

    p: asks when seen; q: says yes when read. An inbox lists its edges by falling q.
    """

    start: Longs
    mentor: Ints
    p: Doubles
    q: Doubles
    inbox_start: Longs
    inbox: Ints
    """The edge at every place of the inboxes, one inbox after the other."""
    place: Ints
    """The place of every edge in them."""
    asker: Ints
    """By place in the inboxes: learner, p, q."""
    asks: Doubles
    accepts: Doubles


class Lists(NamedTuple):
    """`exposure` of every edge under the mixed policy, and `rank` (0 first) of every edge in one drawn list each."""

    exposure: Doubles
    rank: Ints


class Policy(NamedTuple):
    """Where an optimisation stands: the mixed policy by place in the inboxes, and one drawn list of each learner.

    `drawn[i]` are the edges shown to learner i, first first, -1 past the end of a short list.
    """

    exposure: Doubles
    drawn: Ints


class Share(NamedTuple):
    """The rows that one thread takes, [first, last), and where it writes what it finds."""

    out: Doubles
    first: int
    last: int


def likings(start: Longs, mentor: Ints, mentors: int, p: Array, q: Array) -> Likings:
    """Return the market of these edges; p and q are held within 0 and 1, NaN is 0."""
    p = np.clip(np.nan_to_num(np.asarray(p, np.float64)), 0.0, 1.0)
    q = np.clip(np.nan_to_num(np.asarray(q, np.float64)), 0.0, 1.0)
    start, mentor = np.asarray(start, np.int64), np.asarray(mentor, np.int32)
    bounds, inbox = _inboxes(mentor, mentors, q)
    place = np.empty(len(inbox), np.int32)
    place[inbox] = np.arange(len(inbox), dtype=np.int32)
    learner = np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start))
    return Likings(start, mentor, p, q, bounds, inbox, place, learner[inbox], p[inbox], q[inbox])


@kernel
def _inboxes(mentor: Ints, mentors: int, q: Doubles) -> tuple[Longs, Ints]:
    """Return the bounds of the inboxes and their edges, by falling q and then by edge."""
    start, inbox = by_mentor(mentor, mentors)
    for one in range(mentors):
        own = inbox[start[one] : start[one + 1]]
        own[:] = own[np.argsort(-q[own], kind="mergesort")]
    return start, inbox


def _nodes(count: int) -> tuple[Doubles, Doubles]:
    """Return nodes and weights on [0, 1]: E[1 / (1 + X)] is the integral of E[t^X], a polynomial in t."""
    at, weight = np.polynomial.legendre.leggauss(count)
    return (at + 1.0) / 2.0, weight / 2.0


@kernel
def _find(market: Likings, exposure: Doubles, nodes: tuple[Doubles, Doubles], share: Share) -> None:
    """Write the expected matches at every place of these mentors' inboxes."""
    out = share.out
    for mentor in range(share.first, share.last):
        first, last = market.inbox_start[mentor], market.inbox_start[mentor + 1]
        out[first:last] = 0.0
        for node in range(len(nodes[0])):
            away, ahead = 1.0 - nodes[0][node], nodes[1][node]
            for place in range(first, last):
                out[place] += ahead
                ahead *= 1.0 - market.asks[place] * exposure[place] * away
        for place in range(first, last):
            out[place] *= market.asks[place] * exposure[place] * market.accepts[place]


@kernel
def _slope(
    market: Likings,
    exposure: Doubles,
    worth: tuple[Doubles, Doubles],
    nodes: tuple[Doubles, Doubles],
    share: Share,
) -> None:
    """Write what a little more exposure at every place of these mentors' inboxes adds to the welfare.

    Own gain, less what everyone behind in the same inbox loses: at a node, place k is read with chance `ahead[k]`,
    and `behind` is what those behind it would have if k stayed away. `worth` of a match is by learner and by mentor.
    """
    out, ahead, value = share.out, np.empty(256), np.empty(256)
    for mentor in range(share.first, share.last):
        first, last = market.inbox_start[mentor], market.inbox_start[mentor + 1]
        if last - first > len(ahead):
            ahead, value = np.empty(2 * (last - first)), np.empty(2 * (last - first))
        for place in range(first, last):
            value[place - first] = (worth[0][market.asker[place]] + worth[1][mentor]) * market.accepts[place]
            out[place] = 0.0
        for node in range(len(nodes[0])):
            away, read = 1.0 - nodes[0][node], nodes[1][node]
            for place in range(first, last):
                ahead[place - first] = read
                read *= 1.0 - market.asks[place] * exposure[place] * away
            behind = 0.0
            for place in range(last - 1, first - 1, -1):
                own, asked = value[place - first], market.asks[place] * exposure[place]
                out[place] += market.asks[place] * ahead[place - first] * (own - away * behind)
                behind = own * asked + (1.0 - asked * away) * behind


@kernel
def _sum_up(market: Likings, found: Doubles, share: Share) -> None:
    """Write the expected matches of these learners."""
    for learner in range(share.first, share.last):
        total = 0.0
        for edge in range(market.start[learner], market.start[learner + 1]):
            total += found[market.place[edge]]
        share.out[learner] = total


@kernel
def _best(market: Likings, key: Doubles, out: Ints, part: tuple[int, int]) -> None:
    """Write the edges of greatest key, by place in the inboxes, of these learners; of equals the earlier edge first."""
    shown = out.shape[1]
    kept = np.empty(shown + 1)
    for learner in range(part[0], part[1]):
        count = 0
        for edge in range(market.start[learner], market.start[learner + 1]):
            worth = key[market.place[edge]]
            if count == shown and not worth > kept[count - 1]:
                continue
            at = min(count, shown - 1)
            while at > 0 and worth > kept[at - 1]:
                kept[at] = kept[at - 1]
                out[learner, at] = out[learner, at - 1]
                at -= 1
            kept[at] = worth
            out[learner, at] = edge
            count = min(count + 1, shown)
        out[learner, count:] = -1


@kernel
def _mix(market: Likings, policy: Policy, fresh: Ints, step: float, draw: tuple[int, int]) -> None:
    """Give the fresh lists this share of the policy, and each learner theirs with that chance, as a draw of it."""
    for place in range(len(policy.exposure)):
        policy.exposure[place] *= 1.0 - step
    for learner in range(len(fresh)):
        for rank in range(fresh.shape[1]):
            if fresh[learner, rank] >= 0:
                policy.exposure[market.place[fresh[learner, rank]]] += step / (1.0 + rank)
        if chance(draw[0], draw[1], learner) < step:
            policy.drawn[learner] = fresh[learner]


@kernel
def _ranks(start: Longs, key: Doubles) -> Ints:
    """Return the rank of every edge in its learner's list, by falling key."""
    out = np.empty(len(key), np.int32)
    for learner in range(len(start) - 1):
        order = np.argsort(-key[start[learner] : start[learner + 1]], kind="mergesort")
        for rank in range(len(order)):
            out[start[learner] + order[rank]] = rank
    return out


def matches(market: Likings, exposure: Doubles, nodes: int = 16) -> Doubles:
    """Return the expected matches of every edge; exact for inboxes of up to twice `nodes` askers, near beyond."""
    found = np.empty(len(market.inbox))
    _find(market, exposure[market.inbox], _nodes(nodes), Share(found, 0, len(market.inbox_start) - 1))
    return found[market.place]


def gradient(market: Likings, exposure: Doubles, alpha: float, nodes: int = 16) -> Doubles:
    """Return what a little more exposure of every edge adds to alpha-welfare."""
    with _Loops(market, 1) as loops:
        return loops.slope(exposure[market.inbox], alpha, _nodes(nodes))[market.place]


def ranked(market: Likings, key: Array, shown: int) -> Lists:
    """Return the lists ordered by falling key, of which the first `shown` are seen."""
    rank = _ranks(market.start, np.nan_to_num(np.asarray(key, np.float64)))
    return Lists(np.where(rank < shown, 1.0 / (1.0 + rank), 0.0), rank)


def drawn_key(market: Likings, policy: Policy) -> Doubles:
    """Return a key by edge that falls along the drawn lists, from 1 + shown to 2, and is p times q beyond them."""
    key = market.p * market.q
    shown = policy.drawn.shape[1]
    for rank in range(shown):
        edges = policy.drawn[:, rank]
        key[edges[edges >= 0]] = 1.0 + shown - rank
    return key


def lists_of(market: Likings, policy: Policy) -> Lists:
    """Return the exposure of every edge under the policy, and its rank in the drawn lists."""
    return Lists(policy.exposure[market.place], _ranks(market.start, drawn_key(market, policy)))


def optimise(market: Likings, alpha: float, shown: int, *, steps: int = 40, nodes: int = 16, seed: int = 0) -> Lists:
    """Return lists that raise alpha-welfare: alpha 0 counts matches, .5 prefers spreading them over people."""
    return lists_of(market, improved(market, by_worth(market, shown), alpha, Pace(0, steps, nodes, seed)))


class Pace(NamedTuple):
    """From which turn on how many steps are made, each the smaller the later its turn; nodes, seed and threads."""

    first: int
    steps: int
    nodes: int
    seed: int
    threads: int = 1


def by_worth(market: Likings, shown: int) -> Policy:
    """Return the policy of showing everybody what has the greatest p times q."""
    with _Loops(market, 1) as loops:
        drawn = loops.best(market.asks * market.accepts, shown)
    return mixed_from(market, drawn)


def mixed_from(market: Likings, drawn: Ints) -> Policy:
    """Return the policy of showing these lists and no others."""
    policy = Policy(np.zeros(len(market.inbox)), drawn)
    _mix(market, policy, drawn, 1.0, (0, 0))
    return policy


def improved(market: Likings, policy: Policy, alpha: float, pace: Pace) -> Policy:
    """Return the policy after some steps of Frank and Wolfe. The same for any number of threads."""
    policy = Policy(policy.exposure.copy(), policy.drawn.copy())
    points = _nodes(pace.nodes)
    with _Loops(market, pace.threads) as loops:
        for turn in range(pace.first, pace.first + pace.steps):
            fresh = loops.best(loops.slope(policy.exposure, alpha, points), policy.drawn.shape[1])
            _mix(market, policy, fresh, 2.0 / (turn + 2.0) if turn else 0.5, (pace.seed, turn))
    return policy


class _Loops:
    """The loops over a market, each in parts that write different places: the same for any number of threads."""

    def __init__(self, market: Likings, threads: int) -> None:
        self._market = market
        threads = max(1, min(threads, len(market.inbox) // _WORTH_A_THREAD))
        self._learners, self._mentors = (_parts(bounds, threads) for bounds in (market.start, market.inbox_start))
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else nullcontext()

    def __enter__(self) -> "_Loops":
        self._pool.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self._pool.__exit__(None, None, None)

    def _each(self, work: Callable[[tuple[int, int]], None], parts: list[tuple[int, int]]) -> None:
        if isinstance(self._pool, ThreadPoolExecutor):
            list(self._pool.map(work, parts))
        else:
            work(parts[0])

    def slope(self, exposure: Doubles, alpha: float, nodes: tuple[Doubles, Doubles]) -> Doubles:
        """Return the gradient of alpha-welfare, by place in the inboxes."""
        market = self._market
        found, out = np.empty(len(exposure)), np.empty(len(exposure))
        to_learner, to_mentor = np.zeros(len(market.start) - 1), np.zeros(len(market.inbox_start) - 1)
        self._each(lambda part: _find(market, exposure, nodes, Share(found, *part)), self._mentors)
        self._each(lambda part: _sum_up(market, found, Share(to_learner, *part)), self._learners)
        filled = np.flatnonzero(np.diff(market.inbox_start))
        if len(filled):
            to_mentor[filled] = np.add.reduceat(found, market.inbox_start[filled])
        worth = (_worth(to_learner, alpha), _worth(to_mentor, alpha))
        self._each(lambda part: _slope(market, exposure, worth, nodes, Share(out, *part)), self._mentors)
        return out

    def best(self, key: Doubles, shown: int) -> Ints:
        """Return the `shown` edges of greatest key of every learner, the key being by place in the inboxes."""
        out = np.empty((len(self._market.start) - 1, shown), np.int32)
        self._each(lambda part: _best(self._market, key, out, part), self._learners)
        return out


def _parts(bounds: Longs, count: int) -> list[tuple[int, int]]:
    """Return ranges of rows with about as many edges each."""
    cuts = np.searchsorted(bounds, np.linspace(0, bounds[-1], count + 1)[1:-1])
    ends = [0, *cuts.tolist(), len(bounds) - 1]
    return list(pairwise(ends))


def _worth(utility: Doubles, alpha: float) -> Doubles:
    """Return what one more match counts for to those who have this much: U^-alpha."""
    return np.asarray(np.maximum(utility, _LEAST) ** -alpha, np.float64)

"""The auction: learners bid for places; the prices that end it say how contested each mentor is.

Forward, a learner without a place takes the best one at today's prices, raises its price, and leaves when none is worth
it. Backward, a place that nobody holds any more lowers its price until somebody prefers it, or to 0. Run with a large
step, then smaller ones at the prices found so far, this ends within (learners x epsilon) of the best assignment: nobody
prefers another place by more than epsilon, a learner without a place wants none, and an empty place costs nothing.
"""

from typing import NamedTuple

import numpy as np

from server.matching.kernel import Array, Doubles, Ints, Longs, kernel

EPSILON = 1e-3
NOBODY = -1
_FINER = 5.0
_FIRST_SHARE = 0.1


class Assignment(NamedTuple):
    """`mentor[i]` of each learner or NOBODY, and the price of the cheapest place of each mentor."""

    mentor: Ints
    price: Doubles


class Edges(NamedTuple):
    """Edges by learner, and the same by mentor: `order[back[j]:back[j + 1]]` are the edges of mentor j."""

    start: Longs
    learner: Ints
    mentor: Ints
    value: Doubles
    back: Longs
    order: Ints


class Places(NamedTuple):
    """Place k has a `price` and a `holder`; mentor j owns places `start[j]:start[j + 1]`, `cheapest[j]` the first."""

    start: Longs
    owner: Ints
    price: Doubles
    holder: Ints
    cheapest: Longs
    low: Doubles
    """Price of the cheapest place of each mentor, and of the next; infinite without one."""
    next_low: Doubles
    held: Longs
    """Place of each learner, or -1, and what it is worth to them beyond its price; infinite for who is not here yet."""
    profit: Doubles


@kernel
def _look_again(places: Places, mentor: int) -> None:
    """Find the two cheapest places of a mentor."""
    low, next_low, cheapest = np.inf, np.inf, -1
    for place in range(places.start[mentor], places.start[mentor + 1]):
        price = places.price[place]
        if price < low:
            low, next_low, cheapest = price, low, place
        elif price < next_low:
            next_low = price
    places.low[mentor], places.next_low[mentor], places.cheapest[mentor] = low, next_low, cheapest


@kernel
def _give(places: Places, place: int, learner: int, price: float, profit: float) -> None:
    """Let a learner hold a place at a price."""
    places.holder[place] = learner
    places.price[place] = price
    places.held[learner] = place
    places.profit[learner] = profit
    _look_again(places, places.owner[place])


@kernel
def _forward(edges: Edges, places: Places, waiting: Ints, epsilon: float) -> None:
    """Let the waiting learners bid until nobody who wants a place is without one."""
    stack = np.empty(len(places.held) + 1, np.int32)
    stack[: len(waiting)] = waiting[::-1]
    top = len(waiting)
    while top > 0:
        top -= 1
        learner = stack[top]
        best, worth, second = -1, 0.0, 0.0
        for edge in range(edges.start[learner], edges.start[learner + 1]):
            gain = edges.value[edge] - places.low[edges.mentor[edge]]
            if gain > worth:
                best, worth, second = edge, gain, worth
            elif gain > second:
                second = gain
        if best < 0:
            continue
        mentor = edges.mentor[best]
        second = max(second, edges.value[best] - places.next_low[mentor])
        place = places.cheapest[mentor]
        loser = places.holder[place]
        if loser >= 0:
            places.held[loser], places.profit[loser] = -1, 0.0
            stack[top] = loser
            top += 1
        # A bid never makes its bidder's profit negative, so that leaving stays no better than the place.
        price = min(places.price[place] + worth - second + epsilon, edges.value[best])
        price = max(price, places.price[place])
        _give(places, place, learner, price, edges.value[best] - price)


@kernel
def _backward(edges: Edges, places: Places, epsilon: float) -> None:
    """Lower the price of every place that nobody holds until a learner prefers it, or to 0."""
    stack = np.empty(len(places.holder), np.int64)
    top = 0
    for place in range(len(places.holder)):
        if places.holder[place] < 0 and places.price[place] > 0.0:
            stack[top] = place
            top += 1
    while top > 0:
        top -= 1
        place = stack[top]
        mentor = places.owner[place]
        best, worth, second = -1, epsilon, 0.0
        for at in range(edges.back[mentor], edges.back[mentor + 1]):
            edge = edges.order[at]
            gain = edges.value[edge] - places.profit[edges.learner[edge]]
            if gain > worth:
                best, worth, second = edge, gain, max(worth, second) if best >= 0 else second
            elif gain > second:
                second = gain
        if best < 0:
            places.price[place] = 0.0
            _look_again(places, mentor)
            continue
        learner = edges.learner[best]
        left = places.held[learner]
        price = max(0.0, min(second, worth) - epsilon)
        _give(places, place, learner, price, edges.value[best] - price)
        if left >= 0:
            places.holder[left] = -1
            if places.price[left] > 0.0:
                stack[top] = left
                top += 1


@kernel
def _clear(places: Places) -> None:
    places.holder[:] = -1
    places.held[:] = -1
    places.profit[:] = 0.0
    for mentor in range(len(places.low)):
        _look_again(places, mentor)


@kernel
def by_mentor(mentor: Ints, mentors: int) -> tuple[Longs, Ints]:
    """Return bounds by mentor, and the edges of each, the earlier first."""
    start = np.zeros(mentors + 1, np.int64)
    for edge in range(len(mentor)):
        start[mentor[edge] + 1] += 1
    for one in range(mentors):
        start[one + 1] += start[one]
    order, at = np.empty(len(mentor), np.int32), start.copy()
    for edge in range(len(mentor)):
        order[at[mentor[edge]]] = edge
        at[mentor[edge]] += 1
    return start, order


def _edges(start: Longs, mentor: Ints, value: Array, mentors: int) -> Edges:
    if not len(mentor) == len(value) == int(start[-1]) or np.any((mentor < 0) | (mentor >= mentors)):
        raise ValueError("edges do not fit together, or name a mentor who is not there")
    worth = np.nan_to_num(np.asarray(value, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    learner = np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start))
    mentor = np.asarray(mentor, np.int32)
    back, order = by_mentor(mentor, mentors)
    return Edges(np.asarray(start, np.int64), learner, mentor, worth, back, order)


def _places(capacity: Array, learners: int) -> Places:
    # More places than there are learners are never filled, and would only cost memory.
    count = np.clip(np.asarray(capacity, np.int64), 0, learners)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    mentors = len(count)
    places = Places(
        start=start,
        owner=np.repeat(np.arange(mentors, dtype=np.int32), count),
        price=np.zeros(start[-1]),
        holder=np.full(start[-1], NOBODY, np.int32),
        cheapest=np.full(mentors, -1, np.int64),
        low=np.zeros(mentors),
        next_low=np.zeros(mentors),
        held=np.full(learners, -1, np.int64),
        profit=np.zeros(learners),
    )
    _clear(places)
    return places


def _standing(places: Places) -> Assignment:
    mentor = np.full(len(places.held), NOBODY, np.int32)
    has = places.held >= 0
    mentor[has] = places.owner[places.held[has]]
    return Assignment(mentor, np.where(np.isfinite(places.low), places.low, 0.0))


class Auction:
    """An auction that stays open: later arrivals bid against what stands, at the prices that stand.

    Gives each learner at most one mentor and each mentor at most `capacity` learners, for the greatest sum of values.
    `value` by edge; an edge of 0 or less, or NaN, is never used. Raises ValueError on edges that do not fit together.
    """

    def __init__(self, start: Longs, mentor: Ints, value: Array, capacity: Array) -> None:
        self._edges = _edges(start, mentor, value, len(capacity))
        self._places = _places(capacity, len(start) - 1)

    def settle(self, learners: Array | None = None, epsilon: float = EPSILON) -> Assignment:
        """Let these learners bid, all of them unless said, from a coarse step to epsilon. Forgets what stood."""
        everyone = np.arange(len(self._places.held), dtype=np.int32)
        waiting = everyone if learners is None else np.asarray(learners, np.int32)
        absent = np.setdiff1d(everyone, waiting)
        step = max(epsilon, _FIRST_SHARE * float(np.max(self._edges.value, initial=0.0)))
        while True:
            _clear(self._places)
            self._places.profit[absent] = np.inf
            _forward(self._edges, self._places, waiting, step)
            _backward(self._edges, self._places, step)
            if step <= epsilon:
                return _standing(self._places)
            step = max(epsilon, step / _FINER)

    def admit(self, learners: Array, epsilon: float = EPSILON) -> Assignment:
        """Let more learners in, none of whom holds a place, and return what stands now."""
        self._places.profit[learners] = 0.0
        _forward(self._edges, self._places, np.asarray(learners, np.int32), epsilon)
        return _standing(self._places)


def assign(start: Longs, mentor: Ints, value: Array, capacity: Array, epsilon: float = EPSILON) -> Assignment:
    """Return the best assignment of all learners (see Auction)."""
    return Auction(start, mentor, value, capacity).settle(epsilon=epsilon)

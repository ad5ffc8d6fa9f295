"""Maximum coverage: augmenting paths on the sparse graph. It tops an assignment up, and is the ceiling for metrics."""

from typing import NamedTuple

import numpy as np

from server.matching.kernel import Array, Bools, Ints, Longs, kernel


class _State(NamedTuple):
    """`members[first[j]:first[j] + taken[j]]` hold a place of mentor j; learner i has place `slot[i]` of `held[i]`."""

    first: Longs
    taken: Ints
    members: Ints
    held: Ints
    slot: Longs
    stamp: Longs
    """The last search that saw a mentor, or -2 when no search needs to again."""
    through: Ints
    queue: Ints


@kernel
def _seat(state: _State, learner: int, mentor: int) -> None:
    """Give a learner the next open place of a mentor."""
    place = state.first[mentor] + state.taken[mentor]
    state.members[place] = learner
    state.held[learner] = mentor
    state.slot[learner] = place
    state.taken[mentor] += 1


@kernel
def _shift(state: _State, root: int, mentor: int) -> None:
    """Move everyone on the path that ends at an open place of `mentor`, so that `root` gets a place too."""
    learner = state.through[mentor]
    left, place = state.held[learner], state.slot[learner]
    _seat(state, learner, mentor)
    while learner != root:
        learner = state.through[left]
        next_left, next_place = state.held[learner], state.slot[learner]
        state.members[place] = learner
        state.held[learner] = left
        state.slot[learner] = place
        left, place = next_left, next_place


@kernel
def _search(edges: tuple[Longs, Ints, Bools], state: _State, root: int) -> int:
    """Return a mentor with an open place that `root` can reach through others who would move, or -1."""
    start, mentors, usable = edges
    stamp, queue = state.stamp, state.queue
    head, tail = 0, 1
    queue[0] = root
    while head < tail:
        learner = queue[head]
        head += 1
        for edge in range(start[learner], start[learner + 1]):
            mentor = mentors[edge]
            if not usable[edge] or stamp[mentor] == root or stamp[mentor] == -2:
                continue
            stamp[mentor] = root
            state.through[mentor] = learner
            if state.first[mentor] + state.taken[mentor] < state.first[mentor + 1]:
                return int(mentor)
            for place in range(state.first[mentor], state.first[mentor + 1]):
                queue[tail] = state.members[place]
                tail += 1
    # Nobody reached here can ever reach an open place: later searches need not look again.
    for at in range(head):
        learner = queue[at]
        for edge in range(start[learner], start[learner + 1]):
            if usable[edge]:
                stamp[mentors[edge]] = -2
    return -1


@kernel
def _cover(edges: tuple[Longs, Ints, Bools], state: _State, given: Ints) -> None:
    start = edges[0]
    for learner in range(len(given)):
        if given[learner] >= 0:
            _seat(state, learner, given[learner])
    for root in range(len(given)):
        if state.held[root] < 0 and start[root + 1] > start[root]:
            mentor = _search(edges, state, root)
            if mentor >= 0:
                _shift(state, root, mentor)


def cover(start: Longs, mentor: Ints, usable: Array, capacity: Array, given: Ints | None = None) -> Ints:
    """Return a mentor for as many learners as can have one over usable edges, or -1.

    Starts from `given`, which must keep to the usable edges and the capacity; whoever has a place there keeps one.
    """
    learners = len(start) - 1
    bounds = np.concatenate([[0], np.cumsum(np.clip(np.asarray(capacity, np.int64), 0, learners))]).astype(np.int64)
    state = _State(
        first=bounds,
        taken=np.zeros(len(bounds) - 1, np.int32),
        members=np.zeros(bounds[-1], np.int32),
        held=np.full(learners, -1, np.int32),
        slot=np.zeros(learners, np.int64),
        stamp=np.full(len(bounds) - 1, -1, np.int64),
        through=np.zeros(len(bounds) - 1, np.int32),
        queue=np.empty(learners + 1, np.int32),
    )
    begin = np.full(learners, -1, np.int32) if given is None else given
    _cover((start, mentor, np.asarray(usable, bool)), state, begin)
    return state.held

"""How good and how fair lists and assignments are. Groups are labels that no score ever saw."""

from dataclasses import dataclass

import numpy as np

from server.matching.kernel import Array, Bools, Doubles, Ints, Longs, kernel


def gini(values: Array) -> float:
    """Return the Gini coefficient of values of 0 or more: 0 all equal, near 1 all in one hand; 0 for none."""
    ordered = np.sort(np.nan_to_num(np.asarray(values, np.float64)))
    total = float(ordered.sum())
    if total <= 0.0:
        return 0.0
    place = 2.0 * np.arange(1, len(ordered) + 1) - len(ordered) - 1.0
    return float((place * ordered).sum() / (len(ordered) * total))


def alpha_welfare(utility: Array, alpha: float) -> float:
    """Return sum U^(1 - alpha) / (1 - alpha), or sum log U for alpha 1. Utilities below 1e-12 count as that."""
    held = np.maximum(np.asarray(utility, np.float64), 1e-12)
    return float(np.log(held).sum()) if alpha == 1.0 else float((held ** (1.0 - alpha)).sum() / (1.0 - alpha))


def per_place(amount: Array, places: Array) -> Doubles:
    """Return amounts per open place, of the mentors who have one."""
    has = np.asarray(places) > 0
    return np.asarray(amount, np.float64)[has] / np.asarray(places, np.float64)[has]


def overload(requests: Array, places: Array) -> float:
    """Return the 99th percentile of requests per open place."""
    shares = per_place(requests, places)
    return float(np.percentile(shares, 99)) if len(shares) else 0.0


@dataclass(frozen=True)
class GroupReport:
    """Of one opted-in group: how many had any feasible mentor, the share served at tau, p95 of the days waited."""

    label: int
    feasible: int
    cover: float
    p95_wait: float


def by_group(label: Array, feasible: Bools, covered: Bools, wait_days: Array) -> list[GroupReport]:
    """Return a report per label. Who has no feasible mentor is left out, and reported by reason elsewhere."""
    out = []
    for one in np.unique(label):
        inside = (label == one) & feasible
        count = int(inside.sum())
        waits = np.asarray(wait_days, np.float64)[inside]
        cover = float(np.mean(covered[inside])) if count else 1.0
        out.append(GroupReport(int(one), count, cover, float(np.percentile(waits, 95)) if count else 0.0))
    return out


def cover_ratio(reports: list[GroupReport]) -> float:
    """Return the smallest cover of a group over the largest; 1 when there is nothing to compare."""
    covers = [report.cover for report in reports if report.feasible]
    return min(covers) / max(covers) if covers and max(covers) > 0.0 else 1.0


@kernel
def _envious(start: Longs, exposure: Doubles, gain: Doubles, sizes: Ints, learner: int) -> bool:
    """Tell whether a learner would gain from another's exposures, mentor by mentor (dense rows)."""
    own = 0.0
    for edge in range(start[learner], start[learner + 1]):
        own += exposure[edge] * gain[edge]
    for other in range(len(start) - 1):
        if sizes[other] != sizes[learner]:
            continue
        taken = 0.0
        for edge in range(start[learner], start[learner + 1]):
            taken += exposure[start[other] + edge - start[learner]] * gain[edge]
        if taken > own + 1e-9:
            return True
    return False


@kernel
def _envy(start: Longs, exposure: Doubles, gain: Doubles, sizes: Ints) -> int:
    count = 0
    for learner in range(len(start) - 1):
        count += int(_envious(start, exposure, gain, sizes, learner))
    return count


def envy(start: Longs, exposure: Array, gain: Array) -> int:
    """Count learners who would have more matches with the exposure somebody else was given to the same mentors.

    For full lists, in which every learner ranks the same mentors in the same order of edges; `gain` is the chance of a
    match of an edge when seen, as things stand.
    """
    sizes = np.diff(start).astype(np.int32)
    return int(
        _envy(np.asarray(start, np.int64), np.asarray(exposure, np.float64), np.asarray(gain, np.float64), sizes)
    )


def one_request_each(start: Longs, mentor: Ints, rank: Ints, shown: int, seed: int) -> Longs:
    """Draw the edge by which each learner asks, rank r with weight 1 / (1 + r) among the first `shown`; -1 for none."""
    return _first_to_ring(start, rank, shown, np.random.default_rng(seed).exponential(size=len(mentor)))


@kernel
def _first_to_ring(start: Longs, rank: Ints, shown: int, clock: Doubles) -> Longs:
    """Return each learner's edge of the smallest clock times weight: it is drawn in proportion to the weights."""
    out = np.full(len(start) - 1, -1, np.int64)
    for learner in range(len(start) - 1):
        least = np.inf
        for edge in range(start[learner], start[learner + 1]):
            rings = clock[edge] * (1.0 + rank[edge])
            if rank[edge] < shown and rings < least:
                least = rings
                out[learner] = edge
    return out


def accepted(asked: Longs, mentor: Ints, score: Array, capacity: Array) -> Bools:
    """Tell which requests a mentor takes when each takes the best of what came, as far as places go."""
    edge = np.flatnonzero(asked >= 0)
    to, worth = mentor[asked[edge]], np.asarray(score, np.float64)[asked[edge]]
    order = np.lexsort((-worth, to))
    arrived = np.arange(len(order)) - np.searchsorted(to[order], to[order])
    out = np.zeros(len(asked), bool)
    out[edge[order]] = arrived < np.asarray(capacity)[to[order]]
    return out

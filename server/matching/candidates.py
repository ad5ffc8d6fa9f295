"""From a learner to the few mentors worth an exact score: postings of near skills, masks, the best, a few by chance."""

from typing import NamedTuple

import numpy as np

from server.matching.bits import chance, mixed
from server.matching.feasible import meeting_reason, quick_reason
from server.matching.fit import Near, fit_of, near_of, skill_fit
from server.matching.index import Index
from server.matching.kernel import Doubles, Floats, Ints, Masks, inlined, kernel
from server.matching.overlap import never_meet
from server.matching.programme import PARTS
from server.matching.scene import Scene
from server.matching.score import score_with, shared_days
from server.matching.snapshot import bounds_of

PRUNED = 512
EXPLORED = 16
_TRIES = 6
_LOOK = 2
"""Looked at first, times what is wanted: about half fail a quick rule."""
_COMMON_SHARE = 0.2
"""A skill that more mentors than this offer finds nobody in particular: it is skipped beside other needs."""
_FEW = 64
_BINS = 4_096
_JITTER = 1.0 / 64.0
_PER_HEIGHT = _BINS / (1.0 + _JITTER)
"""Mentors of equal coverage are taken in an order of chance, different for every learner: no row is always first."""


class Scratch(NamedTuple):
    """Memory of one thread. `total` and `best` are all zero between calls."""

    total: Floats
    best: Floats
    found: Ints
    """(1,) how many rows are in `touched`."""
    touched: Ints
    marked: Ints
    ordered: Ints
    tops: Ints
    bands: Masks
    """(rows, 2) from `overlap.bands`, or (0, 2): without, calendars are compared day by day."""


class Search(NamedTuple):
    """How to look: `keep` of the best, `explore` by chance, after an exact score of `prune`."""

    keep: int
    prune: int
    explore: int
    seed: int


def scratch(rows: int) -> Scratch:
    """Return the memory for a snapshot of this many rows."""
    return Scratch(
        total=np.zeros(rows, np.float32),
        best=np.zeros(rows, np.float32),
        found=np.zeros(1, np.int32),
        touched=np.zeros(rows, np.int32),
        marked=np.zeros(rows, np.int32),
        ordered=np.zeros(rows, np.int32),
        tops=np.zeros(_BINS, np.int32),
        bands=np.zeros((0, 2), np.uint64),
    )


@inlined
def _touch(memory: Scratch, row: int, gain: float) -> None:
    """Add a gain of coverage to a row, and remember the row."""
    if memory.total[row] == 0.0:
        memory.touched[memory.found[0]] = row
        memory.found[0] += 1
    memory.total[row] += gain


@kernel
def _gather_need(scene: Scene, index: Index, need: int, share: tuple[float, int], memory: Scratch) -> None:
    """Add the coverage of one need, of this weight, to every row that offers something near.

    Postings longer than `share[1]` are skipped.
    """
    item, marked = scene.people.needs.items[need], 0
    tree, gain, weight = scene.taxonomy, scene.programme.gain, share[0]
    for near in range(tree.start[item.skill], tree.start[item.skill + 1]):
        offered = tree.near[near]
        first, last = index.start[offered], index.start[offered + 1]
        if last - first > share[1]:
            continue
        for place in range(first, last):
            row = index.row[place]
            worth = weight * tree.likeness[near] * gain[int(index.level[place]) - int(item.level) + 4]
            if worth > memory.best[row] and index.stale[row] == 0:
                _touch(memory, row, worth - memory.best[row])
                if memory.best[row] == 0.0:
                    memory.marked[marked] = row
                    marked += 1
                memory.best[row] = worth
    for place in range(marked):
        memory.best[memory.marked[place]] = 0.0


@kernel
def gather(scene: Scene, index: Index, learner: int, memory: Scratch) -> None:
    """Fill `memory.total` with the coverage each mentor offers, and `memory.touched` with those who offer any."""
    needs, idf = scene.people.needs, scene.people.idf
    first, last = bounds_of(needs, learner)
    last = min(last, first + scene.programme.max_needs)
    memory.found[0] = 0
    whole = 0.0
    for need in range(first, last):
        whole += needs.items[need].weight * idf[needs.items[need].skill]
    if whole <= 0.0:
        return
    common = len(index.row)
    if last - first > 1:
        common = max(_FEW, int(_COMMON_SHARE * len(index.members)))
    for need in range(first, last):
        weight = needs.items[need].weight * idf[needs.items[need].skill] / whole
        _gather_need(scene, index, need, (weight, common), memory)
    if memory.found[0] == 0:
        _gather_need(scene, index, first, (1.0, len(index.row)), memory)
    for place in range(index.changed_count[0]):
        fit = skill_fit(scene, learner, index.changed[place])
        if fit.coverage > 0.0:
            _touch(memory, index.changed[place], fit.coverage)


@inlined
def _bin(memory: Scratch, row: int, seed: int, learner: int) -> int:
    height = memory.total[row] + _JITTER * chance(seed, learner, row)
    return _BINS - 1 - min(_BINS - 1, int(height * _PER_HEIGHT))


@kernel
def _order_bins(memory: Scratch, bounds: tuple[int, int]) -> int:
    """Write the touched rows of bins [bounds) to `memory.ordered`, best bin first, and return their number."""
    starts = np.zeros(bounds[1] - bounds[0] + 1, np.int64)
    for place in range(memory.found[0]):
        which = memory.marked[place] - bounds[0]
        if 0 <= which < bounds[1] - bounds[0]:
            starts[which + 1] += 1
    for which in range(1, len(starts)):
        starts[which] += starts[which - 1]
    found = starts[-1]
    for place in range(memory.found[0]):
        which = memory.marked[place] - bounds[0]
        if 0 <= which < bounds[1] - bounds[0]:
            memory.ordered[starts[which]] = memory.touched[place]
            starts[which] += 1
    return int(found)


@kernel
def _bin_bound(memory: Scratch, first: int, wanted: int) -> int:
    """Return one past the last bin needed, from `first` on, to hold at least `wanted` rows."""
    held, last = 0, first
    while last < _BINS and held < wanted:
        held += memory.tops[last]
        last += 1
    return last


@kernel
def best_first(memory: Scratch, wanted: int) -> Ints:
    """Return up to `wanted` touched rows of the greatest totals (0 to 1); of equals the one touched earlier first."""
    memory.tops[:] = 0
    for place in range(memory.found[0]):
        which = _BINS - 1 - min(_BINS - 1, int(memory.total[memory.touched[place]] * _BINS))
        memory.marked[place] = which
        memory.tops[which] += 1
    found = _order_bins(memory, (0, _bin_bound(memory, 0, wanted)))
    return memory.ordered[: min(found, wanted)].copy()


@kernel
def best_of_touched(scene: Scene, learner: int, memory: Scratch, search: Search) -> Ints:
    """Return up to `search.prune` touched mentors that pass the quick rules, those of best coverage first."""
    person, blocks, asked = scene.people.person, scene.people.blocks, (scene.programme.format, scene.programme.minutes)
    out = np.empty(min(search.prune, memory.found[0]), np.int32)
    memory.tops[:] = 0
    for place in range(memory.found[0]):
        which = _bin(memory, memory.touched[place], search.seed, learner)
        memory.marked[place] = which
        memory.tops[which] += 1
    found, first, wanted = 0, 0, _LOOK * len(out)
    while found < len(out) and first < _BINS:
        last = _bin_bound(memory, first, wanted)
        for place in range(_order_bins(memory, (first, last))):
            row = memory.ordered[place]
            if found < len(out) and quick_reason(person, blocks, asked, learner, row) == 0:
                out[found] = row
                found += 1
        first = last
        wanted *= 4
    return out[:found]


@kernel
def by_chance(scene: Scene, index: Index, learner: int, memory: Scratch, search: Search) -> Ints:
    """Return different mentors by chance: `search.explore` of the touched, or `search.prune` of all when none was."""
    person, blocks, asked = scene.people.person, scene.people.blocks, (scene.programme.format, scene.programme.minutes)
    touched = memory.found[0]
    pool = touched if touched > 0 else len(index.members)
    wanted = search.explore if touched > 0 else max(search.prune, search.explore)
    out = np.empty(wanted, np.int32)
    found = 0
    for draw in range(_TRIES * wanted if pool > 0 else 0):
        if found == wanted:
            break
        place = np.int64(mixed(search.seed + 1, learner, draw) % np.uint64(pool))
        row = memory.touched[place] if touched > 0 else index.members[place]
        known = False
        for earlier in range(found):
            known = known or out[earlier] == row
        if not known and quick_reason(person, blocks, asked, learner, row) == 0:
            out[found] = row
            found += 1
    return out[:found]


@inlined
def days_if_any(scene: Scene, bands: Masks, learner: int, mentor: int) -> int:
    """Return the shared days of two rows (see shared_days); calendars without a common band are not compared."""
    if len(bands) > 0 and never_meet(bands, learner, mentor):
        return 0
    return shared_days(scene.people.free, scene.programme, learner, mentor)


@kernel
def exact(scene: Scene, near: Near, bands: Masks, learner: int, mentors: Ints) -> tuple[Ints, Doubles]:
    """Return those of the mentors that pass the remaining rules, with their scores."""
    rows, worth, values = np.empty(len(mentors), np.int32), np.empty(len(mentors)), np.empty(PARTS)
    found = 0
    for place in range(len(mentors)):
        row = mentors[place]
        pair = (learner, row, days_if_any(scene, bands, learner, row))
        if meeting_reason(scene, pair) != 0:
            continue
        fit = fit_of(scene, near, learner, row)
        if fit.right:
            rows[found] = row
            worth[found] = score_with(scene, pair, fit, values)
            found += 1
    return rows[:found], worth[:found]


@kernel
def order_of(worth: Doubles, rows: Ints, seed: int, learner: int) -> Ints:
    """Return places by falling worth; equals in an order of chance that depends on the learner."""
    keys = np.empty(len(worth))
    for place in range(len(worth)):
        keys[place] = -worth[place] + 1e-9 * chance(seed, learner, rows[place])
    return np.argsort(keys, kind="mergesort").astype(np.int32)


@kernel
def candidates(
    scene: Scene,
    index: Index,
    learner: int,
    search: Search,
    memory: Scratch,
) -> tuple[Ints, Doubles]:
    """Return the best `keep` feasible mentors of a learner, then those found by chance, each part by falling score."""
    gather(scene, index, learner, memory)
    likely = best_of_touched(scene, learner, memory, search)
    drawn = by_chance(scene, index, learner, memory, search)
    for place in range(memory.found[0]):
        memory.total[memory.touched[place]] = 0.0
    near = near_of(scene, learner)
    rows, worth = exact(scene, near, memory.bands, learner, likely)
    order = order_of(worth, rows, search.seed, learner)[: search.keep]
    rows, worth = rows[order], worth[order]
    fresh = np.empty(len(drawn), np.int32)
    count = 0
    for place in range(len(drawn)):
        if not np.any(rows == drawn[place]):
            fresh[count] = drawn[place]
            count += 1
    more, more_worth = exact(scene, near, memory.bands, learner, fresh[:count])
    order = order_of(more_worth, more, search.seed, learner)
    return np.concatenate((rows, more[order])), np.concatenate((worth, more_worth[order]))

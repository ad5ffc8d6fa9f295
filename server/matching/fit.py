"""How the needs of one row meet the offers of another: coverage, wanted topics, and whether the levels go together."""

from typing import NamedTuple

import numpy as np

from server.matching.kernel import Floats, Ints, inlined, kernel
from server.matching.scene import Scene
from server.matching.snapshot import bounds_of
from server.matching.taxonomy import likeness


class Near(NamedTuple):
    """Every skill near one learner's needs: `likeness[line[skill], nth need]`, line 0 for one that is near none.

    Written once for a learner who is compared with many. With no lines at all the taxonomy is searched instead.
    """

    line: Ints
    likeness: Floats


UNWRITTEN = Near(np.zeros(0, np.int32), np.zeros((1, 1), np.float32))


class Fit(NamedTuple):
    """How a row of needs meets a row of offers."""

    weight: float
    """Of all needs that count; 0: no needs."""
    coverage: float
    topics: float
    said: bool
    """The mentor said of some topic how much they wish to teach it."""
    right: bool
    """Some offered skill is near a needed one at the right distance in level. No needs: any mentor is right."""


@kernel
def near_of(scene: Scene, learner: int) -> Near:
    """Write down the skills near a learner's needs."""
    needs, tree = scene.people.needs, scene.taxonomy
    first, last = bounds_of(needs, learner)
    last = min(last, first + scene.programme.max_needs)
    most = 1
    for need in range(first, last):
        most += tree.start[needs.items[need].skill + 1] - tree.start[needs.items[need].skill]
    line, likes = np.zeros(len(scene.people.idf), np.int32), np.zeros((most, max(1, last - first)), np.float32)
    lines = 0
    for need in range(first, last):
        skill = needs.items[need].skill
        for place in range(tree.start[skill], tree.start[skill + 1]):
            near = tree.near[place]
            if line[near] == 0:
                lines += 1
                line[near] = lines
            likes[line[near], need - first] = tree.likeness[place]
    return Near(line, likes)


@inlined
def fit_of(scene: Scene, near: Near, learner: int, mentor: int) -> Fit:
    """Return coverage and wanted topics as shares of the learner's needs, each weighted by priority and rarity.

    `near` is what `near_of` wrote for this learner, or UNWRITTEN.
    """
    needs, offers, programme = scene.people.needs, scene.people.offers, scene.programme
    first, last = bounds_of(needs, learner)
    begin, end = bounds_of(offers, mentor)
    total, covered, wanted, said, right = 0.0, 0.0, 0.0, False, last == first
    for need in range(first, min(last, first + programme.max_needs)):
        skill = needs.items[need].skill
        weight = float(needs.items[need].weight) * float(scene.people.idf[skill])
        best, best_wish = 0.0, 0.0
        for offer in range(begin, end):
            offered, wish = offers.items[offer].skill, offers.items[offer].weight
            if len(near.line) == 0:
                alike = likeness(scene.taxonomy, skill, offered)
            else:
                alike = float(near.likeness[near.line[offered], need - first])
            said = said or not np.isnan(wish)  # false for NaN only
            if alike > 0.0:
                gap = int(offers.items[offer].level) - int(needs.items[need].level)
                right = right or programme.min_gap <= gap <= programme.max_gap
                best = max(best, alike * programme.gain[gap + 4])
                if not np.isnan(wish):  # false for NaN only
                    best_wish = max(best_wish, alike * float(wish))
        total += weight
        covered += weight * best
        wanted += weight * best_wish
    if total <= 0.0:
        return Fit(0.0, 0.0, 0.0, said, right)
    return Fit(total, covered / total, wanted / total, said, right)


@kernel
def skill_fit(scene: Scene, learner: int, mentor: int) -> Fit:
    """Return how two rows meet, for a pair alone."""
    return fit_of(scene, UNWRITTEN, learner, mentor)

"""Circles: everybody in a group of four to six who can meet, speak together and help one another. Nobody is left over.

Seeded by language and hours, then people are swapped between groups as long as it helps.
"""

from typing import NamedTuple

import numpy as np

from server.matching.bits import mixed, pair_key, popcount, position
from server.matching.kernel import Array, Doubles, Ints, Longs, Masks, kernel
from server.matching.overlap import eroded
from server.matching.scene import Scene
from server.matching.score import skill_fit
from server.matching.snapshot import Snapshot
from server.matching.timegrid import WORDS

SMALLEST, USUAL, LARGEST = 4, 5, 6
_NO_START, _NO_LANGUAGE, _APART = 2.0, 2.0, 8.0
"""What a group loses for want of a common start, of a language, and for each pair that must be kept apart."""
_NEAR = 96
"""How many people in line are looked at for the next seat."""
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_NONE = np.uint64(0)


class Circles(NamedTuple):
    """Group i is `people[start[i]:start[i + 1]]`; `worth[i]` is its mean need coverage."""

    start: Longs
    people: Ints
    worth: Array
    meets: Array
    """Whether the group has a common start."""


def sizes(count: int) -> Ints:
    """Return group sizes for so many people: 4 to 6 where that is possible (not for 1, 2, 3 and 7)."""
    groups = max(1, -(-count // LARGEST), round(count / USUAL))
    while groups > 1 and count < SMALLEST * groups and count <= LARGEST * (groups - 1):
        groups -= 1
    base, more = divmod(count, groups)
    return np.array([base + (place < more) for place in range(groups)], np.int32)


@kernel
def _meets(free: Array, members: Ints, slots: int) -> bool:
    """Tell whether all members have a common start of `slots` slots."""
    after = _NONE
    for back in range(WORDS):
        word = WORDS - 1 - back
        here = _ALL
        for member in members:
            here &= free[member, word]
        if here != _NONE and eroded(here, after, slots) != _NONE:
            return True
        after = here
    return False


@kernel
def _lacks(people: Snapshot, members: Ints, slots: int) -> float:
    """Return what a group loses for what it cannot do without."""
    spoken, lacks = _ALL, 0.0
    for place in range(len(members)):
        spoken &= people.person[members[place]].languages
        for other in range(place + 1, len(members)):
            if position(people.blocks, pair_key(members[place], members[other])) >= 0:
                lacks += _APART
    if spoken == _NONE:
        lacks += _NO_LANGUAGE
    if not _meets(people.free, members, slots):
        lacks += _NO_START
    return lacks


@kernel
def _help(scene: Scene, members: Ints) -> float:
    """Return the mean over members of the best need coverage another member brings."""
    total = 0.0
    for place in range(len(members)):
        best = 0.0
        for other in range(len(members)):
            if other != place:
                best = max(best, skill_fit(scene, members[place], members[other]).coverage)
        total += best
    return total / max(1, len(members))


@kernel
def _swap(members: Ints, first: int, second: int) -> None:
    members[first], members[second] = members[second], members[first]


@kernel
def _mend_group(people: Snapshot, slots: int, circles: Circles, lacks: Doubles, one: int) -> bool:
    """Find the first swap with any other group after which the two lack less, and make it."""
    start, members = circles.start, circles.people
    for step in range(1, len(start) - 1):
        other = (one + step) % (len(start) - 1)
        for first in range(start[one], start[one + 1]):
            for second in range(start[other], start[other + 1]):
                _swap(members, first, second)
                new_one = _lacks(people, members[start[one] : start[one + 1]], slots)
                if new_one < lacks[one]:
                    new_other = _lacks(people, members[start[other] : start[other + 1]], slots)
                    if new_one + new_other < lacks[one] + lacks[other]:
                        lacks[one], lacks[other] = new_one, new_other
                        return True
                _swap(members, first, second)
    return False


@kernel
def _mend(people: Snapshot, slots: int, circles: Circles) -> Doubles:
    """Mend the groups that lack something as far as single swaps can, and return what each still lacks."""
    lacks = np.zeros(len(circles.start) - 1)
    for group in range(len(lacks)):
        lacks[group] = _lacks(people, circles.people[circles.start[group] : circles.start[group + 1]], slots)
    for group in range(len(lacks)):
        while lacks[group] > 0.0 and _mend_group(people, slots, circles, lacks, group):
            pass
    return lacks


@kernel
def _gather(people: Snapshot, seeded: Ints, bounds: Longs, slots: int) -> Ints:
    """Fill group after group: the next person in the seeding, then, of those near by, who leaves most common time."""
    waiting, out = seeded.copy(), np.empty_like(seeded)
    common, left = np.empty(WORDS, np.uint64), len(seeded)
    for group in range(len(bounds) - 1):
        common[:] = _ALL
        spoken = _ALL
        for place in range(bounds[group], bounds[group + 1]):
            best, most = 0, -1
            for at in range(min(_NEAR, left) if place > bounds[group] else 1):
                row = waiting[at]
                starts = _starts_left(common, people.free[row], slots)
                starts += (spoken & people.person[row].languages != _NONE) * 10_000
                if starts > most:
                    best, most = at, starts
            row = waiting[best]
            out[place] = row
            common &= people.free[row]
            spoken &= people.person[row].languages
            # Those who were passed over stay first in line.
            for at in range(best, min(left, len(waiting)) - 1):
                waiting[at] = waiting[at + 1]
            left -= 1
    return out


@kernel
def _starts_left(common: Masks, free: Masks, slots: int) -> int:
    starts = 0
    for word in range(WORDS):
        here = common[word] & free[word]
        if here != _NONE:
            after = common[word + 1] & free[word + 1] if word + 1 < WORDS else _NONE
            starts += popcount(eroded(here, after, slots))
    return starts


@kernel
def _improve(scene: Scene, circles: Circles, lacks: Doubles, tries: tuple[int, int]) -> None:
    """Swap two people of groups near each other in the seeding whenever that helps more, and neither lacks more."""
    start, members, worth = circles.start, circles.people, circles.worth
    groups = len(start) - 1
    for turn in range(tries[0]):
        word = mixed(tries[1], turn, 7)
        one = np.int64(word % np.uint64(groups))
        other = (one + np.int64((word >> np.uint64(20)) % np.uint64(40)) - 20) % groups
        if one == other:
            continue
        first = start[one] + np.int64((word >> np.uint64(40)) % np.uint64(start[one + 1] - start[one]))
        second = start[other] + np.int64((word >> np.uint64(48)) % np.uint64(start[other + 1] - start[other]))
        _swap(members, first, second)
        this, that = members[start[one] : start[one + 1]], members[start[other] : start[other + 1]]
        gain = -1.0
        if (
            _lacks(scene.people, this, scene.programme.slots) <= lacks[one]
            and _lacks(scene.people, that, scene.programme.slots) <= lacks[other]
        ):
            new_one = _help(scene, this)
            new_other = _help(scene, that)
            gain = new_one + new_other - worth[one] - worth[other]
        if gain > 1e-12:
            worth[one], worth[other] = new_one, new_other
        else:
            _swap(members, first, second)


def form(scene: Scene, rows: Ints, *, tries_each: int = 40, seed: int = 0) -> Circles:
    """Put every one of these rows into a circle; the same seed gives the same circles."""
    seeded = _seeded(scene.people, np.unique(rows).astype(np.int32))
    bounds = np.concatenate([[0], np.cumsum(sizes(len(seeded)))]).astype(np.int64)
    if len(seeded) == 0:
        bounds = np.zeros(1, np.int64)
    gathered = _gather(scene.people, seeded, bounds, scene.programme.slots)
    circles = Circles(bounds, gathered, np.zeros(len(bounds) - 1), np.zeros(len(bounds) - 1, bool))
    lacks = _mend(scene.people, scene.programme.slots, circles)
    _measure(scene, circles)
    if len(bounds) > 2:
        _improve(scene, circles, lacks, (tries_each * len(seeded), seed))
        _measure(scene, circles)
    return circles


@kernel
def _measure(scene: Scene, circles: Circles) -> None:
    for group in range(len(circles.start) - 1):
        members = circles.people[circles.start[group] : circles.start[group + 1]]
        circles.worth[group] = _help(scene, members)
        circles.meets[group] = _meets(scene.people.free, members, scene.programme.slots)


def _seeded(people: Snapshot, rows: Ints) -> Ints:
    """Return rows in an order in which neighbours share a language and free hours.

    Rare languages first, while there is choice; then by where the middle of the free time lies on the day, as an angle.
    """
    spoken = people.person["languages"][rows]
    bits = (spoken[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    speakers = bits.sum(0)
    # The commonest language somebody speaks puts them with the most people.
    language = np.where(bits.any(1), np.argmax(np.where(bits > 0, speakers, 0), axis=1), 64)
    hours = np.unpackbits(people.free[rows].view(np.uint8), axis=1, bitorder="little").reshape(len(rows), 28, 96).sum(1)
    turn = np.exp(2j * np.pi * np.arange(96) / 96)
    angle = np.angle(hours @ turn)
    sizes_of = np.append(speakers, 0)[language]
    return rows[np.lexsort((angle, language, sizes_of))]

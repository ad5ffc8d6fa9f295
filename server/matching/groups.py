"""Circles: everybody in a group of four to six who can meet, speak together and help one another. Nobody is left over.

Those who fit with few are seated first, then people are swapped between groups as long as it helps.
"""

from typing import NamedTuple

import numpy as np

from server.matching.bits import mixed, pair_key, popcount, position
from server.matching.fit import skill_fit
from server.matching.kernel import Array, Doubles, Ints, Longs, Masks, kernel
from server.matching.overlap import erode
from server.matching.scene import Scene
from server.matching.snapshot import Snapshot
from server.matching.timegrid import WORDS

SMALLEST, USUAL, LARGEST = 4, 5, 6
_NO_START, _NO_LANGUAGE, _APART = 2.0, 2.0, 8.0
"""What a group loses for each member outside the best common start, the commonest language, and for each pair apart."""
_SHAKES, _ROUNDS = 400, 6
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_NONE = np.uint64(0)
_ONE = np.uint64(1)


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


class Table(NamedTuple):
    """What a seat at a table depends on: the people, and the slots at which each could start a meeting."""

    people: Snapshot
    starts: Masks


@kernel
def _starts_of(free: Masks, rows: Ints, slots: int) -> Masks:
    """Return the starts of these rows; the others without any. Erosion commutes with AND, so once is enough."""
    out = np.zeros_like(free)
    for row in rows:
        out[row] = erode(free[row], slots)
    return out


@kernel
def _most(ones: np.uint64, twos: np.uint64, fours: np.uint64) -> int:
    """Return the greatest of 64 numbers of three bits each, given bit by bit."""
    among, most = _ALL, 0
    if fours != _NONE:
        among, most = fours, 4
    if among & twos != _NONE:
        among &= twos
        most += 2
    return most + int(among & ones != _NONE)


@kernel
def _together(starts: Masks, members: Ints) -> int:
    """Return how many of the members, 7 at most, can start a meeting at one and the same slot."""
    best = 0
    for word in range(WORDS):
        ones, twos, fours = _NONE, _NONE, _NONE
        for member in members:
            carried = ones & starts[member, word]
            ones ^= starts[member, word]
            fours |= twos & carried
            twos ^= carried
        best = max(best, _most(ones, twos, fours))
        if best == len(members):
            break
    return best


@kernel
def _speaking(person: Array, members: Ints) -> int:
    """Return how many of the members, 7 at most, speak one and the same language."""
    ones, twos, fours = _NONE, _NONE, _NONE
    for member in members:
        spoken = person[member].languages
        carried = ones & spoken
        ones ^= spoken
        fours |= twos & carried
        twos ^= carried
    return _most(ones, twos, fours)


@kernel
def _lacks(table: Table, members: Ints) -> float:
    """Return what a group loses for what it cannot do without: more, the more people stand outside."""
    lacks = 0.0
    for place in range(len(members)):
        for other in range(place + 1, len(members)):
            if position(table.people.blocks, pair_key(members[place], members[other])) >= 0:
                lacks += _APART
    lacks += _NO_LANGUAGE * (len(members) - _speaking(table.people.person, members))
    return lacks + _NO_START * (len(members) - _together(table.starts, members))


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
def _try_swap(table: Table, circles: Circles, lacks: Doubles, groups: tuple[int, int], seats: tuple[int, int]) -> bool:
    """Swap two people when the first group then lacks less, and both together do; else leave them."""
    start, members = circles.start, circles.people
    one, other = groups
    _swap(members, seats[0], seats[1])
    new_one = _lacks(table, members[start[one] : start[one + 1]])
    if new_one < lacks[one]:
        new_other = _lacks(table, members[start[other] : start[other + 1]])
        if new_one + new_other < lacks[one] + lacks[other]:
            lacks[one], lacks[other] = new_one, new_other
            return True
    _swap(members, seats[0], seats[1])
    return False


@kernel
def _mend_group(table: Table, circles: Circles, lacks: Doubles, one: int) -> bool:
    """Find the first swap with any other group after which the two lack less, and make it."""
    start = circles.start
    for step in range(1, len(start) - 1):
        other = (one + step) % (len(start) - 1)
        for first in range(start[one], start[one + 1]):
            for second in range(start[other], start[other + 1]):
                if _try_swap(table, circles, lacks, (one, other), (first, second)):
                    return True
    return False


@kernel
def _mend(table: Table, circles: Circles, lacks: Doubles) -> int:
    """Mend the groups that lack something as far as single swaps can, and return how many still do."""
    left = 0
    for group in range(len(lacks)):
        while lacks[group] > 0.0 and _mend_group(table, circles, lacks, group):
            pass
        left += int(lacks[group] > 0.0)
    return left


@kernel
def _shake(table: Table, circles: Circles, lacks: Doubles, draw: tuple[int, int]) -> None:
    """Swap people of groups that lack something with anybody where that costs nothing: it opens other ways to mend."""
    start, members, groups = circles.start, circles.people, len(lacks)
    for one in range(groups):
        for turn in range(_SHAKES if lacks[one] > 0.0 else 0):
            word = mixed(draw[0], draw[1] * groups + one, turn)
            other = np.int64(word % np.uint64(groups))
            first = start[one] + np.int64((word >> np.uint64(24)) % np.uint64(start[one + 1] - start[one]))
            second = start[other] + np.int64((word >> np.uint64(44)) % np.uint64(start[other + 1] - start[other]))
            if one == other:
                continue
            _swap(members, first, second)
            new_one = _lacks(table, members[start[one] : start[one + 1]])
            new_other = _lacks(table, members[start[other] : start[other + 1]])
            if new_one + new_other <= lacks[one] + lacks[other]:
                lacks[one], lacks[other] = new_one, new_other
            else:
                _swap(members, first, second)


@kernel
def _settle(table: Table, circles: Circles, seed: int) -> Doubles:
    """Bring the groups to lack as little as swaps can, and return what each still lacks."""
    lacks = np.zeros(len(circles.start) - 1)
    for group in range(len(lacks)):
        lacks[group] = _lacks(table, circles.people[circles.start[group] : circles.start[group + 1]])
    left = _mend(table, circles, lacks)
    for turn in range(_ROUNDS):
        if left == 0:
            break
        _shake(table, circles, lacks, (seed, turn))
        left = _mend(table, circles, lacks)
    return lacks


@kernel
def _lowest(word: np.uint64) -> int:
    """Return the number of the lowest bit that is set."""
    return popcount((word & (~word + _ONE)) - _ONE)


@kernel
def _choices(table: Table, rows: Ints) -> Ints:
    """Return for each row the most people it could meet in one language at one slot: few for those hard to place."""
    count = np.zeros((64, 64 * WORDS), np.int32)
    out = np.zeros(len(rows), np.int32)
    for turn in range(2):
        for place in range(len(rows)):
            spoken = table.people.person[rows[place]].languages
            while spoken != _NONE:
                language = _lowest(spoken)
                spoken &= spoken - _ONE
                for word in range(WORDS):
                    starts = table.starts[rows[place], word]
                    while starts != _NONE:
                        slot = 64 * word + _lowest(starts)
                        starts &= starts - _ONE
                        if turn == 0:
                            count[language, slot] += 1
                        else:
                            out[place] = max(out[place], count[language, slot])
    return out


@kernel
def _fellows(table: Table, waiting: Ints, at: int, meeting: tuple[int, int], found: Ints) -> int:
    """Fill `found` with the places of the first in line who can come to a meeting (language, slot); return how many."""
    language, slot = np.uint64(meeting[0]), np.uint64(meeting[1] & 63)
    count = 0
    for place in range(at + 1, len(waiting)):
        row = waiting[place]
        if row < 0 or (table.starts[row, meeting[1] >> 6] >> slot) & _ONE == _NONE:
            continue
        if (table.people.person[row].languages >> language) & _ONE != _NONE:
            found[count] = place
            count += 1
            if count == len(found):
                break
    return count


@kernel
def _best_meeting(table: Table, waiting: Ints, at: int, found: Ints) -> int:
    """Fill `found` with those hardest to place who can join the one at `at`; return the meeting's number or -1."""
    trial, best, meeting = np.empty_like(found), len(waiting), -1
    spoken = table.people.person[waiting[at]].languages
    while spoken != _NONE:
        language = _lowest(spoken)
        spoken &= spoken - _ONE
        for word in range(WORDS):
            starts = table.starts[waiting[at], word]
            while starts != _NONE:
                slot = 64 * word + _lowest(starts)
                starts &= starts - _ONE
                if _fellows(table, waiting, at, (language, slot), trial) == len(trial) and trial[-1] < best:
                    best, meeting = trial[-1], language * 64 * WORDS + slot
                    found[:] = trial
    return meeting


@kernel
def _gather(table: Table, ordered: Ints, bounds: Longs, out: Ints) -> Longs:
    """Seat whoever is hardest to place first, at the meeting that takes most others of that kind, group after group.

    Who fits with nobody any more is kept for the last groups, so that few groups have to do without a meeting.
    Fills `out`; returns each group's meeting, -1 for those without.
    """
    waiting, late = ordered.copy(), np.empty_like(ordered)
    meeting = np.full(len(bounds) - 1, -1, np.int64)
    group, kept = 0, 0
    for at in range(len(waiting)):
        if waiting[at] < 0:
            continue
        if group < len(bounds) - 1:
            found = np.empty(bounds[group + 1] - bounds[group] - 1, np.int32)
            meeting[group] = _best_meeting(table, waiting, at, found) if len(found) > 0 else -1
            if meeting[group] >= 0:
                out[bounds[group]] = waiting[at]
                for place in range(len(found)):
                    out[bounds[group] + 1 + place] = waiting[found[place]]
                    waiting[found[place]] = -1
                group += 1
                continue
        late[kept] = waiting[at]
        kept += 1
    out[len(out) - kept :] = late[:kept]
    return meeting


@kernel
def _improve(scene: Scene, table: Table, circles: Circles, lacks: Doubles, tries: tuple[int, int]) -> None:
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
        if _lacks(table, this) <= lacks[one] and _lacks(table, that) <= lacks[other]:
            new_one = _help(scene, this)
            new_other = _help(scene, that)
            gain = new_one + new_other - worth[one] - worth[other]
        if gain > 1e-12:
            worth[one], worth[other] = new_one, new_other
        else:
            _swap(members, first, second)


def form(scene: Scene, rows: Ints, *, tries_each: int = 40, seed: int = 0) -> Circles:
    """Put every one of these rows into a circle; the same seed gives the same circles."""
    ordered = _seeded(scene.people, np.unique(rows).astype(np.int32))
    table = Table(scene.people, _starts_of(scene.people.free, ordered, scene.programme.slots))
    ordered = ordered[np.argsort(_choices(table, ordered), kind="stable")]
    count = sizes(len(ordered)) if len(ordered) else np.empty(0, np.int32)
    bounds = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    people = np.empty_like(ordered)
    meeting = _gather(table, ordered, bounds, people)
    circles = _side_by_side(bounds, people, meeting)
    lacks = _settle(table, circles, seed)
    _measure(scene, table, circles)
    if len(bounds) > 2:
        _improve(scene, table, circles, lacks, (tries_each * len(ordered), seed))
        _measure(scene, table, circles)
    return circles


def _side_by_side(bounds: Longs, people: Ints, meeting: Longs) -> Circles:
    """Put groups that meet at the same time next to each other: people are swapped between neighbours."""
    order = np.argsort(meeting, kind="stable")
    parts = [people[bounds[group] : bounds[group + 1]] for group in order]
    start = np.concatenate([[0], np.cumsum(np.diff(bounds)[order])]).astype(np.int64)
    joined = np.concatenate([people[:0], *parts])
    return Circles(start, joined, np.zeros(len(order)), np.zeros(len(order), bool))


@kernel
def _measure(scene: Scene, table: Table, circles: Circles) -> None:
    for group in range(len(circles.start) - 1):
        members = circles.people[circles.start[group] : circles.start[group + 1]]
        circles.worth[group] = _help(scene, members)
        circles.meets[group] = _together(table.starts, members) == len(members)


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

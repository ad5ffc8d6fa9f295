"""The hard rules, in order; the first that fails gives the reason."""

from enum import IntEnum

import numpy as np

from server.matching.bits import directed_key, pair_key, position
from server.matching.fit import skill_fit
from server.matching.kernel import Array, Ints, Masks, inlined, kernel
from server.matching.programme import Format
from server.matching.scene import Scene
from server.matching.score import shared_days
from server.matching.snapshot import ACTIVE, ASYNC_MODE, VERIFIED


class Reason(IntEnum):
    """Why a pair cannot be, in the order in which the rules are asked."""

    FEASIBLE = 0
    INACTIVE = 1
    BLOCKED = 2
    SAME_PERSON = 3
    FORMAT = 4
    LANGUAGE = 5
    ACCESS = 6
    PREFERENCE = 7
    NO_PLACE = 8
    TIME = 9
    DECLINED = 10
    LEVEL = 11


PRIVATE = frozenset({Reason.INACTIVE, Reason.BLOCKED, Reason.SAME_PERSON, Reason.PREFERENCE})
"""Reasons told to nobody: they all read "not available", so none of them gives another away."""

_TAKES_PART = ACTIVE | VERIFIED
_ASYNC = np.uint8(ASYNC_MODE)
_NO_MODE = np.uint8(0)
_NO_LANGUAGE = np.uint64(0)
_NO_MARK = np.uint32(0)
_NO_TRAIT = np.uint64(0)
_INACTIVE, _BLOCKED, _SAME, _FORMAT, _LANGUAGE = 1, 2, 3, 4, 5
_ACCESS, _PREFERENCE, _NO_PLACE, _TIME, _DECLINED, _LEVEL = 6, 7, 8, 9, 10, 11
_MICRO = int(Format.MICRO)


@inlined
def takes_part(person: Array, row: int) -> bool:
    """Tell whether a row is active and verified."""
    return bool((person[row].flags & _TAKES_PART) == _TAKES_PART)


@inlined
def personal_reason(person: Array, blocks: Masks, learner: int, mentor: int) -> int:
    """Return the first of INACTIVE, BLOCKED, SAME_PERSON that stands between two rows, or 0."""
    if not takes_part(person, learner) or not takes_part(person, mentor):
        return _INACTIVE
    if person[learner].has_block & person[mentor].has_block and position(blocks, pair_key(learner, mentor)) >= 0:
        return _BLOCKED
    home = person[learner].household
    if learner == mentor or (home != 0 and home == person[mentor].household):
        return _SAME
    return 0


@inlined
def wishes_met(person: Array, one: int, other: int) -> bool:
    """Tell whether the other has every trait that one must have, and meets one's required identity preference."""
    if (person[one].must & ~person[other].traits) != _NO_TRAIT:
        return False
    wanted = person[one].identity_wanted
    return bool(wanted == _NO_MARK or (wanted & person[other].identity) != _NO_MARK)


@inlined
def mask_reason(person: Array, kind: int, learner: int, mentor: int) -> int:  # the word of the domain
    """Return the first of FORMAT, LANGUAGE, ACCESS, PREFERENCE that fails, or 0. Modes nobody named are any."""
    wanted = np.uint8(1) << np.uint8(kind)
    if (person[learner].sought & person[mentor].given & wanted) == _NO_MODE:
        return _FORMAT
    one, other = person[learner].modes, person[mentor].modes
    if min(one, other) != _NO_MODE and (one & other) == _NO_MODE:
        return _FORMAT
    if (person[learner].languages & person[mentor].languages) == _NO_LANGUAGE:
        return _LANGUAGE
    unmet = person[learner].access_needs & ~person[mentor].access_offers
    unmet |= person[mentor].access_needs & ~person[learner].access_offers
    if unmet != _NO_MARK:
        return _ACCESS
    if not wishes_met(person, learner, mentor) or not wishes_met(person, mentor, learner):
        return _PREFERENCE
    return 0


@inlined
def has_place(person: Array, kind: int, minutes: int, mentor: int) -> bool:  # the word of the domain
    """Tell whether a mentor has an open place and, for micro, the minutes."""
    return person[mentor].places[kind] > 0 and (kind != _MICRO or person[mentor].minutes >= minutes)


@inlined
def quick_reason(person: Array, blocks: Masks, asked: tuple[int, int], learner: int, mentor: int) -> int:
    """Return the first failing rule of those that need neither calendars nor skills, or 0.

    `asked` is the format and the minutes. Takes no more than it reads: lists ask it of thousands of mentors.
    """
    found = personal_reason(person, blocks, learner, mentor)
    if found == 0:
        found = mask_reason(person, asked[0], learner, mentor)
    if found == 0 and not has_place(person, asked[0], asked[1], mentor):
        found = _NO_PLACE
    return found


@inlined
def agreed_async(person: Array, learner: int, mentor: int) -> bool:
    """Tell whether both work without meeting at the same time."""
    return bool((person[learner].modes & person[mentor].modes & _ASYNC) != _NO_MODE)


@inlined
def meeting_reason(scene: Scene, pair: tuple[int, int, int]) -> int:
    """Return the first of TIME, DECLINED that fails for (learner, mentor, shared days), or 0."""
    learner, mentor, days = pair
    if days < scene.programme.min_days and not agreed_async(scene.people.person, learner, mentor):
        return _TIME
    place = position(scene.people.declined, directed_key(learner, mentor))
    if place >= 0 and scene.people.declined_until[place] > scene.programme.today:
        return _DECLINED
    return 0


@kernel
def reason(scene: Scene, learner: int, mentor: int) -> int:
    """Return the first failing rule as a Reason, 0 when the pair can be."""
    asked = (scene.programme.format, scene.programme.minutes)
    found = quick_reason(scene.people.person, scene.people.blocks, asked, learner, mentor)
    if found == 0:
        days = shared_days(scene.people.free, scene.programme, learner, mentor)
        found = meeting_reason(scene, (learner, mentor, days))
        if found == 0 and not skill_fit(scene, learner, mentor).right:
            found = _LEVEL
    return found


@kernel
def reasons(scene: Scene, learner: int, mentors: Ints) -> Ints:
    """Return the reason of one learner with each of many mentors."""
    out = np.empty(len(mentors), np.int32)
    for place in range(len(mentors)):
        out[place] = reason(scene, learner, mentors[place])
    return out

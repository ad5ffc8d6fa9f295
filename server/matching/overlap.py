"""What two people's bitmaps have in common: starts of a meeting, and the days that have one."""

import numpy as np

from server.matching.bits import popcount
from server.matching.kernel import Longs, Masks, inlined, kernel
from server.matching.timegrid import DAYS, SLOTS, SLOTS_PER_DAY, WORDS

MAX_SLOTS = 32
"""Of one meeting: eight hours."""
_ZERO, _ONE, _WORD = np.uint64(0), np.uint64(1), np.uint64(64)
_LOW = np.uint64(0xFFFFFFFF)
_HIGH = np.uint64(32)
_HOUR, _FOUR = np.uint64(0xF), np.uint64(4)


@inlined
def eroded(here: np.uint64, after: np.uint64, slots: int) -> np.uint64:
    """Return the bits of a word from which `slots` (1 to MAX_SLOTS) bits in a row are set, the next word following."""
    have = 1
    while have < slots:
        step = min(have, slots - have)
        shift = np.uint64(step)
        here &= (here >> shift) | (after << (_WORD - shift))
        after &= after >> shift
        have += step
    return here


@inlined
def both_free(one: Masks, other: Masks, word: int) -> np.uint64:
    """Return the slots of a word that are free in both bitmaps; none past the end."""
    return one[word] & other[word] if word < len(one) else _ZERO


@inlined
def in_window(word: int, first: int, last: int) -> np.uint64:
    """Return the bits of one word that lie in slots [first, last)."""
    low, high = max(first - 64 * word, 0), min(last - 64 * word, 64)
    if high <= low:
        return _ZERO
    bits = ~_ZERO
    if high < 64:
        bits = (_ONE << np.uint64(high)) - _ONE
    return (bits >> np.uint64(low)) << np.uint64(low)


@inlined
def common_days(one: Masks, other: Masks, slots: int, window: tuple[int, int], enough: int = SLOTS) -> int:
    """Count the UTC days in slots [window) on which a meeting of `slots` slots can start, and stop at `enough`."""
    days, pending = 0, _ZERO
    first, last = window[0] >> 6, min((window[1] + 63) >> 6, len(one))
    after = both_free(one, other, first)
    for word in range(first, last):
        found, after = after, both_free(one, other, word + 1)
        if found != _ZERO:
            found = eroded(found, after, slots)
            if word == first or word == last - 1:
                found &= in_window(word, window[0], window[1])
        # Three words hold two days: the middle one is shared, its low half ends the first day.
        place = word % 3
        if place == 1:
            days += int(((found & _LOW) | pending) != _ZERO)
            pending = found >> _HIGH
        elif place == 2:
            days += int((found | pending) != _ZERO)
            pending = _ZERO
        else:
            pending = found
        if days >= enough:
            return days
    return days + int(pending != _ZERO)


@kernel
def common_starts(one: Masks, other: Masks, slots: int, window: tuple[int, int]) -> int:
    """Count the slots in [window) at which a meeting of `slots` slots can start."""
    total = 0
    for word in range(window[0] >> 6, min((window[1] + 63) >> 6, len(one))):
        found = eroded(both_free(one, other, word), both_free(one, other, word + 1), slots)
        total += popcount(found & in_window(word, window[0], window[1]))
    return total


@kernel
def erode(bits: Masks, slots: int) -> Masks:
    """Return the bitmap of the slots from which `slots` slots in a row are free."""
    out = np.empty_like(bits)
    for word in range(len(bits)):
        out[word] = eroded(bits[word], both_free(bits, bits, word + 1), slots)
    return out


@kernel
def next_starts(one: Masks, other: Masks, slots: int, window: tuple[int, int], count: int) -> Longs:
    """Return the first `count` common starts in [window), as slots, in at most one per UTC day."""
    out = np.empty(min(count, DAYS), np.int64)
    found, day = 0, -1
    for slot in range(window[0], min(window[1], SLOTS)):
        if found == len(out):
            break
        word = slot >> 6
        here = eroded(both_free(one, other, word), both_free(one, other, word + 1), slots) >> np.uint64(slot & 63)
        if slot // 96 != day and here & _ONE != _ZERO:
            out[found] = slot
            found += 1
            day = slot // 96
    return out[:found]


@kernel
def bands(free: Masks, slots: int, window: tuple[int, int]) -> Masks:
    """Return, in two words for each row, on which parts of a UTC day and of a week it can start a meeting of `slots`.

    The first word has a bit for every hour of the day, the second one for every three hours of the week's days
    as they follow from slot 0. Who shares no bit of either with another shares no start: most pairs end there. A row
    without a start has no bit.
    """
    out = np.zeros((len(free), 2), np.uint64)
    for row in range(len(free)):
        bits = free[row]
        for word in range(window[0] >> 6, min((window[1] + 63) >> 6, len(bits))):
            if bits[word] == _ZERO:
                continue
            found = eroded(bits[word], both_free(bits, bits, word + 1), slots) & in_window(word, window[0], window[1])
            slot = 64 * word
            while found != _ZERO:
                if found & _HOUR != _ZERO:
                    day, time = slot // SLOTS_PER_DAY, slot % SLOTS_PER_DAY
                    out[row, 0] |= _ONE << np.uint64(time // 4)
                    out[row, 1] |= _ONE << np.uint64(day % 7 * 8 + time // 12)
                found >>= _FOUR
                slot += 4
    return out


@inlined
def never_meet(of_rows: Masks, one: int, other: int) -> bool:
    """Tell from the bands of two rows that both said when they are free, and that they share no start."""
    mine, theirs = of_rows[one, 0], of_rows[other, 0]
    if min(mine, theirs) == _ZERO:
        return False
    return bool(mine & theirs == _ZERO or of_rows[one, 1] & of_rows[other, 1] == _ZERO)


@inlined
def is_empty(bits: Masks) -> bool:
    """Tell whether a bitmap has no free slot: its owner said nothing about time, or has none."""
    word = 0
    while word < WORDS and bits[word] == _ZERO:
        word += 1
    return word == WORDS

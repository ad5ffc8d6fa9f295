"""Bit counts, hashes and sorted pair keys."""

import numpy as np

from server.matching.kernel import Masks, inlined

_PAIRS = np.uint64(0x5555555555555555)
_FOURS = np.uint64(0x3333333333333333)
_EIGHTS = np.uint64(0x0F0F0F0F0F0F0F0F)
_SUM = np.uint64(0x0101010101010101)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_ONE, _TWO, _FOUR, _TOP = np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(56)
_S27, _S30, _S31, _S32, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32), np.uint64(11)
_UNIT = 1.0 / 9007199254740992.0


@inlined
def popcount(word: np.uint64) -> int:
    """Count the bits that are set in 64."""
    word = word - ((word >> _ONE) & _PAIRS)
    word = (word & _FOURS) + ((word >> _TWO) & _FOURS)
    word = (word + (word >> _FOUR)) & _EIGHTS
    return np.int64((word * _SUM) >> _TOP)  # type: ignore[return-value]  # a compiled integer


@inlined
def mixed(seed: int, first: int, second: int) -> np.uint64:
    """Return 64 bits that look random and depend on the three numbers only."""
    word = np.uint64(seed) * _GOLDEN + (np.uint64(first) << _S32) + np.uint64(second) + _GOLDEN
    word = (word ^ (word >> _S30)) * _MIX_1
    word = (word ^ (word >> _S27)) * _MIX_2
    return word ^ (word >> _S31)


@inlined
def chance(seed: int, first: int, second: int) -> float:
    """Return a number in [0, 1) that depends on the three numbers only."""
    return float(np.int64(mixed(seed, first, second) >> _S11)) * _UNIT


@inlined
def directed_key(first: int, second: int) -> np.uint64:
    """Return the key of an ordered pair of rows, both below 2**32."""
    return (np.uint64(first) << _S32) | np.uint64(second)


@inlined
def pair_key(one: int, other: int) -> np.uint64:
    """Return the key of a pair of rows, the same whichever comes first."""
    return directed_key(min(one, other), max(one, other))


@inlined
def position(keys: Masks, key: np.uint64) -> int:
    """Return where a key stands in a sorted array, or -1."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low if low < len(keys) and keys[low] == key else -1


def directed_keys(first: Masks, second: Masks) -> Masks:
    """Return the keys of many ordered pairs."""
    return (np.asarray(first, np.uint64) << _S32) | np.asarray(second, np.uint64)


def pair_keys(ones: Masks, others: Masks) -> Masks:
    """Return the sorted keys of many pairs, each once."""
    return np.unique(directed_keys(np.minimum(ones, others), np.maximum(ones, others)))

"""28 days of 15-minute UTC slots as bitmaps, filled from local weekly windows, dated exceptions and what is booked.

UTC to local time is single-valued, so a slot's place in the local week is a lookup, and neither the hour that
a switch to summer time skips nor the one it repeats needs a rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from server.matching.kernel import Array, Bools, Longs, Masks

SLOT_SECONDS = 900
SLOTS_PER_DAY = 96
DAYS = 28
SLOTS = DAYS * SLOTS_PER_DAY
WORDS = SLOTS // 64
WEEK_SLOTS = 7 * SLOTS_PER_DAY
_MONDAY = 4 * 86_400
"""1970-01-05, a Monday, in seconds of the epoch."""
_CHUNK = 4_096


@dataclass(frozen=True)
class ZoneTables:
    """Where each slot of the grid falls in the local time of each zone.

    `start`: epoch seconds of slot 0, a UTC midnight. `quarter`: (zones, SLOTS) local quarter hours since the
    local epoch. `local_slot`: (zones, SLOTS) the same within the week, 0 is Monday 00:00.
    """

    start: int
    names: tuple[str, ...]
    quarter: Longs
    local_slot: Longs


def grid_start(at: datetime) -> int:
    """Return the epoch seconds of the UTC midnight at or before `at`."""
    return int(at.timestamp()) // 86_400 * 86_400


def zone_tables(names: Sequence[str], start: int) -> ZoneTables:
    """Compute the tables of the named zones. Raises ZoneInfoNotFoundError on an unknown name."""
    quarter = np.empty((len(names), SLOTS), np.int64)
    at = start + SLOT_SECONDS * np.arange(SLOTS, dtype=np.int64)
    for row, name in enumerate(names):
        quarter[row] = (at + _offsets(ZoneInfo(name), at)) // SLOT_SECONDS
    local_slot = (quarter - _MONDAY // SLOT_SECONDS) % WEEK_SLOTS
    return ZoneTables(start=start, names=tuple(names), quarter=quarter, local_slot=local_slot)


def _offsets(zone: ZoneInfo, at: Longs) -> Longs:
    def offset(second: int) -> int:
        away = datetime.fromtimestamp(second, UTC).astimezone(zone).utcoffset()
        return 0 if away is None else int(away.total_seconds())

    return np.fromiter((offset(second) for second in at.tolist()), np.int64, len(at))


def weekly_patterns(count: int, owner: Array, weekday: Array, minutes: tuple[Array, Array]) -> Bools:
    """Return (count, 672) booleans from local windows [start, end) in minutes of their day.

    A quarter hour that a window covers only in part stays closed: nobody is booked outside what they offered.
    """
    begin = weekday * SLOTS_PER_DAY + -(-minutes[0] // 15)
    end = weekday * SLOTS_PER_DAY + minutes[1] // 15
    edges = np.zeros((count, WEEK_SLOTS + 1), np.int16)
    keep = end > begin
    np.add.at(edges, (owner[keep], begin[keep]), 1)
    np.add.at(edges, (owner[keep], end[keep]), -1)
    return np.asarray(np.cumsum(edges[:, :-1], axis=1) > 0)


def bitmaps(patterns: Bools, zone: Array, tables: ZoneTables) -> Masks:
    """Return (count, 42) words: slot u is bit u % 64 of word u // 64. `zone` indexes the tables."""
    out = np.zeros((len(patterns), WORDS), np.uint64)
    for one in np.unique(zone):
        rows = np.flatnonzero(zone == one)
        for first in range(0, len(rows), _CHUNK):
            chunk = rows[first : first + _CHUNK]
            # The wide gather runs along contiguous memory: time is the first axis until the bits are packed.
            wide = np.ascontiguousarray(patterns[chunk].T)[tables.local_slot[one]]
            out[chunk] = pack(np.ascontiguousarray(wide.T))
    return out


def pack(slots: Bools) -> Masks:
    """Pack (count, SLOTS) booleans into (count, 42) words."""
    return np.packbits(slots, axis=1, bitorder="little").view("<u8").astype(np.uint64, copy=False)


def unpack(bits: Masks) -> Bools:
    """Undo `pack`."""
    return np.unpackbits(bits.astype("<u8", copy=False).view(np.uint8), axis=-1, bitorder="little").astype(bool)


def local_stretch(tables: ZoneTables, zone: int, minutes: tuple[int, int], *, is_open: bool) -> Masks:
    """Return the 42 words of a dated local window [start, end), in minutes since the local epoch 1970-01-01 00:00.

    What opens covers whole quarters only; what closes takes every quarter it touches.
    """
    if is_open:
        first, last = -(-minutes[0] // 15), minutes[1] // 15
    else:
        first, last = minutes[0] // 15, -(-minutes[1] // 15)
    quarter = tables.quarter[zone]
    return np.asarray(pack(((quarter >= first) & (quarter < last))[None, :])[0])


def utc_stretch(start: int, begin: int, end: int) -> Masks:
    """Return the 42 words of the slots that [begin, end), in epoch seconds, touches."""
    slot = np.arange(SLOTS, dtype=np.int64)
    first, last = (begin - start) // SLOT_SECONDS, -(-(end - start) // SLOT_SECONDS)
    return np.asarray(pack(((slot >= first) & (slot < last))[None, :])[0])

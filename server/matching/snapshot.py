"""The columns the engine reads: one row per profile, learner and mentor at once.

Rows are numbers given by whoever fills the snapshot; `keys` is theirs to find back what a row stands for.
A row that is not ACTIVE takes part in nothing, so spare rows at the end wait for arrivals.
"""

from typing import NamedTuple

import numpy as np

from server.matching.bits import directed_keys, pair_keys
from server.matching.kernel import Array, Floats, Ints, Longs, Masks, inlined
from server.matching.timegrid import WORDS

ACTIVE, VERIFIED, SERVED = 1, 2, 4
FORMATS = 6
GOAL_WIDTH = 32
TOP_LEVEL = 4
ASYNC_MODE = 1
"""Bit 0 of `modes`: works without meeting at the same time."""
ROOM = 2
"""Places a row of skills keeps free, so that most changes stay where they are."""


PERSON = np.dtype(
    [
        # The quick rules read these of thousands of rows: together they are one line of a processor's cache.
        ("flags", np.uint8),
        ("has_block", np.uint8),  # kept by `with_blocks`
        ("sought", np.uint8),  # formats looked for as a learner
        ("given", np.uint8),  # formats given as a mentor
        ("modes", np.uint8),
        ("languages", np.uint64),
        ("access_needs", np.uint32),
        ("access_offers", np.uint32),
        ("places", np.int16, (FORMATS,)),  # open
        ("household", np.int32),  # 0: none known
        ("traits", np.uint64),
        ("must", np.uint64),  # traits without which nobody will do
        ("identity", np.uint32),
        ("identity_wanted", np.uint32),  # opt-in; 0: no matter
        ("keys", np.uint64, (2,)),  # opaque
        ("very", np.uint64),  # traits that matter very much to this person
        ("somewhat", np.uint64),  # and those that matter somewhat
        ("contexts", np.uint64),
        ("minutes", np.int32),  # left for micro mentoring this week
        ("timely", np.float32),  # replies in time, and late ones
        ("late", np.float32),
        ("reply_hours", np.float32),
        ("clarity", np.float32),  # of the goal: 0 to 1
        ("load", np.float32),  # unanswered requests per open place
        ("price", np.float32),  # of a place, from the last nightly auction: how contested the mentor is
        ("shown", np.float32),  # impressions this week
        ("wait_days", np.float32),
        ("places_total", np.int16, (FORMATS,)),
        ("goal", np.int8, (GOAL_WIDTH,)),  # a unit vector times 127; all zero: none
    ],
    align=True,
)
"""A person's row. Masks are sets of bits whose meaning the filler of the snapshot knows; NaN means not said."""

SPAN = np.dtype([("start", np.int64), ("count", np.int32), ("room", np.int32)])
ITEM = np.dtype([("skill", np.int32), ("weight", np.float32), ("level", np.int8)], align=True)


class Entries(NamedTuple):
    """Rows of skills: row i holds `items[start:start + count]` of its span, heaviest first, each skill once.

    The weight is a priority (needs), or the wish to teach it from 0 to 1, NaN when not said (offers).
    Levels are 0 to 4. A row owns `room` places; what lies past `used[0]` is free.
    """

    span: Array
    items: Array
    used: Longs


class Snapshot(NamedTuple):
    """All columns. Few arrays, because every call between compiled loops passes each of them."""

    start: Longs
    """(1,) epoch seconds of slot 0 of `free`."""
    person: Array
    """(rows,) of PERSON."""
    free: Masks
    """(rows, 42) free slots; all zero: nothing said."""
    needs: Entries
    offers: Entries
    blocks: Masks
    """Sorted keys of pairs of which either blocked the other."""
    declined: Masks
    """Sorted keys (learner, mentor) of requests declined, and the day of the epoch until which it holds."""
    declined_until: Ints
    idf: Floats
    """By skill."""


_UNSAID = ("reply_hours", "clarity")


def blank(rows: int, skills: int, start: int = 0) -> Snapshot:
    """Return `rows` inactive rows that know nothing, over `skills` skills, with the time grid at `start`."""
    person = np.zeros(rows, PERSON)
    for name in _UNSAID:
        person[name] = np.nan
    nothing = np.empty(0)
    return Snapshot(
        start=np.array([start], np.int64),
        person=person,
        free=np.zeros((rows, WORDS), np.uint64),
        needs=entries(rows, nothing, nothing, nothing, nothing),
        offers=entries(rows, nothing, nothing, nothing, nothing),
        blocks=np.empty(0, np.uint64),
        declined=np.empty(0, np.uint64),
        declined_until=np.empty(0, np.int32),
        idf=np.ones(skills, np.float32),
    )


def entries(rows: int, owner: Array, skill: Array, level: Array, weight: Array) -> Entries:
    """Gather loose (owner, skill, level, weight) into rows. Of a skill given twice the heaviest, highest counts."""
    order = np.lexsort((-level, -np.nan_to_num(weight, nan=-1.0), skill, owner))
    owner, skill = owner[order].astype(np.int64), skill[order].astype(np.int32)
    level, weight = np.clip(level[order], 0, TOP_LEVEL).astype(np.int8), weight[order].astype(np.float32)
    first = np.ones(len(owner), bool)
    first[1:] = (owner[1:] != owner[:-1]) | (skill[1:] != skill[:-1])
    owner, skill, level, weight = owner[first], skill[first], level[first], weight[first]
    order = np.lexsort((skill, -np.nan_to_num(weight, nan=-1.0), owner))
    count = np.bincount(owner, minlength=rows).astype(np.int32)
    span = np.zeros(rows, SPAN)
    span["count"], span["room"] = count, count + ROOM
    span["start"] = np.cumsum(span["room"], dtype=np.int64) - span["room"]
    used = int(span["room"].sum(dtype=np.int64))
    items = np.zeros(used + used // 10 + 64, ITEM)
    place = span["start"][owner] + np.arange(len(owner)) - (np.cumsum(count, dtype=np.int64) - count)[owner]
    items["skill"][place], items["level"][place], items["weight"][place] = skill[order], level[order], weight[order]
    return Entries(span, items, np.array([used], np.int64))


def with_blocks(snapshot: Snapshot, ones: Array, others: Array) -> Snapshot:
    """Return the snapshot with these pairs of rows kept apart, and no others: `person` is changed in place."""
    snapshot.person["has_block"][:] = 0
    for rows in (ones, others):
        snapshot.person["has_block"][rows.astype(np.int64)] = 1
    return snapshot._replace(blocks=pair_keys(ones, others))


def with_declines(snapshot: Snapshot, learner: Array, mentor: Array, until: Array) -> Snapshot:
    """Return the snapshot with these declined pairs, each until a day of the epoch, and no others."""
    keys = directed_keys(learner, mentor)
    order = np.lexsort((-until, keys))
    keys, first = np.unique(keys[order], return_index=True)
    return snapshot._replace(declined=keys, declined_until=until[order][first].astype(np.int32))


def rarity(rows: int, offered: Array, skills: int) -> Floats:
    """Return the idf by skill: 1 for one that everyone offers, up to about 2.4 for one that nobody does."""
    holders = np.bincount(offered, minlength=skills)[:skills]
    return (1.0 + np.log10(1.0 + rows / (1.0 + holders)) / 4.0).astype(np.float32)


@inlined
def bounds_of(entry_rows: Entries, row: int) -> tuple[int, int]:
    """Return the first and one past the last item of a row."""
    first = entry_rows.span[row].start
    return first, first + np.int64(entry_rows.span[row].count)


def skills_of(rows: Entries, who: Array) -> tuple[Array, Array]:
    """Return the items of these rows, and which of the rows each belongs to."""
    count = rows.span["count"][who].astype(np.int64)
    owner = np.repeat(who, count)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    return rows.items[rows.span["start"][owner] + within], owner

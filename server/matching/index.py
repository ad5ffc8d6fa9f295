"""Who offers, or needs, a skill: postings by skill, and the rows that changed since they were written."""

from typing import NamedTuple

import numpy as np

from server.matching.feasible import takes_part
from server.matching.kernel import Array, Bytes, Ints, Longs, SmallInts, kernel
from server.matching.snapshot import Entries, Snapshot, skills_of

MAX_CHANGED = 1_024
"""Rows looked at one by one; past this the index is due to be built again."""


class Index(NamedTuple):
    """Postings `row[start[s]:start[s + 1]]` of skill s. A row marked `stale` counts by `changed`, not by postings."""

    start: Longs
    row: Ints
    level: SmallInts
    members: Ints
    """Rows in the index, sorted."""
    stale: Bytes
    changed: Ints
    changed_count: Ints
    """(1,)"""


def build(entries: Entries, members: Ints, skills: int) -> Index:
    """Index the entries of these rows, each row once."""
    members = np.unique(members).astype(np.int32)
    items, owner = skills_of(entries, members)
    order = np.argsort(items["skill"], kind="stable")
    skill = items["skill"][order]
    return Index(
        start=np.searchsorted(skill, np.arange(skills + 1)).astype(np.int64),
        row=owner[order],
        level=items["level"][order],
        members=members,
        stale=np.zeros(len(entries.span), np.uint8),
        changed=np.zeros(MAX_CHANGED, np.int32),
        changed_count=np.zeros(1, np.int32),
    )


def mentors_of(snapshot: Snapshot, kind: int) -> Ints:  # the word of the domain
    """Return the rows that take part and give this format, full or not: places come and go between rebuilds."""
    rows = np.flatnonzero(
        _taking_part(snapshot.person) & ((snapshot.person["given"] >> np.uint8(kind)) & np.uint8(1) == 1)
    )
    return rows.astype(np.int32)


def learners_of(snapshot: Snapshot, kind: int) -> Ints:  # the word of the domain
    """Return the rows that take part and look for this format."""
    rows = np.flatnonzero(
        _taking_part(snapshot.person) & ((snapshot.person["sought"] >> np.uint8(kind)) & np.uint8(1) == 1)
    )
    return rows.astype(np.int32)


@kernel
def _taking_part(person: Array) -> Bytes:
    out = np.zeros(len(person), np.uint8)
    for row in range(len(person)):
        out[row] = takes_part(person, row)
    return out


def mark_changed(index: Index, row: int) -> bool:
    """Read this row afresh from now on. Return False when the index is due to be built again."""
    if index.stale[row]:
        return True
    count = int(index.changed_count[0])
    if count >= MAX_CHANGED:
        return False
    index.changed[count] = row
    index.stale[row] = 1
    index.changed_count[0] = count + 1
    return True

"""How near a skill is to the needed one: the same 1, its child .8, its parent .6, a sibling .5, related .35."""

from typing import NamedTuple

import numpy as np

from server.matching.kernel import Array, Floats, Ints, Longs, inlined

CHILD, PARENT, SIBLING, RELATED = 0.8, 0.6, 0.5, 0.35
MAX_SIBLINGS = 64
"""A group with more members than this is too wide for its members to count as siblings."""


class Taxonomy(NamedTuple):
    """Sparse rows: skills `near[start[s]:start[s + 1]]`, sorted, with their `likeness` to the needed skill s."""

    start: Longs
    near: Ints
    likeness: Floats


def flat(count: int) -> Taxonomy:
    """Return a taxonomy in which every skill is near itself only."""
    return build(count, np.empty((0, 2), np.int64), np.empty((0, 2), np.int64))


def build(count: int, parents: Array, related: Array, max_siblings: int = MAX_SIBLINGS) -> Taxonomy:
    """Build from (edges, 2) arrays: (child, parent) and (one, other).

    Nodes are 0..count-1. Groups that nobody needs or offers may be nodes too: they only make siblings.
    Of several relations between two skills the nearest counts.
    """
    child, parent = parents[:, 0], parents[:, 1]
    itself = np.arange(count)
    ones, others = _siblings(child, parent, max_siblings)
    needed = np.concatenate([itself, parent, child, ones, related[:, 0], related[:, 1]])
    near = np.concatenate([itself, child, parent, others, related[:, 1], related[:, 0]])
    sizes = [count, len(child), len(child), len(ones), 2 * len(related)]
    likeness = np.repeat(np.array([1.0, CHILD, PARENT, SIBLING, RELATED], np.float32), sizes)
    order = np.lexsort((-likeness, near, needed))
    needed, near, likeness = needed[order], near[order], likeness[order]
    first = np.ones(len(needed), bool)
    first[1:] = (needed[1:] != needed[:-1]) | (near[1:] != near[:-1])
    start = np.searchsorted(needed[first], np.arange(count + 1)).astype(np.int64)
    return Taxonomy(start=start, near=near[first].astype(np.int32), likeness=likeness[first])


def _siblings(child: Array, parent: Array, limit: int) -> tuple[Array, Array]:
    """Return every ordered pair of children of one parent, for parents with 2 to `limit` children."""
    order = np.argsort(parent, kind="stable")
    child, parent = child[order], parent[order]
    groups = np.split(child, np.flatnonzero(np.diff(parent)) + 1)
    groups = [np.unique(group) for group in groups if 1 < len(group) <= limit]
    if not groups:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    ones = np.concatenate([np.repeat(group, len(group)) for group in groups])
    others = np.concatenate([np.tile(group, len(group)) for group in groups])
    apart = ones != others
    return ones[apart], others[apart]


def reversed_rows(taxonomy: Taxonomy) -> Taxonomy:
    """Return the rows by offered skill: which needed skills it helps with, and how much."""
    count = len(taxonomy.start) - 1
    needed = np.repeat(np.arange(count), np.diff(taxonomy.start))
    order = np.lexsort((needed, taxonomy.near))
    start = np.searchsorted(taxonomy.near[order], np.arange(count + 1)).astype(np.int64)
    return Taxonomy(start=start, near=needed[order].astype(np.int32), likeness=taxonomy.likeness[order])


@inlined
def likeness(taxonomy: Taxonomy, needed: int, offered: int) -> float:
    """Return how near an offered skill is to a needed one: 0 to 1."""
    if needed == offered:
        return 1.0
    low, end = taxonomy.start[needed], taxonomy.start[needed + 1]
    high = end
    while low < high:
        middle = (low + high) >> 1
        if taxonomy.near[middle] < offered:
            low = middle + 1
        else:
            high = middle
    if low < end and taxonomy.near[low] == offered:
        return float(taxonomy.likeness[low])
    return 0.0

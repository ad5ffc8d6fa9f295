"""The sparse graph of a cohort: every learner's candidates, and learners for mentors whom nobody found."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from server.matching.candidates import Scratch, Search, best_first, candidates, days_if_any, scratch
from server.matching.feasible import has_place, meeting_reason, quick_reason, reason
from server.matching.fit import skill_fit
from server.matching.index import Index
from server.matching.kernel import Array, Bools, Doubles, Floats, Ints, Longs, Masks, kernel
from server.matching.overlap import bands
from server.matching.programme import PARTS, Programme
from server.matching.scene import Scene
from server.matching.score import score_of, score_with, shared_days
from server.matching.snapshot import Entries, Snapshot, bounds_of
from server.matching.taxonomy import Taxonomy

COHORT_SEARCH = Search(keep=48, prune=128, explore=16, seed=0)
_FEW = 8
"""A mentor with fewer learners than this gets more, found from the mentor's side."""
_BACK_KEEP, _BACK_LOOK = 16, 96


@dataclass(frozen=True)
class Graph:
    """Edges of learner i: `mentor[start[i]:start[i + 1]]`, as places in `mentors`, with their scores."""

    learners: Ints
    mentors: Ints
    start: Longs
    mentor: Ints
    score: Floats

    @property
    def learner(self) -> Ints:
        """The learner of every edge, as a place in `learners`."""
        return np.repeat(np.arange(len(self.learners), dtype=np.int32), np.diff(self.start))


@dataclass(frozen=True)
class Market:
    """What a cohort is drawn from: columns, skills and rules, with both sides indexed."""

    people: Snapshot
    taxonomy: Taxonomy
    helps: Taxonomy
    """`taxonomy.reversed_rows`: by offered skill."""
    programme: Programme
    offered: Index
    needed: Index

    @property
    def scene(self) -> Scene:
        """What the loops take."""
        return Scene(self.people, self.taxonomy, self.programme)

    def __post_init__(self) -> None:
        """Raise ValueError when the parts speak of different skills: compiled loops check no bounds."""
        skills = len(self.people.idf)
        for tree in (self.taxonomy, self.helps):
            if len(tree.start) != skills + 1:
                raise ValueError(f"the taxonomy has {len(tree.start) - 1} skills, the snapshot {skills}")
        for index, entries in ((self.offered, self.people.offers), (self.needed, self.people.needs)):
            if len(index.start) != skills + 1 or not np.all(_in_range(entries, skills)):
                raise ValueError("a skill is not in the taxonomy")


def _in_range(entries: Entries, skills: int) -> Bools:
    used = entries.items["skill"][: entries.used[0]]
    return np.asarray((used >= 0) & (used < skills))


def build(market: Market, search: Search, threads: int) -> Graph:
    """Find and score the candidates of both sides. The same for any number of threads."""
    learners, mentors = market.needed.members, market.offered.members
    place = np.full(len(market.people.person), -1, np.int32)
    place[mentors] = np.arange(len(mentors), dtype=np.int32)
    times = bands(market.people.free, market.programme.slots, (market.programme.first_slot, market.programme.last_slot))
    found = _in_threads(market, search, times, threads)
    learner, mentor, score = (np.concatenate([part[i] for part in found]) for i in range(3))
    lonely = mentors[np.bincount(place[mentor], minlength=len(mentors)) < _FEW]
    back = _for_lonely(market, lonely, times, threads)
    at = np.full(len(market.people.person), -1, np.int32)
    at[learners] = np.arange(len(learners), dtype=np.int32)
    known = at[back[0]] >= 0
    return from_edges(
        (learners, mentors),
        np.concatenate([at[learner], at[back[0][known]]]),
        np.concatenate([place[mentor], place[back[1][known]]]),
        np.concatenate([score, back[2][known]]),
    )


def from_edges(sides: tuple[Ints, Ints], learner: Array, mentor: Array, score: Array) -> Graph:
    """Return the graph of loose edges given by places in the two sides; of an edge given twice the first counts."""
    learners, mentors = sides
    keys = learner.astype(np.int64) * max(1, len(mentors)) + mentor
    keys, first = np.unique(keys, return_index=True)
    owner = keys // max(1, len(mentors))
    return Graph(
        learners=learners,
        mentors=mentors,
        start=np.searchsorted(owner, np.arange(len(learners) + 1)).astype(np.int64),
        mentor=(keys % max(1, len(mentors))).astype(np.int32),
        score=score[first].astype(np.float32),
    )


def without(graph: Graph, drop: Array) -> Graph:
    """Return the graph without the edges marked in `drop`."""
    keep = ~np.asarray(drop, bool)
    counts = np.bincount(graph.learner[keep], minlength=len(graph.learners))
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Graph(graph.learners, graph.mentors, start, graph.mentor[keep], graph.score[keep])


def _in_threads(market: Market, search: Search, times: Masks, threads: int) -> list[tuple[Ints, Ints, Floats]]:
    learners = market.needed.members
    if len(learners) == 0:
        return [(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32))]
    parts = np.array_split(learners, max(1, min(threads, len(learners))))

    def work(rows: Ints) -> tuple[Ints, Ints, Floats]:
        memory = scratch(len(market.people.person))._replace(bands=times)
        return _chunk(market.scene, market.offered, rows, search, memory)

    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(work, parts))


def _for_lonely(market: Market, lonely: Ints, times: Masks, threads: int) -> tuple[Ints, Ints, Floats]:
    parts = np.array_split(lonely, max(1, threads))

    def work(rows: Ints) -> tuple[Ints, Ints, Floats]:
        memory = scratch(len(market.people.person))._replace(bands=times)
        return _back(market.scene, market.helps, market.needed, rows, memory)

    with ThreadPoolExecutor(len(parts)) as pool:
        found = list(pool.map(work, parts))
    learner, mentor, score = (np.concatenate([part[i] for part in found]) for i in range(3))
    return learner, mentor, score


@kernel
def _chunk(
    scene: Scene,
    index: Index,
    rows: Ints,
    search: Search,
    memory: Scratch,
) -> tuple[Ints, Ints, Floats]:
    size = len(rows) * (search.keep + search.prune + search.explore)
    learner, mentor, score = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.float32)
    found = 0
    for place in range(len(rows)):
        near, worth = candidates(scene, index, rows[place], search, memory)
        last = found + len(near)
        learner[found:last] = rows[place]
        mentor[found:last] = near
        score[found:last] = worth
        found = last
    return learner[:found].copy(), mentor[:found].copy(), score[:found].copy()


@kernel
def _learners_near(scene: Scene, helps: Taxonomy, needed: Index, mentor: int, memory: Scratch) -> int:
    """Fill `memory.total` with the best single need each learner would have met, and return how many are touched."""
    touched = 0
    first, last = bounds_of(scene.people.offers, mentor)
    for offer in range(first, last):
        skill = scene.people.offers.items[offer].skill
        for near in range(helps.start[skill], helps.start[skill + 1]):
            need = helps.near[near]
            for place in range(needed.start[need], needed.start[need + 1]):
                gap = int(scene.people.offers.items[offer].level) - int(needed.level[place])
                worth = helps.likeness[near] * scene.programme.gain[gap + 4]
                row = needed.row[place]
                if worth > memory.total[row]:
                    if memory.total[row] == 0.0:
                        memory.touched[touched] = row
                        touched += 1
                    memory.total[row] = worth
    return touched


@kernel
def _back(scene: Scene, helps: Taxonomy, needed: Index, lonely: Ints, memory: Scratch) -> tuple[Ints, Ints, Floats]:
    """Return feasible learners for each of the lonely mentors, with their scores."""
    person, blocks, asked = scene.people.person, scene.people.blocks, (scene.programme.format, scene.programme.minutes)
    size = len(lonely) * _BACK_KEEP
    learner, mentor, score = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.float32)
    found, values = 0, np.empty(PARTS)
    for place in range(len(lonely)):
        row = lonely[place]
        if not has_place(person, asked[0], asked[1], row):
            continue
        memory.found[0] = _learners_near(scene, helps, needed, row, memory)
        likely = best_first(memory, _BACK_LOOK)
        for at in range(memory.found[0]):
            memory.total[memory.touched[at]] = 0.0
        kept = 0
        for one in likely:
            if kept == _BACK_KEEP:
                break
            if quick_reason(person, blocks, asked, one, row) != 0:
                continue
            pair = (one, row, days_if_any(scene, memory.bands, one, row))
            fit = skill_fit(scene, one, row)
            if meeting_reason(scene, pair) == 0 and fit.right:
                learner[found], mentor[found] = one, row
                score[found] = score_with(scene, pair, fit, values)
                found += 1
                kept += 1
    return learner[:found].copy(), mentor[:found].copy(), score[:found].copy()


def learners_for(market: Market, mentor: int, memory: Scratch) -> tuple[Ints, Floats]:
    """Return feasible learners for one mentor, best first, with their scores. `memory` belongs to the calling thread.

    Those found by the index, and those who changed since it was built.
    """
    rows = np.array([mentor], np.int32)
    learner, _, score = _back(market.scene, market.helps, market.needed, rows, memory)
    fresh, worth = _changed_learners(market.scene, market.needed, mentor)
    learner, first = np.unique(np.concatenate([learner, fresh]), return_index=True)
    score = np.concatenate([score, worth])[first]
    order = np.lexsort((learner, -score))
    return learner[order], score[order]


@kernel
def _changed_learners(scene: Scene, needed: Index, mentor: int) -> tuple[Ints, Floats]:
    """Return the feasible learners among the rows that changed, with their scores."""
    count = int(needed.changed_count[0])
    learner, score = np.empty(count, np.int32), np.empty(count, np.float32)
    found, values = 0, np.empty(PARTS)
    for place in range(count):
        row = needed.changed[place]
        if reason(scene, row, mentor) == 0:
            days = shared_days(scene.people.free, scene.programme, row, mentor)
            learner[found], score[found] = row, score_of(scene, (row, mentor, days), values)
            found += 1
    return learner[:found].copy(), score[:found].copy()


def scores_as_float(graph: Graph) -> Doubles:
    """Return the scores in double precision, with NaN as 0."""
    return np.nan_to_num(graph.score.astype(np.float64), nan=0.0)

"""The community as the matching engine sees it, in memory: built whole, changed in place, asked by pairs and lists.

Not safe to share: one thread builds, changes and asks (services/matching_snapshot.py owns it). No SQL.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import numpy as np

from server.domain.availability import MentoringFormat
from server.domain.suggestions import MatchSide
from server.kit.clock import now
from server.matching import cohort, graph, index, overlap, serving, snapshot, timegrid
from server.matching.candidates import Scratch, Search, scratch
from server.matching.cohort import Demand
from server.matching.explain import Explanation, WhyNot, explain, why_not
from server.matching.feasible import Reason, reasons
from server.matching.graph import Market
from server.matching.index import Index
from server.matching.kernel import Array
from server.matching.plan import feasible_scores
from server.matching.programme import Programme, programme
from server.matching.snapshot import Snapshot
from server.matching.snapshot_store import write_entries
from server.queries.matching import DECLINED_FOR, MISFIT_FOR, People, Rows
from server.services.matching_columns import FORMATS, UNMET, Drawn, Loose, Meanings, drawn, epoch_day, skills

LISTED = 60
"""How many suggestions there are at most for one person in one format."""
SEED = 2026
_SEARCH = Search(64, 512, 16, SEED)
_SPARE = 0.05
_LEAST_SPARE = 256
_TRIED = 50


@dataclass(frozen=True)
class Musts:
    """What somebody's musts cost: who would be possible without any, who is with all, and whom each leaves out."""

    possible: int
    left: int
    removed: Mapping[str, int]


@dataclass(frozen=True)
class Found:
    """Somebody suggested, with the score of the pair."""

    profile_id: UUID
    score: float


class Picture:
    """Everybody, as columns; `version` grows with every change."""

    def __init__(self, parts: Sequence[Drawn], meanings: Meanings) -> None:
        """Put parts of the community together. Blocks and declines follow with `update_pairs`."""
        self.meanings = meanings
        self.ids = [one for part in parts for one in part.ids]
        self.rows = {one: row for row, one in enumerate(self.ids)}
        self.people = _joined(parts, meanings.zones.start)
        self._blocks = np.empty((0, 2), np.int64)
        self._declines = np.empty((0, 3), np.int64)
        self._indexes: dict[MentoringFormat, tuple[Index, Index]] = {}
        self._markets: dict[MentoringFormat, Market] = {}
        self._slot = -1
        self._memory: Scratch = scratch(len(self.people.person))

    def __contains__(self, profile_id: UUID) -> bool:
        """Tell whether somebody is known."""
        return profile_id in self.rows

    def update(self, people: People) -> bool:
        """Take in what these people are now. Return False when there is no room left: time to build again."""
        fresh = drawn(people, self.meanings)
        for place, one in enumerate(fresh.ids):
            row = self.rows.get(one, len(self.ids))
            if row >= len(self.people.person) or not self._mark(row):
                return False
            if row == len(self.ids):
                self.ids.append(one)
                self.rows[one] = row
            self._write(row, fresh, place)
        self.update_pairs([self.rows[one] for one in fresh.ids], people.blocks, people.declines)
        return True

    def update_pairs(self, of: Iterable[int], blocks: Rows, declines: Rows) -> None:
        """Replace the blocks and declines that these rows are part of."""
        touched = np.zeros(len(self.people.person), bool)
        touched[list(of)] = True
        kept = [old[~(touched[old[:, 0]] | touched[old[:, 1]])] for old in (self._blocks, self._declines)]
        self._blocks = np.concatenate([kept[0], _rows(self._pairs_of(blocks), 2)])
        self._declines = np.concatenate([kept[1], _rows(self._declines_of(declines), 3)])
        people = snapshot.with_blocks(self.people, self._blocks[:, 0], self._blocks[:, 1])
        learner, mentor, until = self._declines.T
        self.people = snapshot.with_declines(people, learner, mentor, until)
        self._markets.clear()

    def top(self, profile_id: UUID, kind: MentoringFormat, side: MatchSide) -> list[Found]:
        """Return the suggestions for somebody who would take this seat, in their order."""
        row, market = self.rows[profile_id], self.market(kind)
        if side is MatchSide.LEARNER:
            served = serving.top(market, row, _SEARCH, self._memory, LISTED)
            found, scores = served.rows, served.scores
        else:
            near, worth = graph.learners_for(market, row, self._memory)
            found, scores = near[:LISTED], worth[:LISTED].astype(np.float64)
        return [Found(self.ids[one], float(score)) for one, score in zip(found.tolist(), scores.tolist(), strict=True)]

    def explain(self, learner: UUID, mentor: UUID, kind: MentoringFormat) -> Explanation:
        """Explain a pair."""
        return explain(self.market(kind), self.rows[learner], self.rows[mentor])

    def why_not(self, learner: UUID, mentor: UUID, kind: MentoringFormat) -> WhyNot:
        """Return why a learner cannot have a mentor."""
        return why_not(self.market(kind), self.rows[learner], self.rows[mentor])

    def musts(self, profile_id: UUID, kind: MentoringFormat, traits: Sequence[str]) -> Musts:
        """Return how many mentors of a format each of these musts leaves out for a learner."""
        row, market = self.rows[profile_id], self.market(kind)
        person = self.people.person
        wishes, person["must"][row] = person["must"][row], 0
        try:
            mentors = index.mentors_of(self.people, int(FORMATS[kind]))
            possible = mentors[reasons(market.scene, row, mentors) == Reason.FEASIBLE]
        finally:
            person["must"][row] = wishes
        has = person["traits"][possible]
        bits = {one: np.uint64(self.meanings.traits.of([one]) or UNMET) for one in traits}
        every = np.bitwise_or.reduce(list(bits.values())) if bits else np.uint64(0)
        left = int(np.count_nonzero((has & every) == every))
        removed = {one: int(np.count_nonzero(has & bit == 0)) for one, bit in bits.items()}
        return Musts(len(possible), left, removed)

    def starts(self, one: UUID, other: UUID, slots: int, count: int) -> list[datetime]:
        """Return the next starts of a meeting of so many quarter hours that suit both, at most one a day."""
        free = self.people.free
        window = (self._now_slot() + 1, timegrid.SLOTS)
        found = overlap.next_starts(free[self.rows[one]], free[self.rows[other]], slots, window, count)
        return [self.instant(int(slot) * timegrid.SLOT_SECONDS + self.meanings.zones.start) for slot in found]

    def can_meet(self, profile_id: UUID, others: Collection[UUID], slots: int, days: int) -> set[UUID]:
        """Return those of these people who have a common start with somebody within some days from now."""
        mine = self.people.free[self.rows[profile_id]]
        first = self._now_slot() + 1
        window = (first, min(timegrid.SLOTS, first + days * timegrid.SLOTS_PER_DAY))
        known = [(one, self.people.free[self.rows[one]]) for one in others if one in self.rows]
        return {one for one, free in known if overlap.common_days(mine, free, slots, window, 1)}

    def rehearse(self) -> None:
        """Ask everything once, so that nobody waits for a compiler: of spare rows while there are no people."""
        market, count = self.market(MentoringFormat.CLASSIC), max(1, min(len(self.ids), _TRIED))
        lists = [serving.top(market, row, _SEARCH, self._memory, LISTED).rows for row in range(count)]
        learner, found = next(((row, one) for row, one in enumerate(lists) if len(one)), (0, [0]))
        mentor = int(found[0])
        graph.learners_for(market, mentor, self._memory)
        explain(market, learner, mentor)
        why_not(market, learner, mentor)
        overlap.next_starts(self.people.free[learner], self.people.free[mentor], 4, (0, 1), 1)
        one, other = np.array([learner], np.int32), np.array([mentor], np.int32)
        feasible_scores(market.scene, one, other)
        edges = graph.from_edges((one, other), np.zeros(1, np.int64), np.zeros(1, np.int64), np.ones(1))
        cohort.solve(edges, Demand(np.ones(1, np.int64), np.ones(1)))

    @staticmethod
    def instant(second: int) -> datetime:
        """Return an instant of the epoch."""
        return datetime.fromtimestamp(second, UTC)

    def market(self, kind: MentoringFormat) -> Market:
        """Return what lists of a format are drawn from now."""
        if self._now_slot() != self._slot:
            self._slot = self._now_slot()
            self._markets.clear()
        if kind not in self._markets:
            offered, needed = self._indexed(kind)
            known = skills()
            self._markets[kind] = Market(self.people, known.near, known.helps, self._rules(kind), offered, needed)
        return self._markets[kind]

    def _rules(self, kind: MentoringFormat) -> Programme:
        # What begins within this quarter of an hour is too late to plan.
        return programme(FORMATS[kind], now_slot=self._slot + 1, today=epoch_day(now()))

    def _now_slot(self) -> int:
        passed = int(now().timestamp()) - self.meanings.zones.start
        return min(max(passed // timegrid.SLOT_SECONDS, 0), timegrid.SLOTS - 1)

    def _indexed(self, kind: MentoringFormat) -> tuple[Index, Index]:
        if kind not in self._indexes:
            number, count = int(FORMATS[kind]), skills().count
            self._indexes[kind] = (
                index.build(self.people.offers, index.mentors_of(self.people, number), count),
                index.build(self.people.needs, index.learners_of(self.people, number), count),
            )
        return self._indexes[kind]

    def _mark(self, row: int) -> bool:
        return all(index.mark_changed(one, row) for pair in self._indexes.values() for one in pair)

    def _write(self, row: int, fresh: Drawn, place: int) -> None:
        kept = self.people.person[row]["has_block"]
        self.people.person[row] = fresh.person[place]
        self.people.person[row]["has_block"] = kept
        self.people.free[row] = fresh.free[place]
        needs, offers = (
            write_entries(entries, row, loose.skill[own], loose.level[own], loose.weight[own])
            for entries, loose in ((self.people.needs, fresh.needs), (self.people.offers, fresh.offers))
            for own in [loose.owner == place]
        )
        self.people = self.people._replace(needs=needs, offers=offers)

    def _pairs_of(self, blocks: Rows) -> list[tuple[int, int]]:
        rows = self.rows
        return [(rows[one], rows[other]) for one, other in blocks if one in rows and other in rows]

    def _declines_of(self, declines: Rows) -> list[tuple[int, int, int]]:
        rows = self.rows
        return [
            (rows[learner], rows[mentor], epoch_day(since + (MISFIT_FOR if is_misfit else DECLINED_FOR)))
            for learner, mentor, since, is_misfit in declines
            if learner in rows and mentor in rows
        ]


def _rows(values: Sequence[tuple[int, ...]], width: int) -> Array:
    return np.array(values, np.int64).reshape(-1, width)


def _joined(parts: Sequence[Drawn], start: int) -> Snapshot:
    """Return the columns of all parts, with rows to spare."""
    count = sum(len(part.ids) for part in parts)
    people = snapshot.blank(count + max(_LEAST_SPARE, int(_SPARE * count)), skills().count, start)
    first = 0
    for part in parts:
        last = first + len(part.ids)
        people.person[first:last], people.free[first:last] = part.person, part.free
        first = last
    needs, offers = (
        _entries(len(people.person), [getattr(part, side) for part in parts], parts) for side in ("needs", "offers")
    )
    offered = offers.items["skill"][: offers.used[0]]
    idf = snapshot.rarity(max(1, count), offered, skills().count)
    return people._replace(needs=needs, offers=offers, idf=idf)


def _entries(rows: int, loose: Sequence[Loose], parts: Sequence[Drawn]) -> snapshot.Entries:
    offsets = np.cumsum([0, *(len(part.ids) for part in parts)])
    owner = [one.owner + offset for one, offset in zip(loose, offsets, strict=False)]
    none = [np.empty(0)]
    return snapshot.entries(
        rows,
        np.concatenate([*none, *owner]),
        np.concatenate([*none, *(one.skill for one in loose)]),
        np.concatenate([*none, *(one.level for one in loose)]),
        np.concatenate([*none, *(one.weight for one in loose)]),
    )

"""From a programme's rows to what the engine runs on: columns of those who take part, under the programme's weights."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np

from server.domain.availability import MentoringFormat
from server.domain.profiles import WorkPattern
from server.domain.programmes import PARTS_OF, Weights
from server.domain.suggestions import MatchSide
from server.matching import cohort, index, timegrid
from server.matching import programme as engine
from server.matching.graph import Market
from server.matching.kernel import Array
from server.matching.plan import Wishes
from server.matching.programme import LearnerPart, MentorPart
from server.matching.snapshot import Entries, Snapshot
from server.models.programmes import Programme
from server.queries import matching as queries
from server.queries.cohorts import Cohort, cohort_of
from server.services.matching_columns import (
    FORMATS,
    Bits,
    Drawn,
    Meanings,
    Zones,
    common_traits,
    drawn,
    epoch_day,
    skills,
)
from server.services.matching_picture import Picture

BATCH = 2_000
THREADS = 2
_INDUSTRIES = 56
_DAY = 86_400.0

Told = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True)
class Gathered:
    """A market with its wishes; `ids` names its rows. `snapshot_hash` is of all columns that the engine reads.

    `groups` names the labels of each kind of group.
    """

    ids: list[UUID]
    market: Market
    wishes: Wishes
    snapshot_hash: str
    groups: dict[str, dict[int, str]]


@dataclass(frozen=True)
class Asked:
    """What a run is to be made of, besides the programme."""

    weights: Weights
    seed: int
    at: datetime


async def gather(programme: Programme, asked: Asked, told: Told) -> Gathered:
    """Read who takes part and return the market of a run. `told` hears how many people are read, of how many."""
    people = await cohort_of(programme, asked.at)
    ids = sorted({*people.mentors, *(one.profile_id for one in people.learners)})
    start = timegrid.grid_start(asked.at)
    languages = await queries.common_languages()
    industries = await queries.common_industries()
    traits = common_traits(languages, industries)
    meanings = Meanings(Zones(start), Bits(languages), Bits(industries, room=_INDUSTRIES), traits)
    parts: list[Drawn] = []
    pairs: list[queries.Rows] = [[], []]
    begins = datetime.fromtimestamp(start, UTC)
    for first in range(0, len(ids), BATCH):
        batch = ids[first : first + BATCH]
        rows = await queries.read_people(batch, start=begins, end=begins + timedelta(days=timegrid.DAYS), at=asked.at)
        parts.append(await asyncio.to_thread(drawn, rows, meanings))
        pairs[0] += rows.blocks
        pairs[1] += rows.declines
        await told(first + len(batch), len(ids))
    read = _Read(people, parts, pairs, languages)
    return await asyncio.to_thread(_put_together, programme, asked, read, meanings)


@dataclass(frozen=True)
class _Read:
    """Who takes part, their columns, blocks and declines, and the languages by bit."""

    people: Cohort
    parts: list[Drawn]
    pairs: list[queries.Rows]
    languages: list[str]


def _put_together(programme: Programme, asked: Asked, read: _Read, meanings: Meanings) -> Gathered:
    people = read.people
    picture = Picture(read.parts, meanings)
    picture.update_pairs((), *read.pairs)
    learners = np.array([picture.rows[one.profile_id] for one in people.learners if one.profile_id in picture.rows])
    mentors = np.array([picture.rows[one] for one in people.mentors if one in picture.rows], np.int64)
    _take_part(picture.people, learners.astype(np.int64), mentors)
    _fill_waits(picture, people, asked.at)
    return Gathered(
        ids=picture.ids,
        market=market_of(picture.people, rules_of(programme.format, asked.weights, asked.at)),
        wishes=replace(_wishes(picture, people), list_length=programme.list_length, seed=asked.seed),
        snapshot_hash=hash_of(picture.people),
        groups=label_names(read.languages),
    )


def _take_part(people: Snapshot, learners: Array, mentors: Array) -> None:
    """Let nobody learn or teach who does not take part on that side."""
    for name, rows in (("sought", learners), ("given", mentors)):
        outside = np.ones(len(people.person), bool)
        outside[rows] = False
        people.person[name][outside] = 0


def _fill_waits(picture: Picture, people: Cohort, at: datetime) -> None:
    for one in people.learners:
        if one.profile_id in picture.rows:
            waited = max(0.0, (at - one.since).total_seconds() / _DAY)
            picture.people.person["wait_days"][picture.rows[one.profile_id]] = waited


def rules_of(kind: MentoringFormat, weights: Weights, at: datetime) -> engine.Programme:
    """Return a format's rules under a programme's weights, from an instant on."""
    start = timegrid.grid_start(at)
    slot = int(at.timestamp() - start) // timegrid.SLOT_SECONDS
    return weighed(engine.programme(FORMATS[kind], now_slot=slot + 1, today=epoch_day(at)), weights)


def weighed(rules: engine.Programme, weights: Weights) -> engine.Programme:
    """Return rules with other weights."""
    return rules._replace(
        u_weights=_weights(weights, MatchSide.LEARNER, LearnerPart),
        v_weights=_weights(weights, MatchSide.MENTOR, MentorPart),
    )


def _weights(weights: Weights, side: MatchSide, parts: type[LearnerPart] | type[MentorPart]) -> Array:
    out = np.zeros(len(parts))
    for part in PARTS_OF[side]:
        out[parts[part.name].value] = weights[side][part]
    return out


def market_of(people: Snapshot, rules: engine.Programme) -> Market:
    """Index both sides under rules."""
    known = skills()
    return Market(
        people=people,
        taxonomy=known.near,
        helps=known.helps,
        programme=rules,
        offered=index.build(people.offers, index.mentors_of(people, rules.format), known.count),
        needed=index.build(people.needs, index.learners_of(people, rules.format), known.count),
    )


def _wishes(picture: Picture, people: Cohort) -> Wishes:
    person = picture.people.person
    served = np.zeros(len(person), bool)
    for one in people.learners:
        if one.profile_id in picture.rows:
            served[picture.rows[one.profile_id]] = one.was_served
    labels = labels_of(picture.people)
    return Wishes(
        priority=cohort.priority(person["wait_days"], served),
        label=labels["work"],
        labels=labels,
        locked=_rows_of(picture, people.locked),
        forbidden=_rows_of(picture, [*people.forbidden, *people.taken]),
        threads=THREADS,
    )


def _rows_of(picture: Picture, pairs: Iterable[tuple[UUID, UUID]]) -> Array:
    rows = picture.rows
    return np.array([(rows[one], rows[two]) for one, two in pairs if one in rows and two in rows], np.int64).reshape(
        -1, 2
    )


def labels_of(people: Snapshot) -> dict[str, Array]:
    """Return the groups that a report compares, by row. No score reads them.

    language: the commonest that somebody works in; work: the first pattern of work; hours: the six hours of the UTC
    day in which somebody is free most. -1 for whoever said nothing of it.
    """
    person = people.person
    hours = np.concatenate([_free_by_part(people.free[at : at + BATCH]) for at in range(0, len(person), BATCH)])
    return {
        "language": _lowest_bit(person["languages"]),
        "work": _lowest_bit(person["contexts"] & np.uint64((1 << len(WorkPattern)) - 1)),
        "hours": np.where(hours.any(1), hours.argmax(1), -1),
    }


def _free_by_part(free: Array) -> Array:
    """Return how many free slots lie in each quarter of the UTC day."""
    slots = np.unpackbits(free.view(np.uint8), axis=1, bitorder="little")
    return np.asarray(slots.reshape(len(free), timegrid.DAYS, 4, 24).sum((1, 3), dtype=np.int32))


def label_names(languages: Sequence[str]) -> dict[str, dict[int, str]]:
    """Return what the numbers in `labels_of` stand for, given the languages in the order of their bits."""
    return {
        "language": {-1: "unsaid", **dict(enumerate(languages))},
        "work": {-1: "unsaid", **{bit: one.value for bit, one in enumerate(WorkPattern)}},
        "hours": {-1: "unsaid", 0: "00-06 UTC", 1: "06-12 UTC", 2: "12-18 UTC", 3: "18-24 UTC"},
    }


def _lowest_bit(words: Array) -> Array:
    """Return the number of the lowest bit that is set, -1 for none."""
    low = words & (~words + np.uint64(1))
    return np.where(words > 0, np.log2(np.maximum(low, 1).astype(np.float64)), -1).astype(np.int64)


def hash_of(people: Snapshot) -> str:
    """Return a hash over every column, so that two runs can be told to have seen the same."""
    digest = hashlib.sha256()
    for value in people:
        for array in value if isinstance(value, Entries) else (value,):
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()

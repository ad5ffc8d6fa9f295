"""From rows about people to the columns of the matching engine. No SQL, no state of the community: numbers in and out.

What each bit and number means is in `Meanings`; the engine knows none of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfoNotFoundError

import numpy as np

from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import DEFAULT_MINUTES, DEFAULT_NEW_REQUESTS, DEFAULT_PLACES
from server.domain.preferences import (
    PATTERN_TRAITS,
    traits_of_industries,
    traits_of_languages,
    traits_of_patterns,
)
from server.domain.profile_changes import Pace
from server.domain.profiles import SkillDirection, WorkPattern
from server.matching import snapshot, taxonomy, timegrid
from server.matching.kernel import Array, Masks
from server.matching.programme import Format
from server.matching.taxonomy import Taxonomy
from server.matching.timegrid import ZoneTables
from server.queries.matching import People, Rows
from server.queries.skills import vocabulary

FORMATS: Mapping[MentoringFormat, Format] = {one: Format[one.name] for one in MentoringFormat}
MODES = {Pace.ASYNC.value: snapshot.ASYNC_MODE, Pace.LIVE.value: 2, Pace.EITHER.value: 3}
_BITS = 64
TRAITS = _BITS - 1
UNMET = 1 << TRAITS
"""The bit of a trait that nobody has."""
_COMMON = 24
_EVERY_FORMAT = (1 << snapshot.FORMATS) - 1
_CLEAR_GOAL_WORDS = 6
_PATTERN_BITS = {one.value: bit for bit, one in enumerate(WorkPattern)}
_EPOCH_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class Skills:
    """The vocabulary as numbers: skills first, then groups, which only make siblings of their members."""

    numbers: Mapping[str, int]
    names: Sequence[str]
    near: Taxonomy
    helps: Taxonomy

    @property
    def count(self) -> int:
        """The number of skills and groups."""
        return len(self.near.start) - 1


@cache
def skills() -> Skills:
    """Return the shipped vocabulary as numbers. The first call takes some tenths of a second."""
    known = vocabulary()
    numbers = {str(one): number for number, one in enumerate(known.skills)}
    groups = {code: len(numbers) + number for number, code in enumerate(known.groups)}
    parents = [(numbers[one.id], groups[code]) for one in known.skills.values() for code in one.group_ids]
    related = [
        (numbers[one.id], numbers[other])
        for one in known.skills.values()
        for other in one.related_ids
        if other in numbers
    ]
    near = taxonomy.build(len(numbers) + len(groups), _edges(parents), _edges(related))
    return Skills(numbers, list(numbers), near, taxonomy.reversed_rows(near))


def _edges(pairs: list[tuple[int, int]]) -> Array:
    return np.array(pairs, np.int64).reshape(-1, 2)


class Bits:
    """Names as bits of a word, the most common first. A name past the last bit has none."""

    def __init__(self, names: Iterable[str], *, room: int = _BITS) -> None:
        self._bits: dict[str, int] = {}
        self._room = room
        for name in names:
            self.of([name])

    def of(self, names: Iterable[str]) -> int:
        """Return the names as a set of bits, taking free bits for new ones."""
        word = 0
        for name in names:
            if name not in self._bits and len(self._bits) < self._room:
                self._bits[name] = len(self._bits)
            word |= 1 << self._bits[name] if name in self._bits else 0
        return word


def common_traits(languages: Sequence[str], industries: Sequence[str]) -> Bits:
    """Return the traits that may be wished for, those of the most common names first."""
    named = [*traits_of_languages(languages[:_COMMON]), *traits_of_industries(industries[:_COMMON])]
    return Bits([*PATTERN_TRAITS, *named], room=TRAITS)


class Zones:
    """The time zones met so far, as tables of the grid."""

    def __init__(self, start: int) -> None:
        self.start = start
        self._places: dict[str, int] = {}
        self._tables = timegrid.zone_tables([], start)

    def place(self, name: str) -> int:
        """Return where a zone is in the tables; an unknown one counts as UTC."""
        if name not in self._places:
            self._places[name] = len(self._places)
            more = self._table_of(name)
            self._tables = ZoneTables(
                self.start,
                (*self._tables.names, name),
                np.concatenate([self._tables.quarter, more.quarter]),
                np.concatenate([self._tables.local_slot, more.local_slot]),
            )
        return self._places[name]

    @property
    def tables(self) -> ZoneTables:
        """The tables of every zone met."""
        return self._tables

    def _table_of(self, name: str) -> ZoneTables:
        try:
            return timegrid.zone_tables([name], self.start)
        except (ZoneInfoNotFoundError, ValueError):
            return timegrid.zone_tables(["Etc/UTC"], self.start)


@dataclass(frozen=True)
class Meanings:
    """What the bits of this snapshot stand for, and where its time begins."""

    zones: Zones
    languages: Bits
    industries: Bits
    traits: Bits = field(default_factory=lambda: Bits(PATTERN_TRAITS, room=TRAITS))
    """What may be wished of others. A trait that found no room is met by nobody."""


@dataclass(frozen=True)
class Loose:
    """Skills of several people: whose (a place in `Drawn.ids`), which, how well, how much wanted."""

    owner: Array
    skill: Array
    level: Array
    weight: Array


@dataclass(frozen=True)
class Drawn:
    """People as columns, in the order of `ids`."""

    ids: list[UUID]
    person: Array
    free: Masks
    needs: Loose
    offers: Loose
    places: Mapping[UUID, int] = field(repr=False)


def drawn(people: People, meanings: Meanings) -> Drawn:
    """Return people as columns. `has_block`, `price` and `wait_days` are left at nothing."""
    ids = [row["id"] for row in people.persons]
    places = {one: place for place, one in enumerate(ids)}
    person = snapshot.blank(len(ids), 1).person
    needs, offers = (_skills_of(people.skills, places, way) for way in (SkillDirection.SOUGHT, SkillDirection.OFFERED))
    person["keys"] = _keys(ids)
    person["flags"] = [_flags(row) for row in people.persons]
    person["modes"] = [MODES.get(row["pace"] or "", 0) for row in people.persons]
    person["contexts"] = [_contexts(row, meanings) for row in people.persons]
    person["clarity"] = [_clarity(row["goals"]) for row in people.persons]
    person["languages"] = _languages(people, places, meanings)
    _fill_traits(person, people, places, meanings.traits)
    _fill_accounts(person, people, places)
    _fill_answers(person, people, places)
    person["sought"][np.unique(needs.owner)] = _EVERY_FORMAT
    teaches = np.zeros(len(ids), bool)
    teaches[offers.owner] = True
    found = np.array([row["is_found"] for row in people.persons], bool)
    gives = (person["places_total"] > 0) @ (1 << np.arange(snapshot.FORMATS))
    person["given"] = np.where(teaches & found, gives, 0)
    return Drawn(ids, person, _free(people, places, meanings.zones), needs, offers, places)


def epoch_day(at: datetime) -> int:
    """Return the day of the epoch, in UTC."""
    return (at.astimezone(UTC).date() - _EPOCH_DAY).days


def _flags(row: Any) -> int:
    return snapshot.ACTIVE | snapshot.VERIFIED if row["takes_part"] else 0


def _keys(ids: Sequence[UUID]) -> Array:
    mask = (1 << 64) - 1
    return np.array([(one.int >> 64, one.int & mask) for one in ids], np.uint64).reshape(-1, 2)


def _contexts(row: Any, meanings: Meanings) -> int:
    patterns = sum(1 << _PATTERN_BITS[one] for one in set(row["work_patterns"]) if one in _PATTERN_BITS)
    return int(patterns | meanings.industries.of(one.lower() for one in row["industries"]) << len(_PATTERN_BITS))


def _clarity(goals: Sequence[str]) -> float:
    longest = max((len(goal.split()) for goal in goals), default=0)
    return min(1.0, longest / _CLEAR_GOAL_WORDS) if longest else float("nan")


def _languages(people: People, places: Mapping[UUID, int], meanings: Meanings) -> Array:
    found = [0] * len(places)
    for owner, code in people.languages:
        found[places[owner]] |= meanings.languages.of([code])
    # Somebody who named none is taken to work in the language of their account.
    for place, row in enumerate(people.persons):
        found[place] = found[place] or meanings.languages.of([(row["locale"] or "en").split("-")[0].lower()])
    return np.array(found, np.uint64)


def _fill_traits(person: Array, people: People, places: Mapping[UUID, int], bits: Bits) -> None:
    """Write what each is known to be, as far as every member may see it, and what each wishes of others."""
    spoken: dict[UUID, list[str]] = {one: [] for one in places}
    for owner, code in people.languages:
        spoken[owner].append(code)
    traits = []
    for place, row in enumerate(people.persons):
        known = [
            *(traits_of_patterns(row["work_patterns"]) if row["shows_work"] else ()),
            *(traits_of_languages(spoken[row["id"]]) if row["shows_languages"] else ()),
            *(traits_of_industries(row["industries"]) if row["shows_industries"] else ()),
        ]
        traits.append(bits.of(known))
        for wish in row["wishes"]:
            strength, _, trait = wish.partition(" ")
            person[strength][place] |= np.uint64(bits.of([trait]) or UNMET)
    person["traits"] = np.array(traits, np.uint64)


def _skills_of(rows: Rows, places: Mapping[UUID, int], way: SkillDirection) -> Loose:
    numbers = skills().numbers
    kept = [
        (places[row["profile_id"]], numbers[row["skill_id"]], row["level"], 1.0 / max(1, row["priority"]))
        for row in rows
        if row["direction"] == way.value and row["skill_id"] in numbers and row["profile_id"] in places
    ]
    owner, skill, level, weight = zip(*kept, strict=True) if kept else ((), (), (), ())
    return Loose(np.array(owner, np.int64), np.array(skill, np.int32), np.array(level, np.int8), np.array(weight))


def _fill_accounts(person: Array, people: People, places: Mapping[UUID, int]) -> None:
    defaults = [DEFAULT_PLACES[one] for one in MentoringFormat]
    columns = [int(FORMATS[one]) for one in MentoringFormat]
    person["places"][:, columns] = person["places_total"][:, columns] = defaults
    person["minutes"] = DEFAULT_MINUTES
    weekly = np.full(len(places), DEFAULT_NEW_REQUESTS)
    for owner, kind, name, allowed, used in people.accounts:
        place, left = places[owner], max(0, allowed - used)
        if kind == CapacityKind.CONCURRENT:
            column = int(FORMATS[MentoringFormat(name)])
            person["places"][place, column], person["places_total"][place, column] = left, allowed
        elif kind == CapacityKind.MINUTES:
            person["minutes"][place] = left
        else:
            weekly[place] = left
    closed = np.array([row["is_paused"] for row in people.persons], bool) | (weekly <= 0)
    person["places"][closed] = 0


def _fill_answers(person: Array, people: People, places: Mapping[UUID, int]) -> None:
    for owner, timely, late, hours, unanswered in people.answers:
        row = person[places[owner]]
        row["timely"], row["late"] = timely, late
        row["reply_hours"] = np.nan if hours is None else hours
        # Those who let requests run out are asked less, however empty their places are.
        row["load"] = (unanswered + late) / max(1, int(row["places"].sum()))
    for owner, count in people.shown:
        person["shown"][places[owner]] = count


def _free(people: People, places: Mapping[UUID, int], zones: Zones) -> Masks:
    zone = np.array([zones.place(row["time_zone"]) for row in people.persons], np.int64)
    owner, weekday, begin, end = (
        np.array([row[column] if column else places[row[0]] for row in people.windows], np.int64) for column in range(4)
    )
    patterns = timegrid.weekly_patterns(len(places), owner, weekday, (begin, end))
    free = timegrid.bitmaps(patterns, zone, zones.tables)
    # What is closed wins over what is open, whichever was said first.
    for profile_id, day, start, until, is_open in sorted(people.exceptions, key=lambda row: not row["is_open"]):
        place, midnight = places[profile_id], (day - _EPOCH_DAY).days * 1440
        minutes = (midnight + start, midnight + until)
        stretch = timegrid.local_stretch(zones.tables, int(zone[place]), minutes, is_open=is_open)
        free[place] = free[place] | stretch if is_open else free[place] & ~stretch
    for profile_id, started_at, ended_at in people.blackouts:
        last = zones.start + timegrid.SLOTS * timegrid.SLOT_SECONDS
        until = last if ended_at is None else min(last, int(ended_at.timestamp()))
        free[places[profile_id]] &= ~timegrid.utc_stretch(zones.start, int(started_at.timestamp()), until)
    return free

"""A made-up community to measure matching on: Zipf skills in a tree, languages, time bands, gaps in what was said."""

from dataclasses import dataclass

import numpy as np

from server.matching import snapshot as columns
from server.matching import taxonomy, timegrid
from server.matching.graph import Market
from server.matching.index import build, learners_of, mentors_of
from server.matching.kernel import Array
from server.matching.programme import Format, Programme, programme
from server.matching.snapshot import Entries, Snapshot
from server.matching.taxonomy import Taxonomy
from server.matching.timegrid import ZoneTables

START = 1_793_491_200
"""2026-11-01 00:00 UTC: the four weeks hold the American switch to winter time."""
ZONES = (
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Africa/Lagos",
    "Asia/Kolkata",
    "Asia/Manila",
)
SKILLS = 2_000
GROUP = 12
LANGUAGES = 12
FORMATS = 0b111111
CHUNK = 50_000


@dataclass(frozen=True)
class Community:
    """Learners come first in the rows, mentors after them. `group` is a label that no score sees."""

    people: Snapshot
    taxonomy: Taxonomy
    learners: Array
    mentors: Array
    group: Array

    def market(self, rules: Programme | None = None) -> Market:
        """Index both sides under a programme, classic unless said."""
        rules = programme(Format.CLASSIC) if rules is None else rules
        people = self.people
        return Market(
            people=people,
            taxonomy=self.taxonomy,
            helps=taxonomy.reversed_rows(self.taxonomy),
            programme=rules,
            offered=build(people.offers, mentors_of(people, rules.format), len(people.idf)),
            needed=build(people.needs, learners_of(people, rules.format), len(people.idf)),
        )


def community(learners: int, mentors: int, seed: int = 0, skills: int = SKILLS) -> Community:
    """Make one; the same seed gives the same community."""
    chance = np.random.default_rng(seed)
    rows = learners + mentors
    tree = skill_tree(skills)
    popularity = 1.0 / (1.0 + chance.permutation(skills)) ** 0.9
    popularity /= popularity.sum()
    needs = _entries(chance, np.arange(learners), rows, popularity, is_need=True)
    offers = _entries(chance, np.arange(learners, rows), rows, popularity, is_need=False)
    people = columns.blank(rows, len(tree.start) - 1, START)._replace(needs=needs, offers=offers)
    _fill(people, chance, learners)
    offered, _ = columns.skills_of(offers, np.arange(rows))
    people = people._replace(idf=columns.rarity(mentors, offered["skill"], len(tree.start) - 1))
    people = _kept_apart(people, chance, learners)
    group = (chance.random(rows) < 0.25).astype(np.int64)
    return Community(people, tree, np.arange(learners), np.arange(learners, rows), group)


def skill_tree(skills: int) -> Taxonomy:
    """Return groups of a dozen siblings; in every group the first is the parent of the next three."""
    skill = np.arange(skills)
    groups = skills + skill // GROUP
    place = skill % GROUP
    inner = skill[(place > 0) & (place < 4)]
    parents = np.concatenate([np.stack([skill, groups], 1), np.stack([inner, inner - inner % GROUP], 1)])
    related = np.stack([skill[: skills // 2], skill[skills // 2 : skills // 2 * 2]], 1)
    return taxonomy.build(int(groups.max()) + 1, parents, related)


def _entries(chance: np.random.Generator, who: Array, rows: int, popularity: Array, *, is_need: bool) -> Entries:
    count = chance.integers(1, 5, len(who)) + (0 if is_need else 1)
    owner = np.repeat(who, count)
    skill = chance.choice(len(popularity), len(owner), p=popularity)
    level = chance.integers(0, 3, len(owner)) if is_need else chance.integers(2, 5, len(owner))
    weight: Array = chance.integers(1, 4, len(owner)) if is_need else chance.random(len(owner))
    if not is_need:
        weight = np.where(np.repeat(chance.random(len(who)) < 0.4, count), np.nan, weight)
    return columns.entries(rows, owner, skill, level, weight)


def _fill(people: Snapshot, chance: np.random.Generator, learners: int) -> None:
    person, rows = people.person, len(people.person)
    person["flags"][:] = columns.ACTIVE | columns.VERIFIED
    person["sought"][:learners] = FORMATS
    person["given"][learners:] = FORMATS
    person["modes"][:] = 2
    spoken = 1.0 / (1.0 + np.arange(LANGUAGES))
    own = chance.choice(LANGUAGES, rows, p=spoken / spoken.sum()).astype(np.uint64)
    person["languages"][:] = np.uint64(1) << own | (chance.random(rows) < 0.6).astype(np.uint64)
    person["access_needs"][:] = (chance.random(rows) < 0.03) * np.uint32(1)
    person["access_offers"][:] = (chance.random(rows) < 0.5) * np.uint32(1)
    person["places_total"][:] = chance.integers(0, 5, rows)[:, None]
    person["places"][:] = person["places_total"]
    person["minutes"][:] = 60
    person["timely"], person["late"] = chance.poisson(3, (2, rows))
    person["clarity"][:] = np.where(chance.random(rows) < 0.3, np.nan, chance.random(rows))
    person["wait_days"][:] = chance.integers(0, 40, rows)
    person["contexts"][:] = np.where(chance.random(rows) < 0.3, 0, chance.integers(1, 255, rows)).astype(np.uint64)
    person["traits"][:] = np.where(chance.random(rows) < 0.3, 0, chance.integers(1, 63, rows)).astype(np.uint64)
    person["very"][:] = np.uint64(1) << chance.integers(0, 6, rows).astype(np.uint64)
    person["goal"][:] = chance.integers(-60, 61, person["goal"].shape)
    person["goal"][chance.random(rows) < 0.4] = 0
    tables = timegrid.zone_tables(ZONES, START)
    for first in range(0, rows, CHUNK):
        people.free[first : first + CHUNK] = _calendars(chance, min(CHUNK, rows - first), tables)


def _calendars(chance: np.random.Generator, rows: int, tables: ZoneTables) -> Array:
    """Three or four days a week at one's own part of the day, a weekend window for half, in one of six time bands."""
    part = chance.choice(3, rows, p=[0.2, 0.2, 0.6])
    begin = np.array([9, 13, 18])[part] * 60 + 30 * chance.integers(-1, 2, rows)
    days = chance.permuted(np.tile(np.arange(5), (rows, 1)), axis=1)[:, :4]
    weekly = days < 5 - (np.arange(4)[None, :] >= chance.integers(3, 5, rows)[:, None]) * 5
    weekend = 60 * chance.integers(9, 19, rows)
    on_weekend = chance.random(rows) < 0.5
    owner = np.concatenate([np.repeat(np.arange(rows), weekly.sum(1)), np.flatnonzero(on_weekend)])
    weekday = np.concatenate([days[weekly], chance.integers(5, 7, rows)[on_weekend]])
    first = np.concatenate([np.repeat(begin, weekly.sum(1)), weekend[on_weekend]])
    patterns = timegrid.weekly_patterns(rows, owner, weekday, (first, first + 180))
    return timegrid.bitmaps(patterns, chance.integers(0, len(ZONES), rows), tables)


def _kept_apart(people: Snapshot, chance: np.random.Generator, learners: int) -> Snapshot:
    rows = len(people.person)
    count = rows // 50 if 0 < learners < rows else 0
    ones, others = chance.integers(0, max(1, learners), count), chance.integers(learners, max(rows, 1), count)
    people = columns.with_blocks(people, ones, others)
    return columns.with_declines(people, np.roll(ones, 1), others, np.full(count, 90))

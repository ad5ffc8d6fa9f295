"""What made-up people are made of: cultures, cities, trades, phrases and pools of skills, read from tables of text.

Pure: the tables and the vocabulary come in as values. The files are in server/data/seed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, zip_longest
from random import Random

from server.domain.skills import SkillGroupCode, SkillId, SkillSource, Vocabulary

TABLES = ("names", "cities", "trades", "phrases", "demo")
"""The tables the material is read from, each a tab-separated text whose first line names its columns."""

ESCO_SKILLS_PER_TRADE = 16
SOUGHT_GROUPS = (
    "money", "clients", "tax", "platforms", "showing", "planning",
    "wellbeing", "agreements", "protection", "jobs", "change", "learning",
)  # fmt: skip
"""Gig groups in which people of any trade look for help, the most sought first."""


@dataclass(frozen=True, slots=True)
class Culture:
    """Names that go together, the language they come from, and the order they are written in."""

    key: str
    language: str
    is_family_first: bool
    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class City:
    """A city, its zone, the languages of its streets (the most spoken first) and who lives there."""

    name: str
    country: str
    zone: str
    weight: int
    cultures: tuple[Culture, ...]
    culture_weights: tuple[int, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SkillPool:
    """Skills in the order of their popularity; the n-th is drawn 1/n as often as the first."""

    ids: tuple[SkillId, ...]
    cumulative: tuple[float, ...]

    @classmethod
    def ranked(cls, ids: Iterable[SkillId]) -> "SkillPool":
        """Return the pool of skills given most popular first."""
        kept = tuple(dict.fromkeys(ids))
        return cls(kept, tuple(accumulate(1 / rank for rank in range(1, len(kept) + 1))))

    def draw(self, rng: Random, count: int) -> list[SkillId]:
        """Return up to `count` different skills; fewer when the same came up again."""
        return list(dict.fromkeys(rng.choices(self.ids, cum_weights=self.cumulative, k=count)))


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of work: what it is called, how it comes, what it teaches, where it leads."""

    key: str
    weight: int
    is_high_skill: bool
    title: str
    patterns: tuple[str, ...]
    industries: tuple[str, ...]
    next_trades: tuple[str, ...]
    jobs: tuple[str, ...]
    skills: SkillPool


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo community one can sign in as."""

    login: str
    name: str
    city: str
    trade: str
    roles: tuple[str, ...]
    about: str


@dataclass(frozen=True)
class Material:
    """Everything people are made of. `self_run` are skills of working for oneself; `sought` adds those of trades."""

    cities: tuple[City, ...]
    trades: Mapping[str, Trade]
    phrases: Mapping[tuple[str, str], tuple[str, ...]]
    self_run: SkillPool
    sought: SkillPool
    labels: Mapping[str, str]
    demo: tuple[DemoPerson, ...]

    def lines(self, bank: str, trade: str = "*") -> Sequence[str]:
        """Return the lines of a bank that suit a trade."""
        return self.phrases[bank, trade]

    def city(self, name: str) -> City:
        """Return a city by its name. StopIteration without one."""
        return next(city for city in self.cities if city.name == name)


def build_material(tables: Mapping[str, str], vocabulary: Vocabulary) -> Material:
    """Return the material of the tables named in TABLES. KeyError: a table, column or name is missing."""
    cultures = {culture.key: culture for culture in map(_culture, rows_of(tables["names"]))}
    trades = [_trade(row, vocabulary) for row in rows_of(tables["trades"])]
    groups = [_gig_skills(vocabulary, name) for name in SOUGHT_GROUPS]
    sought = SkillPool.ranked(_interleaved([*groups, *([trade.skills.ids[0]] for trade in trades)]))
    known = chain(sought.ids, *(trade.skills.ids for trade in trades))
    return Material(
        cities=tuple(_city(row, cultures) for row in rows_of(tables["cities"])),
        trades={trade.key: trade for trade in trades},
        phrases=_phrases(tables["phrases"], [trade.key for trade in trades]),
        self_run=SkillPool.ranked(_interleaved(groups)),
        sought=sought,
        labels={one: vocabulary.skills[one].label for one in known},
        demo=tuple(_demo_person(row) for row in rows_of(tables["demo"])),
    )


def rows_of(text: str) -> Iterator[dict[str, str]]:
    """Yield the lines of a table as mappings from column to cell."""
    head, *lines = text.split("\n")
    columns = head.split("\t")
    for line in lines:
        if line:
            yield dict(zip(columns, line.split("\t"), strict=True))


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _culture(row: Mapping[str, str]) -> Culture:
    return Culture(
        row["culture"], row["language"], row["order"] == "family_first", _parts(row["given"]), _parts(row["family"])
    )


def _city(row: Mapping[str, str], cultures: Mapping[str, Culture]) -> City:
    shares = [part.split(":") for part in _parts(row["cultures"])]
    return City(
        row["city"],
        row["country"],
        row["zone"],
        int(row["weight"]),
        tuple(cultures[key] for key, _ in shares),
        tuple(int(share) for _, share in shares),
        _parts(row["languages"]),
    )


def _trade(row: Mapping[str, str], vocabulary: Vocabulary) -> Trade:
    gig = [skill for name in _parts(row["groups"]) for skill in _gig_skills(vocabulary, name)]
    return Trade(
        row["trade"],
        int(row["weight"]),
        row["high_skill"] == "yes",
        row["title"],
        _parts(row["patterns"]),
        _parts(row["industries"]),
        _parts(row["next"]),
        _parts(row["jobs"]),
        SkillPool.ranked(_interleaved([gig, gig[1::2], _esco_near(vocabulary, gig)])),
    )


def _demo_person(row: Mapping[str, str]) -> DemoPerson:
    return DemoPerson(row["login"], row["name"], row["city"], row["trade"], _parts(row["roles"]), row["about"])


def _gig_skills(vocabulary: Vocabulary, group: str) -> list[SkillId]:
    members = vocabulary.members(SkillGroupCode(f"gig-group:{group}"))
    if not members:
        raise KeyError(group)
    return [skill.id for skill in members]


def _esco_near(vocabulary: Vocabulary, gig: Sequence[SkillId]) -> list[SkillId]:
    """Return ESCO skills near some gig skills: those named as related, then those of one group that say the same.

    Most of the long words of such a skill are words of the gig skills.
    """
    related = [near for one in gig for near in vocabulary.skills[one].related_ids]
    codes = dict.fromkeys(code for one in gig for code in vocabulary.skills[one].group_ids)
    in_groups = vocabulary.expand([code for code in codes if not code.startswith("gig-group:")])
    words = set().union(*(_long_words(vocabulary, one) for one in gig))
    shares: dict[SkillId, float] = {}
    for one in in_groups:
        own = _long_words(vocabulary, one)
        if vocabulary.skills[one].source is SkillSource.ESCO and own:
            shares[one] = len(words & own) / len(own)
    nearest = sorted((one for one, share in shares.items() if share > 0.5), key=lambda one: (-shares[one], one))
    return [*related, *nearest[:ESCO_SKILLS_PER_TRADE]]


def _long_words(vocabulary: Vocabulary, skill_id: SkillId) -> frozenset[str]:
    """Return the words of a label that are long enough to mean something."""
    return frozenset(word for word in vocabulary.skills[skill_id].label.lower().split() if len(word) > 4)


def _interleaved(pools: Iterable[Sequence[SkillId]]) -> Iterator[SkillId]:
    """Yield the first of each pool, then the second of each, and so on."""
    return (one for rank in zip_longest(*pools) for one in rank if one is not None)


def _phrases(table: str, trades: Sequence[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the lines by bank and trade; a trade has its own lines and those of every trade."""
    said: dict[tuple[str, str], list[str]] = {}
    for row in rows_of(table):
        said.setdefault((row["bank"], row["trade"]), []).append(row["text"])
    banks = dict.fromkeys(bank for bank, _ in said)
    return {
        (bank, trade): (*said.get((bank, trade), ()), *(said.get((bank, "*"), ()) if trade != "*" else ()))
        for bank in banks
        for trade in ("*", *trades)
    }

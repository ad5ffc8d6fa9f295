"""What people wish of whom they are matched with: must, very, somewhat (C4), and whom they rule out (C12)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.domain.errors import LimitReached, invalid
from server.domain.places import language_tag
from server.domain.profiles import WorkPattern
from server.domain.texts import line

MAX_PREFERENCES = 12
MAX_TRAIT_LENGTH = 60
MAX_EXCLUSIONS = 200
_LANGUAGE, _INDUSTRY, _PATTERN = "language:", "industry:", "pattern:"


class Strength(StrEnum):
    """How much a wish matters. MUST leaves everybody out who does not meet it."""

    MUST = "must"
    VERY = "very"
    SOMEWHAT = "somewhat"


class TraitKind(StrEnum):
    """What a wish is about."""

    PATTERN = "pattern"
    LANGUAGE = "language"
    INDUSTRY = "industry"


class ExclusionReason(StrEnum):
    """Why somebody is ruled out. Nobody else reads it."""

    CONFLICT_OF_INTEREST = "conflict_of_interest"
    KNOWN_PRIVATELY = "known_privately"
    DID_NOT_WORK = "did_not_work"
    OTHER = "other"


PATTERN_TRAITS = tuple(f"{_PATTERN}{one.value}" for one in WorkPattern)


@dataclass(frozen=True)
class Wish:
    """A trait wished for, as `kind:value`, and how much."""

    trait: str
    strength: Strength

    @property
    def kind(self) -> TraitKind:
        """Return what it is about."""
        return TraitKind(self.trait.partition(":")[0])

    @property
    def value(self) -> str:
        """Return which one: a work pattern, a language or an industry."""
        return self.trait.partition(":")[2]


def trait(kind: TraitKind, value: str) -> str:
    """Return a trait as it is kept, or refuse with InvalidInput what no profile could say."""
    if kind is TraitKind.LANGUAGE:
        value = (language_tag(value) or "").split("-")[0].lower()
        if not value:
            raise invalid("value", "not_a_language", "The tag of a language, such as pt.")
    elif kind is TraitKind.INDUSTRY:
        value = line("value", value, longest=MAX_TRAIT_LENGTH - len(_INDUSTRY), shortest=1).lower()
    found = f"{kind.value}:{value}"
    if kind is TraitKind.PATTERN and found not in PATTERN_TRAITS:
        raise invalid("value", "unknown", "There is no such work pattern.")
    return found


def clean_wishes(wishes: Sequence[Wish]) -> list[Wish]:
    """Return wishes as they are kept, each trait once, the last said; refuse more than one may have."""
    kept = {one.trait: one for one in wishes}
    if len(kept) > MAX_PREFERENCES:
        raise LimitReached(f"At most {MAX_PREFERENCES} preferences.", limit=MAX_PREFERENCES)
    return list(kept.values())


def traits_of_patterns(patterns: Collection[str]) -> list[str]:
    """Return the traits of who works in these patterns."""
    return [f"{_PATTERN}{one}" for one in patterns]


def traits_of_languages(codes: Collection[str]) -> list[str]:
    """Return the traits of who works in these languages, given without their regions."""
    return [f"{_LANGUAGE}{one.lower()}" for one in codes]


def traits_of_industries(names: Collection[str]) -> list[str]:
    """Return the traits of who knows these industries."""
    return [f"{_INDUSTRY}{one.lower()}" for one in names]

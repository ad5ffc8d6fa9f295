"""The text by which members find a profile: only what every member may read, folded like what they type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from server.domain.skill_words import normalise
from server.domain.visibility import ProfileField, Relation, visible_fields

MAX_QUERY_CHARACTERS = 200
MAX_QUERY_WORDS = 8


def search_document(chosen: Mapping[str, int], parts: Mapping[ProfileField, Sequence[str]]) -> str:
    """Return the words of the parts that members see, without case, accents and punctuation."""
    seen = visible_fields(chosen, Relation.MEMBER)
    return normalise(" ".join(text for field, texts in parts.items() if field in seen for text in texts))


@dataclass(frozen=True)
class HistoryTexts:
    """The texts of a person's lists: labels of skills and tags, titles of stints, transitions as [from, to]."""

    skills: Sequence[str]
    stints: Sequence[str]
    transitions: Sequence[tuple[str, str]]


class SearchableProfile(Protocol):
    """What the search text takes from a profile, kept or made up."""

    display_name: str
    pseudonym: str | None
    is_pseudonymous: bool
    headline: str
    bio: str
    interests: list[str]
    industries: list[str]
    goals: list[str]
    city: str


def searchable(profile: SearchableProfile, history: HistoryTexts) -> dict[ProfileField, list[str]]:
    """Return the texts of the parts by which members find somebody."""
    return {
        ProfileField.NAME: [profile.pseudonym or "" if profile.is_pseudonymous else profile.display_name],
        ProfileField.HEADLINE: [profile.headline],
        ProfileField.BIO: [profile.bio],
        ProfileField.INTERESTS: profile.interests,
        ProfileField.INDUSTRIES: profile.industries,
        ProfileField.GOALS: profile.goals,
        ProfileField.CITY: [profile.city],
        ProfileField.SKILLS: list(history.skills),
        ProfileField.STINTS: list(history.stints),
        ProfileField.TRANSITIONS: [f"{before} {after}" for before, after in history.transitions],
    }


def words_sought(text: str) -> list[str]:
    """Return the words of a typed text, folded like the documents; at most MAX_QUERY_WORDS of them."""
    return normalise(text[:MAX_QUERY_CHARACTERS]).split()[:MAX_QUERY_WORDS]

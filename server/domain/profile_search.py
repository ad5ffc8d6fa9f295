"""The text by which members find a profile: only what every member may read, folded like what they type."""

from collections.abc import Mapping, Sequence

from server.domain.skill_words import normalise
from server.domain.visibility import ProfileField, Relation, visible_fields

MAX_QUERY_CHARACTERS = 200
MAX_QUERY_WORDS = 8


def search_document(chosen: Mapping[str, int], parts: Mapping[ProfileField, Sequence[str]]) -> str:
    """Return the words of the parts that members see, without case, accents and punctuation."""
    seen = visible_fields(chosen, Relation.MEMBER)
    return normalise(" ".join(text for field, texts in parts.items() if field in seen for text in texts))


def words_sought(text: str) -> list[str]:
    """Return the words of a typed text, folded like the documents; at most MAX_QUERY_WORDS of them."""
    return normalise(text[:MAX_QUERY_CHARACTERS]).split()[:MAX_QUERY_WORDS]

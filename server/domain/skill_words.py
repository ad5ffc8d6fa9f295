"""How the name of a skill becomes words that can be compared. Pure text in, text out; knows no skill."""

import unicodedata
from collections.abc import Iterable

MAX_CHARACTERS = 160
MAX_WORDS = 8
MAX_WORD_LENGTH = 32

# Apostrophes vanish ("client's" is "clients"); "+" and "#" stay, or C, C++ and C# would be one skill.
_DROPPED = "'`\u2019\u2018"
_KEPT = "+#"
_BREAK = "\n"
_TABLE = {
    code: None if chr(code) in _DROPPED else " "
    for code in (*range(0x80), 0x2018, 0x2019)
    if not chr(code).isalnum() and chr(code) not in _KEPT + _BREAK
}
_LOWER = {ord(char): char.lower() for char in map(chr, range(0x80)) if char.isupper()}
_ASCII = str.maketrans({**_TABLE, **_LOWER})

_LINKS = "a an and as at by for from in into is of on or the to with"
_SMALL_TALK = (
    "about am are be been can cant could do does dont get getting have help how i im it its learn learning"
    " me my need needs our please should some someone that this want was we what when who you your"
)
STOPWORDS = frozenset(_LINKS.split())
# What people type around the skill they mean: "how do I get help with my taxes".
FILLERS = STOPWORDS | frozenset(_SMALL_TALK.split())

_SOUNDS = (
    ("ph", "f"),
    ("ck", "k"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "sy"),
    ("c", "k"),
    ("q", "k"),
    ("z", "s"),
)
_ENDINGS = ("ing", "ion", "or", "er", "ed", "e")
_SHORTEST_STEM = 4


def normalise(text: str) -> str:
    """Return text in lower case, without accents and punctuation, words parted by one space."""
    return _one_line(_fold_characters(text))


def normalise_all(lines: Iterable[str]) -> tuple[str, ...]:
    """Return each line normalised: the same as one by one, in half the time. No line may hold a line break."""
    return tuple(map(_one_line, _fold_characters(_BREAK.join(lines)).split(_BREAK)))


def _fold_characters(text: str) -> str:
    plain = text if text.isascii() else _without_accents(text)
    return plain.translate(_ASCII)


def _one_line(folded: str) -> str:
    words = folded.split()
    if "+" in folded or "#" in folded:
        words = [bare for word in words if (bare := word.lstrip(_KEPT))]
    return " ".join(words)


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(
        char if char.isalnum() or char in _KEPT + _BREAK + _DROPPED else " "
        for char in decomposed
        if not unicodedata.combining(char)
    )


def query_words(text: str) -> list[str]:
    """Return the words of a typed query that carry meaning: at most MAX_WORDS, each of bounded length.

    Text past MAX_CHARACTERS is not read. Fillers are kept only when there is nothing else.
    """
    # A second cut, because one ligature may decompose into eighteen letters.
    words = normalise(text[:MAX_CHARACTERS])[:MAX_CHARACTERS].split()
    meaningful = [word for word in words if word not in FILLERS] or words
    return [word[:MAX_WORD_LENGTH] for word in dict.fromkeys(meaningful)][:MAX_WORDS]


def stem(word: str) -> str:
    """Return what "drive", "driver", "drivers" and "driving" share. Crude, and only ever a weaker match."""
    one = _singular(word)
    for ending in _ENDINGS:
        if one.endswith(ending) and len(one) - len(ending) >= _SHORTEST_STEM:
            root = one[: -len(ending)]
            return root[:-1] if root[-1] == root[-2] else root
    return one


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > _SHORTEST_STEM:
        return word[:-3] + "y"
    if word.endswith(("xes", "ses", "zes", "ches", "shes")):
        return word[:-2]
    if len(word) >= _SHORTEST_STEM and word[-1] == "s" and word[-2] not in "sui":
        return word[:-1]
    return word


def fold(word: str) -> str:
    """Return a word roughly as it sounds: "fotografy" meets "photography", doubled letters are one."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return "".join(char for place, char in enumerate(word) if place == 0 or char != word[place - 1])

"""Which known words somebody may have meant by a typed one: itself, its kin, its completions, its corrections.

Corrections compare words as written and as they sound, within an edit distance that grows with the length.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sized

from rapidfuzz import process
from rapidfuzz.distance import OSA

from server.domain.skill_words import fold, stem

EXACT = 1.0
JOINED = 0.96
KIN = 0.92
COMPLETED = 0.9
CORRECTED = 0.88
# A word that nothing resembles still counts against the names that lack it, about as much as a middling word.
UNKNOWN_RARITY = 6.0

_DOUBTFUL = 2
_MAX_CORRECTIONS = 12
_MAX_COMPLETIONS = 400
# Keeps a one-letter prefix as cheap as a whole word.
_MAX_COMPLETED_NAMES = 4_000
# Of two completions, the one in more names was more likely meant: from this many names on, it loses nothing.
_COMMON = 200
_OBSCURE = 0.2
_SHORTEST_CORRECTED_PREFIX = 5
_SHORTEST_PART = 3


class Lexicon:
    """The words of every name, with how rare each is and which resemble which."""

    def __init__(self, names_with: Mapping[str, Sized], name_count: int) -> None:
        """Take each word with the names it stands in; `name_count` is how many names there are in all."""
        self._frequency = {word: len(names) for word, names in names_with.items()}
        self._name_count = name_count
        self._sorted = sorted(names_with)
        self._kin: dict[str, list[str]] = {}
        self._heard: dict[str, list[str]] = {}
        for word in self._sorted:
            self._kin.setdefault(stem(word), []).append(word)
            self._heard.setdefault(fold(word), []).append(word)
        self._heard_sorted = sorted(self._heard)
        self._heard_by_length: dict[int, list[str]] = {}
        for heard in self._heard_sorted:
            self._heard_by_length.setdefault(len(heard), []).append(heard)
        self._heard_prefixes: dict[int, list[str]] = {}

    def rarity(self, word: str) -> float:
        """Return how telling a word is: near 0 for one in every name, about 11 for one in a single name."""
        frequency = self._frequency.get(word, 0)
        return math.log(1 + self._name_count / frequency) if frequency else UNKNOWN_RARITY

    def knows(self, word: str) -> bool:
        """Tell whether some name has this very word."""
        return word in self._frequency

    def meanings(self, word: str, *, unfinished: bool) -> dict[str, float]:
        """Return known words for a typed one, each with a likeness in (0, 1].

        `unfinished` says that the word may still be in the middle of being typed.
        """
        meant: dict[str, float] = {}
        kin = self._kin.get(stem(word), ())
        # A word that hardly any name has may be somebody else's slip ("desing" is in ESCO too).
        if sum(map(self._frequency.__getitem__, kin)) <= _DOUBTFUL:
            meant.update(self._corrections(word))
            if unfinished and len(word) >= _SHORTEST_CORRECTED_PREFIX:
                _keep_best(meant, self._corrected_completions(word))
        if unfinished:
            _keep_best(meant, self._completions(word))
        _keep_best(meant, ((one, KIN) for one in kin))
        if self.knows(word):
            meant[word] = EXACT
        return meant

    def parts(self, word: str) -> list[str]:
        """Return the two known words that a word runs together ("socialmedia"), the commonest; else nothing."""
        cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
        splits = [(word[:cut], word[cut:]) for cut in cuts if self.knows(word[:cut]) and self.knows(word[cut:])]
        best = max(splits, key=lambda pair: min(map(self._frequency.__getitem__, pair)), default=())
        return list(best)

    def _completions(self, word: str) -> Iterable[tuple[str, float]]:
        found = _starting_with(self._sorted, word)
        found.sort(key=self._frequency.__getitem__, reverse=True)
        room = _MAX_COMPLETED_NAMES
        for longer in found[:_MAX_COMPLETIONS]:
            room -= self._frequency[longer]
            if room < 0:
                return
            yield longer, COMPLETED - _OBSCURE * (1 - self._commonness(longer))

    def _commonness(self, word: str) -> float:
        return min(1.0, math.log1p(self._frequency[word]) / math.log1p(_COMMON))

    def _corrections(self, word: str) -> dict[str, float]:
        # As written too: a letter lost beside a "c" changes how all of it sounds ("socal"). Among the words with
        # the same first letter only, for that letter is seldom wrong, and this makes it cheap.
        alike = _starting_with(self._sorted, word[0])
        likely = [(near, _likeness(word, near, distance)) for near, distance in _nearest(word, alike)]
        heard = fold(word)
        edits = _allowed_edits(len(heard))
        lengths = range(len(heard) - edits, len(heard) + edits + 1)
        nearest = [found for size in lengths for found in _nearest(heard, self._heard_by_length.get(size, []))]
        nearest.sort(key=_distance_then_word)
        for near, distance in nearest[:_MAX_CORRECTIONS]:
            likely += [(known, _likeness(heard, near, distance)) for known in self._heard[near]]
        meant: dict[str, float] = {}
        for known, likeness in likely:
            _keep_best(meant, [(known, likeness)])
            _keep_best(meant, ((kin, likeness * KIN) for kin in self._kin[stem(known)]))
        return meant

    def _corrected_completions(self, word: str) -> Iterable[tuple[str, float]]:
        heard = fold(word)
        size = len(heard)
        if size not in self._heard_prefixes:
            self._heard_prefixes[size] = sorted({one[:size] for one in self._heard_sorted if len(one) > size})
        for prefix, distance in _nearest(heard, self._heard_prefixes[size]):
            likeness = CORRECTED * (1 - distance / size)
            for likely in _starting_with(self._heard_sorted, prefix)[:_MAX_CORRECTIONS]:
                for known in self._heard[likely]:
                    yield known, likeness * (0.9 + 0.1 * size / len(likely))


def _keep_best(meant: dict[str, float], more: Iterable[tuple[str, float]]) -> None:
    for word, likeness in more:
        if likeness > meant.get(word, 0.0):
            meant[word] = likeness


def _distance_then_word(found: tuple[str, float]) -> tuple[float, str]:
    return found[1], found[0]


def _likeness(word: str, other: str, distance: float) -> float:
    return CORRECTED * (1 - distance / max(len(word), len(other)))


def _nearest(word: str, known: list[str]) -> list[tuple[str, float]]:
    allowed = _allowed_edits(len(word))
    if allowed == 0:
        return []
    found = process.extract(word, known, scorer=OSA.distance, score_cutoff=allowed, limit=_MAX_CORRECTIONS)
    return [(likely, distance) for likely, distance, _ in found]


def _allowed_edits(length: int) -> int:
    if length < 4:
        return 0
    if length < 6:
        return 1
    return 2 if length < 10 else 3


def _starting_with(ordered: list[str], prefix: str) -> list[str]:
    first = bisect_left(ordered, prefix)
    # No character sorts after this one, so it closes the range of everything that begins with the prefix.
    return ordered[first : bisect_left(ordered, prefix + "\U0010ffff")]

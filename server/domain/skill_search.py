"""Finding skills by what people type: misspelt, unfinished, in another order, in everyday words.

Two passes. The first weighs every name that has a word like a typed one; the second compares the best of them
with the whole text. Work per search is bounded whatever is typed. Words and corrections: skill_lexicon.py.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest

from rapidfuzz import fuzz

from server.domain.skill_lexicon import JOINED, UNKNOWN_RARITY, Lexicon
from server.domain.skill_words import MAX_CHARACTERS, MAX_WORDS, STOPWORDS, normalise, query_words
from server.domain.skills import Skill, SkillId, SkillSource, Vocabulary

MAX_HITS = 100

_MAX_FINALISTS = 300
_WORTH_KEEPING = 0.6
_LEAST_COVERAGE = 0.3
_SURE_CORRECTION = 0.7

# Parts of a score; together 1.
_COVERAGE = 0.60
_CLOSENESS = 0.25
_SAME = 0.05
_BEGINS = 0.04
_LABEL = 0.04
_GIG = 0.02


@dataclass(frozen=True, slots=True)
class SkillHit:
    """A skill that was found: `matched` is the label or alias that did it, `score` is in (0, 1]."""

    skill: Skill
    matched: str
    score: float


@dataclass(frozen=True, slots=True)
class _Query:
    text: str
    essence: str
    meanings: tuple[dict[str, float], ...]
    rarities: tuple[float, ...]


class SkillIndex:
    """A vocabulary made searchable. Safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Index every label and alias: about a quarter of a second for the shipped vocabulary."""
        self._names: list[str] = []
        self._owners: list[Skill] = []
        self._label_numbers: dict[SkillId, int] = {}
        for skill in vocabulary.skills.values():
            names = vocabulary.plain_names(skill.id)
            self._label_numbers[skill.id] = len(self._names)
            self._names += names
            self._owners += [skill] * len(names)
        self._names_with = _numbers_by_word(self._names)
        self._lexicon = Lexicon(self._names_with, len(self._names))

    def search(self, text: str, limit: int = 20, *, after: tuple[float, SkillId] | None = None) -> list[SkillHit]:
        """Return the best skills for a text, by score downwards, then by id; at most MAX_HITS in all pages.

        `after` is the score and id of the last hit already seen. Any text is accepted; one that says nothing
        finds nothing.
        """
        query = self._understand(text)
        if query is None:
            return []
        hits = sorted(self._ranked(query), key=_place)[:MAX_HITS]
        if after is not None:
            hits = [hit for hit in hits if _place(hit) > (-after[0], after[1])]
        return hits[: max(limit, 0)]

    def _understand(self, text: str) -> _Query | None:
        typed = query_words(text)
        if not typed:
            return None
        unfinished = len(typed) - 1
        words: list[str] = []
        meanings: list[dict[str, float]] = []
        for place, word in enumerate(typed):
            meant = self._lexicon.meanings(word, unfinished=place == unfinished)
            parts = [] if max(meant.values(), default=0.0) > _SURE_CORRECTION else self._lexicon.parts(word)
            for one in parts or [word]:
                words.append(one)
                meanings.append({one: JOINED} if parts else meant)
        self._join_neighbours(words, meanings)
        kept = meanings[:MAX_WORDS]
        return _Query(
            text=normalise(text[:MAX_CHARACTERS]),
            essence=" ".join(words),
            meanings=tuple(kept),
            rarities=tuple(map(self._rarity, kept)),
        )

    def _join_neighbours(self, words: list[str], meanings: list[dict[str, float]]) -> None:
        for place in range(len(words) - 1):
            together = words[place] + words[place + 1]
            if self._lexicon.knows(together):
                meanings[place] = {**meanings[place], together: JOINED}
                meanings[place + 1] = {**meanings[place + 1], together: JOINED}

    def _rarity(self, meant: dict[str, float]) -> float:
        if not meant:
            return UNKNOWN_RARITY
        return self._lexicon.rarity(max(meant, key=meant.__getitem__))

    def _ranked(self, query: _Query) -> Iterable[SkillHit]:
        best: dict[SkillId, SkillHit] = {}
        for number, coverage in self._finalists(query):
            skill = self._owners[number]
            score = round(self._score(query, number, coverage), 6)
            known = best.get(skill.id)
            if known is None or score > known.score:
                best[skill.id] = SkillHit(skill, self._written(number), score)
        return best.values()

    def _finalists(self, query: _Query) -> list[tuple[int, float]]:
        """Return the most promising names, each with the part of the query that it covers, in (0, 1]."""
        covered: dict[int, float] = {}
        for meant, rarity in zip(query.meanings, query.rarities, strict=True):
            _add_up(covered, self._names_like(meant, rarity))
        if not covered:
            return []
        whole = sum(query.rarities)
        least = max(_WORTH_KEEPING * max(covered.values()), _LEAST_COVERAGE * whole)
        length = len(query.text)
        names = self._names

        def promise(found: tuple[int, float]) -> float:
            number, coverage = found
            return coverage + 0.3 * min(1.0, length / len(names[number]))

        worthy = ((number, weight / whole) for number, weight in covered.items() if weight >= least)
        return nlargest(_MAX_FINALISTS, worthy, key=promise)

    def _names_like(self, meant: dict[str, float], rarity: float) -> dict[int, float]:
        """Return the names that have one of these words, with the weight of the likest."""
        weights: dict[int, float] = {}
        # Upwards, so that a likelier word overwrites; fromkeys and update do the long part outside Python.
        for word, likeness in sorted(meant.items(), key=lambda item: item[1]):
            weights.update(dict.fromkeys(self._names_with.get(word, ()), likeness * rarity))
        return weights

    def _written(self, number: int) -> str:
        skill = self._owners[number]
        place = number - self._label_numbers[skill.id]
        return skill.aliases[place - 1] if place else skill.label

    def _score(self, query: _Query, number: int, coverage: float) -> float:
        name = self._names[number]
        skill = self._owners[number]
        begins = name.startswith(query.text)
        in_order = fuzz.ratio(_completed(query.text, name) if begins else query.text, name)
        any_order = fuzz.token_sort_ratio(query.essence, name)
        return (
            _COVERAGE * coverage
            + _CLOSENESS * max(in_order, 0.95 * any_order) / 100
            + _SAME * (name == query.text)
            + _BEGINS * begins
            + _LABEL * (number == self._label_numbers[skill.id])
            + _GIG * (skill.source is SkillSource.GIG)
        )


def _completed(beginning: str, name: str) -> str:
    """Return the beginning of a name up to the end of its last word: "trans" in "translation work" goes on."""
    end = name.find(" ", len(beginning))
    return name if end < 0 else name[:end]


def _numbers_by_word(names: Iterable[str]) -> dict[str, list[int]]:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        for word in name.split():
            numbers[word].append(number)
    return {word: found for word, found in numbers.items() if word not in STOPWORDS}


def _add_up(total: dict[int, float], more: dict[int, float]) -> None:
    if not total:
        total.update(more)
        return
    for number, weight in more.items():
        total[number] = total.get(number, 0.0) + weight


def _place(hit: SkillHit) -> tuple[float, SkillId]:
    return -hit.score, hit.skill.id

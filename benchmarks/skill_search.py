"""Skill search over the shipped vocabulary, against a plain rapidfuzz scan of every name in the same run."""

import random
import time
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process

from server.domain.skill_words import normalise
from server.queries import skills

SEED = 20
QUERIES = 2_000
SCANNED_QUERIES = 40
WORST = (
    "s",
    "tr",
    "a" * 10_000,
    "manage use equipment work systems operations activities safety",
    "geods contiol procedires snsure anisal pooduction check eevelop",
    "oserating operatiors gords caeck saoety mike produition chsck",
    "stltaresla snoraclstle sscorscscela lnetiiiaet reiiiecnsei lelcctlesl osntolclaas recitnslco",
)


def run() -> list[str]:
    """Return the lines of the report; times in milliseconds of one core."""
    started = time.perf_counter()
    vocabulary = skills.vocabulary()
    read = time.perf_counter()
    index = skills.skill_index()
    built = time.perf_counter()
    names = [name for one in vocabulary.skills for name in vocabulary.plain_names(one)]
    typed, meant = mistyped_labels(QUERIES)

    def scan(text: str) -> object:
        return process.extract(normalise(text), names, scorer=fuzz.WRatio, limit=20)

    ours = _times(index.search, typed)
    scanned = _times(scan, typed[:SCANNED_QUERIES])
    worst = max(_times(index.search, WORST))
    right = sum(
        any(hit.skill.id == one for hit in index.search(text, 3)) for text, one in zip(typed, meant, strict=True)
    )
    return [
        f"skill search: {len(vocabulary.skills):,} skills, {len(names):,} names; "
        f"read {1000 * (read - started):.0f} ms, indexed {1000 * (built - read):.0f} ms",
        f"  {QUERIES:,} misspelt labels: p50 {_at(ours, 50):.2f} ms, p95 {_at(ours, 95):.2f} ms, "
        f"p99 {_at(ours, 99):.2f} ms; hostile text at most {worst:.2f} ms",
        f"  the skill meant is among the first three: {100 * right / QUERIES:.1f} %",
        f"  baseline, scan of every name: p50 {_at(scanned, 50):.1f} ms; "
        f"ours takes 1/{_at(scanned, 50) / _at(ours, 50):.0f} of it",
    ]


def mistyped_labels(count: int) -> tuple[list[str], list[str]]:
    """Return texts as people type them, and the id of the skill that each means."""
    chance = random.Random(SEED)
    picked = chance.choices(list(skills.vocabulary().skills.values()), k=count)
    return [_mistyped(one.label, chance) for one in picked], [one.id for one in picked]


def _mistyped(label: str, chance: random.Random) -> str:
    """Return a label with a slip in it: a letter lost, doubled, wrong or swapped, or the end not typed yet."""
    place = chance.randrange(len(label))
    before, letter, after = label[:place], label[place], label[place + 1 :]
    return chance.choice(
        (
            label,
            before + after,
            before + letter + letter + after,
            before + chance.choice("aeioubdgklmnrst") + after,
            before + after[:1] + letter + after[1:],
            label[: max(4, place)],
        )
    )


def _times(search: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    times = []
    for text in texts:
        started = time.perf_counter()
        search(text)
        times.append(1000 * (time.perf_counter() - started))
    return sorted(times)


def _at(ordered: Sequence[float], percentile: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percentile // 100)]


if __name__ == "__main__":
    print("\n".join(run()))

"""In which order files of tests are taken: the longest first, so that no process is left alone with one at the end.

Files are handed to processes whole (--dist loadfile), and xdist's own order, by the number of tests, would leave the
longest for the end: they are few long tests. What is not named here takes a few seconds at most.
"""

from pathlib import Path

import pytest

SECONDS = {
    "tests/web": 130,
    "tests/schema/test_bad_input.py": 60,
    "tests/schema/test_authorisation_mutations.py": 40,
    "tests/services/test_recommendations.py": 40,
    "tests/migrations/test_migrations.py": 35,
    "tests/test_cli.py": 35,
    "tests/matching/test_cohort.py": 33,
    "tests/flows": 30,
    "tests/contracts/test_live_framing.py": 25,
    "tests/schema/test_authorisation.py": 25,
    "tests/services/test_cohorts.py": 25,
    "tests/test_benchmarks.py": 25,
    "tests/test_embedded.py": 25,
    "tests/faults": 20,
    "tests/contracts": 15,
    "tests/schema/plans/test_differential.py": 15,
    "tests/services/test_questions.py": 15,
    "tests/services/test_session_notes.py": 15,
    "tests/matching": 10,
    "tests/schema": 8,
    "tests/realtime": 6,
}
"""Seconds of work of a file, or of each file of a folder; rough, and measured on two cores."""


def longest_first(items: list[pytest.Item], root: Path) -> None:
    """Put the tests of long files first; files stay whole, and in their order where none is longer."""
    items.sort(key=lambda item: -_seconds(item.path.relative_to(root).as_posix()))


def _seconds(file: str) -> int:
    parents = (parent.as_posix() for parent in Path(file).parents)
    return next((SECONDS[place] for place in (file, *parents) if place in SECONDS), 1)

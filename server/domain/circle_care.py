"""How somebody is, asked by themselves and told to nobody; and where to turn when it is too much.

Helplines are facts of the world, kept in `data/helplines.json` with their sources; this file knows only their shape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.domain.problems import Problems

MAX_CHECK_NOTE = 1_000
LOW = 2
"""A check at or below this offers helplines and a pause at once."""


@dataclass(frozen=True)
class Helpline:
    """A line to call: its name, its number as it is dialled in the country, when, and who says so."""

    name: str
    phone: str
    hours: str
    url: str


def check_words(level: int, note: str) -> tuple[int, str]:
    """Return a wellbeing check as it is kept: 1 (very bad) to 5 (very well) and a note of one's own."""
    problems = Problems()
    kept = (problems.number("level", level, 1, 5), problems.paragraphs("note", note, longest=MAX_CHECK_NOTE))
    problems.refuse_if_any()
    return kept


def lines_for(country: str, known: Mapping[str, Sequence[Helpline]]) -> Sequence[Helpline]:
    """Return the helplines of a country by its ISO code, or the way to find one where none is known here."""
    return known.get(country.upper()) or known["*"]

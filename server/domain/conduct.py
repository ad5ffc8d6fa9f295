"""The code of conduct: what a version may be, and the fact that somebody agreed to one."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.domain.facts import Fact
from server.domain.texts import line, paragraphs

MAX_TEXT = 50_000
MAX_SUMMARY = 500


@dataclass(frozen=True, kw_only=True)
class ConductAgreed(Fact):
    """Somebody agreed to a version of the code of conduct. Goes to them alone."""

    kind: ClassVar[str] = "conduct.agreed"
    user_id: UUID
    number: int


def clean_text(text: str) -> str:
    """Return a version's text as it is kept, 1 to 50,000 characters, or refuse with InvalidInput."""
    return paragraphs("text", text, longest=MAX_TEXT, shortest=1)


def clean_summary(summary: str) -> str:
    """Return what changed as one line of at most 500 characters, or refuse with InvalidInput."""
    return line("summary", summary, longest=MAX_SUMMARY)

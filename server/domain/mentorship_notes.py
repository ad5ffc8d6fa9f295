"""Notes of a mentorship, one's own and shared, and the log of ideas: what was thought of, tried, and came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain import texts
from server.domain.errors import Conflict, LimitReached, NotAllowed
from server.domain.facts import Fact

MAX_NOTE = 10_000
MAX_NOTES = 500
"""Of one author in one mentorship."""
MAX_IDEA = 500
MAX_RESULT = 1_000
MAX_IDEAS = 200
"""Of one mentorship."""


class NoteReach(StrEnum):
    """Who reads a note: its author alone, ever, or both."""

    MINE = "mine"
    SHARED = "shared"


class IdeaState(StrEnum):
    """How far an idea is."""

    IDEA = "idea"
    TRIED = "tried"
    RESULT = "result"


class IdeaResult(StrEnum):
    """What came of an idea that was tried."""

    HELPED = "helped"
    HELPED_IN_PART = "helped_in_part"
    DID_NOT_HELP = "did_not_help"


def note_text(text: str) -> str:
    """Return a note as it is kept, 1 to 10,000 characters, or refuse with InvalidInput."""
    return texts.paragraphs("text", text, longest=MAX_NOTE, shortest=1)


def check_room_for_note(count: int) -> None:
    """Refuse one note more than somebody keeps in a mentorship."""
    if count >= MAX_NOTES:
        raise LimitReached(f"You can keep at most {MAX_NOTES} notes here.", limit=MAX_NOTES)


def idea_text(text: str) -> str:
    """Return an idea as it is kept, 1 to 500 characters, or refuse with InvalidInput."""
    return texts.paragraphs("text", text, longest=MAX_IDEA, shortest=1)


def result_text(path: str, text: str) -> str:
    """Return what was tried or came of it as it is kept, at most 1,000 characters, or refuse with InvalidInput."""
    return texts.paragraphs(path, text, longest=MAX_RESULT)


def check_room_for_idea(count: int) -> None:
    """Refuse one idea more than a mentorship logs."""
    if count >= MAX_IDEAS:
        raise LimitReached(f"A mentorship logs at most {MAX_IDEAS} ideas.", limit=MAX_IDEAS)


def check_rewordable(state: IdeaState, *, is_authors: bool) -> None:
    """Refuse other words for another's idea, or for one that was tried as it stood."""
    if not is_authors:
        raise NotAllowed("to be the author")
    if state is not IdeaState.IDEA:
        raise Conflict("This idea was tried as it stands.", current=state.value)


def check_untried(state: IdeaState) -> None:
    """Refuse to try what was tried."""
    if state is not IdeaState.IDEA:
        raise Conflict("This idea was tried already. Say what came of it.", current=state.value)


def check_tried(state: IdeaState) -> None:
    """Refuse the result of what nobody tried."""
    if state is IdeaState.IDEA:
        raise Conflict("Nobody has tried this idea yet.", current=state.value)


def check_version(version: int, expected: int | None) -> None:
    """Refuse a change that starts from an older version than the one kept."""
    if expected is not None and expected != version:
        raise Conflict("This was changed meanwhile. Look at it again.", current=str(version))


@dataclass(frozen=True, kw_only=True)
class NoteChanged(Fact):
    """A note was written, changed or deleted. One's own is told to oneself alone; its words are read, not told."""

    kind: ClassVar[str] = "note.changed"
    mentorship_id: UUID
    note_id: UUID
    reach: NoteReach
    version: int
    is_deleted: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class IdeaChanged(Fact):
    """An idea was logged, reworded, tried, or something came of it. Its words are read, not told."""

    kind: ClassVar[str] = "idea.changed"
    mentorship_id: UUID
    idea_id: UUID
    author_id: UUID
    state: IdeaState
    version: int
    at: datetime

"""Mentoring sessions: the states of a room, who may do what in it, and what its followers are told.

A room opens as a lobby with whoever opened it inside, and is live from the moment the second person is in: a session
that never was live did not happen.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.errors import Conflict, NotAllowed
from server.domain.facts import Fact
from server.domain.mentorships import MentorshipState
from server.domain.texts import line, paragraphs

MAX_MESSAGE_LENGTH = 4_000
MAX_TITLE_LENGTH = 120
MESSAGES_PER_BURST = 10
BURST_SECONDS = 2.0
"""A person sends at most this many messages to a room in so many seconds."""


class SessionState(StrEnum):
    """Where a session stands: H1."""

    SCHEDULED = "scheduled"
    LOBBY = "lobby"
    LIVE = "live"
    ENDED = "ended"
    RECAPPED = "recapped"


class SessionRole(StrEnum):
    """What somebody is in a session."""

    HOST = "host"
    PARTICIPANT = "participant"
    GUEST = "guest"


OPEN_STATES = frozenset({SessionState.LOBBY, SessionState.LIVE})
"""A room in these states can be entered and spoken in; a mentorship has at most one."""

MEETING_STATES = frozenset({MentorshipState.TRIAL, MentorshipState.ACTIVE, MentorshipState.CLOSING})
"""Mentorships in these states meet."""


def check_may_meet(state: MentorshipState) -> None:
    """Refuse to open a room for a mentorship that is not under way."""
    if state not in MEETING_STATES:
        raise Conflict("This mentorship is not under way, so it has no room.", current=state.value)


def check_open(state: SessionState) -> None:
    """Refuse what can be done only while the room is open."""
    if state not in OPEN_STATES:
        raise Conflict("This session is not open.", current=state.value)


def check_may_end(role: SessionRole) -> None:
    """Refuse to let a guest close the room of the two whose mentorship it is."""
    if role is SessionRole.GUEST:
        raise NotAllowed("a place in the mentorship", "Only the mentor or the mentee can end the session.")


def message_text(text: str) -> str:
    """Return a message as it is kept, 1 to 4,000 characters, or refuse with InvalidInput."""
    return paragraphs("text", text, longest=MAX_MESSAGE_LENGTH, shortest=1)


def session_title(title: str) -> str:
    """Return a title as it is kept, one line of at most 120 characters, or refuse with InvalidInput."""
    return line("title", title, longest=MAX_TITLE_LENGTH)


@dataclass(frozen=True, kw_only=True)
class SessionOpened(Fact):
    """A room was opened for two; whoever opened it is inside."""

    kind: ClassVar[str] = "session.opened"
    session_id: UUID
    mentorship_id: UUID
    title: str
    opened_by: UUID
    other_id: UUID
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ParticipantJoined(Fact):
    """Somebody who has a place came in."""

    kind: ClassVar[str] = "participant.joined"
    session_id: UUID
    profile_id: UUID
    role: SessionRole
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SessionStarted(Fact):
    """The second person came in: the lobby became a live session."""

    kind: ClassVar[str] = "session.started"
    session_id: UUID
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Fact):
    """The room was closed. `ended_by` is empty when the mentorship's end closed it."""

    kind: ClassVar[str] = "session.ended"
    session_id: UUID
    ended_by: UUID | None
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageSent(Fact):
    """A line was said."""

    kind: ClassVar[str] = "message.sent"
    session_id: UUID
    message_id: UUID
    author_id: UUID
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageEdited(Fact):
    """A line was put differently by its author; `at` is when."""

    kind: ClassVar[str] = "message.edited"
    session_id: UUID
    message_id: UUID
    author_id: UUID
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageDeleted(Fact):
    """A line was taken back by its author."""

    kind: ClassVar[str] = "message.deleted"
    redacts: ClassVar[bool] = True
    session_id: UUID
    message_id: UUID
    author_id: UUID
    at: datetime

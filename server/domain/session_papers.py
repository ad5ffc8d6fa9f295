"""Links and actions: what the two look at, and what each will do.

Actions are agreed on in a session, which they outlive, or in the mentorship beside its sessions.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from server.domain import texts
from server.domain.errors import LimitReached
from server.domain.facts import Fact
from server.domain.problems import Problems

MAX_LINK_TITLE = 120
MAX_ACTION_LENGTH = 500
MAX_LINKS = 50
MAX_ACTIONS = 50
"""Of each kind, per session."""
MAX_ACTIONS_BESIDE = 200
"""Of one mentorship, beside its sessions."""


def link(url: str, title: str) -> tuple[str, str]:
    """Return a link's address and title as they are kept, or refuse with InvalidInput. A title may be empty."""
    problems = Problems()
    url = problems.url("url", url)
    title = problems.line("title", title, longest=MAX_LINK_TITLE)
    problems.refuse_if_any()
    return url, title


def action_text(text: str) -> str:
    """Return an action as it is kept, 1 to 500 characters, or refuse with InvalidInput."""
    return texts.line("text", text, longest=MAX_ACTION_LENGTH, shortest=1)


def check_room_for_link(count: int) -> None:
    """Refuse one link more than a session holds."""
    if count >= MAX_LINKS:
        raise LimitReached(f"A session has at most {MAX_LINKS} links.", limit=MAX_LINKS)


def check_room_for_action(count: int) -> None:
    """Refuse one action more than a session holds."""
    if count >= MAX_ACTIONS:
        raise LimitReached(f"A session has at most {MAX_ACTIONS} actions.", limit=MAX_ACTIONS)


def check_room_for_action_beside(count: int) -> None:
    """Refuse one action more than a mentorship holds beside its sessions."""
    if count >= MAX_ACTIONS_BESIDE:
        raise LimitReached(
            f"A mentorship has at most {MAX_ACTIONS_BESIDE} actions beside its sessions.", limit=MAX_ACTIONS_BESIDE
        )


@dataclass(frozen=True)
class LinkView:
    """A link as those in the room see it."""

    id: UUID
    url: str
    title: str
    added_by: UUID
    at: datetime


@dataclass(frozen=True)
class ActionView:
    """An action as those in the room see it; `written_by` put it into these words, `owner_id` will do it."""

    id: UUID
    text: str
    owner_id: UUID
    due_on: date | None
    done_at: datetime | None
    written_by: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class LinkAdded(Fact):
    """A link was put into the room."""

    kind: ClassVar[str] = "link.added"
    session_id: UUID
    link: LinkView


@dataclass(frozen=True, kw_only=True)
class LinkRemoved(Fact):
    """A link was taken out of the room."""

    kind: ClassVar[str] = "link.removed"
    session_id: UUID
    link_id: UUID


@dataclass(frozen=True, kw_only=True)
class ActionAdded(Fact):
    """Somebody will do something."""

    kind: ClassVar[str] = "action.added"
    session_id: UUID
    action: ActionView


@dataclass(frozen=True, kw_only=True)
class ActionEdited(Fact):
    """An action was put differently, or is done, or is not done after all; also after the session.

    `text` is empty when the words are as they were, so that a fact holds its actor's words and nobody else's.
    """

    kind: ClassVar[str] = "action.edited"
    session_id: UUID
    action_id: UUID
    text: str | None
    owner_id: UUID
    due_on: date | None
    done_at: datetime | None
    written_by: UUID


@dataclass(frozen=True, kw_only=True)
class ActionRemoved(Fact):
    """An action was dropped."""

    kind: ClassVar[str] = "action.removed"
    session_id: UUID
    action_id: UUID


@dataclass(frozen=True, kw_only=True)
class ActionBesideChanged(Fact):
    """An action of a mentorship beside its sessions was agreed on, changed or dropped. Its words are read, not told."""

    kind: ClassVar[str] = "mentorship.action_changed"
    mentorship_id: UUID
    action_id: UUID
    owner_id: UUID
    due_on: date | None
    done_at: datetime | None
    version: int
    is_dropped: bool
    at: datetime

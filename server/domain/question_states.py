"""The words of Q&A that rules, rows, facts and orders share: states, actions, reasons, and how an author is shown."""

from dataclasses import dataclass
from enum import StrEnum


class QuestionState(StrEnum):
    """Where a question stands: 2.1."""

    PENDING = "pending"
    RETURNED = "returned"
    LIVE = "live"
    ANSWERING = "answering"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


OPEN_STATES = frozenset(
    {QuestionState.PENDING, QuestionState.RETURNED, QuestionState.LIVE, QuestionState.ANSWERING},
)
"""A person has at most three questions in these states."""


class Action(StrEnum):
    """What may be done to a question."""

    SUBMIT = "submit"
    CLAIM = "claim"
    RELEASE_CLAIM = "release_claim"
    APPROVE = "approve"
    UNDO_EDIT = "undo_edit"
    RETURN = "return"
    REWORD = "reword"
    DISMISS = "dismiss"
    SUGGEST_DISMISSAL = "suggest_dismissal"
    HIDE = "hide"
    QUEUE = "queue"
    START = "start"
    RELEASE = "release"
    ANSWER_LIVE = "answer_live"
    ANSWER_TEXT = "answer_text"
    REOPEN = "reopen"
    MERGE = "merge"
    UNMERGE = "unmerge"
    WITHDRAW = "withdraw"
    REVEAL_NAME = "reveal_name"
    REMOVE_NAME = "remove_name"
    FOLLOW_UP = "follow_up"
    LABEL = "label"
    ARCHIVE = "archive"
    REDACT = "redact"


class DismissReason(StrEnum):
    """Why a question is not taken; told to its author and counted for all."""

    DUPLICATE = "duplicate"
    OFF_TOPIC = "off_topic"
    UNCLEAR = "unclear"
    PERSONAL = "personal"
    DISRESPECTFUL = "disrespectful"
    ADVERTISING = "advertising"
    NO_TIME = "no_time"
    OTHER = "other"


class AnswerKind(StrEnum):
    """How a question was answered."""

    LIVE = "live"
    TEXT = "text"


class AuthorShown(StrEnum):
    """As whom an author appears: by profile, by the event's pseudonym, or not at all."""

    NAME = "name"
    PSEUDONYM = "pseudonym"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Byline:
    """As whom a question is told to be asked, to everybody alike: under a name, under a pseudonym, or neither.

    Whose name is not in it. Each reader asks by the question, and is told of nobody they may not see.
    """

    is_named: bool = False
    pseudonym: str | None = None


def byline(shown: AuthorShown, *, has_author: bool, pseudonym: str) -> Byline:
    """Return how an author is shown; an author who was erased is shown no more."""
    if shown is AuthorShown.NAME:
        return Byline(is_named=has_author)
    return Byline(pseudonym=pseudonym) if shown is AuthorShown.PSEUDONYM and pseudonym else Byline()

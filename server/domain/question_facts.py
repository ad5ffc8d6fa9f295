"""What the audience, the staff and an author are told of questions and polls: three views, three facts, no filter.

The audience's view counts its own version: the staff's tells how often moderators touched a question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from server.domain.facts import Fact
from server.domain.polls import Count, PollKind, PollState
from server.domain.question_states import Action, AnswerKind, Byline, DismissReason, QuestionState


@dataclass(frozen=True, kw_only=True)
class AnswerShown:
    """An answer. One given on stage has no text but the seconds since the event's start."""

    id: UUID
    kind: AnswerKind
    text: str
    by: UUID
    is_public: bool
    offset_seconds: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class QuestionShown:
    """A question as the audience sees it. `shown_at` is when it first was; when it was asked is not told."""

    id: UUID
    number: int
    text: str
    state: QuestionState
    author: Byline
    is_edited: bool
    kinds: Sequence[AnswerKind]
    answers: Sequence[AnswerShown]
    labels: Sequence[str]
    stage: str | None
    answering_by: UUID | None
    merged_into: UUID | None
    language: str
    shown_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class FollowUpShown:
    """Somebody of the staff comes back to this later."""

    owner_id: UUID
    due_at: datetime
    note: str
    is_done: bool


@dataclass(frozen=True, kw_only=True)
class QuestionStaffView:
    """A question as its moderators see it. The author is shown to them as to everybody."""

    id: UUID
    number: int | None
    text: str
    original_text: str
    state: QuestionState
    is_shown: bool
    author: Byline
    edited_by: UUID | None
    lease_by: UUID | None
    lease_until: datetime | None
    queue_rank: int | None
    kinds: Sequence[AnswerKind]
    answers: Sequence[AnswerShown]
    labels: Sequence[str]
    stage: str | None
    answering_by: UUID | None
    merged_into: UUID | None
    dismiss_reason: DismissReason | None
    staff_note: str
    dismissal_suggested_by: UUID | None
    follow_up: FollowUpShown | None
    screened: Sequence[str]
    language: str
    asked_at: datetime
    shown_at: datetime | None
    version: int


@dataclass(frozen=True, kw_only=True)
class OwnQuestionView:
    """A question as its author sees it, private answers included. `note` is what the staff wants them to know."""

    id: UUID
    webinar_id: UUID
    number: int | None
    text: str
    original_text: str
    state: QuestionState
    author: Byline
    is_edited: bool
    dismiss_reason: DismissReason | None
    note: str
    answers: Sequence[AnswerShown]
    merged_into: UUID | None
    asked_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many voted for a question. Of two tallies of one question the higher revision is the later."""

    question_id: UUID
    votes: int
    revision: int


@dataclass(frozen=True, kw_only=True)
class QuestionChangedForAll(Fact):
    """A question is shown for the first time, or otherwise than before. For the audience."""

    kind: ClassVar[str] = "question.shown"
    webinar_id: UUID
    question: QuestionShown
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class QuestionGone(Fact):
    """A question is not shown any more; the audience is not told why."""

    kind: ClassVar[str] = "question.gone"
    webinar_id: UUID
    question_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class QuestionMoved(Fact):
    """Something was done to a question. For the staff; `by` is empty where its author did it."""

    kind: ClassVar[str] = "question.moved"
    webinar_id: UUID
    action: Action
    by: UUID | None
    question: QuestionStaffView
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class OwnQuestionChanged(Fact):
    """Something was done to a question one asked, or that one's own was merged into. For its authors."""

    kind: ClassVar[str] = "question.own_changed"
    action: Action
    question: OwnQuestionView


@dataclass(frozen=True, kw_only=True)
class VotesTallied(Fact):
    """How the votes stand, for good: said when the window closes and at the end. For both topics."""

    kind: ClassVar[str] = "questions.tallied"
    webinar_id: UUID
    tallies: Sequence[Tally]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PollShown:
    """A poll as the audience sees it. `results` and the right options are there once the results are shown."""

    id: UUID
    poll_kind: PollKind
    prompt: str
    options: Sequence[str]
    most_choices: int
    scale: int
    state: PollState
    correct: Sequence[int] | None
    results: Sequence[Count] | None
    ballots: int | None
    version: int


@dataclass(frozen=True, kw_only=True)
class PollChangedForAll(Fact):
    """A poll was opened or closed, or its results were shown or hidden. For the audience."""

    kind: ClassVar[str] = "poll.shown"
    webinar_id: UUID
    poll: PollShown


@dataclass(frozen=True, kw_only=True)
class PollMoved(Fact):
    """A poll was drafted, deleted, opened, closed, or its results were shown or hidden. For the staff."""

    kind: ClassVar[str] = "poll.moved"
    webinar_id: UUID
    poll: PollShown
    results_are_shown: bool
    is_deleted: bool

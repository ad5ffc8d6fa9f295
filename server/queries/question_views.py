"""The three views of a question, and what they are made of. Every fact, snapshot and answer is built here.

No view says whose name a question is under. The audience's knows no author but the byline, no instant of asking and
none of the staff's doings.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from server.domain.question_facts import (
    AnswerShown,
    FollowUpShown,
    OwnQuestionView,
    QuestionShown,
    QuestionStaffView,
    Tally,
)
from server.domain.question_states import AnswerKind, AuthorShown, Byline, QuestionState, byline
from server.models.database import connection
from server.models.questions import Question, QuestionAnswer, QuestionFollowUp, QuestionTally


@dataclass
class Card:
    """A question with all that its views need. `target_answers` are the public ones of what it was merged into."""

    row: Question
    answers: list[QuestionAnswer] = field(default_factory=list)
    target_answers: list[QuestionAnswer] = field(default_factory=list)
    follow_up: QuestionFollowUp | None = None
    tally: Tally | None = None
    has_merged: bool = False

    @property
    def byline(self) -> Byline:
        """Return as whom its author appears."""
        row = self.row
        return byline(row.shown_as, has_author=row.author_id is not None, pseudonym=row.pseudonym)

    @property
    def named_author(self) -> UUID | None:
        """Return whose name stands under it. For readers who ask one by one and may see that person: in no view."""
        return self.row.author_id if self.byline.is_named else None

    @property
    def votes(self) -> Tally:
        """Return its votes; none where none were ever cast."""
        return self.tally or Tally(question_id=self.row.id, votes=0, revision=0)


class Listed(NamedTuple):
    """A question in a list as the audience sees it, made of one row. `named_author` is as in a Card."""

    id: UUID
    number: int
    text: str
    state: QuestionState
    votes: int
    is_edited: bool
    kinds: Sequence[AnswerKind]
    labels: Sequence[str]
    stage: str | None
    language: str
    shown_at: datetime
    version: int
    merged_into: UUID | None
    pseudonym: str | None
    named_author: UUID | None
    answers: Sequence[AnswerShown]


LISTED = """
q.id, q.number, q.text, q.state, coalesce(q.votes, 0), q.edited_by IS NOT NULL, q.kinds::text, q.labels::text, q.stage,
q.language, q.shown_at, q.shown_version, q.merged_into, q.shown_as, q.author_id, q.pseudonym, ARRAY(
    SELECT (a.id, a.kind, a.text, a.by_id, a.is_public, a.offset_seconds, a.created_at) FROM question_answer a
    WHERE a.question_id = q.id AND a.is_public ORDER BY a.created_at, a.id
)"""
"""The columns of `listed_of`, of a shown question with its votes as `q`."""

_QUESTION_STATES = {one.value: one for one in QuestionState}
_NO_WORDS = "[]"


def listed_of(row: Sequence[Any]) -> Listed:
    """Return a question in a list, of the columns in LISTED."""
    (
        question_id,
        number,
        text,
        state,
        votes,
        is_edited,
        kinds,
        labels,
        stage,
        language,
        shown_at,
        version,
        merged_into,
        shown_as,
        author_id,
        pseudonym,
        answers,
    ) = row
    line = _line(shown_as, author_id is not None, pseudonym)
    return Listed(
        question_id,
        number,
        text,
        _QUESTION_STATES[state],
        votes,
        is_edited,
        [] if kinds == _NO_WORDS else sorted(AnswerKind(kind) for kind in orjson.loads(kinds)),
        [] if labels == _NO_WORDS else orjson.loads(labels),
        stage,
        language,
        shown_at,
        version,
        merged_into if state == QuestionState.MERGED else None,
        line.pseudonym,
        author_id if line.is_named else None,
        [_answer_of(answer) for answer in answers] if answers else (),
    )


# As few as there are pseudonyms in the events of the day.
@lru_cache(maxsize=4096)
def _line(shown_as: str, has_author: bool, pseudonym: str) -> Byline:
    return byline(AuthorShown(shown_as), has_author=has_author, pseudonym=pseudonym)


def _answer_of(row: Sequence[Any]) -> AnswerShown:
    answer_id, kind, text, by, is_public, offset_seconds, at = row
    return AnswerShown(
        id=answer_id,
        kind=AnswerKind(kind),
        text=text,
        by=by,
        is_public=is_public,
        offset_seconds=offset_seconds,
        at=at,
    )


def listed_from(card: Card) -> Listed | None:
    """Return a card as the audience sees it in a list; None while it does not."""
    view = shown_view(card)
    if view is None:
        return None
    return Listed(
        id=view.id,
        number=view.number,
        text=view.text,
        state=view.state,
        votes=card.votes.votes,
        is_edited=view.is_edited,
        kinds=list(view.kinds),
        labels=list(view.labels),
        stage=view.stage,
        language=view.language,
        shown_at=view.shown_at,
        version=view.version,
        merged_into=view.merged_into,
        pseudonym=view.author.pseudonym,
        named_author=card.named_author,
        answers=view.answers,
    )


_SOURCES = "SELECT DISTINCT merged_into FROM question WHERE merged_into = ANY($1)"


async def cards_of(rows: Sequence[Question]) -> dict[UUID, Card]:
    """Return the cards of questions the caller was shown, in four statements whatever their number."""
    ids = [row.id for row in rows]
    targets = {row.merged_into for row in rows if row.merged_into is not None}
    answers = await _answers_of({*ids, *targets})
    follow_ups = {row.question_id: row for row in await QuestionFollowUp.filter(question_id__in=ids)}
    tallies = await tallies_of(ids)
    _, sources = await connection().execute_query(_SOURCES, [ids])
    merged = {source["merged_into"] for source in sources}
    return {
        row.id: Card(
            row=row,
            answers=answers[row.id],
            target_answers=[] if row.merged_into is None else [a for a in answers[row.merged_into] if a.is_public],
            follow_up=follow_ups.get(row.id),
            tally=tallies.get(row.id),
            has_merged=row.id in merged,
        )
        for row in rows
    }


async def tallies_of(question_ids: Collection[UUID]) -> dict[UUID, Tally]:
    """Return the votes of questions the caller was shown."""
    rows = await QuestionTally.filter(question_id__in=list(question_ids))
    return {row.question_id: Tally(question_id=row.question_id, votes=row.votes, revision=row.revision) for row in rows}


async def _answers_of(question_ids: Collection[UUID]) -> dict[UUID, list[QuestionAnswer]]:
    found: dict[UUID, list[QuestionAnswer]] = defaultdict(list)
    for row in await QuestionAnswer.filter(question_id__in=list(question_ids)).order_by("created_at", "id"):
        found[row.question_id].append(row)
    return found


def shown_view(card: Card) -> QuestionShown | None:
    """Return a question as the audience sees it; None while it does not."""
    row = card.row
    if not row.is_shown or row.number is None or row.shown_at is None:
        return None
    public = [answer for answer in card.answers if answer.is_public]
    return QuestionShown(
        id=row.id,
        number=row.number,
        text=row.text,
        state=row.state,
        author=card.byline,
        is_edited=row.edited_by is not None,
        kinds=_kinds(row),
        answers=[answer_view(answer) for answer in public],
        labels=row.labels,
        stage=row.stage,
        answering_by=row.answering_by,
        merged_into=row.merged_into if row.state is QuestionState.MERGED else None,
        language=row.language,
        shown_at=row.shown_at,
        version=row.shown_version,
    )


def staff_view(card: Card) -> QuestionStaffView:
    """Return a question as its moderators see it."""
    row, promise = card.row, card.follow_up
    return QuestionStaffView(
        id=row.id,
        number=row.number,
        text=row.text,
        original_text=row.original_text,
        state=row.state,
        is_shown=row.is_shown,
        author=card.byline,
        edited_by=row.edited_by,
        lease_by=row.lease_by,
        lease_until=row.lease_until,
        queue_rank=row.queue_rank,
        kinds=_kinds(row),
        answers=[answer_view(answer) for answer in card.answers],
        labels=row.labels,
        stage=row.stage,
        answering_by=row.answering_by,
        merged_into=row.merged_into,
        dismiss_reason=row.dismiss_reason,
        staff_note=row.staff_note,
        dismissal_suggested_by=row.dismissal_suggested_by,
        follow_up=None
        if promise is None
        else FollowUpShown(
            owner_id=promise.owner_id,
            due_at=promise.due_at,
            note=promise.note,
            is_done=promise.done_at is not None,
        ),
        screened=row.screened,
        language=row.language,
        asked_at=row.created_at,
        shown_at=row.shown_at,
        version=row.version,
    )


def own_view(card: Card) -> OwnQuestionView:
    """Return a question as its author sees it, with the public answers of what it was merged into."""
    row = card.row
    return OwnQuestionView(
        id=row.id,
        webinar_id=row.webinar_id,
        number=row.number,
        text=row.text,
        original_text=row.original_text,
        state=row.state,
        author=card.byline,
        is_edited=row.edited_by is not None,
        dismiss_reason=row.dismiss_reason,
        note=row.author_note,
        answers=[answer_view(answer) for answer in [*card.answers, *card.target_answers]],
        merged_into=row.merged_into,
        asked_at=row.created_at,
        version=row.version,
    )


def answer_view(answer: QuestionAnswer) -> AnswerShown:
    """Return an answer as it is shown to whoever may read it."""
    return AnswerShown(
        id=answer.id,
        kind=answer.kind,
        text=answer.text,
        by=answer.by_id,
        is_public=answer.is_public,
        offset_seconds=answer.offset_seconds,
        at=answer.created_at,
    )


def _kinds(row: Question) -> list[AnswerKind]:
    return sorted(AnswerKind(kind) for kind in row.kinds)

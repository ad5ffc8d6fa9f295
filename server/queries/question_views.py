"""The three views of a question, and what they are made of. Every fact, snapshot and answer is built here.

No view says whose name a question is under. The audience's knows no author but the byline, no instant of asking and
none of the staff's doings.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from server.domain.question_facts import (
    AnswerShown,
    FollowUpShown,
    OwnQuestionView,
    QuestionShown,
    QuestionStaffView,
    Tally,
)
from server.domain.question_states import AnswerKind, Byline, QuestionState, byline
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

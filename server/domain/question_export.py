"""An event's questions as files: JSON and CSV with the whole history, and the way back from both.

Authors are who they were shown as. In CSV a cell that a spreadsheet would take for a formula begins with a quote mark.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, get_type_hints
from uuid import UUID

import msgspec

from server.domain.question_facts import AnswerShown, FollowUpShown
from server.domain.question_states import Action, DismissReason, QuestionState

FORMAT = "alongside.questions.v1"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """Something that was done to a question. `by` is empty where its author did it, or the system."""

    action: Action
    by: UUID | None
    by_author: bool
    from_state: QuestionState | None
    to_state: QuestionState
    version: int
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ExportedAuthor:
    """As whom an author was shown. `profile_id` is empty where whoever exports may not see them."""

    profile_id: UUID | None = None
    pseudonym: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExportedQuestion:
    """A question with all the staff knows of it."""

    id: UUID
    number: int | None
    state: QuestionState
    before_archive: QuestionState | None
    text: str
    original_text: str
    author: ExportedAuthor
    language: str
    labels: Sequence[str]
    votes: int
    merged_into: UUID | None
    dismiss_reason: DismissReason | None
    staff_note: str
    answers: Sequence[AnswerShown]
    follow_up: FollowUpShown | None
    asked_at: datetime
    shown_at: datetime | None
    version: int
    history: Sequence[HistoryLine]


@dataclass(frozen=True, kw_only=True)
class Export:
    """All questions of an event, in the order they were asked."""

    webinar_id: UUID
    title: str
    questions: Sequence[ExportedQuestion]
    format: str = FORMAT


def to_json(export: Export) -> str:
    """Return an export as JSON."""
    return msgspec.json.encode(export).decode()


def from_json(text: str) -> Export:
    """Return the export that JSON holds. Raises msgspec.ValidationError for anything else."""
    return msgspec.json.decode(text, type=Export)


COLUMNS = tuple(field.name for field in fields(ExportedQuestion))
_TYPES = get_type_hints(ExportedQuestion)
_NESTED = ("author", "labels", "answers", "follow_up", "history")
"""Columns that hold JSON."""


def to_csv(export: Export) -> str:
    """Return the questions of an export as CSV, one row each, with a header row."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for question in export.questions:
        writer.writerow([_cell(name, getattr(question, name)) for name in COLUMNS])
    return out.getvalue()


def from_csv(text: str) -> list[ExportedQuestion]:
    """Return the questions that CSV holds. Raises ValueError for anything else."""
    reader = csv.reader(io.StringIO(text, newline=""))
    if tuple(next(reader, ())) != COLUMNS:
        raise ValueError("not an export of questions")
    return [
        ExportedQuestion(**{name: _value(name, cell) for name, cell in zip(COLUMNS, row, strict=True)})
        for row in reader
    ]


def _cell(name: str, value: Any) -> str:
    if name in _NESTED:
        return msgspec.json.encode(value).decode()
    plain = msgspec.to_builtins(value)
    text = "" if plain is None else str(plain)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _value(name: str, cell: str) -> Any:
    if name in _NESTED:
        return msgspec.json.decode(cell, type=_TYPES[name])
    text = cell.removeprefix("'")
    if text == "" and _TYPES[name] is not str:
        return None
    return msgspec.convert(text, _TYPES[name], strict=False)


def rebuilt_state(history: Sequence[HistoryLine]) -> QuestionState:
    """Return where a question stands by its history alone. Raises ValueError where a line is missing."""
    state: QuestionState | None = None
    for version, step in enumerate(history, start=1):
        if step.from_state is not state or step.version != version:
            raise ValueError(f"the history has no step from {state} to version {version}")
        state = step.to_state
    if state is None:
        raise ValueError("there is no history")
    return state

"""Commands on questions: ask, vote, and every action of the state machine."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from server.domain.actors import Actor
from server.domain.question_facts import Tally
from server.domain.question_states import Action, DismissReason
from server.models.questions import Question
from server.realtime.commands.registry import command
from server.services import questions
from server.services.question_acts import ActForm, act

_Text = Annotated[str, Meta(max_length=16_000)]


class Ask(Struct, frozen=True, rename="camel"):
    """Ask a question."""

    webinar_id: UUID
    text: _Text
    anonymous: bool = False
    language: Annotated[str, Meta(max_length=100)] = ""


class OneQuestion(Struct, frozen=True, rename="camel"):
    """Which question."""

    question_id: UUID


class Act(Struct, frozen=True, rename="camel"):
    """Do an action; each reads its own fields."""

    question_id: UUID
    action: Action
    expected_version: int | None = None
    text: _Text = ""
    note: _Text = ""
    reason: DismissReason | None = None
    rank: int | None = None
    stage: Annotated[str, Meta(max_length=100)] = ""
    by_id: UUID | None = None
    is_public: bool = True
    into_id: UUID | None = None
    resolve_previous: bool | None = None
    labels: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=20)] = []
    owner_id: UUID | None = None
    due_at: Annotated[datetime, Meta(tz=True)] | None = None


class QuestionNow(Struct, frozen=True, rename="camel"):
    """Where the question stands after a command."""

    question_id: UUID
    state: str
    number: int | None


class Votes(Struct, frozen=True, rename="camel"):
    """How the votes stand after a command."""

    question_id: UUID
    votes: int
    revision: int


def _now(row: Question) -> QuestionNow:
    return QuestionNow(row.id, row.state.value, row.number)


def _votes(tally: Tally) -> Votes:
    return Votes(tally.question_id, tally.votes, tally.revision)


@command("question.ask", Ask)
async def ask(actor: Actor, asked: Ask, cid: str) -> QuestionNow:
    """Ask a question; the same cid asks it once."""
    form = questions.AskForm(text=asked.text, anonymous=asked.anonymous, language=asked.language)
    return _now(await questions.ask_question(actor, webinar_id=asked.webinar_id, form=form, idempotency_key=cid))


@command("question.vote", OneQuestion)
async def vote(actor: Actor, asked: OneQuestion, cid: str) -> Votes:
    """Vote for a question."""
    return _votes(await questions.vote(actor, question_id=asked.question_id, idempotency_key=cid))


@command("question.take_vote_back", OneQuestion)
async def take_vote_back(actor: Actor, asked: OneQuestion, cid: str) -> Votes:
    """Take a vote back."""
    return _votes(await questions.take_vote_back(actor, question_id=asked.question_id, idempotency_key=cid))


@command("question.act", Act)
async def do(actor: Actor, asked: Act, cid: str) -> QuestionNow:
    """Do an action to a question; the same cid does it once."""
    form = ActForm(
        text=asked.text,
        note=asked.note,
        reason=asked.reason,
        rank=asked.rank,
        stage=asked.stage,
        by=asked.by_id,
        is_public=asked.is_public,
        into_id=asked.into_id,
        holder_resolved=asked.resolve_previous,
        labels=tuple(asked.labels),
        owner_id=asked.owner_id,
        due_at=asked.due_at,
    )
    row = await act(
        actor,
        question_id=asked.question_id,
        action=asked.action,
        form=form,
        expected_version=asked.expected_version,
        idempotency_key=cid,
    )
    return _now(row)

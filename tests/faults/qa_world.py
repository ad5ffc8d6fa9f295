"""A webinar with people of every role who do random things, and what must hold whatever they do."""

import json
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.errors import Refusal
from server.domain.pictures import FoldedEntry, fold
from server.domain.question_export import from_csv, from_json, rebuilt_state, to_csv, to_json
from server.domain.question_pictures import apply_signal
from server.domain.question_states import Action, DismissReason, QuestionState
from server.domain.topics import Topic
from server.domain.webinars import AnonymityMode
from server.kit.clock import now
from server.models.database import connection
from server.models.questions import Question, QuestionVote
from server.queries.question_export import export_of
from server.queries.snapshots import snapshot_of
from server.queries.streams import entries_after
from server.services import questions, webinars
from server.services.ports import EphemeralSignal, NoPublisher
from server.services.question_acts import ActForm, act
from server.services.questions import AskForm
from tests.factories.webinars import Event

Operation = Callable[[], Awaitable[Any]]


class Ears(NoPublisher):
    """A publisher that keeps the signals it is given."""

    def __init__(self) -> None:
        self.heard: list[EphemeralSignal] = []

    def ephemeral(self, signals: Sequence[EphemeralSignal]) -> None:
        self.heard.extend(signals)


@dataclass
class Follower:
    """A client: starts from a snapshot, reads entries now and then, and loses some signals."""

    who: Actor
    topic: Topic
    snapshot: dict[str, Any]
    heard: int = 0

    @classmethod
    async def begin(cls, who: Actor, topic: Topic, ears: Ears) -> "Follower":
        return cls(who, topic, await snapshot_of(who, topic), len(ears.heard))

    async def catch_up(self, ears: Ears, dice: random.Random, *, losing: float = 0.0) -> None:
        for signal in ears.heard[self.heard :]:
            if signal.topic == self.topic.name and dice.random() >= losing:
                apply_signal(self.snapshot["state"], signal.kind, signal.key, json.loads(signal.payload))
        self.heard = len(ears.heard)
        rows = await entries_after(self.topic.name, self.snapshot["pos"]["seq"], 100_000)
        entries = [FoldedEntry(row.epoch, row.seq, row.chain, row.kind, json.loads(row.payload)) for row in rows]
        fold(self.topic, self.snapshot, entries)


@dataclass
class World:
    """The event, the dice, and the operations done so far, for repeats."""

    of: Event
    dice: random.Random
    known: list[UUID] = field(default_factory=list)
    done: list[Operation] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    number: int = 0

    @property
    def people(self) -> list[Actor]:
        of = self.of
        return [of.host, of.cohost, of.moderator, of.panelist, *of.attendees]

    def operation(self) -> Operation:
        """Return something to do: new, or one that was done before, word by word."""
        if self.done and self.dice.random() < 0.15:
            return self.dice.choice(self.done)
        self.number += 1
        made = self._new(f"cmd-{self.number}")
        self.done.append(made)
        return made

    def _new(self, key: str) -> Operation:
        dice, roll = self.dice, self.dice.random()
        if roll < 0.22 or not self.known:
            return self._ask(key)
        question_id = dice.choice(self.known[-12:])
        if roll < 0.50:
            voter = dice.choice(self.people)
            use = questions.vote if dice.random() < 0.8 else questions.take_vote_back
            return lambda: use(voter, question_id=question_id, idempotency_key=key)
        if roll < 0.52:
            return self._setting()
        return self._act(key, question_id)

    def _ask(self, key: str) -> Operation:
        dice, who = self.dice, self.dice.choice(self.people)
        form = AskForm(f"Question tok{self.number}x of many?", anonymous=dice.random() < 0.5)

        async def ask() -> Question:
            asked = await questions.ask_question(who, webinar_id=self.of.id, form=form, idempotency_key=key)
            if asked.id not in self.known:
                self.known.append(asked.id)
            return asked

        return ask

    def _act(self, key: str, question_id: UUID) -> Operation:
        dice, of = self.dice, self.of
        # Everybody tries everything now and then; mostly those act whose it is to, or little would ever be done.
        who = dice.choice(self.people if dice.random() < 0.3 else [of.host, of.cohost, of.moderator])
        # Authors' and the stage's actions are rare among random people: they are tried more often.
        action = dice.choice([a for a in Action if a not in (Action.SUBMIT, Action.REDACT)])
        if action is Action.ARCHIVE and dice.random() < 0.7:
            action = Action.APPROVE
        if dice.random() < 0.35:
            often = [Action.APPROVE, Action.MERGE, Action.UNMERGE, Action.START, Action.ANSWER_TEXT]
            action, who = dice.choice(often), self.of.host
        form = ActForm(
            text="" if action is Action.APPROVE and dice.random() < 0.5 else f"Reworded tok{self.number}y once more?",
            note=dice.choice(["", f"note tok{self.number}n"]),
            reason=dice.choice(list(DismissReason)),
            rank=dice.randrange(5),
            is_public=dice.random() < 0.5,
            into_id=dice.choice(self.known),
            holder_resolved=dice.choice([None, True, False]),
            labels=tuple(dice.sample(["money", "time", "taxes"], dice.randrange(3))),
            due_at=now() + timedelta(days=1),
        )

        async def do() -> Question:
            row = await Question.get(id=question_id)
            by = who
            if action in (Action.WITHDRAW, Action.UNDO_EDIT, Action.REWORD, Action.REMOVE_NAME):
                by = next((one for one in self.people if one.user_id == row.author_id), who)
            version = row.version if dice.random() < 0.3 else None
            return await act(
                by,
                question_id=question_id,
                action=action,
                form=form,
                expected_version=version,
                idempotency_key=key,
            )

        return do

    def _setting(self) -> Operation:
        dice, of = self.dice, self.of
        mode, review, is_open = dice.choice(list(AnonymityMode)), dice.random() < 0.7, dice.random() < 0.8
        return dice.choice(
            [
                lambda: webinars.set_anonymity(of.host, webinar_id=of.id, mode=mode),
                lambda: webinars.set_review(of.host, webinar_id=of.id, review=review),
                lambda: webinars.open_window(of.host, webinar_id=of.id, is_open=is_open),
                lambda: webinars.say_to_staff(of.moderator, webinar_id=of.id, text=f"talk tok{self.number}t"),
            ]
        )

    async def do(self, operation: Operation) -> None:
        """Do it; a refusal is an ordinary outcome, anything else is not."""
        try:
            await operation()
            outcome = "done"
        except Refusal as refusal:
            outcome = refusal.code
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


_TRUE_TALLIES = """
SELECT q.id, t.votes, (
    SELECT count(DISTINCT v.voter_id) FROM question_vote v JOIN question g ON g.id = v.question_id
    WHERE (g.id = q.id OR g.merged_into = q.id)
      AND v.voter_id NOT IN (SELECT a.author_id FROM question a WHERE a.author_id IS NOT NULL
                             AND (a.id = q.id OR a.merged_into = q.id))) AS counted
FROM question q JOIN question_tally t ON t.question_id = q.id
"""


async def check_invariants(of: Event) -> None:
    """Check 2.1's invariants against the rows, by other statements than the product's."""
    rows = {row.id: row for row in await Question.filter(webinar_id=of.id)}
    on_stage = [row for row in rows.values() if row.state is QuestionState.ANSWERING]
    assert len(on_stage) == len({row.stage for row in on_stage})
    assert bool(on_stage) == ((await of.row()).frozen_at is not None)
    _, tallies = await connection().execute_query(_TRUE_TALLIES)
    assert [row["id"] for row in tallies if row["votes"] != row["counted"]] == []
    for vote in await QuestionVote.all():
        assert rows[vote.question_id].author_id != vote.voter_id
        assert rows[vote.question_id].number is not None
    numbers = sorted(row.number for row in rows.values() if row.number is not None)
    assert numbers == list(range(1, len(numbers) + 1))
    for row in rows.values():
        assert not (row.is_shown and row.number is None)
        if row.state is QuestionState.MERGED:
            assert row.merged_into is not None
            assert rows[row.merged_into].state is not QuestionState.MERGED
            assert row.merged_into != row.id
    await check_export(of)


async def check_export(of: Event) -> None:
    """Check that the export is what is kept, that both files rebuild to it, and each history to where things stand."""
    export = await export_of(of.host, of.id)
    assert from_json(to_json(export)) == export
    assert from_csv(to_csv(export)) == list(export.questions)
    kept = {row.id: row for row in await Question.filter(webinar_id=of.id)}
    assert {one.id: (one.text, one.original_text, one.state, one.number) for one in export.questions} == {
        row.id: (row.text, row.original_text, row.state, row.number) for row in kept.values()
    }
    for question in export.questions:
        assert rebuilt_state(question.history) is question.state
        assert len(question.history) == question.version == kept[question.id].version

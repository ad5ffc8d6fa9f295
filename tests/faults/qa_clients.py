"""People at a webinar over the wire: by commands at /live or by mutations, at any process, with lines that break."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from websockets.exceptions import ConnectionClosed

from server.domain import topics
from server.domain.actors import Actor
from server.domain.pictures import FoldedEntry, fold
from server.domain.question_pictures import apply_signal
from server.domain.question_states import Action, DismissReason
from server.domain.topics import Topic
from server.schema.core.ids import encode_id, split_id
from tests.factories.webinars import Event
from tests.faults.qa_processes import Fleet
from tests.live_client import Answer, Json, LiveClient

WAIT = 60.0
LABELS = ("money", "time", "taxes")
CRASHES = {"failed", "unavailable", "unknown_command", "bad_arguments"}
"""Codes that no command of this check may be answered with; kept in `Play.crashes`."""


class Picture:
    """What a client keeps of a topic: the snapshot it was last given, and what came after it."""

    def __init__(self) -> None:
        self.start: Json | None = None
        self.entries: dict[int, Json] = {}
        self.signals: list[Json] = []

    def now(self, topic: Topic) -> Json:
        """Return the picture folded. Signals go last: of two tallies the higher revision stays, whatever the order."""
        assert self.start is not None
        first = self.start["pos"]["seq"]
        entries = [
            FoldedEntry(self.start["pos"]["epoch"], seq, frame["c"], frame["k"], frame["p"])
            for seq, frame in sorted(self.entries.items())
            if seq > first
        ]
        folded = fold(topic, self.start, entries)
        for frame in self.signals:
            apply_signal(folded["state"], frame["k"], frame["key"], frame["p"])
        return folded


class Person(LiveClient):
    """Somebody of the event, connected to one process at a time, who keeps pictures as a front end does."""

    def __init__(self, running: Fleet, who: Actor, bearer: str) -> None:
        self.who = who
        self.bearer = bearer
        self.running = running
        self.pictures: dict[str, Picture] = {}
        super().__init__(self._at(0), lambda: running.ticket(who))
        self.backoff = (0.02, 0.2)

    def _at(self, number: int) -> str:
        return self.running.urls[number].replace("http", "ws", 1) + "/live"

    async def lose_the_line(self, to: int) -> None:
        """Lose the line; the next one goes to another process."""
        self.url = self._at(to)
        await self.cut()

    async def do(self, op: str, args: Json, key: str) -> Any:
        """Send a command until it is answered: a line that breaks meanwhile says nothing about whether it was done."""
        async with asyncio.timeout(WAIT):
            while True:
                try:
                    return await self.command(op, args, cid=key, timeout=WAIT)
                except (ConnectionError, ConnectionClosed):
                    await asyncio.sleep(0.02)

    async def catch_up(self, topic: str, seq: int) -> None:
        """Know a topic up to a number: followed anew where a follow was lost with its line."""
        async with asyncio.timeout(2 * WAIT):
            while True:
                with suppress(ConnectionError, ConnectionClosed, Answer, TimeoutError):
                    await self.follow(topic, timeout=WAIT)
                    await self.until_seq(topic, seq, timeout=WAIT)
                    return
                await asyncio.sleep(0.05)

    def _take(self, frame: Json) -> bool:
        kind = frame["type"]
        if kind == "followed":
            picture = self.pictures.setdefault(frame["topic"], Picture())
            if frame["mode"] == "snapshot":
                picture.start = {"state": frame["state"], "pos": frame["pos"]}
                picture.signals.clear()
        elif kind == "entry":
            self.pictures[frame["t"]].entries[frame["s"]] = frame
        elif kind == "signal" and frame["t"] in self.pictures:
            self.pictures[frame["t"]].signals.append(frame)
        return super()._take(frame)


@dataclass(frozen=True)
class Order:
    """Something to be done, by whom, under which key: the same again is a repeat, through either door."""

    who: int
    key: str
    op: str
    args: Json


@dataclass
class Play:
    """The people, the dice and what was done so far. `outcomes` counts answers: `done`, or a refusal's code."""

    of: Event
    people: list[Person]
    dice: random.Random
    web: httpx.AsyncClient
    known: list[str] = field(default_factory=list)
    authors: dict[str, int] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    answers: dict[tuple[int, str], Any] = field(default_factory=dict)
    crashes: list[Json] = field(default_factory=list)

    def order(self) -> Order:
        """Return something to do: new, or one that was ordered before."""
        dice = self.dice
        if self.orders and dice.random() < 0.12:
            return dice.choice(self.orders[-40:])
        made = self._new(f"k{len(self.orders)}")
        self.orders.append(made)
        return made

    def _new(self, key: str) -> Order:
        dice, roll = self.dice, self.dice.random()
        if roll < 0.2 or not self.known:
            text = f"Question {key} of many, is it?"
            args = {"webinarId": str(self.of.id), "text": text, "anonymous": dice.random() < 0.5}
            return Order(dice.randrange(len(self.people)), key, "question.ask", args)
        picked = dice.choice(self.known[-8:])
        if roll < 0.5:
            op = "question.vote" if dice.random() < 0.75 else "question.take_vote_back"
            return Order(dice.randrange(len(self.people)), key, op, {"questionId": picked})
        if roll < 0.53:
            is_open = dice.random() < 0.85
            return Order(0, key, "webinar.window", {"webinarId": str(self.of.id), "isOpen": is_open})
        if roll < 0.56:
            return Order(2, key, "webinar.say_to_staff", {"webinarId": str(self.of.id), "text": f"Said {key}."})
        return self._act(key, picked)

    def _act(self, key: str, picked: str) -> Order:
        dice = self.dice
        often = [Action.APPROVE, Action.APPROVE, Action.ANSWER_TEXT, Action.MERGE, Action.UNMERGE, Action.HIDE]
        rare = [a for a in Action if a not in (Action.SUBMIT, Action.REDACT, Action.ARCHIVE)]
        action = dice.choice(often if dice.random() < 0.5 else rare)
        who = dice.randrange(3) if dice.random() < 0.75 else dice.randrange(len(self.people))
        if action in (Action.WITHDRAW, Action.UNDO_EDIT, Action.REWORD, Action.REMOVE_NAME, Action.REVEAL_NAME):
            who = self.authors.get(picked, who)
        args = {
            "questionId": picked,
            "action": action.value,
            "text": f"Reworded {key} once more?" if dice.random() < 0.5 or action is not Action.APPROVE else "",
            "note": f"note {key}",
            "reason": dice.choice(list(DismissReason)).value,
            "rank": dice.randrange(5),
            "isPublic": dice.random() < 0.5,
            "intoId": dice.choice(self.known[-8:]),
            "resolvePrevious": dice.choice([None, True, False]),
            "labels": dice.sample(LABELS, dice.randrange(3)),
            "dueAt": "2099-01-01T00:00:00Z",
        }
        return Order(who, key, "question.act", args)

    async def carry_out(self, order: Order) -> None:
        """Do it through one of the doors. A repeat that was done is done, whatever happened since."""
        person = self.people[order.who]
        try:
            if order.op in _FORMS and self.dice.random() < 0.25:
                result = await self._post(person, order)
            else:
                result = await person.do(order.op, order.args, order.key)
        except Answer as refused:
            code = refused.frame["code"]
            self.crashes += [refused.frame] if code in CRASHES else []
        else:
            code = "done"
            if order.op == "question.ask":
                self._asked(order, result["questionId"])
        self.outcomes[code] = self.outcomes.get(code, 0) + 1

    def _asked(self, order: Order, question_id: str) -> None:
        first = self.answers.setdefault((order.who, order.key), question_id)
        assert first == question_id, "a repeat made another question"
        if question_id not in self.authors:
            self.known.append(question_id)
            self.authors[question_id] = order.who

    async def _post(self, person: Person, order: Order) -> Any:
        """Do an order by a mutation at any process, with the command's id as its key."""
        name, selection = _FORMS[order.op]
        form = {name_of: value for name_of, value in order.args.items() if name_of in ("text", "anonymous")}
        for name_of_id, kind in _TYPES.items():
            if name_of_id in order.args:
                form[name_of_id] = encode_id(kind, UUID(order.args[name_of_id]))
        stem = name[0].upper() + name[1:]
        document = (
            f"mutation($form: {stem}Input!) {{ {name}(input: $form) {{ __typename ... on Refusal {{ code }} "
            f"... on {_PAYLOADS.get(name, stem + 'Payload')} {{ {selection} }} }} }}"
        )
        body = {"query": document, "variables": {"form": {**form, "idempotencyKey": order.key}}}
        url = f"{self.dice.choice(person.running.urls)}/graphql"
        answer = await self.web.post(url, json=body, headers={"authorization": f"Bearer {person.bearer}"})
        told = answer.json()
        assert "errors" not in told, told
        found = told["data"][name]
        if "code" in found:
            raise Answer(found)
        return {"questionId": _key_of(found)}


_TYPES = {"webinarId": "Webinar", "questionId": "Question"}
_PAYLOADS = {"voteForQuestion": "VotePayload", "takeVoteBack": "VotePayload"}
_FORMS = {
    "question.ask": ("askQuestion", "ownView { id }"),
    "question.vote": ("voteForQuestion", "votes"),
    "question.take_vote_back": ("takeVoteBack", "votes"),
}


def _key_of(found: Json) -> str:
    own = found.get("ownView")
    return "" if own is None else str(split_id(own["id"], what="question")[1])


def topics_of(of: Event, number: int) -> list[Topic]:
    """Return what a person of the event follows: the staff's topic too, from the moderator up."""
    return [topics.webinar(of.id), topics.webinar_staff(of.id)] if number < 3 else [topics.webinar(of.id)]

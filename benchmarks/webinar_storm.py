"""The vote storm: 2,000 attendees vote on 50 questions within 10 s while two moderators work, over two serving
processes. Said: whether totals are exact, how long a vote's and a moderator's answer take, frames per attendee.

Moderators go through a pile of questions that wait for review, each decided once, and tend those that are up for votes.
Nothing they do is refused, so what is timed is work.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import uvloop

from benchmarks._support import Serving, percentile_of, run_with_database
from benchmarks._webinar import Audience, Stage, audiences, popularity, servers_of_two, stage, tickets_for
from benchmarks._webinar_audience import Crowd
from server.models.database import connection
from server.services import questions, webinars

ATTENDEES = 2_000
QUESTIONS = 50
WAITING = 100
"""Questions under review when the storm begins: more than two moderators get through."""
WITHIN = 10.0
SEED = 2026
_COUNTED = """
SELECT q.id::text AS id, t.votes, t.revision,
       (SELECT count(*) FROM question_vote v WHERE v.question_id = q.id)::int AS counted
FROM question q JOIN question_tally t ON t.question_id = q.id WHERE q.webinar_id = $1 AND q.is_shown
"""


@dataclass
class Storm:
    """What came of the votes of one round, and of the moderators' actions meanwhile."""

    votes: list[float] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    messages: int = 0
    bytes: int = 0
    lost: int = 0
    actions: list[float] = field(default_factory=list)
    action_codes: Counter[str] = field(default_factory=Counter)
    cpu: list[float] = field(default_factory=list)


class Moderator:
    """One of the staff at work over /live, on one thing after the other. `waiting` is a pile that all take from."""

    def __init__(self, of: Stage, waiting: list[UUID], crowd: Crowd, number: int) -> None:
        self._of = of
        self._waiting = waiting
        self._socket = crowd.listeners[number]
        self._dice = random.Random(SEED + number)

    async def work(self, done: Storm, seconds: float) -> None:
        """Act five times a second for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            answer = await self._socket.ask(*self.next())
            done.actions.append(1000 * (time.monotonic() - began))
            done.action_codes[answer.get("code", "ok")] += 1
            await asyncio.sleep(max(0.0, began + 0.2 - time.monotonic()))

    def next(self) -> tuple[str, dict[str, Any]]:
        """Return what is done next: the decision on a question that waits, each second time, while any does."""
        dice, up = self._dice, self._of.questions
        if self._waiting and dice.random() < 0.5:
            return "question.act", {"questionId": str(self._waiting.pop()), **dice.choice(_DECISIONS)}
        picked, other = str(popularity(up, dice)), str(dice.choice(up))
        webinar_id = str(self._of.webinar_id)
        made: list[tuple[str, dict[str, Any]]] = [
            ("webinar.highlight", {"webinarId": webinar_id, "questionId": picked}),
            ("question.act", {"questionId": picked, "action": "queue", "rank": dice.randrange(9)}),
            ("webinar.say_to_staff", {"webinarId": webinar_id, "text": "The first one is next."}),
            ("webinar.slow_mode", {"webinarId": webinar_id, "seconds": dice.choice([0, 15, 30])}),
            ("question.act", {"questionId": picked, "action": "label", "labels": dice.choice([[], ["money"]])}),
            ("question.act", {"questionId": other, "action": "follow_up", "dueAt": "2099-01-01T00:00:00Z"}),
        ]
        return dice.choice(made)


_DECISIONS: Sequence[dict[str, Any]] = (
    {"action": "approve"},
    {"action": "approve", "text": "In other words: what do I ask for an hour?"},
    {"action": "dismiss", "reason": "off_topic", "note": "Not tonight."},
    {"action": "return", "note": "Please say which town."},
    {"action": "answer_text", "text": "What it costs you, and some.", "isPublic": False},
)


async def _round(
    staff: Sequence[Moderator], audience: Audience, votes: list[list[Any]], serving: Sequence[Serving]
) -> Storm:
    """Have votes cast while moderators work; return what came of it."""
    done = Storm()
    before = [one.cpu_seconds() for one in serving]
    audience.say({"votes": votes})
    hearing = asyncio.create_task(asyncio.to_thread(audience.hear))
    while not hearing.done():
        await asyncio.gather(*(one.work(done, 1.0) for one in staff))
    told = await hearing
    done.votes, done.codes, done.seconds = told["latencies"], Counter(told["codes"]), told["seconds"]
    for name in ("messages", "bytes", "lost"):
        setattr(done, name, told["after"][name] - told["before"][name])
    done.cpu = [one.cpu_seconds() - at for one, at in zip(serving, before, strict=True)]
    return done


def _votes(
    of: Stage, attendees: int, within: float, dice: random.Random, cast: set[tuple[int, str]]
) -> list[list[Any]]:
    """Return a vote of everybody for a question of somebody else's they have not voted for, spread over the time."""
    made: list[list[Any]] = []
    for number in range(attendees):
        while True:
            question = str(popularity(of.questions, dice))
            if (number, question) not in cast and str(of.questions[number % QUESTIONS]) != question:
                break
        cast.add((number, question))
        made.append([number, question, dice.uniform(0, within)])
    return made


def _lines(name: str, done: Storm, attendees: int) -> Iterator[str]:
    frames = done.messages / attendees / done.seconds
    yield (
        f"{name}: {len(done.votes)} votes in {done.seconds:.1f} s; answer p50 {percentile_of(done.votes, 50):.0f}, "
        f"p99 {percentile_of(done.votes, 99):.0f}, last {max(done.votes):.0f} ms; {_codes(done.codes)}"
    )
    yield (
        f"  {len(done.actions)} actions of moderators: answer p50 {percentile_of(done.actions, 50):.0f}, "
        f"p99 {percentile_of(done.actions, 99):.0f} ms; {_codes(done.action_codes)}"
    )
    kilobytes = done.bytes / attendees / done.seconds / 1000
    yield (
        f"  {frames:.1f} frames per attendee and second, {kilobytes:.1f} KB; lines lost {done.lost}; "
        f"CPU of the serving processes {', '.join(f'{one:.1f}' for one in done.cpu)} s"
    )


def _codes(codes: Counter[str]) -> str:
    return ", ".join(f"{count} {code}" for code, count in sorted(codes.items()))


async def _storm(
    of: Stage, waiting: list[UUID], redis_url: str, serving: Sequence[Serving], audience: Audience
) -> list[Storm]:
    tickets = await tickets_for(redis_url, of.moderators)
    sockets = Crowd({"ports": [one.port for one in serving], "topic": f"{of.topic}:staff", "tickets": tickets})
    await sockets.come()
    staff = [Moderator(of, waiting, sockets, number) for number in range(len(tickets))]
    dice, cast = random.Random(SEED), set[tuple[int, str]]()
    rounds = [
        await _round(staff, audience, _votes(of, len(of.audience), within, dice, cast), serving)
        for within in (WITHIN, 0.0)
    ]
    for one in sockets.listeners:
        one.transport.abort()
    return rounds


def run(attendees: int = ATTENDEES) -> Iterator[str]:
    """Yield the lines of the benchmark."""
    with servers_of_two() as (community, serving):
        url = community.urls.database_url

        async def prepare() -> tuple[Stage, list[UUID]]:
            made = await stage(attendees, QUESTIONS)
            await webinars.set_labels(made.host, webinar_id=made.webinar_id, labels=("money",))
            return made, await _under_review(made)

        of, waiting = run_with_database(url, prepare)
        ports, coming = [one.port for one in serving], time.perf_counter()
        with audiences(of, community.urls.redis_url, ports, 1) as (audience,):
            came = time.perf_counter() - coming
            rounds = uvloop.run(_storm(of, waiting, community.urls.redis_url, serving, audience))
            yield f"{attendees} attendees over {len(serving)} serving processes, {QUESTIONS} questions"
            yield f"all came in {came:.1f} s"
            yield from _lines("within 10 s", rounds[0], attendees)
            yield from _lines("all at once", rounds[1], attendees)
            yield from _truth(of, url, audience, sum(one.codes["ok"] for one in rounds))


async def _under_review(of: Stage) -> list[UUID]:
    """Have questions asked that wait for review; return their ids."""
    await webinars.set_review(of.host, webinar_id=of.webinar_id, review=True)
    made = []
    for number in range(WAITING):
        form = questions.AskForm(f"Waiting question {number}: who pays for the way there?")
        asker = of.audience[(QUESTIONS + number) % len(of.audience)]
        made.append((await questions.ask_question(asker, webinar_id=of.webinar_id, form=form)).id)
    return made


def _truth(of: Stage, url: str, audience: Audience, accepted: int) -> Iterator[str]:
    """Close the window, and compare: what was acknowledged, the rows, the tallies, what the sampled sockets know."""

    async def close() -> list[dict[str, Any]]:
        await webinars.open_window(of.host, webinar_id=of.webinar_id, is_open=False)
        _, rows = await connection().execute_query(_COUNTED, [of.webinar_id])
        return [dict(row) for row in rows]

    rows = run_with_database(url, close)
    truth = {row["id"]: [row["revision"], row["votes"]] for row in rows}
    deadline = time.monotonic() + 20
    while True:
        audience.say({"tell": True})
        told = audience.hear()["tallies"]
        wrong = sum(known != truth for known in told)
        if not wrong or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    off = sum(row["votes"] != row["counted"] for row in rows)
    ballots, tallies = (sum(row[name] for row in rows) for name in ("counted", "votes"))
    yield (
        f"acknowledged {accepted}, ballots {ballots}, tallies {tallies}; tallies off {off}, "
        f"sampled sockets off {wrong} of {len(told)} (limits 0, 0)"
    )

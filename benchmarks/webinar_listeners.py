"""A webinar of 5,000 listeners on two serving processes: from sending a question to its being on everybody's screen.

The listeners are in two processes of their own; all instants are of one machine's monotonic clock.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence

import uvloop

from benchmarks._support import Serving, percentile_of, run_with_database
from benchmarks._webinar import Audience, Stage, audiences, free_descriptors, servers_of_two, stage, tickets_for
from benchmarks._webinar_audience import Crowd

LISTENERS = 5_000
QUESTIONS = 20
APART = 0.5
AUDIENCES = 2


async def _ask(of: Stage, redis_url: str, ports: Sequence[int], asked: int) -> dict[str, float]:
    """Ask questions one after the other by a moderator's socket; return when each was sent, by its text."""
    tickets = await tickets_for(redis_url, of.moderators[:1])
    staff = Crowd({"ports": list(ports), "topic": f"{of.topic}:staff", "tickets": tickets})
    await staff.come()
    socket = staff.listeners[0]
    sent: dict[str, float] = {}
    for number in range(asked):
        text = _text(number)
        sent[text] = time.monotonic()
        answer = await socket.ask("question.ask", {"webinarId": str(of.webinar_id), "text": text})
        assert answer["type"] == "ok", answer
        # Three may be open at once: each makes room for the next.
        act = {"questionId": answer["result"]["questionId"], "action": "answer_live"}
        answer = await socket.ask("question.act", act)
        assert answer["type"] == "ok", answer
        await asyncio.sleep(max(0.0, sent[text] + APART - time.monotonic()))
    socket.transport.abort()
    return sent


def _text(number: int) -> str:
    return f"Watched question {number:03}, is it on every screen?"


def run(listeners: int = LISTENERS, asked: int = QUESTIONS) -> Iterator[str]:
    """Yield the lines of the benchmark."""
    listeners = free_descriptors(listeners)
    with servers_of_two() as (community, serving):
        of = run_with_database(community.urls.database_url, lambda: stage(listeners, 3))
        coming, ports = time.perf_counter(), [one.port for one in serving]
        with audiences(of, community.urls.redis_url, ports, AUDIENCES) as crowds:
            came = time.perf_counter() - coming
            yield f"{listeners} listeners over {len(serving)} serving processes; all came in {came:.1f} s"
            yield from _measure(of, community.urls.redis_url, serving, crowds, asked)


def _measure(
    of: Stage, redis_url: str, serving: Sequence[Serving], crowds: Sequence[Audience], asked: int
) -> Iterator[str]:
    watched = [_text(number) for number in range(asked)]
    for crowd in crowds:
        crowd.say({"watch": watched})
        crowd.hear()
    before = [one.cpu_seconds() for one in serving]
    sent = uvloop.run(_ask(of, redis_url, [one.port for one in serving], asked))
    seen, lost = _seen(crowds, len(of.audience))
    waits = [1000 * (at - sent[text]) for text, instants in seen.items() for at in instants]
    cpu = sum(one.cpu_seconds() - at for one, at in zip(serving, before, strict=True))
    p50, p99 = percentile_of(waits, 50), percentile_of(waits, 99)
    yield f"question to screen: {asked} questions, p50 {p50:.0f}, p99 {p99:.0f}, last {max(waits):.0f} ms"
    screens = asked * len(of.audience)
    yield f"  reached {len(waits)} of {screens}; lines lost {lost}; CPU of the serving processes {cpu:.1f} s"


def _seen(crowds: Sequence[Audience], listeners: int) -> tuple[dict[str, list[float]], int]:
    """Return when each question first came to each screen, once it came to all or 20 s have passed; and lost lines."""
    until = time.monotonic() + 20
    while True:
        seen: dict[str, list[float]] = {}
        lost = 0
        for crowd in crowds:
            crowd.say({"seen": True})
            told = crowd.hear()
            lost += told["lost"]
            for text, instants in told["seen"].items():
                seen.setdefault(text, []).extend(instants)
        if all(len(instants) >= listeners for instants in seen.values()) or time.monotonic() > until:
            return seen, lost
        time.sleep(0.5)

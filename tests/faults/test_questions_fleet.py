"""Model check over the wire: people of five roles at three processes, with lines that break, repeats and races.

After each run the invariants of 2.1 hold, every client's fold is a fresh snapshot, and tallies are what SQL counts. The
seed is printed: a failing run is run again by it, as far as races allow.
"""

import asyncio
import random
import time
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from server.domain.actors import SYSTEM
from server.models.database import database
from server.models.identity import User
from server.queries.snapshots import snapshot_of
from server.queries.streams import head_of
from server.services import webinars
from server.services.logins import open_login
from tests.conftest import Servers
from tests.factories.webinars import event
from tests.faults.qa_clients import LABELS, WAIT, Person, Play, topics_of
from tests.faults.qa_processes import Fleet, fleet
from tests.faults.qa_world import check_invariants
from tests.seeds import seed_of

PROCESSES = 3
AT_ONCE = 12


async def run(servers: Servers, folder: Path, seed: int, operations: int) -> Play:
    print(f"model check over the wire: seed {seed}, {operations} operations")  # noqa: T201 - to run a failing run again
    started = time.monotonic()
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(fleet(servers, PROCESSES, str(folder)))
        await stack.enter_async_context(database(servers.database_url, max_connections=5))
        web = await stack.enter_async_context(httpx.AsyncClient(timeout=WAIT))
        play = await begin(stack, running, web, random.Random(seed))
        for done in range(0, operations, AT_ONCE):
            await asyncio.gather(*(play.carry_out(play.order()) for _ in range(AT_ONCE)))
            if play.dice.random() < 0.3:
                await play.dice.choice(play.people).lose_the_line(play.dice.randrange(PROCESSES))
            if done and done % 1_200 == 0:
                await check_invariants(play.of)
                await a_day_passes(servers)
        assert play.crashes == []
        await settle(play)
        await check_invariants(play.of)
    seconds = time.monotonic() - started
    print(f"outcomes: {play.outcomes}, {seconds:.1f} s")  # noqa: T201 - as above
    return play


async def a_day_passes(servers: Servers) -> None:
    """Let everybody ask as much as on the first day: how much a newcomer may ask is not what is tried here."""
    async with Redis.from_url(servers.redis_url) as redis:
        async for key in redis.scan_iter("*speech:question:*"):
            await redis.delete(key)


async def begin(stack: AsyncExitStack, running: Fleet, web: httpx.AsyncClient, dice: random.Random) -> Play:
    """Make a live event and connect everybody, in turns at each process."""
    of = await event(attendees=5)
    await webinars.set_labels(of.host, webinar_id=of.id, labels=LABELS)
    people = []
    for number, who in enumerate([of.host, of.cohost, of.moderator, of.panelist, *of.attendees]):
        email = str((await User.get(id=who.user_id)).email)
        login = await open_login(SYSTEM, email=email, user_agent="model")
        person = Person(running, who, login.token)
        person.url = running.urls[number % PROCESSES].replace("http", "ws", 1) + "/live"
        await stack.enter_async_context(person)
        people.append(person)
        for topic in topics_of(of, number):
            await person.follow(topic.name, timeout=WAIT)
    return Play(of, people, dice, web)


async def settle(play: Play) -> None:
    """Have closing write the votes down, wait until everybody knows the newest entry, and compare their pictures."""
    for is_open in (True, False):
        args = {"webinarId": str(play.of.id), "isOpen": is_open}
        await play.people[0].do("webinar.window", args, f"settle-{is_open}")
    for number, person in enumerate(play.people):
        for topic in topics_of(play.of, number):
            head = await head_of(topic.name)
            await person.catch_up(topic.name, head.seq)
            assert person.pictures[topic.name].now(topic) == await snapshot_of(person.who, topic)


async def test_the_invariants_hold_over_three_processes(clean_servers: Servers, tmp_path: Path) -> None:
    play = await run(clean_servers, tmp_path, seed_of("fleet of questions"), 480)
    # Random people want much that is not theirs to do; a good part of it must be done all the same.
    assert play.outcomes["done"] > 96
    assert play.outcomes["conflict"] > 20


@pytest.mark.slow
async def test_the_invariants_hold_after_10_000_operations_over_three_processes(
    clean_servers: Servers, tmp_path: Path
) -> None:
    play = await run(clean_servers, tmp_path, seed_of("fleet of questions"), 10_000)
    assert play.outcomes["done"] > 1_000

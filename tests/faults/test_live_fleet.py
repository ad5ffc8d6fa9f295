"""Several workers under load: one dies in a storm, all are restarted in turn, writers are cut off mid-command.

The oracle: each client's log equals the book, and each command that was sent under one cid is in it once.
"""

import asyncio
import logging
import time
from collections import Counter
from contextlib import AsyncExitStack, suppress
from typing import Protocol

import pytest

from server.domain.topics import Topic
from tests.factories.live import ToyRules, book_of, live_server, log_of, room, say, someone
from tests.live_client import PATIENCE, Answer, LiveClient
from tests.realtime.test_moving import toy_say

log = logging.getLogger(__name__)

assert toy_say  # registers the command toy.say


class HasClients(Protocol):
    """A worker in this process or in one of its own."""

    def client(self) -> LiveClient: ...


async def crowd_of(number: int, server: HasClients, topic: Topic, stack: AsyncExitStack) -> list[LiveClient]:
    """Return clients that follow a topic on a server."""
    clients = [server.client() for _ in range(number)]
    for client in clients:
        client.backoff = (0.05, 0.5)
        await stack.enter_async_context(client)
        await client.follow(topic.name)
    return clients


async def keep_saying(topic: Topic, per_second: float, told: list[int]) -> None:
    """Commit entries until cancelled."""
    while True:
        await say(topic, str(len(told)))
        told.append(1)
        await asyncio.sleep(1 / per_second)


async def end_of(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def storm(bell: str, listeners: int) -> float:
    """Cut everybody on one of two workers at once; return the seconds until the last has caught up on the other."""
    topic, told, rules = room(), [], ToyRules()
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(live_server(bell, rules=rules))
        two = await stack.enter_async_context(live_server(bell, rules=rules))
        keeper = await crowd_of(2, two, topic, stack)
        clients = await crowd_of(listeners, one, topic, stack)
        saying = asyncio.create_task(keep_saying(topic, 50, told))
        await keeper[0].until(lambda: len(told) > 30)
        for client in clients:
            client.url = two.url
            await client.cut()
        started = time.monotonic()
        await asyncio.sleep(0.6)
        await end_of(saying)
        last = len(await book_of(topic))
        for client in (*clients, *keeper):
            await client.until_seq(topic.name, last)
        took = time.monotonic() - started
        book = await book_of(topic)
        for client in (*clients, *keeper):
            assert log_of(client, topic) == book
            assert client.places[topic.name].holes == 0
        assert {mode for client in clients for mode in client.places[topic.name].modes[1:]} <= {"replay", "live"}
        return took


async def test_storm_from_a_dying_worker_finds_everything_on_the_other(bell: str):
    log.info("caught up after %.1f s", await storm(bell, 40))


@pytest.mark.slow
async def test_storm_of_three_hundred(bell: str):
    log.info("caught up after %.1f s", await storm(bell, 300))


async def test_rolling_restart_of_three_workers_under_load(bell: str):
    topic, told, rules = room(), [], ToyRules()
    async with AsyncExitStack() as stack:
        spare = await stack.enter_async_context(live_server(bell, rules=rules))
        clients: list[LiveClient] = []
        for _ in range(3):
            async with live_server(bell, rules=rules) as leaving, AsyncExitStack():
                moved = await crowd_of(5, leaving, topic, stack)
                clients += moved
                saying = asyncio.create_task(keep_saying(topic, 100, told))
                for client in moved:
                    client.url, client.haste = spare.url, 0.02
                await leaving.live.drain(20.0)
                assert not leaving.live.endpoint.open_connections
                await end_of(saying)
        last = len(await book_of(topic))
        for client in clients:
            await client.until_seq(topic.name, last)
            place = client.places[topic.name]
            assert (client.moves, place.holes) == (1, 0)
            assert log_of(client, topic) == (await book_of(topic))[-len(place.log) :]


async def test_command_whose_answer_was_lost_is_done_once_wherever_it_is_sent_again(bell: str):
    topic, ana, rules = room(), someone(), ToyRules()
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(live_server(bell, rules=rules)) for _ in range(2)]
        (watcher,) = await crowd_of(1, servers[0], topic, stack)
        client = servers[0].client(ana)
        client.backoff = (0.0, 0.05)
        await stack.enter_async_context(client)
        for number in range(20):
            args = {"topic": topic.name, "text": f"line {number}"}
            frame = {"type": "command", "id": "lost", "cid": f"cid-{number}", "op": "toy.say", "args": args}
            await client.send(frame)
            client.url = servers[number % 2].url
            welcomes = len(client.of_type("welcome"))
            # Cut at different moments of the command: before it is read, in the transaction, after its commit.
            await asyncio.sleep(number / 2000)
            await client.cut()
            await client.until(lambda welcomes=welcomes: len(client.of_type("welcome")) > welcomes)
            answer = await insist(client, args, f"cid-{number}")
            assert answer == await client.command("toy.say", args, cid=f"cid-{number}")
        await watcher.until_seq(topic.name, 20)
        texts = Counter(frame["p"]["text"] for frame in watcher.places[topic.name].log)
        assert texts == {f"line {number}": 1 for number in range(20)}
        assert log_of(watcher, topic) == await book_of(topic)


async def insist(client: LiveClient, args: dict[str, str], cid: str) -> object:
    """Send a command until it is answered with a result."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await client.command("toy.say", args, cid=cid)
            except Answer as refused:
                if not refused.frame["temporary"]:
                    raise
                await asyncio.sleep(0.02)

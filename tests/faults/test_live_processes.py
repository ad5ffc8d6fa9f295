"""Faults of whole processes: killed at each step of a command, killed in a storm, frozen, restarted under load.

The oracle: each client's log equals the book, and each command that was sent under one cid is in it once.
"""

import asyncio
import logging
import signal
import time
from contextlib import AsyncExitStack

import pytest

from tests.conftest import Servers
from tests.factories.live import book_of, live_server, log_of, room, say, someone
from tests.faults.processes import worker_processes
from tests.faults.test_live_fleet import crowd_of, end_of, insist, keep_saying
from tests.faults.worker import LAST_WORDS, STOPPED_IN_ORDER

log = logging.getLogger(__name__)

STEPS = ("lock", "insert", "commit", "xadd", "publish")


@pytest.mark.parametrize("step", STEPS)
async def test_writer_killed_at_any_step_leaves_one_entry_when_the_command_is_sent_again(
    bell: str, servers: Servers, step: str
):
    topic, ana = room(), someone()
    args = {"topic": topic.name, "text": LAST_WORDS}
    async with (
        worker_processes(servers, 1, die_after=step) as (doomed,),
        live_server(bell) as other,
        other.client() as watcher,
        doomed.client(ana) as client,
    ):
        await watcher.follow(topic.name)
        await client.follow(topic.name)
        await client.command("toy.say", {"topic": topic.name, "text": "before"})
        client.url = other.url
        await client.send({"type": "command", "id": "lost", "cid": "once", "op": "toy.say", "args": args})
        assert await doomed.ended() == -signal.SIGKILL
        await client.until(lambda: len(client.of_type("welcome")) == 2)
        # What was committed is heard without anybody's doing; what was not, when it is asked for again.
        if step in {"commit", "xadd", "publish"}:
            await watcher.until_seq(topic.name, 2)
        assert await insist(client, args, "once") == await client.command("toy.say", args, cid="once")
        await watcher.until_seq(topic.name, 2)
        await client.until_seq(topic.name, 2)
        await say(topic, "after")
        await watcher.until_seq(topic.name, 3)

        assert [frame["p"]["text"] for frame in watcher.places[topic.name].log] == ["before", LAST_WORDS, "after"]
        assert log_of(watcher, topic) == await book_of(topic)


async def killed_in_a_storm(servers: Servers, bell: str, listeners: int) -> float:
    """Kill one of two workers while entries flow; return the seconds until all its clients have caught up."""
    topic, told = room(), list[int]()
    async with AsyncExitStack() as stack:
        dying, staying = await stack.enter_async_context(worker_processes(servers, 2))
        writer = await stack.enter_async_context(live_server(bell))
        keepers = await crowd_of(2, staying, topic, stack)
        clients = await crowd_of(listeners, dying, topic, stack)
        saying = asyncio.create_task(keep_saying(topic, 50, told))
        await keepers[0].until(lambda: len(told) > 30)
        for client in clients:
            client.url = staying.url
        started = time.monotonic()
        dying.send_signal(signal.SIGKILL)
        await asyncio.sleep(0.6)
        await end_of(saying)
        book = await book_of(topic)
        for client in (*clients, *keepers):
            await client.until_seq(topic.name, len(book))
        took = time.monotonic() - started
        for client in (*clients, *keepers):
            assert log_of(client, topic) == book
            assert client.places[topic.name].holes == 0
        assert {mode for client in clients for mode in client.places[topic.name].modes[1:]} <= {"replay", "live"}
        assert not writer.live.endpoint.open_connections
        return took


async def test_storm_when_one_of_two_workers_is_killed(bell: str, servers: Servers):
    log.info("caught up after %.1f s", await killed_in_a_storm(servers, bell, 40))


@pytest.mark.slow
async def test_storm_of_three_hundred_when_one_of_two_workers_is_killed(bell: str, servers: Servers):
    log.info("caught up after %.1f s", await killed_in_a_storm(servers, bell, 300))


async def presence_after_a_kill(servers: Servers, settings: dict[str, float]) -> float:
    """Kill the worker of one of two people for good; return the seconds until the other sees it."""
    topic, ana = room().name, someone()
    async with (
        worker_processes(servers, 2, settings) as (dying, staying),
        staying.client() as watcher,
        dying.client(ana) as client,
    ):
        await watcher.follow(topic)
        await client.follow(topic)
        await watcher.until(lambda: watcher.of_type("presence") and watcher.of_type("presence")[-1]["n"] == 2)
        client.may_return.clear()
        started = time.monotonic()
        dying.send_signal(signal.SIGKILL)
        await watcher.until(lambda: watcher.of_type("presence")[-1]["n"] == 1)
        assert watcher.of_type("presence")[-1]["-"] == [str(ana.user_id)]
        return time.monotonic() - started


async def test_presence_is_right_soon_after_a_worker_was_killed(bell: str, servers: Servers):
    took = await presence_after_a_kill(servers, {"lease_seconds": 1.5, "lease_renew_seconds": 0.4})
    log.info("right after %.1f s", took)


@pytest.mark.slow
async def test_presence_is_right_within_twenty_seconds_as_configured(bell: str, servers: Servers):
    took = await presence_after_a_kill(servers, {"lease_seconds": 15.0, "lease_renew_seconds": 5.0})
    log.info("right after %.1f s", took)
    assert took <= 20.5


async def test_rolling_restart_of_three_processes_under_load(bell: str, servers: Servers):
    topic, told = room(), list[int]()
    async with AsyncExitStack() as stack:
        workers = await stack.enter_async_context(worker_processes(servers, 3, {"drain_seconds": 3.0}))
        await stack.enter_async_context(live_server(bell))
        crowds = [await crowd_of(5, worker, topic, stack) for worker in workers]
        clients = [client for crowd in crowds for client in crowd]
        for client in clients:
            client.haste = 0.05
        stubborn = clients[0]
        stubborn._move = stay_put  # type: ignore[method-assign] # a client that does not know drains
        saying = asyncio.create_task(keep_saying(topic, 100, told))
        for leaving, following in zip(workers, (*workers[1:], workers[0]), strict=True):
            for client in clients:
                if client.url == leaving.url:
                    client.url = following.url
            leaving.send_signal(signal.SIGTERM)
            assert await leaving.ended() == STOPPED_IN_ORDER
            leaving.start()
        await end_of(saying)
        book = await book_of(topic)
        for client in clients:
            await client.until_seq(topic.name, len(book))
            place = client.places[topic.name]
            assert place.holes == 0
            assert log_of(client, topic) == book[-len(place.log) :]
            assert client.moves >= 1 or client is stubborn
            assert set(client.closes) <= ({4000} if client is stubborn else {1000})
        assert len(told) > 100


async def stay_put(*_: object) -> None:
    """Do nothing."""


async def test_second_sigterm_ends_a_drain_at_once(bell: str, servers: Servers):
    async with worker_processes(servers, 1, {"drain_seconds": 60.0}) as (worker,), worker.client() as client:
        client._move = stay_put  # type: ignore[method-assign] # or it would move, and the drain be over
        client.may_return.clear()
        await client.follow(room().name)
        worker.send_signal(signal.SIGTERM)
        await client.until(lambda: client.of_type("drain"))
        assert not client.closes
        worker.send_signal(signal.SIGTERM)
        assert await worker.ended() == STOPPED_IN_ORDER

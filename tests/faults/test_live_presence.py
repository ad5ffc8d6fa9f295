"""Presence after Valkey died and came back empty: those who are there are named, and a killed worker's are not."""

import asyncio
import logging
import signal
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from redis.asyncio import Redis

from server.realtime.broker import tag_of
from tests.conftest import Servers
from tests.factories.live import room
from tests.factories.own_valkey import own_valkey
from tests.faults.processes import WorkerProcess, worker_processes
from tests.live_client import PATIENCE, LiveClient

log = logging.getLogger(__name__)

SCALED = {"lease_seconds": 1.5, "lease_renew_seconds": 0.4, "leave_after_seconds": 0.5}
CONFIGURED = {"lease_seconds": 15.0, "lease_renew_seconds": 5.0, "leave_after_seconds": 12.0}


async def followers(number: int, worker: WorkerProcess, topic: str, stack: AsyncExitStack) -> list[LiveClient]:
    """Return clients that follow a topic at a worker."""
    clients = [await stack.enter_async_context(worker.client()) for _ in range(number)]
    await asyncio.gather(*(client.follow(topic) for client in clients))
    return clients


async def all_told(clients: list[LiveClient], number: int) -> None:
    """Wait until the last that each client was told is so many people."""
    for client in clients:
        frames = partial(client.of_type, "presence")
        await client.until(lambda frames=frames: [frame["n"] for frame in frames()][-1:] == [number])


async def presence_after_an_outage(servers: Servers, settings: dict[str, float], gone_seconds: float) -> float:
    """Kill Valkey, restart it, kill one of two workers; return the seconds until the other's people are told."""
    topic = room().name
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alongside-valkey-")))
        valkey = await stack.enter_async_context(own_valkey(folder))
        redis = await stack.enter_async_context(Redis.from_url(valkey.url))
        here = replace(servers, redis_url=valkey.url)
        staying, dying = await stack.enter_async_context(worker_processes(here, 2, settings))
        witnesses, doomed = await followers(5, staying, topic, stack), await followers(15, dying, topic, stack)
        await all_told(witnesses + doomed, 20)
        valkey.kill()
        await asyncio.sleep(gone_seconds)
        await valkey.start()
        async with asyncio.timeout(PATIENCE):
            while await redis.hlen(f"{tag_of(topic)}:pp:{topic}") < 20:
                await asyncio.sleep(0.02)
        await all_told(witnesses + doomed, 20)
        for client in doomed:
            client.may_return.clear()
        started = time.monotonic()
        dying.send_signal(signal.SIGKILL)
        await all_told(witnesses, 5)
        return time.monotonic() - started


async def test_presence_is_right_after_valkey_came_back_and_a_worker_was_killed(db: None, servers: Servers):
    took = await presence_after_an_outage(servers, SCALED, 1.0)
    log.info("right after %.1f s", took)


@pytest.mark.slow
async def test_presence_is_right_within_twenty_seconds_after_an_outage_as_configured(db: None, servers: Servers):
    took = await presence_after_an_outage(servers, CONFIGURED, 8.0)
    log.info("right after %.1f s", took)
    assert took <= 20.5

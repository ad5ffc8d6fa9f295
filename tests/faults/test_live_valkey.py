"""Faults of Valkey as a process: frozen by a signal, and cutting off a subscriber that reads too slowly."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from server.embedded import EmbeddedServers
from tests.conftest import Servers
from tests.factories.live import QUICK, book_of, live_server, log_of, room, say, say_at_once
from tests.factories.proxy import proxy_to
from tests.live_client import PATIENCE


@pytest.fixture(name="own_bell")
async def valkey_of_this_test(servers: Servers, db: None, own_folder: Path) -> AsyncIterator[str]:
    """Return the URL of a Valkey that may be frozen: nobody else uses it."""
    own = EmbeddedServers(own_folder, database_url=servers.database_url)
    urls = await asyncio.to_thread(own.start)
    try:
        yield urls.redis_url
    finally:
        await asyncio.to_thread(own.stop)


async def test_frozen_valkey_holds_nothing_back_for_long(own_bell: str):
    topic = room()
    async with Redis.from_url(own_bell) as redis:
        pid = (await redis.info("server"))["process_id"]
    async with live_server(own_bell, redis_timeout=1.0) as server, server.client() as client:
        await client.follow(topic.name)
        await say(topic, "a")
        await client.until_seq(topic.name, 1)
        os.kill(pid, signal.SIGSTOP)
        try:
            await say(topic, "the last before the silence", "and one within it")
            await client.until_seq(topic.name, 3)
            assert await server.live.checks()["bell"]() is not None
        finally:
            os.kill(pid, signal.SIGCONT)
        async with asyncio.timeout(PATIENCE):
            while await server.live.checks()["bell"]() is not None:
                await asyncio.sleep(0.05)
        await say(topic, "b")
        await client.until_seq(topic.name, 4)
        assert log_of(client, topic) == await book_of(topic)
        assert (client.places[topic.name].holes, client.places[topic.name].repeats) == (0, 0)


async def test_subscriber_cut_off_for_its_backlog_loses_nothing(bell: str):
    topic = room()
    # Found deaf, it would leave by itself before Valkey cuts it off.
    patient = replace(QUICK, probe_answer_seconds=PATIENCE)
    async with (
        Redis.from_url(bell) as redis,
        proxy_to(bell) as proxy,
        live_server(proxy.url, patient) as slow,
        live_server(bell),
        slow.client() as client,
    ):
        await client.follow(topic.name)
        await say(topic, "a")
        await client.until_seq(topic.name, 1)
        limit = (await redis.config_get("client-output-buffer-limit"))["client-output-buffer-limit"]
        await redis.config_set("client-output-buffer-limit", "pubsub 65536 32768 1")
        try:
            proxy.is_stalled.set()
            async with asyncio.timeout(PATIENCE):
                while not (await redis.info("stats"))["client_output_buffer_limit_disconnections"]:
                    await say_at_once(topic, 50, 20_000)
        finally:
            proxy.is_stalled.clear()
            await redis.config_set("client-output-buffer-limit", limit)
        await say(topic, "b")
        book = await book_of(topic)
        await client.until_seq(topic.name, len(book))
        assert log_of(client, topic) == book
        assert client.places[topic.name].holes == 0

"""A path to Redis that goes silent: nothing errors, nothing comes. Found by the probe, and by nothing but silence."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import redis

from server.config import LiveSettings
from server.realtime.tasks import end
from tests.factories.live import QUICK, book_of, live_server, log_of, room, say
from tests.factories.proxy import proxy_to
from tests.live_client import PATIENCE

CONFIGURED = LiveSettings()
AS_CONFIGURED = replace(
    QUICK,
    probe_idle_seconds=CONFIGURED.probe_idle_seconds,
    probe_answer_seconds=CONFIGURED.probe_answer_seconds,
    poll_seconds=CONFIGURED.poll_seconds,
    feed_check_seconds=CONFIGURED.feed_check_seconds,
    reconnect_max_seconds=CONFIGURED.reconnect_max_seconds,
)
LIMIT_SECONDS = 6.0
"""Within which the last message before a silence arrives."""


async def test_what_a_silent_path_swallowed_arrives_without_an_answer_of_redis(bell: str):
    topic = room()
    # Whoever waited for an answer over the silent path would wait for longer than this test may take.
    async with (
        proxy_to(bell) as proxy,
        live_server(proxy.url, redis_timeout=10 * PATIENCE) as deaf,
        live_server(bell),
        deaf.client() as client,
    ):
        await client.follow(topic.name)
        await say(topic, "a")
        await client.until_seq(topic.name, 1)
        proxy.is_silent = True
        await say(topic, "the last before the silence")
        await client.until_seq(topic.name, 2)
        await say(topic, "and one within it")
        await client.until_seq(topic.name, 3)
        # Nor does the end of the server wait for it.
        await proxy.refuse()
        assert log_of(client, topic) == await book_of(topic)
        assert client.places[topic.name].holes == 0


async def test_answer_that_lies_unread_while_our_own_loop_is_busy_is_heard(bell: str, monkeypatch: pytest.MonkeyPatch):
    settings = replace(QUICK, probe_idle_seconds=0.1, probe_answer_seconds=0.5)
    async with live_server(bell, settings) as server:
        reader, probes = server.live.broker.reader, 0
        with redis.Redis.from_url(bell) as at_once:

            async def ask_and_be_busy() -> None:
                nonlocal probes
                probes += 1
                at_once.publish(reader._probe_channel, b"")
                # Its answer is in the socket, and the loop does not turn until twice the patience is over.
                time.sleep(2 * settings.probe_answer_seconds)  # noqa: ASYNC251 - the loop is to be blocked

            monkeypatch.setattr(reader, "_send_probe", ask_and_be_busy)
            async with asyncio.timeout(PATIENCE):
                while probes < 3:
                    await asyncio.sleep(0.01)
        assert (reader.sessions, reader.connected) == (1, True)


@asynccontextmanager
async def loop_that_is_late_by(seconds: float) -> AsyncIterator[None]:
    """Have each turn of the loop take so long."""

    async def hold_up() -> None:
        while True:
            time.sleep(seconds)  # noqa: ASYNC251 - the loop is to be late
            await asyncio.sleep(0)

    task = asyncio.create_task(hold_up()) if seconds else None
    try:
        yield
    finally:
        await end(task)


@pytest.mark.slow
@pytest.mark.parametrize("late", [0.0, 0.02])
async def test_last_word_before_a_silence_arrives_in_time_as_configured(bell: str, late: float):
    topic = room()
    async with (
        proxy_to(bell) as proxy,
        live_server(proxy.url, AS_CONFIGURED, redis_timeout=1.0) as deaf,
        live_server(bell),
        deaf.client() as client,
    ):
        await client.follow(topic.name)
        seq, reader = 0, deaf.live.broker.reader
        for moment in (0.0, 0.4, 0.8, 1.2):
            await say(topic, "a")
            seq += 1
            await client.until_seq(topic.name, seq)
            # The silence begins at a moment of the probing: before, at, and after a probe.
            await asyncio.sleep(moment * CONFIGURED.probe_idle_seconds)
            async with loop_that_is_late_by(late):
                proxy.is_silent = True
                await say(topic, "the last before the silence")
                seq += 1
                await client.until_seq(topic.name, seq, LIMIT_SECONDS)
            proxy.is_silent = False
            async with asyncio.timeout(PATIENCE):
                while not reader.connected:
                    await asyncio.sleep(0.05)
        assert log_of(client, topic) == await book_of(topic)
        assert client.places[topic.name].holes == 0

"""Slow readers: they lose signals, then live on a cursor, then go; nobody else feels it."""

import asyncio
from dataclasses import replace

import psutil
import pytest

from server.domain.topics import parse
from tests.factories.live import QUICK, book_of, live_server, log_of, room, say, say_at_once
from tests.live_client import LiveClient

TIGHT = replace(QUICK, outbox_shed_bytes=16_384, outbox_lag_bytes=65_536, outbox_close_seconds=30.0)
ENTRY = 4_000


def stall(client: LiveClient) -> None:
    """Read nothing more from the socket."""
    assert client._socket is not None
    client._socket.transport.pause_reading()


def go_on(client: LiveClient) -> None:
    assert client._socket is not None
    client._socket.transport.resume_reading()


@pytest.mark.parametrize("is_raw", [True, False], ids=["raw", "plain"])
async def test_slow_reader_catches_up_on_the_same_socket(bell: str, is_raw: bool):
    topic = room()
    async with (
        live_server(bell, TIGHT, is_raw=is_raw) as server,
        server.client(compression=None) as slow,
        server.client(compression=None) as quick,
    ):
        await slow.follow(topic.name)
        await quick.follow(topic.name)
        stall(slow)
        (behind,) = [c.follows[topic.name].follow for c in server.live.endpoint.open_connections if _is(c, slow)]
        said = 0
        # Without the raw wire the kernel takes megabytes before anything is seen to wait.
        while behind.is_live:
            await say_at_once(topic, 110, ENTRY)
            said += 110
            await quick.until_seq(topic.name, said)
        assert slow.places[topic.name].log == []
        go_on(slow)
        await slow.until_seq(topic.name, said, 20)
        await say(topic, "live again")
        await slow.until_seq(topic.name, said + 1)

        assert slow.of_type("lag")
        assert slow.closes == []
        assert log_of(slow, topic) == log_of(quick, topic) == await book_of(topic)
        assert slow.places[topic.name].repeats == 0


async def test_reader_that_never_reads_is_closed_and_costs_bounded_memory(bell: str):
    topic = room()
    settings = replace(TIGHT, outbox_close_seconds=1.0)
    async with live_server(bell, settings) as server, server.client() as quick:
        sleepers = [server.client(compression=None) for _ in range(10)]
        for sleeper in sleepers:
            await sleeper.open()
            await sleeper.follow(topic.name)
            stall(sleeper)
        await quick.follow(topic.name)
        for part in range(1, 5):
            await say_at_once(topic, 100, ENTRY)
            await quick.until_seq(topic.name, part * 100)
            held = [c.outbox.bytes for c in server.live.endpoint.open_connections]
            assert max(held) <= settings.outbox_lag_bytes + ENTRY * 2
        async with asyncio.timeout(10):
            while any(not c.is_closing for c in server.live.endpoint.open_connections if c.outbox.bytes):
                await asyncio.sleep(0.05)
        assert log_of(quick, topic) == await book_of(topic)
        for sleeper in sleepers:
            go_on(sleeper)
            await sleeper.until(lambda sleeper=sleeper: sleeper.closes, 15)
            assert sleeper.closes[0] in {4008, 1006}
            await sleeper.stop()


async def test_reader_behind_the_window_is_closed_and_resumes_from_the_book(bell: str):
    topic = room()
    settings = replace(TIGHT, ring_entries=16, window_entries=32)
    async with live_server(bell, settings) as server, server.client(compression=None) as slow, server.client() as quick:
        slow.backoff = (0.01, 0.1)
        await slow.follow(topic.name)
        await quick.follow(topic.name)
        stall(slow)
        for part in range(1, 13):
            await say_at_once(topic, 50, ENTRY)
            await quick.until_seq(topic.name, part * 50)
        go_on(slow)
        await slow.until_seq(topic.name, 600, 20)
        assert slow.closes == [4008]
        assert log_of(slow, topic) == await book_of(topic)


async def test_slow_reader_is_spared_signals_and_told_the_latest_presence(bell: str):
    topic = room().name
    async with live_server(bell, TIGHT) as server, server.client(compression=None) as slow, server.client() as other:
        await slow.follow(topic)
        await other.follow(topic)
        await slow.until(lambda: slow.of_type("presence"))
        stall(slow)
        (connection,) = [c for c in server.live.endpoint.open_connections if c.actor.user_id and _is(c, slow)]
        await say_at_once(parse(topic), 300, ENTRY)
        await other.until_seq(topic, 300)
        for number in range(5):
            await other.command("signal.send", {"topic": topic, "kind": "typing", "p": number})
        assert not connection.outbox._signals
        go_on(slow)
        await slow.until_seq(topic, 300, 20)
        assert slow.of_type("signal") == []


def _is(connection: object, client: LiveClient) -> bool:
    return connection.id == client.of_type("welcome")[0]["connection"]  # type: ignore[attr-defined]


@pytest.mark.slow
async def test_zoo_in_a_crowd_at_a_hundred_a_second(bell: str):
    topic = room()
    settings = replace(QUICK, outbox_close_seconds=10.0)
    process = psutil.Process()
    async with live_server(bell, settings) as server:
        crowd = [server.client() for _ in range(100)]
        for client in crowd:
            await client.open()
            await client.follow(topic.name)
        never, staller, burster = crowd[0], crowd[1], crowd[2]
        stall(never)
        before = process.memory_info().rss
        for number in range(2_000):
            await say_at_once(topic, 1, 1_000)
            if number == 200:
                stall(staller)
            if number == 1_800:
                go_on(staller)
            if number % 50 == 0:
                stall(burster) if number % 100 else go_on(burster)
            await asyncio.sleep(0.01)
        go_on(burster)
        book = await book_of(topic)
        for client in crowd[1:]:
            await client.until_seq(topic.name, 2_000, 30)
            assert log_of(client, topic) == book
        assert process.memory_info().rss - before < 400_000_000
        for client in crowd:
            go_on(client)
            await client.stop()

"""Slow readers: they lose signals, then live on a cursor, then go; nobody else feels it."""

import asyncio
import json
import socket
from collections import deque
from contextlib import suppress
from dataclasses import replace

import psutil
import pytest

from server.domain import topics
from server.domain.topics import parse
from server.services.transaction import unit_of_work
from tests.factories.live import QUICK, book_of, live_server, log_of, room, say, say_at_once, someone
from tests.live_client import Answer, LiveClient

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


async def test_person_removed_in_the_middle_of_a_replay_hears_no_more(bell: str):
    topic, ana = room(), someone()
    async with live_server(bell, TIGHT) as server, server.client(ana, compression=None) as client:
        await say_at_once(topic, 1_500, ENTRY)
        followed = await client.follow(topic.name, {"epoch": "", "seq": 0, "chain": ""})
        stall(client)
        server.rules.removed.add(ana.require_user())
        async with unit_of_work() as work:
            work.control(topic, topics.RIGHTS_CHANGED, json.dumps({"userId": str(ana.user_id)}))
        (connection,) = server.live.endpoint.open_connections
        async with asyncio.timeout(5):
            while topic.name in connection.follows:
                await asyncio.sleep(0.01)
        go_on(client)
        await client.until(lambda: client.of_type("rights"), 20)
        heard = log_of(client, topic)
        assert followed["mode"] in {"replay", "pages"}
        assert len(heard) < 1_500
        assert heard == (await book_of(topic))[: len(heard)]
        with pytest.raises(Answer) as refused:
            await client.follow(topic.name)
        assert refused.value.frame["code"] == "not_found"
        await say(topic, "secret")
        # An answer comes after all that was sent before it.
        with pytest.raises(Answer):
            await client.follow(topic.name)
        assert log_of(client, topic) == heard


class Sipper:
    """Reads a KB a second off a bare socket, for ever, with the smallest buffer the kernel gives."""

    def __init__(self, url: str, ticket: str, topic: str) -> None:
        self._address = url.removeprefix("ws://").removesuffix("/live").split(":")
        self._lines = (f'{{"type":"hello","ticket":"{ticket}"}}', f'{{"type":"follow","id":"1","topic":"{topic}"}}')
        self.bytes = 0
        self.is_over = False

    async def run(self) -> None:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        sock.setblocking(False)
        loop = asyncio.get_running_loop()
        with sock:
            await loop.sock_connect(sock, (self._address[0], int(self._address[1])))
            await loop.sock_sendall(
                sock,
                b"GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n"
                b"Sec-WebSocket-Protocol: alongside.v1\r\n\r\n",
            )
            for line in self._lines:
                await loop.sock_sendall(
                    sock, bytes((0x81, 0xFE)) + len(line).to_bytes(2, "big") + bytes(4) + line.encode()
                )
            with suppress(ConnectionError):
                while data := await loop.sock_recv(sock, 100):
                    self.bytes += len(data)
                    await asyncio.sleep(0.1)
        self.is_over = True


@pytest.mark.slow
async def test_zoo_in_a_crowd_of_five_hundred_at_a_hundred_a_second(bell: str):
    topic = room()
    settings = replace(QUICK, outbox_close_seconds=15.0, ping_seconds=300.0)
    process = psutil.Process()
    async with live_server(bell, settings) as server:
        sipper = Sipper(server.url, await server.live.issue_ticket(someone(), ""), topic.name)
        sipping = asyncio.create_task(sipper.run())
        crowd = [server.client() for _ in range(500)]
        for client in crowd:
            await client.open()
            await client.follow(topic.name)
            client.frames = deque(maxlen=4)  # type: ignore[assignment] # half a million frames would be counted as ours
        never, staller, burster = crowd[0], crowd[1], crowd[2]
        stall(never)
        before, loop = process.memory_info().rss, asyncio.get_running_loop()
        due, most = loop.time(), 0
        for number in range(3_000):
            await say_at_once(topic, 1, 400)
            if number == 300:
                stall(staller)
            if number == 2_300:
                go_on(staller)
            if number % 50 == 0:
                stall(burster) if number % 100 else go_on(burster)
            if number % 100 == 0:
                most = max([most, *(one.outbox.bytes for one in server.live.endpoint.open_connections)])
            due += 0.01
            await asyncio.sleep(max(0.0, due - loop.time()))
        go_on(burster)
        book = await book_of(topic)
        for client in crowd[1:]:
            await client.until_seq(topic.name, 3_000, 60)
            assert log_of(client, topic) == book
            assert client.places[topic.name].holes == 0
        assert most <= settings.outbox_lag_bytes + 64_000
        assert sipper.bytes > 10_000
        assert process.memory_info().rss - before < 1_500_000_000
        sipping.cancel()
        for client in crowd:
            go_on(client)
        await asyncio.gather(*(client.stop() for client in crowd))

"""Slow readers: they lose signals, then live on a cursor, then go; nobody else feels it."""

import asyncio
import json
import logging
import re
import socket
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import Any

import psutil
import pytest

from server.domain import topics
from server.domain.topics import Topic, parse
from server.services.transaction import unit_of_work
from tests.factories.live import QUICK, LiveServer, book_of, live_server, log_of, room, say, say_at_once, someone
from tests.faults.test_live_fleet import end_of
from tests.live_client import PATIENCE, Answer, LiveClient

log = logging.getLogger(__name__)

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
        await slow.until_seq(topic.name, said)
        await say(topic, "live again")
        await slow.until_seq(topic.name, said + 1)

        assert slow.of_type("lag")
        assert slow.closes == []
        assert log_of(slow, topic) == log_of(quick, topic) == await book_of(topic)
        assert slow.places[topic.name].repeats == 0


async def test_reader_that_never_reads_is_closed_and_costs_bounded_memory(bell: str):
    topic = room()
    settings = replace(TIGHT, outbox_close_seconds=1.0)
    async with live_server(bell, settings) as server, AsyncExitStack() as clients:
        quick = await clients.enter_async_context(server.client())
        sleepers = [await clients.enter_async_context(server.client(compression=None)) for _ in range(10)]
        for sleeper in sleepers:
            await sleeper.follow(topic.name)
            stall(sleeper)
        await quick.follow(topic.name)
        for part in range(1, 5):
            await say_at_once(topic, 100, ENTRY)
            await quick.until_seq(topic.name, part * 100)
            held = [c.outbox.bytes for c in server.live.endpoint.open_connections]
            assert max(held) <= settings.outbox_lag_bytes + ENTRY * 2
        async with asyncio.timeout(PATIENCE):
            while any(not c.is_closing for c in server.live.endpoint.open_connections if c.outbox.bytes):
                await asyncio.sleep(0.05)
        assert log_of(quick, topic) == await book_of(topic)
        for sleeper in sleepers:
            go_on(sleeper)
            await sleeper.until(lambda sleeper=sleeper: sleeper.closes)
            assert sleeper.closes[0] in {4008, 1006}


async def test_reader_behind_the_window_is_closed_and_resumes_from_the_book(bell: str):
    topic = room()
    settings = replace(TIGHT, ring_entries=16, window_entries=32)
    async with live_server(bell, settings) as server, server.client(compression=None) as slow, server.client() as quick:
        slow.backoff = quick.backoff = (0.01, 0.1)
        await slow.follow(topic.name)
        await quick.follow(topic.name)
        stall(slow)
        for part in range(1, 13):
            await say_at_once(topic, 50, ENTRY)
            await quick.until_seq(topic.name, part * 50)
        go_on(slow)
        await slow.until_seq(topic.name, 600)
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
        await slow.until_seq(topic, 300)
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
        async with asyncio.timeout(PATIENCE):
            while topic.name in connection.follows:
                await asyncio.sleep(0.01)
        go_on(client)
        await client.until(lambda: client.of_type("rights"))
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


def port_of(server: LiveServer) -> int:
    """Return the port that a server listens on."""
    return int(server.url.split(":")[2].split("/")[0])


_ENTRY = re.compile(rb'"s":(\d+),"c":"([0-9a-f]+)"')


class Member(asyncio.Protocol):
    """One of a crowd, cheap enough for hundreds in this process: keeps what comes, to be read at the end."""

    def __init__(self, ticket: str, topic: str) -> None:
        self._lines = (f'{{"type":"hello","ticket":"{ticket}"}}', f'{{"type":"follow","id":"1","topic":"{topic}"}}')
        self._parts: list[bytes] = []
        self.bytes = 0
        self.is_over = False

    async def come(self, server: LiveServer) -> None:
        """Connect, and follow as soon as the handshake is over."""
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port_of(server))

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(
            b"GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n"
            b"Sec-WebSocket-Protocol: alongside.v1\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        if not self._parts:
            assert data.startswith(b"HTTP/1.1 101")
            for line in self._lines:
                self.transport.write(bytes((0x81, 0xFE)) + len(line).to_bytes(2, "big") + bytes(4) + line.encode())
        self._parts.append(data)
        self.bytes += len(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_over = True

    @property
    def everything(self) -> bytes:
        """Return every byte that came."""
        return b"".join(self._parts)

    def log(self) -> list[tuple[int, str]]:
        """Return the seq and chain of each entry that came."""
        return [(int(seq), chain.decode()) for seq, chain in _ENTRY.findall(self.everything)]


class Sip:
    """The transport of a member that reads a kilobyte a second from a socket with a tiny receive buffer."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 128)
        self._socket.connect(("127.0.0.1", port))
        self._socket.setblocking(False)
        self.write = self._socket.sendall
        self.abort = self._socket.close

    async def sip(self, member: Member) -> None:
        """Read until the server closes."""
        loop = asyncio.get_running_loop()
        member.connection_made(self)
        # The handshake and the first answers at once.
        member.data_received(await loop.sock_recv(self._socket, 4096))
        with suppress(ConnectionError):
            while data := await loop.sock_recv(self._socket, 1024):
                member.data_received(data)
                await asyncio.sleep(1)
        member.is_over = True


async def crowd_of_members(server: LiveServer, topic: Topic, number: int) -> list[Member]:
    """Return members that all follow."""
    members = [Member(await server.live.issue_ticket(someone(), ""), topic.name) for _ in range(number)]
    for member in members:
        await member.come(server)
    async with asyncio.timeout(PATIENCE):
        while sum(len(one.follows) for one in server.live.endpoint.open_connections) <= number:
            await asyncio.sleep(0.05)
    return members


@pytest.mark.slow
async def test_zoo_in_a_crowd_of_five_hundred_at_a_hundred_a_second(bell: str):
    topic, entries = room(), 2_500
    settings = replace(QUICK, outbox_close_seconds=15.0, ping_seconds=300.0)
    process = psutil.Process()
    async with live_server(bell, settings) as server, server.client() as staller:
        await staller.follow(topic.name)
        staller.backoff = (0.05, 0.5)
        members = await crowd_of_members(server, topic, 502)
        never, burster = members[500:]
        never.transport.pause_reading()
        sipper = Member(await server.live.issue_ticket(someone(), ""), topic.name)
        sipping = asyncio.create_task(Sip(port_of(server)).sip(sipper))
        before, loop = process.memory_info().rss, asyncio.get_running_loop()
        due, most, late = loop.time(), 0, 0.0
        for number in range(entries):
            await say_at_once(topic, 1, 400)
            if number == 200:
                stall(staller)
            if number == 2_200:
                go_on(staller)
            if number % 50 == 0:
                burster.transport.pause_reading() if number % 100 else burster.transport.resume_reading()
            if number % 100 == 0:
                most = max([most, *(one.outbox.bytes for one in server.live.endpoint.open_connections)])
            due += 0.01
            late = max(late, loop.time() - due)
            await asyncio.sleep(max(0.0, due - loop.time()))
        burster.transport.resume_reading()
        book = await book_of(topic)
        for member in (*members[:500], burster):
            async with asyncio.timeout(60):
                while len(member.log()) < entries:
                    await asyncio.sleep(0.2)
            assert member.log() == book
        # Beyond the window it was closed, and came back from the book.
        await staller.until_seq(topic.name, entries)
        assert log_of(staller, topic) == book
        assert most <= settings.outbox_lag_bytes + 64_000
        assert sipper.log() == book[: len(sipper.log())]
        assert sipper.log()
        kept = sum(member.bytes for member in members)
        assert process.memory_info().rss - before < 2 * kept + 100_000_000
        log.info("late by %.2f s at most, %d bytes held for one at most, sipped %d", late, most, sipper.bytes)
        await end_of(sipping)
        for member in (*members, sipper):
            member.transport.abort()

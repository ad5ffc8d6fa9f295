"""The reconnect storm: everybody is cut at once, 30 entries behind, while entries flow. Limits: p99 to caught up under
2 s, no page of the book, one read of the window at most, per worker. On real PostgreSQL and Valkey.
"""

import asyncio
import json
import math
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvloop
from redis import Redis

from server.embedded import EmbeddedServers
from server.models.database import migrate_database

CLIENTS = 1_000
START_SECONDS = 60.0
"""What coming, and coming back, may take before it is said to have failed."""
BEHIND = 30
RATE = 50
OTHERS = ("the writer", "relay", "relay sweep")
"""Tasks whose statements have nothing to do with the storm."""
TOPIC = "session:01900000-0000-7000-8000-000000000001"


class Client(asyncio.Protocol):
    """Follows the topic and keeps its position. Cheap: a thousand of them share a core with the test's own loop."""

    def __init__(self) -> None:
        self.pos: dict[str, Any] | None = None
        self.holes = 0
        self.repeats = 0
        self.awaited = math.inf
        self.caught_up = asyncio.Event()
        self._buffer = b""
        self._is_open = False
        self._hello = b""

    async def come(self, port: int, ticket: str) -> None:
        """Connect and follow, from the position if there is one."""
        follow = {"type": "follow", "id": "1", "topic": TOPIC, **({"pos": self.pos} if self.pos else {})}
        self._hello = json.dumps([{"type": "hello", "ticket": ticket}, follow]).encode()
        self._buffer, self._is_open = b"", False
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)

    def cut(self) -> None:
        """Lose the line."""
        self.transport.abort()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(
            b"GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\nSec-WebSocket-Protocol: alongside.v1\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._is_open:
            head, found, self._buffer = self._buffer.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._is_open = True
            length = len(self._hello).to_bytes(2, "big")
            self.transport.write(b"\x81\xfe" + length + b"\0\0\0\0" + self._hello)
        buffer, at = self._buffer, 0
        while (ends := _next_frame(buffer, at)) is not None:
            start, at = ends
            self._take(buffer[start:at])
        self._buffer = buffer[at:]

    def _take(self, text: bytes) -> None:
        entry = _ENTRY.match(text)
        if entry is not None and self.pos is not None:
            seq = int(entry[1])
            self.repeats += seq <= self.pos["seq"]
            self.holes += seq > self.pos["seq"] + 1
            self.pos["seq"], self.pos["chain"] = seq, entry[2].decode()
            if seq >= self.awaited:
                self.caught_up.set()
        elif text == b'{"type":"ping"}':
            self.transport.write(b'\x81\x8f\0\0\0\0{"type":"pong"}')
        elif text.startswith(b'{"type":"followed"'):
            pos = json.loads(text)["pos"]
            self.pos = {**(self.pos or pos), "epoch": pos["epoch"]}


_ENTRY = re.compile(rb'\{"type":"entry","t":"[^"]*","s":(\d+),"c":"([0-9a-f]*)"')


def _next_frame(buffer: bytes, at: int) -> tuple[int, int] | None:
    """Return where the text of the frame at a place begins and ends; None while it is not whole."""
    if len(buffer) < at + 4:
        return None
    length = buffer[at + 1]
    start = at + 2
    if length == 126:
        start, length = at + 4, int.from_bytes(buffer[at + 2 : at + 4], "big")
    end = start + length
    return (start, end) if len(buffer) >= end else None


async def press(port: int, query: str) -> Any:
    """Press a button of the server."""

    def ask() -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/press?{query}", timeout=60) as answer:
            return json.loads(answer.read())

    return await asyncio.to_thread(ask)


async def storm(port: int, redis_url: str) -> list[str]:
    """Cut everybody, let entries go by, let everybody return at once; return the lines."""
    clients = [Client() for _ in range(CLIENTS)]
    tickets = await press(port, f"tickets={CLIENTS}")
    for start in range(0, CLIENTS, 50):
        await asyncio.gather(*(clients[n].come(port, tickets[n]) for n in range(start, start + 50)))
    async with asyncio.timeout(START_SECONDS):
        while any(one.pos is None for one in clients):  # noqa: ASYNC110 - a thousand events would cost more
            await asyncio.sleep(0.05)
    tickets = await press(port, f"tickets={CLIENTS}")
    asked = commands_of(redis_url)
    before = await press(port, f"rate={RATE}&topic={TOPIC}")
    for one in clients:
        one.cut()
    await press(port, f"say={BEHIND}&topic={TOPIC}")
    started = time.perf_counter()
    returns = [_return(one, port, ticket, started) for one, ticket in zip(clients, tickets, strict=True)]
    async with asyncio.timeout(START_SECONDS):
        waits = sorted(await asyncio.gather(*returns))
    p50, p99 = waits[CLIENTS // 2], waits[CLIENTS * 99 // 100]
    after = await press(port, "stop=1")
    asked = {name: number - asked.get(name, 0) for name, number in commands_of(redis_url).items()}
    await asyncio.sleep(1)
    tops = {one.pos["seq"] for one in clients if one.pos is not None}
    for one in clients:
        one.cut()
    return [
        f"{CLIENTS} clients back at once, {BEHIND} entries and more behind, {RATE} entries a second flowing",
        f"caught up: p50 {p50:.2f} s, p99 {p99:.2f} s (limit 2), last {waits[-1]:.2f} s",
        f"window reads {after['window'] - before['window']:.0f} (limit 1), "
        f"pages of the book {after['book'] - before['book']:.0f} (limit 0)",
        f"SQL statements for those who came back: {_of_those_back(after['sql'])}; of others {after['sql']}",
        "Redis commands: " + ", ".join(f"{name} {number}" for name, number in sorted(asked.items()) if number > RATE),
        f"holes {sum(one.holes for one in clients)}, repeats {sum(one.repeats for one in clients)}, "
        f"final positions {len(tops)} (limits 0, 0, 1)",
    ]


def commands_of(redis_url: str) -> dict[str, int]:
    """Return how often each command ran since Valkey started, those inside of scripts too."""
    with Redis.from_url(redis_url) as redis:
        stats: dict[str, Any] = redis.info("commandstats")
    return {name.removeprefix("cmdstat_"): told["calls"] for name, told in stats.items()}


def _of_those_back(sql: dict[str, int]) -> int:
    return sum(number for task, number in sql.items() if task not in OTHERS)


async def _return(one: Client, port: int, ticket: str, started: float) -> float:
    """Come back; return the seconds until what was missed is there."""
    assert one.pos is not None
    one.awaited = one.pos["seq"] + BEHIND
    await one.come(port, ticket)
    await one.caught_up.wait()
    return time.perf_counter() - started


def run() -> Iterator[str]:
    """Yield the lines of the benchmark."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        servers = EmbeddedServers.for_tests(Path(folder))
        database_url, redis_url = servers.start()
        asyncio.run(migrate_database(database_url))
        command = [sys.executable, "-m", "benchmarks._storm_server", str(port), database_url, redis_url]
        server = subprocess.Popen(command)
        try:
            uvloop.run(_wait_for(port))
            yield from uvloop.run(storm(port, redis_url))
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            servers.stop()


async def _wait_for(port: int) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                await press(port, "")
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return

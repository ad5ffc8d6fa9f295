"""The reconnect storm: everybody is cut at once, 30 entries behind, while entries flow. Limits: p99 to caught up under
2 s, no page of the book, one read of the window at most, per worker. On real PostgreSQL and Valkey.
"""

import asyncio
import json
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

from server.embedded import EmbeddedServers
from server.models.database import migrate_database

CLIENTS = 1_000
BEHIND = 30
RATE = 50
TOPIC = "session:01900000-0000-7000-8000-000000000001"


class Client(asyncio.Protocol):
    """Follows the topic and keeps its position. Cheap: a thousand of them share a core with the test's own loop."""

    def __init__(self) -> None:
        self.pos: dict[str, Any] | None = None
        self.holes = 0
        self.repeats = 0
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
        while (frame := self._next_frame()) is not None:
            self._take(json.loads(frame))

    def _next_frame(self) -> bytes | None:
        """Cut one whole text frame off the buffer."""
        buffer = self._buffer
        start = 4 if len(buffer) > 1 and buffer[1] == 126 else 2
        if len(buffer) < start:
            return None
        end = start + (int.from_bytes(buffer[2:4], "big") if start == 4 else buffer[1])
        if len(buffer) < end:
            return None
        self._buffer = buffer[end:]
        return buffer[start:end] if buffer[0] == 0x81 else b'{"type":"other"}'

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "followed":
            self.pos = {**(self.pos or frame["pos"]), "epoch": frame["pos"]["epoch"]}
        elif frame["type"] == "entry" and self.pos is not None:
            self.repeats += frame["s"] <= self.pos["seq"]
            self.holes += frame["s"] > self.pos["seq"] + 1
            self.pos = {"epoch": self.pos["epoch"], "seq": frame["s"], "chain": frame["c"]}


async def press(port: int, query: str) -> Any:
    """Press a button of the server."""

    def ask() -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/press?{query}", timeout=60) as answer:
            return json.loads(answer.read())

    return await asyncio.to_thread(ask)


async def storm(port: int) -> list[str]:
    """Cut everybody, let entries go by, let everybody return at once; return the lines."""
    clients = [Client() for _ in range(CLIENTS)]
    tickets = await press(port, f"tickets={CLIENTS}")
    for start in range(0, CLIENTS, 50):
        await asyncio.gather(*(clients[n].come(port, tickets[n]) for n in range(start, start + 50)))
    while any(one.pos is None for one in clients):  # noqa: ASYNC110 - a thousand events would cost more than they tell
        await asyncio.sleep(0.05)
    tickets = await press(port, f"tickets={CLIENTS}")
    before = await press(port, f"rate={RATE}&topic={TOPIC}")
    for one in clients:
        one.cut()
    await press(port, f"say={BEHIND}&topic={TOPIC}")
    started = time.perf_counter()
    returns = [_return(one, port, ticket, started) for one, ticket in zip(clients, tickets, strict=True)]
    waits = sorted(await asyncio.gather(*returns))
    p50, p99 = waits[CLIENTS // 2], waits[CLIENTS * 99 // 100]
    after = await press(port, "stop=1")
    await asyncio.sleep(1)
    tops = {one.pos["seq"] for one in clients if one.pos is not None}
    for one in clients:
        one.cut()
    return [
        f"{CLIENTS} clients back at once, {BEHIND} entries and more behind, {RATE} entries a second flowing",
        f"caught up: p50 {p50:.2f} s, p99 {p99:.2f} s (limit 2), last {waits[-1]:.2f} s",
        f"window reads {after['window'] - before['window']:.0f} (limit 1), "
        f"pages of the book {after['book'] - before['book']:.0f} (limit 0)",
        f"holes {sum(one.holes for one in clients)}, repeats {sum(one.repeats for one in clients)}, "
        f"final positions {len(tops)} (limits 0, 0, 1)",
    ]


async def _return(one: Client, port: int, ticket: str, started: float) -> float:
    """Come back; return the seconds until what was missed is there."""
    assert one.pos is not None
    missed = one.pos["seq"] + BEHIND
    await one.come(port, ticket)
    while one.pos["seq"] < missed:  # noqa: ASYNC110 - a thousand events would cost more than they tell
        await asyncio.sleep(0.01)
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
            yield from uvloop.run(storm(port))
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            servers.stop()


async def _wait_for(port: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                await press(port, "")
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return

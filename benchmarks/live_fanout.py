"""One entry to many listeners: our endpoint against the ASGI `send` loop, in the same server process and run.

CPU is the server's; the listeners read in this process, on the other core. Limits are those of the design.
"""

import asyncio
import base64
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

HELLO = b'{"type":"hello","ticket":"x"}'
LISTENERS = 500
IDLE = 2_000
CROWD = 5_000


class Listener(asyncio.Protocol):
    """Shakes hands, says hello, then counts bytes."""

    def __init__(self, path: str, extensions: bytes) -> None:
        self._path = path
        self._extensions = extensions
        self._head = b""
        self.ready = asyncio.get_running_loop().create_future()
        self.bytes = 0
        self.last_at = 0.0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16))
        transport.write(
            b"GET %b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: %b\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: alongside.v1\r\n%b\r\n"
            % (self._path.encode(), key, self._extensions)
        )

    def data_received(self, data: bytes) -> None:
        self.last_at = time.perf_counter()
        if self.ready.done():
            self.bytes += len(data)
            return
        self._head += data
        if b"\r\n\r\n" in self._head:
            assert self._head.startswith(b"HTTP/1.1 101"), self._head
            self.transport.write(bytes((0x81, 0x80 | len(HELLO), 0, 0, 0, 0)) + HELLO)
            self.ready.set_result(None)


async def listen(port: int, path: str, number: int, extensions: bytes = b"") -> list[Listener]:
    """Open connections, some at a time."""
    loop = asyncio.get_running_loop()
    listeners = []
    for _ in range(number):
        _, one = await loop.create_connection(lambda: Listener(path, extensions), "127.0.0.1", port)
        listeners.append(one)
        await one.ready
    await asyncio.sleep(0.5)
    return listeners


def press(port: int, query: str = "") -> dict[str, float]:
    """Press a button of the server; return what it says."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/press?{query}", timeout=120) as answer:
        told: dict[str, float] = json.loads(answer.read())
        return told


async def cpu(port: int, kind: str, *, batch: int, rounds: int) -> float:
    """Return the server's CPU microseconds per delivery."""
    await asyncio.to_thread(press, port, f"kind={kind}&batch={batch}&rounds=5")
    told = await asyncio.to_thread(press, port, f"kind={kind}&batch={batch}&rounds={rounds}")
    return told["cpu"] / (rounds * batch * LISTENERS) * 1e6


async def compare(port: int) -> list[str]:
    """Measure the plain loop, then ours, on the same number of listeners."""
    plain = await listen(port, "/plain", LISTENERS)
    base = await cpu(port, "plain", batch=1, rounds=40)
    _end(plain)
    await asyncio.sleep(1)
    ours = await listen(port, "/live", LISTENERS)
    one = await cpu(port, "live", batch=1, rounds=40)
    many = await cpu(port, "live", batch=16, rounds=10)
    _end(ours)
    await asyncio.sleep(1)
    return [
        f"ASGI send loop: {base:.2f} us of CPU per delivery to {LISTENERS} listeners",
        f"one entry a tick: {one:.2f} us, {one / base:.2f} x the loop (limit 0.65)",
        f"sixteen a tick: {many:.2f} us, {many / base:.2f} x the loop (limit 0.15)",
    ]


async def idle(port: int) -> list[str]:
    """Measure what a connection that negotiated compression holds, and how long one entry takes to reach a crowd."""
    before = press(port)["rss"]
    offer = b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
    listeners = await listen(port, "/live", IDLE, offer)
    each = (press(port)["rss"] - before) / IDLE / 1024
    listeners += await listen(port, "/live", CROWD - IDLE, offer)
    waits = []
    for _ in range(20):
        for one in listeners:
            one.last_at = 0.0
        started = time.perf_counter()
        await asyncio.to_thread(press, port, "kind=live&batch=1&rounds=1")
        while not all(one.last_at for one in listeners):  # noqa: ASYNC110 - the listeners have no event
            await asyncio.sleep(0.005)
        waits.append((max(one.last_at for one in listeners) - started) * 1000)
    _end(listeners)
    waits.sort()
    return [
        f"idle connection with compression: {each:.1f} KB (limit 30)",
        f"one entry to {CROWD}: the last has it after {waits[10]:.0f} ms (p50), {waits[-1]:.0f} ms (worst of 20)",
    ]


def _end(listeners: list[Listener]) -> None:
    for one in listeners:
        one.transport.abort()


def run() -> Iterator[str]:
    """Yield the lines of the benchmark."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "benchmarks._live_server", str(port)])
    try:
        _wait_for(port)
        yield from asyncio.run(compare(port))
        yield from asyncio.run(idle(port))
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            press(port)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return

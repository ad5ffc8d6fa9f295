"""One entry to 500 listeners: our endpoint against the ASGI `send` loop in the same process, and other servers.

CPU is the server's; the listeners read in this process, on the other core. Limits are those of the design. The peers
from npm are measured where node is present. `live_crowd` is the same for 5,000.
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
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from benchmarks._live_websockets import TEXT
from benchmarks._npm import install, is_node_here

NODE_SCRIPT = Path(__file__).with_name("_live_node.mjs")
NODE_ROOMS = (
    ("npm ws 8.23.0", "ws", "/live", b"{}"),
    ("Socket.IO 4.8.4", "socketio", "/socket.io/?EIO=4&transport=websocket", b"40"),
)
HELLO = b'{"type":"hello","ticket":"x"}'
CROWD = 500
BATCHES = (1, 16)
DELIVERIES = 20_000
"""In all rounds of a way of telling: more rounds for small crowds, three at least and forty at most."""
MANY = 1_000
"""A crowd of more is told by a few ways at a time: each way has a crowd of its own."""
START_SECONDS = 60.0
SECONDS_PER_DELIVERY = 60e-6
"""The slowest contender's time for one, within which a round must be over."""


class Listener(asyncio.Protocol):
    """Shakes hands, says hello, then counts bytes."""

    def __init__(self, path: str, extensions: bytes, hello: bytes) -> None:
        self._path = path
        self._extensions = extensions
        self._hello = hello
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
            self.transport.write(bytes((0x81, 0x80 | len(self._hello), 0, 0, 0, 0)) + self._hello)
            self.ready.set_result(None)


async def listen(port: int, path: str, number: int, extensions: bytes = b"", hello: bytes = HELLO) -> list[Listener]:
    """Open connections, some at a time."""
    loop = asyncio.get_running_loop()
    listeners = []
    for _ in range(number):
        _, one = await loop.create_connection(lambda: Listener(path, extensions, hello), "127.0.0.1", port)
        listeners.append(one)
        await one.ready
    await asyncio.sleep(0.5)
    return listeners


def press(port: int, query: str = "") -> dict[str, float]:
    """Press a button of the server; return what it says."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/press?{query}", timeout=120) as answer:
        told: dict[str, float] = json.loads(answer.read())
        return told


@dataclass
class Contender:
    """A way of telling a crowd: a button on a server, and what its listeners need."""

    name: str
    port: int
    kind: str
    path: str = "/live"
    hello: bytes = HELLO


async def cpu(one: Contender, listeners: list[Listener], batch: int) -> float:
    """Tell the crowd once; return the server's CPU microseconds per delivery. Fails unless everybody got all of it."""
    before = [listener.bytes for listener in listeners]
    deliveries = batch * len(listeners)
    query = f"kind={one.kind}&batch={batch}&settle={0.1 + deliveries * SECONDS_PER_DELIVERY:.3f}"
    told = await asyncio.to_thread(press, one.port, query)
    least = batch * len(TEXT)
    async with asyncio.timeout(60):
        while any(now.bytes - was < least for now, was in zip(listeners, before, strict=True)):  # noqa: ASYNC110 - as below
            await asyncio.sleep(0.01)
    return told["cpu"] / deliveries * 1e6


async def compare(contenders: Sequence[Contender], crowd: int) -> Iterator[str]:
    """Tell equal crowds in turn, so that a busy moment of the machine hits all; the least of the rounds counts."""
    rooms = {one.path + str(one.port): one for one in contenders}
    listeners = {key: await listen(one.port, one.path, crowd, hello=one.hello) for key, one in rooms.items()}
    lines = []
    for batch in BATCHES:
        rounds = max(3, min(40, DELIVERIES // (crowd * batch)))
        costs: dict[str, list[float]] = {one.name: [] for one in contenders}
        for _ in range(rounds):
            for one in contenders:
                costs[one.name].append(await cpu(one, listeners[one.path + str(one.port)], batch))
        least = {name: min(found) for name, found in costs.items()}
        base = least[contenders[0].name]
        lines.append(f"{crowd} listeners, {batch} a tick, CPU per delivery (least of {rounds} rounds):")
        lines += [f"  {name:<42}{cost:6.2f} us  {cost / base:5.2f} x" for name, cost in least.items()]
    for room in listeners.values():
        end_all(room)
    await asyncio.sleep(1)
    return iter(lines)


def end_all(listeners: list[Listener]) -> None:
    """Cut the lines."""
    for one in listeners:
        one.transport.abort()


def run(crowd: int = CROWD) -> Iterator[str]:
    """Yield the lines of the benchmark."""
    with ExitStack() as stack:
        ours = stack.enter_context(serving([sys.executable, "-m", "benchmarks._live_server", "PORT"]))
        library = stack.enter_context(serving([sys.executable, "-m", "benchmarks._live_websockets", "PORT"]))
        contenders = [
            Contender("ASGI send loop", ours, "plain", "/plain"),
            Contender("Alongside (limits 0.65 and 0.15)", ours, "live"),
            Contender("bare write() of each, no server at all", ours, "write", "/plain"),
            Contender("websockets broadcast()", library, ""),
        ]
        if is_node_here():
            folder = install()
            for name, kind, path, hello in NODE_ROOMS:
                command = ["node", str(NODE_SCRIPT), kind, "PORT", TEXT]
                port = stack.enter_context(serving(command, folder))
                contenders.append(Contender(name, port, "", path, hello))
        # No more sockets than one process may have open.
        pairs = [[contenders[0], one] for one in contenders[3:]]
        for group in [contenders] if crowd < MANY else [contenders[:3], *pairs]:
            yield from uvloop.run(compare(group, crowd))


@contextmanager
def serving(command: list[str], folder: Path | None = None) -> Iterator[int]:
    """Run a serving process to the end of the block; yield its port, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen([str(port) if word == "PORT" else word for word in command], cwd=folder)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            press(port)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return

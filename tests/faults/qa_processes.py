"""Whole serving processes for Q&A: everything `alongside serve` has, each a fork of one that imported it all."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing import get_context
from typing import Any

from server.app import serve_listener
from server.config import LiveSettings, Settings
from server.domain.actors import Actor
from server.realtime.broker import Broker
from server.realtime.tickets import Tickets, all_stand
from tests.conftest import Servers
from tests.flows.harness import until_ready

_context = get_context("forkserver")

# What is tried here is races, not how fast one person may go.
_WIDE = {
    "ALONGSIDE_LIVE_COMMANDS_PER_SECOND": "100000",
    "ALONGSIDE_LIVE_COMMANDS_BURST": "100000",
    "ALONGSIDE_LIVE_HANDSHAKES_PER_SECOND": "100000",
    "ALONGSIDE_LIVE_MAX_LOOP_LAG_SECONDS": "60",
    "ALONGSIDE_GRAPHQL_COST_CAPACITY": "1000000000",
    "ALONGSIDE_GRAPHQL_COST_REFILL_PER_SECOND": "1000000",
    "ALONGSIDE_LIVE_DRAIN_SECONDS": "0",
    "ALONGSIDE_LOG_LEVEL": "error",
}


def _serve(listener: socket.socket, environment: dict[str, str]) -> None:
    serve_listener(Settings.from_env(environment), listener.detach(), lambda: None)


class Fleet:
    """Serving processes over the same servers, and tickets to their rooms."""

    def __init__(self, servers: Servers, number: int, folder: str) -> None:
        self._broker = Broker(LiveSettings(), servers.redis_url, "tickets")
        self._tickets = Tickets(self._broker, LiveSettings(), all_stand)
        self._listeners = [socket.create_server(("127.0.0.1", 0), backlog=128) for _ in range(number)]
        own = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url, "ALONGSIDE_DATA_DIR": folder}
        environment = {**_plain_environment(), **_WIDE, **own}
        self._processes: list[Any] = [
            _context.Process(target=_serve, args=(listener, environment), daemon=True) for listener in self._listeners
        ]
        for process in self._processes:
            process.start()

    @property
    def urls(self) -> list[str]:
        """Where each of them serves."""
        return [f"http://127.0.0.1:{one.getsockname()[1]}" for one in self._listeners]

    async def ticket(self, who: Actor) -> str:
        """Return a ticket to /live for somebody."""
        return await self._tickets.issue(who, "")

    async def stop(self) -> None:
        """Be sure that all of it is gone."""
        for process in self._processes:
            process.kill()
            await asyncio.to_thread(process.join)
        for listener in self._listeners:
            listener.close()
        await self._broker.stop()


def _plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ALONGSIDE_")}


@asynccontextmanager
async def fleet(servers: Servers, number: int, folder: str) -> AsyncIterator[Fleet]:
    """Run so many serving processes to the end of the block, ready at its start."""
    _context.set_forkserver_preload(["tests.faults.qa_processes"])
    running = Fleet(servers, number, folder)
    try:
        for url in running.urls:
            await until_ready(url)
        yield running
    finally:
        await running.stop()

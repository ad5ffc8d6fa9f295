"""Words from one connection to another of the same call, on whichever worker, and the end of seats whose line is gone.

A word goes to the person's topic on the control lane and is delivered to the one connection it names; it is not kept.
No rule of a call lives here: services/calls.py says who may.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import msgspec
from msgspec import Raw, Struct

from server.config import LiveSettings
from server.domain import topics
from server.domain.actors import UserId
from server.domain.calls import Line
from server.queries import calls as queries
from server.realtime.broker import Broker
from server.realtime.commands.registry import Caller
from server.realtime.connection import Connection
from server.realtime.failures import STORE_FAILURES
from server.realtime.presence import lease_of
from server.realtime.roster import Roster
from server.realtime.shared import Shared
from server.realtime.tasks import end
from server.services import calls

log = logging.getLogger(__name__)

WORD = "call.word"
"""Control on a person's topic: give this frame to the connection that is named."""


class Word(Struct, frozen=True, rename="camel"):
    """A frame on its way to one connection."""

    connection_id: str
    frame: Raw


class Switchboard:
    """The calls of one worker's connections."""

    def __init__(self, settings: LiveSettings, broker: Broker, roster: Roster, worker_id: str) -> None:
        self._seconds = settings.lease_seconds
        self._broker = broker
        self._roster = roster
        self._worker = worker_id
        self._seated: set[str] = set()
        self._missing: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Start looking for seats whose line is gone."""
        self._spawn(self._look_for_ever())

    async def stop(self) -> None:
        """Stop looking. Seats of connections that are open still are found by another worker."""
        await end(*self._tasks)

    def caller(self, connection: Connection) -> Caller:
        """Return a connection as commands of calls see it."""
        line = Line(connection.id, self._worker)
        return Caller(line, self._pass_on, lambda: self._seated.add(connection.id))

    def take(self, topic: str, payload: bytes) -> None:
        """Give a word to the connection it is for, if that is here."""
        word = msgspec.json.decode(payload, type=Word)
        for connection in self._roster.of_user(UserId(topics.parse(topic).id)):
            if connection.id == word.connection_id:
                connection.push_frame(Shared(bytes(word.frame)))

    def parted(self, connection: Connection) -> None:
        """A connection is gone: it leaves its calls."""
        if connection.id in self._seated:
            self._seated.discard(connection.id)
            self._spawn(self._drop(connection.id))

    async def look(self) -> None:
        """Empty the seats of connections that are not open here any more, and of workers without a lease.

        A worker's lease has to be missing in two looks: Redis may just have lost it.
        """
        here = {connection.id for connection in self._roster.everybody()}
        for connection_id in await queries.seated_connections(self._worker) - here:
            await calls.drop_connection(connection_id)
        missing = set()
        for worker in await queries.seated_workers() - {self._worker}:
            if not await self._broker.asker.run("EXISTS", lease_of(worker)):
                missing.add(worker)
        for worker in missing & self._missing:
            log.info("%d seats of the worker %s were emptied", await calls.drop_worker(worker), worker)
        self._missing = missing - self._missing

    async def _pass_on(self, user_id: UserId, connection_id: str, frame: bytes) -> None:
        body = msgspec.json.encode(Word(connection_id, Raw(frame)))
        await self._broker.send(topics.user(user_id).name, b"c1|%b\n%b" % (WORD.encode(), body))

    async def _drop(self, connection_id: str) -> None:
        try:
            await calls.drop_connection(connection_id)
        except STORE_FAILURES as failure:
            log.warning("a lost connection is in its call until the next look: %r", failure)

    async def _look_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            try:
                await self.look()
            except STORE_FAILURES as failure:
                log.warning("could not look at the seats of calls: %r", failure)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

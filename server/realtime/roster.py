"""Who is connected to this worker: admission, the limit per person, and the way to everybody's connections."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Coroutine
from contextlib import suppress
from typing import Any

import msgspec

from server.config import LiveSettings
from server.domain import topics
from server.domain.actors import Actor, LoginId, UserId
from server.observability import metrics
from server.realtime.asking import BellSilent
from server.realtime.broker import Broker, tag_of
from server.realtime.codes import Close
from server.realtime.connection import Connection
from server.realtime.hub import Hub
from server.realtime.presence_scripts import TAKE_PLACE
from server.realtime.tickets import Tickets

CONNECTION_OVER = "connection.over"
"""Control on a person's topic: close the connection with this id, a newer one took its place."""


class Roster:
    """The welcomed connections of one worker, by person."""

    def __init__(self, settings: LiveSettings, hub: Hub, tickets: Tickets, broker: Broker) -> None:
        self._settings = settings
        self._broker = broker
        self._most = settings.max_connections_per_user
        self._hub = hub
        self._tickets = tickets
        self._tasks: set[asyncio.Task[None]] = set()
        self._by_user: dict[UserId, set[Connection]] = defaultdict(set)

    async def admit(self, connection: Connection, ticket: str) -> Close | None:
        """Count a connection in as its ticket's person. Return None, or why it cannot stay."""
        actor = await self._tickets.redeem(ticket, connection.origin)
        if actor is None:
            return Close.BAD_TICKET
        user_id = actor.require_user()
        connection.actor = actor
        self._by_user[user_id].add(connection)
        self._hub.watch(topics.user(user_id).name)
        metrics.LIVE_CONNECTIONS.inc()
        await self._displace(connection, user_id)
        return None

    async def _displace(self, connection: Connection, user_id: UserId) -> None:
        """Have the oldest connections of a person closed when this one is too many.

        The newest wins: the oldest may be of a worker that died, and nobody can tell yet.
        """
        topic = topics.user(user_id).name
        keep = int(self._settings.connection_max_age_seconds + self._settings.drain_seconds) + 60
        oldest = await self._broker.asker.call(TAKE_PLACE, [_places(topic)], [connection.id, self._most, keep])
        for name in oldest:
            body = msgspec.json.encode({"connectionId": name.decode()})
            await self._broker.send(topic, b"c1|%b\n%b" % (CONNECTION_OVER.encode(), body))

    def give_up_place(self, connection: Connection) -> None:
        """A connection is on its way out: its successor does not displace another."""
        user_id = connection.actor.user_id
        if user_id is not None:
            self._spawn(self._forget(connection.id, topics.user(user_id).name))

    async def _forget(self, connection_id: str, topic: str) -> None:
        # One left behind is the oldest one day, and makes room then.
        with suppress(BellSilent):
            await self._broker.asker.run("ZREM", _places(topic), connection_id)

    async def stop(self) -> None:
        """Let what is under way end."""
        await asyncio.gather(*self._tasks)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def renew(self, connection: Connection, ticket: str) -> bool:
        """Take a fresh ticket of the same person. Return whether it was one."""
        actor = await self._tickets.redeem(ticket, connection.origin)
        if actor is None or actor.user_id != connection.actor.user_id:
            return False
        connection.actor = actor
        return True

    async def ended(self, actors: Collection[Actor]) -> set[LoginId]:
        """Return the logins of these actors that have ended."""
        return await self._tickets.ended(actors)

    def dismiss(self, connection: Connection) -> None:
        """Count a connection out, if it was counted in."""
        user_id = connection.actor.user_id
        if user_id is None or connection not in self._by_user.get(user_id, ()):
            return
        self._by_user[user_id].discard(connection)
        if not self._by_user[user_id]:
            del self._by_user[user_id]
        self.give_up_place(connection)
        self._hub.unwatch(topics.user(user_id).name)
        metrics.LIVE_CONNECTIONS.dec()

    def of_user(self, user_id: UserId) -> list[Connection]:
        """Return the connections of a person."""
        return list(self._by_user.get(user_id, ()))

    def everybody(self) -> list[Connection]:
        """Return every welcomed connection."""
        return [connection for connections in self._by_user.values() for connection in connections]


def _places(topic: str) -> str:
    return f"{tag_of(topic)}:n:{topic}"

"""Who is connected to this worker: admission, the limit per person, and the way to everybody's connections."""

from collections import defaultdict

from server.config import LiveSettings
from server.domain import topics
from server.domain.actors import UserId
from server.realtime.codes import Close
from server.realtime.connection import Connection
from server.realtime.hub import Hub
from server.realtime.metrics import metrics
from server.realtime.tickets import Tickets


class Roster:
    """The welcomed connections of one worker, by person."""

    def __init__(self, settings: LiveSettings, hub: Hub, tickets: Tickets) -> None:
        self._most = settings.max_connections_per_user
        self._hub = hub
        self._tickets = tickets
        self._by_user: dict[UserId, set[Connection]] = defaultdict(set)

    async def admit(self, connection: Connection, ticket: str) -> Close | None:
        """Count a connection in as its ticket's person. Return None, or why it cannot stay."""
        actor = await self._tickets.redeem(ticket, connection.origin)
        if actor is None:
            return Close.BAD_TICKET
        user_id = actor.require_user()
        others = self._by_user[user_id]
        # One that is being drained is on its way out: its successor may come first.
        if sum(not other.is_draining for other in others) >= self._most:
            return Close.TOO_MANY_CONNECTIONS
        connection.actor = actor
        others.add(connection)
        self._hub.watch(topics.user(user_id).name)
        metrics.connections.inc()
        return None

    async def renew(self, connection: Connection, ticket: str) -> bool:
        """Take a fresh ticket of the same person. Return whether it was one."""
        actor = await self._tickets.redeem(ticket, connection.origin)
        if actor is None or actor.user_id != connection.actor.user_id:
            return False
        connection.actor = actor
        return True

    def dismiss(self, connection: Connection) -> None:
        """Count a connection out, if it was counted in."""
        user_id = connection.actor.user_id
        if user_id is None or connection not in self._by_user.get(user_id, ()):
            return
        self._by_user[user_id].discard(connection)
        if not self._by_user[user_id]:
            del self._by_user[user_id]
        self._hub.unwatch(topics.user(user_id).name)
        metrics.connections.dec()

    def of_user(self, user_id: UserId) -> list[Connection]:
        """Return the connections of a person."""
        return list(self._by_user.get(user_id, ()))

    def everybody(self) -> list[Connection]:
        """Return every welcomed connection."""
        return [connection for connections in self._by_user.values() for connection in connections]

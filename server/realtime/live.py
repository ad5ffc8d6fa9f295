"""The live layer of one worker as the wiring sees it: build one, start it, mount `endpoint` at /live, stop it.

live = Live(LiveOptions(settings.live, redis_url, worker_id, settings.origins), Rules(audience_of, snapshot_of))
await live.start()          # after the database is open; a silent Redis does not stop it
ports.publisher, ports.buckets = live.publisher, live.buckets
...
await live.drain(20)        # on SIGTERM, before the server closes its sockets
await live.stop()
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from server.config import LiveSettings
from server.domain.actors import Actor
from server.domain.errors import Refusal
from server.domain.topics import Topic
from server.realtime import asgi
from server.realtime.asking import BellSilent
from server.realtime.broker import Broker
from server.realtime.buckets import RedisBuckets
from server.realtime.desk import Desk, Parts, Rules
from server.realtime.draining import Drainer
from server.realtime.endpoint import Endpoint
from server.realtime.frames import Position
from server.realtime.hub import Hub
from server.realtime.presence import Presence
from server.realtime.presence_board import Board
from server.realtime.relay import Relay, RelaySweep
from server.realtime.rights import Rights
from server.realtime.roster import Roster
from server.realtime.shedding import Gate
from server.realtime.signals import SignalDesk
from server.realtime.streams import Stream, Streams
from server.realtime.switchboard import WORD, Switchboard
from server.realtime.tasks import end
from server.realtime.tickets import Standing, Tickets, all_stand


class Busy(Refusal):
    """The live layer cannot take anybody in right now."""

    code = "unavailable"

    def __init__(self) -> None:
        super().__init__("The live layer does not answer. Try again in a few seconds.")


@dataclass(frozen=True)
class LiveOptions:
    """What the live layer is told at its making. `worker_id` is this process's own, different on every start.

    `standing` tells which logins are open still; a connection ends with the login it came with.
    """

    settings: LiveSettings
    redis_url: str = field(repr=False)
    worker_id: str
    origins: Collection[str] = ()
    redis_timeout_seconds: float = 1.0
    standing: Standing = all_stand


Check = Callable[[], Awaitable[str | None]]
"""A health check: None when well, else what is wrong."""


class Live:
    """Everything live in one worker. `endpoint` is the ASGI application for /live."""

    def __init__(self, options: LiveOptions, rules: Rules) -> None:
        self.options = options
        settings = self.settings = options.settings
        asgi.configure(settings)
        self.broker = Broker(
            settings, options.redis_url, options.worker_id, timeout_seconds=options.redis_timeout_seconds
        )
        self.hub = Hub(self.broker, settings)
        self.publisher = Relay(self.broker)
        self.sweep = RelaySweep(self.broker, settings)
        self.buckets = RedisBuckets(self.broker)
        self._tickets = Tickets(self.broker, settings, options.standing)
        self._roster = roster = Roster(settings, self.hub, self._tickets, self.broker)
        self._switchboard = Switchboard(settings, self.broker, roster, options.worker_id)
        parts = Parts(self.hub, roster, SignalDesk(settings, self.broker, self.buckets), self._switchboard)
        desk = Desk(settings, parts, rules)
        self._gate = Gate(settings)
        self.endpoint = Endpoint(settings, options.origins, desk, self._gate)
        self._streams = Streams(settings, self.hub, rules)
        self._rights = Rights(settings, desk, roster, self._streams)
        self.hub.on_control = self._control
        self._board = Board(settings)
        self._presence = Presence(settings, self.broker, options.worker_id, self._board)
        self.hub.on_presence = self._board.receive
        self.hub.on_restored = self._presence.restored
        desk.on_followed = self._presence.followed
        self.endpoint.on_left = self._presence.left
        self._drainer = Drainer(settings, self.endpoint, roster)
        self._sweeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start every loop. The database must be open."""
        self.broker.start()
        self.hub.start()
        self.publisher.start()
        self._gate.start()
        self._rights.start()
        self._switchboard.start()
        self._presence.start()
        self._drainer.start()
        self.endpoint.keepalive.start()
        self._sweeping = asyncio.create_task(self.sweep.run(), name="relay sweep")

    async def stop(self) -> None:
        """Stop every loop, in the order that lets the last entries out."""
        await end(self._sweeping)
        await self._drainer.stop()
        await self.publisher.stop()
        await self._presence.stop()
        await self._roster.stop()
        await self._rights.stop()
        await self._switchboard.stop()
        await self.endpoint.keepalive.stop()
        await self._gate.stop()
        await self.hub.stop()
        await self.broker.stop()

    async def issue_ticket(self, actor: Actor, origin: str) -> str:
        """Return a one-time ticket for /live. SignInNeeded for a visitor; Busy when none can be kept now."""
        try:
            return await self._tickets.issue(actor, origin)
        except BellSilent as silence:
            raise Busy from silence

    async def drain(self, seconds: float) -> None:
        """Take no more connections and move those there are to other servers; at most this long. Call it once."""
        await self._drainer.drain(seconds)

    async def present(self, topic: str) -> frozenset[UUID] | None:
        """Return who is in the room of a topic, on any worker; None while Redis does not say."""
        try:
            view = await self._presence.look(topic)
        except BellSilent:
            return None
        return frozenset(UUID(user) for user in view.people)

    async def subscribe(self, actor: Actor, topic: Topic, pos: Position | None = None) -> Stream:
        """Return a topic as an async iterator: a Started, then StreamEntry after StreamEntry.

        NotFound for what the actor may not follow; ends when that right does; raises Conflict when the topic cannot
        go on from where the reader is. Use `async with`, or `aclose` it.
        """
        return await self._streams.open(actor, topic, pos)

    async def presence_of(self, topic: Topic) -> Mapping[str, str]:
        """Return user id -> role of who is present in a topic. Raises BellSilent."""
        view = self._board.view_of(topic.name) or await self._presence.look(topic.name)
        return dict(view.people)

    def checks(self) -> Mapping[str, Check]:
        """Return the health checks by name."""
        return {"bell": self._check_bell, "relay": self._check_relay, "loop": self._check_loop}

    def _control(self, topic: str, kind: str, payload: bytes) -> None:
        """Tell the two uses of the control lane apart."""
        if kind == WORD:
            self._switchboard.take(topic, payload)
        else:
            self._rights.control(topic, kind, payload)

    async def _check_bell(self) -> str | None:
        return None if self.broker.reader.connected else "no probe of our own is heard: entries arrive by polling"

    async def _check_relay(self) -> str | None:
        return "a batch of entries has been under way for too long" if self.publisher.is_stuck else None

    async def _check_loop(self) -> str | None:
        lag = self._gate.lag_seconds
        return f"the loop is {lag:.2f} s late" if lag > self.settings.max_loop_lag_seconds else None

"""What a connection's frames come to: hello, follow, leave, command, refresh. Asks tickets, rights, feeds, commands."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import msgspec

from server.config import LiveSettings
from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.topics import Topic
from server.observability import metrics
from server.realtime import codes, frames
from server.realtime.codes import Close
from server.realtime.commands import registry
from server.realtime.connection import Connection, Followed
from server.realtime.follow import Follow
from server.realtime.hub import Hub
from server.realtime.replay import resume
from server.realtime.roster import Roster
from server.realtime.signals import SIGNAL_COMMAND, SignalDesk
from server.realtime.switchboard import Switchboard

JOB_SECONDS = 10.0
"""How long one frame may take."""


class Following(NamedTuple):
    """What somebody is in a topic, and the version of their rights there."""

    role: str
    rev: int


class HasRole(Protocol):
    """Any answer of the audience."""

    @property
    def role(self) -> str:
        """Return what the actor is in the topic."""

    @property
    def rev(self) -> int:
        """Return the version of the actor's rights."""


Audience = Callable[[Actor, Topic], Awaitable[HasRole]]
"""May this actor follow this topic, and as what? Raises NotFound if not."""

Snapshots = Callable[[Actor, Topic], Awaitable[Mapping[str, Any] | None]]
"""Reads `{state, pos}` of a topic for an actor; None for topics without a snapshot."""


@dataclass(frozen=True)
class Rules:
    """What the services say about topics, handed in by the wiring."""

    audience: Audience
    snapshots: Snapshots


@dataclass(frozen=True)
class Parts:
    """What of this worker the desk asks."""

    hub: Hub
    roster: Roster
    signals: SignalDesk
    switchboard: Switchboard


class Desk:
    """Serves the frames of all connections of one worker. `words_heard` counts words about rights, of any topic."""

    def __init__(self, settings: LiveSettings, parts: Parts, rules: Rules) -> None:
        self._settings = settings
        self._hub = parts.hub
        self._roster = parts.roster
        self._signals = parts.signals
        self._switchboard = parts.switchboard
        self._rules = rules
        self.words_heard = 0
        self.on_followed: Callable[[Connection, str, str], None] = lambda _connection, _topic, _role: None

    async def hello(self, connection: Connection, asked: frames.Hello) -> None:
        """Check the ticket and welcome its person, or close."""
        refusal = await self._roster.admit(connection, asked.ticket)
        if refusal is not None:
            connection.close(refusal)
            return
        metrics.LIVE_HANDSHAKES.labels("welcomed").inc()
        connection.protocol.opened(asyncio.get_running_loop().time())
        settings = self._settings
        connection.send(
            frames.Welcome(
                connection.id,
                settings.ping_seconds,
                settings.session_seconds,
                frames.Bounds(
                    settings.frame_bytes,
                    settings.max_topics_per_connection,
                    settings.commands_per_second,
                    settings.commands_burst,
                ),
            )
        )

    async def refresh(self, connection: Connection, asked: frames.Refresh) -> None:
        """Prolong a connection by a fresh ticket of the same person."""
        if await self._roster.renew(connection, asked.ticket):
            connection.protocol.refreshed(asyncio.get_running_loop().time())
        else:
            connection.close(Close.BAD_TICKET)

    def part(self, connection: Connection) -> None:
        """The socket is gone."""
        self._roster.dismiss(connection)
        self._switchboard.parted(connection)

    async def follow(self, connection: Connection, asked: frames.FollowTopic) -> None:
        """Start following a topic where the client left it. Raises NotFound for what it may not follow."""
        if (
            asked.topic not in connection.follows
            and len(connection.follows) >= self._settings.max_topics_per_connection
        ):
            connection.refuse(asked.id, codes.TOO_MANY_TOPICS)
            return
        actor, topic = connection.actor, topics.parse(asked.topic)
        async with asyncio.timeout(JOB_SECONDS):
            words = -1
            # A word about rights that came meanwhile may have been about these.
            while words != self.words_heard:
                words, was_heard = self.words_heard, self._hub.hears(topic.name)
                following = await self._rules.audience(actor, topic)
                feed = await self._hub.feed(topic.name)
                if not was_heard:
                    # One that came before the topic was heard here as well.
                    following = await self._rules.audience(actor, topic)
                start = await resume(feed, asked.pos, lambda: self._rules.snapshots(actor, topic), self._settings)
                # The feed may have been let go while we waited: nobody followed it yet.
                feed = await self._hub.feed(topic.name)
        metrics.LIVE_FOLLOWS.labels(start.mode).inc()
        connection.send(frames.Followed(asked.id, topic.name, start.mode, start.pos, following.role, state=start.state))
        follow = Follow(feed, connection, start.pos.seq)
        connection.begin(topic.name, Followed(follow, following.role, following.rev))
        follow.start(feed.any_after)
        self.on_followed(connection, topic.name, following.role)

    async def leave(self, connection: Connection, asked: frames.LeaveTopic) -> None:
        """Stop following a topic."""
        connection.leave(asked.topic)

    async def command(self, connection: Connection, asked: frames.Command) -> None:
        """Do a command and answer. A repeat of its cid is answered as the first time, by the service."""
        try:
            async with asyncio.timeout(JOB_SECONDS):
                if asked.op == SIGNAL_COMMAND:
                    await self._signal(connection, asked)
                    return
                caller = self._switchboard.caller(connection)
                result = await registry.run(connection.actor, asked.op, bytes(asked.args), asked.cid, caller)
                metrics.LIVE_COMMANDS.labels(asked.op, "ok").inc()
        except registry.UnknownCommand:
            connection.refuse(asked.id, codes.UNKNOWN_COMMAND)
        except msgspec.ValidationError as failure:
            connection.refuse(asked.id, codes.BAD_ARGUMENTS._replace(message=f"{failure}"[:200]))
        else:
            connection.send(frames.Ok(asked.id, result))

    async def _signal(self, connection: Connection, asked: frames.Command) -> None:
        """Pass a signal on; only into topics that this connection follows."""
        signal = self._signals.decode(bytes(asked.args))
        if signal.topic not in connection.follows:
            connection.refuse(asked.id, codes.NOT_FOLLOWING)
            return
        await self._signals.send(connection.actor, signal)
        connection.send(frames.Ok(asked.id, None))

    async def recheck(self, connection: Connection, name: str) -> None:
        """Look at a follow's rights again: say a change, end it if they are gone."""
        followed = connection.follows.get(name)
        if followed is None:
            return
        try:
            now = await self._rules.audience(connection.actor, topics.parse(name))
        except NotFound:
            if connection.follows.get(name) is followed:
                connection.leave(name)
                connection.send(frames.Rights(name, None, followed.rev + 1))
            return
        if now.role != followed.role:
            followed.role = now.role
            connection.send(frames.Rights(name, now.role, now.rev))
            self.on_followed(connection, name, now.role)
        followed.rev = now.rev

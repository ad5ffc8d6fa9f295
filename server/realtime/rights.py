"""Rights in motion: words of control take effect on open connections, and a sweep heals the words that got lost.

Whom a word is about hears nothing more of the topic until their rights were looked at: what is published after the word
does not reach who lost them, however long the look takes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from server.config import LiveSettings
from server.domain import topics
from server.domain.actors import UserId
from server.domain.topics import TopicKind
from server.realtime.codes import Close
from server.realtime.desk import Desk
from server.realtime.failures import STORE_FAILURES
from server.realtime.roster import CONNECTION_OVER, Roster
from server.realtime.streams import Streams
from server.realtime.tasks import end

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 0.5
"""After which a store that did not answer is asked again."""

Recheck = Callable[[], Awaitable[object]]
"""Looks at somebody's rights; says a change, ends what they may not follow any more."""


class Word(Struct, frozen=True, rename="camel"):
    """The payload of a word of control: whom it is about, if not everybody."""

    user_id: UUID | None = None
    login_id: UUID | None = None
    connection_id: str | None = None


@dataclass(frozen=True)
class _Held:
    """Who is held until their rights were looked at. `release` does nothing to one that has ended since."""

    recheck: Recheck
    release: Callable[[], None]


class Rights:
    """Keeps follows in step with what the services say. Connections are found through the roster."""

    def __init__(self, settings: LiveSettings, desk: Desk, roster: Roster, streams: Streams) -> None:
        self._streams = streams
        self._seconds = settings.rights_sweep_seconds
        self._desk = desk
        self._roster = roster
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Start sweeping."""
        self._spawn(self._sweep_for_ever())

    async def stop(self) -> None:
        """Stop sweeping and checking."""
        await end(*self._tasks)

    def control(self, topic: str, kind: str, payload: bytes) -> None:
        """Take a word of control. An unknown kind is of a newer version, and healed by the sweep."""
        try:
            word = msgspec.json.decode(payload, type=Word)
        except msgspec.DecodeError:
            log.warning("a word of control %s on %s has a payload of another shape", kind, topic)
            return
        about = topics.parse(topic)
        if about.kind is not TopicKind.USER:
            if kind == topics.RIGHTS_CHANGED:
                self._desk.words_heard += 1
                self._streams.words_heard += 1
                self._spawn(self._look(topic, self._hold(topic, word)))
            return
        self._end_streams(UserId(about.id), kind, word)
        for connection in self._roster.of_user(UserId(about.id)):
            if kind == topics.LOGIN_ENDED and word.login_id in {None, connection.actor.login_id}:
                connection.close(Close.REMOVED)
            elif kind == CONNECTION_OVER and word.connection_id == connection.id:
                connection.close(Close.TOO_MANY_CONNECTIONS)
            elif kind == topics.RIGHTS_CHANGED:
                # The roles a connection acts under came with its ticket.
                connection.close(Close.EXPIRED)

    def _end_streams(self, user_id: UserId, kind: str, word: Word) -> None:
        for stream in self._streams.of_user(user_id):
            if kind == topics.RIGHTS_CHANGED or (
                kind == topics.LOGIN_ENDED and word.login_id in {None, stream.actor.login_id}
            ):
                stream.end()

    def _hold(self, topic: str, word: Word) -> list[_Held]:
        """Have all whom a word is about hear nothing more of the topic; return them."""
        held: list[_Held] = []
        for stream in self._streams.of_topic(topic):
            if word.user_id in {None, stream.actor.user_id}:
                stream.hold()
                held.append(_Held(partial(self._streams.recheck, stream), stream.release))
        for connection in self._roster.everybody():
            followed = connection.follows.get(topic)
            if followed is not None and word.user_id in {None, connection.actor.user_id}:
                followed.follow.hold()
                held.append(_Held(partial(self._desk.recheck, connection, topic), followed.follow.release))
        return held

    async def _look(self, topic: str, held: Sequence[_Held]) -> None:
        """Look at the rights of those held, and let on who has them. Without an answer nobody goes on."""
        for one in held:
            while not await self._looked(topic, one.recheck):  # noqa: ASYNC110 - asked again, not waited for
                await asyncio.sleep(_AGAIN_SECONDS)
            one.release()

    async def _looked(self, topic: str, recheck: Recheck) -> bool:
        """Look at rights once. Return whether there was an answer."""
        try:
            await recheck()
        except STORE_FAILURES as failure:
            log.warning("could not look at rights in %s: %r", topic, failure)
            return False
        return True

    async def _end_with_logins(self) -> None:
        """Close what came with a login that has ended, where the word of it was lost or came too early."""
        connections, streams = self._roster.everybody(), self._streams.everyone()
        try:
            actors = [connection.actor for connection in connections] + [stream.actor for stream in streams]
            ended = await self._roster.ended(actors)
        except STORE_FAILURES as failure:
            log.warning("could not look at logins: %r", failure)
            return
        for connection in connections:
            if connection.actor.login_id in ended:
                connection.close(Close.REMOVED)
        for stream in streams:
            if stream.actor.login_id in ended:
                stream.end()

    async def _sweep_for_ever(self) -> None:
        """Look at every login and every follow once per round, the follows spread over it."""
        while True:
            await self._end_with_logins()
            pairs = [(connection, topic) for connection in self._roster.everybody() for topic in connection.follows]
            pause = self._seconds / max(1, len(pairs))
            for stream in self._streams.everyone():
                await self._looked(stream.topic.name, partial(self._streams.recheck, stream))
            if not pairs:
                await asyncio.sleep(pause)
            for connection, topic in pairs:
                await asyncio.sleep(pause)
                await self._looked(topic, partial(self._desk.recheck, connection, topic))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

"""Who is present in a topic, across workers. Leased by the worker: a connection costs nothing while nothing changes.

A person is there from their first connection until a while after their last, so a flapping line is not seen. A worker
that dies is found by its lease and its people are taken out once. While Redis is away, presence stands still.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from server.config import LiveSettings
from server.domain import topics
from server.domain.errors import NotFound
from server.domain.topics import TopicKind
from server.observability import metrics
from server.realtime.asking import BellSilent
from server.realtime.broker import Broker, tag_of
from server.realtime.connection import Connection
from server.realtime.presence_board import Board, View
from server.realtime.presence_scripts import JOIN, LOOK, PART
from server.realtime.tasks import end

_WORKERS = "rt:workers"


class Presence:
    """The presence of one worker's connections, and what its followers are told about everybody's."""

    def __init__(self, settings: LiveSettings, broker: Broker, worker_id: str, board: Board) -> None:
        self._settings = settings
        self._broker = broker
        self._worker = worker_id
        self._board = board
        board.look = self.look
        self._asker = broker.asker
        self._here: dict[tuple[str, str], tuple[str, str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._gone: set[tuple[str, str]] = set()
        self._kept: set[str] = set()
        self._is_complete = False
        self._is_listed = False
        self._renew_now = asyncio.Event()

    def start(self) -> None:
        """Start renewing the lease."""
        self._spawn(self._renew_for_ever())

    async def stop(self) -> None:
        """End. The lease runs out by itself: whoever comes back elsewhere until then was never seen to go."""
        for timer in self._timers:
            timer.cancel()
        await end(*self._tasks)
        self._board.close()

    def followed(self, connection: Connection, topic: str, role: str) -> None:
        """A connection follows a topic, or its role there changed."""
        if _has_presence(topic):
            self._here[connection.id, topic] = str(connection.actor.user_id), role
            self._board.follow(topic, connection)
            self._spawn(self._enter(connection.id, topic))

    def left(self, connection: Connection, topic: str) -> None:
        """A connection stopped following: at once if it said so, later if its line was lost."""
        self._board.leave(topic, connection)
        if (connection.id, topic) not in self._here:
            return
        if not connection.is_closing:
            self._leave(connection.id, topic)
            return
        loop = asyncio.get_running_loop()

        def leave() -> None:
            self._timers.discard(timer)
            self._leave(connection.id, topic)

        timer = loop.call_later(self._settings.leave_after_seconds, leave)
        self._timers.add(timer)

    def restored(self) -> None:
        """Redis is heard again, perhaps with less in it than before: enter all at once, and look who is there."""
        self._is_complete = False
        self._renew_now.set()
        self._board.look_again()

    async def look(self, topic: str, least: int = 0) -> View:
        """Return who is present, as of a version that is no lower than `least`. Raises BellSilent."""
        keys = _keys(topic)
        version, pairs = await self._asker.call(LOOK, keys[1:3], [least])
        people = {}
        for user, value in zip(pairs[::2], pairs[1::2], strict=True):
            people[user.decode()] = value.decode().partition("|")[2]
        return View(int(version), people)

    def _leave(self, connection_id: str, topic: str) -> None:
        if self._here.pop((connection_id, topic), None) is not None:
            self._spawn(self._exit(connection_id, topic))

    async def _enter(self, connection_id: str, topic: str) -> None:
        place = connection_id, topic
        # Before this worker is on the list nobody would find it dead, and its people would stay for ever. Being put on
        # it, it enters all who are here.
        if place not in self._here or not self._is_listed:
            return
        try:
            if topic not in self._kept:
                await self._asker.run("SADD", _topics(self._worker), topic)
                self._kept.add(topic)
            while (entered := self._here.get(place)) is not None:
                if await self._asker.call(JOIN, _keys(topic), [connection_id, *entered, self._worker]):
                    metrics.LIVE_PRESENCE_CHANGES.labels("join").inc()
                if self._here.get(place) == entered:
                    return
        except BellSilent:
            # Entered again as a whole when Redis is back.
            self._is_complete = False
            return
        # Left meanwhile, and the word of it may have been there first: pieces overtake each other.
        await self._exit(connection_id, topic)

    async def _exit(self, connection_id: str, topic: str) -> None:
        try:
            if await self._asker.call(PART, _keys(topic), [connection_id, self._worker]):
                metrics.LIVE_PRESENCE_CHANGES.labels("leave").inc()
        except BellSilent:
            self._gone.add((connection_id, topic))
            self._is_complete = False

    async def _renew_for_ever(self) -> None:
        while True:
            try:
                await self._renew()
                await self._reap_the_dead()
            except BellSilent:
                self._is_complete = self._is_listed = False
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.lease_renew_seconds):
                    await self._renew_now.wait()
            self._renew_now.clear()

    async def _renew(self) -> None:
        """Renew the lease. Where it was lost, all of ours were or will be taken out: enter them again.

        Who takes them out strikes us off the list last: where that came after our return, we are new on it.
        """
        redis, milliseconds = self._broker.redis, int(self._settings.lease_seconds * 1000)
        kept = await self._asker.guarded(redis.set(lease_of(self._worker), 1, px=milliseconds, get=True))
        is_new = await self._asker.guarded(redis.zadd(_WORKERS, {self._worker: asyncio.get_running_loop().time()}))
        self._is_listed = True
        if kept is not None and not is_new and self._is_complete:
            return
        self._is_complete = True
        self._kept.clear()
        gone, self._gone = self._gone, set()
        for connection_id, topic in gone:
            await self._exit(connection_id, topic)
        for connection_id, topic in list(self._here):
            await self._enter(connection_id, topic)

    async def _reap_the_dead(self) -> None:
        """Take out the people of workers whose lease ended. Two that do it at once are told apart by the scripts."""
        redis = self._broker.redis
        for name in await self._asker.guarded(redis.zrange(_WORKERS, 0, -1)):
            worker = name.decode()
            if worker != self._worker and not await self._asker.guarded(redis.exists(lease_of(worker))):
                await self._reap(worker)
                await self._asker.guarded(redis.zrem(_WORKERS, worker))

    async def _reap(self, worker: str) -> None:
        redis = self._broker.redis
        for name in await self._asker.guarded(redis.smembers(_topics(worker))):
            topic = name.decode()
            went = await self._asker.call(PART, _keys(topic), ["", worker])
            metrics.LIVE_PRESENCE_CHANGES.labels("reaped").inc(int(went))
            await self._asker.guarded(redis.srem(_topics(worker), topic))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _has_presence(topic: str) -> bool:
    try:
        # Presence names people, and in a circle there may be a block between two of them.
        return topics.parse(topic).kind not in (TopicKind.USER, TopicKind.CIRCLE)
    except NotFound:
        return False


def _keys(topic: str) -> list[str]:
    tag = tag_of(topic)
    return [f"{tag}:pc:{topic}", f"{tag}:pp:{topic}", f"{tag}:pv:{topic}", f"{tag}:c:{topic}"]


def lease_of(worker: str) -> str:
    """Return the key that is there while a worker lives."""
    return f"rt:lease:{worker}"


def _topics(worker: str) -> str:
    return f"rt:topics:{worker}"

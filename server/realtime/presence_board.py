"""What this worker's followers are told about who is present: the whole once, then what changed, version by version.

In a crowd only the number, the staff and the speakers are told, and changes are gathered for a while.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import msgspec
from msgspec import Struct

from server.config import LiveSettings
from server.observability import metrics
from server.realtime.broker import BellSilent
from server.realtime.frames import Member, Presence, encode
from server.realtime.shared import Shared

log = logging.getLogger(__name__)

PACE_SECONDS = 0.05
"""Between two looks at a topic whose people come and go while one looks."""

TOLD_IN_A_CROWD = frozenset({"host", "co_host", "moderator", "speaker", "staff", "facilitator"})
"""Roles that are named however many people are there."""


class Change(Struct, frozen=True):
    """A published change of people."""

    v: int
    n: int
    came: list[tuple[str, str]]
    went: list[str]


class Told(Protocol):
    """A follower's way to hear of presence."""

    def push_presence(self, item: Shared) -> bool:
        """Take a presence frame. False if the reader is too far behind: it is told the whole later."""


@dataclass
class View:
    """Who is present as of a version: user -> role."""

    version: int
    people: dict[str, str]


@dataclass
class _Place:
    view: View | None = None
    followers: set[Told] = field(default_factory=set)
    fresh: set[Told] = field(default_factory=set)
    loading: asyncio.Task[None] | None = None
    timer: asyncio.TimerHandle | None = None
    told: dict[str, str] = field(default_factory=dict)
    number: int = 0
    missed: bool = False


class Board:
    """The presence of the topics followed in this worker. `look` reads a topic's presence from Redis."""

    def __init__(self, settings: LiveSettings) -> None:
        self._settings = settings
        self._places: dict[str, _Place] = defaultdict(_Place)
        self.look: Callable[[str], Awaitable[View]]

    def follow(self, topic: str, follower: Told) -> None:
        """Tell a follower who is there, and from then on what changes."""
        place = self._places[topic]
        if follower in place.followers:
            return
        place.followers.add(follower)
        place.fresh.add(follower)
        self._load(topic, place)

    def leave(self, topic: str, follower: Told) -> None:
        """Tell a follower no longer."""
        place = self._places.get(topic)
        if place is None:
            return
        place.followers.discard(follower)
        place.fresh.discard(follower)
        if not place.followers:
            del self._places[topic]
            self._drop(place)

    def close(self) -> None:
        """Stop telling."""
        for place in self._places.values():
            self._drop(place)
        self._places.clear()

    def receive(self, topic: str, payload: bytes) -> None:
        """Take a published change. One that does not follow on the last is made good by looking again."""
        place = self._places.get(topic)
        if place is None:
            return
        place.missed = True
        if place.view is None:
            return
        change = msgspec.json.decode(payload, type=Change)
        view = place.view
        if change.v == view.version + 1:
            view.version = change.v
            view.people.update(change.came)
            for user in change.went:
                view.people.pop(user, None)
            self._tell_soon(topic, place)
        elif change.v != view.version:
            place.fresh |= place.followers
            self._load(topic, place)

    def view_of(self, topic: str) -> View | None:
        """Return who is there as last heard, if the topic is followed here."""
        place = self._places.get(topic)
        return None if place is None else place.view

    def _drop(self, place: _Place) -> None:
        if place.timer is not None:
            place.timer.cancel()
        if place.loading is not None:
            place.loading.cancel()

    def _load(self, topic: str, place: _Place) -> None:
        if place.loading is None or place.loading.done():
            place.loading = asyncio.create_task(self._load_until_done(topic, place), name=f"presence {topic}")

    async def _load_until_done(self, topic: str, place: _Place) -> None:
        """Look who is there, and again while changes arrive meanwhile: the look may be older than they are."""
        while True:
            place.missed = False
            try:
                view = await self.look(topic)
            except BellSilent:
                await asyncio.sleep(self._settings.lease_renew_seconds)
                continue
            is_older = place.view is not None and view.version < place.view.version
            if not (place.missed and is_older):
                if is_older:
                    # Redis lost its count: changes told from here on would look old.
                    place.fresh |= place.followers
                place.view = view
                self._tell(topic, place)
            if not place.missed:
                return
            await asyncio.sleep(PACE_SECONDS)

    def _tell_soon(self, topic: str, place: _Place) -> None:
        """Tell at once in a small room; in a crowd gather for a while."""
        assert place.view is not None
        if place.timer is not None:
            return
        if len(place.view.people) <= self._settings.crowd_size:
            self._tell(topic, place)
            return
        loop = asyncio.get_running_loop()
        place.timer = loop.call_later(self._settings.crowd_diff_seconds, self._tell, topic, place)

    def _tell(self, topic: str, place: _Place) -> None:
        """Tell new followers the whole and the others what changed since the last telling."""
        place.timer = None
        view = place.view
        if view is None:
            return
        metrics.LIVE_PRESENT.set(sum(len(one.view.people) for one in self._places.values() if one.view is not None))
        named = view.people
        if len(named) > self._settings.crowd_size:
            named = {user: role for user, role in named.items() if role in TOLD_IN_A_CROWD}
        number, old = len(view.people), place.told
        fresh, place.fresh = place.fresh, set()
        if fresh:
            whole = Presence(topic, view.version, number, everybody=_members(named.items()))
            place.fresh |= _send(fresh, whole)
        came = [(user, role) for user, role in named.items() if old.get(user) != role]
        went = [user for user in old if user not in named]
        if came or went or number != place.number:
            change = Presence(topic, view.version, number, came=_members(came), went=went)
            place.fresh |= _send(place.followers - fresh, change)
        place.told, place.number = dict(named), number


def _members(people: Iterable[tuple[str, str]]) -> list[Member]:
    return [Member(user, role) for user, role in people]


def _send(followers: Iterable[Told], frame: Presence) -> set[Told]:
    """Tell followers; return those who are too far behind to be told."""
    shared = Shared(encode(frame))
    return {follower for follower in followers if not follower.push_presence(shared)}

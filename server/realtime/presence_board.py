"""What this worker's followers are told about who is present: the whole once, then what changed, version by version.

In a crowd, and of a webinar's audience of any size, only the number, the staff and the speakers are told. In a crowd
changes are gathered for a while.
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
from server.domain import topics
from server.domain.topics import TopicKind
from server.observability import metrics
from server.realtime.asking import BellSilent
from server.realtime.frames import Member, Presence, encode
from server.realtime.shared import Shared

log = logging.getLogger(__name__)

PACE_SECONDS = 0.05
"""Between two looks at a topic, and the time for which those who come to a crowd are gathered to be told."""

LATER_SECONDS = 1.0
"""After which those are told who could not be told before."""

TOLD_IN_A_CROWD = frozenset({"host", "cohost", "panelist", "moderator", "speaker", "staff", "facilitator"})
"""Roles that are named however many people are there."""


class Change(Struct, frozen=True):
    """A published change of people: version `v`, which follows on version `after`."""

    v: int
    n: int
    came: list[tuple[str, str]]
    went: list[str]
    after: int = 0


class Told(Protocol):
    """A follower's way to hear of presence."""

    def push_presence(self, topic: str, item: Shared) -> bool:
        """Take a presence frame. False if it cannot be told now: it is told the whole later."""


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
    early: list[Change] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None
    welcoming: asyncio.TimerHandle | None = None
    told: dict[str, str] = field(default_factory=dict)
    number: int = 0
    told_version: int = 0


class Board:
    """The presence of the topics followed in this worker.

    `look` reads a topic's presence from Redis, as of a version no lower than it is given. What a follower is told bears
    versions that only grow.
    """

    def __init__(self, settings: LiveSettings) -> None:
        self._settings = settings
        self._places: dict[str, _Place] = defaultdict(_Place)
        self.look: Callable[[str, int], Awaitable[View]]

    def follow(self, topic: str, follower: Told) -> None:
        """Tell a follower who is there, and from then on what changes."""
        place = self._places[topic]
        if follower in place.followers:
            return
        place.followers.add(follower)
        place.fresh.add(follower)
        if place.view is None:
            self._load(topic, place)
        else:
            # What is known here is kept up to date; those who come together are told together.
            is_crowd = len(place.view.people) > self._settings.crowd_size
            self._welcome_in(PACE_SECONDS if is_crowd else 0, topic, place)

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
        change = msgspec.json.decode(payload, type=Change)
        if place.loading is not None and not place.loading.done():
            place.early.append(change)
        elif place.view is not None and _apply(place.view, change):
            self._tell_soon(topic, place)
        else:
            self._load(topic, place)

    def look_again(self) -> None:
        """Look at every topic again: changes may have gone by unheard."""
        for topic, place in self._places.items():
            self._load(topic, place)

    def view_of(self, topic: str) -> View | None:
        """Return who is there as last heard, if the topic is followed here."""
        place = self._places.get(topic)
        return None if place is None else place.view

    def _drop(self, place: _Place) -> None:
        for timer in (place.timer, place.welcoming):
            if timer is not None:
                timer.cancel()
        if place.loading is not None:
            place.loading.cancel()

    def _load(self, topic: str, place: _Place) -> None:
        if place.loading is None or place.loading.done():
            place.loading = asyncio.create_task(self._load_until_done(topic, place), name=f"presence {topic}")

    async def _load_until_done(self, topic: str, place: _Place) -> None:
        """Look who is there and go on from it with the changes that arrived meanwhile; again if they do not fit."""
        known, least = place.view, 0 if place.view is None else place.view.version
        while True:
            place.early.clear()
            try:
                view = await self.look(topic, least)
            except BellSilent:
                await asyncio.sleep(self._settings.lease_renew_seconds)
                continue
            if known is not None and view.version == known.version and view.people != known.people:
                # Redis lost people without a word. What is told of it must not bear the version of what was told.
                least = known.version + 1
                continue
            # Changes from before the look are in it.
            if all(change.v <= view.version or _apply(view, change) for change in place.early):
                break
            await asyncio.sleep(PACE_SECONDS)
        place.view = view
        place.early = []
        self._tell(topic, place)

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

    def _welcome_in(self, seconds: float, topic: str, place: _Place) -> None:
        if place.welcoming is None:
            place.welcoming = asyncio.get_running_loop().call_later(seconds, self._welcome, topic, place)

    def _welcome(self, topic: str, place: _Place) -> None:
        """Tell those who came the whole, as it was told to the others; what changed since is told to all."""
        place.welcoming = None
        if place.view is None or not place.fresh:
            return
        if place.timer is None:
            self._tell(topic, place)
            return
        fresh, place.fresh = place.fresh, set()
        whole = Presence(topic, place.told_version, place.number, everybody=_members(place.told.items()))
        place.fresh |= _send(fresh, whole)
        self._tell_the_rest(topic, place)

    def _tell_the_rest(self, topic: str, place: _Place) -> None:
        """Come back to those who could not be told."""
        if place.fresh:
            self._welcome_in(LATER_SECONDS, topic, place)

    def _tell(self, topic: str, place: _Place) -> None:
        """Tell new followers the whole and the others what changed since the last telling."""
        place.timer = None
        view = place.view
        if view is None:
            return
        metrics.LIVE_PRESENT.set(sum(len(one.view.people) for one in self._places.values() if one.view is not None))
        named = view.people
        if len(named) > self._settings.crowd_size or _is_audience(topic):
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
        place.told, place.number, place.told_version = dict(named), number, view.version
        self._tell_the_rest(topic, place)


def _is_audience(topic: str) -> bool:
    """Tell whether a topic is that of a webinar's audience, who are told to nobody: who came is not for all to know."""
    return topics.parse(topic).kind is TopicKind.WEBINAR


def _apply(view: View, change: Change) -> bool:
    """Bring a view up to a change that follows on it. Return whether it did, or was there already."""
    if change.after != view.version:
        return change.v == view.version
    view.version = change.v
    view.people.update(change.came)
    for user in change.went:
        view.people.pop(user, None)
    return True


def _members(people: Iterable[tuple[str, str]]) -> list[Member]:
    return [Member(user, role) for user, role in people]


def _send(followers: Iterable[Told], frame: Presence) -> set[Told]:
    """Tell followers; return those who cannot be told now."""
    shared = Shared(encode(frame))
    return {follower for follower in followers if not follower.push_presence(frame.t, shared)}

"""Subscriptions: the feed of a topic as a GraphQL stream.

The live layer is handed in by the wiring as `LiveTopics`. It asks for the rights at the start and ends the stream
with NotFound when they are lost; nothing of that is decided here.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol, TypeVar

import msgspec
import strawberry
from strawberry.scalars import JSON

from server.domain import topics
from server.domain.actors import Actor
from server.domain.topics import Topic
from server.schema.circles import circle_id_of
from server.schema.core.context import Info
from server.schema.core.fields import subscription
from server.schema.sessions import session_id_of
from server.schema.webinars import webinar_id_of

SNAPSHOT = "snapshot"
"""The kind of an event that carries the topic's whole state instead of one fact."""


class Place(Protocol):
    """A position in a topic."""

    @property
    def epoch(self) -> str:
        """Return the stream's epoch."""

    @property
    def seq(self) -> int:
        """Return the number of the last entry."""

    @property
    def chain(self) -> str:
        """Return the chain over all entries so far."""


class Heard(Protocol):
    """What the live layer hands over: an entry, or a snapshot when the reader cannot go on from where it was."""

    @property
    def kind(self) -> str:
        """Return the fact's kind, or `snapshot`."""

    @property
    def position(self) -> Place:
        """Return the position after it."""

    @property
    def payload(self) -> bytes:
        """Return the fact's fields, or the state, as JSON."""


AtOnce = Callable[[Heard], bool]
"""Takes an entry at once, with True, or leaves it to the generator."""


class Subscribe(Protocol):
    """How a topic is followed."""

    def __call__(
        self, actor: Actor, topic: Topic, after: Place | None, at_once: AtOnce | None = None, /
    ) -> AsyncGenerator[Heard, None]:
        """Yield what is heard after a position; no position asks for a snapshot. `at_once` is offered it before."""


@dataclass(frozen=True)
class LiveTopics:
    """The live layer as subscriptions use it."""

    subscribe: Subscribe


@strawberry.type(description="A position in a topic: give it back as `after` to go on from there.")
class Position:
    """A place in the order of a topic."""

    epoch: str = strawberry.field(description="Which stream.")
    seq: int = strawberry.field(description="The number of the last entry.")
    chain: str = strawberry.field(description="A hash over all entries so far.")


@strawberry.input(description="A position that an event gave.")
class PositionInput:
    """A place to go on from."""

    epoch: str = strawberry.field(description="Which stream.")
    seq: int = strawberry.field(description="The number of the last entry.")
    chain: str = strawberry.field(description="A hash over all entries so far.")


@strawberry.interface(description="Something that happened in a topic.")
class TopicEvent:
    """What every event carries. The first one without `after` is a snapshot."""

    kind: str = strawberry.field(description='What happened, such as "message.sent"; "snapshot" for the whole state.')
    position: Position = strawberry.field(description="The position after it.")
    at: datetime | None = strawberry.field(description="When it happened; null for a snapshot.")
    payload: JSON = strawberry.field(description="What changed, enough to bring a picture up to date.")


@strawberry.type(description="Something that happened to the viewer.")
class UserEvent(TopicEvent):
    """An event of the viewer's own topic."""


@strawberry.type(description="Something that happened in a session.")
class SessionEvent(TopicEvent):
    """An event of a session."""


@strawberry.type(description="Something that happened in a circle: seats and numbers, no person and nobody's words.")
class CircleEvent(TopicEvent):
    """An event of a circle."""


@strawberry.type(description="Something that happened in a webinar, as its audience is told.")
class WebinarEvent(TopicEvent):
    """An event of a webinar's audience topic."""


@strawberry.type(description="Something that happened in a webinar, as its moderators are told.")
class WebinarStaffEvent(TopicEvent):
    """An event of a webinar's staff topic."""


Event = TypeVar("Event", bound=TopicEvent)


@strawberry.type
class Subscription:
    """What can be followed."""

    @subscription(description="What happens to me: requests, mentorships, rooms. Requires: a signed-in user.")
    async def user_events(
        self,
        info: Info,
        after: Annotated[PositionInput | None, strawberry.argument(description="Go on from here.")] = None,
    ) -> AsyncGenerator[UserEvent, None]:
        """Follow the viewer's own topic."""
        topic = topics.user(info.context.actor.require_user())
        async with aclosing(_heard(info, UserEvent, topic, after)) as events:
            async for heard in events:
                yield _event(UserEvent, heard)

    @subscription(description="What happens in a session. Requires: a place in it.")
    async def session_events(
        self,
        info: Info,
        session_id: Annotated[strawberry.ID, strawberry.argument(description="Which session.")],
        after: Annotated[PositionInput | None, strawberry.argument(description="Go on from here.")] = None,
    ) -> AsyncGenerator[SessionEvent, None]:
        """Follow a session."""
        topic = topics.session(session_id_of(session_id))
        async with aclosing(_heard(info, SessionEvent, topic, after)) as events:
            async for heard in events:
                yield _event(SessionEvent, heard)

    @subscription(description="What happens in a circle. Requires: a seat in it.")
    async def circle_events(
        self,
        info: Info,
        circle_id: Annotated[strawberry.ID, strawberry.argument(description="Which circle.")],
        after: Annotated[PositionInput | None, strawberry.argument(description="Go on from here.")] = None,
    ) -> AsyncGenerator[CircleEvent, None]:
        """Follow a circle."""
        topic = topics.circle(circle_id_of(circle_id))
        async with aclosing(_heard(info, CircleEvent, topic, after)) as events:
            async for heard in events:
                yield _event(CircleEvent, heard)

    @subscription(description="What happens in a webinar. Requires: a place in it.")
    async def webinar_events(
        self,
        info: Info,
        webinar_id: Annotated[strawberry.ID, strawberry.argument(description="Which webinar.")],
        after: Annotated[PositionInput | None, strawberry.argument(description="Go on from here.")] = None,
    ) -> AsyncGenerator[WebinarEvent, None]:
        """Follow a webinar as its audience."""
        topic = topics.webinar(webinar_id_of(webinar_id))
        async with aclosing(_heard(info, WebinarEvent, topic, after)) as events:
            async for heard in events:
                yield _event(WebinarEvent, heard)

    @subscription(description="What happens in a webinar, under review too. Requires: to moderate it.")
    async def webinar_staff_events(
        self,
        info: Info,
        webinar_id: Annotated[strawberry.ID, strawberry.argument(description="Which webinar.")],
        after: Annotated[PositionInput | None, strawberry.argument(description="Go on from here.")] = None,
    ) -> AsyncGenerator[WebinarStaffEvent, None]:
        """Follow a webinar as its staff."""
        topic = topics.webinar_staff(webinar_id_of(webinar_id))
        async with aclosing(_heard(info, WebinarStaffEvent, topic, after)) as events:
            async for heard in events:
                yield _event(WebinarStaffEvent, heard)


def _heard(
    info: Info, kind: type[TopicEvent], topic: Topic, after: PositionInput | None
) -> AsyncGenerator[Heard, None]:
    """Return what is heard of a topic; what the door can pass on at once goes past the generator."""
    context = info.context
    take = context.at_once
    at_once = None if take is None else lambda heard: take(_event(kind, heard))
    return context.tool(LiveTopics).subscribe(context.actor, topic, after, at_once)


class _Fields(msgspec.Struct):
    at: datetime | None = None


_LATEST: dict[type[TopicEvent], tuple[Heard, TopicEvent]] = {}
"""The event made last of each kind: the followers of a topic hear an entry one after the other."""


def _event(kind: type[Event], heard: Heard) -> Event:
    """Return what was heard as an event of a kind; the same one for all who heard the same."""
    before, made = _LATEST.get(kind, (heard, None))
    is_same = before.payload is heard.payload and before.position == heard.position and before.kind == heard.kind
    if is_same and isinstance(made, kind):
        return made
    place = heard.position
    event = kind(
        kind=heard.kind,
        position=Position(epoch=place.epoch, seq=place.seq, chain=place.chain),
        at=None if heard.kind == SNAPSHOT else msgspec.json.decode(heard.payload, type=_Fields).at,
        payload=msgspec.json.decode(heard.payload),
    )
    _LATEST[kind] = (heard, event)
    return event

"""The feed of a topic as an async iterator."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from server.domain import topics
from server.domain.actors import Actor
from server.domain.topics import Topic
from server.queries.snapshots import snapshot_of
from server.realtime.frames import Position
from server.realtime.listening import MAX_WAITING, Heard, listen
from server.services import sessions
from tests.factories.live import QUICK, LiveServer, live_server, say
from tests.factories.mentorships import mentorship
from tests.factories.people import person

PATIENCE = 10


async def room_topic() -> tuple[Actor, Topic]:
    mentor, mentee = await person("Ana"), await person("Bola")
    session = await sessions.open_session(mentor, mentorship_id=(await mentorship(mentor, mentee)).id)

    return mentor, topics.session(session.id)


def listening(server: LiveServer, who: Actor, topic: Topic, after: Position | None = None) -> AsyncIterator[Heard]:
    return listen(server.live.hub, QUICK, topic, after, lambda: snapshot_of(who, topic))


async def take(stream: Any, number: int) -> list[Heard]:
    async with asyncio.timeout(PATIENCE):
        return [await anext(stream) for _ in range(number)]


async def test_a_listener_gets_the_picture_and_then_what_happens(bell: str) -> None:
    who, topic = await room_topic()
    async with live_server(bell) as server, aclosing(listening(server, who, topic)) as stream:
        (first,) = await take(stream, 1)
        assert (first.kind, json.loads(first.payload)["session"]["id"]) == ("snapshot", str(topic.id))
        await say(topic, "one", "two")
        heard = await take(stream, 2)
        assert [json.loads(each.payload)["text"] for each in heard] == ["one", "two"]
        assert [each.position.seq for each in heard] == [first.position.seq + 1, first.position.seq + 2]


async def test_a_listener_goes_on_from_its_position_with_nothing_missing_or_repeated(bell: str) -> None:
    who, topic = await room_topic()
    async with live_server(bell) as server:
        async with aclosing(listening(server, who, topic)) as stream:
            place = (await take(stream, 1))[0].position
        await say(topic, "one", "two", "three")
        async with aclosing(listening(server, who, topic, place)) as stream:
            heard = await take(stream, 3)
            await say(topic, "four")
            heard += await take(stream, 1)
        assert [json.loads(each.payload)["text"] for each in heard] == ["one", "two", "three", "four"]


async def test_a_position_of_another_history_is_answered_with_a_picture(bell: str) -> None:
    who, topic = await room_topic()
    async with live_server(bell) as server:
        forged = Position("elsewhere", 1, "0" * 16)
        async with aclosing(listening(server, who, topic, forged)) as stream:
            assert (await take(stream, 1))[0].kind == "snapshot"


async def test_a_slow_listener_loses_nothing_and_a_closed_one_is_forgotten(bell: str) -> None:
    who, topic = await room_topic()
    many = MAX_WAITING + 40
    async with live_server(bell) as server:
        async with aclosing(listening(server, who, topic)) as stream:
            await take(stream, 1)
            waiting = asyncio.ensure_future(anext(stream))
            await say(topic, *(str(number) for number in range(many)))
            async with asyncio.timeout(PATIENCE):
                first = await waiting
            heard = [first, *await take(stream, many - 1)]
            assert [json.loads(each.payload)["text"] for each in heard] == [str(number) for number in range(many)]
        feed = server.live.hub.open_feed(topic.name)
        assert feed is not None
        assert not feed.followers

"""The feed of a topic as an async iterator."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.topics import Topic
from server.kit.ids import new_id
from server.models.safety import Block
from server.models.sessions import Session
from server.realtime.desk import Rules
from server.realtime.frames import Position
from server.realtime.listening import Heard, listen
from server.realtime.streams import MAX_WAITING
from server.services import sessions
from tests.factories.live import LiveServer, ServiceRules, ToyRules, live_server, room, say, someone
from tests.factories.mentorships import mentorship
from tests.factories.people import person
from tests.live_client import PATIENCE


async def room_topic() -> tuple[Actor, Topic]:
    mentor, mentee = await person("Ana"), await person("Bola")
    session = await sessions.open_session(mentor, mentorship_id=(await mentorship(mentor, mentee)).id)

    return mentor, topics.session(session.id)


def listening(
    server: LiveServer, who: Actor, topic: Topic, after: Position | None = None
) -> AsyncGenerator[Heard, None]:
    return listen(server.live.subscribe, who, topic, after)


@asynccontextmanager
async def real_rules(bell: str) -> AsyncIterator[LiveServer]:
    """Serve a live worker that asks the services."""
    async with live_server(bell, rules=ServiceRules()) as server:
        yield server


async def take(stream: Any, number: int) -> list[Heard]:
    async with asyncio.timeout(PATIENCE):
        return [await anext(stream) for _ in range(number)]


async def test_who_loses_their_right_while_a_stream_is_opened_is_shown_nothing(bell: str) -> None:
    rules, who, topic = ToyRules(), someone(), room()

    async def meanwhile(actor: Actor, _topic: Topic) -> None:
        rules.removed.add(actor.require_user())
        server.live._rights.control(topic.name, topics.RIGHTS_CHANGED, b"{}")

    async with live_server(bell, rules=rules) as server:
        server.live._streams._rules = Rules(rules.audience, meanwhile)
        with pytest.raises(NotFound):
            await server.live.subscribe(who, topic)
        assert server.live._streams.everyone() == []


async def test_a_listener_gets_the_picture_and_then_what_happens(bell: str) -> None:
    who, topic = await room_topic()
    async with real_rules(bell) as server, aclosing(listening(server, who, topic)) as stream:
        (first,) = await take(stream, 1)
        assert (first.kind, json.loads(first.payload)["session"]["id"]) == ("snapshot", str(topic.id))
        await say(topic, "one", "two")
        heard = await take(stream, 2)
        assert [json.loads(each.payload)["text"] for each in heard] == ["one", "two"]
        assert [each.position.seq for each in heard] == [first.position.seq + 1, first.position.seq + 2]


async def test_a_listener_goes_on_from_its_position_with_nothing_missing_or_repeated(bell: str) -> None:
    who, topic = await room_topic()
    async with real_rules(bell) as server:
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
    async with real_rules(bell) as server:
        forged = Position("elsewhere", 1, "0" * 16)
        async with aclosing(listening(server, who, topic, forged)) as stream:
            assert (await take(stream, 1))[0].kind == "snapshot"


async def test_a_slow_listener_loses_nothing_and_a_closed_one_is_forgotten(bell: str) -> None:
    who, topic = await room_topic()
    many = MAX_WAITING + 40
    async with real_rules(bell) as server:
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


async def test_nobody_hears_what_they_may_not(bell: str) -> None:
    _, topic = await room_topic()
    stranger = await person("Chi")
    async with real_rules(bell) as server:
        for hidden in (topic, topics.session(new_id()), topics.user(topic.id)):
            async with aclosing(listening(server, stranger, hidden)) as stream:
                with pytest.raises(NotFound):
                    await take(stream, 1)


async def test_a_stream_ends_when_a_block_ends_the_right_to_it(bell: str) -> None:
    who, topic = await room_topic()
    session = await Session.get(id=topic.id).prefetch_related("mentorship")
    async with real_rules(bell) as server, aclosing(listening(server, who, topic)) as stream:
        await take(stream, 1)
        mentee_id = session.mentorship.mentee_id
        await Block.create(blocker_id=mentee_id, blocked_id=who.user_id)
        await sessions.shut_out(one=mentee_id, other=who.require_user())
        with pytest.raises(NotFound):
            await take(stream, 2)

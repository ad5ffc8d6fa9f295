"""Followers of a topic over graphql-transport-ws: what is sent past the generators, and that nobody can tell."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import strawberry
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from benchmarks._events_server import Room as BenchmarkRoom
from server.domain.actors import Actor, UserId
from server.domain.topics import Topic
from server.kit.ids import new_id
from server.realtime.listening import listen
from server.realtime.text_wire import TextWire
from server.schema.core.building import build_schema
from server.schema.core.ids import encode_id
from server.schema.core.options import EndpointOptions
from server.schema.socket import GraphQLSocket
from server.schema.subscriptions import AtOnce, Heard, LiveTopics, Place, Subscription
from tests.schema.harness import ADA, served, toy_options
from tests.schema.test_socket import Client, dial

SESSION = encode_id("Session", new_id())
SHORT = f'subscription {{ sessionEvents(sessionId: "{SESSION}") {{ kind position {{ seq }} payload }} }}'
ASKING_AGAIN = f'subscription {{ sessionEvents(sessionId: "{SESSION}") {{ __typename position {{ seq }} }} }}'
PATIENCE = 20.0


@strawberry.type(description="What can be asked.")
class Query:
    nothing: str = strawberry.field(description="Nothing.", default="")


SCHEMA = build_schema(Query, None, Subscription)


class Room(BenchmarkRoom):
    """A topic: a real feed with nothing behind it, and the live layer's streams of it."""

    woken = 0

    async def subscribe(
        self, actor: Actor, topic: Topic, after: Place | None, at_once: AtOnce | None = None
    ) -> AsyncGenerator[Heard, None]:
        async for heard in listen(self.open, actor, topic, after, at_once):
            self.woken += 1
            yield heard

    def say(self, *texts: str) -> None:
        for text in texts:
            self.tell({"at": "2027-03-01T09:00:00Z", "text": text})

    async def followed(self, count: int) -> None:
        """Wait until so many readers wait for what comes."""
        async with asyncio.timeout(PATIENCE):
            while sum(stream._is_awaited for stream in self.listeners) != count:
                await asyncio.sleep(0.002)

    def options(self) -> EndpointOptions:
        return toy_options(tools={LiveTopics: LiveTopics(self.subscribe)})


@asynccontextmanager
async def following(room: Room, *, is_raw: bool = True, **arguments: Any) -> AsyncIterator[Client]:
    """Yield a client that has said who it is."""
    app = Starlette(routes=[WebSocketRoute("/graphql", GraphQLSocket(SCHEMA, room.options()))])
    async with served(room.options(), is_raw=is_raw, app=app) as address, dial(address, **arguments) as client:
        await client.init(token=str(ADA))
        yield client


async def texts(client: Client, count: int, operation_id: str = "1") -> list[str]:
    told = [await client.read() for _ in range(count)]
    assert {(one["type"], one["id"]) for one in told} == {("next", operation_id)}
    return [one["payload"]["data"]["sessionEvents"]["payload"]["text"] for one in told]


async def test_what_is_told_while_the_next_is_awaited_goes_past_the_generators() -> None:
    room = Room()
    async with following(room) as client:
        await client.subscribe("1", SHORT)
        await room.followed(1)
        room.say("one", "two", "three")
        assert await texts(client, 3) == ["one", "two", "three"]
        assert room.woken == 0


@pytest.mark.parametrize("is_raw", [True, False])
async def test_a_client_is_told_the_same_with_and_without_the_wire(is_raw: bool) -> None:
    room = Room()
    async with following(room, is_raw=is_raw) as client:
        await client.subscribe("1", SHORT)
        await room.followed(1)
        room.say("one")
        assert await client.read() == {
            "type": "next",
            "id": "1",
            "payload": {
                "data": {
                    "sessionEvents": {
                        "kind": "message.sent",
                        "position": {"seq": 1},
                        "payload": {"at": "2027-03-01T09:00:00Z", "text": "one"},
                    }
                }
            },
        }
        assert room.woken == (0 if is_raw else 1)


async def test_two_operations_of_a_socket_are_told_each_under_its_id() -> None:
    room = Room()
    async with following(room) as client:
        await client.subscribe("1", SHORT)
        await client.subscribe('"2"', ASKING_AGAIN)
        await room.followed(2)
        room.say("one")
        told = {
            one["id"]: one["payload"]["data"]["sessionEvents"] for one in [await client.read(), await client.read()]
        }
        assert told["1"]["payload"]["text"] == "one"
        assert told['"2"'] == {"__typename": "SessionEvent", "position": {"seq": 1}}


async def test_a_client_that_reads_nothing_for_a_while_misses_nothing() -> None:
    room = Room()
    said = [f"{number} " + "x" * 20_000 for number in range(400)]
    async with following(room, compression=None, max_queue=1) as client:
        await client.subscribe("1", SHORT)
        await room.followed(1)
        client.socket.transport.pause_reading()
        room.say(*said)
        async with asyncio.timeout(PATIENCE):
            while room.woken == 0:
                await asyncio.sleep(0.002)
        client.socket.transport.resume_reading()
        room.say("after")
        assert await texts(client, len(said) + 1) == [*said, "after"]


async def test_long_messages_are_packed_for_who_asked_for_it_and_the_order_is_kept() -> None:
    room = Room()
    said = ["short", "long " * 400, "short again", "long again " * 400, "end"]
    async with following(room) as client:
        await client.subscribe("1", SHORT)
        await room.followed(1)
        room.say(*said)
        assert await texts(client, len(said)) == said
        # From the first long one on, what comes meanwhile waits for its turn.
        assert room.woken == len(said) - 1


async def test_nothing_is_told_to_an_operation_that_was_completed() -> None:
    room = Room()
    async with following(room) as client:
        await client.subscribe("1", SHORT)
        await room.followed(1)
        await client.send({"type": "complete", "id": "1"})
        assert await client.is_alive()  # so the end was read
        room.say("to nobody")
        await client.subscribe("1", ASKING_AGAIN)
        await room.followed(1)
        room.say("to the next")
        answer = await client.read()
        assert answer["payload"]["data"]["sessionEvents"] == {"__typename": "SessionEvent", "position": {"seq": 2}}


ACTOR = Actor(user_id=UserId(ADA), is_verified=True)


class OddError(Exception):
    """Something nobody thought of."""


async def test_a_reader_whose_short_way_fails_is_told_by_the_long_one_and_others_at_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room, taken = Room(), list[int]()

    def fail(_heard: Heard) -> bool:
        raise OddError

    def take(heard: Heard) -> bool:
        taken.append(heard.position.seq)
        return True

    topic = Topic("session", new_id())
    failing = listen(room.open, ACTOR, topic, None, fail)
    fine = listen(room.open, ACTOR, topic, None, take)
    first, second = asyncio.ensure_future(anext(failing)), asyncio.ensure_future(anext(fine))
    await room.followed(2)
    room.say("one")
    async with asyncio.timeout(PATIENCE):
        assert json.loads((await first).payload)["text"] == "one"
    assert taken == [1]
    assert "could not be handed over at once" in caplog.text
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    await failing.aclose()
    await fine.aclose()


async def test_what_comes_while_nobody_waits_for_it_is_kept_for_the_reader() -> None:
    room = Room()
    stream = listen(room.open, ACTOR, Topic("session", new_id()), None, lambda _: True)
    waiting = asyncio.ensure_future(anext(stream))
    await room.followed(1)
    (inner,) = room.listeners
    inner.at_once = None
    room.say("one")
    inner.at_once = lambda _: True
    room.say("two")
    async with asyncio.timeout(PATIENCE):
        heard = [await waiting, await anext(stream)]
    assert [json.loads(one.payload)["text"] for one in heard] == ["one", "two"]
    await stream.aclose()


def test_a_wire_refuses_what_it_cannot_write_now() -> None:
    written: list[bytes] = []
    wire = TextWire(written.append, most=200)
    assert wire.write(b"a" * 125)
    assert wire.write(b"b" * 126)
    assert not wire.write(b"c" * 201)
    wire.shut()
    assert not wire.write(b"d")
    wire.reopen()
    assert wire.write(b"e")
    wire.end_writing()
    assert wire.is_over
    assert not wire.write(b"f")
    assert written == [b"\x81\x7d" + b"a" * 125, b"\x81\x7e\x00\x7e" + b"b" * 126, b"\x81\x01e"]


def test_a_wire_of_a_transport_that_is_gone_refuses() -> None:
    def gone(_: bytes) -> None:
        raise RuntimeError("the handler is closed")

    assert not TextWire(gone).write(b"a")

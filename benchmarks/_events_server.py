"""500 subscribers of one topic over graphql-transport-ws: `python -m benchmarks._events_server FD`.

POST /tell?count=N has N entries heard by all, and answers with the CPU seconds that took. The way to serve is in an
environment variable: the product's socket with plans or without, or Strawberry's own view over the same schema.
"""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import msgspec
import psutil
import strawberry
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL

from benchmarks._engine_server import WAY
from benchmarks.page_stock import serve
from server.config import LiveSettings
from server.domain.actors import Actor, UserId
from server.domain.topics import Topic
from server.kit import garbage
from server.kit.ids import new_id
from server.realtime.feed import Feed
from server.realtime.follow import Follow
from server.realtime.frames import Position
from server.realtime.listening import listen
from server.realtime.replay import Start
from server.realtime.streams import Stream
from server.schema.core.building import build_schema
from server.schema.core.context import Context
from server.schema.core.options import EndpointOptions, SocketLimits
from server.schema.socket import GraphQLSocket
from server.schema.subscriptions import AtOnce, Heard, LiveTopics, Place, Subscription
from server.wiring import event_loop

ENTRY = {"at": "2027-03-01T09:00:00Z", "messageId": "m" * 36, "authorId": "a" * 36, "text": "Good morning, everybody."}


class Room:
    """The topic: a real feed with nothing behind it, and the live layer's streams of it."""

    def __init__(self) -> None:
        self.feed = Feed("session:of-all", None, LiveSettings())  # type: ignore[arg-type]  # no bell
        self.feed._is_open = True  # noqa: SLF001 - opening it would ask Redis
        self.listeners: set[Stream] = set()

    async def open(self, actor: Actor, topic: Topic, _position: Position | None) -> Stream:
        stream = Stream(actor, topic, self.listeners.discard)
        self.listeners.add(stream)
        stream.begin(Follow(self.feed, stream, self.feed.top), Start("live", self.feed.position), "participant")
        return stream

    def subscribe(
        self, actor: Actor, topic: Topic, after: Place | None, at_once: AtOnce | None = None
    ) -> AsyncGenerator[Heard, None]:
        return listen(self.open, actor, topic, after, at_once)

    def tell(self, entry: Mapping[str, str]) -> None:
        header = [str(self.feed.top + 1), "epoch", "c" * 16, "message.sent"]
        self.feed.receive(header, msgspec.json.encode(entry))


@strawberry.type(description="What can be asked.")
class Query:
    nothing: str = strawberry.field(description="Nothing.", default="")


ROOM = Room()
ACTOR = Actor(user_id=UserId(new_id()), is_verified=True)
TOOLS: dict[type[Any], Any] = {LiveTopics: LiveTopics(ROOM.subscribe)}


async def authenticate(_: HTTPConnection) -> Actor:
    return ACTOR


class Stock(GraphQL[Any, None]):
    """Strawberry's own view."""

    async def get_context(self, request: Any, response: Any) -> Any:  # noqa: ARG002 - Strawberry passes it
        return Context(actor=ACTOR, request_id="benchmark", tools=TOOLS)


async def tell(request: Request) -> JSONResponse:
    """Tell all listeners, wait until the process rests, and say what it computed."""
    count, process = int(request.query_params["count"]), psutil.Process()
    before = process.cpu_times()
    for _ in range(count):
        ROOM.tell(ENTRY)
        await asyncio.sleep(0.05)
    await asyncio.sleep(1.0)
    after = process.cpu_times()
    return JSONResponse({"cpu": after.user + after.system - before.user - before.system, "heard": len(ROOM.listeners)})


async def idle(request: Request) -> JSONResponse:
    """Say what as long a time without entries takes."""
    process = psutil.Process()
    before = process.cpu_times()
    await asyncio.sleep(0.05 * int(request.query_params["count"]) + 1.0)
    after = process.cpu_times()
    return JSONResponse({"cpu": after.user + after.system - before.user - before.system, "heard": len(ROOM.listeners)})


def application(way: str) -> Starlette:
    schema = build_schema(Query, None, Subscription)
    if way == "stock":
        socket: Any = Stock(schema, subscription_protocols=["graphql-transport-ws"])
    else:
        limits = SocketLimits(connections=10_000)
        socket = GraphQLSocket(
            schema, EndpointOptions(authenticate, tools=TOOLS, socket=limits, compiled=way == "plans")
        )
    return Starlette(routes=[WebSocketRoute("/graphql", socket), Route("/tell", tell), Route("/idle", idle)])


def main() -> None:
    way = os.environ[WAY]
    app = application(way)
    # As the product does before it serves: what lives as long as the process is not looked through again.
    garbage.leave_what_stays()
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(serve(app, int(sys.argv[1]), as_product=way != "stock"))


if __name__ == "__main__":
    main()

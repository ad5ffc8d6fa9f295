"""The toy schema behind both doors, in memory for httpx and on a real port for sockets and streams."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Route, WebSocketRoute

from server.domain.actors import VISITOR, Actor, UserId
from server.domain.errors import SignInNeeded
from server.realtime.asgi import RawWebSocketProtocol
from server.schema.core.options import EndpointOptions
from server.schema.endpoint import GraphQLEndpoint
from server.schema.socket import GraphQLSocket
from tests.schema.core.toy import Journal, schema

ADA = UUID(int=7)
TOKEN = f"Bearer {ADA}"
REVOKED: set[str] = set()
_unanswered: dict[str, list[str]] = {}


async def authenticate(connection: HTTPConnection) -> Actor:
    """Read a user id from the header or the cookie; anything else there does not hold."""
    given = connection.headers.get("authorization", "").removeprefix("Bearer ") or connection.cookies.get("login", "")
    if not given:
        return VISITOR
    try:
        user_id = UUID(given)
    except ValueError as error:
        raise SignInNeeded from error
    if given in _unanswered:
        _unanswered[given].append(given)
        raise ConnectionRefusedError("the address of the database")
    if given in REVOKED:
        raise SignInNeeded
    return Actor(user_id=UserId(user_id))


@contextmanager
def unanswered(user_id: str) -> Iterator[list[str]]:
    """Let the database not answer who somebody is; yield a list that grows with each time it is asked."""
    _unanswered[user_id] = []
    try:
        yield _unanswered[user_id]
    finally:
        del _unanswered[user_id]


def toy_options(journal: Journal | None = None, **changes: Any) -> EndpointOptions:
    """Return options over the toy schema."""
    plain = EndpointOptions(authenticate=authenticate, tools={Journal: journal or Journal()})
    return replace(plain, **changes)


def toy_app(options: EndpointOptions) -> Starlette:
    """Return an application with both doors at /graphql."""
    endpoint = GraphQLEndpoint(schema, options)
    socket = GraphQLSocket(schema, options, engine=endpoint.engine)
    return Starlette(routes=[Route("/graphql", endpoint), WebSocketRoute("/graphql", socket)])


@asynccontextmanager
async def client(**changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Yield an HTTP client of a toy server without a port."""
    transport = httpx.ASGITransport(toy_app(toy_options(**changes)))
    async with httpx.AsyncClient(transport=transport, base_url="http://toy.test") as http:
        yield http


@asynccontextmanager
async def served(options: EndpointOptions, *, is_raw: bool = True, app: Starlette | None = None) -> AsyncIterator[str]:
    """Yield host:port of a toy server on a free port of the loopback, on the product's WebSockets or on uvicorn's."""
    config = uvicorn.Config(
        app or toy_app(options),
        port=0,
        log_level="warning",
        lifespan="off",
        ws=RawWebSocketProtocol if is_raw else "websockets-sansio",
        ws_ping_interval=None,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:
            await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        server.force_exit = True
        async with asyncio.timeout(10):
            await task

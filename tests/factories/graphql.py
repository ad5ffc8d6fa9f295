"""The whole schema behind its HTTP door, spoken to as anybody; and inputs generated from the schema itself."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from inspect import isawaitable
from typing import Any

import httpx
import msgspec
from graphql import (
    ExecutionResult,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    parse,
    subscribe,
)
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Route

from server.domain.actors import VISITOR, Actor
from server.domain.errors import Refusal
from server.domain.topics import Topic
from server.queries.snapshots import snapshot_of
from server.schema.authentication import LoginCookie
from server.schema.core.building import core_schema
from server.schema.core.context import Context
from server.schema.core.documents import Documents
from server.schema.core.execution import Engine
from server.schema.core.options import EndpointOptions
from server.schema.endpoint import GraphQLEndpoint
from server.schema.live import TicketOffice
from server.schema.root import schema
from server.schema.subscriptions import AtOnce, Heard, LiveTopics, Place

SCHEMA: GraphQLSchema = core_schema(schema)
ACCEPT = "application/graphql-response+json"
_COOKIE = LoginCookie(name="alongside", is_secure=False)


class Pos(msgspec.Struct, frozen=True):
    """A position."""

    epoch: str
    seq: int
    chain: str


class Snapshot(msgspec.Struct, frozen=True):
    """A snapshot as the live layer hands it over."""

    position: Pos
    payload: bytes
    kind: str = "snapshot"


class Tickets:
    """Gives tickets as the live layer does: to whoever is signed in."""

    async def issue_ticket(self, actor: Actor, origin: str) -> str:
        """Return a ticket."""
        return f"ticket of {actor.require_user()}"


def _subscribe(
    actor: Actor, topic: Topic, after: Place | None, at_once: AtOnce | None = None
) -> AsyncGenerator[Heard, None]:
    async def heard() -> AsyncGenerator[Heard, None]:
        found = await snapshot_of(actor, topic)
        yield Snapshot(msgspec.convert(found["pos"], Pos), msgspec.json.encode(found["state"]))

    return heard()


class Door:
    """Sends operations as whoever is named, without a login of theirs."""

    def __init__(self, http: httpx.AsyncClient, actors: dict[str, Actor]) -> None:
        self._http = http
        self._actors = actors

    async def send(self, actor: Actor, query: str, *, accept: str = ACCEPT, **variables: Any) -> httpx.Response:
        """Return the answer to an operation."""
        body = json.dumps({"query": query, "variables": variables})
        return await self.send_bytes(actor, body.encode("ascii"), accept=accept)

    async def send_bytes(self, actor: Actor, body: bytes, *, accept: str = ACCEPT) -> httpx.Response:
        """Return the answer to a body as it is."""
        self._actors[str(actor.user_id)] = actor
        headers = {"authorization": str(actor.user_id), "content-type": "application/json", "accept": accept}
        return await self._http.post("/graphql", content=body, headers=headers)

    async def ask(self, actor: Actor, query: str, **variables: Any) -> dict[str, Any]:
        """Return the data; any error fails the test."""
        answer = (await self.send(actor, query, **variables)).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data


async def _nobody(_connection: HTTPConnection) -> Actor:
    return VISITOR


@cache
def _documents() -> Documents:
    """Return the documents that all doors keep, as a server keeps its: most tests ask what others asked before."""
    return Engine(schema, EndpointOptions(authenticate=_nobody))._documents


@asynccontextmanager
async def door() -> AsyncIterator[Door]:
    """Yield the door over the root schema."""
    actors: dict[str, Actor] = {}

    async def authenticate(connection: HTTPConnection) -> Actor:
        return actors.get(connection.headers.get("authorization", ""), VISITOR)

    tools: Mapping[type[Any], Any] = {
        LoginCookie: _COOKIE,
        TicketOffice: Tickets(),
        LiveTopics: LiveTopics(_subscribe),
    }
    options = EndpointOptions(authenticate=authenticate, tools=tools)
    endpoint = GraphQLEndpoint(schema, options)
    endpoint.engine._documents = _documents()
    app = Starlette(routes=[Route("/graphql", endpoint, methods=["GET", "POST"])])
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://alongside.test") as http:
        yield Door(http, actors)


async def follow_once(actor: Actor, query: str) -> Any:
    """Start a subscription; return the data of its first event, or the message of the refusal."""
    context = Context(actor=actor, request_id="test", tools={LiveTopics: LiveTopics(_subscribe)})
    started: Any = subscribe(SCHEMA, parse(query), context_value=context)
    stream = await started if isawaitable(started) else started
    if isinstance(stream, ExecutionResult):
        return next(error.message for error in stream.errors or ())
    try:
        first = await anext(stream)
        return first.data if first.errors is None else first.errors[0].message
    except Refusal as refusal:
        return refusal.message
    except GraphQLError as error:
        return error.message
    finally:
        await stream.aclose()
        await context.batches.close()


_TOLD = {
    "Conflict": "current",
    "InvalidInput": "fields { path code message }",
    "LimitReached": "limit",
    "NotAllowed": "needs",
    "RateLimited": "retryAfter",
}


def mutation_document(name: str, selection: str = "__typename") -> str:
    """Return a mutation that asks for all that its refusals tell, and for a selection of its payload."""
    stem = name[0].upper() + name[1:]
    answers = SCHEMA.type_map[f"{stem}Result"]
    assert isinstance(answers, GraphQLUnionType)
    told = {f"{stem}Payload": selection, **_TOLD}
    parts = " ".join(f"... on {kind.name} {{ {told[kind.name]} }}" for kind in answers.types if kind.name in told)
    return (
        f"mutation($input: {stem}Input!) "
        f"{{ {name}(input: $input) {{ __typename ... on Refusal {{ code message }} {parts} }} }}"
    )


def input_of_mutation(name: str) -> GraphQLInputType:
    """Return the type of a mutation's input."""
    assert SCHEMA.mutation_type is not None
    kind: GraphQLInputType = SCHEMA.mutation_type.fields[name].args["input"].type
    return kind


PLAIN: dict[str, Any] = {
    "Boolean": True,
    "Date": "2027-03-09",
    "DateTime": "2027-03-09T10:00:00Z",
    "Float": 1.0,
    "Int": 1,
    "String": "plain words",
}
"""A value that is right in form for each scalar. One of a new scalar has to be added here."""


def example(kind: GraphQLInputType, known: Mapping[str, Any], name: str = "input") -> Any:
    """Return an input of a type with every field given: `known` values by field name, else plain ones.

    Raises KeyError for an ID, or a scalar, that nobody gave a value for.
    """
    if isinstance(kind, GraphQLNonNull):
        return example(kind.of_type, known, name)
    if name in known:
        return known[name]
    if isinstance(kind, GraphQLList):
        return [example(kind.of_type, known, name.removesuffix("s"))]
    if isinstance(kind, GraphQLInputObjectType):
        # An idempotency key would answer every later call with the first one's result.
        wanted = {key: field for key, field in kind.fields.items() if key not in {"idempotencyKey", "expectedVersion"}}
        return {key: example(field.type, known, key) for key, field in wanted.items()}
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    return PLAIN[kind.name]


def leaves(kind: GraphQLInputType, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the path and the type of every scalar or enum in an input type, lists by their first item."""
    if isinstance(kind, GraphQLNonNull):
        yield from leaves(kind.of_type, path)
    elif isinstance(kind, GraphQLList):
        yield from leaves(kind.of_type, (*path, 0))
    elif isinstance(kind, GraphQLInputObjectType):
        for name, field in kind.fields.items():
            yield from leaves(field.type, (*path, name))
    else:
        yield path, kind


def with_value(value: Any, path: tuple[str | int, ...], leaf: Any) -> Any:
    """Return a copy of an input with another value at a path, making what is missing on the way; Undefined removes."""
    if not path:
        return leaf
    step, *rest = path
    if isinstance(step, int):
        first = value[0] if value else None
        return [with_value(first, tuple(rest), leaf)]
    copy = dict(value or {})
    copy[step] = with_value(copy.get(step), tuple(rest), leaf)
    return {key: item for key, item in copy.items() if item is not Undefined}

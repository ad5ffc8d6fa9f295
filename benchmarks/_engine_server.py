"""A page of 1,000 fields from memory, four ways: `python -m benchmarks._engine_server FD`, the way in an environment
variable. All look the bearer token up in memory and answer the same bytes of data.
"""

import asyncio
import hashlib
import os
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import strawberry
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from benchmarks.page_stock import serve
from server.app import surrounded
from server.domain.actors import Actor, UserId
from server.domain.errors import SignInNeeded
from server.kit import garbage
from server.schema.core.building import build_schema
from server.schema.core.context import Info
from server.schema.core.fields import resolved
from server.schema.core.options import EndpointOptions
from server.schema.endpoint import GraphQLEndpoint
from server.wiring import event_loop

WAY = "BENCHMARK_WAY"
TOKEN = "a-token-of-somebody"
SIZE = 100
QUERY = "query Page($first: Int!) { rows(first: $first) { id name headline city country age score isOpen zone bio } }"
_ACTORS = {hashlib.sha256(TOKEN.encode()).hexdigest(): Actor(user_id=UserId(UUID(int=1)), is_verified=True)}


@strawberry.type(description="A row.")
class Row:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="A name.")
    headline: str = strawberry.field(description="A line.")
    city: str | None = strawberry.field(description="A city, at times.")
    country: str | None = strawberry.field(description="Never told.")
    age: int = strawberry.field(description="A number.")
    score: float = strawberry.field(description="A fraction.")
    is_open: bool = strawberry.field(description="Yes or no.")
    zone: str = strawberry.field(description="A zone.")
    bio: str = strawberry.field(description="Some words.")


ROWS = [
    Row(
        id=strawberry.ID(f"row-{n}"),
        name=f"Person {n}",
        headline="Courier and coder",
        city="Porto" if n % 2 else None,
        country=None,
        age=20 + n,
        score=n / 8,
        is_open=n % 3 == 0,
        zone="Europe/Lisbon",
        bio="Ten years on a bike, two at a desk.",
    )
    for n in range(SIZE)
]


@strawberry.type(description="What can be asked.")
class Query:
    @resolved(description="Rows.")
    async def rows(self, info: Info, first: int) -> list[Row]:  # noqa: ARG002 - resolvers of the API take it
        return ROWS[:first]


class Bucket:
    """A cost budget in memory, as wide as can be."""

    def __init__(self) -> None:
        self.levels: dict[str, tuple[float, float]] = {}

    async def charge(self, actor_key: str, cost: int) -> int | None:
        level, at = self.levels.get(actor_key, (1e9, 0.0))
        now = time.monotonic()
        level = min(1e9, level + (now - at) * 1e6)
        if level < cost:
            return 1
        self.levels[actor_key] = (level - cost, now)
        return None

    async def refund(self, actor_key: str, cost: int) -> None:
        level, at = self.levels[actor_key]
        self.levels[actor_key] = (level + cost, at)


def actor_of(header: str | None) -> Actor:
    actor = _ACTORS.get(hashlib.sha256((header or "").removeprefix("Bearer ").encode()).hexdigest())
    if actor is None:
        raise SignInNeeded
    return actor


async def authenticate(connection: HTTPConnection) -> Actor:
    return actor_of(connection.headers.get("authorization"))


def ours(*, compiled: bool) -> ASGIApp:
    """The product's endpoint and its middleware: id, metrics, CORS, origin, limits, cost, budget, deadline."""
    options = EndpointOptions(authenticate=authenticate, cost_budget=Bucket(), compiled=compiled)
    endpoint = GraphQLEndpoint(build_schema(Query), options)
    route = Route("/graphql", endpoint)
    return surrounded(Starlette(routes=[route]), route, ())


async def by_hand(request: Request) -> Response:
    """What somebody would write who needs this page alone."""
    actor_of(request.headers.get("authorization"))
    asked = orjson.loads(await request.body())
    rows = [
        {
            "id": row.id,
            "name": row.name,
            "headline": row.headline,
            "city": row.city,
            "country": row.country,
            "age": row.age,
            "score": row.score,
            "isOpen": row.is_open,
            "zone": row.zone,
            "bio": row.bio,
        }
        for row in ROWS[: asked["variables"]["first"]]
    ]
    return Response(orjson.dumps({"data": {"rows": rows}}), media_type="application/json")


class Stock(GraphQL[Any, None]):
    """Strawberry's own view."""

    async def get_context(self, request: Any, response: Any) -> Any:  # noqa: ARG002 - Strawberry passes it
        return await authenticate(request)


def stock(*extensions: Callable[[], Any]) -> Starlette:
    schema = strawberry.Schema(Query, extensions=list(extensions))
    return Starlette(routes=[Route("/graphql", Stock(schema), methods=["POST"])])


WAYS: dict[str, Callable[[], ASGIApp]] = {
    "ours": lambda: ours(compiled=True),
    "ours by graphql-core": lambda: ours(compiled=False),
    "by hand": lambda: Starlette(routes=[Route("/graphql", by_hand, methods=["POST"])]),
    "stock": stock,
    "stock with caches": lambda: stock(lambda: ParserCache(1000), lambda: ValidationCache(1000)),
}


def main() -> None:
    way = os.environ[WAY]
    app = WAYS[way]()
    # As the product does before it serves: what lives as long as the process is not looked through again.
    garbage.leave_what_stays()
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(serve(app, int(sys.argv[1]), as_product=way.startswith("ours")))


if __name__ == "__main__":
    main()

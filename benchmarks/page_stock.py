"""The page on stock Strawberry: its own ASGI view, a DataLoader for each relation, the same queries underneath.

The leaf types are the API's own; what is batched there is a DataLoader here. Beyond the look-up of who asks there is
nothing around it: no limits, no budget, no deadline, no metrics.
"""

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from server.config import Settings
from server.domain.actors import Actor
from server.domain.directory import DirectoryFilter
from server.guarded_http import GuardedHttp
from server.kit.paging import PageRequest
from server.models.database import database
from server.queries import capacity
from server.queries import directory as directory_queries
from server.queries import profiles as queries
from server.queries.skills import skill_index
from server.realtime.asgi import RawWebSocketProtocol
from server.schema.authentication import Authenticator, LoginCookie
from server.schema.availability import OpenPlaces
from server.schema.core.connection import Edge, PageInfo
from server.schema.core.fields import resolved
from server.schema.core.nodes import Node
from server.schema.directory import ProfileFilter
from server.schema.profile_parts import ProfileLanguage, ProfileSkill, languages_shown, skills_shown
from server.wiring import event_loop

Read = Callable[[Actor, list[UUID]], Awaitable[Mapping[Any, Any]]]


@dataclass
class Loaders:
    """The DataLoaders of one request."""

    actor: Actor
    skills: DataLoader[UUID, list[queries.SkillView]]
    languages: DataLoader[UUID, list[queries.LanguageView]]
    places: DataLoader[UUID, Any]

    @classmethod
    def of(cls, actor: Actor) -> "Loaders":
        return cls(
            actor,
            DataLoader(_loading(actor, queries.skills_of)),
            DataLoader(_loading(actor, queries.languages_of)),
            DataLoader(_loading(actor, capacity.open_places_of)),
        )


def _loading(actor: Actor, read: Read) -> Callable[[list[UUID]], Awaitable[list[Any]]]:
    async def load(keys: list[UUID]) -> list[Any]:
        found = await read(actor, keys)
        return [found.get(key) for key in keys]

    return load


Info = strawberry.Info[Loaders, None]


@strawberry.type
class Profile(Node):
    name: str
    headline: str | None

    @resolved(description="Skills.")
    async def skills(self, info: Info) -> list[ProfileSkill]:
        return skills_shown(await info.context.skills.load(UUID(str(self.key))), None)

    @resolved(description="Languages.")
    async def languages(self, info: Info) -> list[ProfileLanguage]:
        return languages_shown(await info.context.languages.load(UUID(str(self.key))))

    @resolved(description="Open places.")
    async def open_places(self, info: Info) -> list[OpenPlaces] | None:
        places = await info.context.places.load(UUID(str(self.key)))
        return None if places is None else [OpenPlaces(format=one, places=count) for one, count in places.items()]


@strawberry.type
class Connection:
    edges: list[Edge[Profile]]
    page_info: PageInfo


@strawberry.type
class Query:
    @resolved(description="The page.")
    async def profiles(self, info: Info, filter: ProfileFilter, first: int) -> Connection:  # noqa: A002 - the API's name
        actor = info.context.actor
        page = PageRequest(directory_queries.DIRECTORY, first)
        found = await directory_queries.search_directory(
            actor, DirectoryFilter(has_open_places=filter.has_open_places), page
        )
        edges = []
        for cursor, one in zip(found.cursors, found.items, strict=True):
            view = one.view
            edges.append(
                Edge(cursors=[cursor], number=0, node=Profile(key=view.id, name=view.name, headline=view.headline))
            )
        ends = PageInfo(
            has_next_page=found.has_next,
            has_previous_page=found.has_previous,
            start_cursor=found.cursors[0],
            end_cursor=found.cursors[-1],
        )
        return Connection(edges=edges, page_info=ends)


class View(GraphQL[Loaders, None]):
    """The stock view with a context of DataLoaders."""

    authenticate = Authenticator(LoginCookie("alongside", is_secure=False))

    async def get_context(self, request: Any, response: Any) -> Loaders:  # noqa: ARG002 - Strawberry passes it
        return Loaders.of(await self.authenticate(request))


def application() -> ASGIApp:
    """Return the stock view, and one with the caches that Strawberry ships."""
    cached = strawberry.Schema(Query, extensions=[lambda: ParserCache(1000), lambda: ValidationCache(1000)])
    return Starlette(
        routes=[Route("/graphql", View(strawberry.Schema(Query))), Route("/cached", View(cached))],
    )


async def serve(app: ASGIApp, descriptor: int, *, as_product: bool = False) -> None:
    """Serve an application on the product's settings, and if it is the product's on the product's own protocols."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        http=GuardedHttp if as_product else "httptools",
        ws=RawWebSocketProtocol if as_product else "auto",
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    with socket.socket(fileno=descriptor) as listener:
        await uvicorn.Server(config).serve([listener])


async def main() -> None:
    settings = Settings.from_env(os.environ)
    pool = settings.pool
    async with database(
        settings.database_url or "",
        min_connections=pool.database_min,
        max_connections=pool.database_max,
        statement_timeout_seconds=pool.statement_timeout_seconds,
    ):
        skill_index()
        await serve(application(), int(sys.argv[1]))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(main())

"""The page by hand: a Starlette handler with an asyncpg pool that sends the very statements the API sends.

They are recorded once from the API, with their values, and come in a file. What the handler does with the rows is
the least that gives the same answer.
"""

import asyncio
import os
import pickle
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.page_stock import serve
from server.config import Settings
from server.domain.availability import MentoringFormat
from server.domain.capacity import DEFAULT_PLACES
from server.domain.profiles import SkillLevel
from server.domain.skills import SkillId
from server.domain.visibility import shown_name, visible_fields
from server.kit import garbage
from server.kit.clock import now
from server.kit.paging import encode_cursor
from server.kit.tokens import token_hash
from server.models.database import PooledConnection
from server.queries.directory import DIRECTORY
from server.queries.skills import vocabulary
from server.queries.visibility import relation_of
from server.schema.core.ids import encode_id
from server.wiring import event_loop

STATEMENTS = "BENCHMARK_STATEMENTS"
SIZE = 20


Parts = tuple[Mapping[UUID, Any], Mapping[UUID, Any], Mapping[UUID, Any]]


class Statement(NamedTuple):
    """A statement as the API sent it, and the values it sent along."""

    text: str
    values: list[Any]


class Recorded(NamedTuple):
    """The statements of the page, in the order in which they are sent. The last three are joined in one by the API."""

    login: Statement
    search: Statement
    skills: Statement
    languages: Statement
    places: Statement

    @classmethod
    def of(cls, kept: Sequence[tuple[str, list[Any]]]) -> "Recorded":
        """Return them by what they are; raises ValueError when the API sends others than it did."""
        statements = [Statement(*one) for one in kept]
        login, search, *at_once = statements
        (skills,), (languages,), (places,) = (
            [one for one in at_once if f" {table} " in one.text]
            for table in ("profile_skill", "profile_language", "capacity_account")
        )
        return cls(login, search, skills, languages, places)


class Page:
    """The handler."""

    def __init__(self, pool: Any, statements: Recorded) -> None:
        self.pool = pool
        self.sql = statements

    async def answer(self, request: Request) -> Response:
        token = request.headers["authorization"].removeprefix("Bearer ")
        orjson.loads(await request.body())
        _, _, *rest = self.sql.login.values
        if not await self.pool.fetch(self.sql.login.text, token_hash(token), now(), *rest):
            return Response(status_code=401)
        found = await self.pool.fetch(self.sql.search.text, *self.sql.search.values)
        keys = [row["id"] for row in found[:SIZE]]
        shown = await self.parts(keys)
        edges = [{"node": _node(row, *(part.get(row["id"]) for part in shown))} for row in found[:SIZE]]
        last = found[len(keys) - 1]
        ends = {
            "hasNextPage": len(found) > SIZE,
            "endCursor": encode_cursor(DIRECTORY, (last["coverage"], last["placed_at"], last["id"])),
        }
        answer = {"data": {"profiles": {"edges": edges, "pageInfo": ends}}}
        return Response(orjson.dumps(answer), media_type="application/json")

    async def parts(self, keys: list[UUID]) -> Parts:
        """Return what the profiles have, each kind by whose it is, ready for orjson."""
        skills, languages, places = await asyncio.gather(
            self._hanging(self.sql.skills, keys),
            self._hanging(self.sql.languages, keys),
            self._hanging(self.sql.places, keys),
        )
        return _skills(skills), _languages(languages), _places(places)

    async def _hanging(self, statement: Statement, keys: list[UUID]) -> list[Any]:
        viewer, relation, _ = statement.values
        rows: list[Any] = await self.pool.fetch(statement.text, viewer, relation, keys)
        return rows


def _node(row: Any, skills: Any, languages: Any, places: Any) -> dict[str, Any]:
    relation = relation_of(row["relation"])
    seen = visible_fields(orjson.loads(row["visibility"]), relation)
    return {
        "id": encode_id("Profile", row["id"]),
        "name": shown_name(row["display_name"], row["pseudonym"], relation),
        "headline": row["headline"] if "headline" in seen else None,
        "skills": skills or [],
        "languages": languages or [],
        "openPlaces": places,
    }


def _skills(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[row["owner"]].append(skill_shown(row["direction"], row["level"], row["skill_id"]))
    return found


def skill_shown(direction: str, level: int, skill_id: SkillId) -> dict[str, Any]:
    """Return a skill of somebody as the API shows it."""
    skill = vocabulary().skills[skill_id]
    return {
        "direction": direction.upper(),
        "level": SkillLevel(level).name,
        "skill": {"id": encode_id("Skill", skill.id), "label": skill.label},
    }


def _languages(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[row["owner"]].append({"code": row["code"], "proficiency": row["proficiency"].upper()})
    return found


def _places(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, dict[str, int]] = {}
    for row in rows:
        mine = found.setdefault(row["id"], {one.value: places for one, places in DEFAULT_PLACES.items()})
        if row["format"] is not None:
            mine[row["format"]] = row["places"]
    names = {one.value: one.name for one in MentoringFormat}
    return {
        key: [{"format": names[one], "places": places} for one, places in mine.items()] for key, mine in found.items()
    }


async def main(make: Callable[[Any], Page]) -> None:
    settings = Settings.from_env(os.environ)
    limits = {"statement_timeout": str(round(settings.pool.statement_timeout_seconds * 1000))}
    size = settings.pool.database_min, settings.pool.database_max
    pool = await asyncpg.create_pool(
        settings.database_url,
        min_size=size[0],
        max_size=size[1],
        server_settings=limits,
        connection_class=PooledConnection,
    )
    vocabulary()
    app = Starlette(routes=[Route("/graphql", make(pool).answer, methods=["POST"])])
    await serve(app, int(sys.argv[1]))
    await pool.close()


def serve_page(page: type[Page]) -> None:
    """Serve the page from the socket named on the command line."""
    statements = Recorded.of(pickle.loads(Path(os.environ[STATEMENTS]).read_bytes()))
    # As the API does before it serves.
    garbage.leave_what_stays()
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(main(lambda pool: page(pool, statements)))


if __name__ == "__main__":
    serve_page(Page)

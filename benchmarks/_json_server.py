"""The page of mentors as one SQL statement that builds the JSON, behind a Starlette handler.

The statement is put together from those the API sends, recorded with their values, so that the same rules of who sees
what are in it. The labels of skills, which the API has in memory, are a table here. What PostgreSQL says is sent on.
"""

import asyncio
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.page_plain import SIZE, STATEMENTS, Recorded
from benchmarks.page_stock import serve
from server.config import Settings
from server.kit.tokens import token_hash
from server.models.database import PooledConnection
from server.queries.skills import vocabulary
from server.wiring import event_loop

_LABELS = """
DROP TABLE IF EXISTS benchmark_label;
CREATE TABLE benchmark_label (id text PRIMARY KEY, label text NOT NULL)
"""
_ID = "rtrim(translate(encode(convert_to('{kind}:' || {key}, 'UTF8'), 'base64'), E'+/\\n', '-_'), '=')"
_PAGE = """
WITH found AS MATERIALIZED ({search}),
page AS MATERIALIZED (SELECT id, row_number() OVER () AS place FROM found LIMIT {size}),
skill AS ({skills}), language AS ({languages}), place AS ({places}),
skills AS (
    SELECT owner, json_agg(json_build_object('direction', upper(direction), 'level', level,
        'skill', json_build_object('id', {skill_id}, 'label', label))) AS made
    FROM skill JOIN benchmark_label ON benchmark_label.id = skill.skill_id GROUP BY owner
), languages AS (
    SELECT owner, json_agg(json_build_object('code', code, 'proficiency', upper(proficiency))) AS made
    FROM language GROUP BY owner
), places AS (
    SELECT id AS owner, json_agg(json_build_object('format', upper(format), 'places', places)) AS made
    FROM place GROUP BY id
)
SELECT json_build_object('data', json_build_object('profiles', json_build_object(
    'edges', (SELECT json_agg(json_build_object('node', json_build_object(
        'id', {profile_id}, 'name', coalesce(found.pseudonym, found.display_name), 'headline', found.headline,
        'skills', coalesce(skills.made, '[]'), 'languages', coalesce(languages.made, '[]'), 'openPlaces', places.made
    )) ORDER BY page.place) FROM page JOIN found USING (id) LEFT JOIN skills ON skills.owner = page.id
        LEFT JOIN languages ON languages.owner = page.id LEFT JOIN places ON places.owner = page.id),
    'pageInfo', json_build_object('hasNextPage', (SELECT count(*) > {size} FROM found))
)))::text
WHERE EXISTS (SELECT FROM login WHERE token_hash = ${token} AND revoked_at IS NULL AND expires_at > now())
"""


def statement_of(recorded: Recorded) -> str:
    """Return the one statement. Its values are those of the search, and the hash of the token."""
    parts = {
        name: getattr(recorded, name).text.replace("$3::uuid[]", "ARRAY(SELECT id FROM page)")
        for name in ("skills", "languages", "places")
    }
    return _PAGE.format(
        search=recorded.search.text,
        size=SIZE,
        skill_id=_ID.format(kind="Skill", key="skill_id"),
        profile_id=_ID.format(kind="Profile", key="page.id"),
        token=len(recorded.search.values) + 1,
        **parts,
    )


async def main(recorded: Recorded) -> None:
    settings = Settings.from_env(os.environ)
    text, values = statement_of(recorded), recorded.search.values
    pool: Any = await asyncpg.create_pool(
        settings.database_url,
        min_size=settings.pool.database_min,
        max_size=settings.pool.database_max,
        connection_class=PooledConnection,
    )
    await pool.execute(_LABELS)
    labels = [(key, skill.label) for key, skill in vocabulary().skills.items()]
    await pool.copy_records_to_table("benchmark_label", records=labels)
    await pool.execute("ANALYZE benchmark_label")

    async def answer(request: Request) -> Response:
        token = request.headers["authorization"].removeprefix("Bearer ")
        await request.body()
        made = await pool.fetchval(text, *values, token_hash(token))
        return Response(made, media_type="application/json", status_code=401 if made is None else 200)

    await serve(Starlette(routes=[Route("/graphql", answer, methods=["POST"])]), int(sys.argv[1]))
    await pool.close()


if __name__ == "__main__":
    kept = pickle.loads(Path(os.environ[STATEMENTS]).read_bytes())
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(main(Recorded.of(kept)))

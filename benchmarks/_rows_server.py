"""What the API reads for a page, as one SQL statement whose JSON is sent on: `python -m benchmarks._rows_server FD`.

The statements come in a file, recorded from the API with their values. The first, which finds the login, stands before
the others: with no row of it nothing is read.
"""

import asyncio
import os
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.page_stock import serve
from server.config import Settings
from server.models.database import PooledConnection
from server.models.reading import numbered_from
from server.wiring import event_loop

STATEMENTS = "BENCHMARK_ROWS"
LOGIN = "SELECT user_id FROM login WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > now()"


def statement_of(recorded: Sequence[tuple[str, list[Any]]]) -> tuple[str, list[Any]]:
    """Return the one statement, and its values."""
    # The API's own notes that a login was seen; a part of a statement can only look at it.
    (_, (token, *_)), *others = recorded
    parts, values = [], list[Any]()
    for number, (text, own) in enumerate([(LOGIN, [token]), *others]):
        parts.append(f"part{number} AS MATERIALIZED ({numbered_from(len(values), text).strip().rstrip(';')})")
        values += own
    shown = ", ".join(f"'{n}', (SELECT json_agg(part{n}) FROM part{n})" for n in range(1, len(parts)))
    text = f"WITH {', '.join(parts)} SELECT json_build_object({shown})::text WHERE EXISTS (SELECT FROM part0)"
    return text, values


async def main(recorded: Sequence[tuple[str, list[Any]]]) -> None:
    settings = Settings.from_env(os.environ)
    text, values = statement_of(recorded)
    pool: Any = await asyncpg.create_pool(
        settings.database_url,
        min_size=settings.pool.database_min,
        max_size=settings.pool.database_max,
        connection_class=PooledConnection,
    )

    async def answer(request: Request) -> Response:
        await request.body()
        made = await pool.fetchval(text, *values)
        return Response(made, media_type="application/json", status_code=401 if made is None else 200)

    await serve(Starlette(routes=[Route("/graphql", answer, methods=["POST"])]), int(sys.argv[1]))
    await pool.close()


if __name__ == "__main__":
    kept = pickle.loads(Path(os.environ[STATEMENTS]).read_bytes())
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(main(kept))

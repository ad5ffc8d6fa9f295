"""Twenty suggestions with parts, evidence and common starts through HTTP, over 100,000 people: the first look of
each viewer, which counts impressions, and further looks. One serving process with everything on."""

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import orjson

from benchmarks._support import Serving, ask_once, load, percentile_of, post_graphql, run_with_database, served
from benchmarks._table import row
from benchmarks.matching_sql import PEOPLE, fill
from benchmarks.page_ours import BUDGET
from server.domain.actors import SYSTEM
from server.embedded import EmbeddedServers, ServerUrls
from server.models.database import connection, migrate_database
from server.services import logins

VIEWERS, SIZE = 200, 20
SECONDS = 12.0
PAGE = """
query { recommendations(format: CLASSIC, first: 20) { edges { node { score state
  profile { id name headline }
  explanation { score parts { side name value weight contribution share }
    evidence { nearness worth needed { label } offered { label } } starts { at yours theirs } contested
    raises { side name gain } }
} } } }
"""
LIST = "query { recommendations(format: CLASSIC, first: 20) { edges { node { score profile { id name } } } } }"
_SEEKERS = """
SELECT u.email FROM app_user u WHERE EXISTS (
    SELECT FROM profile_skill s WHERE s.profile_id = u.id AND s.direction = 'sought') ORDER BY u.id LIMIT $1
"""


def run() -> Iterator[str]:
    """Yield the lines of the report."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        servers = EmbeddedServers.for_tests(Path(folder) / "servers")
        urls = servers.start()
        try:
            asyncio.run(migrate_database(urls.database_url))
            tokens = run_with_database(urls.database_url, _prepare)
            with served("benchmarks.page_ours", _environment(urls, folder)) as serving:
                yield from _measure(serving, tokens)
        finally:
            servers.stop()


async def _prepare() -> list[str]:
    await fill(PEOPLE)
    _, rows = await connection().execute_query(_SEEKERS, [VIEWERS])
    return [(await logins.open_login(SYSTEM, email=row["email"], user_agent="benchmark")).token for row in rows]


def _environment(urls: ServerUrls, folder: str) -> dict[str, str]:
    own = {
        "DATABASE_URL": urls.database_url,
        "REDIS_URL": urls.redis_url,
        "ALONGSIDE_DATA_DIR": folder,
        "ALONGSIDE_SECRET_KEY": "k" * 40,
        "ALONGSIDE_LOG_LEVEL": "warning",
    }
    return {**os.environ, **own, **BUDGET}


def _measure(serving: Serving, tokens: list[str]) -> Iterator[str]:
    pages = [post_graphql(token, PAGE, {}) for token in tokens]
    started = time.perf_counter()
    while not _edges(serving, pages[0]):
        time.sleep(0.2)
    yield f"{PEOPLE:,} people; suggestions from {time.perf_counter() - started:.1f} s after the start"
    first: list[float] = []
    full = []
    for token, page in zip(tokens, pages, strict=True):
        began = time.perf_counter()
        if _edges(serving, page) == SIZE:
            first.append(1000 * (time.perf_counter() - began))
            full.append(token)
    told = f"p50 {percentile_of(first, 50):.0f}, p95 {percentile_of(first, 95):.0f} ms"
    yield f"  {len(full)} of {len(tokens)} viewers have a full page; their first look: {told}"
    for name, goal, requests in (
        ("20 with parts and starts", "p95 60 ms", [post_graphql(token, PAGE, {}) for token in full]),
        ("20 with names alone", "", [post_graphql(token, LIST, {}) for token in full]),
    ):
        done = load(serving, requests, seconds=SECONDS)
        told = f"p50 {done.at(50):.0f}, p95 {done.at(95):.0f} ms, {done.cpu_ms:.0f} ms of CPU"
        memory = serving.process.memory_info().rss / 1e9
        yield row(f"GraphQL, {name}, {PEOPLE:,} people", goal, f"{told}", f"{memory:.2f} GB")


def _edges(serving: Serving, page: bytes) -> int:
    answer = orjson.loads(ask_once(serving, page))
    return 0 if "errors" in answer else len(answer["data"]["recommendations"]["edges"])


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)

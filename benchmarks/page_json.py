"""The page of mentors through the API against one SQL statement that builds the JSON, and against Mercurius with its
JIT, its loaders and pg over the same statements where node and npm are there, in one run.

CPU is that of the serving process; what PostgreSQL computes is its own, and more of it for the one statement.
"""

import asyncio
import pickle
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from benchmarks._npm import is_node_here, served_by_node
from benchmarks._support import Community, Serving, ask_once, community, post_graphql, served
from benchmarks.page import CONNECTIONS, PAGE, VARIABLES, Variant, recorded
from benchmarks.page_ours import BUDGET
from benchmarks.page_plain import STATEMENTS, Recorded
from server.config import Settings
from server.domain.capacity import DEFAULT_PLACES
from server.domain.profiles import SkillLevel
from server.queries.skills import vocabulary

OURS = "the API, everything on"
ONE = "one SQL statement"
BY_HAND = "a Starlette handler by hand"
LEAN = "the leanest handler by hand"
NODE = "Mercurius with JIT, loaders and pg"
PACKAGES = ("mercurius@16.10.1", "fastify@5.12.8", "graphql@16.15.0", "pg@8.23.1")
PEOPLE = 10_000
ROUNDS = 4
SECONDS = 1.5


def run(people: int = PEOPLE, rounds: int = ROUNDS, seconds: float = SECONDS) -> Iterator[str]:
    """Return the lines of the report."""
    with ExitStack() as stack:
        made = stack.enter_context(community(people))
        statements = asyncio.run(recorded(made, made.token, PAGE, VARIABLES))
        sent = len(asyncio.run(recorded(made, made.token, PAGE, VARIABLES, as_sent=True)))
        kept = made.folder / "statements.pickle"
        kept.write_bytes(pickle.dumps(list(statements)))
        request = post_graphql(made.token, PAGE, VARIABLES)
        without = {**BUDGET, "ALONGSIDE_GRAPHQL_COMPILED": "false"}
        variants, whole = [], {}
        if is_node_here():
            serving = stack.enter_context(_node(made, statements))
            variants.append((Variant(NODE, serving, request), _ids(_answers(serving, request)[-1])))
        else:
            yield "node and npm are not here: nothing to say about Mercurius"
        for name, module, more in (
            (OURS, "benchmarks.page_ours", BUDGET),
            ("the API by graphql-core", "benchmarks.page_ours", without),
            (BY_HAND, "benchmarks.page_plain", {STATEMENTS: str(kept)}),
            (LEAN, "benchmarks.page_lean", {STATEMENTS: str(kept)}),
            (ONE, "benchmarks._json_server", {STATEMENTS: str(kept)}),
        ):
            serving = stack.enter_context(served(module, made.environment(**more)))
            whole[name] = _answers(serving, request)[-1]
            variants.append((Variant(name, serving, request), _ids(whole[name])))
        # Told against the API, which comes first.
        variants.sort(key=lambda one: one[0].name != OURS)
        if len({ids for _, ids in variants}) != 1:
            raise RuntimeError("they do not show the same people")
        if not whole[OURS] == whole[BY_HAND] == whole[LEAN]:
            raise RuntimeError("the handlers by hand do not answer as the API")
        for variant, _ in variants:
            variant.settle(2 * seconds)
        for _ in range(rounds):
            for variant, _ in variants:
                variant.measure(seconds)
        yield f"20 mentors with skills, languages, open places; {people:,} people, {CONNECTIONS} connections"
        yield from (variant.line() for variant, _ in variants)
        ours, *others = (variant for variant, _ in variants)
        for other in others:
            yield (
                f"  the API to {other.name}: {ours.cpu_ms / other.cpu_ms:.2f} times its CPU,"
                f" {ours.alone.at(50) / other.alone.at(50):.2f} times its p50;"
                f" {sent} statements against {_count(other.name, sent, len(statements))}"
            )


def _count(name: str, sent: int, whole: int) -> int:
    return {ONE: 1, LEAN: 3, NODE: whole, BY_HAND: whole}.get(name, sent)


def _answers(serving: Serving, request: bytes) -> list[Any]:
    return [orjson.loads(ask_once(serving, request)) for _ in range(3)]


def _node(made: Community, statements: Sequence[tuple[str, list[Any]]]) -> AbstractContextManager[Serving]:
    """Serve the page by node, with the database, the statements and the labels in a file."""
    address = urlsplit(made.urls.database_url)
    pool = Settings.from_env({}).pool
    given = {
        "database": {
            "host": parse_qs(address.query)["host"][0],
            "user": address.username,
            "database": address.path[1:],
            "min": pool.database_min,
            "max": pool.database_max,
        },
        "statements": {name: one._asdict() for name, one in Recorded.of(statements)._asdict().items()},
        "labels": {key: skill.label for key, skill in vocabulary().skills.items()},
        "places": {one.value: places for one, places in DEFAULT_PLACES.items()},
        "levels": {one.value: one.name for one in SkillLevel},
    }
    file: Path = made.folder / "page.json"
    file.write_bytes(orjson.dumps(given, default=str, option=orjson.OPT_NON_STR_KEYS))
    return served_by_node("_json_node.mjs", PACKAGES, str(file))


def _ids(answer: dict[str, dict[str, dict[str, list[dict[str, dict[str, str]]]]]]) -> tuple[str, ...]:
    return tuple(edge["node"]["id"] for edge in answer["data"]["profiles"]["edges"])


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)

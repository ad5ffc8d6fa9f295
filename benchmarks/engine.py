"""A page of 1,000 fields from memory through HTTP: the API as it is, against others that give the same bytes.

One serving process each, in turns, on one machine: a Starlette handler by hand, Strawberry's own view, Mercurius with
its JIT where node and npm are there. CPU per request is that of the serving process; requests per second of CPU is
what one core can do. Then: what planning costs, and what 10,000 different documents do to it.
"""

import asyncio
import os
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import psutil
from graphql import OperationDefinitionNode, parse

from benchmarks._engine_server import QUERY, SIZE, TOKEN, WAY
from benchmarks._npm import is_node_here, served_by_node
from benchmarks._support import Load, Serving, ask_once, load, post_graphql, served
from server.domain.actors import VISITOR, Actor
from server.schema.core.asks import Ask
from server.schema.core.execution import Caller, Engine
from server.schema.core.options import EndpointOptions
from server.schema.core.planning import language_of
from server.schema.plans.plan import make_plan
from server.schema.plans.tree import Asked
from server.schema.root import schema

ROUNDS = 5
SECONDS = 1.5
CONNECTIONS = 4
WAYS = ("ours", "by hand", "stock", "stock with caches", "ours by graphql-core")
NODE = "Mercurius with JIT"
PACKAGES = ("mercurius@16.10.1", "fastify@5.12.8", "graphql@16.15.0")
DOCUMENTS = Path(__file__).parents[1] / "tests" / "documents"
DISTINCT = 10_000


@dataclass
class Variant:
    """One way to serve the page, and what was measured of it."""

    name: str
    serving: Serving
    load: Load = field(default_factory=Load)

    @property
    def per_core(self) -> float:
        """Requests in a second of the serving process's CPU."""
        return len(self.load.latencies) / self.load.cpu_seconds

    def line(self) -> str:
        """Return what was measured."""
        return (
            f"  {self.name}: {1000 * self.load.cpu_ms:.0f} us of CPU a request, {self.per_core:.0f} requests for a"
            f" second of it; {self.load.per_second:.0f} requests/s, p50 {self.load.at(50):.2f} ms"
        )


def run(rounds: int = ROUNDS, seconds: float = SECONDS, distinct: int = DISTINCT) -> Iterator[str]:
    """Return the lines of the report; each way is measured for `seconds` in each round."""
    request = post_graphql(TOKEN, QUERY, {"first": SIZE})
    with ExitStack() as stack:
        variants = [_warm(Variant(way, stack.enter_context(_python(way))), request) for way in WAYS]
        if is_node_here():
            variants.insert(
                3, _warm(Variant(NODE, stack.enter_context(served_by_node("_engine_node.mjs", PACKAGES))), request)
            )
        else:
            yield "node and npm are not here: nothing to say about Mercurius"
        for _ in range(rounds):
            for variant in variants:
                variant.load.add(load(variant.serving, [request], seconds=seconds, connections=CONNECTIONS))
    yield f"{SIZE * 10:,} fields from memory, {CONNECTIONS} connections"
    yield from (variant.line() for variant in variants)
    ours, *others = variants
    for other in others:
        yield (
            f"  ours to {other.name}: {ours.per_core / other.per_core:.2f} of its requests for a second of CPU,"
            f" {ours.load.per_second / other.load.per_second:.2f} of its requests/s"
        )
    yield from _planning()
    yield asyncio.run(_many_documents(distinct))


def _python(way: str) -> AbstractContextManager[Serving]:
    return served("benchmarks._engine_server", {**os.environ, WAY: way})


def _warm(variant: Variant, request: bytes) -> Variant:
    """Ask some times, and make sure that the answer is right."""
    rows = [orjson.loads(ask_once(variant.serving, request)) for _ in range(5)][-1]["data"]["rows"]
    if len(rows) != SIZE or rows[-1]["score"] != (SIZE - 1) / 8 or set(rows[-1]) != set(rows[0]) or len(rows[0]) != 10:
        raise RuntimeError(f"{variant.name} answers something else")
    return variant


def _planning() -> Iterator[str]:
    """Say what it takes to plan the clients' own documents."""
    language = language_of(schema)
    texts = [path.read_text() for path in sorted(DOCUMENTS.glob("*.graphql"))]
    asked = [
        Asked.of(document, node)
        for document in map(parse, texts)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    plans, times = [], []
    make_plan(language, asked[0], {})
    tracemalloc.start()
    for one in asked:
        started = time.perf_counter()
        plans.append(make_plan(language, one, {}))
        times.append(1000 * (time.perf_counter() - started))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    times.clear()
    for one in asked:
        started = time.perf_counter()
        make_plan(language, one, {})
        times.append(1000 * (time.perf_counter() - started))
    times.sort()
    yield (
        f"planning {len(plans)} operations of clients: p50 {times[len(times) // 2]:.1f} ms, at most {times[-1]:.1f} ms;"
        f" {size / len(plans) / 1024:.0f} KiB a plan"
    )


async def _many_documents(count: int) -> str:
    """Say what it takes to ask ever new documents, each twice, and how much of them stays."""

    async def authenticate(_: object) -> Actor:
        return VISITOR

    engine, caller = Engine(schema, EndpointOptions(authenticate=authenticate)), Caller(VISITOR, "benchmark")
    process = psutil.Process()
    before, highest = process.memory_info().rss, 0
    started = time.process_time()
    for number in range(count):
        ask = Ask(query=f"{{ skillGroups {{ a{number}: id label groups {{ __typename }} }} }}")
        for _ in range(2):
            await engine.answer(engine.prepare(ask), ask, caller)
        highest = max(highest, process.memory_info().rss)
    spent = time.process_time() - started
    return (
        f"{count:,} different documents, each asked twice: {1000 * spent / count:.1f} ms of CPU each,"
        f" at most {(highest - before) / 2**20:.0f} MiB more memory; the newest 1,000 are kept"
    )


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)

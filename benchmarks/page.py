"""The cost of "20 mentors with skills, languages, open places" through HTTP, as ratios to two others of the same run.

One serving process each, in turns, on one machine: the API with everything on; a hand-written Starlette handler with
the same statements; the same types on stock Strawberry with DataLoaders. All three must give the same answer.
"""

import asyncio
import logging
import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from benchmarks._support import Community, Load, Serving, ask_once, community, idle_cpu, load, post_graphql, served
from benchmarks.page_ours import BUDGET
from benchmarks.page_plain import STATEMENTS
from benchmarks.skill_search import mistyped_labels
from server.models import reading
from server.models.database import database
from server.schema.authentication import Authenticator, LoginCookie
from server.schema.core.ids import encode_id
from server.schema.core.options import EndpointOptions
from server.schema.endpoint import GraphQLEndpoint
from server.schema.root import schema

PEOPLE = 10_000
ROUNDS = 4
SECONDS = 1.5
CONNECTIONS = 4

PAGE = """
query Mentors($filter: ProfileFilter!, $first: Int!) {
  profiles(filter: $filter, first: $first) {
    edges {
      node {
        id
        name
        headline
        skills { direction level skill { id label } }
        languages { code proficiency }
        openPlaces { format places }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
VARIABLES = {"filter": {"hasOpenPlaces": True}, "first": 20}
FIND = "query Find($filter: ProfileFilter!) { profiles(filter: $filter) { edges { node { id name headline } } } }"
SKILLS = "query Skills($text: String!) { skills(text: $text) { edges { node { skill { id label } matched } } } }"


@dataclass
class Variant:
    """One way to serve the page, and what was measured of it: alone on a connection, and several at once."""

    name: str
    serving: Serving
    request: bytes
    idle: float = 0.0
    """CPU seconds of the process in a second without requests: no request's either."""
    alone: Load = field(default_factory=Load)
    together: Load = field(default_factory=Load)

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU for a request of several at once, less what the process uses without any."""
        return self.together.cpu_ms - 1000 * self.idle / self.together.per_second

    def settle(self, seconds: float) -> None:
        """Ask some times, wait until nothing but requests takes CPU, and look for so long at what still does."""
        for _ in range(3):
            ask_once(self.serving, self.request)
        self.idle = idle_cpu(self.serving, seconds)

    def measure(self, seconds: float) -> None:
        """Add a turn."""
        self.alone.add(load(self.serving, [self.request], seconds=seconds / 2))
        self.together.add(load(self.serving, [self.request], seconds=seconds / 2, connections=CONNECTIONS))

    def line(self) -> str:
        """Return what was measured."""
        alone, together = self.alone, self.together
        return (
            f"  {self.name}: {together.per_second:.0f} requests/s over {CONNECTIONS} connections; "
            f"alone p50 {alone.at(50):.1f} ms, p95 {alone.at(95):.1f} ms; CPU {self.cpu_ms:.2f} ms a request"
            f" and {1000 * self.idle:.0f} ms a second without any"
        )


def run(people: int = PEOPLE, rounds: int = ROUNDS, seconds: float = SECONDS) -> Iterator[str]:
    """Return the lines of the report. A turn of a variant takes `seconds`; latencies are measured as long."""
    with ExitStack() as stack:
        made = stack.enter_context(community(people))
        yield f"{people:,} people made in {made.seeded_seconds:.1f} s"
        statements = asyncio.run(recorded(made, made.token, PAGE, VARIABLES))
        sent = len(asyncio.run(recorded(made, made.token, PAGE, VARIABLES, as_sent=True)))
        variants = _variants(stack, made, statements)
        _check_answers(variants)
        for variant in variants:
            variant.settle(2 * seconds)
        for _ in range(rounds):
            for variant in variants:
                variant.measure(seconds)
        yield f"20 mentors with skills, languages, open places: {len(statements)} statements, by the API as {sent}"
        yield from (variant.line() for variant in variants)
        yield from _ratios(variants)
        yield "latency through HTTP, one connection"
        yield from _latencies(variants[0].serving, made, seconds)


async def recorded(
    made: Community, token: str, query: str, variables: Mapping[str, Any], *, as_sent: bool = False
) -> list[tuple[str, list[Any]]]:
    """Return the API's statements for a page with their values, as it sends them, or before it joins any in one."""
    heard: list[tuple[str, list[Any]]] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.msg == "%s: %s" and isinstance(record.args, tuple):
                heard.append((str(record.args[0]), list(record.args[1])))  # type: ignore[call-overload]  # a list of values

    log, ear = logging.getLogger("tortoise.db_client"), Ear(logging.DEBUG)
    endpoint = GraphQLEndpoint(schema, EndpointOptions(Authenticator(LoginCookie("alongside", is_secure=False))))
    body = {"query": query, "variables": variables}
    async with (
        database(made.urls.database_url),
        httpx.AsyncClient(transport=httpx.ASGITransport(endpoint), base_url="http://bench.test") as client,
    ):
        before, joined = log.level, reading.MOST_JOINED
        log.addHandler(ear)
        log.setLevel(logging.DEBUG)
        reading.MOST_JOINED = joined if as_sent else 1
        try:
            answer = await client.post("/", json=body, headers={"authorization": f"Bearer {token}"})
        finally:
            reading.MOST_JOINED = joined
            log.setLevel(before)
            log.removeHandler(ear)
    if "errors" in answer.json():
        raise RuntimeError(answer.text)
    return heard


def _variants(stack: ExitStack, made: Community, statements: Sequence[tuple[str, list[Any]]]) -> list[Variant]:
    recorded = made.folder / "statements.pickle"
    recorded.write_bytes(pickle.dumps(list(statements)))
    request = post_graphql(made.token, PAGE, VARIABLES)
    ours = stack.enter_context(served("benchmarks.page_ours", made.environment(**BUDGET)))
    plain = stack.enter_context(served("benchmarks.page_plain", made.environment(**{STATEMENTS: str(recorded)})))
    stock = stack.enter_context(served("benchmarks.page_stock", made.environment()))
    return [
        Variant("the API, everything on", ours, request),
        Variant("by hand, same statements", plain, request),
        Variant("stock Strawberry", stock, request),
        Variant("stock Strawberry with its caches", stock, request.replace(b"POST /graphql", b"POST /cached", 1)),
    ]


def _check_answers(variants: Sequence[Variant]) -> None:
    first, *others = (orjson.loads(ask_once(one.serving, one.request)) for one in variants)
    if "errors" in first or not first["data"]["profiles"]["edges"]:
        raise RuntimeError(f"no page to measure: {first}")
    for variant, answer in zip(variants[1:], others, strict=True):
        if answer != first:
            raise RuntimeError(f"{variant.name} answers otherwise: {answer} instead of {first}")


def _ratios(variants: Sequence[Variant]) -> Iterator[str]:
    ours, *others = variants
    for other in others:
        yield (
            f"  to {other.name}: {ours.together.per_second / other.together.per_second:.2f} of its requests/s, "
            f"{ours.alone.at(50) / other.alone.at(50):.2f} of its p50, "
            f"{ours.cpu_ms / other.cpu_ms:.2f} of its CPU"
        )


def _latencies(ours: Serving, made: Community, seconds: float) -> Iterator[str]:
    """Measure the directory by several filters, and the skill search by mistyped labels."""
    typed, _ = mistyped_labels(200)
    found = orjson.loads(ask_once(ours, post_graphql(made.token, SKILLS, {"text": "courier"})))
    skill = found["data"]["skills"]["edges"][0]["node"]["skill"]["id"]
    filters: dict[str, Any] = {
        "directory, by what I seek": {},
        "directory, a skill": {"skills": [skill]},
        "directory, a top group": {"skills": [encode_id("SkillGroup", "S1")]},
        "directory, language and zone": {"languages": [{"code": "pt"}], "withinHours": 3},
        "directory, text": {"text": "cour"},
    }
    asked = {name: [post_graphql(made.token, FIND, {"filter": one})] for name, one in filters.items()}
    asked["skill search"] = [post_graphql(made.token, SKILLS, {"text": text}) for text in typed]
    for name, requests in asked.items():
        measured = load(ours, requests, seconds=seconds)
        yield f"  {name}: " + ", ".join(f"p{each} {measured.at(each):.1f} ms" for each in (50, 95, 99))


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)

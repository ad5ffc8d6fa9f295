"""The page of mentors through the API against one SQL statement that builds the JSON, in one run.

CPU is that of the serving process; what PostgreSQL computes is its own, and more of it for the one statement.
"""

import asyncio
import pickle
from collections.abc import Iterator
from contextlib import ExitStack

import orjson

from benchmarks._support import ask_once, community, post_graphql, served
from benchmarks.page import CONNECTIONS, PAGE, VARIABLES, Variant, _recorded
from benchmarks.page_ours import BUDGET
from benchmarks.page_plain import STATEMENTS

PEOPLE = 10_000
ROUNDS = 4
SECONDS = 1.5


def run(people: int = PEOPLE, rounds: int = ROUNDS, seconds: float = SECONDS) -> Iterator[str]:
    """Return the lines of the report."""
    with ExitStack() as stack:
        made = stack.enter_context(community(people))
        statements = asyncio.run(_recorded(made))
        kept = made.folder / "statements.pickle"
        kept.write_bytes(pickle.dumps(list(statements)))
        request = post_graphql(made.token, PAGE, VARIABLES)
        without = {**BUDGET, "ALONGSIDE_GRAPHQL_COMPILED": "false"}
        variants = []
        for name, module, more in (
            ("the API, everything on", "benchmarks.page_ours", BUDGET),
            ("the API by graphql-core", "benchmarks.page_ours", without),
            ("one SQL statement", "benchmarks._json_server", {STATEMENTS: str(kept)}),
        ):
            serving = stack.enter_context(served(module, made.environment(**more)))
            answers = [orjson.loads(ask_once(serving, request)) for _ in range(3)]
            variants.append((Variant(name, serving, request), _ids(answers[-1])))
        if len({ids for _, ids in variants}) != 1:
            raise RuntimeError("they do not show the same people")
        for _ in range(rounds):
            for variant, _ in variants:
                variant.measure(seconds)
        yield f"20 mentors with skills, languages, open places; {people:,} people, {CONNECTIONS} connections"
        yield from (variant.line() for variant, _ in variants)
        ours, *others = (variant for variant, _ in variants)
        for other in others:
            yield (
                f"  the API to {other.name}: {ours.together.cpu_ms / other.together.cpu_ms:.2f} times its CPU,"
                f" {ours.alone.at(50) / other.alone.at(50):.2f} times its p50;"
                f" {len(statements)} statements against 1"
            )


def _ids(answer: dict[str, dict[str, dict[str, list[dict[str, dict[str, str]]]]]]) -> tuple[str, ...]:
    return tuple(edge["node"]["id"] for edge in answer["data"]["profiles"]["edges"])


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)

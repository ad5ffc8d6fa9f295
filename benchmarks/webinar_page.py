"""A webinar with its 50 questions, as one of its audience reads it, against one SQL statement that reads it as JSON.

The one statement is made of those that the API sends, recorded with their values: the same rows under the same rules,
each statement's as an array of objects. Nothing but its text is sent on. CPU is that of the serving process.
"""

import asyncio
import pickle
from collections.abc import Iterator
from contextlib import ExitStack

import orjson

from benchmarks._rows_server import STATEMENTS
from benchmarks._support import Community, ask_once, community, post_graphql, run_with_database, served
from benchmarks._webinar import stage
from benchmarks.page import CONNECTIONS, Variant, recorded
from benchmarks.page_ours import BUDGET
from server.domain.actors import SYSTEM
from server.models.identity import User
from server.schema.core.ids import encode_id
from server.services import logins

QUESTIONS = 50
AUDIENCE = 200
ROUNDS = 4
SECONDS = 1.5
PAGE = """
query Page($id: ID!) {
  node(id: $id) { ... on Webinar { id title state startsAt questionsOpen } }
  webinarQuestions(webinarId: $id, first: 50) {
    edges { node { id number text state votes voted labels author { pseudonym profile { id name } } answers { text } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


def run(rounds: int = ROUNDS, seconds: float = SECONDS) -> Iterator[str]:
    """Return the lines of the report."""
    with ExitStack() as stack:
        made = stack.enter_context(community(200))
        webinar_id, token = run_with_database(made.urls.database_url, _fill)
        variables = {"id": webinar_id}
        statements = asyncio.run(recorded(made, token, PAGE, variables))
        sent = len(asyncio.run(recorded(made, token, PAGE, variables, as_sent=True)))
        kept = made.folder / "statements.pickle"
        kept.write_bytes(pickle.dumps(list(statements)))
        variants = list(_variants(stack, made, post_graphql(token, PAGE, variables), str(kept)))
        for variant in variants:
            variant.settle(2 * seconds)
        for _ in range(rounds):
            for variant in variants:
                variant.measure(seconds)
        yield f"a webinar with {QUESTIONS} questions, {CONNECTIONS} connections"
        yield from (variant.line() for variant in variants)
        ours, *others = variants
        for other in others:
            yield (
                f"  the API to {other.name}: {ours.cpu_ms / other.cpu_ms:.2f} times its CPU,"
                f" {ours.alone.at(50) / other.alone.at(50):.2f} times its p50;"
                f" {sent} statements of the API"
            )


async def _fill() -> tuple[str, str]:
    of = await stage(AUDIENCE, QUESTIONS)
    who = await User.get(id=of.audience[0].require_user())
    login = await logins.open_login(SYSTEM, email=who.email or "", user_agent="benchmark")
    return encode_id("Webinar", of.webinar_id), login.token


def _variants(stack: ExitStack, made: Community, request: bytes, kept: str) -> Iterator[Variant]:
    for name, module, more in (
        ("the API, everything on", "benchmarks.page_ours", BUDGET),
        ("the API by graphql-core", "benchmarks.page_ours", {**BUDGET, "ALONGSIDE_GRAPHQL_COMPILED": "false"}),
        ("one SQL statement", "benchmarks._rows_server", {STATEMENTS: kept}),
    ):
        variant = Variant(name, stack.enter_context(served(module, made.environment(**more))), request)
        answers = [ask_once(variant.serving, request) for _ in range(3)]
        # Both hold each question's words once at least.
        if any(b"Question %d:" % number not in answers[-1] for number in range(QUESTIONS)):
            raise RuntimeError(f"{name} answers something else: {orjson.loads(answers[-1])}")
        yield variant


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)

"""The profile shafts behind one schema, run without a transport, as a given actor."""

from inspect import isawaitable
from typing import Any

import strawberry
from graphql import execute, parse

from server.domain.actors import Actor
from server.schema.availability_mutations import AvailabilityMutation
from server.schema.core.building import build_schema, core_schema
from server.schema.core.context import Context
from server.schema.core.ids import encode_id
from server.schema.core.nodes import NodeQuery
from server.schema.directory import DirectoryQuery
from server.schema.history_mutations import HistoryMutation
from server.schema.me import MeQuery
from server.schema.profile_mutations import ProfileMutation
from server.schema.profiles import ProfileQuery
from server.schema.safety import SafetyMutation
from server.schema.skills import SkillQuery


@strawberry.type
class Query(MeQuery, ProfileQuery, DirectoryQuery, SkillQuery, NodeQuery):
    """What the profile shafts can be asked."""


@strawberry.type
class Mutation(ProfileMutation, HistoryMutation, AvailabilityMutation, SafetyMutation):
    """What the profile shafts can do."""


schema = build_schema(Query, Mutation)


def profile_id(who: Actor) -> str:
    """Return the global id of somebody's profile."""
    return encode_id("Profile", who.require_profile())


async def run(actor: Actor, document: str, **variables: Any) -> dict[str, Any]:
    """Run an operation and return its data; any error fails the test."""
    data, codes = await attempt(actor, document, **variables)
    assert codes == []
    assert data is not None
    return data


async def attempt(actor: Actor, document: str, **variables: Any) -> tuple[dict[str, Any] | None, list[str]]:
    """Run an operation and return its data and the codes of its errors."""
    context = Context(actor=actor, request_id="test")
    try:
        result: Any = execute(core_schema(schema), parse(document), context_value=context, variable_values=variables)
        if isawaitable(result):
            result = await result
    finally:
        await context.batches.close()
    codes = [getattr(error.original_error, "code", repr(error)) for error in result.errors or []]
    return result.data, codes


async def do(actor: Actor, name: str, form: dict[str, Any], selection: str = "__typename") -> dict[str, Any]:
    """Run a mutation and return its payload or refusal."""
    stem = name[0].upper() + name[1:]
    document = (
        f"mutation($form: {stem}Input!) {{ {name}(input: $form) {{ __typename "
        f"... on Refusal {{ code message }} ... on InvalidInput {{ fields {{ path code }} }} "
        f"... on LimitReached {{ limit }} ... on {stem}Payload {{ {selection} }} }} }}"
    )
    answer: dict[str, Any] = (await run(actor, document, form=form))[name]
    return answer

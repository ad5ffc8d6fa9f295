"""Runs operations over the schema of requests, mentorships and sessions, as somebody."""

from collections.abc import Mapping
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import ExecutionResult, execute, parse, subscribe

from server.domain.actors import Actor
from server.schema.core.building import build_schema, core_schema
from server.schema.core.context import Context
from server.schema.core.nodes import NodeQuery
from server.schema.mentorships import MentorshipMutation, MentorshipQuery
from server.schema.request_mutations import RequestMutation
from server.schema.requests import RequestQuery
from server.schema.session_agenda_mutations import SessionAgendaMutation
from server.schema.session_floor_mutations import SessionFloorMutation
from server.schema.session_mutations import SessionMutation
from server.schema.session_papers_mutations import SessionPaperMutation
from server.schema.sessions import SessionQuery
from server.schema.subscriptions import Subscription


@strawberry.type
class Query(RequestQuery, MentorshipQuery, SessionQuery, NodeQuery):
    """The queries under test."""


@strawberry.type
class Mutation(
    RequestMutation,
    MentorshipMutation,
    SessionMutation,
    SessionFloorMutation,
    SessionAgendaMutation,
    SessionPaperMutation,
):
    """The mutations under test."""


schema = core_schema(build_schema(Query, Mutation, Subscription))


async def ask(who: Actor, query: str, **variables: Any) -> Any:
    """Execute an operation as somebody and return its data; an error fails the test."""
    result = await answer(who, query, **variables)
    assert result.errors is None, result.errors
    return result.data


async def answer(who: Actor, query: str, **variables: Any) -> ExecutionResult:
    """Execute an operation as somebody."""
    context = Context(actor=who, request_id="test")
    try:
        result: Any = execute(schema, parse(query), context_value=context, variable_values=variables)
        return await result if isawaitable(result) else result
    finally:
        await context.batches.close()


async def follow(who: Actor, query: str, tools: Mapping[type[Any], Any], **variables: Any) -> Any:
    """Start a subscription as somebody; an iterator of results, or one result that refuses."""
    context = Context(actor=who, request_id="test", tools=tools)
    return await subscribe(schema, parse(query), context_value=context, variable_values=variables)

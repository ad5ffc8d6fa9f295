"""Runs an operation of the toy schema without a door."""

from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, execute, parse

from server.domain.actors import VISITOR
from server.schema.core.context import Context
from tests.schema.core.toy import Journal, schema


async def ask(query: str, journal: Journal | None = None, **variables: Any) -> ExecutionResult:
    """Execute a query as a visitor and close its context."""
    context = Context(actor=VISITOR, request_id="test", tools={Journal: journal or Journal()})
    try:
        result: Any = execute(schema._schema, parse(query), context_value=context, variable_values=variables)
        return await result if isawaitable(result) else result
    finally:
        await context.batches.close()

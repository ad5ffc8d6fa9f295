"""Runs one prepared operation over graphql-core: variables, cost, deadline, batches, events. Knows no transport."""

import asyncio
import warnings
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, cast

import strawberry
from graphql import ExecutionResult
from graphql.execution import Executor, create_source_event_stream
from strawberry.execution import optimized_is_awaitable

from server.domain.actors import Actor
from server.schema.core.asks import Ask
from server.schema.core.building import core_schema
from server.schema.core.context import Context
from server.schema.core.cost import count_objects
from server.schema.core.documents import Documents, Operation
from server.schema.core.limits import too_complex
from server.schema.core.options import EndpointOptions
from server.schema.core.problems import DocumentProblem, RequestProblem, format_errors
from server.schema.core.shaping import ShapingExecutor

# Cancelled between two levels, graphql-core drops coroutines it had not started yet. Nothing in them has run, so
# nothing is lost; Python would still print a warning for each.
warnings.filterwarnings("ignore", message=r"coroutine '(Executor|GraphQLCoreConverter)\.", category=RuntimeWarning)

Payload = dict[str, Any]
MAX_VARIABLE_ERRORS = 20


@dataclass(frozen=True)
class Caller:
    """Who runs an operation, from where, under which request id; and where cookies go, if the door can set any."""

    actor: Actor
    request_id: str
    client_host: str | None = None
    user_agent: str = ""
    origin: str = ""
    response_cookies: list[str] | None = field(default=None, compare=False)

    @property
    def budget_key(self) -> str:
        """Return the name of this caller's cost budget: the user's, or the host's for a visitor."""
        if self.actor.user_id is not None:
            return f"user:{self.actor.user_id}"
        return f"host:{self.client_host or 'unknown'}"


class StreamRefused(RequestProblem):
    """A subscription whose source could not be opened; holds the errors as the client may see them."""

    def __init__(self, errors: list[Payload]) -> None:
        super().__init__(str(errors[0]["extensions"]["code"]), str(errors[0]["message"]))
        self.errors = errors

    def formatted(self, request_id: str) -> list[Payload]:  # noqa: ARG002 - they carry the id already
        """Return the errors of the response."""
        return self.errors


class Engine:
    """One schema with its documents and options, ready to answer."""

    def __init__(self, schema: strawberry.Schema, options: EndpointOptions) -> None:
        self.options = options
        self._schema = core_schema(schema)
        self._documents = Documents(
            self._schema,
            options.limits,
            mode=options.trust_mode,
            manifest=options.trusted_documents,
            with_suggestions=options.development,
            with_introspection=options.introspection,
        )

    def prepare(self, ask: Ask) -> Operation:
        """Return the operation a request names, valid and within limits, or raise a RequestProblem."""
        return self._documents.find(ask).pick(ask.operation_name)

    async def answer(self, operation: Operation, ask: Ask, caller: Caller) -> Payload:
        """Execute a query or a mutation and return the response, or raise a RequestProblem."""
        context = self._context(caller)
        executor = self._executor(operation, ask, context)
        cost = await self._charge(operation, executor, caller)
        try:
            async with asyncio.timeout(self.options.deadline):
                result: Any = executor.execute_operation()
                if isawaitable(result):
                    result = await result
        except TimeoutError as error:
            raise RequestProblem("deadline_exceeded", "The operation took too long and was stopped.") from error
        finally:
            await context.batches.close()
        used = min(cost, count_objects(result.data))
        await self._refund(caller, cost - used)
        payload = _payload(result, caller.request_id)
        if ask.wants_cost:
            payload["extensions"] = {"cost": {"requested": cost, "actual": used}}
        return payload

    async def open(
        self, operation: Operation, ask: Ask, current: Callable[[], Caller]
    ) -> AsyncGenerator[Payload, None]:
        """Start a subscription and return its responses, or raise a RequestProblem.

        `current` tells who the caller is now; each event asks again. Close the generator to end the subscription.
        """
        caller = current()
        context = self._context(caller)
        executor = self._executor(operation, ask, context)
        await self._charge(operation, executor, caller)
        try:
            source = await self._source(executor)
        except BaseException:
            await context.batches.close()
            raise
        if isinstance(source, ExecutionResult):
            await context.batches.close()
            raise StreamRefused(format_errors(source.errors or [], caller.request_id))
        return self._events(executor, source, context, current)

    async def _source(self, executor: Executor[Any]) -> Any:
        try:
            async with asyncio.timeout(self.options.deadline):
                source: Any = create_source_event_stream(executor)
                return await source if isawaitable(source) else source
        except TimeoutError as error:
            raise RequestProblem("deadline_exceeded", "The subscription took too long to start.") from error

    async def _events(
        self, executor: Executor[Any], source: Any, context: Context, current: Callable[[], Caller]
    ) -> AsyncGenerator[Payload, None]:
        events: AsyncIterable[Any] = source
        try:
            async with aclosing(source):
                async for event in events:
                    yield await self._event(executor.build_per_event_executor(event), current())
        finally:
            await context.batches.close()

    async def _event(self, executor: Executor[Any], caller: Caller) -> Payload:
        context = executor.context_value = self._context(caller)
        try:
            async with asyncio.timeout(self.options.deadline):
                result: Any = executor.execute_operation(False)
                if isawaitable(result):
                    result = await result
        finally:
            await context.batches.close()
        return _payload(result, caller.request_id)

    def _context(self, caller: Caller) -> Context:
        return Context(
            actor=caller.actor,
            request_id=caller.request_id,
            tools=self.options.tools,
            client_host=caller.client_host,
            user_agent=caller.user_agent,
            origin=caller.origin,
            response_cookies=caller.response_cookies,
        )

    def _executor(self, operation: Operation, ask: Ask, context: Context) -> ShapingExecutor[Any]:
        built = ShapingExecutor.build(
            self._schema,
            operation.document,
            context_value=context,
            raw_variable_values=ask.variables,
            operation_name=operation.name,
            max_coercion_errors=MAX_VARIABLE_ERRORS,
            is_awaitable=cast("Any", optimized_is_awaitable),
            hide_suggestions=not self.options.development,
        )
        if isinstance(built, list):
            raise DocumentProblem("invalid_variables", built)
        executor = cast("ShapingExecutor[Any]", built)
        executor.shapes = operation.shapes
        return executor

    async def _charge(self, operation: Operation, executor: Executor[Any], caller: Caller) -> int:
        cost = operation.plan.cost(executor.variable_values.coerced)
        if cost > self.options.limits.cost:
            details = {"cost": cost, "limit": self.options.limits.cost}
            problem = too_complex("The operation can return more objects than one request may ask for.")
            problem.details.update(details)
            raise problem
        budget = self.options.cost_budget
        retry_after = None if budget is None else await budget.charge(caller.budget_key, cost)
        if retry_after is not None:
            raise RequestProblem(
                "rate_limited",
                f"Too much was asked for in a short time. Try again in {retry_after} s.",
                details={"retryAfter": retry_after, "cost": cost},
                headers={"retry-after": str(retry_after)},
            )
        return cost

    async def _refund(self, caller: Caller, unused: int) -> None:
        if self.options.cost_budget is not None and unused > 0:
            await self.options.cost_budget.refund(caller.budget_key, unused)


def _payload(result: ExecutionResult, request_id: str) -> Payload:
    payload: Payload = {"data": result.data}
    if result.errors:
        payload["errors"] = format_errors(result.errors, request_id)
    return payload

"""Answers prepared operations: variables, cost, deadline, batches, events, metrics. Knows no transport."""

import warnings
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import aclosing
from functools import cache, lru_cache
from inspect import isawaitable
from time import perf_counter
from typing import Any

import msgspec
import strawberry
from graphql import ExecutionResult
from graphql.execution import Executor, create_source_event_stream
from graphql.execution.values import VariableValues

from server.domain.actors import Actor, UserId
from server.kit.alarms import Alarms, Deadline
from server.models.reading import ReadsTogether
from server.observability.metrics import GRAPHQL_COST, GRAPHQL_OPERATIONS, GRAPHQL_SECONDS, GRAPHQL_SUBSCRIPTIONS
from server.observability.tallies import Count, Durations
from server.schema.core.asks import Ask
from server.schema.core.building import core_schema
from server.schema.core.context import Context
from server.schema.core.documents import Documents, Operation
from server.schema.core.limits import too_complex
from server.schema.core.options import EndpointOptions
from server.schema.core.planning import language_of
from server.schema.core.problems import RequestProblem, format_errors
from server.schema.core.runs import Answer, Following, Outcome, Payload, Runner

# Cancelled between two levels, graphql-core drops coroutines it had not started yet. Nothing in them has run, so
# nothing is lost; Python would still print a warning for each.
warnings.filterwarnings("ignore", message=r"coroutine '(Executor|GraphQLCoreConverter)\.", category=RuntimeWarning)

_COST = GRAPHQL_COST.labels()


class Caller(msgspec.Struct, frozen=True):
    """Who runs an operation, from where, under which request id; and where cookies go, if the door can set any."""

    actor: Actor
    request_id: str
    client_host: str | None = None
    user_agent: str = ""
    origin: str = ""
    response_cookies: list[str] | None = None

    def now_as(self, actor: Actor) -> "Caller":
        """Return the same caller with the rights they have now."""
        return msgspec.structs.replace(self, actor=actor)

    @property
    def budget_key(self) -> str:
        """Return the name of this caller's cost budget: the user's, or the host's for a visitor."""
        user_id = self.actor.user_id
        if user_id is not None:
            return _key_of(user_id)
        return f"host:{self.client_host or 'unknown'}"


@lru_cache(maxsize=1_024)
def _key_of(user_id: UserId) -> str:
    return f"user:{user_id}"


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
        self._alarms = Alarms(options.deadline)
        core = core_schema(schema)
        self._runner = Runner(core, hide_suggestions=not options.development)
        self._documents = Documents(
            core,
            options.limits,
            mode=options.trust_mode,
            manifest=options.trusted_documents,
            with_suggestions=options.development,
            with_introspection=options.introspection,
            language=language_of(schema) if options.compiled else None,
        )

    def prepare(self, ask: Ask) -> Operation:
        """Return the operation a request names, valid and within limits, or raise a RequestProblem."""
        return self._documents.find(ask).pick(ask.operation_name)

    async def answer(self, operation: Operation, ask: Ask, caller: Caller) -> Answer:
        """Execute a query or a mutation and return the response, or raise a RequestProblem."""
        started, told = perf_counter(), "refused"
        try:
            outcome, extensions = await self._answer(operation, ask, caller)
            told = "error" if outcome.errors else "ok"
        except RequestProblem as problem:
            told = "deadline" if problem.code == "deadline_exceeded" else "refused"
            raise
        finally:
            _count(operation, told, perf_counter() - started)
        return _answer_of(outcome, caller.request_id, extensions)

    async def _answer(self, operation: Operation, ask: Ask, caller: Caller) -> tuple[Outcome, Payload | None]:
        variables = self._runner.variables(operation, ask)
        cost = await self._charge(operation, variables, caller)
        try:
            async with ReadsTogether():
                outcome = await self._run(operation, variables, self._context(caller))
        except TimeoutError as error:
            raise RequestProblem("deadline_exceeded", "The operation took too long and was stopped.") from error
        used = min(cost, outcome.objects) if ask.wants_cost or self.options.cost_budget is not None else cost
        if used < cost:
            await self._refund(caller, cost - used)
        _COST.inc(used)
        return outcome, {"cost": {"requested": cost, "actual": used}} if ask.wants_cost else None

    async def _run(self, operation: Operation, variables: VariableValues, context: Context) -> Outcome:
        try:
            with Deadline(self._alarms):
                return await self._runner.run(operation, variables, context)
        finally:
            await context.batches.close()

    async def open(
        self,
        operation: Operation,
        ask: Ask,
        current: Callable[[], Caller],
        at_once: Callable[[Answer], bool] | None = None,
    ) -> AsyncGenerator[Answer, None]:
        """Start a subscription and return its responses, or raise a RequestProblem.

        `current` tells who the caller is now; each event asks again. Close the generator to end the subscription.
        `at_once` may take a response, with True, while the next is awaited: it must not wait, and may refuse any.
        """
        caller = current()
        variables = self._runner.variables(operation, ask)
        await self._charge(operation, variables, caller)
        context = self._context(caller)
        executor = self._runner.executor(operation, variables, context)
        following = Following(executor, self._runner.plan(operation, variables))
        if at_once is not None:
            context.at_once = following.passing(at_once)
        try:
            source = await self._source(executor)
        except BaseException:
            await context.batches.close()
            raise
        if isinstance(source, ExecutionResult):
            await context.batches.close()
            raise StreamRefused(format_errors(source.errors or [], caller.request_id))
        return self._events(following, source, context, current)

    async def _source(self, executor: Executor[Any]) -> Any:
        try:
            with Deadline(self._alarms):
                source: Any = create_source_event_stream(executor)
                return await source if isawaitable(source) else source
        except TimeoutError as error:
            raise RequestProblem("deadline_exceeded", "The subscription took too long to start.") from error

    async def _events(
        self, following: Following, source: Any, context: Context, current: Callable[[], Caller]
    ) -> AsyncGenerator[Answer, None]:
        events: AsyncIterable[Any] = source
        GRAPHQL_SUBSCRIPTIONS.inc()
        try:
            async with aclosing(source):
                async for event in events:
                    shared = following.shared(event)
                    yield await self._event(following, event, current()) if shared is None else shared
        finally:
            GRAPHQL_SUBSCRIPTIONS.dec()
            await context.batches.close()

    async def _event(self, following: Following, event: Any, caller: Caller) -> Answer:
        executor = following.executor.build_per_event_executor(event)
        async with ReadsTogether():
            context = executor.context_value = self._context(caller)
            try:
                with Deadline(self._alarms):
                    outcome = await self._runner.run_event(executor, following.plan, event)
            finally:
                await context.batches.close()
        return _answer_of(outcome, caller.request_id)

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

    async def _charge(self, operation: Operation, variables: VariableValues, caller: Caller) -> int:
        cost = operation.cost.cost(variables.coerced)
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
        if self.options.cost_budget is not None:
            await self.options.cost_budget.refund(caller.budget_key, unused)


def _answer_of(outcome: Outcome, request_id: str, extensions: Payload | None = None) -> Answer:
    errors = format_errors(outcome.errors, request_id) if outcome.errors else ()
    return Answer(outcome, errors, extensions)


@cache
def _counters(kind: str, outcome: str) -> tuple[Count, Durations]:
    return GRAPHQL_OPERATIONS.labels(kind, outcome), GRAPHQL_SECONDS.labels(kind)


def _count(operation: Operation, outcome: str, seconds: float) -> None:
    ended, took = _counters(operation.kind_name, outcome)
    ended.inc()
    took.observe(seconds)

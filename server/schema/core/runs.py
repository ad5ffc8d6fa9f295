"""Runs an operation once: by its plan where it has one, by graphql-core where it has none or the plan gave up.

Both answer alike; only time tells them apart. No transport, no budget and no deadline here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from inspect import isawaitable
from typing import Any, cast

import msgspec
import orjson
from graphql import ExecutionResult, GraphQLError, GraphQLSchema
from graphql.execution import default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues, get_variable_values
from strawberry.execution import optimized_is_awaitable

from server.observability.metrics import GRAPHQL_PLANS
from server.schema.core.asks import Ask
from server.schema.core.context import Context
from server.schema.core.cost import count_objects
from server.schema.core.documents import Operation
from server.schema.core.problems import DocumentProblem
from server.schema.core.rows import ROWS, encode
from server.schema.core.shaping import ShapingExecutor
from server.schema.plans.plan import Done, Plan
from server.schema.plans.running import Kept

Payload = dict[str, Any]

MAX_VARIABLE_ERRORS = 20
_NO_VARIABLES = VariableValues({}, {})
_BY_PLAN = GRAPHQL_PLANS.labels("plan", "")


class Outcome(msgspec.Struct, frozen=True):
    """What came of a run: the data (of a plan as it was made), the errors, and how many objects the data holds."""

    data: dict[str, Any] | None
    errors: Sequence[GraphQLError] = ()
    counted: int | None = None

    @property
    def is_made(self) -> bool:
        """Whether the data is a plan's."""
        return self.counted is not None

    @property
    def objects(self) -> int:
        """How many objects the data holds."""
        return count_objects(self.data) if self.counted is None else self.counted


class Answer(Mapping[str, Any]):
    """A response: JSON for a door, made once for all who get the same, and a mapping for whoever looks into it."""

    def __init__(self, outcome: Outcome, errors: Sequence[Payload] = (), extensions: Payload | None = None) -> None:
        self._outcome = outcome
        self._json: bytes | None = None
        self._others: Payload = {}
        if errors:
            self._others["errors"] = errors
        if extensions is not None:
            self._others["extensions"] = extensions

    @property
    def json(self) -> bytes:
        """Return it as JSON."""
        if self._json is None:
            self._json = self._written()
        return self._json

    def _written(self) -> bytes:
        data = self._outcome.data
        if not self._outcome.is_made:
            return orjson.dumps({"data": data, **self._others})
        if not self._others:
            return encode({"data": data})
        return orjson.dumps({"data": orjson.Fragment(encode(data)), **self._others})

    @cached_property
    def _parts(self) -> Payload:
        data = self._outcome.data
        return {"data": ROWS.plain(data) if self._outcome.is_made else data, **self._others}

    def __getitem__(self, name: str) -> Any:
        return self._parts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


class Following:
    """A subscription under way: graphql-core's executor of it and its plan, which it shares with its like."""

    def __init__(self, executor: ShapingExecutor[Any], plan: Plan | None) -> None:
        self.executor = executor
        self.plan = plan

    def shared(self, event: Any) -> Answer | None:
        """Return the response for an event that alone decides about it; None when that cannot be said."""
        plan = self.plan
        if plan is None or not plan.is_plain:
            return None
        if plan.latest and plan.latest[0] is event:
            shared: Answer = plan.latest[1]
            return shared
        done = plan.run_plain(event)
        if not isinstance(done, Done):
            GRAPHQL_PLANS.labels("abandoned", done.reason).inc()
            return None
        _BY_PLAN.inc()
        made = Answer(Outcome(done.made, counted=done.objects))
        plan.latest[:] = (event, made)
        return made

    def passing(self, at_once: Callable[[Answer], bool]) -> Callable[[Any], bool] | None:
        """Return what passes events on whose response they alone decide; None when there are none such."""
        if self.plan is None or not self.plan.is_plain:
            return None
        latest = self.plan.latest

        def take(event: Any) -> bool:
            shared = latest[1] if latest and latest[0] is event else self.shared(event)
            return shared is not None and at_once(shared)

        return take


class Runner:
    """Runs the operations of one schema."""

    def __init__(self, schema: GraphQLSchema, *, hide_suggestions: bool) -> None:
        self._schema = schema
        self._hide_suggestions = hide_suggestions

    def variables(self, operation: Operation, ask: Ask) -> VariableValues:
        """Return the coerced variables of a request, or raise a DocumentProblem."""
        declared = operation.node.variable_definitions
        if not declared:
            return _NO_VARIABLES
        known = operation.variables.coerce(ask.variables)
        if known is not None:
            return known
        values = get_variable_values(
            self._schema,
            declared,
            ask.variables,
            max_errors=MAX_VARIABLE_ERRORS,
            hide_suggestions=self._hide_suggestions,
        )
        if isinstance(values, list):
            raise DocumentProblem("invalid_variables", values)
        return values

    async def run(self, operation: Operation, variables: VariableValues, context: Context) -> Outcome:
        """Execute a query or a mutation."""
        kept: Kept | None = None
        plan = self.plan(operation, variables)
        if plan is not None and operation.plans is not None:
            done = await plan.run(variables, context)
            operation.plans.note(done)
            if isinstance(done, Done):
                _BY_PLAN.inc()
                return Outcome(done.made, counted=done.objects)
            GRAPHQL_PLANS.labels("abandoned", done.reason).inc()
            kept = done.kept
        executor = self.executor(operation, variables, context)
        executor.kept = kept
        return await self._finished(executor.execute_operation())

    def plan(self, operation: Operation, variables: VariableValues) -> Plan | None:
        """Return the plan of an operation; None when graphql-core is to run it, which is counted."""
        plans = operation.plans
        if plans is None:
            return None
        plan = plans.find(variables.coerced)
        if plan is None:
            GRAPHQL_PLANS.labels("core", plans.refused or "early").inc()
        return plan

    async def run_event(self, executor: ShapingExecutor[Any], plan: Plan | None, event: Any) -> Outcome:
        """Execute a subscription for one event, on an executor built for it."""
        if plan is not None:
            done = await plan.run(executor.variable_values, executor.context_value, event)
            if isinstance(done, Done):
                _BY_PLAN.inc()
                return Outcome(done.made, counted=done.objects)
            GRAPHQL_PLANS.labels("abandoned", done.reason).inc()
        return await self._finished(executor.execute_operation(serially=False))

    def executor(self, operation: Operation, variables: VariableValues, context: Context) -> ShapingExecutor[Any]:
        """Return graphql-core's executor for an operation."""
        asked = operation.asked
        executor: ShapingExecutor[Any] = ShapingExecutor(
            self._schema,
            asked.definitions,
            dict(asked.fragments),
            None,
            context,
            operation.node,
            variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            is_awaitable=cast("Any", optimized_is_awaitable),
            hide_suggestions=self._hide_suggestions,
        )
        executor.shapes = operation.shapes
        return executor

    async def _finished(self, running: Any) -> Outcome:
        result: ExecutionResult = await running if isawaitable(running) else running
        return Outcome(result.data, result.errors or ())

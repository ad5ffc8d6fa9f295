"""One execution of a plan: infos and arguments for its calls, and a stage's calls side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NoReturn

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableNode,
    is_non_null_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Path, gather_with_cancel, is_awaitable
from graphql.type import GraphQLResolveInfoHelpers

from server.schema.plans.compiler import Late
from server.schema.plans.ways import Batches, Run, Surprise

_SHARED = (str, int, float, bool, type(None), Enum)
"""What the calls of all executions may be given the same object of."""


class _PathlessInfo(GraphQLResolveInfo[Any]):
    """The info of a call for many rows. Where they are in the answer is not known: a plan ends when that is asked."""

    @property
    def path(self) -> NoReturn:
        raise Surprise("path")


@dataclass(frozen=True)
class Calling:
    """A late field, ready for executions. `arguments` are those of every execution, None where they may differ.

    With `taken`, each argument is a variable: its name, that of the variable, and whether it must not be null.
    """

    late: Late
    arguments: dict[str, Any] | None
    taken: tuple[tuple[str, str, bool], ...] = ()

    @classmethod
    def of(cls, late: Late) -> "Calling":
        """Return a late field with its arguments, when no variable decides about them."""
        definition, node = late.field.definition, late.field.nodes[0]
        if definition is None or not (definition.args or node.arguments):
            return cls(late, {})
        if any(_has_variable(argument.value) for argument in node.arguments or ()):
            return cls(late, None, _variables_taken(definition, node))
        try:
            arguments = get_argument_values(definition, node)
        except Exception:
            return cls(late, None)
        return cls(late, arguments if all(isinstance(value, _SHARED) for value in arguments.values()) else None)


def _variables_taken(definition: GraphQLField, node: FieldNode) -> tuple[tuple[str, str, bool], ...]:
    """Return the arguments of a field, where each is a variable and those left out have no default; () elsewhere."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    taken = []
    for name, declared in definition.args.items():
        value = given.get(name)
        if isinstance(value, VariableNode):
            taken.append((declared.out_name or name, value.name.value, is_non_null_type(declared.type)))
        elif value is not None or declared.default is not None or declared.default_value is not Undefined:
            return ()
    return tuple(taken)


def _has_variable(node: Any) -> bool:
    if node.kind == "variable":
        return True
    values = [*(getattr(node, "values", None) or ()), *(one.value for one in getattr(node, "fields", None) or ())]
    return any(_has_variable(value) for value in values)


@dataclass(frozen=True)
class Surroundings:
    """What is the same for every execution of a plan."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    callings: Sequence[Calling]


@dataclass
class Outcome:
    """What a root's resolver returned or raised."""

    value: Any = None
    error: BaseException | None = None

    async def again(self) -> Any:
        """Return or raise it."""
        if self.error is not None:
            raise self.error
        return self.value


@dataclass
class Kept:
    """What a mutation has done so far: roots that are whole in the answer, and outcomes of their resolvers.

    `plain` makes of data what graphql-core would have made.
    """

    plain: Callable[[Any], Any]
    completed: dict[str, Any] = field(default_factory=dict)
    resolved: dict[str, Outcome] = field(default_factory=dict)


class Execution:
    """One execution, `E` in the generated function. With `kept`, the outcome of each root is noted at once."""

    def __init__(
        self,
        surroundings: Surroundings,
        variables: VariableValues,
        context: Any,
        root: Any = None,
        *,
        kept: Kept | None = None,
    ) -> None:
        self.surroundings = surroundings
        self.variables = variables
        self.context = context
        self.root = root
        self.kept = kept

    async def stage(self, asked: tuple[tuple[int, list[Any]], ...]) -> list[Sequence[Any]]:
        """Call each of the numbered fields over its rows; return a list of results for each."""
        if len(asked) == 1:
            number, rows = asked[0]
            calling = self.surroundings.callings[number]
            if self.kept is not None and calling.late.is_root:
                return [[await self._keep(calling, self.kept)]]
            if isinstance(calling.late.field.way, Batches):
                _, run = self._prepared(calling)
                return [_matching(rows, await _one(run(rows)))]
            if len(rows) == 1:
                value = calling.late.field.way.resolve(  # type: ignore[union-attr]  # what is late is a batch or a call
                    rows[0], self.info(calling), **self.arguments(calling)
                )
                return [[await _one(value) if is_awaitable(value) else value]]
        return await _Stage(self).results(asked)

    async def _keep(self, calling: Calling, kept: Kept) -> Any:
        """Call a root's resolver, once, and note what came of it before anything else can fail."""
        way: Any = calling.late.field.way
        arguments, info, key = self.arguments(calling), self.info(calling), calling.late.key
        try:
            value = way.resolve(self.root, info, **arguments)
            if is_awaitable(value):
                value = await value
        except Exception as error:
            kept.resolved[key] = Outcome(error=error)
            raise
        kept.resolved[key] = Outcome(value)
        return value

    def _prepared(self, calling: Calling) -> tuple[Hashable, Run]:
        way: Any = calling.late.field.way
        prepared: tuple[Hashable, Run] = way.prepare(self.info(calling), self.arguments(calling))
        return prepared

    def arguments(self, calling: Calling) -> dict[str, Any]:
        """Return the arguments of a field in this execution. Raises what is wrong with them."""
        if calling.arguments is not None:
            return calling.arguments
        if calling.taken:
            coerced = self.variables.coerced
            made = {name: coerced[variable] for name, variable, _ in calling.taken if variable in coerced}
            missing = len(made) < len(calling.taken)
            if not missing and not any(must and made[name] is None for name, _, must in calling.taken):
                return made
        definition, node = calling.late.field.definition, calling.late.field.nodes[0]
        return {} if definition is None else get_argument_values(definition, node, self.variables)

    def info(self, calling: Calling) -> GraphQLResolveInfo[Any]:
        """Return what the resolver of a field is told of its surroundings."""
        late, here = calling.late, self.surroundings
        kind: Any = GraphQLResolveInfo if late.is_root else _PathlessInfo
        definition: Any = late.field.definition
        nodes = late.field.nodes
        made: GraphQLResolveInfo[Any] = kind(
            nodes[0].name.value,
            list(nodes),
            definition.type,
            late.field.parent,
            Path(None, late.key, late.field.parent.name),
            here.schema,
            here.fragments,
            self.root,
            here.operation,
            self.variables,
            self.context,
            is_awaitable,
            None,
            _HELPERS,
        )
        return made


class _Stage:
    """The calls of one stage on their way: those of equal keys are one, and all run side by side."""

    def __init__(self, execution: Execution) -> None:
        self.execution = execution
        self.batches: dict[Hashable, _Batch] = {}
        self.waiting: list[Awaitable[Any]] = []
        self.places: list[tuple[list[Any], int]] = []

    async def results(self, asked: tuple[tuple[int, list[Any]], ...]) -> list[Sequence[Any]]:
        """Return the results of each field over its rows."""
        reads: list[Callable[[], Sequence[Any]]] = []
        calls: list[Awaitable[Any]] = []
        try:
            for number, rows in asked:
                calling = self.execution.surroundings.callings[number]
                take = self._batch if isinstance(calling.late.field.way, Batches) else self._calls
                reads.append(take(calling, rows))
            # One after the other: a call may be refused before it has begun.
            calls.extend(batch.run(batch.rows) for batch in self.batches.values())
        except BaseException:
            _drop([*calls, *self.waiting])
            raise
        outcomes = await _together([*calls, *self.waiting])
        for batch, outcome in zip(self.batches.values(), outcomes[: len(calls)], strict=True):
            batch.results = _matching(batch.rows, outcome)
        for (results, index), outcome in zip(self.places, outcomes[len(calls) :], strict=True):
            results[index] = outcome
        return [read() for read in reads]

    def _batch(self, calling: Calling, rows: list[Any]) -> Callable[[], Sequence[Any]]:
        if not rows:
            return list
        key, run = self.execution._prepared(calling)  # noqa: SLF001 - one machine in two parts
        batch = self.batches.setdefault(key, _Batch(run))
        start, end = len(batch.rows), len(batch.rows) + len(rows)
        batch.rows = [*batch.rows, *rows] if batch.rows else rows
        return lambda: batch.results[start:end]

    def _calls(self, calling: Calling, rows: list[Any]) -> Callable[[], Sequence[Any]]:
        execution, way = self.execution, calling.late.field.way
        results: list[Any] = []
        resolve: Any = way.resolve  # type: ignore[union-attr]  # what is late is a batch or a call
        info = execution.info(calling)
        for row in rows:
            outcome = resolve(row, info, **execution.arguments(calling))
            if is_awaitable(outcome):
                self.waiting.append(outcome)
                self.places.append((results, len(results)))
            results.append(outcome)
        return lambda: results


@dataclass
class _Batch:
    run: Run
    rows: list[Any] = field(default_factory=list)
    results: Sequence[Any] = ()


def _matching(rows: Sequence[Any], results: Sequence[Any]) -> Sequence[Any]:
    if len(results) != len(rows):
        raise Surprise("batch")
    return results


async def _together(awaitables: Sequence[Awaitable[Any]]) -> list[Any]:
    """Return all results. When one fails, or we are cancelled, the others are ended before that is said."""
    if len(awaitables) == 1:
        return [await _one(awaitables[0])]
    tasks = [asyncio.ensure_future(each) for each in awaitables]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        return [task.result() for task in tasks if not _is_cancelled(task)]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _is_cancelled(task: asyncio.Future[Any]) -> bool:
    if task.done() and task.cancelled():
        # Passed on as it is, it would look as if somebody had cancelled the whole operation.
        raise Surprise("cancelled")
    if not task.done():
        raise Surprise("error")
    return False


async def _one(awaitable: Awaitable[Any]) -> Any:
    try:
        return await awaitable
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise Surprise("cancelled") from error


def _drop(awaitables: Sequence[Awaitable[Any]]) -> None:
    """End what was made and will not be awaited."""
    for each in awaitables:
        close: Any = getattr(each, "close", None) or getattr(each, "cancel", None)
        if close is not None:
            close()


def _gather(values: Sequence[Awaitable[Any]]) -> Awaitable[list[Any]]:
    return gather_with_cancel(*values)


def _track(values: Sequence[Any]) -> None:
    tasks = [asyncio.ensure_future(value) for value in values if is_awaitable(value)]
    if tasks:
        settled = asyncio.gather(*tasks, return_exceptions=True)
        _SETTLING.add(settled)
        settled.add_done_callback(_SETTLING.discard)


_SETTLING: set[asyncio.Future[Any]] = set()
_HELPERS = GraphQLResolveInfoHelpers(gather=_gather, track=_track)

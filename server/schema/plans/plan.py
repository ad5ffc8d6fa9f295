"""Plans: made from an operation, run, abandoned at the first surprise."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from graphql import OperationType
from graphql.execution.values import VariableValues

from server.schema.plans.compiler import Code, compile_place
from server.schema.plans.running import Calling, Execution, Kept, Surroundings
from server.schema.plans.tree import Asked, Language, Place, Planter, conditions_of
from server.schema.plans.ways import Rows, Surprise, Unplannable

MAX_CHOICES = 8
"""How many plans one operation may have for different conditions."""

MAX_FAILURES = 4
"""After how many failures in a row a plan rests."""
REST = 50
"""For how many executions it rests."""


class Done(NamedTuple):
    """What was made of an operation without errors, of `rows`; `objects` counts the objects in it."""

    made: dict[str, Any]
    objects: int
    rows: Rows

    @property
    def data(self) -> dict[str, Any]:
        """Return it as graphql-core would have."""
        data: dict[str, Any] = self.rows.plain(self.made)
        return data


@dataclass(frozen=True)
class Abandoned:
    """A plan that met a surprise. graphql-core is to answer, with what a mutation has done so far in `kept`."""

    reason: str
    kept: Kept | None = None


@dataclass(frozen=True)
class _Part:
    """A compiled function and what its executions share. A mutation has one for each root, others have one."""

    code: Code
    surroundings: Surroundings

    async def run(self, execution: Execution) -> tuple[dict[str, Any], int]:
        made: Any = self.code.run(execution, execution.root)
        result: tuple[dict[str, Any], int] = await made if self.code.late else made
        return result


@dataclass(frozen=True)
class Plan:
    """An operation compiled for one choice of its conditions."""

    parts: tuple[_Part, ...]
    is_mutation: bool
    rows: Rows
    latest: list[Any] = field(default_factory=list, compare=False)
    """Room for whoever runs a plain plan: the last root and what was made of it."""

    @cached_property
    def is_plain(self) -> bool:
        """Whether the answer is made of the root alone: no call, no context, no variable."""
        return not self.is_mutation and not any(part.code.late for part in self.parts)

    @property
    def source(self) -> str:
        """Return the text of the generated functions."""
        return "\n".join(part.code.source for part in self.parts)

    async def run(self, variables: VariableValues, context: Any, root: Any = None) -> Done | Abandoned:
        """Run the operation. Only what is cancelled from outside raises."""
        kept = Kept(self.rows.plain) if self.is_mutation else None
        data: dict[str, Any] = {}
        objects = 1
        try:
            for part in self.parts:
                execution = Execution(part.surroundings, variables, context, root, kept=kept)
                made, count = await part.run(execution)
                data.update(made)
                # Each part counts its own root, and the answer has one.
                objects += count - 1
                if kept is not None:
                    kept.completed.update(made)
        except Exception as failure:
            return Abandoned(_reason_of(failure), kept)
        return Done(data, objects, self.rows)

    def run_plain(self, root: Any) -> Done | Abandoned:
        """Run a plain plan, without a task or a context."""
        (part,) = self.parts
        try:
            data, objects = part.code.run(None, root)
        except Exception as failure:
            return Abandoned(_reason_of(failure))
        return Done(data, objects, self.rows)


def _reason_of(failure: Exception) -> str:
    return failure.reason if isinstance(failure, Surprise) else "error"


def make_plan(language: Language, asked: Asked, conditions: Mapping[str, bool]) -> Plan:
    """Return the plan of an operation, or raise Unplannable."""
    try:
        root = Planter(language, asked, conditions).root()
        is_mutation = asked.operation.operation is OperationType.MUTATION
        roots = list(_one_by_one(root)) if is_mutation else [root]
        parts = tuple(_part(language, asked, place) for place in roots)
    except RecursionError as error:
        raise Unplannable("size") from error
    return Plan(parts, is_mutation, language.rows)


def _one_by_one(root: Place) -> Iterable[Place]:
    return (replace(root, fields={key: field}) for key, field in root.fields.items())


def _part(language: Language, asked: Asked, root: Place) -> _Part:
    code = compile_place(root, language.dialect.mark, language.rows)
    callings = [Calling.of(late) for late in code.late]
    return _Part(code, Surroundings(language.schema, asked.operation, asked.definitions, callings))


class Plans:
    """The plans of one operation. They are made when it is asked for the second time, or beforehand by `prepare`."""

    def __init__(self, language: Language, asked: Asked) -> None:
        self._language = language
        self._asked = asked
        self._conditions: tuple[str, ...] | None = None
        self._made: OrderedDict[tuple[bool, ...], Plan | None] = OrderedDict()
        # An event stream lives long, so its first execution is worth a plan already.
        self._is_known = asked.operation.operation is OperationType.SUBSCRIPTION
        self._failures = 0
        self._rest = 0
        self.refused: str | None = None
        """Why graphql-core does this operation; None while that is not so."""

    def prepare(self) -> None:
        """Make the plan now, where no variable decides what is selected."""
        self._is_known = True
        if self._conditions_here() == ():
            self._plan(())

    def find(self, variables: Mapping[str, Any]) -> Plan | None:
        """Return the plan for coerced variables; None when graphql-core is to do it."""
        if self.refused is not None:
            return None
        if self._rest:
            self._rest -= 1
            return None
        if not self._is_known:
            # Most documents that are made up on the spot are never asked again: those are not worth a plan.
            self._is_known = True
            return None
        names = self._conditions_here()
        if names is None:
            return None
        if not names:
            return self._plan(())
        choice = tuple(variables.get(name) for name in names)
        # A condition that is no boolean is a mistake of the caller, to be said by graphql-core.
        return self._plan(choice) if all(type(value) is bool for value in choice) else None

    def note(self, outcome: Done | Abandoned) -> None:
        """Let a plan that was abandoned time after time rest for a while: whoever gives up does the work twice."""
        self._failures = 0 if isinstance(outcome, Done) else self._failures + 1
        if self._failures == MAX_FAILURES:
            self._failures, self._rest = 0, REST

    def _conditions_here(self) -> tuple[str, ...] | None:
        if self._conditions is None and self.refused is None:
            try:
                self._conditions = conditions_of(self._asked)
            except Unplannable as refusal:
                self.refused = refusal.reason
        return self._conditions

    def _plan(self, choice: tuple[Any, ...]) -> Plan | None:
        if choice in self._made:
            if len(self._made) > 1:
                self._made.move_to_end(choice)
            return self._made[choice]
        conditions = dict(zip(self._conditions or (), choice, strict=True))
        try:
            plan = self._made[choice] = make_plan(self._language, self._asked, conditions)
        except Unplannable as refusal:
            # What is not known in one choice is mostly not known in the others, and graphql-core can do them all.
            self.refused = refusal.reason
            return None
        except Exception:
            # A schema may hold what nobody thought of here; it is then executed as ever.
            self.refused = "unknown"
            return None
        if len(self._made) > MAX_CHOICES:
            self._made.popitem(last=False)
        return plan

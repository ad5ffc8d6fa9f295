"""Makes the parts of an answer that are mere attributes without graphql-core's machinery for each field.

A field over an attribute, with nothing but such fields below it, needs no resolver, no path and no await: one function
for each place of the document makes its JSON. Whatever is not as expected gives up, and graphql-core does that part
again and says what is wrong with it. No other rule of execution is changed here.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLID,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.pyutils import Path
from strawberry.schema.schema_converter import CustomGraphQLEnumType
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from server.schema.core.batching import BatchedField
from server.schema.plans.replay import ReplayingExecutor

Read = Callable[[Any], Any]
Shape = Callable[[Any], Any]
Part = tuple[Read, Shape]
Details = Any
Shapes = dict[tuple[Any, ...], Any]
Made = TypeVar("Made")
TContext = TypeVar("TContext")

_DEFINITION = "strawberry-definition"


class _NotPlainError(Exception):
    """A value that is not what its type promises, or not plain."""


_GIVING_UP = (_NotPlainError, ArithmeticError, AttributeError, GraphQLError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class _Awaited:
    """An object of an answer of which some fields are still on their way. No coroutine, so that it may be dropped."""

    results: dict[str, Any]
    waiting: Sequence[str]

    def __await__(self) -> Generator[Any, Any, dict[str, Any]]:
        for name in self.waiting:
            self.results[name] = yield from self.results[name].__await__()
        return self.results


class ShapingExecutor(ReplayingExecutor[TContext], Generic[TContext]):
    """graphql-core's executor, quicker where an answer is plain."""

    shapes: Shapes | None = None
    """What is remembered from one execution of the document to the next; None when they may differ."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known: dict[tuple[str, int, int], tuple[Any, Any]] = {}

    def build_per_event_executor(self, payload: Any) -> "ShapingExecutor[TContext]":
        """Return an executor for one event. What it remembers of its fields goes with it."""
        executor: Any = super().build_per_event_executor(payload)
        executor._known, executor._relevant_sub_fields = {}, {}  # noqa: SLF001 - shared, they grew with every event
        return executor  # type: ignore[no-any-return]  # a copy of this one

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Any,
        grouped_field_set: Any,
        position_context: Any,
    ) -> Any:
        """Return an object of an answer, or an awaitable of it."""
        if not self._is_flat(parent_type, grouped_field_set):
            return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)
        results: dict[str, Any] = {}
        waiting: list[str] = []
        try:
            for name, details in grouped_field_set.items():
                field_path = Path(path, name, parent_type.name)
                result = self.execute_field(parent_type, source_value, details, field_path, position_context)
                results[name] = result
                if self.is_awaitable(result):
                    waiting.append(name)
        except Exception:
            self.settle_in_background([results[name] for name in waiting])
            raise
        return _Awaited(results, waiting) if waiting else results

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_details_list: Details, path: Any, position_context: Any
    ) -> Any:
        """Return a field's value, at once when it is plain."""
        part = self._part(parent_type, field_details_list)
        if part is not None:
            read, shape = part
            try:
                return shape(read(source))
            except _GIVING_UP:
                pass
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    def complete_value(  # noqa: PLR0917 - graphql-core's signature
        self,
        return_type: GraphQLOutputType,
        field_details_list: Details,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Return the value of a field that was resolved, at once when what is below it is plain."""
        shape = self._shape(return_type, field_details_list)
        if shape is not None:
            try:
                return shape(result)
            except _GIVING_UP:
                pass
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def _is_flat(self, parent: GraphQLObjectType, grouped: Mapping[str, Details]) -> bool:
        """Tell whether an object has nothing but plain fields, and batched ones with only plain parts below them.

        All of those are under way before the first is awaited and none starts another, so that waiting for one after
        the other takes no longer than for all at once, and no task for each.
        """
        key = ("flat", id(parent), id(grouped))
        if key not in self._known:
            self._known[key] = (grouped, all(self._is_flat_field(parent, details) for details in grouped.values()))
        return bool(self._known[key][1])

    def _is_flat_field(self, parent: GraphQLObjectType, details: Details) -> bool:
        field = self.schema.get_field(parent, details[0].node.name.value)
        if field is None or self._shape(field.type, details) is None:
            return False
        return _reader(field) is not None or isinstance(field.extensions.get(_DEFINITION), BatchedField)

    def _part(self, parent: GraphQLObjectType, details: Details) -> Part | None:
        """Return how to get a field from the object it is on; None when that takes more than attributes."""
        return self._remembered("part", parent, details, self._new_part)

    def _shape(self, kind: GraphQLOutputType, details: Details) -> Shape | None:
        """Return how to make the JSON of a value of this type at this place of the document."""
        return self._remembered("shape", kind, details, self._new_shape)

    def _remembered(self, what: str, kind: Any, details: Details, make: Callable[[Any, Details], Made]) -> Made:
        key = (what, id(kind), id(details))
        known = self._known.get(key)
        if known is None:
            # The list is kept along with what was made for it, or another one could take its id.
            known = self._known[key] = (details, self._lasting(what, kind, details, make))
        made: Made = known[1]
        return made

    def _lasting(self, what: str, kind: Any, details: Details, make: Callable[[Any, Details], Made]) -> Made:
        if self.shapes is None:
            return make(kind, details)
        # The nodes live as long as their document, and what is remembered of it lives with it.
        key = (what, id(kind), *(id(detail.node) for detail in details))
        if key not in self.shapes:
            self.shapes[key] = make(kind, details)
        made: Made = self.shapes[key]
        return made

    def _new_part(self, parent: GraphQLObjectType, details: Details) -> Part | None:
        field = self.schema.get_field(parent, details[0].node.name.value)
        read = None if field is None else _reader(field)
        shape = None if field is None or read is None else self._shape(field.type, details)
        return None if read is None or shape is None else (read, shape)

    def _new_shape(self, kind: GraphQLOutputType, details: Details) -> Shape | None:
        inner: Any = get_nullable_type(kind)
        shape: Shape | None = None
        if is_leaf_type(inner):
            shape = _leaf_shape(inner)
        elif is_list_type(inner):
            item = self._shape(inner.of_type, details)
            shape = None if item is None else _list_shape(item)
        elif is_object_type(inner):
            shape = self._object_shape(inner, details)
        # No shape takes None for a value.
        return shape if shape is None or is_non_null_type(kind) else _optional(shape)

    def _object_shape(self, kind: GraphQLObjectType, details: Details) -> Shape | None:
        grouped, *special = self.collect_subfields(kind, details)
        definition = kind.extensions.get(_DEFINITION)
        if any(special) or not isinstance(definition, StrawberryObjectDefinition) or definition.is_type_of:
            return None
        parts: list[tuple[str, Read, Shape]] = []
        for name, below in grouped.items():
            if below[0].node.name.value == "__typename":
                parts.append((name, _itself, _constantly(kind.name)))
                continue
            part = self._part(kind, below)
            if part is None:
                return None
            parts.append((name, *part))
        return _dict_shape(parts, kind)


def _reader(field: GraphQLField) -> Read | None:
    """Return how to read a field that is an attribute, or computed from the object as one; None for any other."""
    declared = field.extensions.get(_DEFINITION)
    if not isinstance(declared, StrawberryField) or not declared.is_basic_field:
        return None
    # Strawberry marks the resolver of an attribute; a field with one of its own, or with handlers, has no such mark.
    if field.args or not getattr(field.resolve, "_is_default", False):
        return None
    if type(declared).get_result is StrawberryField.get_result and declared.default_resolver is getattr:
        return attrgetter(declared.python_name)
    return lambda source: declared.get_result(source, None, [], {})


def _leaf_shape(kind: Any) -> Shape:
    checked = _checked(kind.coerce_output_value)
    if kind in (GraphQLString, GraphQLID):
        return lambda value: value if type(value) is str else checked(value)
    if isinstance(kind, CustomGraphQLEnumType):
        names = _names_of(kind)
        members: Any = kind.wrapped_cls
        return lambda value: names[value] if type(value) is members else checked(value)
    return checked


@cache
def _names_of(kind: GraphQLEnumType) -> Mapping[Any, str]:
    """Return the name in the API of each member of an enum."""
    members: Any = kind.wrapped_cls if isinstance(kind, CustomGraphQLEnumType) else ()
    return {member: kind.coerce_output_value(member) for member in members}


def _checked(coerce: Callable[[Any], Any]) -> Shape:
    def shape(value: Any) -> Any:
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise _NotPlainError
        return coerced

    return shape


def _optional(shape: Shape) -> Shape:
    return lambda value: None if value is None else shape(value)


def _itself(source: Any) -> Any:
    return source


def _constantly(name: str) -> Shape:
    return lambda _: name


def _list_shape(item: Shape) -> Shape:
    def shape(values: Any) -> Any:
        if type(values) is not list and type(values) is not tuple:
            raise _NotPlainError
        return [item(value) for value in values]

    return shape


def _dict_shape(parts: Sequence[tuple[str, Read, Shape]], kind: GraphQLObjectType) -> Shape:
    is_type_of = kind.is_type_of

    def shape(source: Any) -> Any:
        # A Refusal has a code and a message, too, but it is an error and no value.
        if source is None or isinstance(source, Exception):
            raise _NotPlainError
        if is_type_of is not None and not is_type_of(source, None):  # type: ignore[arg-type]  # Strawberry's own look at the source alone
            raise _NotPlainError
        return {name: leaf(read(source)) for name, read, leaf in parts}

    return shape

"""A field that needs I/O is declared once, with a function over all parents of its level.

The declaration stays on the field (`BatchedField.batch`), where a compiler of operations can find it.
"""

import dataclasses
import inspect
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args

from graphql import GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from server.schema.core.connection import (
    PAGE_PARAMETER,
    OrderChoice,
    set_signature,
    take_page,
    with_page_arguments,
)
from server.schema.core.scheduler import Scheduler

BatchFunction = Callable[..., Awaitable[Sequence[Any]]]


@dataclass(frozen=True, eq=False)
class Batch:
    """What a batched field was declared with. `arguments` are the Python names after parents and info."""

    function: BatchFunction
    arguments: tuple[str, ...]
    order: OrderChoice | None

    def bind(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the keyword arguments of the function for the arguments of a field."""
        return dict(arguments) if self.order is None else take_page(self.order, arguments)


class BatchedField(StrawberryField):
    """A field whose result is loaded together with those of all its sibling parents."""

    batch: Batch

    def get_result(
        self,
        source: Any,
        info: Any,
        args: list[Any],  # noqa: ARG002 - Strawberry passes it
        kwargs: dict[str, Any],
    ) -> Awaitable[Any]:
        """Hand the parent to the operation's scheduler, in the group of this field and these arguments."""
        batches: Scheduler = info.context.batches
        kwargs.pop("info", None)
        key: Hashable = (self, freeze(kwargs))

        def run(parents: list[Any]) -> Awaitable[Sequence[Any]]:
            return self.batch.function(parents, info, **self.batch.bind(kwargs))

        batches.known[(id(info._raw_info.field_nodes[0]), id(self))] = (key, run)  # noqa: SLF001 - read in quicken
        return batches.load(key, source, run)

    def __copy__(self) -> "BatchedField":
        copied = super().__copy__()
        copied.batch = self.batch
        return copied

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def batched(*, description: str, order: OrderChoice | None = None, name: str | None = None) -> Callable[[Any], Any]:
    """Declare a batched field.

    The function is a static method `async (parents, info, **arguments) -> Sequence[T]`; the field has type T.
    It returns one result per parent, in their order; an Exception as a result fails that item alone. With
    `order` it takes `page: PageRequest`, and the field shows first, after, last and before.
    """

    def declare(function: Any) -> Any:
        plain: BatchFunction = function.__func__ if isinstance(function, staticmethod) else function
        signature = inspect.signature(plain)
        names = tuple(signature.parameters)[2:]
        if (PAGE_PARAMETER in names) != (order is not None):
            raise TypeError(f"{plain.__qualname__}: `order` and a `page` parameter go together")
        field = BatchedField(graphql_name=name, description=description)
        field.batch = Batch(plain, names, order)
        field(StrawberryResolver(_shape_for_one(plain, signature)))
        return field

    return declare


def quicken(schema: GraphQLSchema) -> None:
    """Let batched fields skip Strawberry's argument conversion for every parent but the first of a place.

    At one place of a document a field has the same arguments for all parents, so the first one settles its group.
    """
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for field in kind.fields.values():
                declared = field.extensions.get("strawberry-definition")
                if isinstance(declared, BatchedField) and field.resolve is not None:
                    field.resolve = _quick_resolver(declared, field.resolve)


def _quick_resolver(declared: BatchedField, first: Callable[..., Any]) -> Callable[..., Any]:
    identity = id(declared)

    def resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        batches: Scheduler = info.context.batches
        known = batches.known.get((id(info.field_nodes[0]), identity))
        return first(source, info, **arguments) if known is None else batches.load(known[0], source, known[1])

    return resolve


def _shape_for_one(function: BatchFunction, signature: inspect.Signature) -> Callable[..., Any]:
    """Return a function that shows Strawberry the field for one parent; it is never called."""

    def shape(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a batched field has no resolver for one parent")

    _, *rest = signature.parameters.values()
    result = get_args(signature.return_annotation)
    if not result:
        raise TypeError(f"{function.__qualname__} must return Sequence[...] with the type of one result")
    this = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    shown = signature.replace(parameters=[this, *rest], return_annotation=result[0])
    shape.__name__, shape.__module__ = function.__name__, function.__module__
    shape.__annotations__ = {p.name: p.annotation for p in rest}
    set_signature(shape, with_page_arguments(shown))
    return shape


def freeze(value: Any) -> Hashable:
    """Return a hashable stand-in for field arguments: equal arguments give equal stand-ins."""
    if isinstance(value, Mapping):
        return tuple((name, freeze(item)) for name, item in sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    if isinstance(value, Enum):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((f.name, freeze(getattr(value, f.name))) for f in dataclasses.fields(value))
        return (type(value), tuple(fields))
    return (type(value), value)

"""Relay connections over keyset pages, and the field that declares one.

A resolver takes one `page: PageRequest`; the schema shows first, after, last and before in its place.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField

from server.domain.errors import FieldProblem, InvalidInput, invalid
from server.kit.paging import DEFAULT_SIZE, MAX_SIZE, BadCursorError, Order, Page, PageRequest, decode_cursor

PAGE_PARAMETER = "page"
_ARGUMENTS: Mapping[str, Any] = {
    "first": Annotated[
        int | None,
        strawberry.argument(description=f"How many from the start: 1-{MAX_SIZE}, else {DEFAULT_SIZE}."),
    ],
    "after": Annotated[
        str | None, strawberry.argument(description="A cursor: the page starts behind it. Goes with first.")
    ],
    "last": Annotated[
        int | None, strawberry.argument(description=f"How many from the end: 1-{MAX_SIZE}. Not with first.")
    ],
    "before": Annotated[
        str | None, strawberry.argument(description="A cursor: the page ends in front of it. Goes with last.")
    ],
}

Node = TypeVar("Node")
Row = TypeVar("Row")
OrderChoice = Order | Callable[[Mapping[str, Any]], Order]


@strawberry.type(description="Where a page lies in its connection.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(description="More follow behind this page.")
    has_previous_page: bool = strawberry.field(description="More lie in front of this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first edge.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last edge.")


class _CursorField(StrawberryField):
    """An edge's cursor as a leaf, made when it is asked for."""

    def reader(self) -> Callable[[Any], Any]:
        """Return what a plan reads it by."""
        return lambda edge: edge.cursors[edge.number]

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:  # noqa: ARG002 - Strawberry calls it
        return source.cursors[source.number]


def _cursor_field() -> Any:
    field = _CursorField(
        type_annotation=StrawberryAnnotation(str), description="The place of this object in the connection."
    )
    field.init = field.repr = field.compare = False
    return field


@strawberry.type(description="One object in a connection, with its cursor.")
class Edge(Generic[Node]):
    """Relay's edge."""

    cursors: strawberry.Private[Sequence[str]]
    number: strawberry.Private[int]
    cursor: str = _cursor_field()
    node: Node = strawberry.field(description="The object.")


@strawberry.type(description="A page of objects in a fixed order.")
class Connection(Generic[Node]):
    """Relay's connection, without offsets and without a total."""

    edges: list[Edge[Node]] = strawberry.field(description="The objects of this page, with cursors.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")


def connection_of(page: Page[Row], node: Callable[[Row], Node]) -> Connection[Node]:
    """Return a page of rows as a connection of GraphQL objects."""
    edges = [Edge(cursors=page.cursors, number=number, node=node(row)) for number, row in enumerate(page.items)]
    return Connection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        ),
    )


def connection_field(*, order: OrderChoice, description: str, name: str | None = None) -> Callable[..., Any]:
    """Declare a connection field over an async resolver that takes `page: PageRequest`.

    `order` is the order of the rows, or a function from the other arguments to it.
    """

    def declare(resolver: Callable[..., Awaitable[Any]]) -> Any:
        @functools.wraps(resolver)
        async def resolve(*args: Any, **arguments: Any) -> Any:
            return await resolver(*args, **take_page(order, arguments))

        set_signature(resolve, with_page_arguments(inspect.signature(resolver)))
        return strawberry.field(resolver=resolve, description=description, name=name)

    return declare


def page_request(
    order: Order, first: int | None, after: str | None, last: int | None, before: str | None
) -> PageRequest:
    """Return the page that Relay's four arguments ask for, or refuse with InvalidInput."""
    if first is not None and last is not None:
        raise invalid("last", "exclusive", "Give either first or last, not both.")
    backward = last is not None or (first is None and before is not None)
    stray, stray_name = (after, "after") if backward else (before, "before")
    if stray is not None:
        partner = "first" if stray_name == "after" else "last"
        raise invalid(stray_name, "mismatch", f"{stray_name} goes with {partner}.")
    name, size = ("last", last) if backward else ("first", first)
    if size is not None and not 1 <= size <= MAX_SIZE:
        raise invalid(name, "out_of_range", f"{name} must be from 1 to {MAX_SIZE}.")
    bound_name, cursor = ("before", before) if backward else ("after", after)
    return PageRequest(
        order=order,
        size=DEFAULT_SIZE if size is None else size,
        bound=None if cursor is None else _bound(order, bound_name, cursor),
        backward=backward,
    )


def _bound(order: Order, name: str, cursor: str) -> tuple[Any, ...]:
    try:
        return decode_cursor(order, cursor)
    except BadCursorError as error:
        message = f"{name} is not a cursor of this connection."
        raise InvalidInput(FieldProblem(name, "bad_cursor", message)) from error


def with_page_arguments(signature: inspect.Signature) -> inspect.Signature:
    """Return a signature whose `page` parameter is replaced by Relay's four arguments."""
    parameters = [p for p in signature.parameters.values() if p.name != PAGE_PARAMETER]
    if len(parameters) == len(signature.parameters):
        return signature
    for name, annotation in _ARGUMENTS.items():
        kind = inspect.Parameter.KEYWORD_ONLY
        parameters.append(inspect.Parameter(name, kind, default=strawberry.UNSET, annotation=annotation))
    return signature.replace(parameters=parameters)


def take_page(order: OrderChoice, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return resolver arguments in which Relay's four have become one `page`."""
    rest = {name: value for name, value in arguments.items() if name not in _ARGUMENTS}
    chosen = order if isinstance(order, Order) else order(rest)
    asked = [arguments.get(name) for name in _ARGUMENTS]
    rest[PAGE_PARAMETER] = page_request(chosen, asked[0], asked[1], asked[2], asked[3])
    return rest


def set_signature(function: Callable[..., Any], signature: inspect.Signature) -> None:
    """Make a wrapper show another signature to Strawberry than the one it was written with."""
    function.__signature__ = signature  # type: ignore[attr-defined]  # read by inspect.signature

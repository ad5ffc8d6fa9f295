"""How the value of a field is had, told by whoever knows how the schema was declared."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import GraphQLEnumType, GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType

Run = Callable[[list[Any]], Awaitable[Sequence[Any]]]
Prepare = Callable[[Any, Mapping[str, Any]], tuple[Hashable, Run]]


class Unplannable(Exception):  # noqa: N818 - an answer of the compiler: graphql-core does this one
    """An operation that is left to graphql-core. `reason` is one of a few words, for counting."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Surprise(Exception):  # noqa: N818 - the end of a plan, not an error of the caller
    """A value that the happy path does not know. `reason` is one of a few words, for counting."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Reads:
    """An attribute of the row by its name; or what a plain function, without I/O or arguments, makes of the row."""

    attribute: str | None = None
    function: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Batches:
    """One call for all rows of a level.

    `prepare(info, arguments)` returns a key and the call; calls with equal keys on one level are made as one. The
    call takes the rows and returns as many results in their order; an Exception among them fails its row alone.
    """

    prepare: Prepare


@dataclass(frozen=True)
class Calls:
    """A resolver `(row, info, **arguments)`, plain or async, called for each row."""

    resolve: Callable[..., Any]


Way = Reads | Batches | Calls


class Dialect(Protocol):
    """What a library that declares schemas must tell about them."""

    mark: str | None
    """An attribute that makes a row count as another type than that of its class; a plan ends where one is met."""

    def way(self, field: GraphQLField) -> Way:
        """Return how a field is had, or raise Unplannable."""

    def row_of(self, kind: GraphQLObjectType) -> type | None:
        """Return a class whose instances are rows of the type; None when only its own check can tell."""

    def named_row_of(self, kind: GraphQLObjectType, abstract: GraphQLInterfaceType | GraphQLUnionType) -> type | None:
        """Return a class whose instances, found in an abstract place, are of this type and of no other."""

    def members_of(self, kind: GraphQLEnumType) -> Mapping[Any, str]:
        """Return the name in the API of each object that stands for a value; empty when that is not known."""


class Rows(Protocol):
    """How the objects of the data are made. The compiler knows nothing of how they are written."""

    def row_class(self, keys: tuple[str, ...]) -> Callable[..., Any]:
        """Return what makes an object with these keys of their values, in this order."""

    def attribute_of(self, number: int) -> str:
        """Return the attribute of an object that holds the value of the key of this number."""

    def free(self, value: Any) -> tuple[Any, int]:
        """Return what a scalar of no known kind was written as, fit for the data, and how many objects it holds."""

    def plain(self, made: Any) -> Any:
        """Return a part of the data as graphql-core would have made it, of dicts."""

"""Leaves as JSON: a quick test for what they should be, and graphql-core's own coercion for everything else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)

from server.schema.plans.ways import Dialect, Surprise

Write = Callable[[Any], Any]

# Whether a value is its own JSON, as a test in Python.
TESTS = {
    GraphQLString.name: "type({v}) is str",
    GraphQLID.name: "type({v}) is str",
    GraphQLBoolean.name: "{v} is True or {v} is False",
    # Python compares numbers of one of its digits, 30 bits, quickest; `write` takes those of 31 as well.
    GraphQLInt.name: "type({v}) is int and -1073741823 <= {v} <= 1073741823",
    # A number minus itself is 0, but not for an infinity, nor for what is no number.
    GraphQLFloat.name: "type({v}) is float and {v} - {v} == 0.0",
}


@dataclass(frozen=True)
class Leaf:
    """How a leaf type is written.

    `test` is true for a value that `write` need not look at; without a test it looks at each. `names` maps the id() of
    an enum's members to their names. `is_free`: what `write` returns may hold objects, which `Rows.free` counts.
    """

    write: Write
    test: str | None = None
    names: dict[int, str] | None = None
    is_free: bool = False


def leaf_of(kind: GraphQLScalarType | GraphQLEnumType, dialect: Dialect) -> Leaf:
    """Return how a leaf type is written."""
    write = _checked(kind.coerce_output_value)
    if isinstance(kind, GraphQLEnumType):
        members = dialect.members_of(kind)
        return Leaf(write, names={id(member): name for member, name in members.items()} or None)
    test = TESTS.get(kind.name)
    return Leaf(write, test, is_free=test is None)


def _checked(coerce: Callable[[Any], Any]) -> Write:
    def write(value: Any) -> Any:
        if value is None:
            raise Surprise("null")
        if isinstance(value, Exception):
            raise Surprise("error")
        try:
            coerced = coerce(value)
        except Exception as error:
            raise Surprise("leaf") from error
        if coerced is None or coerced is Undefined:
            raise Surprise("leaf")
        # The encoder takes no class of somebody's own.
        return str.__str__(coerced) if isinstance(coerced, str) else coerced

    return write

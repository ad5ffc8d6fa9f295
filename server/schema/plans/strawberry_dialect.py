"""Strawberry as the compiler sees it: which fields are attributes, which rows belong to which type."""

from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from typing import Any

from graphql import GraphQLEnumType, GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType
from strawberry.schema.schema_converter import CustomGraphQLEnumType
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE
from strawberry.types.field import StrawberryField

from server.schema.plans.ways import Batches, Calls, Prepare, Reads, Unplannable, Way

_DEFINITION = "strawberry-definition"
_OWN = "_resolver"
"""What Strawberry calls the resolver it makes over a plain method."""


class StrawberryDialect:
    """Reads the declarations that Strawberry leaves in a schema. `batches` tells which fields take all rows at once."""

    mark: str | None = TYPE_CAST_ATTRIBUTE

    def __init__(self, batches: Callable[[StrawberryField], Prepare | None]) -> None:
        self._batches = batches

    def way(self, field: GraphQLField) -> Way:
        """Return how a field is had, or raise Unplannable."""
        declared, resolve = field.extensions.get(_DEFINITION), field.resolve
        if not isinstance(declared, StrawberryField) or resolve is None:
            raise Unplannable("resolver")
        prepare = self._batches(declared)
        if prepare is not None:
            return Batches(prepare)
        if declared.is_subscription:
            return Reads(function=_itself)
        return _reading(declared, field) or Calls(resolve)

    def row_of(self, kind: GraphQLObjectType) -> type | None:
        """Return the class a type was declared on."""
        return self._definition(kind).origin

    def named_row_of(self, kind: GraphQLObjectType, abstract: GraphQLInterfaceType | GraphQLUnionType) -> type | None:
        """Return the class of a type that is not one of several made of the same generic class."""
        declared, definition = abstract.extensions.get(_DEFINITION), self._definition(kind)
        if getattr(declared, "resolve_type", None) is not None:
            raise Unplannable("resolve_type")
        is_plain = definition.concrete_of is None and definition.name == kind.name
        return definition.origin if is_plain else None

    def members_of(self, kind: GraphQLEnumType) -> Mapping[Any, str]:
        """Return the name in the API of each member of a Python enum."""
        members: Any = kind.wrapped_cls if isinstance(kind, CustomGraphQLEnumType) else ()
        return {member: kind.coerce_output_value(member) for member in members}

    def _definition(self, kind: GraphQLObjectType) -> StrawberryObjectDefinition:
        definition = kind.extensions.get(_DEFINITION)
        if not isinstance(definition, StrawberryObjectDefinition) or definition.is_type_of is not None:
            raise Unplannable("is_type_of")
        return definition


def _itself(row: Any) -> Any:
    return row


def _reading(declared: StrawberryField, field: GraphQLField) -> Reads | None:
    """Return how to read a field without its resolver: an attribute, or a method of the row alone."""
    if declared.extensions or field.args:
        return None
    # Strawberry marks the resolver of a field that has none of its own, and no handler of exceptions either.
    if getattr(field.resolve, "_is_default", False):
        reader = getattr(declared, "reader", None)
        if reader is not None:
            return Reads(function=reader())
        if type(declared).get_result is not StrawberryField.get_result:
            return Reads(function=lambda row: declared.get_result(row, None, [], {}))
        return Reads(attribute=declared.python_name) if declared.default_resolver is getattr else None
    # A resolver that somebody put in Strawberry's place may mean anything.
    return _method(declared) if getattr(field.resolve, "__name__", None) == _OWN else None


def _method(declared: StrawberryField) -> Reads | None:
    resolver = declared.base_resolver
    if type(declared).get_result is not StrawberryField.get_result or resolver is None or declared.is_async:
        return None
    wanted = (resolver.info_parameter, resolver.root_parameter, resolver.parent_parameter)
    function: Any = resolver.wrapped_func
    if any(one is not None for one in wanted) or resolver.self_parameter is None or iscoroutinefunction(function):
        return None
    return Reads(function=function)

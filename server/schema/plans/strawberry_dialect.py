"""Strawberry as the compiler sees it: which fields are attributes, which rows belong to which type."""

from collections.abc import Callable, Mapping
from inspect import iscoroutinefunction
from typing import Any

from graphql import GraphQLEnumType, GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE
from strawberry.types.field import StrawberryField

from server.schema.plans.strawberry_arguments import Arguments
from server.schema.plans.ways import Batches, Calls, Prepare, Reads, Unplannable, Way

_DEFINITION = "strawberry-definition"
_OWN = ("_resolver", "_async_resolver")
"""What Strawberry calls the resolvers it makes over a method, plain and async."""


class StrawberryDialect:
    """Reads the declarations that Strawberry leaves in a schema. `batches` tells which fields take all rows at once."""

    mark: str | None = TYPE_CAST_ATTRIBUTE

    def __init__(
        self,
        converter: GraphQLCoreConverter,
        batches: Callable[[StrawberryField], Prepare | None],
        arguments: Arguments,
    ) -> None:
        self._converter = converter
        self._batches = batches
        self._arguments = arguments

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
        return _reading(declared, field) or Calls(self._direct(declared, field) or resolve)

    def _direct(self, declared: StrawberryField, field: GraphQLField) -> Callable[..., Any] | None:
        """Return what Strawberry's resolver does in the end, with what it looks up for each call looked up once."""
        resolver = declared.base_resolver
        is_own = getattr(field.resolve, "__name__", None) in _OWN
        is_plain = type(declared).get_result is StrawberryField.get_result and not declared.extensions
        if not is_own or not is_plain or resolver is None or self._converter.exception_handlers:
            return None
        info_class, take = self._converter.config.info_class, self._arguments.taking(declared.arguments)
        function: Any = resolver.wrapped_func
        rows = [one.name for one in (resolver.parent_parameter, resolver.root_parameter) if one is not None]
        info_name = None if resolver.info_parameter is None else resolver.info_parameter.name
        takes_self = resolver.self_parameter is not None

        def call(row: Any, info: Any, **arguments: Any) -> Any:
            told = info_class(_raw_info=info, _field=declared)
            given = take(arguments, told)
            if info_name is not None:
                given[info_name] = told
            for name in rows:
                given[name] = row
            return function(row, **given) if takes_self else function(**given)

        return call

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
    return _method(declared) if getattr(field.resolve, "__name__", None) in _OWN else None


def _method(declared: StrawberryField) -> Reads | None:
    resolver = declared.base_resolver
    if type(declared).get_result is not StrawberryField.get_result or resolver is None or declared.is_async:
        return None
    wanted = (resolver.info_parameter, resolver.root_parameter, resolver.parent_parameter)
    function: Any = resolver.wrapped_func
    if any(one is not None for one in wanted) or resolver.self_parameter is None or iscoroutinefunction(function):
        return None
    return Reads(function=function)

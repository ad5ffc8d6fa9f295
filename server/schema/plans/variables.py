"""The variables of one operation, with their types looked up once. What is wrong with a value graphql-core tells."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import GraphQLVariableSignature, get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, input_is_nested_too_deeply
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_value


class Variables:
    """The declared variables of an operation."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        found = [get_variable_signature(schema, node) for node in operation.variable_definitions or ()]
        self._signatures = [
            (one, _reader(one), is_non_null_type(one.type)) for one in found if not isinstance(one, GraphQLError)
        ]
        self._is_sound = len(self._signatures) == len(found)

    def coerce(self, given: Mapping[str, Any]) -> VariableValues | None:
        """Return coerced values; None when something is wrong with them, which graphql-core can tell."""
        if not self._is_sound:
            return None
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature, read, is_required in self._signatures:
            name = signature.name
            value = given.get(name, Undefined)
            if value is Undefined:
                sources[name] = VariableValueSource(signature)
                known = _missing(signature) if read is not None or signature.default is None else None
                if known is None:
                    return None
                coerced.update(known)
                continue
            sources[name] = VariableValueSource(signature, value)
            if read is None:
                if input_is_nested_too_deeply(value, signature.type):
                    return None
                made = coerce_input_value(value, signature.type)
            elif value is None:
                made = Undefined if is_required else None
            else:
                made = read(value)
            if made is Undefined:
                return None
            coerced[name] = made
        return VariableValues(sources, coerced)


def _reader(signature: GraphQLVariableSignature) -> Callable[[Any], Any] | None:
    """Return what reads a leaf that is not null as graphql-core would; None for a type that is no leaf."""
    kind: Any = get_nullable_type(signature.type)
    if not is_leaf_type(kind):
        return None

    def read(value: Any) -> Any:
        try:
            return kind.coerce_input_value(value)
        except Exception:
            return Undefined

    return read


def _missing(signature: GraphQLVariableSignature) -> dict[str, Any] | None:
    """Return what a variable that was not given adds; None when it should have been."""
    if signature.default is None:
        return None if is_non_null_type(signature.type) else {}
    try:
        value = coerce_default_value(signature)
    except (GraphQLError, TypeError):
        return None
    return {} if value is Undefined else {signature.name: value}

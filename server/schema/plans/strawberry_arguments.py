"""Arguments as Strawberry gives them to a resolver; what it looks up for each value is looked up once for each type."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING
from typing import Any

from strawberry.relay.types import GlobalID
from strawberry.scalars import is_scalar
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import StrawberryArgument, convert_argument
from strawberry.types.base import (
    StrawberryList,
    StrawberryObjectDefinition,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.unset import UNSET

Convert = Callable[[Any], Any]
Take = Callable[[Mapping[str, Any], Any], dict[str, Any]]
"""From a field's arguments and its info to the keywords of the resolver."""


class _Unknown(Exception):  # noqa: N818 - an answer: Strawberry converts this one itself
    """A type that Strawberry's own conversion is left to."""


class Arguments:
    """The conversions of a schema's arguments. Types met again share theirs."""

    def __init__(self, config: StrawberryConfig, registry: Mapping[object, Any]) -> None:
        self._config = config
        self._registry = registry
        self._inputs: dict[type, Convert | None] = {}
        """None while one is being made: a type that holds itself is left to Strawberry."""

    def taking(self, declared: Iterable[StrawberryArgument]) -> Take:
        """Return what makes keywords of the declared arguments; those that were not given are left out."""
        config, registry = self._config, self._registry
        taken = [
            (config.name_converter.from_argument(one), one.python_name, one.type, self._whole(one.type))
            for one in declared
        ]

        def take(arguments: Mapping[str, Any], info: Any) -> dict[str, Any]:
            given = {}
            for name, python_name, kind, convert in taken:
                if name not in arguments:
                    continue
                value = arguments[name]
                if convert is not None:
                    given[python_name] = convert(value)
                else:
                    given[python_name] = convert_argument(value, kind, registry, config, info, path=(name,))
            return given

        return take

    def _whole(self, kind: Any) -> Convert | None:
        """Return the conversion of an argument, None when it is Strawberry's."""
        try:
            return self._of(kind)
        except _Unknown:
            return None

    def _of(self, kind: Any) -> Convert:
        if type(kind) is StrawberryOptional:
            return self._of(kind.of_type)
        if self._is_leaf(kind):
            return _same
        if type(kind) is StrawberryList:
            inner = kind.of_type.of_type if type(kind.of_type) is StrawberryOptional else kind.of_type
            return _copied if self._is_leaf(inner) else _each(self._of(kind.of_type))
        if isinstance(kind, type) and has_object_definition(kind):
            if kind not in self._inputs:
                self._inputs[kind] = None
                self._inputs[kind] = self._input(kind, kind.__strawberry_definition__)
            convert = self._inputs[kind]
            if convert is not None:
                return convert
        raise _Unknown

    def _is_leaf(self, kind: Any) -> bool:
        if kind is GlobalID:
            raise _Unknown
        return (
            is_scalar(kind, self._registry) or isinstance(kind, StrawberryEnumDefinition) or has_enum_definition(kind)
        )

    def _input(self, kind: type, definition: StrawberryObjectDefinition) -> Convert:
        if not definition.is_input or definition.from_input is not None:
            raise _Unknown
        # What may be left out and has no default is null, as Strawberry has it.
        absent = {
            one.python_name: None
            for one in definition.fields
            if one.default_value is MISSING and one.default_factory is MISSING
        }
        fields = [
            (
                self._config.name_converter.from_field(one),
                one.python_name,
                self._of(one.resolve_type(type_definition=definition)),
            )
            for one in definition.fields
        ]

        def convert(value: Any) -> Any:
            if value is None or value is UNSET:
                return value
            given: dict[str, Any] = dict(absent)
            for name, python_name, inner in fields:
                if name in value:
                    given[python_name] = inner(value[name])
            return kind(**given)

        return convert


def _same(value: Any) -> Any:
    return value


def _copied(value: Any) -> Any:
    # A default of the schema is the same list for every request.
    return value if value is None or value is UNSET else list(value)


def _each(convert: Convert) -> Convert:
    def items(value: Any) -> Any:
        return value if value is None or value is UNSET else [convert(one) for one in value]

    return items

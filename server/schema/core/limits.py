"""What a document may hold. One pass over its syntax, each node and each fragment looked at once.

Runs before validation, so unknown fields, missing fragments and circles are met here; validation refuses them.
"""

import math
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    parse,
)

from server.schema.core.problems import DocumentProblem, RequestProblem

INTEGER_DIGITS = 20
INTROSPECTION_ROOTS = frozenset({"__schema", "__type"})


@dataclass(frozen=True)
class Limits:
    """Bounds of one document. `introspection_depth` is the depth under __schema and __type.

    `repeats` bounds fields and fragments asked for again in one selection: validation compares each such pair.
    """

    source_bytes: int = 16_384
    tokens: int = 2_000
    depth: int = 12
    introspection_depth: int = 16
    aliases: int = 30
    directives: int = 50
    repeats: int = 50
    root_fields: int = 20
    root_mutations: int = 5
    list_items: int = 100
    cost: int = 50_000


def parse_document(source: str, limits: Limits) -> DocumentNode:
    """Parse a document within the bounds of size and tokens, or refuse it."""
    if len(source) > limits.source_bytes or len(source.encode("utf-8", "replace")) > limits.source_bytes:
        raise too_complex(f"The document is larger than {limits.source_bytes} bytes.")
    try:
        return parse(source, max_tokens=limits.tokens)
    except GraphQLError as error:
        if "tokens" in error.message:
            raise too_complex(f"The document has more than {limits.tokens} tokens.") from error
        raise DocumentProblem("syntax_error", [error]) from error


def too_complex(message: str) -> RequestProblem:
    """Return the refusal of a document that asks for too much."""
    return RequestProblem("too_complex", message)


@dataclass(frozen=True)
class _Extent:
    """How far a selection reaches: levels below it, levels below an introspection root, fields side by side."""

    depth: int = 0
    introspection: int = 0
    fields: int = 0


@dataclass(frozen=True)
class _Asked:
    """The names asked for in one selection, by the type they are asked of; and the type at hand."""

    names: set[tuple[str, str]]
    condition: str = ""


class Pass:
    """One look at a document. `visits` counts the nodes seen: at most once each, whatever spreads them."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self.limits = limits
        self.visits = 0
        self._aliases = 0
        self._directives = 0
        self._repeats = 0
        self._document = document
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._extents: dict[str, _Extent] = {}

    def check(self) -> None:
        """Refuse the document when it holds more than the limits allow."""
        for name in self._fragments:
            self._fragment(name)
        for definition in self._document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                self._operation(definition)
        if self._aliases > self.limits.aliases:
            raise too_complex(f"The document has more than {self.limits.aliases} aliases.")
        if self._directives > self.limits.directives:
            raise too_complex(f"The document has more than {self.limits.directives} directives.")
        if self._repeats > self.limits.repeats:
            raise too_complex(f"The document asks for the same again more than {self.limits.repeats} times.")

    def _operation(self, operation: OperationDefinitionNode) -> None:
        self._directives += len(operation.directives or ())
        for variable in operation.variable_definitions or ():
            self._directives += len(variable.directives or ())
            if variable.default_value is not None:
                self._value(variable.default_value)
        extent = self._selections(operation.selection_set)
        limits = self.limits
        is_mutation = operation.operation is OperationType.MUTATION
        fields = limits.root_mutations if is_mutation else limits.root_fields
        if extent.fields > fields:
            raise too_complex(f"The operation has more than {fields} root fields.")
        if extent.depth > limits.depth:
            raise too_complex(f"The document is deeper than {limits.depth} levels.")
        if extent.introspection > limits.introspection_depth:
            raise too_complex(f"Introspection is deeper than {limits.introspection_depth} levels.")

    def _fragment(self, name: str) -> _Extent:
        known = self._extents.get(name)
        if known is not None:
            return known
        fragment = self._fragments.get(name)
        # A circle meets this placeholder; a missing fragment has no extent. Validation refuses both.
        self._extents[name] = _Extent()
        if fragment is not None:
            self.visits += 1
            self._directives += len(fragment.directives or ())
            self._extents[name] = self._selections(fragment.selection_set)
        return self._extents[name]

    def _selections(self, selection_set: SelectionSetNode, asked: _Asked | None = None) -> _Extent:
        """Look at a selection. `asked` is given when it is a part of another one."""
        depth = introspection = fields = 0
        asked = _Asked(set()) if asked is None else asked
        for selection in selection_set.selections:
            self.visits += 1
            self._directives_of(selection.directives or ())
            if isinstance(selection, FieldNode):
                self._ask((selection.alias or selection.name).value, asked)
                extent = self._field(selection)
            elif isinstance(selection, FragmentSpreadNode):
                self._ask(f"...{selection.name.value}", asked)
                extent = self._fragment(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition.name.value if selection.type_condition else asked.condition
                extent = self._selections(selection.selection_set, _Asked(asked.names, condition))
            else:  # pragma: no cover - the grammar has no other kind
                continue
            depth, introspection = max(depth, extent.depth), max(introspection, extent.introspection)
            fields += extent.fields
        return _Extent(depth, introspection, fields)

    def _ask(self, name: str, asked: _Asked) -> None:
        self._repeats += (asked.condition, name) in asked.names
        asked.names.add((asked.condition, name))

    def _field(self, field: FieldNode) -> _Extent:
        self._aliases += field.alias is not None
        for argument in field.arguments or ():
            self._value(argument.value)
        below = self._selections(field.selection_set) if field.selection_set else _Extent()
        if field.name.value in INTROSPECTION_ROOTS:
            return _Extent(1, below.depth + 1, 1)
        return _Extent(below.depth + 1, below.introspection, 1)

    def _directives_of(self, directives: tuple[DirectiveNode, ...]) -> None:
        self._directives += len(directives)
        for directive in directives:
            for argument in directive.arguments or ():
                self._value(argument.value)

    def _value(self, root: Node) -> None:
        stack = [root]
        while stack:
            node = stack.pop()
            self.visits += 1
            if isinstance(node, ListValueNode):
                if len(node.values) > self.limits.list_items:
                    raise too_complex(f"A list holds more than {self.limits.list_items} items.")
                stack.extend(node.values)
            elif isinstance(node, StringValueNode | IntValueNode | FloatValueNode):
                _check_literal(node)
            else:
                stack.extend(field.value for field in getattr(node, "fields", ()) or ())


def _check_literal(node: StringValueNode | IntValueNode | FloatValueNode) -> None:
    if isinstance(node, StringValueNode):
        if "\x00" in node.value:
            raise RequestProblem("bad_request", "The document holds text with a NUL character.")
    elif len(node.value) > INTEGER_DIGITS and isinstance(node, IntValueNode):
        raise RequestProblem("bad_request", "The document holds an integer past 64 bits.")
    elif isinstance(node, FloatValueNode) and not math.isfinite(float(node.value)):
        raise RequestProblem("bad_request", "The document holds a number past 64 bits.")

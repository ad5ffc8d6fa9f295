"""What an operation asks, as a tree: fields collected, fragments merged, conditions decided, types looked up once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from server.schema.plans.leaves import Leaf, leaf_of
from server.schema.plans.ways import Batches, Calls, Dialect, Rows, Unplannable, Way

MAX_FIELDS = 2_000
"""How many fields a plan may have: fragments can make a short document ask for very many."""
CONDITIONS = frozenset({"skip", "include"})
META = frozenset({"__schema", "__type"})


@dataclass(frozen=True)
class ListShape:
    """A list of what `item` is."""

    item: "Shape"
    is_nullable: bool


@dataclass(frozen=True)
class LeafShape:
    """A scalar or an enum."""

    leaf: Leaf
    is_nullable: bool


@dataclass(frozen=True)
class Place:
    """An object of one type at one place of the document, with what is asked of it. `row` is its usual class."""

    kind: GraphQLObjectType
    row: type | None
    fields: Mapping[str, "PlaceField"]


@dataclass(frozen=True)
class ObjectShape:
    """An object: one place, or one for each type it can be of."""

    places: Sequence[Place]
    is_abstract: bool
    is_nullable: bool


Shape = ListShape | LeafShape | ObjectShape


@dataclass(frozen=True)
class PlaceField:
    """A field of a place. Without a way it is `__typename`."""

    definition: GraphQLField | None
    parent: GraphQLObjectType
    nodes: list[FieldNode]
    way: Way | None = None
    shape: Shape | None = None


@dataclass(frozen=True)
class Language:
    """A schema, who knows how it was declared, how data is made of it, and what was found out of its leaves so far."""

    schema: GraphQLSchema
    dialect: Dialect
    rows: Rows
    leaves: dict[str, Leaf] = field(default_factory=dict)

    def leaf(self, kind: Any) -> Leaf:
        """Return how a leaf type is written."""
        if kind.name not in self.leaves:
            self.leaves[kind.name] = leaf_of(kind, self.dialect)
        return self.leaves[kind.name]


@dataclass(frozen=True)
class Asked:
    """One operation of a valid document, and the fragments of the document."""

    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDetails]

    @classmethod
    def of(cls, document: DocumentNode, operation: OperationDefinitionNode) -> "Asked":
        """Return an operation of a document. Fragments with variables of their own are never asked for here."""
        found = (node for node in document.definitions if isinstance(node, FragmentDefinitionNode))
        return cls(operation, {node.name.value: FragmentDetails(node) for node in found})

    @property
    def definitions(self) -> dict[str, FragmentDefinitionNode]:
        """Return the fragments as resolvers are shown them."""
        return {name: fragment.definition for name, fragment in self.fragments.items()}


def conditions_of(asked: Asked) -> tuple[str, ...]:
    """Return the variables that decide what is selected. Raises Unplannable for a directive that is no condition."""
    seen: set[str] = set()
    names: dict[str, None] = {}
    if asked.operation.directives or any(d.directives for d in asked.operation.variable_definitions or ()):
        raise Unplannable("directive")
    for node in _selections(asked, asked.operation.selection_set, seen):
        for directive in node.directives or ():
            if directive.name.value not in CONDITIONS:
                raise Unplannable("directive")
            values = [argument.value for argument in directive.arguments or ()]
            names.update((value.name.value, None) for value in values if isinstance(value, VariableNode))
    return tuple(names)


def _selections(asked: Asked, selected: SelectionSetNode, seen: set[str]) -> Iterator[Any]:
    for node in selected.selections:
        yield node
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name not in seen:
                seen.add(name)
                fragment = asked.fragments[name]
                if fragment.definition.variable_definitions or fragment.definition.directives:
                    raise Unplannable("directive")
                yield from _selections(asked, fragment.definition.selection_set, seen)
        elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
            yield from _selections(asked, node.selection_set, seen)


class Planter:
    """Grows the tree of one operation, for one choice of its conditions."""

    def __init__(self, language: Language, asked: Asked, conditions: Mapping[str, bool]) -> None:
        self.asked = asked
        self.language = language
        self.schema = language.schema
        self.dialect = language.dialect
        self.values = VariableValues({}, dict(conditions))
        self.count = 0

    def root(self) -> Place:
        """Return the operation's root, or raise Unplannable."""
        asked = self.asked
        kind = self.schema.get_root_type(asked.operation.operation)
        if kind is None:
            raise Unplannable("root")
        fragments: Any = asked.fragments
        grouped, defers, _ = collect_fields(self.schema, fragments, self.values, kind, asked.operation)
        return self._place(kind, None, grouped, defers)

    def _place(self, kind: GraphQLObjectType, row: type | None, grouped: GroupedFieldSet, defers: Any) -> Place:
        if defers:
            raise Unplannable("directive")
        return Place(kind, row, {key: self._field(kind, details) for key, details in grouped.items()})

    def _field(self, parent: GraphQLObjectType, details: list[FieldDetails]) -> PlaceField:
        self.count += 1
        if self.count > MAX_FIELDS:
            raise Unplannable("size")
        nodes = [detail.node for detail in details]
        name = nodes[0].name.value
        if name == "__typename":
            return PlaceField(None, parent, nodes)
        definition = None if name in META else self.schema.get_field(parent, name)
        if definition is None:
            raise Unplannable("introspection" if name in META else "field")
        way = self.dialect.way(definition)
        if parent is self.schema.mutation_type:
            if definition.resolve is None or isinstance(way, Batches):
                raise Unplannable("resolver")
            # What a mutation did is kept, so that it is not done again; what is merely read is not.
            way = way if isinstance(way, Calls) else Calls(definition.resolve)
        return PlaceField(definition, parent, nodes, way, self._shape(definition.type, details))

    def _shape(self, kind: GraphQLOutputType, details: list[FieldDetails]) -> Shape:
        inner: Any = get_nullable_type(kind)
        is_nullable = not is_non_null_type(kind)
        if is_leaf_type(inner):
            return LeafShape(self.language.leaf(inner), is_nullable)
        if is_list_type(inner):
            return ListShape(self._shape(inner.of_type, details), is_nullable)
        if is_object_type(inner):
            return ObjectShape([self._object(inner, self.dialect.row_of(inner), details)], False, is_nullable)
        if not is_abstract_type(inner):
            raise Unplannable("type")
        rows: dict[type, GraphQLObjectType | None] = {}
        for possible in self.schema.get_possible_types(inner):
            row = self.dialect.named_row_of(possible, inner)
            if row is not None:
                # A class that two types are declared on tells nothing about which of them a row is of.
                rows[row] = None if row in rows else possible
        places = [self._object(one, row, details) for row, one in rows.items() if one is not None]
        return ObjectShape(places, True, is_nullable)

    def _object(self, kind: GraphQLObjectType, row: type | None, details: list[FieldDetails]) -> Place:
        asked = self.asked
        fragments: Any = asked.fragments
        grouped, defers, _ = collect_subfields(self.schema, fragments, self.values, asked.operation, kind, details)
        return self._place(kind, row, grouped, defers)

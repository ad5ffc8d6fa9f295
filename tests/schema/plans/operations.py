"""Queries made at random over the whole schema, with ids of what is really there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    ArgumentNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    ListValueNode,
    StringValueNode,
    Visitor,
    get_named_type,
    is_leaf_type,
    parse,
    print_ast,
    visit,
)

DEEPEST = 6
PLAIN = {
    "Boolean": "true",
    "Date": '"2027-03-09"',
    "DateTime": '"2027-03-09T10:00:00Z"',
    "Float": "1.5",
    "Int": "3",
    "JSON": '"x"',
    "LocalTime": '"10:00"',
    "String": '"invoicing"',
}


@dataclass
class Operation:
    """A query and its variables."""

    text: str
    variables: dict[str, Any] = field(default_factory=dict)


class Ids:
    """Ids of what there is, by type."""

    def __init__(self, by_type: Mapping[str, Sequence[str]]) -> None:
        self.by_type = by_type
        self.all = [one for ids in by_type.values() for one in ids]

    def pick(self, chance: Random, argument: str) -> str:
        """Return an id that mostly fits an argument of this name."""
        stem = re.sub(r"Ids?$", "", argument)
        fitting = self.by_type.get(stem[:1].upper() + stem[1:])
        return chance.choice(fitting if fitting and chance.random() < 0.9 else self.all)


class Maker:
    """Makes queries; the same seed makes the same ones."""

    def __init__(self, schema: GraphQLSchema, ids: Ids, seed: int) -> None:
        self.schema = schema
        self.ids = ids
        self.chance = Random(seed)
        self.fragments: list[str] = []
        self.variables: dict[str, tuple[str, Any]] = {}
        self.names = 0

    def query(self) -> Operation:
        """Return the next query. It may be invalid: two fields of one name may not fit together."""
        self.fragments, self.variables, self.names = [], {}, 0
        assert self.schema.query_type is not None
        body = self._selection(self.schema.query_type, 0, at_most=3)
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in self.variables.items())
        head = f"query Q({declared})" if declared else "query Q"
        given = {name: value for name, (_, value) in self.variables.items()}
        return Operation(" ".join([head, body, *self.fragments]), given)

    def _selection(self, kind: GraphQLOutputType, depth: int, at_most: int = 5) -> str:
        inner = get_named_type(kind)
        if isinstance(inner, GraphQLUnionType | GraphQLInterfaceType):
            return self._abstract(inner, depth)
        assert isinstance(inner, GraphQLObjectType)
        parts = self._fields(inner, depth, at_most)
        if self.chance.random() < 0.15 and depth:
            parts.append(self._named(inner, " ".join(self._fields(inner, depth, 3))))
        return f"{{ {' '.join(parts) or '__typename'} }}"

    def _abstract(self, kind: GraphQLUnionType | GraphQLInterfaceType, depth: int) -> str:
        parts = ["__typename"] if self.chance.random() < 0.7 else []
        if isinstance(kind, GraphQLInterfaceType):
            parts += [name for name, one in kind.fields.items() if is_leaf_type(get_named_type(one.type))][:2]
        possible = list(self.schema.get_possible_types(kind))
        for one in self.chance.sample(possible, min(len(possible), self.chance.randint(1, 4))):
            parts.append(f"... on {one.name} {self._selection(one, depth + 1, 3)}")
        return f"{{ {' '.join(parts)} }}"

    def _fields(self, kind: GraphQLObjectType, depth: int, at_most: int) -> list[str]:
        usable = [
            (name, one)
            for name, one in kind.fields.items()
            if depth < DEEPEST or is_leaf_type(get_named_type(one.type))
        ]
        chosen = self.chance.sample(usable, min(len(usable), self.chance.randint(1, at_most)))
        parts = [self._field(name, one, depth) for name, one in chosen]
        if self.chance.random() < 0.1:
            parts.append("__typename")
        return parts

    def _field(self, name: str, one: GraphQLField, depth: int) -> str:
        arguments = [
            f"{key}: {self._argument(argument, key)}"
            for key, argument in one.args.items()
            if key not in {"after", "before", "last"}
            and (isinstance(argument.type, GraphQLNonNull) or self.chance.random() < 0.4)
        ]
        given = f"({', '.join(arguments)})" if arguments else ""
        alias = ""
        if one.args or self.chance.random() < 0.1:
            self.names += 1
            alias = f"{name}{self.names}: " if self.names < 25 else ""
        below = "" if is_leaf_type(get_named_type(one.type)) else f" {self._selection(one.type, depth + 1)}"
        return f"{alias}{name}{given}{self._condition()}{below}"

    def _named(self, kind: GraphQLObjectType, fields: str) -> str:
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {kind.name} {{ {fields} }}")
        return f"...{name}{self._condition()}"

    def _condition(self) -> str:
        if self.chance.random() > 0.06:
            return ""
        word = self.chance.choice(["skip", "include"])
        if self.chance.random() < 0.4:
            return f" @{word}(if: {self.chance.choice(['true', 'false'])})"
        name = self.chance.choice(["one", "other"])
        self.variables.setdefault(name, ("Boolean!", self.chance.random() < 0.5))
        return f" @{word}(if: ${name})"

    def _argument(self, argument: GraphQLArgument, name: str) -> str:
        if self.chance.random() < 0.15 and get_named_type(argument.type).name in {"Int", "ID", "String"}:
            variable = f"v{len(self.variables)}"
            value = self._plain(argument.type, name)
            self.variables[variable] = (str(argument.type), value)
            return f"${variable}"
        return self._literal(argument.type, name)

    def _plain(self, kind: GraphQLInputType, name: str) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._plain(kind.of_type, name)
        if isinstance(kind, GraphQLList):
            return [self._plain(kind.of_type, name)]
        return {"Int": self.chance.randint(1, 4), "ID": self.ids.pick(self.chance, name), "String": "invoicing"}[
            str(kind)
        ]

    def _literal(self, kind: GraphQLInputType, name: str) -> str:
        if isinstance(kind, GraphQLNonNull):
            return self._literal(kind.of_type, name)
        if isinstance(kind, GraphQLList):
            return f"[{', '.join(self._literal(kind.of_type, name) for _ in range(self.chance.randint(0, 2)))}]"
        if isinstance(kind, GraphQLEnumType):
            return self.chance.choice(list(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            fields = [
                f"{key}: {self._literal(one.type, key)}"
                for key, one in kind.fields.items()
                if isinstance(one.type, GraphQLNonNull) or self.chance.random() < 0.3
            ]
            return f"{{{', '.join(fields)}}}"
        if kind.name == "ID":
            return f'"{self.ids.pick(self.chance, name)}"'
        return str(self.chance.randint(1, 4)) if kind.name == "Int" else PLAIN[kind.name]


def with_real_ids(text: str, ids: Ids, seed: int) -> str:
    """Return a query in which most ids are those of something: generated ones never are."""
    chance = Random(seed)

    class Naming(Visitor):
        def enter_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
            name = node.name.value.lower()
            if not name.endswith(("id", "ids")) or chance.random() < 0.1:
                return None
            real = StringValueNode(value=ids.pick(chance, node.name.value))
            value: Any = ListValueNode(values=(real,)) if name.endswith("ids") else real
            return ArgumentNode(name=node.name, value=value)

    return print_ast(visit(parse(text), Naming()))

"""Relay's Node: one interface, one registry of loaders, and the two root fields that resolve any id.

A loader is the visibility query of its type: what it leaves out of its answer does not exist for the actor.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry
from graphql import GraphQLInterfaceType
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField

from server.domain.errors import NotFound, invalid
from server.schema.core.context import Context, Info
from server.schema.core.fields import resolved
from server.schema.core.ids import encode_id, parse_uuid, split_id

MAX_NODES = 100

Load = Callable[[Info, Collection[Any]], Awaitable[Mapping[Any, Any]]]
LoadFunction = TypeVar("LoadFunction", bound=Load)


class _KeyField(StrawberryField):
    """The key itself as a leaf, in the spelling of live frames."""

    def reader(self) -> Callable[[Any], Any]:
        """Return what a plan reads it by."""
        return lambda source: str(source.key)

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:  # noqa: ARG002 - Strawberry calls it
        return str(source.key)


class _IdField(StrawberryField):
    """The id as a leaf: computed from the key without a resolver's overhead."""

    def reader(self) -> Callable[[Any], Any]:
        """Return what a plan reads it by."""
        return lambda source: encode_id(source.__strawberry_definition__.name, source.key)

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: Any) -> Any:  # noqa: ARG002 - Strawberry calls it
        return encode_id(source.__strawberry_definition__.name, source.key)


def _computed(field: StrawberryField) -> Any:
    field.init = field.repr = field.compare = False
    return field


def _id_field() -> Any:
    return _computed(
        _IdField(type_annotation=StrawberryAnnotation(strawberry.ID), description="The global id, opaque to clients.")
    )


def _live_key_field() -> Any:
    return _computed(
        _KeyField(type_annotation=StrawberryAnnotation(str), description="What live frames and events call it.")
    )


@strawberry.interface(description="An object with a global id.")
class Node:
    """A type that `node(id:)` can find. `key` is the row's own id, `id` the global one."""

    key: strawberry.Private[UUID | str]
    id: strawberry.ID = _id_field()
    live_key: str = _live_key_field()


@dataclass(frozen=True)
class NodeLoader:
    """How objects of one type are found: its batch query, and how its keys are read."""

    load: Load
    read_key: Callable[[str], Any]


_LOADERS: dict[str, NodeLoader] = {}


def node_loader(
    type_name: str, *, read_key: Callable[[str], Any] = parse_uuid
) -> Callable[[LoadFunction], LoadFunction]:
    """Register `async (info, keys) -> {key: object}` as the way to the objects of a type.

    Keys that the actor may not see, or that do not exist, are left out. Keys are UUIDs unless `read_key`
    reads them otherwise (it refuses with NotFound).
    """

    def register(load: LoadFunction) -> LoadFunction:
        if type_name in _LOADERS:
            raise TypeError(f"{type_name} has a node loader already")
        _LOADERS[type_name] = NodeLoader(load, read_key)
        return load

    return register


async def load_node(info: Info, type_name: str, key: Any) -> Any:
    """Return one object by its raw key, or None. All calls of a level become one query."""
    context: Context = info.context
    loader = _LOADERS[type_name]

    async def run(keys: list[Any]) -> Sequence[Any]:
        found = await loader.load(info, list(dict.fromkeys(keys)))
        return [found.get(each) for each in keys]

    return await context.batches.load(("node", type_name), key, run)


async def find_node(info: Info, global_id: str) -> Any:
    """Return the object of a global id, or None when it is malformed, missing or hidden."""
    try:
        type_name, text = split_id(global_id)
        loader = _LOADERS.get(type_name)
        if loader is None:
            return None
        return await load_node(info, type_name, loader.read_key(text))
    except NotFound:
        return None


def types_without_loader(schema: strawberry.Schema) -> list[str]:
    """Return the names of the types that implement Node but cannot be found by id."""
    core = schema._schema  # noqa: SLF001 - Strawberry shows the graphql-core schema under no public name
    interface = core.type_map.get("Node")
    if not isinstance(interface, GraphQLInterfaceType):
        return []
    return [kind.name for kind in core.get_possible_types(interface) if kind.name not in _LOADERS]


@strawberry.type
class NodeQuery:
    """The root fields that find any object by id. Query inherits from it."""

    @resolved(description="Any object by its global id; null when it is missing or hidden.")
    async def node(
        self,
        info: Info,
        global_id: Annotated[strawberry.ID, strawberry.argument(name="id", description="A global id.")],
    ) -> Node | None:
        """Return one object, or None."""
        found: Node | None = await find_node(info, global_id)
        return found

    @resolved(description=f"Up to {MAX_NODES} objects by global id, in the order asked.")
    async def nodes(
        self,
        info: Info,
        global_ids: Annotated[list[strawberry.ID], strawberry.argument(name="ids", description="Global ids.")],
    ) -> list[Node | None]:
        """Return one object or None for each id."""
        if len(global_ids) > MAX_NODES:
            raise invalid("ids", "too_many", f"At most {MAX_NODES} ids at once.")
        return list(await asyncio.gather(*(find_node(info, each) for each in global_ids)))

"""Makes the schema from its roots, with our scalars, and refuses one that breaks a convention of the house."""

from collections.abc import Iterable

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from server.schema.core.batching import quicken
from server.schema.core.nodes import types_without_loader
from server.schema.core.scalars import SCALARS


def build_schema(
    query: type, mutation: type | None = None, subscription: type | None = None, *, types: Iterable[type] = ()
) -> strawberry.Schema:
    """Return the schema. Every type that implements Node must have a loader."""
    schema = strawberry.Schema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        types=types,
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    missing = types_without_loader(schema)
    if missing:
        raise TypeError(f"no node loader for {', '.join(sorted(missing))}")
    quicken(core_schema(schema))
    return schema


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """Return the graphql-core schema inside, which Strawberry shows under no public name."""
    return schema._schema  # noqa: SLF001 - see above

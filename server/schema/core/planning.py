"""What the compiler of operations (schema/plans) must know of our declarations: which fields are batched, and how."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import strawberry
from strawberry.schema.schema_converter import get_arguments
from strawberry.types.field import StrawberryField

from server.schema.core.batching import BatchedField, freeze
from server.schema.core.building import core_schema
from server.schema.core.rows import ROWS
from server.schema.plans.strawberry_dialect import StrawberryDialect
from server.schema.plans.tree import Language
from server.schema.plans.ways import Prepare, Run, Unplannable


def language_of(schema: strawberry.Schema) -> Language:
    """Return the schema as plans are made of it."""
    return Language(core_schema(schema), StrawberryDialect(schema.schema_converter, _batches_of(schema)), ROWS)


def _batches_of(schema: strawberry.Schema) -> Callable[[StrawberryField], Prepare | None]:
    converter, config = schema.schema_converter, schema.config

    def batches(declared: StrawberryField) -> Prepare | None:
        if not isinstance(declared, BatchedField):
            return None
        if declared.extensions:
            raise Unplannable("extensions")
        batch, is_bare = declared.batch, not declared.arguments

        def prepare(info: Any, arguments: Mapping[str, Any]) -> tuple[Hashable, Run]:
            told = config.info_class(_raw_info=info, _field=declared)
            given: dict[str, Any] = {}
            if not is_bare:
                _, given = get_arguments(
                    field=declared,
                    source=None,
                    info=told,
                    kwargs=arguments,
                    config=config,
                    scalar_registry=converter.scalar_registry,
                )
                given.pop("info", None)

            def run(parents: list[Any]) -> Any:
                return batch.function(parents, told, **batch.bind(given))

            return (declared, freeze(given)), run

        return prepare

    return batches

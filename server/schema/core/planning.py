"""What the compiler of operations (schema/plans) must know of our declarations: which fields are batched, and how."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from server.schema.core.batching import BatchedField, freeze
from server.schema.core.building import core_schema
from server.schema.core.rows import ROWS
from server.schema.plans.strawberry_arguments import Arguments
from server.schema.plans.strawberry_dialect import StrawberryDialect
from server.schema.plans.tree import Language
from server.schema.plans.ways import Prepare, Run, Unplannable


def language_of(schema: strawberry.Schema) -> Language:
    """Return the schema as plans are made of it."""
    arguments = Arguments(schema.config, schema.schema_converter.scalar_registry)
    batches = _batches_of(schema, arguments)
    return Language(core_schema(schema), StrawberryDialect(schema.schema_converter, batches, arguments), ROWS)


def _batches_of(schema: strawberry.Schema, known: Arguments) -> Callable[[StrawberryField], Prepare | None]:
    config = schema.config

    def batches(declared: StrawberryField) -> Prepare | None:
        if not isinstance(declared, BatchedField):
            return None
        if declared.extensions:
            raise Unplannable("extensions")
        batch, take = declared.batch, known.taking(declared.arguments)

        def prepare(info: Any, arguments: Mapping[str, Any]) -> tuple[Hashable, Run]:
            told = config.info_class(_raw_info=info, _field=declared)
            given = take(arguments, told)

            def run(parents: list[Any]) -> Any:
                return batch.function(parents, told, **batch.bind(given))

            return (declared, freeze(given)), run

        return prepare

    return batches

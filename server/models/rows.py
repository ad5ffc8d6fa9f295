"""Models made of rows that are read by position, as those of a joined statement are.

Ask when the database is open: Tortoise knows the columns of foreign keys from then on.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from tortoise.models import Model

Made = TypeVar("Made", bound=Model)


@cache
def _names(model: type[Model]) -> tuple[str, ...]:
    return tuple(model._meta.fields_db_projection)  # noqa: SLF001 - Tortoise's own list of a table's fields


@cache
def columns_of(model: type[Model], alias: str) -> str:
    """Return the columns of `made_of`, of the table under this alias."""
    columns = model._meta.fields_db_projection  # noqa: SLF001
    return ", ".join(f"{alias}.{columns[name]}" for name in _names(model))


def made_of(model: type[Made], row: Sequence[Any]) -> Made:
    """Return the model of a row whose columns are those of `columns_of`."""
    return model(**dict(zip(_names(model), row, strict=True)))

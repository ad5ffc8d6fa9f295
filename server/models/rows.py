"""Models made of rows that are read by position, as those of a joined statement are.

Ask when the database is open: Tortoise knows the columns of foreign keys from then on.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from tortoise.models import Model

Made = TypeVar("Made", bound=Model)


@cache
def _columns(model: type[Model]) -> dict[str, str]:
    """Return the column of each field, in one order."""
    told = model.describe(serializable=False)
    return {one["name"]: one["db_column"] for one in (told["pk_field"], *told["data_fields"])}


@cache
def table_of(model: type[Model]) -> str:
    """Return the name of a model's table."""
    return str(model.describe(serializable=False)["table"])


@cache
def columns_of(model: type[Model], alias: str) -> str:
    """Return the columns of `made_of`, of the table under this alias."""
    return ", ".join(f"{alias}.{column}" for column in _columns(model).values())


def made_of(model: type[Made], row: Sequence[Any]) -> Made:
    """Return the model of a row whose columns are those of `columns_of`."""
    return model(**dict(zip(_columns(model), row, strict=True)))

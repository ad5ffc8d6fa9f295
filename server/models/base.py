"""What every row shares: a UUIDv7 key and, where it matters, its birth."""

from enum import Enum
from typing import Any, TypeVar, cast

from tortoise import fields
from tortoise.models import Model, ModelMeta

from server.kit.clock import now
from server.kit.ids import new_id

APP = "alongside"
"""The Tortoise app label: foreign keys name their target as `alongside.Model`."""


Choice = TypeVar("Choice", bound=Enum)


def enum_or_null(choices: type[Choice], *, max_length: int) -> Choice | None:
    """Return a column of one of some choices, or null. Tortoise types its column of choices as never null."""
    return cast("Choice | None", fields.CharEnumField(choices, max_length=max_length, null=True))


class _Undescribed(ModelMeta):
    """Makes models without reading their source for comments on columns, of which there are none.

    Tortoise would read and parse each file for each of its classes: a tenth of the start of every process.
    """

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> ModelMeta:
        return super().__new__(cls, name, bases, {**attrs, "_no_comments": True})


class Row(Model, metaclass=_Undescribed):
    """A row with a UUIDv7 key."""

    id = fields.UUIDField(primary_key=True, default=new_id)

    class Meta:
        abstract = True


class DatedRow(Row):
    """A row that knows when it was made, by the process clock."""

    created_at = fields.DatetimeField(default=now)

    class Meta:
        abstract = True

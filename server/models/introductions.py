"""Introductions of two people by a third."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.introductions import IntroductionState
from server.models.base import DatedRow
from server.models.profiles import Profile


class Introduction(DatedRow):
    """An introduction; `one_id` is the smaller of the two ids. `closed_at` is when everybody knew that it is over."""

    introducer: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="introductions_offered"
    )
    introducer_id: UUID
    one: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="introductions_as_one"
    )
    one_id: UUID
    other: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="introductions_as_other"
    )
    other_id: UUID
    words = fields.TextField(default="")
    state = fields.CharEnumField(IntroductionState, max_length=12)
    one_agrees = fields.BooleanField(null=True)
    other_agrees = fields.BooleanField(null=True)
    expires_at: datetime = fields.DatetimeField()
    made_at: datetime | None = fields.DatetimeField(null=True)
    closed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "introduction"
        indexes = (
            Index(fields=("introducer_id", "created_at")),
            Index(fields=("one_id", "created_at")),
            Index(fields=("other_id", "created_at")),
            Index(fields=("closed_at", "expires_at")),
        )

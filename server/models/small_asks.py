"""Small asks, who offered to help, and to whom they were passed on."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index, PartialIndex

from server.domain.small_asks import SmallAskState
from server.models.base import DatedRow
from server.models.profiles import Profile


class SmallAsk(DatedRow):
    """Fifteen minutes that somebody asks for. `helper_id` and `meets_at` come with the offer that was taken."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="small_asks")
    profile_id: UUID
    text = fields.CharField(max_length=300)
    topic = fields.CharField(max_length=40, default="")
    skill_id: str | None = fields.TextField(null=True)
    state = fields.CharEnumField(SmallAskState, max_length=12)
    helper_id: UUID | None = fields.UUIDField(null=True)
    meets_at: datetime | None = fields.DatetimeField(null=True)
    thanks = fields.CharField(max_length=300, default="")
    expires_at: datetime = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "small_ask"
        indexes = (
            Index(fields=("profile_id", "created_at")),
            Index(fields=("helper_id",)),
            PartialIndex(fields=("created_at", "id"), condition={"state": "open"}),
        )


class SmallAskOffer(DatedRow):
    """Somebody who would help, and when they are free for it."""

    ask: fields.ForeignKeyRelation[SmallAsk] = fields.ForeignKeyField("alongside.SmallAsk", related_name="offers")
    ask_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="small_ask_offers"
    )
    profile_id: UUID
    free_at: datetime = fields.DatetimeField()
    words = fields.CharField(max_length=300, default="")

    class Meta:
        table = "small_ask_offer"
        unique_together = (("ask_id", "profile_id"),)
        indexes = (Index(fields=("profile_id",)),)


class SmallAskPass(DatedRow):
    """An ask that somebody passed on to a person they trust with it."""

    ask: fields.ForeignKeyRelation[SmallAsk] = fields.ForeignKeyField("alongside.SmallAsk", related_name="passes")
    ask_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="small_asks_passed"
    )
    profile_id: UUID
    to: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="small_asks_received"
    )
    to_id: UUID

    class Meta:
        table = "small_ask_pass"
        unique_together = (("ask_id", "profile_id", "to_id"),)
        indexes = (Index(fields=("profile_id",)), Index(fields=("to_id",)))

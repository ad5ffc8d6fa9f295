"""Gatherings, and what people answered to them."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index

from server.domain.gatherings import AnswerState, Audience, CameBy
from server.kit.clock import now
from server.models.base import DatedRow, enum_or_null
from server.models.circles import Circle
from server.models.profiles import Profile
from server.models.programmes import Programme


class Gathering(DatedRow):
    """A community event. Its state is worked out of its times and `cancelled_at`; `code_key` makes its check-in codes.

    `reminded` counts the reminders that went out, or were late when it was announced. `heir_id` was asked to host.
    """

    host: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="gatherings")
    host_id: UUID
    heir_id: UUID | None = fields.UUIDField(null=True)
    audience = fields.CharEnumField(Audience, max_length=12)
    circle: fields.ForeignKeyNullableRelation[Circle] = fields.ForeignKeyField(
        "alongside.Circle", related_name="gatherings", null=True
    )
    circle_id: UUID | None
    programme: fields.ForeignKeyNullableRelation[Programme] = fields.ForeignKeyField(
        "alongside.Programme", related_name="gatherings", null=True
    )
    programme_id: UUID | None
    title = fields.CharField(max_length=120)
    about = fields.TextField(default="")
    starts_at: datetime = fields.DatetimeField()
    ends_at: datetime = fields.DatetimeField()
    time_zone = fields.CharField(max_length=64)
    is_online = fields.BooleanField(default=False)
    place = fields.CharField(max_length=200, default="")
    city = fields.CharField(max_length=80, default="")
    country = fields.CharField(max_length=2, default="")
    link = fields.CharField(max_length=500, default="")
    interests: list[str] = ArrayField("text", default=list)
    cap = fields.SmallIntField()
    code_key = fields.CharField(max_length=64)
    cancelled_at: datetime | None = fields.DatetimeField(null=True)
    announced_at: datetime = fields.DatetimeField(default=now)
    reminded = fields.SmallIntField(default=0)
    version = fields.IntField(default=1)

    class Meta:
        table = "gathering"
        indexes = (
            Index(fields=("starts_at", "id")),
            Index(fields=("host_id", "starts_at")),
            Index(fields=("heir_id",)),
            Index(fields=("circle_id",)),
            Index(fields=("programme_id",)),
        )


class GatheringAnswer(DatedRow):
    """Somebody's answer to a gathering. `queued_at` orders the line; `came_at` is when they were checked in."""

    gathering: fields.ForeignKeyRelation[Gathering] = fields.ForeignKeyField(
        "alongside.Gathering", related_name="answers"
    )
    gathering_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="gathering_answers"
    )
    profile_id: UUID
    state = fields.CharEnumField(AnswerState, max_length=12)
    queued_at: datetime = fields.DatetimeField(default=now)
    came_at: datetime | None = fields.DatetimeField(null=True)
    came_by: CameBy | None = enum_or_null(CameBy, max_length=8)

    class Meta:
        table = "gathering_answer"
        unique_together = (("gathering_id", "profile_id"),)
        indexes = (Index(fields=("gathering_id", "state", "queued_at", "id")), Index(fields=("profile_id", "state")))

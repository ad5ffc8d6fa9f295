"""Open asks, and what mentors have written for them so far."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index, PartialIndex

from server.domain.open_asks import AskOrigin, AskState
from server.models.base import DatedRow
from server.models.profiles import Profile


class OpenAsk(DatedRow):
    """A question that a mentor may take up. `reach` are the skills whose mentors see it; empty: every mentor does.

    `origin_id` is the question or follow-up it came of, once each. `held_by` has it until `lease_until`.
    """

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="asks")
    profile_id: UUID
    goal = fields.CharField(max_length=300)
    message = fields.TextField(default="")
    minutes = fields.SmallIntField()
    skill_ids: list[str] = ArrayField("text", default=list)
    reach: list[str] = ArrayField("text", default=list)
    is_anonymous = fields.BooleanField(default=False)
    origin = fields.CharEnumField(AskOrigin, max_length=12)
    origin_id: UUID | None = fields.UUIDField(null=True)
    state = fields.CharEnumField(AskState, max_length=12)
    held_by: UUID | None = fields.UUIDField(null=True)
    held_since: datetime | None = fields.DatetimeField(null=True)
    lease_until: datetime | None = fields.DatetimeField(null=True)
    answer = fields.TextField(default="")
    answered_by: UUID | None = fields.UUIDField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    request_id: UUID | None = fields.UUIDField(null=True)
    expires_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "open_ask"
        unique_together = (("origin", "origin_id"),)
        indexes = (
            Index(fields=("profile_id", "created_at")),
            Index(fields=("held_by",)),
            Index(fields=("answered_by",)),
            PartialIndex(fields=("created_at", "id"), condition={"state": "open"}),
        )


class AskDraft(DatedRow):
    """What a mentor wrote for an ask: theirs to keep, also when their lease lapsed or somebody else answered."""

    ask: fields.ForeignKeyRelation[OpenAsk] = fields.ForeignKeyField("alongside.OpenAsk", related_name="drafts")
    ask_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="ask_drafts")
    profile_id: UUID
    text = fields.TextField(default="")
    updated_at = fields.DatetimeField()

    class Meta:
        table = "ask_draft"
        unique_together = (("ask_id", "profile_id"),)
        indexes = (Index(fields=("profile_id", "updated_at")),)

"""Polls: what is asked, who took part, and what was said in sum.

Between the last two there is no tie: a ballot is added to counts and not kept, so no row, key or instant leads from a
person to what they said.
"""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.polls import PollKind, PollState
from server.models.base import DatedRow, Row
from server.models.webinars import Webinar


class Poll(DatedRow):
    """A poll of a webinar."""

    webinar: fields.ForeignKeyRelation[Webinar] = fields.ForeignKeyField("alongside.Webinar", related_name="polls")
    webinar_id: UUID
    kind = fields.CharEnumField(PollKind, max_length=12)
    prompt = fields.CharField(max_length=300)
    options: list[str] = fields.JSONField(default=list)
    correct: list[int] = fields.JSONField(default=list)
    most_choices = fields.IntField(default=1)
    scale = fields.IntField(default=0)
    state = fields.CharEnumField(PollState, max_length=8)
    results_shown = fields.BooleanField(default=False)
    created_by = fields.UUIDField()
    opened_at: datetime | None = fields.DatetimeField(null=True)
    closed_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "poll"
        indexes = (Index(fields=("webinar_id", "created_at", "id")),)


class PollParticipation(Row):
    """Somebody who took part in a poll: that they did, not when, not with what."""

    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField("alongside.Poll", related_name="participations")
    poll_id: UUID
    profile_id = fields.UUIDField()

    class Meta:
        table = "poll_participation"
        unique_together = (("poll_id", "profile_id"),)


class PollCount(Row):
    """How often something was said in a poll, by anybody."""

    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField("alongside.Poll", related_name="counts")
    poll_id: UUID
    key = fields.CharField(max_length=40)
    count = fields.IntField(default=0)

    class Meta:
        table = "poll_count"
        unique_together = (("poll_id", "key"),)

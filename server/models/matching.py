"""Suggestions of the matching, one row for each pair, format and seat."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.availability import MentoringFormat
from server.domain.suggestions import MatchSide, SuggestionState
from server.models.base import DatedRow
from server.models.profiles import Profile


class Suggestion(DatedRow):
    """Somebody (`other`) put before somebody (`profile`), who would take the seat `side`.

    `shown_count` counts impressions, at most one a day; `shown_at` is the last one, `decided_at` the last change of
    state. `request_id` names the request that came of it.
    """

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="suggestions"
    )
    profile_id: UUID
    other: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="suggested_to")
    other_id: UUID
    side = fields.CharEnumField(MatchSide, max_length=8)
    format = fields.CharEnumField(MentoringFormat, max_length=12)
    state = fields.CharEnumField(SuggestionState, max_length=12)
    score = fields.FloatField()
    shown_count = fields.IntField(default=0)
    shown_at: datetime | None = fields.DatetimeField(null=True)
    decided_at: datetime | None = fields.DatetimeField(null=True)
    request_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "suggestion"
        unique_together = (("profile_id", "side", "format", "other_id"),)
        indexes = (Index(fields=("other_id", "shown_at")), Index(fields=("state", "shown_at")))

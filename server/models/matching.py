"""Suggestions of the matching, and what people said it should know: wishes, exclusions, searches they keep."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.availability import MentoringFormat
from server.domain.preferences import ExclusionReason, Strength
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


class MatchExclusion(DatedRow):
    """Two people who are not to be matched, because one of them said so. The other never hears of it."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="exclusions")
    profile_id: UUID
    other: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="excluded_by")
    other_id: UUID
    reason = fields.CharEnumField(ExclusionReason, max_length=24)

    class Meta:
        table = "match_exclusion"
        unique_together = (("profile_id", "other_id"),)
        indexes = (Index(fields=("other_id",)),)


class MatchPreference(DatedRow):
    """What somebody wishes of whom they are matched with: a trait, and how much it matters."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="match_preferences"
    )
    profile_id: UUID
    trait = fields.CharField(max_length=60)
    strength = fields.CharEnumField(Strength, max_length=8)

    class Meta:
        table = "match_preference"
        unique_together = (("profile_id", "trait"),)


class SavedSearch(DatedRow):
    """A search of the directory that somebody keeps under a name."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="saved_searches"
    )
    profile_id: UUID
    name = fields.CharField(max_length=60)
    wanted: dict[str, Any] = fields.JSONField(default=dict)

    class Meta:
        table = "saved_search"
        unique_together = (("profile_id", "name"),)
        indexes = (Index(fields=("profile_id", "created_at")),)

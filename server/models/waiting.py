"""Waiting lists by skill: places in line, and what was offered to them."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index, PartialIndex

from server.domain.availability import MentoringFormat
from server.domain.waiting import OfferOutcome, WaitingState
from server.models.base import DatedRow
from server.models.profiles import Profile


class WaitingPlace(DatedRow):
    """Somebody's place in the line of a skill and a format, held since `created_at`.

    `is_first`: they had never had a mentor when they joined. `request_id` is the offer under way, or the last one;
    `continues_id` the mentorship that ended without anybody's fault, when this goes on from there.
    """

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="waiting_places"
    )
    profile_id: UUID
    skill_id = fields.CharField(max_length=80)
    format = fields.CharEnumField(MentoringFormat, max_length=12)
    aspect = fields.CharField(max_length=12, default="")
    goal = fields.CharField(max_length=300)
    message = fields.TextField(default="")
    minutes_needed = fields.IntField()
    is_first = fields.BooleanField()
    state = fields.CharEnumField(WaitingState, max_length=8)
    request_id: UUID | None = fields.UUIDField(null=True)
    continues_id: UUID | None = fields.UUIDField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "waiting_place"
        indexes = (
            Index(fields=("profile_id", "created_at")),
            Index(fields=("request_id",)),
            Index(fields=("skill_id", "format", "created_at")),
            PartialIndex(fields=("created_at", "id"), condition={"state": "waiting"}),
        )


class WaitingOffer(DatedRow):
    """A mentor asked in the name of somebody in line, until `until`. What became of it is how a list is measured."""

    place: fields.ForeignKeyRelation[WaitingPlace] = fields.ForeignKeyField(
        "alongside.WaitingPlace", related_name="offers"
    )
    place_id: UUID
    mentor: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="waiting_offers"
    )
    mentor_id: UUID
    request_id = fields.UUIDField()
    until = fields.DatetimeField()
    outcome = fields.CharEnumField(OfferOutcome, max_length=12)
    decided_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "waiting_offer"
        unique_together = (("place_id", "mentor_id"),)
        indexes = (
            Index(fields=("request_id",)),
            Index(fields=("mentor_id",)),
            PartialIndex(fields=("until",), condition={"outcome": "open"}),
        )

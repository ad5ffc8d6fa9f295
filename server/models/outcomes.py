"""What each side of a mentorship is asked when it is over, and what they answer."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.outcomes import OutcomeMoment, OutcomeSide
from server.models.base import DatedRow
from server.models.mentorships import Mentorship
from server.models.profiles import Profile


class MentorshipOutcome(DatedRow):
    """Questions to one side at one moment, due at `due_at` and open until `closes_at`; empty answers were left out.

    `told_at` is when the person was told that they are due.
    """

    mentorship: fields.ForeignKeyRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="outcomes"
    )
    mentorship_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="outcomes")
    profile_id: UUID
    side = fields.CharEnumField(OutcomeSide, max_length=8)
    moment = fields.CharEnumField(OutcomeMoment, max_length=8)
    due_at = fields.DatetimeField()
    closes_at = fields.DatetimeField()
    told_at: datetime | None = fields.DatetimeField(null=True)
    answered_at: datetime | None = fields.DatetimeField(null=True)
    skill_before: int | None = fields.SmallIntField(null=True)
    skill_after: int | None = fields.SmallIntField(null=True)
    confidence_before: int | None = fields.SmallIntField(null=True)
    confidence_after: int | None = fields.SmallIntField(null=True)
    ties: int | None = fields.SmallIntField(null=True)
    clients: int | None = fields.SmallIntField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "mentorship_outcome"
        unique_together = (("mentorship_id", "profile_id", "moment"),)
        indexes = (
            Index(fields=("profile_id", "due_at", "id")),
            Index(fields=("moment", "side", "due_at")),
            # The ones nobody was told of are those whose `told_at` is null.
            Index(fields=("told_at", "due_at")),
        )

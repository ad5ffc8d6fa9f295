"""Check-ins of mentorships, and each person's part in them."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.check_ins import CheckInKind, CheckInState
from server.models.base import DatedRow
from server.models.mentorships import Mentorship
from server.models.profiles import Profile


class CheckIn(DatedRow):
    """A check-in. `due_at` and `closes_at` are counted with every gig known now; empty while one has no end.

    One that goes with a gig names its stretch in `stretch_id`, and asks whoever is on it alone.
    """

    mentorship: fields.ForeignKeyRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="check_ins"
    )
    mentorship_id: UUID
    kind = fields.CharEnumField(CheckInKind, max_length=12)
    state = fields.CharEnumField(CheckInState, max_length=8)
    stretch_id: UUID | None = fields.UUIDField(null=True)
    counted_from = fields.DatetimeField()
    cadence_days = fields.SmallIntField()
    due_at: datetime | None = fields.DatetimeField(null=True)
    closes_at: datetime | None = fields.DatetimeField(null=True)
    settled_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "check_in"
        unique_together = (("mentorship_id", "kind", "stretch_id"),)
        indexes = (Index(fields=("mentorship_id", "created_at", "id")), Index(fields=("state", "closes_at")))


class CheckInPart(DatedRow):
    """What one person is asked, how often their silence was met, and what they said."""

    check_in: fields.ForeignKeyRelation[CheckIn] = fields.ForeignKeyField("alongside.CheckIn", related_name="parts")
    check_in_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="check_ins")
    profile_id: UUID
    steps_told = fields.SmallIntField(default=0)
    next_step_at: datetime | None = fields.DatetimeField(null=True)
    answered_at: datetime | None = fields.DatetimeField(null=True)
    useful: int | None = fields.SmallIntField(null=True)
    is_next_step_clear = fields.BooleanField(null=True)
    is_wrong = fields.BooleanField(null=True)
    words = fields.TextField(default="")
    wants_look = fields.BooleanField(default=False)

    class Meta:
        table = "check_in_part"
        unique_together = (("check_in_id", "profile_id"),)
        indexes = (Index(fields=("profile_id",)), Index(fields=("next_step_at",)))

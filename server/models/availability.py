"""Availability, rhythm and the capacity ledger."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from server.domain.availability import CapacityKind, StretchKind
from server.models.base import DatedRow, Row
from server.models.profiles import Profile


class WeeklyWindow(Row):
    """A weekly window in the profile's wall time: weekday 0 is Monday, minutes of the day, end exclusive."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="windows")
    profile_id: UUID
    weekday = fields.SmallIntField()
    start_minute = fields.SmallIntField()
    end_minute = fields.SmallIntField()

    class Meta:
        table = "weekly_window"
        unique_together = (("profile_id", "weekday", "start_minute"),)
        constraints = (
            CheckConstraint(
                check="weekday BETWEEN 0 AND 6 AND start_minute BETWEEN 0 AND end_minute - 1 AND end_minute <= 1440",
                name="weekly_window_in_week",
            ),
        )


class AvailabilityException(Row):
    """A dated exception in local wall time: open where the week is not, or closed where it is."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="exceptions")
    profile_id: UUID
    day = fields.DateField()
    start_minute = fields.SmallIntField()
    end_minute = fields.SmallIntField()
    is_open = fields.BooleanField()

    class Meta:
        table = "availability_exception"
        indexes = (Index(fields=("profile_id", "day")),)


class AvailabilityRule(DatedRow):
    """How somebody wants to be booked: minutes kept free around meetings, and the notice they need."""

    profile: fields.OneToOneRelation[Profile] = fields.OneToOneField(
        "alongside.Profile", related_name="availability_rule"
    )
    profile_id: UUID
    buffer_minutes = fields.SmallIntField(default=10)
    notice_minutes = fields.IntField(default=720)

    class Meta:
        table = "availability_rule"


class Stretch(DatedRow):
    """A stretch of somebody's rhythm, in UTC; an open end means until they say so."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="stretches")
    profile_id: UUID
    kind = fields.CharEnumField(StretchKind, max_length=10)
    started_at = fields.DatetimeField()
    ended_at: datetime | None = fields.DatetimeField(null=True)
    note = fields.CharField(max_length=120, default="")

    class Meta:
        table = "stretch"
        indexes = (Index(fields=("profile_id", "started_at")),)


class CapacityAccount(DatedRow):
    """One account of the ledger. CONCURRENT has one per format; the others have no format ('').

    `used` of CONCURRENT is kept here and changed in the database; the rolling kinds count their entries.
    Lowering a limit below what is used ends nothing: it only admits nothing new.
    """

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="capacity")
    profile_id: UUID
    kind = fields.CharEnumField(CapacityKind, max_length=16)
    format = fields.CharField(max_length=12, default="")
    allowed = fields.IntField()
    used = fields.IntField(default=0)

    class Meta:
        table = "capacity_account"
        unique_together = (("profile_id", "kind", "format"),)
        constraints = (CheckConstraint(check="used >= 0 AND allowed >= 0", name="capacity_account_not_negative"),)


class CapacityEntry(DatedRow):
    """A line of the ledger: `delta` units, why, and for what (a request or a mentorship). Never changed."""

    account: fields.ForeignKeyRelation[CapacityAccount] = fields.ForeignKeyField(
        "alongside.CapacityAccount", related_name="entries"
    )
    account_id: UUID
    delta = fields.IntField()
    reason = fields.CharField(max_length=40)
    reference = fields.UUIDField(null=True)

    class Meta:
        table = "capacity_entry"
        indexes = (Index(fields=("account_id", "created_at")), Index(fields=("reference",)))

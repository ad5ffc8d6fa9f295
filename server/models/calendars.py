"""The feed of somebody's calendar, and the reminders they were given."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.calendars import EntryKind, ReminderStep
from server.kit.clock import now
from server.models.base import DatedRow
from server.models.profiles import Profile


class CalendarFeed(DatedRow):
    """The secret address of a calendar, kept as a hash. `content_hash` is of what it last said, since `changed_at`."""

    profile: fields.OneToOneRelation[Profile] = fields.OneToOneField("alongside.Profile", related_name="calendar_feed")
    profile_id: UUID
    token_hash = fields.CharField(max_length=64, unique=True)
    content_hash = fields.CharField(max_length=64, default="")
    changed_at: datetime = fields.DatetimeField(default=now)

    class Meta:
        table = "calendar_feed"


class CalendarReminder(DatedRow):
    """A reminder that was given. Something that moves is another thing to be reminded of."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="calendar_reminders"
    )
    profile_id: UUID
    kind = fields.CharEnumField(EntryKind, max_length=12)
    subject_id: UUID = fields.UUIDField()
    starts_at: datetime = fields.DatetimeField()
    step = fields.CharEnumField(ReminderStep, max_length=8)

    class Meta:
        table = "calendar_reminder"
        unique_together = (("profile_id", "subject_id", "starts_at", "step"),)
        indexes = (Index(fields=("starts_at",)),)

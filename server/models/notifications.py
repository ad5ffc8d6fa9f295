"""Notifications: what somebody is told, how they want it, and the mails it goes into."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index, PartialIndex

from server.domain.notification_kinds import MailChoice, NotificationKind
from server.domain.notifications import DigestRhythm, LetterState, MailState, NotificationState, SubjectKind
from server.models.base import DatedRow
from server.models.profiles import Profile

# Said here, not listed by Tortoise: a new kind changes no column.
_KIND = "one of NotificationKind"
_SUBJECT = "one of SubjectKind"


class NotificationInbox(DatedRow):
    """How somebody wants to be left alone and when their digest comes, and the lock on all that is told to them.

    `version` grows with every change of what is unread. `mail_key` signs the links that end mails without signing in.
    """

    profile: fields.OneToOneRelation[Profile] = fields.OneToOneField("alongside.Profile", related_name="inbox")
    profile_id: UUID
    version = fields.IntField(default=0)
    mail_key = fields.CharField(max_length=64)
    quiet_start: int | None = fields.SmallIntField(null=True)
    quiet_end: int | None = fields.SmallIntField(null=True)
    is_quiet_on_gig = fields.BooleanField(default=True)
    digest = fields.CharEnumField(DigestRhythm, max_length=8, default=DigestRhythm.WEEKLY)
    digest_weekday = fields.SmallIntField(default=0)
    digest_hour = fields.SmallIntField(default=9)
    next_digest_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "notification_inbox"
        indexes = (Index(fields=("next_digest_at",)),)


class NotificationPreference(DatedRow):
    """How somebody wants to hear of a kind; without a row, as MANNERS has it."""

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="notification_preferences"
    )
    profile_id: UUID
    kind = fields.CharEnumField(NotificationKind, max_length=32, description=_KIND)
    in_app = fields.BooleanField()
    mail = fields.CharEnumField(MailChoice, max_length=12)

    class Meta:
        table = "notification_preference"
        unique_together = (("profile_id", "kind"),)


class NotificationLetter(DatedRow):
    """A mail of notifications, or a digest. Its words are made when it is sent; `tried_at` is when that was last.

    `useful_id` is the one useful thing a digest named, so that the next one names another.
    """

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="notification_letters"
    )
    profile_id: UUID
    is_digest = fields.BooleanField()
    state = fields.CharEnumField(LetterState, max_length=8)
    tried_at = fields.DatetimeField()
    sent_at: datetime | None = fields.DatetimeField(null=True)
    useful_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "notification_letter"
        indexes = (
            Index(fields=("profile_id", "created_at")),
            PartialIndex(fields=("tried_at",), condition={"state": "due"}),
        )


class Notification(DatedRow):
    """Somebody is told of something, once for each `source_id`: a fact, or an occasion that a job made one of.

    `is_shown`: it is in the inbox; otherwise it exists for its mail alone.
    """

    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="notifications"
    )
    profile_id: UUID
    source_id = fields.UUIDField()
    kind = fields.CharEnumField(NotificationKind, max_length=32, description=_KIND)
    by_id: UUID | None = fields.UUIDField(null=True)
    subject_kind = fields.CharEnumField(SubjectKind, max_length=24, description=_SUBJECT)
    subject_id = fields.UUIDField()
    detail: dict[str, Any] = fields.JSONField(default=dict)
    state = fields.CharEnumField(NotificationState, max_length=10)
    is_shown = fields.BooleanField()
    is_quiet = fields.BooleanField()
    mail = fields.CharEnumField(MailState, max_length=8)
    mail_due_at: datetime | None = fields.DatetimeField(null=True)
    letter: fields.ForeignKeyNullableRelation[NotificationLetter] = fields.ForeignKeyField(
        "alongside.NotificationLetter", related_name="notifications", null=True
    )
    letter_id: UUID | None

    class Meta:
        table = "notification"
        unique_together = (("profile_id", "source_id"),)
        indexes = (
            Index(fields=("profile_id", "created_at", "id")),
            Index(fields=("source_id",)),
            Index(fields=("by_id",)),
            Index(fields=("letter_id",)),
            Index(fields=("created_at",)),
            PartialIndex(fields=("profile_id",), condition={"state": "unread"}),
            PartialIndex(fields=("mail_due_at",), condition={"mail": "waiting"}),
        )

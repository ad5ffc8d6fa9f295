from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops

from server.domain.notification_kinds import MailChoice, NotificationKind
from server.domain.notifications import DigestRhythm, LetterState, MailState, NotificationState, SubjectKind
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0028_talk_of_circles")]

    initial = False

    operations = [
        ops.CreateModel(
            name="NotificationInbox",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "profile",
                    fields.OneToOneField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="inbox",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("version", fields.IntField(default=0)),
                ("mail_key", fields.CharField(max_length=64)),
                ("quiet_start", fields.SmallIntField(null=True)),
                ("quiet_end", fields.SmallIntField(null=True)),
                ("is_quiet_on_gig", fields.BooleanField(default=True)),
                (
                    "digest",
                    fields.CharEnumField(
                        default=DigestRhythm.WEEKLY,
                        description="NEVER: never\nDAILY: daily\nWEEKLY: weekly",
                        enum_type=DigestRhythm,
                        max_length=8,
                    ),
                ),
                ("digest_weekday", fields.SmallIntField(default=0)),
                ("digest_hour", fields.SmallIntField(default=9)),
                ("next_digest_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notification_inbox",
                "app": "alongside",
                "indexes": [Index(fields=["next_digest_at"])],
                "pk_attr": "id",
                "table_description": "How somebody wants to be left alone and when their digest comes, and the lock on all that is told to them.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="NotificationLetter",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notification_letters",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("is_digest", fields.BooleanField()),
                (
                    "state",
                    fields.CharEnumField(
                        description="DUE: due\nSENDING: sending\nSENT: sent\nDROPPED: dropped",
                        enum_type=LetterState,
                        max_length=8,
                    ),
                ),
                ("tried_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("useful_id", fields.UUIDField(null=True)),
            ],
            options={
                "table": "notification_letter",
                "app": "alongside",
                "indexes": [
                    Index(fields=["profile_id", "created_at"]),
                    PartialIndex(fields=["tried_at"], condition={"state": "due"}),
                ],
                "pk_attr": "id",
                "table_description": "A mail of notifications, or a digest. Its words are made when it is sent; `tried_at` is when that was last.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="Notification",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notifications",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("source_id", fields.UUIDField()),
                (
                    "kind",
                    fields.CharEnumField(
                        description="one of NotificationKind", enum_type=NotificationKind, max_length=32
                    ),
                ),
                ("by_id", fields.UUIDField(null=True)),
                (
                    "subject_kind",
                    fields.CharEnumField(description="one of SubjectKind", enum_type=SubjectKind, max_length=24),
                ),
                ("subject_id", fields.UUIDField()),
                ("detail", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                (
                    "state",
                    fields.CharEnumField(
                        description="UNREAD: unread\nREAD: read\nDISMISSED: dismissed",
                        enum_type=NotificationState,
                        max_length=10,
                    ),
                ),
                ("is_shown", fields.BooleanField()),
                ("is_quiet", fields.BooleanField()),
                (
                    "mail",
                    fields.CharEnumField(
                        description="NONE: none\nWAITING: waiting\nDIGEST: digest\nTAKEN: taken\nDROPPED: dropped",
                        enum_type=MailState,
                        max_length=8,
                    ),
                ),
                ("mail_due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "letter",
                    fields.ForeignKeyField(
                        "alongside.NotificationLetter",
                        source_field="letter_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="notifications",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "notification",
                "app": "alongside",
                "unique_together": (("profile_id", "source_id"),),
                "indexes": [
                    Index(fields=["profile_id", "created_at", "id"]),
                    Index(fields=["source_id"]),
                    Index(fields=["by_id"]),
                    Index(fields=["letter_id"]),
                    Index(fields=["created_at"]),
                    PartialIndex(fields=["profile_id"], condition={"state": "unread"}),
                    PartialIndex(fields=["mail_due_at"], condition={"mail": "waiting"}),
                ],
                "pk_attr": "id",
                "table_description": "Somebody is told of something, once for each `source_id`: a fact, or an occasion that a job made one of.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="NotificationPreference",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notification_preferences",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="one of NotificationKind", enum_type=NotificationKind, max_length=32
                    ),
                ),
                ("in_app", fields.BooleanField()),
                (
                    "mail",
                    fields.CharEnumField(
                        description="IMMEDIATE: immediate\nDIGEST: digest\nOFF: off",
                        enum_type=MailChoice,
                        max_length=12,
                    ),
                ),
            ],
            options={
                "table": "notification_preference",
                "app": "alongside",
                "unique_together": (("profile_id", "kind"),),
                "pk_attr": "id",
                "table_description": "How somebody wants to hear of a kind; without a row, as MANNERS has it.",
            },
            bases=["DatedRow"],
        ),
    ]

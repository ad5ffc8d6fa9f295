from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.sessions import SessionRole, SessionState
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0006_mentorships")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Session",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "mentorship",
                    fields.ForeignKeyField(
                        "alongside.Mentorship",
                        source_field="mentorship_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(default="", max_length=120)),
                (
                    "state",
                    fields.CharEnumField(
                        description="SCHEDULED: scheduled\nLOBBY: lobby\nLIVE: live\nENDED: ended\nRECAPPED: recapped",
                        enum_type=SessionState,
                        max_length=12,
                    ),
                ),
                ("opened_by", fields.UUIDField()),
                ("started_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "session",
                "app": "alongside",
                "indexes": [Index(fields=["mentorship_id", "created_at"])],
                "pk_attr": "id",
                "table_description": "A meeting of a mentorship.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="SessionMessage",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "session",
                    fields.ForeignKeyField(
                        "alongside.Session",
                        source_field="session_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="messages",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "author",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="author_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="session_messages",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("text", fields.TextField(unique=False)),
                ("edited_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("deleted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session_message",
                "app": "alongside",
                "indexes": [Index(fields=["session_id", "created_at", "id"])],
                "pk_attr": "id",
                "table_description": "A line of a session's chat. An empty text with `deleted_at` is a line taken back.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="SessionParticipant",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "session",
                    fields.ForeignKeyField(
                        "alongside.Session",
                        source_field="session_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="participants",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "role",
                    fields.CharEnumField(
                        description="HOST: host\nPARTICIPANT: participant\nGUEST: guest",
                        enum_type=SessionRole,
                        max_length=12,
                    ),
                ),
                ("joined_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("removed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session_participant",
                "app": "alongside",
                "unique_together": (("session_id", "profile_id"),),
                "indexes": [Index(fields=["profile_id", "created_at"])],
                "pk_attr": "id",
                "table_description": "Somebody's place in a session, whether or not they are connected now.",
            },
            bases=["DatedRow"],
        ),
    ]

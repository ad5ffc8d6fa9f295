from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.circle_talk import Reaction, ThreadKind, ThreadState
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0027_hosts_seen")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CircleThread",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "circle",
                    fields.ForeignKeyField(
                        "alongside.Circle",
                        source_field="circle_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="threads",
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
                        related_name="circle_threads",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharEnumField(description="TALK: talk\nASK: ask", enum_type=ThreadKind, max_length=8)),
                (
                    "state",
                    fields.CharEnumField(
                        description="OPEN: open\nANSWERED: answered\nSTALE: stale\nCLOSED: closed",
                        enum_type=ThreadState,
                        max_length=12,
                    ),
                ),
                ("theme", fields.CharField(default="", max_length=40)),
                ("title", fields.CharField(max_length=120)),
                ("heard_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("stale_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("changed_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "circle_thread",
                "app": "alongside",
                "indexes": [
                    Index(fields=["circle_id", "changed_at", "id"]),
                    Index(fields=["author_id"]),
                    Index(fields=["state", "stale_at"]),
                ],
                "pk_attr": "id",
                "table_description": "A discussion. `heard_at` is the last word of anybody but its author; `changed_at` the last change in it.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CirclePost",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "thread",
                    fields.ForeignKeyField(
                        "alongside.CircleThread",
                        source_field="thread_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="posts",
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
                        related_name="circle_posts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("text", fields.TextField(unique=False)),
                ("edited_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("deleted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "circle_post",
                "app": "alongside",
                "indexes": [Index(fields=["thread_id", "created_at", "id"]), Index(fields=["author_id"])],
                "pk_attr": "id",
                "table_description": "A post. An empty text with `deleted_at` is one taken back.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CircleReaction",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "post",
                    fields.ForeignKeyField(
                        "alongside.CirclePost",
                        source_field="post_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="given",
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
                        related_name="circle_reactions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="HEART: heart\nTHANKS: thanks\nSAME_HERE: same_here\nSTRENGTH: strength\nIDEA: idea",
                        enum_type=Reaction,
                        max_length=12,
                    ),
                ),
            ],
            options={
                "table": "circle_reaction",
                "app": "alongside",
                "unique_together": (("post_id", "profile_id", "kind"),),
                "indexes": [Index(fields=["profile_id"])],
                "pk_attr": "id",
                "table_description": "Somebody's reaction to a post.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CircleTurn",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "meeting",
                    fields.ForeignKeyField(
                        "alongside.CircleMeeting",
                        source_field="meeting_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="turns",
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
                        related_name="circle_turns",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("given_by", fields.UUIDField()),
                ("round", fields.IntField()),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "circle_turn",
                "app": "alongside",
                "indexes": [
                    Index(fields=["meeting_id", "created_at"]),
                    Index(fields=["profile_id"]),
                    Index(fields=["given_by"]),
                ],
                "pk_attr": "id",
                "table_description": "Somebody's turn to speak, from `created_at`; due to end at `ends_at`, ended at `ended_at`.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CircleVeil",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "circle",
                    fields.ForeignKeyField(
                        "alongside.Circle",
                        source_field="circle_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="veils",
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
                        related_name="circle_veils",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "hidden",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="hidden_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="circle_veiled_by",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "circle_veil",
                "app": "alongside",
                "unique_together": (("circle_id", "profile_id", "hidden_id"),),
                "indexes": [Index(fields=["profile_id"]), Index(fields=["hidden_id"])],
                "pk_attr": "id",
                "table_description": "Somebody hid another member from themselves, and themselves from them, in a circle of nicknames.",
            },
            bases=["DatedRow"],
        ),
    ]

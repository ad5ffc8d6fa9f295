from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations import operations as ops

from server.domain.open_asks import AskOrigin, AskState
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0017_session_agenda")]

    initial = False

    operations = [
        ops.CreateModel(
            name="OpenAsk",
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
                        related_name="asks",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("goal", fields.CharField(max_length=300)),
                ("message", fields.TextField(default="", unique=False)),
                ("minutes", fields.SmallIntField()),
                ("skill_ids", ArrayField(default=list, element_type="TEXT")),
                ("reach", ArrayField(default=list, element_type="TEXT")),
                ("is_anonymous", fields.BooleanField(default=False)),
                (
                    "origin",
                    fields.CharEnumField(
                        description="WORKER: worker\nWEBINAR: webinar\nFOLLOW_UP: follow_up",
                        enum_type=AskOrigin,
                        max_length=12,
                    ),
                ),
                ("origin_id", fields.UUIDField(null=True)),
                (
                    "state",
                    fields.CharEnumField(
                        description="OPEN: open\nANSWERED: answered\nREQUESTED: requested\nWITHDRAWN: withdrawn\nEXPIRED: expired",
                        enum_type=AskState,
                        max_length=12,
                    ),
                ),
                ("held_by", fields.UUIDField(null=True)),
                ("held_since", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lease_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answer", fields.TextField(default="", unique=False)),
                ("answered_by", fields.UUIDField(null=True)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("request_id", fields.UUIDField(null=True)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "open_ask",
                "app": "alongside",
                "unique_together": (("origin", "origin_id"),),
                "indexes": [
                    Index(fields=["profile_id", "created_at"]),
                    Index(fields=["held_by"]),
                    Index(fields=["answered_by"]),
                    PartialIndex(fields=["created_at", "id"], condition={"state": "open"}),
                ],
                "pk_attr": "id",
                "table_description": "A question that a mentor may take up. `reach` are the skills whose mentors see it; empty: every mentor does.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="AskDraft",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "ask",
                    fields.ForeignKeyField(
                        "alongside.OpenAsk",
                        source_field="ask_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="drafts",
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
                        related_name="ask_drafts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("text", fields.TextField(default="", unique=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "ask_draft",
                "app": "alongside",
                "unique_together": (("ask_id", "profile_id"),),
                "indexes": [Index(fields=["profile_id", "updated_at"])],
                "pk_attr": "id",
                "table_description": "What a mentor wrote for an ask: theirs to keep, also when their lease lapsed or somebody else answered.",
            },
            bases=["DatedRow"],
        ),
    ]

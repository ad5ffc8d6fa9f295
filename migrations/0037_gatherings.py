from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.gatherings import AnswerState, Audience, CameBy
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0036_next_versions")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Gathering",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "host",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="host_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="gatherings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("heir_id", fields.UUIDField(null=True)),
                (
                    "audience",
                    fields.CharEnumField(
                        description="MEMBERS: members\nCIRCLE: circle\nPROGRAMME: programme",
                        enum_type=Audience,
                        max_length=12,
                    ),
                ),
                (
                    "circle",
                    fields.ForeignKeyField(
                        "alongside.Circle",
                        source_field="circle_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="gatherings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "programme",
                    fields.ForeignKeyField(
                        "alongside.Programme",
                        source_field="programme_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="gatherings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=120)),
                ("about", fields.TextField(default="", unique=False)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("time_zone", fields.CharField(max_length=64)),
                ("is_online", fields.BooleanField(default=False)),
                ("place", fields.CharField(default="", max_length=200)),
                ("city", fields.CharField(default="", max_length=80)),
                ("country", fields.CharField(default="", max_length=2)),
                ("link", fields.CharField(default="", max_length=500)),
                ("interests", ArrayField(default=list, element_type="TEXT")),
                ("cap", fields.SmallIntField()),
                ("code_key", fields.CharField(max_length=64)),
                ("cancelled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("announced_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("reminded", fields.SmallIntField(default=0)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "gathering",
                "app": "alongside",
                "indexes": [
                    Index(fields=["starts_at", "id"]),
                    Index(fields=["host_id", "starts_at"]),
                    Index(fields=["heir_id"]),
                    Index(fields=["circle_id"]),
                    Index(fields=["programme_id"]),
                ],
                "pk_attr": "id",
                "table_description": "A community event. Its state is worked out of its times and `cancelled_at`; `code_key` makes its check-in codes.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="GatheringAnswer",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "gathering",
                    fields.ForeignKeyField(
                        "alongside.Gathering",
                        source_field="gathering_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answers",
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
                        related_name="gathering_answers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="GOING: going\nWAITING: waiting\nMAYBE: maybe\nNOT_GOING: not_going\nGONE: gone",
                        enum_type=AnswerState,
                        max_length=12,
                    ),
                ),
                ("queued_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("came_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "came_by",
                    fields.CharEnumField(
                        null=True, description="HOST: host\nCODE: code", enum_type=CameBy, max_length=8
                    ),
                ),
            ],
            options={
                "table": "gathering_answer",
                "app": "alongside",
                "unique_together": (("gathering_id", "profile_id"),),
                "indexes": [
                    Index(fields=["gathering_id", "state", "queued_at", "id"]),
                    Index(fields=["profile_id", "state"]),
                ],
                "pk_attr": "id",
                "table_description": "Somebody's answer to a gathering. `queued_at` orders the line; `came_at` is when they were checked in.",
            },
            bases=["DatedRow"],
        ),
    ]

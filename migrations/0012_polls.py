from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.polls import PollKind, PollState
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0011_questions")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Poll",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "webinar",
                    fields.ForeignKeyField(
                        "alongside.Webinar",
                        source_field="webinar_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="polls",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="SINGLE: single\nMULTIPLE: multiple\nRATING: rating\nRANKING: ranking\nWORD_CLOUD: word_cloud\nQUIZ: quiz",
                        enum_type=PollKind,
                        max_length=12,
                    ),
                ),
                ("prompt", fields.CharField(max_length=300)),
                ("options", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("correct", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("most_choices", fields.IntField(default=1)),
                ("scale", fields.IntField(default=0)),
                (
                    "state",
                    fields.CharEnumField(
                        description="DRAFT: draft\nOPEN: open\nCLOSED: closed", enum_type=PollState, max_length=8
                    ),
                ),
                ("results_shown", fields.BooleanField(default=False)),
                ("created_by", fields.UUIDField()),
                ("opened_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "poll",
                "app": "alongside",
                "indexes": [Index(fields=["webinar_id", "created_at", "id"])],
                "pk_attr": "id",
                "table_description": "A poll of a webinar.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="PollCount",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "poll",
                    fields.ForeignKeyField(
                        "alongside.Poll",
                        source_field="poll_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="counts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("key", fields.CharField(max_length=40)),
                ("count", fields.IntField(default=0)),
            ],
            options={
                "table": "poll_count",
                "app": "alongside",
                "unique_together": (("poll_id", "key"),),
                "pk_attr": "id",
                "table_description": "How often something was said in a poll, by anybody.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="PollParticipation",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "poll",
                    fields.ForeignKeyField(
                        "alongside.Poll",
                        source_field="poll_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="participations",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("profile_id", fields.UUIDField()),
            ],
            options={
                "table": "poll_participation",
                "app": "alongside",
                "unique_together": (("poll_id", "profile_id"),),
                "pk_attr": "id",
                "table_description": "Somebody who took part in a poll: that they did, not when, not with what.",
            },
            bases=["Row"],
        ),
    ]

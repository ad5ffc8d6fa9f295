from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0016_matching_changes")]

    initial = False

    operations = [
        ops.AddField(model_name="Session", name="current_item_id", field=fields.UUIDField(null=True)),
        ops.AddField(
            model_name="Session",
            name="timer_started_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Session",
            name="timer_ends_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(model_name="Session", name="timer_left_seconds", field=fields.IntField(null=True)),
        ops.CreateModel(
            name="AgendaItem",
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
                        related_name="agenda",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("written_by", fields.UUIDField()),
                ("title", fields.CharField(max_length=120)),
                ("minutes", fields.IntField()),
                ("rank", fields.IntField()),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session_agenda_item",
                "app": "alongside",
                "indexes": [Index(fields=["session_id", "rank"]), Index(fields=["written_by"])],
                "pk_attr": "id",
                "table_description": "An item of a session's agenda, at its place in the order. `written_by` put it into these words.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="SessionLink",
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
                        related_name="links",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("added_by", fields.UUIDField()),
                ("url", fields.CharField(max_length=500)),
                ("title", fields.CharField(max_length=120)),
            ],
            options={
                "table": "session_link",
                "app": "alongside",
                "indexes": [Index(fields=["session_id", "created_at"]), Index(fields=["added_by"])],
                "pk_attr": "id",
                "table_description": "A web address that somebody put into the room.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="SessionAction",
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
                        related_name="actions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="owner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="session_actions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("written_by", fields.UUIDField()),
                ("text", fields.CharField(max_length=500)),
                ("due_on", fields.DateField(null=True)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session_action",
                "app": "alongside",
                "indexes": [
                    Index(fields=["session_id", "created_at", "id"]),
                    Index(fields=["written_by"]),
                    Index(fields=["owner_id"]),
                ],
                "pk_attr": "id",
                "table_description": "What somebody will do after a session. `written_by` put it into these words.",
            },
            bases=["DatedRow"],
        ),
    ]

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0020_notes_of_sessions")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CallSeat",
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
                        related_name="call_seats",
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
                        related_name="call_seats",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("connection_id", fields.CharField(max_length=64)),
                ("worker_id", fields.CharField(max_length=64)),
                ("microphone", fields.BooleanField()),
                ("camera", fields.BooleanField()),
            ],
            options={
                "table": "call_seat",
                "unique_together": (("session_id", "profile_id"),),
                "indexes": [
                    Index(fields=["connection_id"]),
                    Index(fields=["worker_id"]),
                    Index(fields=["profile_id"]),
                ],
                "table_description": "Somebody in the call of a session since `created_at`. It ends with the connection, or with its worker.",
                "app": "alongside",
                "pk_attr": "id",
            },
            bases=["DatedRow"],
        ),
    ]

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0013_full_accounts")]

    initial = False

    operations = [
        ops.AddField(
            model_name="SessionParticipant",
            name="hand_raised_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.CreateModel(
            name="SessionFloor",
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
                        related_name="floors",
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
                        related_name="session_floors",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("given_by", fields.UUIDField()),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session_floor",
                "app": "alongside",
                "indexes": [Index(fields=["session_id", "created_at"])],
                "pk_attr": "id",
                "table_description": "A time somebody had the floor, from `created_at` until `ended_at`; one at a time has it.",
            },
            bases=["DatedRow"],
        ),
        ops.RunSQL(
            "CREATE UNIQUE INDEX session_floor_one_speaker_idx ON session_floor (session_id) WHERE ended_at IS NULL",
            reverse_sql="DROP INDEX session_floor_one_speaker_idx",
        ),
    ]

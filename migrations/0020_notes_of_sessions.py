from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0019_answers_of_commands_are_kept")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SessionNotes",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "session",
                    fields.OneToOneField(
                        "alongside.Session",
                        source_field="session_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("state", fields.BinaryField()),
                ("state_number", fields.BigIntField(default=0)),
                ("number", fields.BigIntField(default=0)),
                ("told_number", fields.BigIntField(default=0)),
                ("text", fields.TextField()),
                ("changed_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session_notes",
                "table_description": "The notes of one session. `state` is the Yjs document after update `state_number`; later updates are rows.",
                "app": "alongside",
                "pk_attr": "id",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="SessionNotesUpdate",
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
                        related_name="notes_updates",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.BigIntField()),
                ("author_id", fields.UUIDField()),
                ("update_data", fields.BinaryField()),
            ],
            options={
                "table": "session_notes_update",
                "unique_together": (("session_id", "number"),),
                "indexes": [Index(fields=["author_id"])],
                "table_description": "An update of a session's notes that is not part of their state yet, as the Yjs client sent it.",
                "app": "alongside",
                "pk_attr": "id",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="SessionNotesPen",
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
                        related_name="notes_pens",
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
                        related_name="session_notes_pens",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("client_id", fields.BigIntField()),
            ],
            options={
                "table": "session_notes_pen",
                "unique_together": (("session_id", "client_id"),),
                "indexes": [Index(fields=["profile_id"])],
                "table_description": "A Yjs client id in a session's notes, and whose it is: nobody else's updates may write under it.",
                "app": "alongside",
                "pk_attr": "id",
            },
            bases=["DatedRow"],
        ),
        # The job that tells of what was written asks every few seconds: it must not read notes nobody touched.
        ops.RunSQL(
            sql="CREATE INDEX session_notes_untold ON session_notes (changed_at) WHERE told_number < number",
            reverse_sql="DROP INDEX session_notes_untold",
        ),
    ]

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("alongside", "0031_mentorship_outcomes")]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name="SessionAction",
            options={
                "table": "session_action",
                "app": "alongside",
                "indexes": [
                    Index(fields=["session_id", "created_at", "id"]),
                    Index(fields=["mentorship_id", "created_at", "id"]),
                    Index(fields=["written_by"]),
                    Index(fields=["owner_id"]),
                ],
                "pk_attr": "id",
                "table_description": "What somebody will do, agreed on in a session, or in a mentorship beside its sessions: one of the two is set.",
            },
        ),
        ops.AlterField(
            model_name="SessionAction",
            name="session",
            field=fields.ForeignKeyField(
                "alongside.Session",
                source_field="session_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="actions",
                on_delete=OnDelete.CASCADE,
            ),
        ),
        ops.AddField(
            model_name="SessionAction",
            name="mentorship",
            field=fields.ForeignKeyField(
                "alongside.Mentorship",
                source_field="mentorship_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="actions",
                on_delete=OnDelete.CASCADE,
            ),
        ),
        ops.AddField(
            model_name="SessionAction",
            name="version",
            field=fields.IntField(default=1, db_default=1),
        ),
        ops.AddIndex(
            model_name="SessionAction",
            index=Index(fields=["mentorship_id", "created_at", "id"]),
        ),
    ]

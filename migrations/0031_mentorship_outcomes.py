from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.outcomes import OutcomeMoment, OutcomeSide
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0030_mentorship_papers")]

    initial = False

    operations = [
        ops.CreateModel(
            name="MentorshipOutcome",
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
                        related_name="outcomes",
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
                        related_name="outcomes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "side",
                    fields.CharEnumField(
                        description="MENTOR: mentor\nMENTEE: mentee", enum_type=OutcomeSide, max_length=8
                    ),
                ),
                (
                    "moment",
                    fields.CharEnumField(
                        description="END: end\nDAY_30: day_30\nDAY_90: day_90", enum_type=OutcomeMoment, max_length=8
                    ),
                ),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("closes_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("told_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("skill_before", fields.SmallIntField(null=True)),
                ("skill_after", fields.SmallIntField(null=True)),
                ("confidence_before", fields.SmallIntField(null=True)),
                ("confidence_after", fields.SmallIntField(null=True)),
                ("ties", fields.SmallIntField(null=True)),
                ("clients", fields.SmallIntField(null=True)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "mentorship_outcome",
                "app": "alongside",
                "unique_together": (("mentorship_id", "profile_id", "moment"),),
                "indexes": [
                    Index(fields=["profile_id", "due_at", "id"]),
                    Index(fields=["moment", "side", "due_at"]),
                    Index(fields=["told_at", "due_at"]),
                ],
                "pk_attr": "id",
                "table_description": "Questions to one side at one moment, due at `due_at` and open until `closes_at`; empty answers were left out.",
            },
            bases=["DatedRow"],
        ),
    ]

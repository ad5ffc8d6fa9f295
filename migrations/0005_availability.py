from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

from server.domain.availability import CapacityKind, StretchKind
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0004_safety")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AvailabilityException",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="exceptions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("day", fields.DateField()),
                ("start_minute", fields.SmallIntField()),
                ("end_minute", fields.SmallIntField()),
                ("is_open", fields.BooleanField()),
            ],
            options={
                "table": "availability_exception",
                "app": "alongside",
                "indexes": [Index(fields=["profile_id", "day"])],
                "pk_attr": "id",
                "table_description": "A dated exception in local wall time: open where the week is not, or closed where it is.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="AvailabilityRule",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "profile",
                    fields.OneToOneField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="availability_rule",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("buffer_minutes", fields.SmallIntField(default=10)),
                ("notice_minutes", fields.IntField(default=720)),
            ],
            options={
                "table": "availability_rule",
                "app": "alongside",
                "pk_attr": "id",
                "table_description": "How somebody wants to be booked: minutes kept free around meetings, and the notice they need.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CapacityAccount",
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
                        related_name="capacity",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="CONCURRENT: concurrent\nNEW_REQUESTS: new_requests\nMINUTES: minutes",
                        enum_type=CapacityKind,
                        max_length=16,
                    ),
                ),
                ("format", fields.CharField(default="", max_length=12)),
                ("allowed", fields.IntField()),
                ("used", fields.IntField(default=0)),
            ],
            options={
                "table": "capacity_account",
                "app": "alongside",
                "unique_together": (("profile_id", "kind", "format"),),
                "constraints": [
                    CheckConstraint(check="used >= 0 AND allowed >= 0", name="capacity_account_not_negative")
                ],
                "pk_attr": "id",
                "table_description": "One account of the ledger. CONCURRENT has one per format; the others have no format ('').",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CapacityEntry",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "alongside.CapacityAccount",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="entries",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("delta", fields.IntField()),
                ("reason", fields.CharField(max_length=40)),
                ("reference", fields.UUIDField(null=True)),
            ],
            options={
                "table": "capacity_entry",
                "app": "alongside",
                "indexes": [Index(fields=["account_id", "created_at"]), Index(fields=["reference"])],
                "pk_attr": "id",
                "table_description": "A line of the ledger: `delta` units, why, and for what (a request or a mentorship). Never changed.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="Stretch",
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
                        related_name="stretches",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="ON_GIG: on_gig\nBLACKOUT: blackout", enum_type=StretchKind, max_length=10
                    ),
                ),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("note", fields.CharField(default="", max_length=120)),
            ],
            options={
                "table": "stretch",
                "app": "alongside",
                "indexes": [Index(fields=["profile_id", "started_at"])],
                "pk_attr": "id",
                "table_description": "A stretch of somebody's rhythm, in UTC; an open end means until they say so.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="WeeklyWindow",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "profile",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="profile_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="windows",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("weekday", fields.SmallIntField()),
                ("start_minute", fields.SmallIntField()),
                ("end_minute", fields.SmallIntField()),
            ],
            options={
                "table": "weekly_window",
                "app": "alongside",
                "unique_together": (("profile_id", "weekday", "start_minute"),),
                "constraints": [
                    CheckConstraint(
                        check="weekday BETWEEN 0 AND 6 AND start_minute BETWEEN 0 AND end_minute - 1 AND end_minute <= 1440",
                        name="weekly_window_in_week",
                    )
                ],
                "pk_attr": "id",
                "table_description": "A weekly window in the profile's wall time: weekday 0 is Monday, minutes of the day, end exclusive.",
            },
            bases=["Row"],
        ),
    ]

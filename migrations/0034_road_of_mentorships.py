from uuid import uuid4

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.check_ins import CheckInKind, CheckInState
from server.domain.mentorship_road import PauseReason
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0033_meetings_of_mentorships")]

    initial = False

    operations: list[ops.Operation] = [
        ops.CreateModel(
            name="CheckIn",
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
                        related_name="check_ins",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="CADENCE: cadence\nGIG_START: gig_start\nGIG_MIDDLE: gig_middle\nGIG_END: gig_end",
                        enum_type=CheckInKind,
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="OPEN: open\nDONE: done\nLAPSED: lapsed", enum_type=CheckInState, max_length=8
                    ),
                ),
                ("stretch_id", fields.UUIDField(null=True)),
                ("counted_from", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("cadence_days", fields.SmallIntField()),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closes_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "check_in",
                "app": "alongside",
                "unique_together": (("mentorship_id", "kind", "stretch_id"),),
                "indexes": [Index(fields=["mentorship_id", "created_at", "id"]), Index(fields=["state", "closes_at"])],
                "pk_attr": "id",
                "table_description": "A check-in. `due_at` and `closes_at` are counted with every gig known now; empty while one has no end.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CheckInPart",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "check_in",
                    fields.ForeignKeyField(
                        "alongside.CheckIn",
                        source_field="check_in_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="parts",
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
                        related_name="check_ins",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("steps_told", fields.SmallIntField(default=0)),
                ("next_step_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("useful", fields.SmallIntField(null=True)),
                ("is_next_step_clear", fields.BooleanField(null=True)),
                ("is_wrong", fields.BooleanField(null=True)),
                ("words", fields.TextField(default="", unique=False)),
                ("wants_look", fields.BooleanField(default=False)),
            ],
            options={
                "table": "check_in_part",
                "app": "alongside",
                "unique_together": (("check_in_id", "profile_id"),),
                "indexes": [Index(fields=["profile_id"]), Index(fields=["next_step_at"])],
                "pk_attr": "id",
                "table_description": "What one person is asked, how often their silence was met, and what they said.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="MentorshipFeedback",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "mentorship",
                    fields.ForeignKeyField(
                        "alongside.Mentorship",
                        source_field="mentorship_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="feedback",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "author",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="author_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="feedback_given",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("given_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("released_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("useful", fields.SmallIntField()),
                ("went_well", fields.TextField(default="", unique=False)),
                ("could_be_better", fields.TextField(default="", unique=False)),
                ("takeaway", fields.TextField(default="", unique=False)),
                ("kudos", fields.CharField(default="", max_length=300)),
                ("next_need", fields.CharField(default="", max_length=300)),
            ],
            options={
                "table": "mentorship_feedback",
                "app": "alongside",
                "unique_together": (("mentorship_id", "author_id"),),
                "indexes": [Index(fields=["author_id"]), Index(fields=["released_at", "given_at"])],
                "pk_attr": "id",
                "table_description": "What one of the two said at the end. Its key is drawn by lot: one made of time would tell who gave first.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Mentorship",
            name="brief_by",
            field=fields.UUIDField(null=True),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="cadence_days",
            field=fields.SmallIntField(null=True),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="check_in_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="check_in_from",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="closing_since",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="deliver_by",
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="deliverable",
            field=fields.CharField(default="", db_default="", max_length=300),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="delivered_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="holds_place",
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="look_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="pause_reason",
            field=fields.CharEnumField(
                null=True,
                description="GIG: gig\nAWAY: away\nNO_TIME: no_time\nPERSONAL: personal\nOTHER: other",
                enum_type=PauseReason,
                max_length=12,
            ),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="paused_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="paused_by",
            field=fields.UUIDField(null=True),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="paused_until",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="place_kept_until",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Mentorship",
            name="trial_until",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name="Mentorship",
            index=Index(fields=["look_at"]),
        ),
        ops.AddIndex(
            model_name="Mentorship",
            index=Index(fields=["check_in_at"]),
        ),
    ]

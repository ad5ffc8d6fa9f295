from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.agreements import AgreementState, Discretion, MeetingChannel
from server.domain.availability import MentoringFormat
from server.domain.mentorship_goals import GoalState
from server.domain.mentorship_notes import IdeaResult, IdeaState, NoteReach
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0029_notifications")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Agreement",
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
                        related_name="agreements",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.IntField()),
                (
                    "state",
                    fields.CharEnumField(
                        description="PROPOSED: proposed\nIN_FORCE: in_force\nREPLACED: replaced\nDROPPED: dropped",
                        enum_type=AgreementState,
                        max_length=12,
                    ),
                ),
                (
                    "written_by",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="written_by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="agreements_written",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("purpose", fields.CharField(max_length=500)),
                (
                    "format",
                    fields.CharEnumField(
                        description="CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group",
                        enum_type=MentoringFormat,
                        max_length=12,
                    ),
                ),
                ("mentor_role", fields.TextField(default="", unique=False)),
                ("mentee_role", fields.TextField(default="", unique=False)),
                ("meet_every_days", fields.IntField()),
                ("meeting_minutes", fields.IntField()),
                (
                    "channel",
                    fields.CharEnumField(
                        description="ROOM: room\nMESSAGES: messages\nCALL: call\nIN_PERSON: in_person",
                        enum_type=MeetingChannel,
                        max_length=12,
                    ),
                ),
                ("answer_within_hours", fields.IntField()),
                (
                    "confidentiality",
                    fields.CharEnumField(
                        description="BETWEEN_US: between_us\nWITHOUT_NAMES: without_names\nOPEN: open",
                        enum_type=Discretion,
                        max_length=16,
                    ),
                ),
                ("confidentiality_limit", fields.TextField(default="", unique=False)),
                ("boundaries", fields.TextField(default="", unique=False)),
                ("ending", fields.TextField(default="", unique=False)),
                ("mentor_signed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("mentee_signed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("in_force_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "agreement",
                "app": "alongside",
                "unique_together": (("mentorship_id", "number"),),
                "indexes": [Index(fields=["mentorship_id", "created_at", "id"]), Index(fields=["written_by_id"])],
                "pk_attr": "id",
                "table_description": "A version of an agreement; its words never change. In force with both signatures, until a later one is.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="MentorshipGoal",
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
                        related_name="goals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "written_by",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="written_by_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mentorship_goals_written",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=160)),
                ("outcomes", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("baseline", fields.CharField(default="", max_length=300)),
                ("baseline_level", fields.SmallIntField()),
                ("weight", fields.SmallIntField(default=1)),
                ("due_on", fields.DateField(null=True)),
                (
                    "state",
                    fields.CharEnumField(
                        description="OPEN: open\nREACHED: reached\nLET_GO: let_go", enum_type=GoalState, max_length=8
                    ),
                ),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("level", fields.SmallIntField(null=True)),
                ("carried_from", fields.UUIDField(null=True)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "mentorship_goal",
                "app": "alongside",
                "indexes": [Index(fields=["mentorship_id", "created_at", "id"]), Index(fields=["written_by_id"])],
                "pk_attr": "id",
                "table_description": "A goal: `outcomes` are the five from -2 to +2, `level` where it stood when somebody looked last.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="GoalAttainment",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "goal",
                    fields.ForeignKeyField(
                        "alongside.MentorshipGoal",
                        source_field="goal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="attainments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "said_by",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="said_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="goal_attainments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("level", fields.SmallIntField()),
                ("note", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "goal_attainment",
                "app": "alongside",
                "indexes": [Index(fields=["goal_id", "created_at", "id"]), Index(fields=["said_by_id"])],
                "pk_attr": "id",
                "table_description": "Where a goal stood, as one of the two saw it. Nobody named: somebody of an earlier mentorship.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="MentorshipIdea",
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
                        related_name="ideas",
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
                        related_name="mentorship_ideas",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("text", fields.TextField(unique=False)),
                (
                    "state",
                    fields.CharEnumField(
                        description="IDEA: idea\nTRIED: tried\nRESULT: result", enum_type=IdeaState, max_length=8
                    ),
                ),
                ("tried_by", fields.UUIDField(null=True)),
                ("tried_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("trial", fields.TextField(default="", unique=False)),
                ("result_by", fields.UUIDField(null=True)),
                ("result_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "result",
                    fields.CharEnumField(
                        null=True,
                        description="HELPED: helped\nHELPED_IN_PART: helped_in_part\nDID_NOT_HELP: did_not_help",
                        enum_type=IdeaResult,
                        max_length=16,
                    ),
                ),
                ("result_note", fields.TextField(default="", unique=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "mentorship_idea",
                "app": "alongside",
                "indexes": [
                    Index(fields=["mentorship_id", "created_at", "id"]),
                    Index(fields=["author_id"]),
                    Index(fields=["tried_by"]),
                    Index(fields=["result_by"]),
                ],
                "pk_attr": "id",
                "table_description": "An idea, to its author's credit whoever tries it; who tried it, and who said what came of it.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="MentorshipNote",
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
                        related_name="notes",
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
                        related_name="mentorship_notes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "reach",
                    fields.CharEnumField(description="MINE: mine\nSHARED: shared", enum_type=NoteReach, max_length=8),
                ),
                ("text", fields.TextField(unique=False)),
                ("edited_by", fields.UUIDField()),
                ("changed_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "mentorship_note",
                "app": "alongside",
                "indexes": [
                    Index(fields=["mentorship_id", "created_at", "id"]),
                    Index(fields=["author_id"]),
                    Index(fields=["edited_by"]),
                ],
                "pk_attr": "id",
                "table_description": "A note, read by its author alone or by both. `edited_by` put it into these words.",
            },
            bases=["DatedRow"],
        ),
    ]

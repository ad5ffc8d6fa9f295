from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.availability import MentoringFormat
from server.domain.programmes import PairKind, RunStage, RunState, Scope
from server.domain.suggestions import MatchSide
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0021_calls_of_sessions")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Programme",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("title", fields.CharField(max_length=120)),
                ("about", fields.TextField(default="")),
                (
                    "format",
                    fields.CharEnumField(
                        description="CLASSIC: classic\nMICRO: micro\nLONG_ARC: long_arc\nREVERSE: reverse\nPEER: peer\nGROUP: group",
                        enum_type=MentoringFormat,
                        max_length=12,
                    ),
                ),
                (
                    "learners",
                    fields.CharEnumField(
                        description="EVERYBODY: everybody\nMEMBERS: members", enum_type=Scope, max_length=12
                    ),
                ),
                (
                    "mentors",
                    fields.CharEnumField(
                        description="EVERYBODY: everybody\nMEMBERS: members", enum_type=Scope, max_length=12
                    ),
                ),
                ("list_length", fields.SmallIntField()),
                ("weights", fields.JSONField()),
                ("starts_on", fields.DateField(null=True)),
                ("ends_on", fields.DateField(null=True)),
                ("created_by", fields.UUIDField(null=True)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "programme",
                "app": "alongside",
                "indexes": [Index(fields=["created_by"])],
                "pk_attr": "id",
                "table_description": "Who is matched with whom, and how pairs are weighed: `weights` by side and part.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CohortRun",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "programme",
                    fields.ForeignKeyField(
                        "alongside.Programme",
                        source_field="programme_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="runs",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("started_by", fields.UUIDField(null=True)),
                ("seed", fields.IntField()),
                ("weights", fields.JSONField()),
                (
                    "state",
                    fields.CharEnumField(
                        description="DRAFT: draft\nPREVIEW: preview\nPUBLISHED: published\nSUPERSEDED: superseded\nROLLED_BACK: rolled_back\nEXPIRED: expired\nFAILED: failed",
                        enum_type=RunState,
                        max_length=12,
                    ),
                ),
                (
                    "stage",
                    fields.CharEnumField(
                        description="WAITING: waiting\nREADING: reading\nCANDIDATES: candidates\nASSIGNMENT: assignment\nLISTS: lists\nREPORT: report\nWRITING: writing\nDONE: done",
                        enum_type=RunStage,
                        max_length=12,
                    ),
                ),
                ("done", fields.IntField(default=0)),
                ("total", fields.IntField(default=0)),
                ("attempts", fields.SmallIntField(default=0)),
                ("lease_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("snapshot_hash", fields.CharField(default="", max_length=64)),
                ("report", fields.JSONField(null=True)),
                ("previewed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("published_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("replaces_id", fields.UUIDField(null=True)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "cohort_run",
                "app": "alongside",
                "indexes": [
                    Index(fields=["programme_id", "created_at"]),
                    Index(fields=["state", "lease_until"]),
                    Index(fields=["started_by"]),
                ],
                "pk_attr": "id",
                "table_description": "One matching of a whole cohort. `weights`, `seed` and `snapshot_hash` say what it was made of.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="CohortPlot",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "run",
                    fields.ForeignKeyField(
                        "alongside.CohortRun",
                        source_field="run_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="plots",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=24)),
                ("svg", fields.TextField()),
            ],
            options={
                "table": "cohort_plot",
                "app": "alongside",
                "unique_together": (("run_id", "name"),),
                "pk_attr": "id",
                "table_description": "A drawing of a run's report, as SVG.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="CohortProposal",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                (
                    "run",
                    fields.ForeignKeyField(
                        "alongside.CohortRun",
                        source_field="run_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="proposals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "learner",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="learner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="proposed_mentors",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "mentor",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="mentor_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="proposed_learners",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("place", fields.SmallIntField()),
                ("is_assigned", fields.BooleanField()),
                ("score", fields.FloatField()),
                ("contested", fields.FloatField()),
            ],
            options={
                "table": "cohort_proposal",
                "app": "alongside",
                "unique_together": (("run_id", "learner_id", "mentor_id"),),
                "indexes": [Index(fields=["learner_id"]), Index(fields=["mentor_id"])],
                "pk_attr": "id",
                "table_description": "A mentor at a place in a learner's list, 0 first; `is_assigned`: the one whom the assignment found.",
            },
            bases=["Row"],
        ),
        ops.CreateModel(
            name="ProgrammeManager",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "programme",
                    fields.ForeignKeyField(
                        "alongside.Programme",
                        source_field="programme_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="managers",
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
                        related_name="managed_programmes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "programme_manager",
                "app": "alongside",
                "unique_together": (("profile_id", "programme_id"),),
                "pk_attr": "id",
                "table_description": "Somebody who may manage a programme, as long as they are a programme manager of the platform.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="ProgrammeMember",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "programme",
                    fields.ForeignKeyField(
                        "alongside.Programme",
                        source_field="programme_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="members",
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
                        related_name="programme_places",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "side",
                    fields.CharEnumField(
                        description="LEARNER: learner\nMENTOR: mentor", enum_type=MatchSide, max_length=8
                    ),
                ),
            ],
            options={
                "table": "programme_member",
                "app": "alongside",
                "unique_together": (("programme_id", "side", "profile_id"),),
                "indexes": [Index(fields=["profile_id"])],
                "pk_attr": "id",
                "table_description": "Somebody put into a side of a programme.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="ProgrammePair",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "programme",
                    fields.ForeignKeyField(
                        "alongside.Programme",
                        source_field="programme_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="pairs",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "learner",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="learner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="settled_as_learner",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "mentor",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="mentor_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="settled_as_mentor",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "rule",
                    fields.CharEnumField(
                        description="LOCKED: locked\nFORBIDDEN: forbidden", enum_type=PairKind, max_length=12
                    ),
                ),
                ("reason", fields.CharField(max_length=300)),
                ("made_by", fields.UUIDField(null=True)),
                ("lifted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lifted_by", fields.UUIDField(null=True)),
            ],
            options={
                "table": "programme_pair",
                "app": "alongside",
                "indexes": [
                    Index(fields=["programme_id", "created_at"]),
                    Index(fields=["learner_id"]),
                    Index(fields=["mentor_id"]),
                    Index(fields=["made_by"]),
                ],
                "pk_attr": "id",
                "table_description": "A pair that a manager locked or forbade, and why; it holds until it is lifted.",
            },
            bases=["DatedRow"],
        ),
    ]

from uuid import uuid4

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.question_states import Action, AnswerKind, AuthorShown, DismissReason, QuestionState
from server.kit.clock import now
from server.kit.ids import new_id


class Migration(migrations.Migration):
    dependencies = [("alongside", "0010_webinars")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Question",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "webinar",
                    fields.ForeignKeyField(
                        "alongside.Webinar",
                        source_field="webinar_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="questions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("author_id", fields.UUIDField(null=True)),
                ("pseudonym", fields.CharField(default="", max_length=20)),
                (
                    "shown_as",
                    fields.CharEnumField(
                        description="NAME: name\nPSEUDONYM: pseudonym\nNOBODY: nobody",
                        enum_type=AuthorShown,
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="PENDING: pending\nRETURNED: returned\nLIVE: live\nANSWERING: answering\nANSWERED: answered\nDISMISSED: dismissed\nMERGED: merged\nWITHDRAWN: withdrawn\nARCHIVED: archived",
                        enum_type=QuestionState,
                        max_length=12,
                    ),
                ),
                ("number", fields.IntField(null=True)),
                ("is_shown", fields.BooleanField(default=False)),
                ("text", fields.CharField(max_length=300)),
                ("original_text", fields.CharField(max_length=300)),
                ("language", fields.CharField(default="", max_length=12)),
                ("edited_by", fields.UUIDField(null=True)),
                ("lease_by", fields.UUIDField(null=True)),
                ("lease_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("stage", fields.CharField(null=True, max_length=30)),
                ("answering_by", fields.UUIDField(null=True)),
                ("queue_rank", fields.IntField(null=True)),
                ("merged_into", fields.UUIDField(null=True)),
                (
                    "before",
                    fields.CharEnumField(
                        null=True,
                        description="PENDING: pending\nRETURNED: returned\nLIVE: live\nANSWERING: answering\nANSWERED: answered\nDISMISSED: dismissed\nMERGED: merged\nWITHDRAWN: withdrawn\nARCHIVED: archived",
                        enum_type=QuestionState,
                        max_length=12,
                    ),
                ),
                ("kinds", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("labels", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("screened", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                (
                    "dismiss_reason",
                    fields.CharEnumField(
                        null=True,
                        description="DUPLICATE: duplicate\nOFF_TOPIC: off_topic\nUNCLEAR: unclear\nPERSONAL: personal\nDISRESPECTFUL: disrespectful\nADVERTISING: advertising\nNO_TIME: no_time\nOTHER: other",
                        enum_type=DismissReason,
                        max_length=16,
                    ),
                ),
                ("staff_note", fields.TextField(default="", unique=False)),
                ("author_note", fields.TextField(default="", unique=False)),
                ("dismissal_suggested_by", fields.UUIDField(null=True)),
                ("shown_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("live_since", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("exposed_seconds", fields.FloatField(default=0.0)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("shown_version", fields.IntField(default=0)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "question",
                "app": "alongside",
                "indexes": [
                    Index(fields=["webinar_id", "shown_at", "id"]),
                    Index(fields=["webinar_id", "state", "created_at", "id"]),
                    Index(fields=["webinar_id", "author_id"]),
                    Index(fields=["author_id", "created_at"]),
                    Index(fields=["merged_into"]),
                ],
                "pk_attr": "id",
                "table_description": "A question. Its key is random: a key that sorts by birth would tell the audience when it was asked.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="QuestionAnswer",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "alongside.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(description="LIVE: live\nTEXT: text", enum_type=AnswerKind, max_length=4),
                ),
                ("text", fields.TextField(default="", unique=False)),
                ("is_public", fields.BooleanField(default=True)),
                ("by_id", fields.UUIDField()),
                ("offset_seconds", fields.IntField(null=True)),
            ],
            options={
                "table": "question_answer",
                "app": "alongside",
                "indexes": [Index(fields=["question_id", "id"])],
                "pk_attr": "id",
                "table_description": "An answer: in text, public or for the author alone, or on stage with its offset into the event.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="QuestionEvent",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "alongside.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "action",
                    fields.CharEnumField(
                        description="SUBMIT: submit\nCLAIM: claim\nRELEASE_CLAIM: release_claim\nAPPROVE: approve\nUNDO_EDIT: undo_edit\nRETURN: return\nREWORD: reword\nDISMISS: dismiss\nSUGGEST_DISMISSAL: suggest_dismissal\nHIDE: hide\nQUEUE: queue\nSTART: start\nRELEASE: release\nANSWER_LIVE: answer_live\nANSWER_TEXT: answer_text\nREOPEN: reopen\nMERGE: merge\nUNMERGE: unmerge\nWITHDRAW: withdraw\nREVEAL_NAME: reveal_name\nREMOVE_NAME: remove_name\nFOLLOW_UP: follow_up\nLABEL: label\nARCHIVE: archive\nREDACT: redact",
                        enum_type=Action,
                        max_length=20,
                    ),
                ),
                ("actor_id", fields.UUIDField(null=True)),
                ("is_authors", fields.BooleanField(default=False)),
                (
                    "from_state",
                    fields.CharEnumField(
                        null=True,
                        description="PENDING: pending\nRETURNED: returned\nLIVE: live\nANSWERING: answering\nANSWERED: answered\nDISMISSED: dismissed\nMERGED: merged\nWITHDRAWN: withdrawn\nARCHIVED: archived",
                        enum_type=QuestionState,
                        max_length=12,
                    ),
                ),
                (
                    "to_state",
                    fields.CharEnumField(
                        description="PENDING: pending\nRETURNED: returned\nLIVE: live\nANSWERING: answering\nANSWERED: answered\nDISMISSED: dismissed\nMERGED: merged\nWITHDRAWN: withdrawn\nARCHIVED: archived",
                        enum_type=QuestionState,
                        max_length=12,
                    ),
                ),
                ("version", fields.IntField()),
                ("detail", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "question_event",
                "app": "alongside",
                "indexes": [Index(fields=["question_id", "version"])],
                "pk_attr": "id",
                "table_description": "A line of a question's history. `actor_id` is empty where its author acted: `is_authors` says so.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="QuestionFollowUp",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "question",
                    fields.OneToOneField(
                        "alongside.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="follow_up",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("owner_id", fields.UUIDField()),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("note", fields.TextField(default="", unique=False)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "question_follow_up",
                "app": "alongside",
                "indexes": [Index(fields=["due_at"])],
                "pk_attr": "id",
                "table_description": "A promise to come back to a question: whose, and until when. Afterwards it becomes an open ask.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="QuestionTally",
            fields=[
                ("question_id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("votes", fields.IntField(default=0)),
                ("revision", fields.BigIntField(default=0)),
                ("heat", fields.FloatField(default=0.0)),
                ("frozen_votes", fields.IntField(null=True)),
                ("frozen_heat", fields.FloatField(null=True)),
            ],
            options={
                "table": "question_tally",
                "app": "alongside",
                "pk_attr": "question_id",
                "table_description": "What the votes of a question add up to, changed by the database in the transaction of each vote.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="QuestionVote",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "question",
                    fields.ForeignKeyField(
                        "alongside.Question",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="ballots",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("voter_id", fields.UUIDField()),
            ],
            options={
                "table": "question_vote",
                "app": "alongside",
                "unique_together": (("question_id", "voter_id"),),
                "indexes": [Index(fields=["voter_id"])],
                "pk_attr": "id",
                "table_description": "One person's vote for one question. A merge moves none: the union is counted, so undoing it is exact.",
            },
            bases=["DatedRow"],
        ),
        ops.RunSQL(
            "CREATE UNIQUE INDEX question_one_on_stage_idx ON question (webinar_id, stage) WHERE state = 'answering'",
            reverse_sql="DROP INDEX question_one_on_stage_idx",
        ),
        ops.RunSQL(
            "CREATE UNIQUE INDEX question_number_idx ON question (webinar_id, number)",
            reverse_sql="DROP INDEX question_number_idx",
        ),
    ]

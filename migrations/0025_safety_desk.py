from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from server.domain.moderation import AppealOutcome, CaseState, Decision, ReportReason, SanctionKind, SubjectKind
from server.kit.clock import now
from server.kit.ids import new_id

# Whoever can write to the database through the program can add to the log, and nothing else.
_APPEND_ONLY = """
CREATE FUNCTION audit_refuse() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$ LANGUAGE plpgsql;
CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
_FREE = """
DROP TRIGGER audit_entry_whole ON audit_entry;
DROP TRIGGER audit_entry_kept ON audit_entry;
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("alongside", "0024_circles")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("seq", fields.BigIntField(unique=True)),
                ("actor_id", fields.UUIDField(null=True)),
                ("act", fields.CharField(max_length=40)),
                ("subject_id", fields.UUIDField(null=True)),
                ("detail", fields.TextField(default="{}", unique=False)),
                ("previous", fields.CharField(max_length=64)),
                ("hash", fields.CharField(unique=True, max_length=64)),
            ],
            options={
                "table": "audit_entry",
                "app": "alongside",
                "indexes": [Index(fields=["actor_id"]), Index(fields=["subject_id"])],
                "pk_attr": "id",
                "table_description": "An act, chained: `hash` is over this entry and the hash before it. `detail` is JSON without anybody's words.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="ConductConsent",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "user",
                    fields.ForeignKeyField(
                        "alongside.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="consents",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.IntField()),
            ],
            options={
                "table": "conduct_consent",
                "app": "alongside",
                "unique_together": (("user_id", "number"),),
                "pk_attr": "id",
                "table_description": "Somebody agreed to a version of the code of conduct.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="ConductVersion",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ("number", fields.IntField(unique=True)),
                ("text", fields.TextField(unique=False)),
                ("summary", fields.CharField(default="", max_length=500)),
                ("published_by", fields.UUIDField(null=True)),
            ],
            options={
                "table": "conduct_version",
                "app": "alongside",
                "pk_attr": "id",
                "table_description": "A version of the code of conduct, in force from when it was made until the next one.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="Mute",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "muter",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="muter_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mutes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "muted",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="muted_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="muted_by",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "mute",
                "app": "alongside",
                "unique_together": (("muter_id", "muted_id"),),
                "indexes": [Index(fields=["muted_id"])],
                "pk_attr": "id",
                "table_description": "One person wants no word of another's doing; the other is told nothing and sees no difference.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="SafetyCase",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "reporter",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="reporter_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="cases_reported",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "accused",
                    fields.ForeignKeyField(
                        "alongside.Profile",
                        source_field="accused_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="cases_against",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "subject_kind",
                    fields.CharEnumField(
                        description="PROFILE: profile\nMESSAGE: message\nQUESTION: question\nSESSION: session\nCIRCLE_POST: circle_post",
                        enum_type=SubjectKind,
                        max_length=16,
                    ),
                ),
                ("subject_id", fields.UUIDField()),
                (
                    "reason",
                    fields.CharEnumField(
                        description="HARASSMENT: harassment\nHATE: hate\nTHREAT: threat\nSEXUAL: sexual\nSCAM: scam\nSPAM: spam\nIMPERSONATION: impersonation\nPRIVACY: privacy\nSELF_HARM: self_harm\nMINOR: minor\nOTHER: other",
                        enum_type=ReportReason,
                        max_length=24,
                    ),
                ),
                ("words", fields.TextField(default="", unique=False)),
                ("evidence", fields.TextField(default="", unique=False)),
                (
                    "state",
                    fields.CharEnumField(
                        default=CaseState.OPEN,
                        description="OPEN: open\nIN_REVIEW: in_review\nDECIDED: decided\nAPPEALED: appealed\nCLOSED: closed",
                        enum_type=CaseState,
                        max_length=12,
                    ),
                ),
                ("lease_by", fields.UUIDField(null=True)),
                ("lease_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "decision",
                    fields.CharEnumField(
                        null=True,
                        description="NOTHING: nothing\nWARN: warn\nREMOVE: remove\nSUSPEND: suspend\nBAN: ban",
                        enum_type=Decision,
                        max_length=12,
                    ),
                ),
                ("decision_reason", fields.TextField(default="", unique=False)),
                ("decided_by", fields.UUIDField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("appeal_words", fields.TextField(default="", unique=False)),
                ("appealed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "appeal_outcome",
                    fields.CharEnumField(
                        null=True,
                        description="UPHELD: upheld\nOVERTURNED: overturned",
                        enum_type=AppealOutcome,
                        max_length=12,
                    ),
                ),
                ("appeal_reason", fields.TextField(default="", unique=False)),
                ("appeal_decided_by", fields.UUIDField(null=True)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "safety_case",
                "app": "alongside",
                "indexes": [
                    Index(fields=["state", "created_at", "id"]),
                    Index(fields=["reporter_id", "created_at"]),
                    Index(fields=["accused_id", "created_at"]),
                ],
                "pk_attr": "id",
                "table_description": "What somebody reported, as it was then, and what became of it.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="Sanction",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True)),
                ("created_at", fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                (
                    "user",
                    fields.ForeignKeyField(
                        "alongside.User",
                        source_field="user_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sanctions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "case",
                    fields.ForeignKeyField(
                        "alongside.SafetyCase",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sanctions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="WARNING: warning\nSUSPENSION: suspension\nBAN: ban",
                        enum_type=SanctionKind,
                        max_length=12,
                    ),
                ),
                ("until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lifted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sanction",
                "app": "alongside",
                "indexes": [Index(fields=["user_id", "created_at"])],
                "pk_attr": "id",
                "table_description": "What was laid on somebody. A suspension has an end, a ban has none; both hold until lifted.",
            },
            bases=["DatedRow"],
        ),
        ops.CreateModel(
            name="TalkOpening",
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
                        related_name="openings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "case",
                    fields.ForeignKeyField(
                        "alongside.SafetyCase",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="openings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("opened_by", fields.UUIDField()),
                ("reason", fields.TextField(unique=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "talk_opening",
                "app": "alongside",
                "indexes": [Index(fields=["session_id"]), Index(fields=["opened_by"])],
                "pk_attr": "id",
                "table_description": "Somebody of the safety team reads a private talk, for a reason, until an instant; those read are told.",
            },
            bases=["DatedRow"],
        ),
        ops.RunSQL(_APPEND_ONLY, reverse_sql=_FREE),
    ]

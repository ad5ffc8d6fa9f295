"""The moderation desk: cases, what was decided against people, readings of private talk, the code of conduct."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.moderation import AppealOutcome, CaseState, Decision, ReportReason, SanctionKind, SubjectKind
from server.models.base import DatedRow, enum_or_null
from server.models.identity import User
from server.models.profiles import Profile
from server.models.sessions import Session


class SafetyCase(DatedRow):
    """What somebody reported, as it was then, and what became of it.

    `evidence` is JSON, frozen when it was reported. The lease says who looks at the case now, and until when.
    """

    reporter: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="cases_reported"
    )
    reporter_id: UUID
    accused: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="cases_against"
    )
    accused_id: UUID
    subject_kind = fields.CharEnumField(SubjectKind, max_length=16)
    subject_id = fields.UUIDField()
    reason = fields.CharEnumField(ReportReason, max_length=24)
    words = fields.TextField(default="")
    evidence = fields.TextField(default="")
    state = fields.CharEnumField(CaseState, max_length=12, default=CaseState.OPEN)
    lease_by: UUID | None = fields.UUIDField(null=True)
    lease_until: datetime | None = fields.DatetimeField(null=True)
    decision: Decision | None = enum_or_null(Decision, max_length=12)
    decision_reason = fields.TextField(default="")
    decided_by: UUID | None = fields.UUIDField(null=True)
    decided_at: datetime | None = fields.DatetimeField(null=True)
    appeal_words = fields.TextField(default="")
    appealed_at: datetime | None = fields.DatetimeField(null=True)
    appeal_outcome: AppealOutcome | None = enum_or_null(AppealOutcome, max_length=12)
    appeal_reason = fields.TextField(default="")
    appeal_decided_by: UUID | None = fields.UUIDField(null=True)
    closed_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "safety_case"
        indexes = (
            Index(fields=("state", "created_at", "id")),
            Index(fields=("reporter_id", "created_at")),
            Index(fields=("accused_id", "created_at")),
        )


class Sanction(DatedRow):
    """What was laid on somebody. A suspension has an end, a ban has none; both hold until lifted."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("alongside.User", related_name="sanctions")
    user_id: UUID
    case: fields.ForeignKeyRelation[SafetyCase] = fields.ForeignKeyField(
        "alongside.SafetyCase", related_name="sanctions"
    )
    case_id: UUID
    kind = fields.CharEnumField(SanctionKind, max_length=12)
    until: datetime | None = fields.DatetimeField(null=True)
    lifted_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "sanction"
        indexes = (Index(fields=("user_id", "created_at")),)


class TalkOpening(DatedRow):
    """Somebody of the safety team reads a private talk, for a reason, until an instant; those read are told."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("alongside.Session", related_name="openings")
    session_id: UUID
    case: fields.ForeignKeyRelation[SafetyCase] = fields.ForeignKeyField(
        "alongside.SafetyCase", related_name="openings"
    )
    case_id: UUID
    opened_by = fields.UUIDField()
    reason = fields.TextField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "talk_opening"
        indexes = (Index(fields=("session_id",)), Index(fields=("opened_by",)))


class ConductVersion(DatedRow):
    """A version of the code of conduct, in force from when it was made until the next one."""

    number = fields.IntField(unique=True)
    text = fields.TextField()
    summary = fields.CharField(max_length=500, default="")
    published_by: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "conduct_version"


class ConductConsent(DatedRow):
    """Somebody agreed to a version of the code of conduct."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("alongside.User", related_name="consents")
    user_id: UUID
    number = fields.IntField()

    class Meta:
        table = "conduct_consent"
        unique_together = (("user_id", "number"),)

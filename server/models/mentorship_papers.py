"""The papers of a mentorship: versions of its agreement, goals and where they stand, ideas, notes."""

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.agreements import AgreementState, Discretion, MeetingChannel
from server.domain.availability import MentoringFormat
from server.domain.mentorship_goals import GoalState
from server.domain.mentorship_notes import IdeaResult, IdeaState, NoteReach
from server.kit.clock import now
from server.models.base import DatedRow, enum_or_null
from server.models.mentorships import Mentorship
from server.models.profiles import Profile


class Agreement(DatedRow):
    """A version of an agreement; its words never change. In force with both signatures, until a later one is."""

    mentorship: fields.ForeignKeyRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="agreements"
    )
    mentorship_id: UUID
    number = fields.IntField()
    state = fields.CharEnumField(AgreementState, max_length=12)
    written_by: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="agreements_written"
    )
    written_by_id: UUID
    purpose = fields.CharField(max_length=500)
    format = fields.CharEnumField(MentoringFormat, max_length=12)
    mentor_role = fields.TextField(default="")
    mentee_role = fields.TextField(default="")
    meet_every_days = fields.IntField()
    meeting_minutes = fields.IntField()
    channel = fields.CharEnumField(MeetingChannel, max_length=12)
    answer_within_hours = fields.IntField()
    confidentiality = fields.CharEnumField(Discretion, max_length=16)
    confidentiality_limit = fields.TextField(default="")
    boundaries = fields.TextField(default="")
    ending = fields.TextField(default="")
    mentor_signed_at: datetime | None = fields.DatetimeField(null=True)
    mentee_signed_at: datetime | None = fields.DatetimeField(null=True)
    in_force_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "agreement"
        unique_together = (("mentorship_id", "number"),)
        indexes = (Index(fields=("mentorship_id", "created_at", "id")), Index(fields=("written_by_id",)))


class MentorshipGoal(DatedRow):
    """A goal: `outcomes` are the five from -2 to +2, `level` where it stood when somebody looked last.

    `written_by` put it into these words; `carried_from` is the goal of an earlier mentorship that it goes on from.
    """

    mentorship: fields.ForeignKeyRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="goals"
    )
    mentorship_id: UUID
    written_by: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="mentorship_goals_written"
    )
    written_by_id: UUID
    title = fields.CharField(max_length=160)
    outcomes: list[str] = fields.JSONField(default=list)
    baseline = fields.CharField(max_length=300, default="")
    baseline_level = fields.SmallIntField()
    weight = fields.SmallIntField(default=1)
    due_on: date | None = fields.DateField(null=True)
    state = fields.CharEnumField(GoalState, max_length=8)
    settled_at: datetime | None = fields.DatetimeField(null=True)
    level: int | None = fields.SmallIntField(null=True)
    carried_from: UUID | None = fields.UUIDField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "mentorship_goal"
        indexes = (Index(fields=("mentorship_id", "created_at", "id")), Index(fields=("written_by_id",)))


class GoalAttainment(DatedRow):
    """Where a goal stood, as one of the two saw it. Nobody named: somebody of an earlier mentorship."""

    goal: fields.ForeignKeyRelation[MentorshipGoal] = fields.ForeignKeyField(
        "alongside.MentorshipGoal", related_name="attainments"
    )
    goal_id: UUID
    said_by: fields.ForeignKeyNullableRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="goal_attainments", null=True
    )
    said_by_id: UUID | None
    level = fields.SmallIntField()
    note = fields.TextField(default="")

    class Meta:
        table = "goal_attainment"
        indexes = (Index(fields=("goal_id", "created_at", "id")), Index(fields=("said_by_id",)))


class MentorshipIdea(DatedRow):
    """An idea, to its author's credit whoever tries it; who tried it, and who said what came of it."""

    mentorship: fields.ForeignKeyRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="ideas"
    )
    mentorship_id: UUID
    author: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="mentorship_ideas"
    )
    author_id: UUID
    text = fields.TextField()
    state = fields.CharEnumField(IdeaState, max_length=8)
    tried_by: UUID | None = fields.UUIDField(null=True)
    tried_at: datetime | None = fields.DatetimeField(null=True)
    trial = fields.TextField(default="")
    result_by: UUID | None = fields.UUIDField(null=True)
    result_at: datetime | None = fields.DatetimeField(null=True)
    result: IdeaResult | None = enum_or_null(IdeaResult, max_length=16)
    result_note = fields.TextField(default="")
    version = fields.IntField(default=1)

    class Meta:
        table = "mentorship_idea"
        indexes = (
            Index(fields=("mentorship_id", "created_at", "id")),
            Index(fields=("author_id",)),
            Index(fields=("tried_by",)),
            Index(fields=("result_by",)),
        )


class MentorshipNote(DatedRow):
    """A note, read by its author alone or by both. `edited_by` put it into these words."""

    mentorship: fields.ForeignKeyRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="notes"
    )
    mentorship_id: UUID
    author: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="mentorship_notes"
    )
    author_id: UUID
    reach = fields.CharEnumField(NoteReach, max_length=8)
    text = fields.TextField()
    edited_by = fields.UUIDField()
    changed_at: datetime = fields.DatetimeField(default=now)
    version = fields.IntField(default=1)

    class Meta:
        table = "mentorship_note"
        indexes = (
            Index(fields=("mentorship_id", "created_at", "id")),
            Index(fields=("author_id",)),
            Index(fields=("edited_by",)),
        )

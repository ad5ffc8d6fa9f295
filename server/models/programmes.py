"""Matching programmes: their people, settled pairs, and the runs that match whole cohorts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.availability import MentoringFormat
from server.domain.programmes import PairKind, RunStage, RunState, Scope
from server.domain.suggestions import MatchSide
from server.models.base import DatedRow, Row
from server.models.profiles import Profile


class Programme(DatedRow):
    """Who is matched with whom, and how pairs are weighed: `weights` by side and part."""

    title = fields.CharField(max_length=120)
    about = fields.TextField(default="")
    format = fields.CharEnumField(MentoringFormat, max_length=12)
    learners = fields.CharEnumField(Scope, max_length=12)
    mentors = fields.CharEnumField(Scope, max_length=12)
    list_length = fields.SmallIntField()
    weights: dict[str, dict[str, float]] = fields.JSONField()
    starts_on: date | None = fields.DateField(null=True)
    ends_on: date | None = fields.DateField(null=True)
    created_by: UUID | None = fields.UUIDField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "programme"
        indexes = (Index(fields=("created_by",)),)


class ProgrammeManager(DatedRow):
    """Somebody who may manage a programme, as long as they are a programme manager of the platform."""

    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField(
        "alongside.Programme", related_name="managers"
    )
    programme_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="managed_programmes"
    )
    profile_id: UUID

    class Meta:
        table = "programme_manager"
        unique_together = (("profile_id", "programme_id"),)


class ProgrammeMember(DatedRow):
    """Somebody put into a side of a programme."""

    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField(
        "alongside.Programme", related_name="members"
    )
    programme_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="programme_places"
    )
    profile_id: UUID
    side = fields.CharEnumField(MatchSide, max_length=8)

    class Meta:
        table = "programme_member"
        unique_together = (("programme_id", "side", "profile_id"),)
        indexes = (Index(fields=("profile_id",)),)


class ProgrammePair(DatedRow):
    """A pair that a manager locked or forbade, and why; it holds until it is lifted."""

    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField(
        "alongside.Programme", related_name="pairs"
    )
    programme_id: UUID
    learner: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="settled_as_learner"
    )
    learner_id: UUID
    mentor: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="settled_as_mentor"
    )
    mentor_id: UUID
    rule = fields.CharEnumField(PairKind, max_length=12)
    reason = fields.CharField(max_length=300)
    made_by: UUID | None = fields.UUIDField(null=True)
    lifted_at: datetime | None = fields.DatetimeField(null=True)
    lifted_by: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "programme_pair"
        indexes = (
            Index(fields=("programme_id", "created_at")),
            Index(fields=("learner_id",)),
            Index(fields=("mentor_id",)),
            Index(fields=("made_by",)),
        )


class CohortRun(DatedRow):
    """One matching of a whole cohort. `weights`, `seed` and `snapshot_hash` say what it was made of.

    Its places in the lists are CohortProposal rows. `lease_until` is held by the worker that computes it; `replaces_id`
    names the run that this one took over from when it was published.
    """

    programme: fields.ForeignKeyRelation[Programme] = fields.ForeignKeyField("alongside.Programme", related_name="runs")
    programme_id: UUID
    started_by: UUID | None = fields.UUIDField(null=True)
    seed = fields.IntField()
    weights: dict[str, dict[str, float]] = fields.JSONField()
    state = fields.CharEnumField(RunState, max_length=12)
    stage = fields.CharEnumField(RunStage, max_length=12)
    done = fields.IntField(default=0)
    total = fields.IntField(default=0)
    attempts = fields.SmallIntField(default=0)
    lease_until: datetime | None = fields.DatetimeField(null=True)
    snapshot_hash = fields.CharField(max_length=64, default="")
    report: dict[str, Any] | None = fields.JSONField(null=True)
    previewed_at: datetime | None = fields.DatetimeField(null=True)
    published_at: datetime | None = fields.DatetimeField(null=True)
    expires_at: datetime | None = fields.DatetimeField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    replaces_id: UUID | None = fields.UUIDField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "cohort_run"
        indexes = (
            Index(fields=("programme_id", "created_at")),
            Index(fields=("state", "lease_until")),
            Index(fields=("started_by",)),
        )


class CohortProposal(Row):
    """A mentor at a place in a learner's list, 0 first; `is_assigned`: the one whom the assignment found."""

    run: fields.ForeignKeyRelation[CohortRun] = fields.ForeignKeyField("alongside.CohortRun", related_name="proposals")
    run_id: UUID
    learner: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="proposed_mentors"
    )
    learner_id: UUID
    mentor: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="proposed_learners"
    )
    mentor_id: UUID
    place = fields.SmallIntField()
    is_assigned = fields.BooleanField()
    score = fields.FloatField()
    contested = fields.FloatField()

    class Meta:
        table = "cohort_proposal"
        unique_together = (("run_id", "learner_id", "mentor_id"),)
        indexes = (Index(fields=("learner_id",)), Index(fields=("mentor_id",)))


class CohortPlot(Row):
    """A drawing of a run's report, as SVG."""

    run: fields.ForeignKeyRelation[CohortRun] = fields.ForeignKeyField("alongside.CohortRun", related_name="plots")
    run_id: UUID
    name = fields.CharField(max_length=24)
    svg = fields.TextField()

    class Meta:
        table = "cohort_plot"
        unique_together = (("run_id", "name"),)

"""Questions, their votes, answers and history. What ties a question to a person is in `author_id` alone."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from server.domain.question_states import Action, AnswerKind, AuthorShown, DismissReason, QuestionState
from server.kit.clock import now
from server.models.base import DatedRow
from server.models.webinars import Webinar


class Question(Model):
    """A question. Its key is random: a key that sorts by birth would tell the audience when it was asked.

    `shown_version` counts what the audience saw change, `version` everything. `before` is the state under a merge or
    the archive. `live_since` and `exposed_seconds` are how long it was up for votes.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    created_at = fields.DatetimeField(default=now)
    webinar: fields.ForeignKeyRelation[Webinar] = fields.ForeignKeyField("alongside.Webinar", related_name="questions")
    webinar_id: UUID
    author_id: UUID | None = fields.UUIDField(null=True)
    pseudonym = fields.CharField(max_length=20, default="")
    shown_as = fields.CharEnumField(AuthorShown, max_length=10)
    state = fields.CharEnumField(QuestionState, max_length=12)
    number: int | None = fields.IntField(null=True)
    is_shown = fields.BooleanField(default=False)
    text = fields.CharField(max_length=300)
    original_text = fields.CharField(max_length=300)
    language = fields.CharField(max_length=12, default="")
    edited_by: UUID | None = fields.UUIDField(null=True)
    lease_by: UUID | None = fields.UUIDField(null=True)
    lease_until: datetime | None = fields.DatetimeField(null=True)
    stage = fields.CharField(max_length=30, null=True)
    answering_by: UUID | None = fields.UUIDField(null=True)
    queue_rank: int | None = fields.IntField(null=True)
    merged_into: UUID | None = fields.UUIDField(null=True)
    before = fields.CharEnumField(QuestionState, max_length=12, null=True)
    kinds: list[str] = fields.JSONField(default=list)
    labels: list[str] = fields.JSONField(default=list)
    screened: list[str] = fields.JSONField(default=list)
    dismiss_reason = fields.CharEnumField(DismissReason, max_length=16, null=True)
    staff_note = fields.TextField(default="")
    author_note = fields.TextField(default="")
    dismissal_suggested_by: UUID | None = fields.UUIDField(null=True)
    shown_at: datetime | None = fields.DatetimeField(null=True)
    live_since: datetime | None = fields.DatetimeField(null=True)
    exposed_seconds = fields.FloatField(default=0.0)
    answered_at: datetime | None = fields.DatetimeField(null=True)
    shown_version = fields.IntField(default=0)
    version = fields.IntField(default=1)

    class Meta:
        table = "question"
        indexes = (
            Index(fields=("webinar_id", "shown_at", "id")),
            Index(fields=("webinar_id", "state", "created_at", "id")),
            Index(fields=("webinar_id", "author_id")),
            Index(fields=("author_id", "created_at")),
            Index(fields=("merged_into",)),
        )


class QuestionTally(Model):
    """What the votes of a question add up to, changed by the database in the transaction of each vote.

    Apart from the question, so that a storm of votes does not wait for its moderators' locks, nor they for it. `heat`
    is the logarithm of the decayed votes; the frozen values are those of the instant an answer began.
    """

    question_id = fields.UUIDField(primary_key=True)
    votes = fields.IntField(default=0)
    revision = fields.BigIntField(default=0)
    heat = fields.FloatField(default=0.0)
    frozen_votes: int | None = fields.IntField(null=True)
    frozen_heat: float | None = fields.FloatField(null=True)

    class Meta:
        table = "question_tally"


class QuestionVote(DatedRow):
    """One person's vote for one question. A merge moves none: the union is counted, so undoing it is exact."""

    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField("alongside.Question", related_name="ballots")
    question_id: UUID
    voter_id = fields.UUIDField()

    class Meta:
        table = "question_vote"
        unique_together = (("question_id", "voter_id"),)
        indexes = (Index(fields=("voter_id",)),)


class QuestionAnswer(DatedRow):
    """An answer: in text, public or for the author alone, or on stage with its offset into the event."""

    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField("alongside.Question", related_name="answers")
    question_id: UUID
    kind = fields.CharEnumField(AnswerKind, max_length=4)
    text = fields.TextField(default="")
    is_public = fields.BooleanField(default=True)
    by_id = fields.UUIDField()
    offset_seconds: int | None = fields.IntField(null=True)

    class Meta:
        table = "question_answer"
        indexes = (Index(fields=("question_id", "id")),)


class QuestionFollowUp(DatedRow):
    """A promise to come back to a question: whose, and until when. Afterwards it becomes an open ask."""

    question: fields.OneToOneRelation[Question] = fields.OneToOneField("alongside.Question", related_name="follow_up")
    question_id: UUID
    owner_id = fields.UUIDField()
    due_at: datetime = fields.DatetimeField()
    note = fields.TextField(default="")
    done_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "question_follow_up"
        indexes = (Index(fields=("due_at",)),)


class QuestionEvent(DatedRow):
    """A line of a question's history. `actor_id` is empty where its author acted: `is_authors` says so."""

    question: fields.ForeignKeyRelation[Question] = fields.ForeignKeyField("alongside.Question", related_name="events")
    question_id: UUID
    action = fields.CharEnumField(Action, max_length=20)
    actor_id: UUID | None = fields.UUIDField(null=True)
    is_authors = fields.BooleanField(default=False)
    from_state = fields.CharEnumField(QuestionState, max_length=12, null=True)
    to_state = fields.CharEnumField(QuestionState, max_length=12)
    version = fields.IntField()
    detail: dict[str, Any] = fields.JSONField(default=dict)

    class Meta:
        table = "question_event"
        indexes = (Index(fields=("question_id", "version")),)

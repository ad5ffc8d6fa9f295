"""Requests, their history, and the mentorships they become."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.indexes import Index, PartialIndex
from tortoise.models import Model

from server.domain.availability import MentoringFormat
from server.domain.mentorship_road import PauseReason
from server.domain.mentorships import DeclineReason, EndReason, MentorshipState, RequestState
from server.domain.requests import SiblingChoice
from server.models.base import DatedRow, enum_or_null
from server.models.profiles import Profile


class MentorshipRequest(DatedRow):
    """A request from one person to another; either side may ask, so sender and mentor are told apart.

    `expires_at` is the instant the clock runs out with every stretch known now; empty while it stands still.
    `paused_spans` are the [start, end] instants in which the receiver took no requests; `siblings` is what the mentee
    wants done with their other requests for the same seat. `continues_id` is the mentorship that this goes on from.
    """

    sender: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="requests_sent"
    )
    sender_id: UUID
    receiver: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="requests_received"
    )
    receiver_id: UUID
    mentor: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="requests_as_mentor"
    )
    mentor_id: UUID
    mentee: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="requests_as_mentee"
    )
    mentee_id: UUID
    format = fields.CharEnumField(MentoringFormat, max_length=12)
    aspect = fields.CharField(max_length=12, default="")
    goal = fields.CharField(max_length=300)
    message = fields.TextField(default="")
    skill_ids: list[str] = fields.JSONField(default=list)
    minutes_needed = fields.IntField()
    state = fields.CharEnumField(RequestState, max_length=16)
    state_reason = fields.CharField(max_length=40, default="")
    decline_reason: DeclineReason | None = enum_or_null(DeclineReason, max_length=24)
    note = fields.TextField(default="")
    sent_at: datetime | None = fields.DatetimeField(null=True)
    viewed_at: datetime | None = fields.DatetimeField(null=True)
    answered_at: datetime | None = fields.DatetimeField(null=True)
    expires_at: datetime | None = fields.DatetimeField(null=True)
    remind_at: datetime | None = fields.DatetimeField(null=True)
    reminders_sent = fields.SmallIntField(default=0)
    referred_from: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "alongside.MentorshipRequest", related_name="referrals", null=True
    )
    referred_from_id: UUID | None
    waitlisted_at: datetime | None = fields.DatetimeField(null=True)
    continues_id: UUID | None = fields.UUIDField(null=True)
    paused_spans: list[list[str]] | None = fields.JSONField(null=True)
    siblings = fields.CharEnumField(
        SiblingChoice, max_length=8, default=SiblingChoice.KEEP, db_default=SiblingChoice.KEEP.value
    )
    version = fields.IntField(default=1)

    class Meta:
        table = "mentorship_request"
        indexes = (
            Index(fields=("sender_id", "created_at")),
            Index(fields=("receiver_id", "created_at")),
            Index(fields=("mentor_id", "mentee_id")),
            PartialIndex(fields=("waitlisted_at",), condition={"state": "waitlisted"}),
            Index(fields=("expires_at",)),
            Index(fields=("remind_at",)),
        )


class RequestEvent(DatedRow):
    """A line of a request's history: a move to a state, or a message while more was asked."""

    request: fields.ForeignKeyRelation[MentorshipRequest] = fields.ForeignKeyField(
        "alongside.MentorshipRequest", related_name="events"
    )
    request_id: UUID
    actor_id = fields.UUIDField(null=True)
    state = fields.CharEnumField(RequestState, max_length=16)
    text = fields.TextField(default="")

    class Meta:
        table = "request_event"
        indexes = (Index(fields=("request_id", "created_at")),)


class Mentorship(DatedRow):
    """Two people at work on a goal, in one format. `continues_id` is the mentee's earlier one that it goes on from.

    `look_at` is when the worker looks what time has done to it. A pause keeps the mentor's place until
    `place_kept_until`; `holds_place` tells whether the ledger counts one for it now. Check-ins are counted from
    `check_in_from`, and `check_in_at` is when the next one opens; `cadence_days` is empty for that of the format.
    """

    mentor: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="mentoring")
    mentor_id: UUID
    mentee: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="mentored")
    mentee_id: UUID
    request: fields.OneToOneNullableRelation[MentorshipRequest] = fields.OneToOneField(
        "alongside.MentorshipRequest", related_name="mentorship", null=True
    )
    request_id: UUID | None
    format = fields.CharEnumField(MentoringFormat, max_length=12)
    continues_id: UUID | None = fields.UUIDField(null=True)
    aspect = fields.CharField(max_length=12, default="")
    goal = fields.CharField(max_length=300)
    state = fields.CharEnumField(MentorshipState, max_length=16)
    end_reason: EndReason | None = enum_or_null(EndReason, max_length=16)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)
    look_at: datetime | None = fields.DatetimeField(null=True)
    holds_place = fields.BooleanField(default=True, db_default=True)
    paused_by: UUID | None = fields.UUIDField(null=True)
    paused_at: datetime | None = fields.DatetimeField(null=True)
    paused_until: datetime | None = fields.DatetimeField(null=True)
    place_kept_until: datetime | None = fields.DatetimeField(null=True)
    pause_reason: PauseReason | None = enum_or_null(PauseReason, max_length=12)
    closing_since: datetime | None = fields.DatetimeField(null=True)
    trial_until: datetime | None = fields.DatetimeField(null=True)
    deliverable = fields.CharField(max_length=300, default="", db_default="")
    deliver_by: date | None = fields.DateField(null=True)
    delivered_at: datetime | None = fields.DatetimeField(null=True)
    brief_by: UUID | None = fields.UUIDField(null=True)
    cadence_days: int | None = fields.SmallIntField(null=True)
    check_in_from: datetime | None = fields.DatetimeField(null=True)
    check_in_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "mentorship"
        indexes = (
            Index(fields=("mentor_id", "created_at")),
            Index(fields=("mentee_id", "created_at")),
            Index(fields=("look_at",)),
            Index(fields=("check_in_at",)),
        )


class MentorshipFeedback(Model):
    """What one of the two said at the end. Its key is drawn by lot: one made of time would tell who gave first."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    mentorship: fields.ForeignKeyRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="feedback"
    )
    mentorship_id: UUID
    author: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="feedback_given"
    )
    author_id: UUID
    given_at = fields.DatetimeField()
    released_at: datetime | None = fields.DatetimeField(null=True)
    useful = fields.SmallIntField()
    went_well = fields.TextField(default="")
    could_be_better = fields.TextField(default="")
    takeaway = fields.TextField(default="")
    kudos = fields.CharField(max_length=300, default="")
    next_need = fields.CharField(max_length=300, default="")

    class Meta:
        table = "mentorship_feedback"
        unique_together = (("mentorship_id", "author_id"),)
        indexes = (Index(fields=("author_id",)), Index(fields=("released_at", "given_at")))

"""Meetings of mentorships: what was proposed, what was agreed on, and how it went for each of the two."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.meetings import CancelReason, MentorshipMeetingState, ProposalState, SeatOutcome
from server.kit.clock import now
from server.models.base import DatedRow, enum_or_null
from server.models.mentorships import Mentorship
from server.models.profiles import Profile
from server.models.sessions import Session


class Meeting(DatedRow):
    """An appointment of the two. Meetings of a series share `series_id`; `occurs_at` is when each was first to be.

    `sequence` is how often its calendar object changed, the same for a whole series; `changed_at` when it last did.
    `session_id` is the room that was opened for it.
    """

    mentorship: fields.ForeignKeyRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="meetings"
    )
    mentorship_id: UUID
    series_id: UUID | None = fields.UUIDField(null=True)
    title = fields.CharField(max_length=120, default="")
    note = fields.TextField(default="")
    starts_at: datetime = fields.DatetimeField()
    occurs_at: datetime = fields.DatetimeField()
    minutes = fields.IntField()
    time_zone = fields.CharField(max_length=64)
    every_days: int | None = fields.SmallIntField(null=True)
    state = fields.CharEnumField(MentorshipMeetingState, max_length=12)
    planned_by = fields.UUIDField()
    cancelled_by: UUID | None = fields.UUIDField(null=True)
    cancel_reason: CancelReason | None = enum_or_null(CancelReason, max_length=16)
    cancel_note = fields.TextField(default="")
    session: fields.ForeignKeyNullableRelation[Session] = fields.ForeignKeyField(
        "alongside.Session", related_name="meetings", null=True
    )
    session_id: UUID | None
    sequence = fields.IntField(default=0)
    changed_at: datetime = fields.DatetimeField(default=now)
    version = fields.IntField(default=1)

    class Meta:
        table = "meeting"
        indexes = (
            Index(fields=("mentorship_id", "starts_at", "id")),
            Index(fields=("state", "starts_at")),
            Index(fields=("series_id",)),
            Index(fields=("planned_by",)),
            Index(fields=("cancelled_by",)),
            Index(fields=("session_id",)),
        )


class MeetingProposal(DatedRow):
    """Starts that one of the two offers the other. `starts` are ISO instants in UTC; `meeting` is the one to move."""

    mentorship: fields.ForeignKeyRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="meeting_proposals"
    )
    mentorship_id: UUID
    meeting: fields.ForeignKeyNullableRelation[Meeting] = fields.ForeignKeyField(
        "alongside.Meeting", related_name="proposals", null=True
    )
    meeting_id: UUID | None
    counters: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "alongside.MeetingProposal", related_name="countered_by", null=True
    )
    counters_id: UUID | None
    proposed_by = fields.UUIDField()
    title = fields.CharField(max_length=120, default="")
    note = fields.TextField(default="")
    starts: list[str] = fields.JSONField()
    last_start: datetime = fields.DatetimeField()
    chosen: datetime | None = fields.DatetimeField(null=True)
    minutes = fields.IntField()
    time_zone = fields.CharField(max_length=64)
    times = fields.SmallIntField(default=1)
    every_days = fields.SmallIntField(default=7)
    skips_gigs = fields.BooleanField(default=False)
    state = fields.CharEnumField(ProposalState, max_length=12)
    answered_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "meeting_proposal"
        indexes = (
            Index(fields=("mentorship_id", "created_at", "id")),
            Index(fields=("state", "last_start")),
            Index(fields=("meeting_id",)),
            Index(fields=("proposed_by",)),
        )

    @property
    def offered(self) -> tuple[datetime, ...]:
        """Return the starts as instants, in order."""
        return tuple(datetime.fromisoformat(one) for one in self.starts)


class MeetingSeat(DatedRow):
    """One of the two at a meeting: whether they said again that they come, how it went, and an appeal against that."""

    meeting: fields.ForeignKeyRelation[Meeting] = fields.ForeignKeyField("alongside.Meeting", related_name="seats")
    meeting_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="meeting_seats"
    )
    profile_id: UUID
    confirmed_at: datetime | None = fields.DatetimeField(null=True)
    outcome: SeatOutcome | None = enum_or_null(SeatOutcome, max_length=16)
    marked_at: datetime | None = fields.DatetimeField(null=True)
    appealed_at: datetime | None = fields.DatetimeField(null=True)
    appeal_words = fields.TextField(default="")
    appeal_decided_at: datetime | None = fields.DatetimeField(null=True)
    appeal_decided_by: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "meeting_seat"
        unique_together = (("meeting_id", "profile_id"),)
        indexes = (
            Index(fields=("profile_id", "created_at")),
            Index(fields=("outcome", "appealed_at")),
            Index(fields=("appeal_decided_by",)),
        )

"""Meetings of circles: when, who answered and came, who had the turn, and what was written down."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.circle_meetings import DEFAULT_TURN_SECONDS, MeetingState, RsvpState
from server.kit.clock import now
from server.models.base import DatedRow
from server.models.circles import Circle
from server.models.profiles import Profile


class CircleMeeting(DatedRow):
    """A meeting. Those of a series share `series_id`; `talk_version` grows with everything in its room."""

    circle: fields.ForeignKeyRelation[Circle] = fields.ForeignKeyField("alongside.Circle", related_name="meetings")
    circle_id: UUID
    series_id: UUID | None = fields.UUIDField(null=True)
    title = fields.CharField(max_length=120)
    starts_at: datetime = fields.DatetimeField()
    minutes = fields.IntField(default=60)
    state = fields.CharEnumField(MeetingState, max_length=12)
    cap: int | None = fields.IntField(null=True)
    turn_seconds = fields.IntField(default=DEFAULT_TURN_SECONDS)
    facilitator_id: UUID | None = fields.UUIDField(null=True)
    planned_by = fields.UUIDField()
    notes = fields.TextField(default="")
    notes_by: UUID | None = fields.UUIDField(null=True)
    recap = fields.TextField(default="")
    recap_by: UUID | None = fields.UUIDField(null=True)
    started_at: datetime | None = fields.DatetimeField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    talk_version = fields.IntField(default=0)
    version = fields.IntField(default=1)

    class Meta:
        table = "circle_meeting"
        indexes = (
            Index(fields=("circle_id", "starts_at", "id")),
            Index(fields=("state", "starts_at")),
            Index(fields=("facilitator_id",)),
            Index(fields=("planned_by",)),
            Index(fields=("notes_by",)),
            Index(fields=("recap_by",)),
        )


class CircleRsvp(DatedRow):
    """Somebody's answer to a meeting, whether they came, and where they are in its room.

    `queued_at` orders the line. `was_there` is None until the meeting, or a facilitator, says.
    """

    meeting: fields.ForeignKeyRelation[CircleMeeting] = fields.ForeignKeyField(
        "alongside.CircleMeeting", related_name="rsvps"
    )
    meeting_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="circle_rsvps"
    )
    profile_id: UUID
    state = fields.CharEnumField(RsvpState, max_length=12, null=True)
    queued_at = fields.DatetimeField(default=now)
    was_there = fields.BooleanField(null=True)
    here_since: datetime | None = fields.DatetimeField(null=True)
    hand_raised_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "circle_rsvp"
        unique_together = (("meeting_id", "profile_id"),)
        indexes = (Index(fields=("meeting_id", "state", "queued_at", "id")), Index(fields=("profile_id",)))


class CircleTurn(DatedRow):
    """Somebody's turn to speak, from `created_at`; due to end at `ends_at`, ended at `ended_at`."""

    meeting: fields.ForeignKeyRelation[CircleMeeting] = fields.ForeignKeyField(
        "alongside.CircleMeeting", related_name="turns"
    )
    meeting_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="circle_turns"
    )
    profile_id: UUID
    given_by = fields.UUIDField()
    round = fields.IntField()
    ends_at: datetime = fields.DatetimeField()
    ended_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "circle_turn"
        indexes = (
            Index(fields=("meeting_id", "created_at")),
            Index(fields=("profile_id",)),
            Index(fields=("given_by",)),
        )

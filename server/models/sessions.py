"""Mentoring sessions: the room, who is in it, what was said."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.domain.sessions import SessionRole, SessionState
from server.models.base import DatedRow
from server.models.mentorships import Mentorship
from server.models.profiles import Profile


class Session(DatedRow):
    """A meeting of a mentorship."""

    mentorship: fields.ForeignKeyRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="sessions"
    )
    mentorship_id: UUID
    title = fields.CharField(max_length=120, default="")
    state = fields.CharEnumField(SessionState, max_length=12)
    opened_by = fields.UUIDField()
    started_at: datetime | None = fields.DatetimeField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)
    current_item_id: UUID | None = fields.UUIDField(null=True)
    timer_started_at: datetime | None = fields.DatetimeField(null=True)
    timer_ends_at: datetime | None = fields.DatetimeField(null=True)
    timer_left_seconds: int | None = fields.IntField(null=True)

    class Meta:
        table = "session"
        indexes = (Index(fields=("mentorship_id", "created_at")),)


class SessionParticipant(DatedRow):
    """Somebody's place in a session, whether or not they are connected now."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "alongside.Session", related_name="participants"
    )
    session_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="sessions")
    profile_id: UUID
    role = fields.CharEnumField(SessionRole, max_length=12)
    joined_at: datetime | None = fields.DatetimeField(null=True)
    hand_raised_at: datetime | None = fields.DatetimeField(null=True)
    removed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "session_participant"
        unique_together = (("session_id", "profile_id"),)
        indexes = (Index(fields=("profile_id", "created_at")),)


class SessionMessage(DatedRow):
    """A line of a session's chat. An empty text with `deleted_at` is a line taken back."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("alongside.Session", related_name="messages")
    session_id: UUID
    author: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="session_messages"
    )
    author_id: UUID
    text = fields.TextField()
    edited_at: datetime | None = fields.DatetimeField(null=True)
    deleted_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "session_message"
        indexes = (Index(fields=("session_id", "created_at", "id")),)

"""What a session's room holds beside its chat: who had the floor, the agenda, links and actions."""

from datetime import date, datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.models.base import DatedRow
from server.models.mentorships import Mentorship
from server.models.profiles import Profile
from server.models.sessions import Session


class SessionFloor(DatedRow):
    """A time somebody had the floor, from `created_at` until `ended_at`; one at a time has it."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("alongside.Session", related_name="floors")
    session_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="session_floors"
    )
    profile_id: UUID
    given_by = fields.UUIDField()
    ended_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "session_floor"
        indexes = (Index(fields=("session_id", "created_at")),)


class AgendaItem(DatedRow):
    """An item of a session's agenda, at its place in the order. `written_by` put it into these words."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("alongside.Session", related_name="agenda")
    session_id: UUID
    written_by = fields.UUIDField()
    title = fields.CharField(max_length=120)
    minutes = fields.IntField()
    rank = fields.IntField()
    done_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "session_agenda_item"
        indexes = (Index(fields=("session_id", "rank")), Index(fields=("written_by",)))


class SessionLink(DatedRow):
    """A web address that somebody put into the room."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("alongside.Session", related_name="links")
    session_id: UUID
    added_by = fields.UUIDField()
    url = fields.CharField(max_length=500)
    title = fields.CharField(max_length=120)

    class Meta:
        table = "session_link"
        indexes = (Index(fields=("session_id", "created_at")), Index(fields=("added_by",)))


class SessionAction(DatedRow):
    """What somebody will do, agreed on in a session, or in a mentorship beside its sessions: one of the two is set.

    `written_by` put it into these words.
    """

    session: fields.ForeignKeyNullableRelation[Session] = fields.ForeignKeyField(
        "alongside.Session", related_name="actions", null=True
    )
    session_id: UUID | None
    mentorship: fields.ForeignKeyNullableRelation[Mentorship] = fields.ForeignKeyField(
        "alongside.Mentorship", related_name="actions", null=True
    )
    mentorship_id: UUID | None
    owner: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="session_actions"
    )
    owner_id: UUID
    written_by = fields.UUIDField()
    text = fields.CharField(max_length=500)
    due_on: date | None = fields.DateField(null=True)
    done_at: datetime | None = fields.DatetimeField(null=True)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "session_action"
        indexes = (
            Index(fields=("session_id", "created_at", "id")),
            Index(fields=("mentorship_id", "created_at", "id")),
            Index(fields=("written_by",)),
            Index(fields=("owner_id",)),
        )

"""What a session's room holds beside its chat: who had the floor."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.models.base import DatedRow
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

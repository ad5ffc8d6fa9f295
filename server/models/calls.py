"""Peer-to-peer calls: who is in the call of a session, with which connection."""

from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.models.base import DatedRow
from server.models.profiles import Profile
from server.models.sessions import Session


class CallSeat(DatedRow):
    """Somebody in the call of a session since `created_at`. It ends with the connection, or with its worker."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("alongside.Session", related_name="call_seats")
    session_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField("alongside.Profile", related_name="call_seats")
    profile_id: UUID
    connection_id = fields.CharField(max_length=64)
    worker_id = fields.CharField(max_length=64)
    microphone = fields.BooleanField()
    camera = fields.BooleanField()

    class Meta:
        table = "call_seat"
        unique_together = (("session_id", "profile_id"),)
        indexes = (Index(fields=("connection_id",)), Index(fields=("worker_id",)), Index(fields=("profile_id",)))

"""The shared notes of a session: the document as a state and the updates after it, and who writes under which id."""

from datetime import datetime
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index

from server.kit.clock import now
from server.models.base import DatedRow
from server.models.profiles import Profile
from server.models.sessions import Session


class SessionNotes(DatedRow):
    """The notes of one session. `state` is the Yjs document after update `state_number`; later updates are rows.

    `number` counts all updates, `told_number` is the last one the room's order has word of, `text` is the whole text.
    """

    session: fields.OneToOneRelation[Session] = fields.OneToOneField("alongside.Session", related_name="notes")
    session_id: UUID
    state = fields.BinaryField()
    state_number = fields.BigIntField(default=0)
    number = fields.BigIntField(default=0)
    told_number = fields.BigIntField(default=0)
    text = fields.TextField()
    changed_at: datetime = fields.DatetimeField(default=now)

    class Meta:
        table = "session_notes"


class SessionNotesUpdate(DatedRow):
    """An update of a session's notes that is not part of their state yet, as the Yjs client sent it."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField(
        "alongside.Session", related_name="notes_updates"
    )
    session_id: UUID
    number = fields.BigIntField()
    author_id = fields.UUIDField()
    update_data = fields.BinaryField()

    class Meta:
        table = "session_notes_update"
        unique_together = (("session_id", "number"),)
        indexes = (Index(fields=("author_id",)),)


class SessionNotesPen(DatedRow):
    """A Yjs client id in a session's notes, and whose it is: nobody else's updates may write under it."""

    session: fields.ForeignKeyRelation[Session] = fields.ForeignKeyField("alongside.Session", related_name="notes_pens")
    session_id: UUID
    profile: fields.ForeignKeyRelation[Profile] = fields.ForeignKeyField(
        "alongside.Profile", related_name="session_notes_pens"
    )
    profile_id: UUID
    client_id = fields.BigIntField()

    class Meta:
        table = "session_notes_pen"
        unique_together = (("session_id", "client_id"),)
        indexes = (Index(fields=("profile_id",)),)

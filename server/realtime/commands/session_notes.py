"""Commands on the shared notes of a session: write, synchronise. msgspec reads and writes bytes as base64."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.queries import sessions
from server.queries.session_notes import notes_of
from server.realtime.commands.registry import command, setting
from server.services import session_notes

_Bytes = Annotated[bytes, Meta(max_length=64 * 1024)]


class WriteNotes(Struct, frozen=True, rename="camel"):
    """Take this Yjs update."""

    session_id: UUID
    update: _Bytes


class SyncNotes(Struct, frozen=True, rename="camel"):
    """Say what you have as a state vector; nothing when you have nothing."""

    session_id: UUID
    vector: _Bytes | None = None


class NotesNow(Struct, frozen=True, rename="camel"):
    """How many updates there are after a command."""

    session_id: UUID
    number: int


class NotesSince(Struct, frozen=True, rename="camel"):
    """What the asker lacks after update `number`, and the state vector, which counts no deletions."""

    session_id: UUID
    number: int
    update: bytes
    vector: bytes


@setting("notes.write", WriteNotes)
async def write(actor: Actor, asked: WriteNotes) -> NotesNow:
    """Take an update."""
    notes = await session_notes.write_notes(actor, session_id=asked.session_id, update=asked.update)
    return NotesNow(asked.session_id, notes.number)


@command("notes.sync", SyncNotes)
async def sync(actor: Actor, asked: SyncNotes, cid: str) -> NotesSince:  # noqa: ARG001 - it reads
    """Return what the asker lacks."""
    if not await sessions.places_of(actor, [asked.session_id]):
        raise NotFound("session")
    notes = (await notes_of(actor, [asked.session_id]))[asked.session_id]
    document = notes.document()
    return NotesSince(asked.session_id, notes.number, document.since(asked.vector), document.vector)

"""Commands in a mentoring session: come in, say, put differently, take back, end."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from server.domain.actors import Actor
from server.models.sessions import Session, SessionMessage
from server.realtime.commands.registry import command, setting
from server.services import sessions

_Text = Annotated[str, Meta(max_length=16_000)]


class OneSession(Struct, frozen=True, rename="camel"):
    """Which session."""

    session_id: UUID


class SendMessage(Struct, frozen=True, rename="camel"):
    """Say a line."""

    session_id: UUID
    text: _Text


class OneMessage(Struct, frozen=True, rename="camel"):
    """Which line."""

    message_id: UUID


class EditMessage(Struct, frozen=True, rename="camel"):
    """Put a line differently."""

    message_id: UUID
    text: _Text


class Said(Struct, frozen=True, rename="camel"):
    """The line as it is kept; without text when it was taken back."""

    message_id: UUID
    text: str
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


class SessionNow(Struct, frozen=True, rename="camel"):
    """Where the session stands after a command."""

    session_id: UUID
    state: str
    version: int


def _said(row: SessionMessage) -> Said:
    return Said(row.id, row.text, row.created_at, row.edited_at, row.deleted_at)


def _now(row: Session) -> SessionNow:
    return SessionNow(row.id, row.state.value, row.version)


@setting("session.join", OneSession)
async def join(actor: Actor, asked: OneSession) -> SessionNow:
    """Go in."""
    return _now(await sessions.join_session(actor, session_id=asked.session_id))


@command("session.send", SendMessage)
async def send(actor: Actor, asked: SendMessage, cid: str) -> Said:
    """Say a line in a session; the same cid says it once."""
    return _said(await sessions.send_message(actor, session_id=asked.session_id, text=asked.text, command_id=cid))


@setting("session.edit", EditMessage)
async def edit(actor: Actor, asked: EditMessage) -> Said:
    """Put an own line differently."""
    return _said(await sessions.edit_message(actor, message_id=asked.message_id, text=asked.text))


@setting("session.delete", OneMessage)
async def delete(actor: Actor, asked: OneMessage) -> Said:
    """Take an own line back."""
    return _said(await sessions.delete_message(actor, message_id=asked.message_id))


@setting("session.end", OneSession)
async def end(actor: Actor, asked: OneSession) -> SessionNow:
    """Close the room."""
    return _now(await sessions.end_session(actor, session_id=asked.session_id))

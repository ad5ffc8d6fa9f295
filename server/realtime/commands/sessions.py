"""Commands in a mentoring session."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from server.domain.actors import Actor
from server.realtime.commands.registry import command
from server.services import sessions


class SendMessage(Struct, frozen=True, rename="camel"):
    """Say a line."""

    session_id: UUID
    text: Annotated[str, Meta(max_length=16_000)]


class Said(Struct, frozen=True, rename="camel"):
    """The line as it is kept."""

    message_id: UUID
    text: str
    at: datetime


@command("session.send", SendMessage)
async def send(actor: Actor, asked: SendMessage, cid: str) -> Said:
    """Say a line in a session; the same cid says it once."""
    message = await sessions.send_message(actor, session_id=asked.session_id, text=asked.text, command_id=cid)
    return Said(message.id, message.text, message.created_at)

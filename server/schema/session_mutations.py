"""What is done in a session, as mutations. The same use cases as the commands over /live."""

from uuid import UUID

import strawberry

from server.schema.core.context import Info
from server.schema.core.errors import Conflict, mutation
from server.schema.core.ids import uuid_of
from server.schema.mentorships import mentorship_id_of
from server.schema.sessions import Session, SessionMessage, session_id_of
from server.services import sessions

_KEY = "The same key again gives the first answer."


@strawberry.input(description="For openSession.")
class OpenSessionInput:
    """What OpenSession takes."""

    mentorship_id: strawberry.ID = strawberry.field(description="Whose room.")
    title: str = strawberry.field(default="", description="At most 120 characters.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.type(description="A session whose room is open.")
class OpenSessionPayload:
    """What OpenSession gives."""

    session: Session = strawberry.field(description="The session: the one that was open already, or a new one.")


@strawberry.input(description="For joinSession.")
class JoinSessionInput:
    """What JoinSession takes."""

    session_id: strawberry.ID = strawberry.field(description="Which session.")


@strawberry.type(description="A session one went into.")
class JoinSessionPayload:
    """What JoinSession gives."""

    session: Session = strawberry.field(description="The session as it is now.")


@strawberry.input(description="For sendMessage.")
class SendMessageInput:
    """What SendMessage takes."""

    session_id: strawberry.ID = strawberry.field(description="Which session.")
    text: str = strawberry.field(description="1 to 4,000 characters.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.type(description="A line that was said.")
class SendMessagePayload:
    """What SendMessage gives."""

    session_message: SessionMessage = strawberry.field(description="The line.")


@strawberry.input(description="For editMessage.")
class EditMessageInput:
    """What EditMessage takes."""

    message_id: strawberry.ID = strawberry.field(description="Which line.")
    text: str = strawberry.field(description="1 to 4,000 characters.")


@strawberry.type(description="A line that was put differently.")
class EditMessagePayload:
    """What EditMessage gives."""

    session_message: SessionMessage = strawberry.field(description="The line as it is now.")


@strawberry.input(description="For deleteMessage.")
class DeleteMessageInput:
    """What DeleteMessage takes."""

    message_id: strawberry.ID = strawberry.field(description="Which line.")


@strawberry.type(description="A line that was taken back.")
class DeleteMessagePayload:
    """What DeleteMessage gives."""

    session_message: SessionMessage = strawberry.field(description="The line, without its text.")


@strawberry.input(description="For endSession.")
class EndSessionInput:
    """What EndSession takes."""

    session_id: strawberry.ID = strawberry.field(description="Which session.")


@strawberry.type(description="A session that was closed.")
class EndSessionPayload:
    """What EndSession gives."""

    session: Session = strawberry.field(description="The session as it is now.")


def _message_id(global_id: strawberry.ID) -> UUID:
    return uuid_of(global_id, "SessionMessage", what="message")


@strawberry.type
class SessionMutation:
    """The mutations on sessions."""

    @mutation(
        description="Open the room of a mentorship now and go in. Requires: to be one of its two.", refuses=[Conflict]
    )
    async def open_session(self, info: Info, form: OpenSessionInput) -> OpenSessionPayload:
        """Open a room."""
        row = await sessions.open_session(
            info.context.actor,
            mentorship_id=mentorship_id_of(form.mentorship_id),
            title=form.title,
            idempotency_key=form.idempotency_key,
        )
        return OpenSessionPayload(session=Session.of(row))

    @mutation(description="Go into a session. Requires: a place in it.", refuses=[Conflict])
    async def join_session(self, info: Info, form: JoinSessionInput) -> JoinSessionPayload:
        """Go in."""
        row = await sessions.join_session(info.context.actor, session_id=session_id_of(form.session_id))
        return JoinSessionPayload(session=Session.of(row))

    @mutation(description="Say a line; whoever speaks is in. Requires: a place in the session.", refuses=[Conflict])
    async def send_message(self, info: Info, form: SendMessageInput) -> SendMessagePayload:
        """Say a line."""
        row = await sessions.send_message(
            info.context.actor,
            session_id=session_id_of(form.session_id),
            text=form.text,
            command_id=form.idempotency_key,
        )
        return SendMessagePayload(session_message=SessionMessage.of(row))

    @mutation(description="Put an own line differently. Requires: its author.", refuses=[Conflict])
    async def edit_message(self, info: Info, form: EditMessageInput) -> EditMessagePayload:
        """Put a line differently."""
        row = await sessions.edit_message(info.context.actor, message_id=_message_id(form.message_id), text=form.text)
        return EditMessagePayload(session_message=SessionMessage.of(row))

    @mutation(description="Take an own line back. Requires: its author.")
    async def delete_message(self, info: Info, form: DeleteMessageInput) -> DeleteMessagePayload:
        """Take a line back."""
        row = await sessions.delete_message(info.context.actor, message_id=_message_id(form.message_id))
        return DeleteMessagePayload(session_message=SessionMessage.of(row))

    @mutation(description="Close a session. Requires: to be one of the mentorship's two.", refuses=[Conflict])
    async def end_session(self, info: Info, form: EndSessionInput) -> EndSessionPayload:
        """Close a room."""
        row = await sessions.end_session(info.context.actor, session_id=session_id_of(form.session_id))
        return EndSessionPayload(session=Session.of(row))

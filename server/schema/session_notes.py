"""The shared notes of a session, as a type and a mutation. Bytes are base64."""

from typing import Annotated

import strawberry

from server.domain.errors import invalid
from server.kit.binary import bytes_of, text_of
from server.queries.session_notes import Notes
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.fields import resolved
from server.schema.core.ids import uuid_of
from server.services import session_notes


@strawberry.type(description="The shared notes of a session: a Yjs document with one plain text, `notes`.")
class SessionNotes:
    """Notes as those in the room read them."""

    number: int = strawberry.field(description="How many updates were taken so far.")
    text: str = strawberry.field(description="The whole text.")
    notes: strawberry.Private[Notes]

    @classmethod
    def of(cls, notes: Notes) -> "SessionNotes":
        """Return the notes as the API shows them."""
        return cls(number=notes.number, text=notes.text, notes=notes)

    @resolved(description="The Yjs state vector, in base64.")
    def vector(self) -> str:
        """Return the state vector."""
        return text_of(self.notes.document().vector)

    @resolved(description="What somebody with a state vector lacks, as a Yjs update in base64.")
    def update(
        self,
        since: Annotated[
            str | None, strawberry.argument(description="The state vector, in base64; null: everything.")
        ] = None,
    ) -> str:
        """Return an update."""
        return text_of(self.notes.document().since(None if since is None else _bytes(since, "since")))


@strawberry.input(description="For writeSessionNotes.")
class WriteSessionNotesInput:
    """What WriteSessionNotes takes."""

    session_id: strawberry.ID = strawberry.field(description="Which session.")
    update: str = strawberry.field(description="A Yjs update in base64, of at most 32 KiB. The same twice is once.")


@strawberry.type(description="Notes that were written.")
class WriteSessionNotesPayload:
    """What WriteSessionNotes gives."""

    notes: SessionNotes = strawberry.field(description="The notes as they are now.")


@strawberry.type
class SessionNotesMutation:
    """The mutations on shared notes."""

    @mutation(
        description="Take a Yjs update of the shared notes, whole or not at all. Requires: to be in the session.",
        refuses=[Conflict, LimitReached],
    )
    async def write_session_notes(self, info: Info, form: WriteSessionNotesInput) -> WriteSessionNotesPayload:
        """Take an update."""
        notes = await session_notes.write_notes(
            info.context.actor,
            session_id=uuid_of(form.session_id, "Session", what="session"),
            update=_bytes(form.update, "update"),
        )
        return WriteSessionNotesPayload(notes=SessionNotes.of(notes))


def _bytes(text: str, path: str) -> bytes:
    try:
        return bytes_of(text)
    except ValueError:
        raise invalid(path, "malformed", "Bytes are written in base64.") from None

"""Shared notes of a session: a plain text that several type in at once, as a Yjs document with one root.

Every update is checked before it is taken, by what it says and by what the document is after it: whole or not at all.
A Yjs client id is a pen: it belongs to whoever wrote under it first, so nobody puts words into another's mouth, and an
erased person's words can be told from the others'.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pycrdt import Doc, Text

from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, invalid
from server.domain.facts import Fact
from server.kit import yjs
from server.kit.yjs import Malformed, Run, Update

ROOT = "notes"
MAX_UPDATE_BYTES = 32 * 1024
MAX_VECTOR_BYTES = 16 * 1024
MAX_STATE_BYTES = 128 * 1024
"""The document with what Yjs keeps of deleted text."""
MAX_CHARACTERS = 50_000
MAX_PENS = 1_000
"""Client ids a document has known; a front end takes a new one at each start."""
UPDATES_KEPT = 100
"""Updates that wait as rows before they become part of the state."""
UPDATES_PER_BURST = 30
BURST_SECONDS = 6.0
"""A person sends at most this many updates in so many seconds: five a second, with room for a burst."""
NOTES_SIGNAL = "notes"


class Document:
    """The notes as a Yjs document. Made of a state and the updates after it."""

    def __init__(self, state: bytes = b"", updates: Iterable[bytes] = ()) -> None:
        self._doc: Doc[Text] = Doc()
        self._text = self._doc.get(ROOT, type=Text)
        for known in (state, *updates):
            if known:
                self._doc.apply_update(known)

    @property
    def text(self) -> str:
        """Return the whole text."""
        return str(self._text)

    @property
    def vector(self) -> bytes:
        """Return the state vector."""
        return self._doc.get_state()

    @property
    def state(self) -> bytes:
        """Return everything as one update; deleted text is not in it any more."""
        return self._doc.get_update()

    def since(self, vector: bytes | None) -> bytes:
        """Return as an update what somebody with this state vector lacks; without one, everything. InvalidInput."""
        if vector is None:
            return self.state
        check_vector(vector)
        return self._doc.get_update(vector)

    def take(self, data: bytes, update: Update) -> None:
        """Apply an update that was read. InvalidInput, or Conflict when it did not become part of the document whole.

        After a refusal the document is not to be used any more.
        """
        before = yjs.read_vector(self.vector)
        check_fits(update, before)
        try:
            self._doc.apply_update(data)
        except ValueError as failure:
            raise _refused("malformed", "These bytes are no Yjs update.") from failure
        if yjs.read_vector(self.vector) != yjs.vector_after(before, update):
            raise _behind()

    def erase(self, clients: Collection[int]) -> bytes:
        """Delete everything that was written under some client ids; return the update that does it."""
        vector = yjs.read_vector(self.vector)
        runs = [Run(client, 0, vector[client]) for client in sorted(clients) if vector.get(client)]
        deletion = yjs.deletion_of(runs)
        self._doc.apply_update(deletion)
        return deletion


def read_update(data: bytes) -> Update:
    """Return what an update holds. InvalidInput: too large, malformed, or more than plain text in the one root."""
    if len(data) > MAX_UPDATE_BYTES:
        raise _refused("too_long", f"An update has at most {MAX_UPDATE_BYTES:,} bytes. Send it in parts.")
    try:
        update = yjs.read_update(data)
    except Malformed as failure:
        raise _refused("malformed", f"This update cannot be taken: {failure}.") from failure
    if update.roots - {ROOT}:
        raise _refused("unknown_root", f'The notes are the text "{ROOT}", and there is nothing beside it.')
    return update


def check_vector(vector: bytes) -> None:
    """Refuse what is not a state vector."""
    try:
        if len(vector) <= MAX_VECTOR_BYTES:
            yjs.read_vector(vector)
            return
    except Malformed:
        pass
    raise invalid("vector", "malformed", "These bytes are no Yjs state vector.")


def check_fits(update: Update, vector: Mapping[int, int]) -> None:
    """Refuse an update that builds on, or deletes, what the document has not got."""
    after = yjs.vector_after(vector, update)
    if any(run.start > vector.get(run.client, 0) for run in update.written):
        raise _behind()
    if any(run.end > after.get(run.client, 0) for run in update.deleted):
        raise _behind()


def fresh_pens(update: Update, vector: Mapping[int, int], pens: Mapping[int, UUID], writer: UUID) -> list[int]:
    """Return the client ids a writer uses for the first time. NotAllowed: another's; LimitReached: too many in all."""
    used = {run.client for run in update.written if run.end > vector.get(run.client, 0)}
    if any(pens.get(client, writer) != writer for client in used):
        raise NotAllowed("a Yjs client id of your own", "This client id is somebody else's. Start with a fresh one.")
    fresh = sorted(used - pens.keys())
    if len(pens) + len(fresh) > MAX_PENS:
        raise LimitReached(f"These notes have known {MAX_PENS:,} clients, and take no more.", limit=MAX_PENS)
    return fresh


def check_size(text: str, state: bytes, before: str) -> None:
    """Refuse what makes the notes too long; taking something out is always possible."""
    if len(text) < len(before):
        return
    if len(text) > MAX_CHARACTERS:
        raise LimitReached(f"Notes have at most {MAX_CHARACTERS:,} characters.", limit=MAX_CHARACTERS)
    if len(state) > MAX_STATE_BYTES:
        raise LimitReached("These notes have been changed too often to take more.", limit=MAX_STATE_BYTES)


def _refused(code: str, message: str) -> InvalidInput:
    return invalid("update", code, message)


def _behind() -> Conflict:
    return Conflict(
        "This update builds on something that is not here yet. Synchronise, then send it.", current="behind"
    )


@dataclass(frozen=True, kw_only=True)
class NotesWritten(Fact):
    """The notes were written up to update `number`. Told every few seconds while somebody types, never per stroke."""

    kind: ClassVar[str] = "notes.written"
    session_id: UUID
    number: int
    at: datetime

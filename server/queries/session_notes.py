"""Reading the shared notes of sessions. For those with a place in them, also after the end."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.session_notes import Document
from server.models.database import connection
from server.queries import sessions

# State and updates in one statement: between two, updates may become part of the state.
_NOTES = """
SELECT n.session_id, n.state, n.number, n.told_number, n.text, n.changed_at, kept.updates
FROM session_notes n
LEFT JOIN LATERAL (
    SELECT array_agg(u.update_data ORDER BY u.number) AS updates FROM session_notes_update u
    WHERE u.session_id = n.session_id AND u.number > n.state_number
) AS kept ON true
WHERE n.session_id = ANY($1)
"""


@dataclass(frozen=True)
class Notes:
    """The notes of a session after update `number`; `told_number` is the last one its followers have word of."""

    number: int = 0
    told_number: int = 0
    text: str = ""
    changed_at: datetime | None = None
    state: bytes = b""
    updates: tuple[bytes, ...] = ()

    def document(self) -> Document:
        """Return them as a document."""
        return Document(self.state, self.updates)


async def notes_of(actor: Actor, session_ids: Collection[UUID]) -> dict[UUID, Notes]:
    """Return the notes of each session the actor may see; empty ones for sessions without, and for the others."""
    shown = await sessions.places_of(actor, session_ids)
    return {key: Notes() for key in session_ids} | await notes_in(list(shown))


async def notes_in(session_ids: Collection[UUID]) -> dict[UUID, Notes]:
    """Return the notes of each session. For the rules, not for the doors."""
    if not session_ids:
        return {}
    _, rows = await connection().execute_query(_NOTES, [list(session_ids)])
    return {key: Notes() for key in session_ids} | {row["session_id"]: _notes(row) for row in rows}


def _notes(row: Mapping[str, Any]) -> Notes:
    return Notes(
        number=row["number"],
        told_number=row["told_number"],
        text=row["text"],
        changed_at=row["changed_at"],
        state=row["state"],
        updates=tuple(row["updates"] or ()),
    )

"""The shared notes of a session: take an update, tell of it, forget a writer.

An update is kept before it is told. Told twice: at once by a signal, which may be lost, and within seconds by an entry
with the number alone, which may not: whoever lacks a number asks for what is missing by their state vector.
"""

from uuid import UUID

import msgspec

from server.domain import session_notes as rules
from server.domain import topics
from server.domain.actors import Actor, UserId
from server.domain.errors import Conflict, RateLimited
from server.domain.session_notes import NOTES_SIGNAL, Document, NotesWritten
from server.domain.sessions import check_open
from server.kit import yjs
from server.kit.binary import text_of
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.session_notes import SessionNotes, SessionNotesPen, SessionNotesUpdate
from server.queries.session_notes import Notes, notes_in
from server.services.ports import ports
from server.services.session_access import look_in
from server.services.transaction import Work, retrying, unit_of_work

_PAGE = 100

_MAKE = """
INSERT INTO session_notes (id, created_at, session_id, state, text, changed_at, state_number, number, told_number)
VALUES ($1, $2, $3, '', '', $2, 0, 0, 0) ON CONFLICT (session_id) DO NOTHING
"""
_LOCK = "SELECT id FROM session_notes WHERE session_id = $1 FOR UPDATE"
_UNTOLD = "SELECT session_id FROM session_notes WHERE told_number < number ORDER BY changed_at LIMIT $1"


@retrying
async def write_notes(actor: Actor, *, session_id: UUID, update: bytes) -> Notes:
    """Take a Yjs update of somebody in the room. The same again changes nothing. Return the notes after it.

    NotFound, RateLimited, InvalidInput, NotAllowed for another's client id, LimitReached; Conflict when the session is
    not open, the actor is not in it, or the update builds on what is not here ("behind").
    """
    actor_id = actor.require_user()
    await _check_rate(actor_id, session_id)
    read = rules.read_update(update)
    async with unit_of_work() as work:
        inside = await look_in(actor, session_id)
        check_open(inside.session.state)
        if inside.place.joined_at is None:
            raise Conflict("Go into the session first.", current="outside")
        before = await _claim(work, session_id)
        document = before.document()
        pens = {row.client_id: row.profile_id for row in await SessionNotesPen.filter(session_id=session_id)}
        vector = yjs.read_vector(document.vector)
        fresh = rules.fresh_pens(read, vector, pens, actor_id)
        document.take(update, read)
        text = document.text
        if text == before.text and yjs.read_vector(document.vector) == vector:
            return before
        rules.check_size(text, document.state, before.text)
        for client_id in fresh:
            await SessionNotesPen.create(session_id=session_id, client_id=client_id, profile_id=actor_id)
        number = before.number + 1
        await SessionNotesUpdate.create(session_id=session_id, number=number, author_id=actor_id, update_data=update)
        await SessionNotes.filter(session_id=session_id).update(number=number, text=text, changed_at=now())
        if len(before.updates) >= rules.UPDATES_KEPT:
            await _compact(session_id, document, number)
        _signal(work, session_id, number, update)
        return (await notes_in([session_id]))[session_id]


async def tell_written() -> int:
    """Put word of what was written into the order of each room whose notes were. Return how many rooms. For the job."""
    told = 0
    async with unit_of_work() as work:
        _, rows = await work.connection.execute_query(_UNTOLD, [_PAGE])
    for row in rows:
        told += await _tell(row["session_id"])
    return told


async def forget_writer(work: Work, user_id: UserId) -> None:
    """Delete everything somebody ever wrote from all notes, and what is kept of it as updates. For erasure."""
    pens: dict[UUID, list[int]] = {}
    for row in await SessionNotesPen.filter(profile_id=user_id).order_by("session_id"):
        pens.setdefault(row.session_id, []).append(row.client_id)
    for session_id, clients in pens.items():
        notes = await _claim(work, session_id)
        document = notes.document()
        before = document.text
        deletion, number = document.erase(clients), notes.number + 1
        if document.text == before and not notes.updates:
            # Forgotten before: to say it again would change the notes of those who stay.
            continue
        await SessionNotes.filter(session_id=session_id).update(number=number, text=document.text, changed_at=now())
        await _compact(session_id, document, number)
        _signal(work, session_id, number, deletion)


@retrying
async def _tell(session_id: UUID) -> int:
    async with unit_of_work() as work:
        notes = await _claim(work, session_id)
        if notes.told_number == notes.number:
            return 0
        await SessionNotes.filter(session_id=session_id).update(told_number=notes.number)
        written = NotesWritten(session_id=session_id, number=notes.number, at=now())
        work.record(written, to=[topics.session(session_id)])
    return 1


async def _claim(work: Work, session_id: UUID) -> Notes:
    """Lock a session's notes, made if there are none yet, and return them."""
    await work.connection.execute_query(_MAKE, [new_id(), now(), session_id])
    await work.connection.execute_query(_LOCK, [session_id])
    return (await notes_in([session_id]))[session_id]


async def _compact(session_id: UUID, document: Document, number: int) -> None:
    """Make all updates part of the state."""
    await SessionNotes.filter(session_id=session_id).update(state=document.state, state_number=number)
    await SessionNotesUpdate.filter(session_id=session_id).delete()


async def _check_rate(actor_id: UserId, session_id: UUID) -> None:
    wait = await ports.buckets.take(
        f"notes:{actor_id}:{session_id}", capacity=rules.UPDATES_PER_BURST, per_seconds=rules.BURST_SECONDS
    )
    if wait:
        raise RateLimited(wait)


def _signal(work: Work, session_id: UUID, number: int, update: bytes) -> None:
    """Send an update to those in the room, each under a key of its own: none takes another's place."""
    payload = msgspec.json.encode({"number": number, "update": text_of(update)}).decode()
    work.signal(topics.session(session_id), NOTES_SIGNAL, str(number), version=number, payload=payload)

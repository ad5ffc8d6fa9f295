"""Notes of a mentorship. One's own is nobody else's business: no role reads it, no fact tells of it to another.

One's own notes can be written whatever became of the mentorship; shared ones while it goes on.
"""

from uuid import UUID

from server.domain import mentorship_notes as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import Conflict, NotAllowed, NotFound
from server.domain.mentorship_notes import NoteChanged, NoteReach, check_version
from server.kit.clock import now
from server.models.mentorship_papers import MentorshipNote
from server.queries import mentorships as mentorship_queries
from server.queries.mentorship_papers import visible_notes
from server.services import repeats
from server.services.mentorship_access import sit_down
from server.services.transaction import Work, retrying, unit_of_work


@retrying
async def add_note(
    actor: Actor,
    *,
    mentorship_id: UUID,
    text: str,
    reach: NoteReach = NoteReach.MINE,
    idempotency_key: str | None = None,
) -> MentorshipNote:
    """Write a note for oneself, or for both. NotFound, InvalidInput, LimitReached; Conflict: shared, after the end."""
    text = rules.note_text(text)
    async with unit_of_work() as work:
        content = [mentorship_id, text, reach]
        author_id = actor.require_user()
        once = await repeats.claim(work, author_id, idempotency_key, "addMentorshipNote", content)
        if once.previous:
            return await _kept(once.previous)
        await _enter(work, actor, mentorship_id, reach)
        written = MentorshipNote.filter(mentorship_id=mentorship_id, author_id=author_id)
        rules.check_room_for_note(await written.count())
        row = await MentorshipNote.create(
            mentorship_id=mentorship_id, author_id=author_id, edited_by=author_id, reach=reach, text=text
        )
        await once.remember(row.id)
        await _tell(work, actor, row, command_id=idempotency_key)
    return row


@retrying
async def edit_note(actor: Actor, *, note_id: UUID, text: str, expected_version: int | None = None) -> MentorshipNote:
    """Put a note differently: an own one, or a shared one whoever wrote it. NotFound, InvalidInput, Conflict."""
    text = rules.note_text(text)
    async with unit_of_work() as work:
        row = await _take_up(work, actor, note_id)
        check_version(row.version, expected_version)
        row.text, row.edited_by = text, actor.require_user()
        await _keep(work, actor, row)
    return row


@retrying
async def share_note(actor: Actor, *, note_id: UUID, expected_version: int | None = None) -> MentorshipNote:
    """Let the other read an own note too, for good; again changes nothing. NotFound, NotAllowed, Conflict."""
    async with unit_of_work() as work:
        row = await _take_up(work, actor, note_id, reach=NoteReach.SHARED)
        _check_authors(row, actor)
        check_version(row.version, expected_version)
        if row.reach is NoteReach.MINE:
            row.reach = NoteReach.SHARED
            await _keep(work, actor, row)
    return row


@retrying
async def delete_note(actor: Actor, *, note_id: UUID) -> UUID:
    """Delete an own note, shared or not; return the id of its mentorship. NotFound, NotAllowed; Conflict: shared."""
    async with unit_of_work() as work:
        row = await _take_up(work, actor, note_id)
        _check_authors(row, actor)
        await row.delete()
        await _tell(work, actor, row, is_deleted=True)
    return row.mentorship_id


async def _enter(work: Work, actor: Actor, mentorship_id: UUID, reach: NoteReach, *, what: str = "mentorship") -> None:
    """Lock the mentorship for what both read; for oneself it need only be one's own."""
    if reach is NoteReach.SHARED:
        await sit_down(work, actor, mentorship_id, what=what)
    elif mentorship_id not in await mentorship_queries.visible(actor, [mentorship_id]):
        raise NotFound(what)


async def _take_up(work: Work, actor: Actor, note_id: UUID, *, reach: NoteReach | None = None) -> MentorshipNote:
    """Return a note the actor may read under lock; with `reach`, to give it that reach. NotFound, Conflict."""
    actor.require_user()
    seen = (await visible_notes(actor, [note_id])).get(note_id)
    if seen is None:
        raise NotFound("note")
    await _enter(work, actor, seen.mentorship_id, reach or seen.reach, what="note")
    row = await MentorshipNote.filter(id=note_id).select_for_update(no_key=True).get_or_none()
    if row is None:
        raise NotFound("note")
    if row.reach is not seen.reach:
        # Shared between the look and the lock: who comes again goes by the rules for both.
        raise Conflict("This was changed meanwhile. Look at it again.", current=str(row.version))
    return row


def _check_authors(row: MentorshipNote, actor: Actor) -> None:
    if row.author_id != actor.require_user():
        raise NotAllowed("to be the author")


async def _keep(work: Work, actor: Actor, row: MentorshipNote) -> None:
    row.changed_at, row.version = now(), row.version + 1
    await row.save(update_fields=["text", "edited_by", "reach", "changed_at", "version"])
    await _tell(work, actor, row)


async def _kept(note_id: UUID) -> MentorshipNote:
    row = await MentorshipNote.get_or_none(id=note_id)
    if row is None:
        raise NotFound("note")
    return row


async def _tell(
    work: Work, actor: Actor, row: MentorshipNote, *, is_deleted: bool = False, command_id: str | None = None
) -> None:
    changed = NoteChanged(
        mentorship_id=row.mentorship_id,
        note_id=row.id,
        reach=row.reach,
        version=row.version,
        is_deleted=is_deleted,
        at=now(),
    )
    readers = [row.author_id]
    if row.reach is NoteReach.SHARED:
        mentorship = (await mentorship_queries.visible(actor, [row.mentorship_id]))[row.mentorship_id]
        readers = [mentorship.mentor_id, mentorship.mentee_id]
    work.record(changed, to=[topics.user(reader) for reader in readers], actor=actor, command_id=command_id)

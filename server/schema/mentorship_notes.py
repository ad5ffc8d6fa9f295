"""Notes and ideas of a mentorship as types. Somebody's own notes are shown to them, and to no role of any kind."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from server.domain.mentorship_notes import IdeaResult, IdeaState, NoteReach
from server.models import mentorship_papers as rows
from server.queries import mentorship_papers as queries
from server.schema.core.batching import batched
from server.schema.core.context import Info
from server.schema.core.ids import uuid_of
from server.schema.core.nodes import Node, node_loader
from server.schema.profiles import Profile, load_profiles

strawberry.enum(
    NoteReach, name="MentorshipNoteReach", description="MINE: read by its author alone, ever. SHARED: read by both."
)
strawberry.enum(IdeaState, name="MentorshipIdeaState", description="How far an idea is.")
strawberry.enum(IdeaResult, name="MentorshipIdeaResult", description="What came of an idea that was tried.")


@strawberry.type(description="A note. Requires: to be its author; for a shared one, to be one of the two.")
class MentorshipNote(Node):
    """A note as its readers see it."""

    reach: NoteReach = strawberry.field(description="Who reads it.")
    text: str = strawberry.field(description="What it says.")
    written_at: datetime = strawberry.field(description="When it was written.")
    changed_at: datetime = strawberry.field(description="When it was changed last.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")
    author_id: strawberry.Private[UUID]

    @classmethod
    def of(cls, row: rows.MentorshipNote) -> "MentorshipNote":
        """Return the note as the API shows it."""
        return cls(
            key=row.id,
            reach=row.reach,
            text=row.text,
            written_at=row.created_at,
            changed_at=row.changed_at,
            version=row.version,
            author_id=row.author_id,
        )

    @batched(description="Who wrote it first.")
    @staticmethod
    async def author(parents: Sequence["MentorshipNote"], info: Info) -> Sequence[Profile | None]:
        """Return the author of each."""
        found = await load_profiles(info, {p.author_id for p in parents})
        return [found.get(p.author_id) for p in parents]


@strawberry.type(description="An idea, to its author's credit whoever tries it. Requires: to be one of the two.")
class MentorshipIdea(Node):
    """An idea as the two see it."""

    text: str = strawberry.field(description="The idea.")
    state: IdeaState = strawberry.field(description="How far it is.")
    logged_at: datetime = strawberry.field(description="When it was logged.")
    trial: str = strawberry.field(description="How it was tried; may be empty.")
    tried_at: datetime | None = strawberry.field(description="When it was tried.")
    result: IdeaResult | None = strawberry.field(description="Whether it helped.")
    result_note: str = strawberry.field(description="What came of it; may be empty.")
    result_at: datetime | None = strawberry.field(description="When that was said.")
    version: int = strawberry.field(description="Grows with every change; give it back as expectedVersion.")
    author_id: strawberry.Private[UUID]
    tried_by_id: strawberry.Private[UUID | None]

    @classmethod
    def of(cls, row: rows.MentorshipIdea) -> "MentorshipIdea":
        """Return the idea as the API shows it."""
        return cls(
            key=row.id,
            text=row.text,
            state=row.state,
            logged_at=row.created_at,
            trial=row.trial,
            tried_at=row.tried_at,
            result=row.result,
            result_note=row.result_note,
            result_at=row.result_at,
            version=row.version,
            author_id=row.author_id,
            tried_by_id=row.tried_by,
        )

    @batched(description="Whose idea it is.")
    @staticmethod
    async def author(parents: Sequence["MentorshipIdea"], info: Info) -> Sequence[Profile | None]:
        """Return the author of each."""
        found = await load_profiles(info, {p.author_id for p in parents})
        return [found.get(p.author_id) for p in parents]

    @batched(description="Who tried it.")
    @staticmethod
    async def tried_by(parents: Sequence["MentorshipIdea"], info: Info) -> Sequence[Profile | None]:
        """Return who tried each."""
        found = await load_profiles(info, {p.tried_by_id for p in parents if p.tried_by_id is not None})
        return [None if p.tried_by_id is None else found.get(p.tried_by_id) for p in parents]


@node_loader("MentorshipNote")
async def load_notes(info: Info, keys: Collection[UUID]) -> Mapping[UUID, MentorshipNote]:
    """Return the notes the viewer may read."""
    found = await queries.visible_notes(info.context.actor, keys)
    return {key: MentorshipNote.of(row) for key, row in found.items()}


@node_loader("MentorshipIdea")
async def load_ideas(info: Info, keys: Collection[UUID]) -> Mapping[UUID, MentorshipIdea]:
    """Return the ideas the viewer may see."""
    found = await queries.visible_ideas(info.context.actor, keys)
    return {key: MentorshipIdea.of(row) for key, row in found.items()}


def note_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of a note, or refuse with NotFound."""
    return uuid_of(global_id, "MentorshipNote", what="note")


def idea_id_of(global_id: strawberry.ID) -> UUID:
    """Return the key of an idea, or refuse with NotFound."""
    return uuid_of(global_id, "MentorshipIdea", what="idea")

"""Notes and ideas of a mentorship as mutations."""

import strawberry

from server.domain.mentorship_notes import IdeaResult, NoteReach
from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import encode_id, uuid_of
from server.schema.mentorship_notes import MentorshipIdea, MentorshipNote, idea_id_of, note_id_of
from server.services import mentorship_ideas, mentorship_notes

_KEY = "The same key again gives the first answer."
_VERSION = "Refused with Conflict when it changed."


@strawberry.input(description="For addMentorshipNote.")
class AddMentorshipNoteInput:
    """What AddMentorshipNote takes."""

    mentorship_id: strawberry.ID = strawberry.field(description="Which mentorship.")
    text: str = strawberry.field(description="1 to 10,000 characters.")
    reach: NoteReach = strawberry.field(default=NoteReach.MINE, description="Who reads it.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.type(description="A note that was written.")
class AddMentorshipNotePayload:
    """What AddMentorshipNote gives."""

    note: MentorshipNote = strawberry.field(description="The note.")


@strawberry.input(description="For editMentorshipNote.")
class EditMentorshipNoteInput:
    """What EditMentorshipNote takes."""

    note_id: strawberry.ID = strawberry.field(description="Which note.")
    text: str = strawberry.field(description="1 to 10,000 characters.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A note that was put differently.")
class EditMentorshipNotePayload:
    """What EditMentorshipNote gives."""

    note: MentorshipNote = strawberry.field(description="The note as it is now.")


@strawberry.input(description="For shareMentorshipNote.")
class ShareMentorshipNoteInput:
    """What ShareMentorshipNote takes."""

    note_id: strawberry.ID = strawberry.field(description="Which note.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="A note that both read from now on.")
class ShareMentorshipNotePayload:
    """What ShareMentorshipNote gives."""

    note: MentorshipNote = strawberry.field(description="The note as it is now.")


@strawberry.input(description="For deleteMentorshipNote.")
class DeleteMentorshipNoteInput:
    """What DeleteMentorshipNote takes."""

    note_id: strawberry.ID = strawberry.field(description="Which note.")


@strawberry.type(description="A note that is gone.")
class DeleteMentorshipNotePayload:
    """What DeleteMentorshipNote gives."""

    mentorship_id: strawberry.ID = strawberry.field(description="The mentorship it was in.")


@strawberry.input(description="For addMentorshipIdea.")
class AddMentorshipIdeaInput:
    """What AddMentorshipIdea takes."""

    mentorship_id: strawberry.ID = strawberry.field(description="Which mentorship.")
    text: str = strawberry.field(description="1 to 500 characters.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.type(description="An idea that was logged.")
class AddMentorshipIdeaPayload:
    """What AddMentorshipIdea gives."""

    idea: MentorshipIdea = strawberry.field(description="The idea.")


@strawberry.input(description="For editMentorshipIdea.")
class EditMentorshipIdeaInput:
    """What EditMentorshipIdea takes."""

    idea_id: strawberry.ID = strawberry.field(description="Which idea.")
    text: str = strawberry.field(description="1 to 500 characters.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="An idea that was put differently.")
class EditMentorshipIdeaPayload:
    """What EditMentorshipIdea gives."""

    idea: MentorshipIdea = strawberry.field(description="The idea as it is now.")


@strawberry.input(description="For tryMentorshipIdea.")
class TryMentorshipIdeaInput:
    """What TryMentorshipIdea takes."""

    idea_id: strawberry.ID = strawberry.field(description="Which idea.")
    trial: str = strawberry.field(default="", description="How you tried it: at most 1,000 characters.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="An idea that was tried.")
class TryMentorshipIdeaPayload:
    """What TryMentorshipIdea gives."""

    idea: MentorshipIdea = strawberry.field(description="The idea as it is now.")


@strawberry.input(description="For tellIdeaResult.")
class TellIdeaResultInput:
    """What TellIdeaResult takes."""

    idea_id: strawberry.ID = strawberry.field(description="Which idea.")
    result: IdeaResult = strawberry.field(description="Whether it helped.")
    note: str = strawberry.field(default="", description="What came of it: at most 1,000 characters.")
    expected_version: int | None = strawberry.field(default=None, description=_VERSION)


@strawberry.type(description="An idea and what came of it.")
class TellIdeaResultPayload:
    """What TellIdeaResult gives."""

    idea: MentorshipIdea = strawberry.field(description="The idea as it is now.")


@strawberry.type
class MentorshipNoteMutation:
    """The mutations on notes."""

    @mutation(
        description="Write a note for yourself, or for both. Requires: to be one of the two.",
        refuses=[Conflict, LimitReached],
    )
    async def add_mentorship_note(self, info: Info, form: AddMentorshipNoteInput) -> AddMentorshipNotePayload:
        """Write a note."""
        row = await mentorship_notes.add_note(
            info.context.actor,
            mentorship_id=uuid_of(form.mentorship_id, "Mentorship", what="mentorship"),
            text=form.text,
            reach=form.reach,
            idempotency_key=form.idempotency_key,
        )
        return AddMentorshipNotePayload(note=MentorshipNote.of(row))

    @mutation(description="Put a note differently. Requires: to read it.", refuses=[Conflict])
    async def edit_mentorship_note(self, info: Info, form: EditMentorshipNoteInput) -> EditMentorshipNotePayload:
        """Edit a note."""
        row = await mentorship_notes.edit_note(
            info.context.actor,
            note_id=note_id_of(form.note_id),
            text=form.text,
            expected_version=form.expected_version,
        )
        return EditMentorshipNotePayload(note=MentorshipNote.of(row))

    @mutation(description="Let the other read my note too, for good. Requires: to be its author.", refuses=[Conflict])
    async def share_mentorship_note(self, info: Info, form: ShareMentorshipNoteInput) -> ShareMentorshipNotePayload:
        """Share a note."""
        row = await mentorship_notes.share_note(
            info.context.actor, note_id=note_id_of(form.note_id), expected_version=form.expected_version
        )
        return ShareMentorshipNotePayload(note=MentorshipNote.of(row))

    @mutation(description="Delete my note. Requires: to be its author.", refuses=[Conflict])
    async def delete_mentorship_note(self, info: Info, form: DeleteMentorshipNoteInput) -> DeleteMentorshipNotePayload:
        """Delete a note."""
        key = await mentorship_notes.delete_note(info.context.actor, note_id=note_id_of(form.note_id))
        return DeleteMentorshipNotePayload(mentorship_id=strawberry.ID(encode_id("Mentorship", key)))


@strawberry.type
class MentorshipIdeaMutation:
    """The mutations on ideas."""

    @mutation(description="Log an idea of mine. Requires: to be one of the two.", refuses=[Conflict, LimitReached])
    async def add_mentorship_idea(self, info: Info, form: AddMentorshipIdeaInput) -> AddMentorshipIdeaPayload:
        """Log an idea."""
        row = await mentorship_ideas.add_idea(
            info.context.actor,
            mentorship_id=uuid_of(form.mentorship_id, "Mentorship", what="mentorship"),
            text=form.text,
            idempotency_key=form.idempotency_key,
        )
        return AddMentorshipIdeaPayload(idea=MentorshipIdea.of(row))

    @mutation(description="Put my idea differently, until it is tried. Requires: to be its author.", refuses=[Conflict])
    async def edit_mentorship_idea(self, info: Info, form: EditMentorshipIdeaInput) -> EditMentorshipIdeaPayload:
        """Edit an idea."""
        row = await mentorship_ideas.edit_idea(
            info.context.actor,
            idea_id=idea_id_of(form.idea_id),
            text=form.text,
            expected_version=form.expected_version,
        )
        return EditMentorshipIdeaPayload(idea=MentorshipIdea.of(row))

    @mutation(
        description="Say that I tried an idea, whosever it is. Requires: to be one of the two.", refuses=[Conflict]
    )
    async def try_mentorship_idea(self, info: Info, form: TryMentorshipIdeaInput) -> TryMentorshipIdeaPayload:
        """Try an idea."""
        row = await mentorship_ideas.try_idea(
            info.context.actor,
            idea_id=idea_id_of(form.idea_id),
            trial=form.trial,
            expected_version=form.expected_version,
        )
        return TryMentorshipIdeaPayload(idea=MentorshipIdea.of(row))

    @mutation(
        description="Say what came of an idea that was tried. Requires: to be one of the two.", refuses=[Conflict]
    )
    async def tell_idea_result(self, info: Info, form: TellIdeaResultInput) -> TellIdeaResultPayload:
        """Tell what came of an idea."""
        row = await mentorship_ideas.tell_result(
            info.context.actor,
            idea_id=idea_id_of(form.idea_id),
            result=form.result,
            note=form.note,
            expected_version=form.expected_version,
        )
        return TellIdeaResultPayload(idea=MentorshipIdea.of(row))

"""Links and actions of a session, as mutations. The same use cases as the commands over /live."""

from datetime import date
from uuid import UUID

import strawberry

from server.schema.core.context import Info
from server.schema.core.errors import Conflict, LimitReached, mutation
from server.schema.core.ids import encode_id, uuid_of
from server.schema.session_papers import SessionAction, SessionLink, action_id_of, link_id_of
from server.schema.sessions import session_id_of
from server.services import session_papers
from server.services.session_papers import ActionForm


@strawberry.input(description="For addLink.")
class AddLinkInput:
    """What AddLink takes."""

    session_id: strawberry.ID = strawberry.field(description="Which session.")
    url: str = strawberry.field(description="http or https, at most 500 characters.")
    title: str = strawberry.field(default="", description="At most 120 characters.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="A link in the room.")
class AddLinkPayload:
    """What AddLink gives."""

    link: SessionLink = strawberry.field(description="The link.")


@strawberry.input(description="For removeLink.")
class RemoveLinkInput:
    """What RemoveLink takes."""

    link_id: strawberry.ID = strawberry.field(description="Which link.")


@strawberry.type(description="A link that is gone.")
class RemoveLinkPayload:
    """What RemoveLink gives."""

    session_id: strawberry.ID = strawberry.field(description="The session it was in.")


@strawberry.input(description="For addAction.")
class AddActionInput:
    """What AddAction takes."""

    session_id: strawberry.ID = strawberry.field(description="Which session.")
    text: str = strawberry.field(description="1 to 500 characters.")
    owner_id: strawberry.ID = strawberry.field(description="Who will do it: somebody with a place in the session.")
    due_on: date | None = strawberry.field(default=None, description="Until when; null: no date.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="An action that was agreed on.")
class AddActionPayload:
    """What AddAction gives."""

    action: SessionAction = strawberry.field(description="The action as it is now.")


@strawberry.input(description="For addMentorshipAction.")
class AddMentorshipActionInput:
    """What AddMentorshipAction takes."""

    mentorship_id: strawberry.ID = strawberry.field(description="Which mentorship.")
    text: str = strawberry.field(description="1 to 500 characters.")
    owner_id: strawberry.ID = strawberry.field(description="Who will do it: one of the two.")
    due_on: date | None = strawberry.field(default=None, description="Until when; null: no date.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key again gives the first answer."
    )


@strawberry.type(description="An action that was agreed on beside the sessions.")
class AddMentorshipActionPayload:
    """What AddMentorshipAction gives."""

    action: SessionAction = strawberry.field(description="The action as it is now.")


@strawberry.input(description="For editAction.")
class EditActionInput:
    """What EditAction takes."""

    action_id: strawberry.ID = strawberry.field(description="Which action.")
    text: str = strawberry.field(description="1 to 500 characters.")
    owner_id: strawberry.ID = strawberry.field(
        description="Who will do it: somebody with a place in the session, or one of the mentorship's two."
    )
    due_on: date | None = strawberry.field(default=None, description="Until when; null: no date.")
    is_done: bool = strawberry.field(default=False, description="Whether it is done.")
    expected_version: int | None = strawberry.field(default=None, description="Refused with Conflict when it changed.")


@strawberry.type(description="An action that was changed.")
class EditActionPayload:
    """What EditAction gives."""

    action: SessionAction = strawberry.field(description="The action as it is now.")


@strawberry.input(description="For removeAction.")
class RemoveActionInput:
    """What RemoveAction takes."""

    action_id: strawberry.ID = strawberry.field(description="Which action.")


@strawberry.type(description="An action that was dropped.")
class RemoveActionPayload:
    """What RemoveAction gives."""

    session_id: strawberry.ID | None = strawberry.field(
        description="The session it was in; null for one beside the sessions."
    )


def _owner(global_id: strawberry.ID) -> UUID:
    return uuid_of(global_id, "Profile", what="participant")


@strawberry.type
class SessionPaperMutation:
    """The mutations on links and actions."""

    @mutation(
        description="Put a web address into the room. Requires: to be one of the mentorship's two.",
        refuses=[Conflict, LimitReached],
    )
    async def add_link(self, info: Info, form: AddLinkInput) -> AddLinkPayload:
        """Put a web address into the room."""
        row = await session_papers.add_link(
            info.context.actor,
            session_id=session_id_of(form.session_id),
            url=form.url,
            title=form.title,
            idempotency_key=form.idempotency_key,
        )
        return AddLinkPayload(link=SessionLink.of(row))

    @mutation(
        description="Take a link out of the room. Requires: to be one of the mentorship's two.", refuses=[Conflict]
    )
    async def remove_link(self, info: Info, form: RemoveLinkInput) -> RemoveLinkPayload:
        """Take a link out of the room."""
        key = await session_papers.remove_link(info.context.actor, link_id=link_id_of(form.link_id))
        return RemoveLinkPayload(session_id=strawberry.ID(encode_id("Session", key)))

    @mutation(
        description="Agree on what somebody will do. Requires: to be one of the mentorship's two.",
        refuses=[Conflict, LimitReached],
    )
    async def add_action(self, info: Info, form: AddActionInput) -> AddActionPayload:
        """Agree on what somebody will do."""
        row = await session_papers.add_action(
            info.context.actor,
            session_id=session_id_of(form.session_id),
            form=ActionForm(form.text, _owner(form.owner_id), form.due_on),
            idempotency_key=form.idempotency_key,
        )
        return AddActionPayload(action=SessionAction.of(row))

    @mutation(
        description="Agree on what somebody will do, beside the sessions. Requires: to be one of the two.",
        refuses=[Conflict, LimitReached],
    )
    async def add_mentorship_action(self, info: Info, form: AddMentorshipActionInput) -> AddMentorshipActionPayload:
        """Agree on what somebody will do."""
        row = await session_papers.add_action_beside(
            info.context.actor,
            mentorship_id=uuid_of(form.mentorship_id, "Mentorship", what="mentorship"),
            form=ActionForm(form.text, _owner(form.owner_id), form.due_on),
            idempotency_key=form.idempotency_key,
        )
        return AddMentorshipActionPayload(action=SessionAction.of(row))

    @mutation(
        description="Change an action, also after the session. Requires: to be one of the mentorship's two.",
        refuses=[Conflict],
    )
    async def edit_action(self, info: Info, form: EditActionInput) -> EditActionPayload:
        """Change an action, also after the session."""
        row = await session_papers.edit_action(
            info.context.actor,
            action_id=action_id_of(form.action_id),
            form=ActionForm(form.text, _owner(form.owner_id), form.due_on, form.is_done),
            expected_version=form.expected_version,
        )
        return EditActionPayload(action=SessionAction.of(row))

    @mutation(description="Drop an action, also after the session. Requires: to be one of the mentorship's two.")
    async def remove_action(self, info: Info, form: RemoveActionInput) -> RemoveActionPayload:
        """Drop an action, also after the session."""
        key = await session_papers.remove_action(info.context.actor, action_id=action_id_of(form.action_id))
        return RemoveActionPayload(session_id=None if key is None else strawberry.ID(encode_id("Session", key)))

"""Stints, transitions and contact details of one's own profile."""

from datetime import date

import strawberry

from server.domain.actors import ProfileId
from server.domain.profile_parts import ContactDraft, ContactKind, StintDraft, TransitionDraft
from server.domain.profiles import Visibility, WorkPattern
from server.schema.core.context import Info
from server.schema.core.errors import LimitReached, mutation
from server.schema.core.ids import uuid_of
from server.schema.my_profile import MyProfile, my_profile
from server.services import contacts, histories

_KEY = "The same key again gives the first answer."


@strawberry.input(description="A stretch of work.")
class StintInput:
    """A stint."""

    pattern: WorkPattern = strawberry.field(description="How the work came.")
    title: str = strawberry.field(description="What it was: 1 to 120 characters.")
    started_on: date = strawberry.field(description="Its first day.")
    ended_on: date | None = strawberry.field(default=None, description="Its last day; null while it goes on.")

    def draft(self) -> StintDraft:
        """Return the stint as the rules know it."""
        return StintDraft(pattern=self.pattern, title=self.title, started_on=self.started_on, ended_on=self.ended_on)


@strawberry.input(description="For addStint.")
class AddStintInput:
    """Input of addStint."""

    stint: StintInput = strawberry.field(description="The stint.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.type(description="The stint is on your profile.")
class AddStintPayload:
    """Payload of addStint."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="For changeStint.")
class ChangeStintInput:
    """Input of changeStint."""

    stint_id: strawberry.ID = strawberry.field(description="Which stint.")
    stint: StintInput = strawberry.field(description="The stint as it should be.")


@strawberry.type(description="The stint is changed.")
class ChangeStintPayload:
    """Payload of changeStint."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="For removeStint.")
class RemoveStintInput:
    """Input of removeStint."""

    stint_id: strawberry.ID = strawberry.field(description="Which stint.")


@strawberry.type(description="The stint is gone from your profile.")
class RemoveStintPayload:
    """Payload of removeStint."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="A change of trade you made.")
class AddTransitionInput:
    """Input of addTransition."""

    from_work: str = strawberry.field(description="What you did before: 1 to 120 characters.")
    to_work: str = strawberry.field(description="What you did after: 1 to 120 characters.")
    year: int = strawberry.field(description="When.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)


@strawberry.type(description="The transition is on your profile.")
class AddTransitionPayload:
    """Payload of addTransition."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="For removeTransition.")
class RemoveTransitionInput:
    """Input of removeTransition."""

    transition_id: strawberry.ID = strawberry.field(description="Which transition.")


@strawberry.type(description="The transition is gone from your profile.")
class RemoveTransitionPayload:
    """Payload of removeTransition."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="A way to reach you. One that is there already only changes who sees it.")
class SetContactInput:
    """Input of setContact."""

    kind: ContactKind = strawberry.field(description="What it is.")
    value: str = strawberry.field(description="The address, number or link: at most 300 characters.")
    visibility: Visibility = strawberry.field(
        default=Visibility.PRIVATE, description="Who sees it without a release; PRIVATE: those released to only."
    )


@strawberry.type(description="The contact is on your profile.")
class SetContactPayload:
    """Payload of setContact."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="For removeContact.")
class RemoveContactInput:
    """Input of removeContact."""

    contact_id: strawberry.ID = strawberry.field(description="Which contact.")


@strawberry.type(description="The contact is gone from your profile.")
class RemoveContactPayload:
    """Payload of removeContact."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="For releaseContacts.")
class ReleaseContactsInput:
    """Input of releaseContacts."""

    profile_id: strawberry.ID = strawberry.field(description="To whom.")


@strawberry.type(description="Your contact details are open to them.")
class ReleaseContactsPayload:
    """Payload of releaseContacts."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.input(description="For revokeContacts.")
class RevokeContactsInput:
    """Input of revokeContacts."""

    profile_id: strawberry.ID = strawberry.field(description="To whom they are open now.")


@strawberry.type(description="Your contact details are closed to them.")
class RevokeContactsPayload:
    """Payload of revokeContacts."""

    profile: MyProfile = strawberry.field(description="Your profile.")


@strawberry.type
class HistoryMutation:
    """Changes of what the viewer did, and of how to reach them."""

    @mutation(description="Add a stretch of work. Requires: a signed-in user.", refuses=[LimitReached])
    async def add_stint(self, info: Info, form: AddStintInput) -> AddStintPayload:
        """Add a stint."""
        await histories.add_stint(info.context.actor, form.stint.draft(), idempotency_key=form.idempotency_key)
        return AddStintPayload(profile=await my_profile(info))

    @mutation(description="Write a stretch of work anew. Requires: its owner.")
    async def change_stint(self, info: Info, form: ChangeStintInput) -> ChangeStintPayload:
        """Change a stint."""
        stint_id = uuid_of(form.stint_id, "Stint", what="stint")
        await histories.change_stint(info.context.actor, form.stint.draft(), stint_id=stint_id)
        return ChangeStintPayload(profile=await my_profile(info))

    @mutation(description="Remove a stretch of work. Requires: its owner.")
    async def remove_stint(self, info: Info, form: RemoveStintInput) -> RemoveStintPayload:
        """Remove a stint."""
        await histories.remove_stint(info.context.actor, stint_id=uuid_of(form.stint_id, "Stint", what="stint"))
        return RemoveStintPayload(profile=await my_profile(info))

    @mutation(description="Add a change of trade. Requires: a signed-in user.", refuses=[LimitReached])
    async def add_transition(self, info: Info, form: AddTransitionInput) -> AddTransitionPayload:
        """Add a transition."""
        draft = TransitionDraft(form.from_work, form.to_work, form.year)
        await histories.add_transition(info.context.actor, draft, idempotency_key=form.idempotency_key)
        return AddTransitionPayload(profile=await my_profile(info))

    @mutation(description="Remove a change of trade. Requires: its owner.")
    async def remove_transition(self, info: Info, form: RemoveTransitionInput) -> RemoveTransitionPayload:
        """Remove a transition."""
        transition_id = uuid_of(form.transition_id, "Transition", what="transition")
        await histories.remove_transition(info.context.actor, transition_id=transition_id)
        return RemoveTransitionPayload(profile=await my_profile(info))

    @mutation(
        description="Add a way to reach you, or change who sees it. Requires: a signed-in user.",
        refuses=[LimitReached],
    )
    async def set_contact(self, info: Info, form: SetContactInput) -> SetContactPayload:
        """Set a contact."""
        await contacts.set_contact(info.context.actor, ContactDraft(form.kind, form.value, form.visibility))
        return SetContactPayload(profile=await my_profile(info))

    @mutation(description="Remove a way to reach you. Requires: its owner.")
    async def remove_contact(self, info: Info, form: RemoveContactInput) -> RemoveContactPayload:
        """Remove a contact."""
        contact_id = uuid_of(form.contact_id, "Contact", what="contact")
        await contacts.remove_contact(info.context.actor, contact_id=contact_id)
        return RemoveContactPayload(profile=await my_profile(info))

    @mutation(description="Open your contact details to somebody. Requires: a mentorship with them.")
    async def release_contacts(self, info: Info, form: ReleaseContactsInput) -> ReleaseContactsPayload:
        """Open the contacts to somebody."""
        reader = ProfileId(uuid_of(form.profile_id, "Profile", what="profile"))
        await contacts.give_contacts(info.context.actor, to_profile_id=reader)
        return ReleaseContactsPayload(profile=await my_profile(info))

    @mutation(description="Close your contact details to somebody again. Requires: a signed-in user.")
    async def revoke_contacts(self, info: Info, form: RevokeContactsInput) -> RevokeContactsPayload:
        """Close the contacts to somebody."""
        reader = ProfileId(uuid_of(form.profile_id, "Profile", what="release"))
        await contacts.revoke_contacts(info.context.actor, to_profile_id=reader)
        return RevokeContactsPayload(profile=await my_profile(info))

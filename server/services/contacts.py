"""Contact details, and to whom they are open: A14. Accepting a request opens them both ways; each side may close."""

from typing import Any
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor, ProfileId
from server.domain.errors import NotAllowed, NotFound
from server.domain.profile_parts import ContactDraft, clean_contact
from server.domain.profiles import MAX_CONTACTS, ContactsReleased, ContactsRevoked, check_count
from server.domain.visibility import Relation
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.profiles import ContactDetail, ContactRelease
from server.queries.profiles import visible_profiles
from server.services.profile_edit import editing
from server.services.transaction import Work, retrying, unit_of_work

_OPEN = """
INSERT INTO contact_release (id, created_at, profile_id, to_profile_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (profile_id, to_profile_id) DO UPDATE SET revoked_at = NULL
"""


@retrying
async def set_contact(actor: Actor, draft: ContactDraft) -> ContactDetail:
    """Add a contact detail, or change who sees the one that is there."""
    cleaned = clean_contact(draft)
    async with editing(actor, "contacts") as edit:
        place: dict[str, Any] = {"profile_id": edit.profile.id, "kind": cleaned.kind.value, "value": cleaned.value}
        known = await ContactDetail.get_or_none(**place)
        if known is not None:
            known.visibility = cleaned.visibility
            await known.save(update_fields=["visibility"])
            return known
        check_count("contacts", await ContactDetail.filter(profile_id=edit.profile.id).count(), MAX_CONTACTS)
        return await ContactDetail.create(**place, visibility=cleaned.visibility)


@retrying
async def remove_contact(actor: Actor, *, contact_id: UUID) -> None:
    """Take a contact detail out of the profile."""
    async with editing(actor, "contacts") as edit:
        if not await ContactDetail.filter(id=contact_id, profile_id=edit.profile.id).delete():
            raise NotFound("contact")


async def release_contacts(work: Work, one: ProfileId, other: ProfileId) -> None:
    """Open the contact details of two people to each other, in the caller's unit of work."""
    for owner, reader in sorted([(one, other), (other, one)]):
        await _open(work, owner, reader)


@retrying
async def give_contacts(actor: Actor, *, to_profile_id: ProfileId) -> None:
    """Open the actor's contact details to somebody they have a mentorship with."""
    profile_id = actor.require_profile()
    async with unit_of_work() as work:
        seen = (await visible_profiles(actor, [to_profile_id])).get(to_profile_id)
        if seen is None:
            raise NotFound("profile")
        if seen.relation is not Relation.MATCH:
            raise NotAllowed("a mentorship with this person", "Contact details open once a mentorship begins.")
        await _open(work, profile_id, to_profile_id)


@retrying
async def revoke_contacts(actor: Actor, *, to_profile_id: ProfileId) -> None:
    """Close the actor's contact details to somebody again."""
    profile_id = actor.require_profile()
    async with unit_of_work() as work:
        mine = ContactRelease.filter(profile_id=profile_id, to_profile_id=to_profile_id, revoked_at=None)
        if not await mine.update(revoked_at=now()):
            raise NotFound("release")
        work.record(
            ContactsRevoked(profile_id=profile_id, to_profile_id=to_profile_id),
            to=[topics.user(profile_id), topics.user(to_profile_id)],
            actor=actor,
        )


async def _open(work: Work, owner: ProfileId, reader: ProfileId) -> None:
    await work.connection.execute_query(_OPEN, [new_id(), now(), owner, reader])
    work.record(ContactsReleased(profile_id=owner, to_profile_id=reader), to=[topics.user(owner), topics.user(reader)])

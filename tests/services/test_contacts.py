"""Contact details: clean values, open to matches only, closed again at will."""

import pytest

from server.domain.actors import Actor, ProfileId
from server.domain.errors import InvalidInput, LimitReached, NotAllowed, NotFound
from server.domain.profile_parts import ContactDraft, ContactKind
from server.domain.profiles import MAX_CONTACTS, Visibility
from server.kit.ids import new_id
from server.models.profiles import ContactDetail
from server.models.streams import StreamEntry
from server.queries.profiles import contacts_of
from server.services import contacts
from server.services.transaction import unit_of_work
from tests.factories.people import person
from tests.factories.profiles import block_of, mentorship_between

pytestmark = pytest.mark.usefixtures("db")

PHONE = ContactDraft(ContactKind.PHONE, " +351 900  000 000")


async def _seen(viewer: Actor, owner: Actor) -> list[str]:
    own = owner.require_profile()
    return [contact.value for contact in (await contacts_of(viewer, [own]))[own]]


async def test_accepting_opens_both_sides_and_each_can_close_and_open_again() -> None:
    ana, rui = await person("Ana"), await person("Rui")
    await mentorship_between(ana, rui)
    await contacts.set_contact(ana, PHONE)
    await contacts.set_contact(rui, ContactDraft(ContactKind.GITHUB, "https://github.example/rui"))
    async with unit_of_work() as work:
        await contacts.release_contacts(work, ana.require_profile(), rui.require_profile())
    assert await _seen(rui, ana) == ["+351 900 000 000"]
    assert await _seen(ana, rui) == ["https://github.example/rui"]
    await contacts.revoke_contacts(ana, to_profile_id=rui.require_profile())
    assert (await _seen(rui, ana), await _seen(ana, rui)) == ([], ["https://github.example/rui"])
    with pytest.raises(NotFound):
        await contacts.revoke_contacts(ana, to_profile_id=rui.require_profile())
    await contacts.give_contacts(ana, to_profile_id=rui.require_profile())
    assert await _seen(rui, ana) == ["+351 900 000 000"]
    kinds = await StreamEntry.filter(topic=f"user:{rui.user_id}", kind__startswith="contacts").order_by("seq")
    assert [entry.kind for entry in kinds] == [
        "contacts.released",
        "contacts.released",
        "contacts.revoked",
        "contacts.released",
    ]


async def test_contacts_are_given_to_nobody_but_a_match() -> None:
    ana, rui, eva = await person("Ana"), await person("Rui"), await person("Eva")
    await mentorship_between(ana, eva)
    await block_of(eva, ana)
    with pytest.raises(NotAllowed):
        await contacts.give_contacts(ana, to_profile_id=rui.require_profile())
    for hidden in (eva.require_profile(), ProfileId(new_id())):
        with pytest.raises(NotFound, match="There is no such profile"):
            await contacts.give_contacts(ana, to_profile_id=hidden)


async def test_setting_a_contact_again_changes_who_sees_it() -> None:
    ana, rui = await person("Ana"), await person("Rui")
    first = await contacts.set_contact(ana, PHONE)
    again = await contacts.set_contact(ana, ContactDraft(ContactKind.PHONE, PHONE.value, Visibility.MEMBERS))
    assert (again.id, await ContactDetail.all().count()) == (first.id, 1)
    assert await _seen(rui, ana) == ["+351 900 000 000"]
    with pytest.raises(NotFound):
        await contacts.remove_contact(rui, contact_id=first.id)
    await contacts.remove_contact(ana, contact_id=first.id)
    assert await _seen(ana, ana) == []


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ContactKind.MAIL, "no mail"),
        (ContactKind.MAIL, "a@b"),
        (ContactKind.PHONE, "call me"),
        (ContactKind.SIGNAL, ""),
        (ContactKind.WEBSITE, "ftp://example.org"),
        (ContactKind.LINKEDIN, "javascript:alert(1)"),
        (ContactKind.OTHER, "x" * 301),
        (ContactKind.OTHER, "\x00"),
        (ContactKind.WEBSITE, "https://example.org/" + "x" * 300),
    ],
)
async def test_a_contact_that_its_kind_cannot_be_is_refused(kind: ContactKind, value: str) -> None:
    ana = await person("Ana")
    with pytest.raises(InvalidInput):
        await contacts.set_contact(ana, ContactDraft(kind, value))
    assert await ContactDetail.all().count() == 0


async def test_a_profile_holds_so_many_contacts() -> None:
    ana = await person("Ana")
    for number in range(MAX_CONTACTS):
        await contacts.set_contact(ana, ContactDraft(ContactKind.OTHER, f"pigeon {number}"))
    with pytest.raises(LimitReached):
        await contacts.set_contact(ana, ContactDraft(ContactKind.OTHER, "pigeon of the limit"))

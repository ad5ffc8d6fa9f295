"""Who sees what of whom: every relation, every field, every way to it."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any
from uuid import UUID

import pytest

from server.domain.actors import SYSTEM, VISITOR, Actor, Role
from server.domain.mentorships import MentorshipState, RequestState
from server.domain.profiles import Visibility
from server.domain.visibility import (
    DEFAULT_VISIBILITY,
    MATCHING_MENTORSHIPS,
    SHOWING_REQUESTS,
    ProfileField,
    Relation,
    visible_fields,
)
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.identity import User
from server.models.profiles import ContactDetail, ContactRelease, Profile
from server.queries import profiles
from server.queries.capacity import open_places_of
from tests.factories.people import person
from tests.factories.profiles import block_of, full_person, mentorship_between, request_from, shows
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

COLUMNS = {
    "headline": ProfileField.HEADLINE,
    "bio": ProfileField.BIO,
    "work_patterns": ProfileField.WORK,
    "is_high_skill": ProfileField.WORK,
    "interests": ProfileField.INTERESTS,
    "industries": ProfileField.INDUSTRIES,
    "goals": ProfileField.GOALS,
    "how_i_work": ProfileField.HOW_I_WORK,
    "time_zone": ProfileField.TIME_ZONE,
    "city": ProfileField.CITY,
    "country": ProfileField.CITY,
    "meets_within_km": ProfileField.CITY,
}
Hanging = Callable[[Actor, Collection[UUID]], Awaitable[dict[Any, Any]]]
HANGING: dict[Hanging, ProfileField] = {
    profiles.skills_of: ProfileField.SKILLS,
    profiles.tags_of: ProfileField.SKILLS,
    profiles.languages_of: ProfileField.LANGUAGES,
    profiles.stints_of: ProfileField.STINTS,
    profiles.transitions_of: ProfileField.TRANSITIONS,
    profiles.support_of: ProfileField.SUPPORT,
}


async def _viewer(relation: Relation, owner: Actor) -> Actor:
    """Return somebody who stands in a relation to the owner."""
    if relation is Relation.SELF:
        return owner
    if relation is Relation.VISITOR:
        return VISITOR
    viewer = await person("Viewer")
    if relation is Relation.MATCH:
        await mentorship_between(viewer, owner)
    if relation is Relation.ASKED:
        await request_from(owner, viewer)
    return viewer


RELATIONS = [relation for relation in Relation if relation is not Relation.CIRCLE]


@pytest.mark.parametrize("visibility", list(Visibility))
@pytest.mark.parametrize("relation", RELATIONS)
async def test_each_field_is_seen_exactly_by_those_it_is_meant_for(relation: Relation, visibility: Visibility) -> None:
    owner = await full_person()
    await shows(owner, visibility, *ProfileField)
    await shows(owner, Visibility.PUBLIC, ProfileField.NAME)
    viewer = await _viewer(relation, owner)
    may_see = visibility >= relation.reach

    view = (await profiles.visible_profiles(viewer, [owner.require_profile()]))[owner.require_profile()]
    assert view.relation is relation
    assert view.name == "Ana"
    for column in COLUMNS:
        assert (getattr(view, column) is not None) is may_see, column
    assert view.hidden == (frozenset() if may_see else frozenset(ProfileField) - {ProfileField.NAME})
    for read in HANGING:
        found = await read(viewer, [owner.require_profile()])
        assert bool(found[owner.require_profile()]) is may_see, read
    assert bool(await open_places_of(viewer, [owner.require_profile()])) is may_see


@pytest.mark.parametrize("relation", RELATIONS)
async def test_who_may_not_see_the_name_sees_nothing_at_all(relation: Relation) -> None:
    owner = await full_person()
    await shows(owner, Visibility.PUBLIC, *ProfileField)
    await shows(owner, Visibility.PRIVATE, ProfileField.NAME)
    await ContactDetail.filter(profile_id=owner.user_id).update(visibility=Visibility.PUBLIC)
    viewer = await _viewer(relation, owner)
    ids = [owner.require_profile()]
    is_self = relation is Relation.SELF
    assert bool(await profiles.visible_profiles(viewer, ids)) is is_self
    for read in (*HANGING, profiles.contacts_of):
        assert bool((await read(viewer, ids))[owner.require_profile()]) is is_self, read
    assert bool(await open_places_of(viewer, ids)) is is_self


@pytest.mark.parametrize("relation", RELATIONS)
async def test_without_a_choice_the_defaults_hold(relation: Relation) -> None:
    owner = await full_person()
    viewer = await _viewer(relation, owner)
    found = await profiles.visible_profiles(viewer, [owner.require_profile()])
    expected = frozenset(field for field, width in DEFAULT_VISIBILITY.items() if width >= relation.reach)
    assert visible_fields({}, relation) == expected
    if relation is Relation.VISITOR:
        assert found == {}
    else:
        assert frozenset(ProfileField) - found[owner.require_profile()].hidden == expected


@pytest.mark.parametrize("blocker", ["owner", "viewer"])
async def test_a_block_hides_each_from_the_other_like_somebody_missing(blocker: str) -> None:
    owner = await full_person()
    viewer = await person("Viewer")
    await mentorship_between(viewer, owner)
    await ContactRelease.create(profile_id=owner.user_id, to_profile_id=viewer.user_id)
    await block_of(*((owner, viewer) if blocker == "owner" else (viewer, owner)))
    for one, other in ((owner, viewer), (viewer, owner)):
        missing = new_id()
        ids = [other.require_profile(), missing]
        assert await profiles.visible_profiles(one, ids) == {}
        assert await open_places_of(one, ids) == {}
        for read in (*HANGING, profiles.contacts_of):
            assert await read(one, ids) == {other.require_profile(): [], missing: []}


async def test_the_erased_and_the_unverified_are_hidden_from_everybody_else() -> None:
    erased, unverified = await full_person("Erased"), await full_person("Unverified", is_verified=False)
    await User.filter(id=erased.user_id).update(erased_at=now())
    viewer = await person("Viewer")
    for owner in (erased, unverified):
        await mentorship_between(viewer, owner)
        await shows(owner, Visibility.PUBLIC, *ProfileField)
    ids = [erased.require_profile(), unverified.require_profile()]
    assert await profiles.visible_profiles(viewer, ids) == {}
    assert list(await profiles.visible_profiles(SYSTEM, ids)) == [unverified.require_profile()]
    assert list(await profiles.visible_profiles(unverified, ids)) == [unverified.require_profile()]


async def test_somebody_unverified_is_no_member_yet() -> None:
    owner = await full_person()
    stranger = await person("Stranger", is_verified=False)
    assert await profiles.visible_profiles(stranger, [owner.require_profile()]) == {}


async def test_a_role_of_staff_opens_no_profile() -> None:
    owner = await full_person()
    staff = await person("Staff", roles=frozenset({Role.ADMIN}))
    view = (await profiles.visible_profiles(staff, [owner.require_profile()]))[owner.require_profile()]
    assert (view.relation, view.goals) == (Relation.MEMBER, None)


async def test_a_pseudonym_hides_the_name_from_all_but_self_and_matches() -> None:
    owner = await full_person(pseudonym="Nightrider", is_pseudonymous=True)
    await shows(owner, Visibility.PUBLIC, *ProfileField)
    names = {}
    for relation in RELATIONS:
        viewer = await _viewer(relation, owner)
        view = (await profiles.visible_profiles(viewer, [owner.require_profile()]))[owner.require_profile()]
        names[relation] = view.name
        assert view.is_pseudonymous
    assert names == {
        Relation.SELF: "Ana",
        Relation.MATCH: "Ana",
        Relation.ASKED: "Nightrider",
        Relation.MEMBER: "Nightrider",
        Relation.VISITOR: "Nightrider",
    }


@pytest.mark.parametrize("state", list(MentorshipState))
async def test_only_a_mentorship_that_holds_makes_a_match(state: MentorshipState) -> None:
    mentor, mentee = await full_person("Mentor"), await full_person("Mentee")
    await mentorship_between(mentor, mentee, state)
    for one, other in ((mentor, mentee), (mentee, mentor)):
        view = (await profiles.visible_profiles(one, [other.require_profile()]))[other.require_profile()]
        assert (view.relation is Relation.MATCH) is (state in MATCHING_MENTORSHIPS)


@pytest.mark.parametrize("state", list(RequestState))
async def test_an_open_request_shows_the_sender_to_the_receiver_and_not_the_other_way(state: RequestState) -> None:
    sender, receiver = await full_person("Sender"), await full_person("Receiver")
    await request_from(sender, receiver, state)
    seen = (await profiles.visible_profiles(receiver, [sender.require_profile()]))[sender.require_profile()]
    assert (seen.relation is Relation.ASKED) is (state in SHOWING_REQUESTS)
    back = (await profiles.visible_profiles(sender, [receiver.require_profile()]))[receiver.require_profile()]
    assert back.relation is Relation.MEMBER


async def test_contacts_show_by_their_own_visibility_or_by_a_release_until_it_is_revoked() -> None:
    owner, viewer = await full_person(), await person("Viewer")
    ids = [owner.require_profile()]
    assert (await profiles.contacts_of(viewer, ids))[owner.require_profile()] == []
    release = await ContactRelease.create(profile_id=owner.user_id, to_profile_id=viewer.user_id)
    [contact] = (await profiles.contacts_of(viewer, ids))[owner.require_profile()]
    assert (contact.kind, contact.value) == ("phone", "+351 900 000 000")
    await ContactRelease.filter(id=release.id).update(revoked_at=now())
    assert (await profiles.contacts_of(viewer, ids))[owner.require_profile()] == []
    await ContactDetail.filter(profile_id=owner.user_id).update(visibility=Visibility.MEMBERS)
    assert len((await profiles.contacts_of(viewer, ids))[owner.require_profile()]) == 1
    assert (await profiles.contacts_of(VISITOR, ids))[owner.require_profile()] == []


async def test_who_meets_a_need_is_told_to_nobody_but_oneself() -> None:
    owner, viewer = await full_person(), await person("Viewer")
    await shows(owner, Visibility.PUBLIC, ProfileField.SUPPORT)
    await mentorship_between(owner, viewer)
    [seen] = (await profiles.support_of(viewer, [owner.require_profile()]))[owner.require_profile()]
    [own] = (await profiles.support_of(owner, [owner.require_profile()]))[owner.require_profile()]
    assert (seen.met_by, own.met_by) == (None, "Rui")


async def test_somebody_unlisted_is_still_seen_by_who_knows_their_id() -> None:
    owner, viewer = await full_person(is_listed=False), await person("Viewer")
    assert list(await profiles.visible_profiles(viewer, [owner.require_profile()])) == [owner.require_profile()]


@pytest.mark.parametrize("size", [1, 12])
async def test_each_read_is_one_statement_for_any_number_of_people(size: int) -> None:
    viewer = await person("Viewer")
    ids = [(await full_person(f"P{number}")).require_profile() for number in range(size)]
    for read in (profiles.visible_profiles, *HANGING, profiles.contacts_of, open_places_of):
        with counted_statements() as statements:
            await read(viewer, ids)
        assert len(statements) == 1, read


async def test_the_own_profile_is_the_whole_row() -> None:
    owner = await full_person()
    assert await profiles.own_profile(owner) == await Profile.get(id=owner.user_id)

"""The authorisation matrix: every type with an id, every way to it through the schema, everybody who may look."""

from collections import defaultdict
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from server.domain.actors import Actor
from server.domain.profiles import Visibility
from server.domain.visibility import ProfileField
from server.kit.ids import new_id
from server.schema.core.ids import encode_id
from tests.factories.graphql import SCHEMA, Door, door, follow_once
from tests.factories.graphql_world import NOTE, Exhibit, World, world
from tests.factories.matching import ready_engine
from tests.factories.profiles import full_person, shows
from tests.schema.authorisation import (
    EVENTS,
    FIELDS,
    GUARDED,
    PROFILE_PARTS,
    TYPES,
    arguments_of,
    collected,
    is_allowed,
    node_types,
    selection_of,
    steps_from,
)

pytestmark = pytest.mark.usefixtures("db")

LIST_ITEMS = 100
"""As many ids as a list in an operation may have."""
ROOT_FIELDS = 20
"""As many fields as an operation may have at its root."""
SHOWS_NOBODY_HERE = {"Query.weightsPreview", "Query.webinarRecap"}
"""Ways with nobody in this world: other weights move nobody, and no webinar of it is over (test_webinar_recap.py)."""
NOT_FOR_YOU = {"sign_in_needed", "not_allowed", "not_found"}


def test_every_type_and_field_with_an_id_is_in_the_tables() -> None:
    assert sorted(TYPES) == node_types()
    for name in node_types():
        kind = SCHEMA.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        assert set(kind.fields) == set(FIELDS[name].split()) | GUARDED.get(name, set()), name
    assert set(PROFILE_PARTS.values()) | {ProfileField.NAME} == set(ProfileField)


async def answer(door: Door, viewer: Actor, query: str) -> tuple[list[tuple[str, str]], Any]:
    """Return the objects in the answer to a query, and its data; its errors may only be refusals."""
    response = await door.send(viewer, query)
    body = response.json()
    codes = {error["extensions"]["code"] for error in body.get("errors", [])}
    assert codes <= NOT_FOR_YOU, (query, body)
    return list(collected(body.get("data"))), body.get("data")


async def test_an_id_gives_its_object_to_those_who_may_see_it_and_null_to_all_others() -> None:
    here = await world()
    async with door() as http:
        for role, viewer in here.viewers.items():
            wanted = [exhibit.id if is_allowed(here, viewer, *pair(exhibit)) else None for exhibit in here.exhibits]
            many: list[Any] = []
            for start in range(0, len(wanted), LIST_ITEMS):
                ids = ",".join(f'"{exhibit.id}"' for exhibit in here.exhibits[start : start + LIST_ITEMS])
                many += (await http.ask(viewer, f"{{ nodes(ids: [{ids}]) {{ id }} }}"))["nodes"]
            assert [item and item["id"] for item in many] == wanted, role
            for start in range(0, len(wanted), ROOT_FIELDS):
                some = list(zip(here.exhibits, wanted, strict=True))[start : start + ROOT_FIELDS]
                fields = [f'n{i}: node(id: "{exhibit.id}") {{ __typename id }}' for i, (exhibit, _) in enumerate(some)]
                found = await http.ask(viewer, f"{{ {' '.join(fields)} }}")
                assert found == {
                    f"n{i}": expected and {"__typename": exhibit.type_name, "id": expected}
                    for i, (exhibit, expected) in enumerate(some)
                }, role


def pair(exhibit: Exhibit) -> tuple[str, str]:
    return exhibit.type_name, exhibit.id


async def test_no_way_through_the_schema_leads_to_an_object_that_its_id_would_not() -> None:
    here = await world()
    seen: dict[str, set[str]] = defaultdict(set)
    async with ready_engine(), door() as http:
        for role, viewer in here.viewers.items():
            for step, query in ways(here):
                found, _ = await answer(http, viewer, query)
                for type_name, global_id in found:
                    assert is_allowed(here, viewer, type_name, global_id), (role, query, type_name)
                    if not query.startswith("{ node(") or global_id not in query:
                        seen[step].add(role)
    # Each way shows something to somebody, or the test would prove nothing about it.
    assert {step for step, _ in ways(here)} - set(seen) - SHOWS_NOBODY_HERE == set()
    private = ("Query.me", "Query.requests", "Query.mentorships", "Query.sessions", "Me.logins", "Me.profile")
    for step in private:
        assert "visitor" not in seen[step]
    assert seen["Session.messages"] == seen["Session.mentorship"] == {"owner", "party"}


def ways(here: World) -> list[tuple[str, str]]:
    """Return every step from a root field, or from an object with an id, to objects with ids, and its query."""
    found: list[tuple[str, str]] = []
    for name, field in steps_from("Query"):
        selected = selection_of(field.type)
        found += [
            (f"Query.{name}", f"{{ {name}{arguments} {selected} }}")
            for arguments in arguments_of("Query", name, here)
            if name != "node"
        ]
    for type_name in node_types():
        ids = ",".join(f'"{exhibit.id}"' for exhibit in here.of(type_name))
        for name, field in steps_from(type_name):
            inner = f"{name}{arguments_of(type_name, name, here)[0]} {selection_of(field.type)}"
            found.append((f"{type_name}.{name}", f"{{ nodes(ids: [{ids}]) {{ ... on {type_name} {{ {inner} }} }} }}"))
    return found


async def test_what_is_hidden_answers_byte_for_byte_like_what_does_not_exist() -> None:
    here = await world()
    absent: dict[tuple[str, str], tuple[int, str]] = {}
    async with door() as http:
        for role, viewer in here.viewers.items():
            for exhibit in here.exhibits:
                if is_allowed(here, viewer, *pair(exhibit)):
                    continue
                for form in hidden_queries(exhibit.type_name):
                    if (role, form) not in absent:
                        nowhere = form.replace("ID", encode_id(exhibit.type_name, new_id()))
                        absent[role, form] = plain(await http.send(viewer, nowhere))
                    hidden = plain(await http.send(viewer, form.replace("ID", exhibit.id)))
                    assert hidden == absent[role, form], (role, exhibit, form)


def plain(response: Any) -> tuple[int, str]:
    """Return what can be told from an answer, without the id of its request."""
    request_id = response.headers.get("x-request-id")
    body = response.json()
    for error in body.get("errors", []):
        request_id = error["extensions"].pop("requestId", request_id)
    return response.status_code, str(body)


def hidden_queries(type_name: str) -> list[str]:
    """Return queries in which an id of a type can stand as ID."""
    # The types share these, and so the answer to an id of nothing.
    queries = ['{ node(id: "ID") { __typename id } }']
    if type_name == "Profile":
        queries.append('{ profile(id: "ID") { name } }')
        queries.append('{ explainMatch(profileId: "ID", format: CLASSIC) { score } }')
        queries.append('{ whyNot(profileId: "ID", format: CLASSIC) { message } }')
        queries.append('{ commonStarts(profileId: "ID") { at } }')
    if type_name == "Mentorship":
        queries.append('{ sessions(mentorshipId: "ID") { edges { node { id } } } }')
    return queries


async def test_the_receiver_alone_reads_their_note() -> None:
    here = await world()
    async with door() as http:
        for role, viewer in here.viewers.items():
            for exhibit in here.of("MentorshipRequest"):
                response = await http.send(
                    viewer, f'{{ node(id: "{exhibit.id}") {{ ... on MentorshipRequest {{ note }} }} }}'
                )
                reads = NOTE in response.text
                assert not reads or role in {"party", "estranged"}, (role, exhibit)


@pytest.mark.parametrize("chosen", list(Visibility))
async def test_each_part_of_a_profile_is_shown_as_far_as_its_owner_chose(chosen: Visibility) -> None:
    here = await world()
    someone = await full_person("Fay")
    for part in ProfileField:
        await shows(someone, chosen if part is not ProfileField.NAME else Visibility.PUBLIC, part)
    reach = {"visitor": Visibility.PUBLIC, "unverified": Visibility.PUBLIC}
    selected = " ".join(
        name + arguments_of("Profile", name, here)[0] + authorisation_selection(name) for name in PROFILE_PARTS
    )
    query = f'{{ profile(id: "{encode_id("Profile", someone.require_user())}") {{ hiddenFields {selected} }} }}'
    async with door() as http:
        for role, viewer in [*here.viewers.items(), ("self", someone)]:
            near = Visibility.PRIVATE if role == "self" else reach.get(role, Visibility.MEMBERS)
            shown = (await http.ask(viewer, query))["profile"]
            hidden = {ProfileField(name.lower()) for name in shown["hiddenFields"]}
            expected = set() if chosen >= near else set(ProfileField) - {ProfileField.NAME}
            assert hidden == expected, role
            told = {name for name in PROFILE_PARTS if shown[name] not in (None, [])}
            assert told == set() if expected else told >= set(PROFILE_PARTS) - {"openTimes"}, role


def authorisation_selection(name: str) -> str:
    """Return a selection of the scalars of a part, when it is an object."""
    profile = SCHEMA.type_map["Profile"]
    assert isinstance(profile, GraphQLObjectType)
    return "" if is_leaf_type(get_named_type(profile.fields[name].type)) else " { __typename }"


async def test_a_topic_is_followed_by_those_it_concerns_alone() -> None:
    here = await world()
    assert SCHEMA.subscription_type is not None
    assert set(SCHEMA.subscription_type.fields) == set(EVENTS)
    for role, viewer in here.viewers.items():
        mine = await follow_once(viewer, "subscription { userEvents { kind payload } }")
        assert isinstance(mine, dict) == (role != "visitor"), role
        for exhibit in here.of("Session"):
            ids = (exhibit.id, encode_id("Session", new_id()))
            told, missing = [
                await follow_once(viewer, f'subscription {{ sessionEvents(sessionId: "{one}") {{ payload }} }}')
                for one in ids
            ]
            if role in exhibit.holders:
                assert told["sessionEvents"]["payload"]["session"]["title"] == "First steps"
            else:
                assert told == missing == "There is no such topic, or you may not see it.", (role, exhibit)

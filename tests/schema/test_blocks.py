"""A block is total: of two people who were close, neither is shown to the other by any path that the schema has.

Generated: every root field and every field of every type with an id, each asked for all it can say; every topic; every
mail. Before the block many of them show the one to the other, or the test would prove nothing.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from server.domain import topics
from server.domain.actors import Actor, ProfileId
from server.domain.availability import MentoringFormat
from server.domain.errors import NotFound
from server.domain.mentorships import RequestState
from server.domain.question_states import Action
from server.models.matching import Suggestion
from server.models.profiles import ContactRelease, Profile
from server.models.safety import Block
from server.models.streams import StreamEntry
from server.outbound.mail import Mail
from server.reactions import REACTIONS, Surroundings, react_to_due
from server.schema.core.ids import encode_id
from server.services import questions, safety, webinar_people
from server.services.audience import audience_of
from tests.factories.graphql import SCHEMA, Door, door, follow_once, mutation_document
from tests.factories.graphql_inputs import good_input
from tests.factories.graphql_world import World, world
from tests.factories.logins import at_once
from tests.factories.matching import ready_engine
from tests.factories.mentorships import request_row
from tests.factories.webinars import acted
from tests.schema.authorisation import EVENTS, arguments_of, node_types

pytestmark = pytest.mark.usefixtures("db")

NAMES = {"owner": "Anabel Quux", "estranged": "Dirk Zyxt"}
# One's own list of blocks says whom one blocked; one's own rows name the other's key, which leads nowhere.
OWN_BOOKS = {"MyProfile.blocked", "Me.export", "MyStanding.export"}
THE_OTHER_SIDE = {"owner": "Mentorship.mentor", "estranged": "Mentorship.mentee"}
COMMUNITY = {"Gathering.guests", "Introduction.people", "Kudos.giver", "Kudos.receiver"}
"""What the community shows each of the two of the other, before the block."""
DEPTH = 5
DEPTH_OF_FIELDS = 4
"""So deep that a guest, who has no id of their own, leads to whom they are."""


@pytest.fixture(autouse=True)
def quick_answers() -> Iterator[None]:
    """Do not wait where answers are made to take the same time."""
    with at_once():
        yield


def all_of(kind: GraphQLOutputType, here: World, depth: int = DEPTH) -> str:
    """Return a selection of all that an object says, down to the next objects with an id and what they say."""
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    if isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
        return "{ __typename ... on Profile { id name } }"
    assert isinstance(named, GraphQLObjectType)
    is_node = named.name in node_types()
    inside = 1 if is_node else depth - 1
    parts = [part for name in named.fields if (part := field_of(named, name, here, inside, is_node=is_node))]
    return f"{{ {' '.join(parts)} }}" if parts else ""


def field_of(parent: GraphQLObjectType, name: str, here: World, depth: int, *, is_node: bool) -> str:
    """Return a field with its arguments and all it says; empty when it cannot be asked, or goes too deep."""
    field = parent.fields[name]
    if f"{parent.name}.{name}" in OWN_BOOKS:
        return ""
    try:
        arguments = arguments_of(parent.name, name, here)[0]
    except (KeyError, IndexError):
        return ""
    if is_leaf_type(get_named_type(field.type)):
        return name + arguments
    # What an object with an id leads to is asked of that object itself.
    if is_node or depth <= 0:
        return ""
    inner = all_of(field.type, here, depth)
    return f"{name}{arguments} {inner}" if inner else ""


def root_arguments(name: str, here: World) -> list[str]:
    """Return the argument lists of a root field; those that lead to no object with an id are named here."""
    people = [f'(profileId: "{one.id}"' for one in here.of("Profile")]
    more = {
        "whyNot": [f"{person}, format: CLASSIC)" for person in people],
        "commonStarts": [f"{person})" for person in people],
        "helplines": ['(country: "PT")'],
        "safetyCounts": ["(days: 30)"],
        "outcomeStatistics": ["(year: 2026, quarter: 1, moment: END, side: MENTEE)"],
        "matchCosts": [f"(format: {one.name})" for one in MentoringFormat],
        "circleTimes": [
            f'(circleId: "{one.id}", start: "2027-03-01T00:00:00Z", end: "2027-03-20T00:00:00Z")'
            for one in here.of("Circle")
        ],
    }
    return more[name] if name in more else arguments_of("Query", name, here)


def every_way(here: World) -> Iterator[tuple[str, str]]:
    """Yield each root field, and each field of each type with an id, as a query for all it says."""
    query = SCHEMA.type_map["Query"]
    assert isinstance(query, GraphQLObjectType)
    for name, field in query.fields.items():
        if name not in {"node", "nodes"}:
            for arguments in root_arguments(name, here):
                yield f"Query.{name}", f"{{ {name}{arguments} {all_of(field.type, here)} }}"
    for type_name in node_types():
        kind = SCHEMA.type_map[type_name]
        assert isinstance(kind, GraphQLObjectType)
        ids = ",".join(f'"{exhibit.id}"' for exhibit in here.of(type_name))
        for name, field in kind.fields.items():
            if f"{type_name}.{name}" in OWN_BOOKS:
                continue
            inner = f"{name}{arguments_of(type_name, name, here)[0]} {all_of(field.type, here, DEPTH_OF_FIELDS)}"
            yield f"{type_name}.{name}", f"{{ nodes(ids: [{ids}]) {{ ... on {type_name} {{ {inner} }} }} }}"
    for name in NAMES.values():
        word = name.split()[0]
        yield (
            "Query.profiles by name",
            f'{{ profiles(filter: {{text: "{word}"}}) {{ edges {{ node {{ id name }} }} }} }}',
        )


async def close_two(here: World) -> tuple[Actor, Actor]:
    """Let Ana and Di have all that two people can have, and no block."""
    ana, di = here.viewers["owner"], here.viewers["estranged"]
    await Block.filter(blocker_id=ana.user_id, blocked_id=di.user_id).delete()
    for role, name in NAMES.items():
        own = Profile.filter(id=here.viewers[role].user_id)
        await own.update(display_name=name, search_document=name.lower(), is_listed=True)
    for one, other in ((ana, di), (di, ana)):
        await ContactRelease.get_or_create(profile_id=one.user_id, to_profile_id=other.user_id)
        await request_row(one, other, state=RequestState.WAITLISTED, format=MentoringFormat.PEER)
        for row in await Suggestion.filter(profile_id=one.user_id):
            await Suggestion.filter(id=row.id).update(other_id=other.user_id)
    webinar_id = UUID(str(next(one.key for one in here.of("Webinar"))))
    await webinar_people.register(di, webinar_id=webinar_id)
    asked = await questions.ask_question(di, webinar_id=webinar_id, form=questions.AskForm(text="Is this for me?"))
    shown = await acted(ana, asked, Action.ANSWER_TEXT, text="It is.")
    here.show("Question", shown.id)
    return ana, di


async def shows(http: Door, here: World, viewer: Actor, other: str) -> set[str]:
    """Return the ways by which a viewer is shown somebody: their name, or their profile."""
    told = [NAMES[other], encode_id("Profile", here.viewers[other].require_user())]
    ways = set()
    for way, query in every_way(here):
        response = await http.send(viewer, query)
        codes = {error["extensions"]["code"] for error in response.json().get("errors", ())}
        assert not codes & {"internal", "too_complex", "invalid_document"}, (way, query, response.text[:500])
        if any(word in response.text for word in told):
            ways.add(way)
    return ways


@pytest.mark.slow
async def test_no_query_shows_one_to_the_other() -> None:
    here = await world()
    ana, di = await close_two(here)
    async with ready_engine(), door() as http:
        before = {"owner": await shows(http, here, ana, "estranged"), "estranged": await shows(http, here, di, "owner")}
    for role, ways in before.items():
        assert {"Query.profile", "Query.profiles", "Session.participants", THE_OTHER_SIDE[role]} <= ways, (role, ways)
        assert ways >= COMMUNITY, (role, COMMUNITY - ways)
        assert len(ways) >= 15, (role, sorted(ways))
    await safety.block(ana, profile_id=ProfileId(di.require_user()))
    await react()
    async with ready_engine(), door() as http:
        assert await shows(http, here, ana, "estranged") == set()
        assert await shows(http, here, di, "owner") == set()


class KeptMail:
    """Keeps every letter."""

    def __init__(self) -> None:
        self.letters: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.letters.append(mail)


async def react() -> list[Mail]:
    kept = KeptMail()
    while await react_to_due(REACTIONS, Surroundings(kept, "https://alongside.example.org")):
        pass
    return kept.letters


async def test_nothing_one_does_after_the_block_reaches_the_other_by_topic_or_mail() -> None:
    """Whatever either tries, with the ids of all they had together, leaves no word on the other's topic."""
    here = await world()
    ana, di = await close_two(here)
    await safety.block(ana, profile_id=ProfileId(di.require_user()))
    await react()
    here.viewers["owner"], here.viewers["estranged"] = di, ana
    assert SCHEMA.mutation_type is not None
    for who, other, name in ((ana, di, NAMES["owner"]), (di, ana, NAMES["estranged"])):
        topic = topics.user(other.require_user()).name
        before = await StreamEntry.filter(topic=topic).count()
        async with door() as http:
            for mutation in sorted(SCHEMA.mutation_type.fields):
                if mutation not in LEAVING:
                    value = aimed_at(good_input(here, mutation), other)
                    await http.send(who, mutation_document(mutation), input=value)
        letters = [letter for letter in await react() if name in str(letter)]
        assert [letter.subject for letter in letters] == []
        entries = await StreamEntry.filter(topic=topic).order_by("seq").offset(before)
        naming = [row.kind for row in entries if name in row.payload or str(who.user_id) in row.payload]
        assert set(naming) <= CLOSING, naming


# Ending what both had is told to both: a mentorship, a request. That somebody did it is not.
CLOSING = {
    "contacts.revoked",
    "mentorship.ended",
    "request.withdrawn",
    "request.invalidated",
    "request.declined",
    "session.ended",
}
# These would end the actor's own part in the test.
LEAVING = {"eraseMyAccount", "signOut", "unblockProfile", "blockProfile", "revokeOtherLogins", "changePassword"}


def aimed_at(value: Any, other: Actor) -> Any:
    """Return an input in which every person is the other one."""
    if isinstance(value, dict):
        person = encode_id("Profile", other.require_user())
        people = {"profileId", "receiverId", "toProfileId", "subjectId", "ownerId", "byId", "oneId", "guestId"}
        people |= {"heirId", "helperId"}
        return {key: person if key in people else aimed_at(item, other) for key, item in value.items()}
    return value


async def test_the_room_of_the_two_is_followed_by_neither_and_every_topic_is_looked_at() -> None:
    here = await world()
    ana, di = await close_two(here)
    rooms = [one.key for one in here.of("Session")]
    seen_before = {who.user_id: await followed(who, rooms) for who in (ana, di)}
    await safety.block(di, profile_id=ProfileId(ana.require_user()))
    shared = seen_before[ana.user_id] & seen_before[di.user_id]
    assert shared
    assert SCHEMA.subscription_type is not None
    assert set(SCHEMA.subscription_type.fields) == set(EVENTS)
    for who in (ana, di):
        assert not shared & await followed(who, rooms)
        for room in shared:
            query = f'subscription {{ sessionEvents(sessionId: "{encode_id("Session", room)}") {{ payload }} }}'
            assert await follow_once(who, query) == "There is no such topic, or you may not see it."


async def followed(who: Actor, rooms: list[Any]) -> set[Any]:
    found = set()
    for room in rooms:
        try:
            await audience_of(who, topics.session(room))
        except NotFound:
            continue
        found.add(room)
    return found

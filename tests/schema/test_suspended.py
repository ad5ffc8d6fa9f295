"""A suspended person is refused everywhere, and told until when; what is left to them is little, and named here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from server.domain.actors import Actor, Suspension
from server.kit.clock import now
from server.models.moderation import ConductVersion
from tests.factories.graphql import SCHEMA, Door, door, follow_once, mutation_document
from tests.factories.graphql_inputs import good_input
from tests.factories.graphql_world import World, world
from tests.factories.logins import at_once, cheap_hashes
from tests.factories.tables import fingerprint
from tests.schema.authorisation import EVENTS, PUBLIC_MUTATIONS, arguments_of

pytestmark = pytest.mark.usefixtures("db")

LEFT_TO_THEM = {"appealDecision", "eraseMyAccount"}


@pytest.fixture(autouse=True)
def quick_answers() -> Iterator[None]:
    """Do not wait where answers are made to take the same time, nor hash what nobody attacks."""
    with at_once(), cheap_hashes():
        yield


def held(actor: Actor) -> Actor:
    """Return who somebody is while they are suspended, as logins.recognise does."""
    until = now() + timedelta(days=3)
    return replace(Actor(), login_id=actor.login_id, suspension=Suspension(actor.require_user(), until))


async def test_every_mutation_but_those_left_to_them_says_until_when_and_changes_nothing() -> None:
    here = await world()
    ana = held(here.viewers["owner"])
    before = await fingerprint()
    assert SCHEMA.mutation_type is not None
    assert ana.suspension is not None
    assert ana.suspension.until is not None
    async with door() as http:
        for name in sorted(set(SCHEMA.mutation_type.fields) - LEFT_TO_THEM - PUBLIC_MUTATIONS):
            response = await http.send(ana, mutation_document(name), input=good_input(here, name))
            assert '"suspended"' in response.text, (name, response.text)
            assert f"{ana.suspension.until:%B %Y, %H:%M} UTC" in response.text, name
    assert await fingerprint() == before


async def every_node(http: Door, here: World, who: Actor) -> list[dict[str, Any]]:
    """Return all that somebody is shown of the world, asked for by its ids."""
    found = []
    for arguments in arguments_of("Query", "nodes", here):
        answer = await http.ask(who, f"{{ nodes{arguments} {{ __typename id }} }}")
        found += [one for one in answer["nodes"] if one]
    return found


async def test_they_read_what_a_visitor_reads_and_their_own_standing_and_cases() -> None:
    here = await world()
    ana, owner = held(here.viewers["owner"]), here.viewers["owner"]
    async with door() as http:
        standing = await http.ask(ana, "{ myStanding { suspendedUntil readings { reason } } }")
        assert standing["myStanding"]["readings"] == [{"reason": "A threat"}]
        cases = await http.ask(ana, "{ myCases { edges { node { id party decision } } } }")
        assert len(cases["myCases"]["edges"]) == 2
        seen, public = await every_node(http, here, ana), await every_node(http, here, here.viewers["visitor"])
        mine = [one for one in await every_node(http, here, owner) if one["__typename"] == "MyCase"]
        assert [one for one in seen if one not in public] == mine
        assert [one for one in public if one not in seen] == []
        refused = await http.send(ana, "{ me { email } }")
        assert refused.json()["errors"][0]["extensions"]["code"] == "suspended"


async def test_they_appeal_and_follow_no_topic() -> None:
    here = await world()
    ana = held(here.viewers["owner"])
    async with door() as http:
        document = mutation_document("appealDecision", "case { state }")
        answer = await http.ask(ana, document, input=good_input(here, "appealDecision"))
        assert answer["appealDecision"]["case"] == {"state": "APPEALED"}
    for name, type_name in EVENTS.items():
        argument = None if type_name is None else f"{type_name[0].lower()}{type_name[1:]}Id"
        field = "" if argument is None else f'({argument}: "{here.of(str(type_name))[0].id}")'
        told = await follow_once(ana, f"subscription {{ {name}{field} {{ payload }} }}")
        assert isinstance(told, str), name


async def test_the_code_of_conduct_and_the_counts_are_for_everybody() -> None:
    await ConductVersion.create(number=1, text="Be kind.", summary="The first")
    visitor = Actor()
    async with door() as http:
        shown = await http.ask(visitor, "{ conduct { number text } safetyCounts(days: 30) { reason reported } }")
    assert shown["conduct"] == {"number": 1, "text": "Be kind."}
    assert {"reason": "SPAM", "reported": 0} in shown["safetyCounts"]

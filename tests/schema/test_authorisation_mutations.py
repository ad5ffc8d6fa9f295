"""Who may do what: every mutation by a visitor, and every id in an input that belongs to somebody else."""

from collections.abc import Iterator
from typing import Any

import pytest

from server.domain.actors import Actor
from server.kit.ids import new_id
from server.schema.core.ids import encode_id
from tests.factories.graphql import SCHEMA, Door, door, input_of_mutation, leaves, mutation_document, with_value
from tests.factories.graphql_inputs import good_input
from tests.factories.graphql_world import World, world
from tests.factories.logins import at_once, cheap_hashes
from tests.factories.tables import fingerprint
from tests.schema.authorisation import IDS_OF, PUBLIC_MUTATIONS, TYPES, is_allowed

pytestmark = pytest.mark.usefixtures("db")

assert SCHEMA.mutation_type is not None
MUTATIONS = sorted(SCHEMA.mutation_type.fields)
NOT_FOR_YOU = {"sign_in_needed", "not_allowed", "not_found"}
# What is the same for all, and hidden from nobody.
OPEN_TO_ALL = {"Skill"}
# What a manager of the platform watches: none of it is hidden from them.
WATCHED = {"admin": {"DeskCase", "Poll", "Question", "Webinar"}, "safety_team": {"DeskCase"}}


@pytest.fixture(autouse=True)
def quick_answers() -> Iterator[None]:
    """Do not wait where answers are made to take the same time, nor hash what nobody attacks."""
    with at_once(), cheap_hashes():
        yield


def places_for_ids(name: str) -> list[tuple[tuple[str | int, ...], str]]:
    """Return each place in the input of a mutation that takes an id, with the type of its objects."""
    found = [path for path, kind in leaves(input_of_mutation(name)) if kind.name == "ID"]
    return [(path, IDS_OF[next(str(step) for step in reversed(path) if isinstance(step, str))]) for path in found]


def test_every_id_in_an_input_is_in_the_table() -> None:
    asked = {str(step) for name in MUTATIONS for path, _ in places_for_ids(name) for step in path if step != 0}
    assert {field for field in IDS_OF if field not in asked} == set()
    assert set(MUTATIONS) >= PUBLIC_MUTATIONS


async def test_a_visitor_is_refused_everything_but_ways_in_and_changes_nothing() -> None:
    here = await world()
    before = await fingerprint()
    async with door() as http:
        for name in [name for name in MUTATIONS if name not in PUBLIC_MUTATIONS]:
            code, body = await ask(http, here.viewers["visitor"], name, good_input(here, name))
            assert code in NOT_FOR_YOU, (name, body)
    assert await fingerprint() == before


async def ask(http: Door, actor: Actor, name: str, value: Any) -> tuple[str | None, Any]:
    """Return the code of the refusal, or None when there was none, and all that can be told from the answer."""
    response = await http.send(actor, mutation_document(name, "__typename"), input=value)
    body = response.json()
    for error in body.get("errors", []):
        del error["extensions"]["requestId"]
    errors = [error["extensions"]["code"] for error in body.get("errors", [])]
    code = errors[0] if errors else body["data"][name].get("code")
    return code, (response.status_code, str(body))


@pytest.mark.parametrize("role", ["stranger", "blocked", "estranged", "unverified", "party", "admin", "safety_team"])
async def test_what_belongs_to_others_answers_like_what_does_not_exist(role: str) -> None:
    here = await world()
    viewer = here.viewers[role]
    before = await fingerprint()
    tried = set()
    async with door() as http:
        for name in MUTATIONS:
            for path, type_name in places_for_ids(name):
                good = good_input(here, name)
                nowhere = await ask(http, viewer, name, with_value(good, path, encode_id(type_name, new_id())))
                assert nowhere[0], (name, path, "an id of nothing was taken")
                for hidden in hidden_from(here, viewer, type_name):
                    assert await ask(http, viewer, name, with_value(good, path, hidden)) == nowhere, (name, path)
                    tried.add(type_name)
                for broken in (encode_id("Nothing", new_id()), "no id at all"):
                    code, told = await ask(http, viewer, name, with_value(good, path, broken))
                    assert code == "not_found", (name, path, told)
                    # Another id in the same input, or whether somebody may ask at all, can be looked at before.
                    is_first = nowhere[0] == "not_found" and len(places_for_ids(name)) == 1
                    assert not is_first or told == nowhere[1], (name, path)
    assert await fingerprint() == before
    assert tried == set(IDS_OF.values()) - OPEN_TO_ALL - WATCHED.get(role, set())


def hidden_from(here: World, viewer: Actor, type_name: str) -> list[str]:
    """Return the ids of all objects of a type that somebody may not see."""
    if type_name in OPEN_TO_ALL:
        return []
    if type_name in TYPES:
        return [one.id for one in here.of(type_name) if not is_allowed(here, viewer, type_name, one.id)]
    return [here.parts[type_name]]

"""Every mutation of the real schema against bad values of every type: a refusal that says why, nothing half written."""

from collections.abc import Iterator

import pytest

from tests.conftest import Servers, empty_database
from tests.factories.graphql import SCHEMA, Door, door, mutation_document
from tests.factories.graphql_inputs import bad_inputs, body_of, fingerprint, good_input
from tests.factories.graphql_world import World, world
from tests.factories.logins import at_once
from tests.schema.authorisation import IDS_OF

pytestmark = pytest.mark.usefixtures("db")

assert SCHEMA.mutation_type is not None
MUTATIONS = sorted(SCHEMA.mutation_type.fields)
# Whoever is asked for a secret that nobody has is refused even when all else is right.
NEEDS_A_SECRET = {"confirmMailChange", "resetPassword", "verifyMail"}
GROUPS = 8


@pytest.fixture(autouse=True)
def quick_answers() -> Iterator[None]:
    """Do not wait where answers are made to take the same time."""
    with at_once():
        yield


class Village:
    """A world that is made anew after something in it changed."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._world: World | None = None
        self.before: dict[str, str] = {}

    async def whole(self) -> World:
        """Return the world as it was made."""
        if self._world is None:
            await empty_database(self._servers.database_url)
            self._world = await world()
            self.before = await fingerprint()
        return self._world

    async def changes(self) -> list[str]:
        """Return the tables that differ from when the world was made; if there are any, it is done with."""
        after = await fingerprint()
        changed = [table for table in after if after[table] != self.before[table]]
        if changed:
            self._world = None
        return changed


@pytest.mark.parametrize("group", range(GROUPS))
async def test_bad_values_are_refused_with_a_code_and_leave_no_trace(group: int, servers: Servers) -> None:
    village = Village(servers)
    problems: list[str] = []
    async with door() as http:
        for name in MUTATIONS[group::GROUPS]:
            here = await village.whole()
            # A world with other ids would need other inputs: the number of the path is what stays.
            for number in range(len(list(bad_inputs(here, name, IDS_OF)))):
                here = await village.whole()
                where, inputs = list(bad_inputs(here, name, IDS_OF))[number]
                problems += [f"{name}.{where}: {problem}" for problem in await refused(http, village, name, inputs)]
    assert problems == []


async def refused(http: Door, village: Village, name: str, inputs: list[object]) -> list[str]:
    """Return what is wrong with the answers to inputs, and what changed although all were refused."""
    here, taken, problems = await village.whole(), False, []
    for value in inputs:
        problem, done = await attempt(http, here, name, value)
        taken = taken or done
        if problem:
            problems.append(f"{str(value)[:80]} -> {problem}")
    changed = await village.changes()
    if changed and not taken:
        problems.append(f"all refused, and yet changed: {changed}")
    return problems


async def attempt(http: Door, here: World, name: str, value: object) -> tuple[str, bool]:
    """Return what is wrong with the answer to an input, and whether the input was taken."""
    response = await http.send_bytes(here.viewers["owner"], body_of(mutation_document(name), value))
    if response.status_code >= 500:
        return f"{response.status_code} {response.text[:300]}", False
    body = response.json()
    codes = [error["extensions"]["code"] for error in body.get("errors", ())]
    if "internal" in codes or "invalid_document" in codes or not all(codes):
        return str(body)[:300], False
    if codes:
        return "", False
    result = body["data"][name]
    done = result["__typename"].endswith("Payload")
    if not done and not (result["code"] and result["message"]):
        return f"a refusal without a word: {result}", False
    return "", done


@pytest.mark.parametrize("group", range(GROUPS))
async def test_the_same_inputs_are_taken_when_every_value_is_good(group: int, servers: Servers) -> None:
    """Without this, the bad values could be refused for another reason than being bad."""
    village = Village(servers)
    async with door() as http:
        for name in MUTATIONS[group::GROUPS]:
            here = await village.whole()
            body = body_of(mutation_document(name), good_input(here, name))
            result = (await http.send_bytes(here.viewers["owner"], body)).json()["data"][name]
            if name in NEEDS_A_SECRET:
                assert result["code"] == "link_unusable", result
            else:
                assert result["__typename"].endswith("Payload"), (name, result)
            await village.changes()

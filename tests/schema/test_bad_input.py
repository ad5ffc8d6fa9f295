"""Every mutation of the real schema against bad values of every type: a refusal that says why, nothing half written."""

from collections.abc import Iterator

import pytest

from tests.factories.graphql import SCHEMA, Door, door, mutation_document
from tests.factories.graphql_inputs import bad_inputs, body_of, good_input
from tests.factories.graphql_world import World, world
from tests.factories.logins import at_once, cheap_hashes
from tests.factories.tables import fingerprint, keep_rows, last_written, put_back_rows
from tests.schema.authorisation import IDS_OF

pytestmark = pytest.mark.usefixtures("db")

assert SCHEMA.mutation_type is not None
MUTATIONS = sorted(SCHEMA.mutation_type.fields)
# Whoever is asked for a secret that nobody has is refused even when all else is right.
NEEDS_A_SECRET = {"confirmMailChange", "resetPassword", "verifyMail"}
# Of a webinar that is live, and of its host. What a host may not do, or not now, is refused for that.
ANOTHER_TIME = {
    "archiveWebinar",
    "claimCase",
    "decideAppeal",
    "decideCase",
    "openTalk",
    "publishConduct",
    "readTalk",
    "releaseCase",
    "cancelRegistration",
    "closeWebinarInEmergency",
    "dismissStaff",
    "hidePollResults",
    "joinWebinar",
    "keepFollowUp",
    "leaveWebinar",
    "mergeQuestion",
    "openWebinar",
    "releaseFromStage",
    "removeMyName",
    "reopenQuestion",
    "revealMyName",
    "rewordQuestion",
    "showPollResults",
    "startCircleMeeting",
    "startWebinar",
    "stepDownAsHost",
    "undoQuestionEdit",
    "unmergeQuestion",
    "withdrawQuestion",
}
GROUPS = 4


@pytest.fixture(autouse=True)
def quick_answers() -> Iterator[None]:
    """Do not wait where answers are made to take the same time, nor hash what nobody attacks."""
    with at_once(), cheap_hashes():
        yield


class Village:
    """A world whose tables are put back to what they were after something in them changed."""

    def __init__(self, here: World, before: dict[str, str], written: str) -> None:
        self.here = here
        self._before = before
        self._written = written

    @classmethod
    async def made(cls) -> "Village":
        """Make a world and keep a copy of its rows."""
        here = await world()
        await keep_rows()
        return cls(here, await fingerprint(), await last_written())

    async def changes(self) -> list[str]:
        """Return the tables that differ from when the world was made, and put them back."""
        if await last_written() == self._written:
            return []
        after = await fingerprint()
        changed = [table for table in after if after[table] != self._before[table]]
        await put_back_rows(changed)
        self._written = await last_written()
        return changed


@pytest.mark.parametrize("group", range(GROUPS))
async def test_bad_values_are_refused_with_a_code_and_leave_no_trace(group: int) -> None:
    village = await Village.made()
    problems: list[str] = []
    async with door() as http:
        for name in MUTATIONS[group::GROUPS]:
            for where, inputs in bad_inputs(village.here, name, IDS_OF):
                problems += [f"{name}.{where}: {problem}" for problem in await refused(http, village, name, inputs)]
    assert problems == []


async def refused(http: Door, village: Village, name: str, inputs: list[object]) -> list[str]:
    """Return what is wrong with the answers to inputs, and what changed although all were refused."""
    taken, problems = False, []
    for value in inputs:
        problem, done = await attempt(http, village.here, name, value)
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
async def test_the_same_inputs_are_taken_when_every_value_is_good(group: int) -> None:
    """Without this, the bad values could be refused for another reason than being bad."""
    village = await Village.made()
    here = village.here
    async with door() as http:
        for name in MUTATIONS[group::GROUPS]:
            body = body_of(mutation_document(name), good_input(here, name))
            result = (await http.send_bytes(here.viewers["owner"], body)).json()["data"][name]
            if name in NEEDS_A_SECRET:
                assert result["code"] == "link_unusable", result
            elif name in ANOTHER_TIME:
                assert result.get("code") in {"conflict", "not_allowed", "not_found"}, (name, result)
            else:
                assert result["__typename"].endswith("Payload"), (name, result)
            await village.changes()

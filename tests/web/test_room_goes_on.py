"""A live room over two serving processes that are killed, and drained, while both people in it write."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.conftest import Servers
from tests.contracts.graphql_clients import is_node_here
from tests.flows.harness import ServerProcess
from tests.web.browser import Person, Site, demo_site, is_accepting, serving_children

pytestmark = [
    pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages"),
    pytest.mark.asyncio(loop_scope="module"),
]

WORKERS = 2
LINES = 3
LOST = "The line was lost. Coming back by itself; nothing is missed."
KEEP_STATES = """
window.states = []
new MutationObserver(() => {
  const told = document.querySelector('.line-note')?.textContent
  if (told && window.states.at(-1) !== told) window.states.push(told)
}).observe(document, { childList: true, subtree: true, characterData: true })
"""
"""What the page told of its line, however short it was to be seen."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Serve the pages by two processes. An orderly end takes as long as a client needs to find the other one."""
    given = {"ALONGSIDE_LIVE_DRAIN_SECONDS": "8"}
    async with demo_site(servers, tmp_path_factory.mktemp("mails"), "--workers", str(WORKERS), **given) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(site: Site) -> AsyncIterator[tuple[Person, Person]]:
    """Bring Amara and Jonas into a new room of their mentorship, both with its notes open."""
    amara, jonas = await site.member("amara"), await site.member("jonas", width=360)
    for person in (amara, jonas):
        await person.context.add_init_script(KEEP_STATES)
    await amara.open("/mentorships")
    pair = amara.page.get_by_role("article", name="Jonas")
    await pair.get_by_label("What is it about?").fill("Through thick and thin")
    await pair.get_by_role("button", name="Open a room now").click()
    await amara.page.get_by_role("heading", level=1, name="Through thick and thin").wait_for()
    await amara.page.reload()
    await jonas.page.goto(amara.page.url)
    await expect(amara.page.get_by_label("Here now")).to_contain_text("Jonas")
    for person in (amara, jonas):
        await person.page.get_by_role("button", name="Open the notes").click()
    await notes_of(amara).press_sequentially("Plan: ")
    await expect(notes_of(jonas)).to_have_value("Plan: ")
    yield amara, jonas
    for person in (amara, jonas):
        await person.leave()


def notes_of(person: Person) -> Locator:
    return person.page.get_by_role("textbox", name="Notes")


async def say(person: Person, words: str) -> None:
    """Say something as one does: key by key, then Enter."""
    await person.page.get_by_label("Say something").press_sequentially(words)
    await person.page.keyboard.press("Enter")


def said_by(name: str, step: str) -> list[str]:
    """Return what somebody says in one step, in order."""
    return [f"{name} {step} {number}" for number in range(LINES)]


async def lines_of(person: Person) -> list[str]:
    """Return what the window shows of the talk."""
    return await person.page.get_by_role("log").get_by_role("article").locator("p").all_inner_texts()


async def write_through(amara: Person, jonas: Person, step: str, fault: Callable[[], Awaitable[None]]) -> None:
    """Let both talk and write notes while something is done to the server in the middle of it: all of it is kept."""
    before = await lines_of(amara)
    notes = await notes_of(amara).input_value()
    is_half_said = asyncio.Event()

    async def writes(person: Person, name: str, place: str) -> None:
        *first, last = said_by(name, step)
        for words in first:
            await say(person, words)
        is_half_said.set()
        await say(person, last)
        await notes_of(person).press(place)
        await notes_of(person).press_sequentially(f"{name} {step}. ")

    async def breaks() -> None:
        await is_half_said.wait()
        await fault()

    await asyncio.gather(writes(amara, "Amara", "Home"), writes(jonas, "Jonas", "End"), breaks())
    told = [*said_by("Amara", step), *said_by("Jonas", step)]
    for person in (amara, jonas):
        lines = person.page.get_by_role("log").get_by_role("article")
        await expect(lines).to_have_count(len(before) + len(told))
        await expect(notes_of(person)).to_have_value(f"Amara {step}. {notes}Jonas {step}. ")
        await expect(person.page.locator(".line-note")).to_be_empty()
    mine, theirs = await lines_of(amara), await lines_of(jonas)
    assert mine == theirs
    assert mine[: len(before)] == before
    assert sorted(mine[len(before) :]) == sorted(told)
    # Each one's lines stand in the order they were said in, whatever came between them.
    for name in ("Amara", "Jonas"):
        assert [line for line in mine if line.startswith(f"{name} {step} ")] == said_by(name, step)


async def states_of(person: Person) -> list[str]:
    """Return what the page told of its line since it was asked last."""
    return list(await person.page.evaluate("window.states.splice(0)"))


async def until_gone(server: ServerProcess, old: list[int]) -> None:
    """Wait until these processes have ended."""
    async with asyncio.timeout(60):
        while set(serving_children(server)) & set(old):
            await asyncio.sleep(0.1)


async def until_replaced(server: ServerProcess, old: list[int]) -> None:
    """Wait until others serve in the place of these processes."""
    await until_gone(server, old)
    async with asyncio.timeout(60):
        while len(found := serving_children(server)) < WORKERS or not all(map(is_accepting, found)):
            await asyncio.sleep(0.1)


async def test_nobody_notices_when_one_server_after_the_other_is_drained(site: Site, two: tuple[Person, Person]):
    for person in two:
        await states_of(person)

    async def drain_each() -> None:
        first, second = serving_children(site.server)
        os.kill(first, signal.SIGTERM)
        await until_replaced(site.server, [first])
        os.kill(second, signal.SIGTERM)
        await until_gone(site.server, [second])

    await write_through(*two, "drained", drain_each)
    for person in two:
        assert await states_of(person) == []


async def test_both_are_told_of_the_loss_and_come_back_when_every_server_is_killed(
    site: Site, two: tuple[Person, Person]
):
    for person in two:
        await states_of(person)

    async def kill_all() -> None:
        for one in serving_children(site.server):
            os.kill(one, signal.SIGKILL)
        for person in two:
            await expect(person.page.get_by_role("status").filter(has_text=LOST)).to_be_visible()

    await write_through(*two, "killed", kill_all)
    for person in two:
        assert LOST in await states_of(person)
        assert person.complaints == []


async def test_all_of_it_is_kept(two: tuple[Person, Person]):
    amara, jonas = two
    for person in two:
        said, written = await lines_of(person), await notes_of(person).input_value()
        await person.page.reload()
        await person.page.get_by_role("button", name="Open the notes").click()
        await expect(notes_of(person)).to_have_value(written)
        assert await lines_of(person) == said
    await amara.page.get_by_role("button", name="End the room").click()
    await expect(jonas.page.get_by_text("This room has ended")).to_be_visible()
    assert amara.complaints == jonas.complaints == []

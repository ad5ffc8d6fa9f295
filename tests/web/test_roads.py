"""The road of a mentorship in two browsers, over a server that dies in the middle of it."""

import os
import signal
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.conftest import Servers
from tests.contracts.graphql_clients import is_node_here
from tests.flows.harness import ServerProcess, serving
from tests.web.browser import Person, browsing, build_pages, free_port

pytestmark = pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages")


def kill_the_server_process(server: ServerProcess) -> None:
    """Kill what serves; its parent starts another on the same port."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    for child in map(int, children):
        if b"spawn_main" in (command := Path(f"/proc/{child}/cmdline").read_bytes()) or b"serve" in command:
            os.kill(child, signal.SIGKILL)


async def say(person: Person, words: str) -> None:
    await person.page.get_by_label("Say something").fill(words)
    await person.page.get_by_role("button", name="Send").click()


async def test_two_people_agree_and_talk_though_the_server_dies(clean_servers: Servers):
    pages = build_pages()
    async with (
        serving(clean_servers, "--demo", "--port", str(free_port()), ALONGSIDE_WEB_PATH=str(pages)) as server,
        browsing() as browser,
    ):
        amara, noor = await Person.arrive(browser, server.url), await Person.arrive(browser, server.url, width=360)
        await amara.sign_in("amara@example.org")
        await noor.sign_in("noor@example.org")

        # Amara answers what waits for her, and opens a room.
        await amara.page.get_by_role("link", name="Requests").click()
        request = amara.page.get_by_role("article").filter(has_text="Noor")
        await request.get_by_role("button", name="Accept").click()
        pair = amara.page.get_by_role("article", name="Noor")
        await pair.get_by_label("What is it about?").fill("A first routine")
        await pair.get_by_role("button", name="Open a room now").click()
        await amara.page.get_by_role("heading", level=1, name="A first routine").wait_for()
        await say(amara, "Welcome, Noor")

        # Noor finds it and answers.
        await noor.open("/")
        await noor.page.get_by_role("link", name="A first routine").click()
        log = noor.page.get_by_role("log")
        await expect(log).to_contain_text("Welcome, Noor", timeout=30_000)
        await say(noor, "Glad to be here")
        await expect(amara.page.get_by_role("log")).to_contain_text("Glad to be here", timeout=30_000)
        await expect(amara.page.get_by_label("Here now")).to_contain_text("Noor", timeout=30_000)

        # The server dies; what is said meanwhile arrives once, in order, when it is back.
        kill_the_server_process(server)
        await say(noor, "Are you still there?")
        await say(amara, "I am")
        for person in (amara, noor):
            lines = person.page.get_by_role("log").get_by_role("article")
            await expect(lines).to_have_count(4, timeout=30_000)
        said = [
            await person.page.get_by_role("log").get_by_role("article").locator("p").all_inner_texts()
            for person in (amara, noor)
        ]
        assert said[0] == said[1]
        assert sorted(said[0]) == ["Are you still there?", "Glad to be here", "I am", "Welcome, Noor"]

        # Hands, agenda, the end.
        await noor.page.get_by_role("button", name="Raise hand").click()
        await amara.page.get_by_role("button", name="Give the floor").click()
        await expect(noor.page.get_by_text("you has the floor")).to_be_visible(timeout=30_000)
        await amara.page.get_by_label("Add to the agenda").fill("What is hard")
        await amara.page.get_by_role("button", name="Add", exact=True).click()
        await expect(noor.page.get_by_label("Agenda", exact=True)).to_contain_text("What is hard", timeout=30_000)
        await amara.page.get_by_role("button", name="End the room").click()
        await expect(noor.page.get_by_text("This room has ended")).to_be_visible(timeout=30_000)
        assert amara.complaints == noor.complaints == []

"""Every page: nothing that axe objects to, wide and light, narrow and dark; by keyboard; and small over the wire."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, Response, expect

from tests.conftest import Servers
from tests.contracts.graphql_clients import is_node_here
from tests.flows.harness import serving
from tests.web.browser import PASSWORD, ROOT, Person, browsing, build_pages, free_port

log = logging.getLogger(__name__)

pytestmark = pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages")

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
OUTSIDE = ["/", "/sign-in", "/sign-up", "/verify", "/reset", "/people", "/webinars", "/style", "/nowhere"]
INSIDE = ["/", "/people", "/requests", "/mentorships", "/webinars", "/me", "/settings"]
FIRST_LOAD_BYTES = 90_000
LATER_BYTES = 20_000


@asynccontextmanager
async def demo(servers: Servers) -> AsyncIterator[tuple[Browser, str]]:
    pages = build_pages()
    async with (
        serving(servers, "--demo", "--no-worker", "--port", str(free_port()), ALONGSIDE_WEB_PATH=str(pages)) as server,
        browsing() as browser,
    ):
        yield browser, server.url


async def violations(page: Page) -> list[str]:
    """Return what axe objects to on the page as it is, one line each."""
    # Evaluated, not added as a tag: the page's own policy takes no script of ours.
    await page.evaluate(AXE.read_text("utf-8"))
    if not page.url.endswith("/style"):
        loading = page.get_by_role("status").filter(has_text="Loading")
        await expect(loading, f"{page.url} goes on loading").to_have_count(0, timeout=30_000)
    found = await page.evaluate("axe.run().then((it) => it.violations)")
    return [f"{page.url} {each['id']}: {json.dumps([node['target'] for node in each['nodes']])}" for each in found]


async def weight(responses: list[Response]) -> int:
    """Return the bytes of the answers as they came over the wire."""
    sizes = [await response.request.sizes() for response in responses]
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


async def first_link(person: Person, listing: str, prefix: str) -> str:
    """Return the address of the first thing on a page that leads below `prefix`."""
    await person.open(listing)
    link = person.page.locator(f'main a[href^="{prefix}/"]').first
    await link.wait_for()
    return str(await link.get_attribute("href"))


async def test_no_page_is_objected_to_wide_and_light_or_narrow_and_dark(clean_servers: Servers):
    async with demo(clean_servers) as (browser, url):
        for width, is_dark in ((1280, False), (360, True)):
            person = await Person.arrive(browser, url, width=width, is_dark=is_dark)
            objections = []
            for path in OUTSIDE:
                await person.open(path)
                objections += await violations(person.page)
            await person.sign_in("amara@example.org")
            listings = {"/people": "/people", "/mentorships": "/rooms", "/webinars": "/webinars"}
            inner = [await first_link(person, page, prefix) for page, prefix in listings.items()]
            for path in [*INSIDE, *inner]:
                await person.open(path)
                objections += await violations(person.page)
                wide = await person.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, f"{path} is {wide} px too wide at {width}"
            assert objections == []
            assert person.complaints == []
            await person.context.close()


async def test_a_person_signs_in_and_asks_by_keyboard_alone(clean_servers: Servers):
    async with demo(clean_servers) as (browser, url):
        person = await Person.arrive(browser, url)
        page, press = person.page, person.page.keyboard.press
        await person.open("/sign-in")
        await press("Tab")
        await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        await page.get_by_label("Mail address").focus()
        await page.keyboard.type("jonas@example.org")
        await press("Tab")
        await page.keyboard.type(PASSWORD)
        await press("Enter")
        await page.get_by_role("heading", level=1, name="Hello").wait_for()

        await page.get_by_role("link", name="People").focus()
        await press("Enter")
        await page.get_by_role("heading", level=1, name="People").wait_for()
        await expect(page.get_by_role("heading", level=1)).to_be_focused()
        field = page.get_by_role("combobox", name="A skill")
        await field.focus()
        await page.keyboard.type("invocing")
        await expect(page.get_by_role("option").first).to_be_visible()
        await press("ArrowDown")
        await expect(page.get_by_role("listbox").get_by_role("option", selected=True)).to_have_count(1)
        await press("Enter")
        chosen = page.get_by_role("button", name="invoic").first
        await expect(chosen).to_be_visible()
        await chosen.focus()
        await press("Enter")
        await expect(chosen).to_have_count(0)


async def test_the_first_load_and_each_road_after_it_are_small(clean_servers: Servers):
    async with demo(clean_servers) as (browser, url):
        for start, later in (("/people", "/webinars"), ("/webinars", "/people")):
            person = await Person.arrive(browser, url)
            responses: list[Response] = []
            person.page.on("response", lambda response, into=responses: into.append(response))
            await person.open(start)
            await person.page.wait_for_load_state("networkidle")
            first = await weight(responses)
            responses.clear()
            await person.page.locator(f'nav a[href="{later}"]').click()
            await person.page.wait_for_load_state("networkidle")
            road = await weight(responses)
            log.info("%s: %d bytes; then %s: %d bytes", start, first, later, road)
            assert 5_000 < first <= FIRST_LOAD_BYTES
            assert road <= LATER_BYTES
            await person.context.close()

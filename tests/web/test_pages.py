"""Every page: nothing that axe objects to, wide and light, narrow and dark; by keyboard; and small over the wire."""

import json
import logging
from urllib.parse import quote

import pytest
from playwright.async_api import Page, Response, expect

from tests.contracts.graphql_clients import is_node_here
from tests.web.browser import PASSWORD, ROOT, Person, Site, webinar

log = logging.getLogger(__name__)

pytestmark = [
    pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages"),
    pytest.mark.asyncio(loop_scope="module"),
]

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
OUTSIDE = ["/", "/sign-in", "/sign-up", "/verify", "/reset", "/people", "/circles", "/webinars", "/style", "/nowhere"]
INSIDE = ["/", "/people", "/requests", "/mentorships", "/circles", "/webinars", "/me", "/settings"]
FIRST_LOAD_BYTES = 90_000
LATER_BYTES = 20_000


async def violations(page: Page) -> list[str]:
    """Return what axe objects to on the page as it is, one line each."""
    # Evaluated, not added as a tag: the page's own policy takes no script of ours.
    await page.evaluate(AXE.read_text("utf-8"))
    if not page.url.endswith("/style"):
        loading = page.get_by_role("status").filter(has_text="Loading")
        await expect(loading, f"{page.url} goes on loading").to_have_count(0)
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


async def webinar_with_questions(site: Site) -> str:
    """Return the address of a live webinar of Amara's with two questions in it."""
    host, guest = await site.api("amara"), await site.api("jonas")
    key = await webinar(host, "Pricing out loud", is_live=True)
    await guest.raw(f'mutation {{ registerForWebinar(input: {{webinarId: "{key}"}}) {{ __typename }} }}')
    for text in ("What do I ask for a day?", "And for half a day?"):
        await guest.do("askQuestion", "question { id }", webinarId=key, text=text)
    return f"/webinars/{quote(key)}"


@pytest.mark.parametrize(("width", "is_dark"), [(1280, False), (360, True)])
async def test_no_page_is_objected_to(site: Site, width: int, *, is_dark: bool):
    person = await site.person(width=width, is_dark=is_dark)
    objections = []
    for path in OUTSIDE:
        await person.open(path)
        objections += await violations(person.page)
    await person.sign_in("amara@example.org")
    listings = {"/people": "/people", "/mentorships": "/rooms", "/circles": "/circles"}
    inner = [await first_link(person, page, prefix) for page, prefix in listings.items()]
    inner.append(await webinar_with_questions(site))
    for path in [*INSIDE, *inner]:
        await person.open(path)
        objections += await violations(person.page)
        wide = await person.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide at {width}"
    assert objections == []
    assert person.complaints == []
    await person.leave()


async def test_a_person_signs_in_and_asks_by_keyboard_alone(site: Site):
    person = await site.person()
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
    await person.leave()


async def test_the_first_load_and_each_road_after_it_are_small(site: Site):
    for start, later in (("/people", "/webinars"), ("/webinars", "/people")):
        person = await site.person()
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
        await person.leave()

"""The first load of the directory and of a room, and each road after it, in Chromium: bytes over the wire, requests,
and the time until there is something to read on a slow line: 400 kbit/s each way and 400 ms there and back, as slow 3G
is simulated by browsers' own tools. A login's cookie is there already; nothing is cached at a first load.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator

from playwright.async_api import Page

from tests.flows.harness import serving
from tests.web.browser import Person, Site, Traffic, browsing, build_pages, free_port

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
FIRST_GOAL, LATER_GOAL = 90, 20
"""Kilobytes (1,000 bytes), compressed, headers included."""
ROADS = ("/people", "/suggestions", "/requests", "/mentorships", "/circles", "/webinars", "/inbox", "/me", "/settings")


async def slowed(page: Page) -> None:
    """Let a page have a slow line, and nothing in its cache."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.clearBrowserCache")
    await session.send("Network.emulateNetworkConditions", SLOW)


async def first(person: Person, path: str) -> str:
    """Load an address with an empty cache on a slow line; say what came, and when there was something to read."""
    page = await person.context.new_page()
    await slowed(page)
    traffic, began = Traffic(page), time.monotonic()
    await page.goto(person.url + path, wait_until="commit")
    await page.locator("h1").wait_for()
    heading = time.monotonic() - began
    settled = await traffic.settled() - began
    requests = len(traffic.done)
    told = f"{await traffic.weight() / 1000:.1f} kB (goal {FIRST_GOAL}), {requests} requests"
    await page.close()
    return f"{told}; slow 3G: heading after {heading:.1f} s, all after {settled:.1f} s"


async def later(person: Person) -> list[str]:
    """Go from road to road within one page; say what each adds."""
    page, lines = person.page, []
    traffic = Traffic(page)
    await person.open("/")
    await traffic.settled()
    for road in ROADS:
        await traffic.weight()
        # As a link does: the page stays, and loads what it lacks.
        await page.evaluate("to => history.pushState(null, '', to)", road)
        await traffic.settled()
        requests = len(traffic.done)
        lines.append(f"then {road}: {await traffic.weight() / 1000:.1f} kB (goal {LATER_GOAL}), {requests} requests")
    return lines


async def a_room(site: Site) -> str:
    """Return the address of a room that is open."""
    amara = await site.member("amara")
    await amara.open("/mentorships")
    pair = amara.page.get_by_role("article", name="Jonas")
    await pair.get_by_label("What is it about?").fill("A first load")
    await pair.get_by_role("button", name="Open a room now").click()
    await amara.page.get_by_role("heading", level=1, name="A first load").wait_for()
    path = amara.page.url.removeprefix(site.url)
    await amara.leave()
    return path


async def measured(site: Site) -> list[str]:
    """Return the lines of the benchmark."""
    room = await a_room(site)
    visitor, jonas = await site.person(), await site.member("jonas")
    lines = [f"directory, a visitor: {await first(visitor, '/people')}"]
    lines += [f"directory, a member: {await first(jonas, '/people')}", f"room: {await first(jonas, room)}"]
    lines += await later(await site.member("noor"))
    return lines


async def served() -> list[str]:
    """Serve the demo community with the built pages, and measure."""
    pages = build_pages()
    with tempfile.TemporaryDirectory(prefix="alongside-first-load-") as folder:
        given = {"ALONGSIDE_WEB_PATH": str(pages), "ALONGSIDE_DATA_DIR": folder}
        async with serving(None, "--demo", "--port", str(free_port()), **given) as server, browsing() as browser:
            return await measured(Site(browser, server))


def run() -> Iterator[str]:
    """Yield the lines of the benchmark."""
    yield from asyncio.run(served())

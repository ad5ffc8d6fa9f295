"""Take the pictures of docs/web.md anew: `python -m tests.web.pictures`. Every page, at 1280 and at 360 px."""

import asyncio
import io
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.async_api import Page, expect

from tests.flows.harness import serving
from tests.web.browser import ROOT, Person, Site, browsing, build_pages, free_port, webinar
from tests.web.circles import circle_path, demo_circle, meeting_path, round_under_way
from tests.web.mentorship import address, meetings_of, tie_of

TARGET = ROOT / "docs" / "web"
OUTSIDE = {"welcome": "/", "sign-in": "/sign-in", "sign-up": "/sign-up", "style": "/style"}
INSIDE = {
    "today": "/",
    "people": "/people",
    "requests": "/requests",
    "mentorships": "/mentorships",
    "webinars": "/webinars",
    "inbox": "/inbox",
    "profile": "/me",
    "settings": "/settings",
}
COMMUNITY = {
    "community": "/community",
    "gatherings": "/gatherings",
    "kudos": "/kudos",
}
PICTURED = ("", "meetings", "care", "desk")
BEHIND = {"person": ("/people", "/people"), "room": ("/mentorships", "/rooms")}
HEIGHTS = {1280: 800, 360: 740}
QUALITY = 70


async def settled(page: Page) -> None:
    """Wait until nothing is on its way any more."""
    await page.locator("h1").wait_for()
    await page.wait_for_load_state("networkidle")


async def keep(page: Page, name: str, width: int) -> None:
    """Write what is seen now, small."""
    await settled(page)
    picture = Image.open(io.BytesIO(await page.screenshot()))
    picture.save(TARGET / f"{name}-{width}.webp", quality=QUALITY, method=6)


async def take_learner(site: Site, width: int) -> None:
    """Take what Noor sees, who looks for somebody."""
    noor: Person = await site.member("noor", width=width)
    await noor.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    await noor.open("/suggestions")
    await noor.page.locator("main article").first.wait_for()
    await keep(noor.page, "suggestions", width)
    await noor.open("/begin")
    await keep(noor.page, "begin", width)
    await noor.leave()


async def take_mentorship(site: Site, width: int) -> None:
    """Take what Amara sees of a mentorship, part by part."""
    amara: Person = await site.member("amara", width=width)
    await amara.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    tie = await tie_of(site, "amara", "Jonas")
    parts = {"mentorship": "", **{part: part for part in ("meetings", "goals", "agreement", "notes", "road")}}
    for name, part in parts.items():
        await amara.open(address(tie, part))
        await expect(amara.page.locator(".waiting")).to_have_count(0)
        await keep(amara.page, name, width)
    await amara.leave()


async def take_manager(site: Site, run: str, width: int) -> None:
    """Take what Lin sees: the desk, and what a run would change."""
    lin: Person = await site.member("lin", width=width)
    await lin.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    for name, path in {"desk": "/desk", "run": f"/desk/runs/{quote(run)}"}.items():
        await lin.open(path)
        await keep(lin.page, name, width)
    await lin.leave()


async def computed_run(site: Site) -> str:
    """Return the id of a run of a new programme, computed."""
    lin = await site.api("lin")
    everybody = {"learners": "EVERYBODY", "mentors": "EVERYBODY"}
    made = await lin.do("createProgramme", "programme { id }", title="Spring", format="CLASSIC", **everybody)
    started = await lin.do("startCohortRun", "run { id }", programmeId=made["programme"]["id"])
    run = str(started["run"]["id"])
    while (await lin(f'{{ node(id: "{run}") {{ ... on CohortRun {{ state }} }} }}'))["node"]["state"] == "DRAFT":
        await asyncio.sleep(1)
    return run


async def take(site: Site, event: str, width: int) -> None:
    """Take all pictures at one width, as a visitor and as Amara."""
    person: Person = await site.person(width=width)
    await person.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    for name, path in OUTSIDE.items():
        await person.open(path)
        await keep(person.page, name, width)
    await person.sign_in("amara@example.org")
    for name, path in INSIDE.items():
        await person.open(path)
        await keep(person.page, name, width)
    for name, (listing, prefix) in BEHIND.items():
        await person.open(listing)
        link = person.page.locator(f'main a[href^="{prefix}/"]').first
        await person.open(str(await link.get_attribute("href")))
        await keep(person.page, name, width)
    await person.open(f"/webinars/{quote(event)}")
    await keep(person.page, "webinar", width)
    await person.leave()


async def community_life(site: Site) -> None:
    """Let Jonas wait in a line, and thank Amara."""
    jonas = await site.api("jonas")
    found = (await jonas('{ skills(text: "invoicing", first: 1) { edges { node { skill { id } } } } }'))["skills"]
    wish = {"skillId": found["edges"][0]["node"]["skill"]["id"], "format": "CLASSIC", "minutesNeeded": 120}
    await jonas.do("joinSkillWaitingList", "__typename", **wish, goal="Send an invoice that is paid in time")
    asked = "{ mentorships(first: 1) { edges { node { id mentor { id } } } } }"
    pair = (await jonas(asked))["mentorships"]["edges"][0]["node"]
    thanks = {"aboutId": pair["id"], "receiverId": pair["mentor"]["id"]}
    await jonas.do("giveKudos", "__typename", **thanks, words="You looked at every draft twice.")


async def take_community(site: Site) -> None:
    """Take what people do for each other, at every width."""
    await community_life(site)
    for width, height in HEIGHTS.items():
        amara: Person = await site.member("amara", width=width)
        await amara.page.set_viewport_size({"width": width, "height": height})
        for name, path in COMMUNITY.items():
            await amara.open(path)
            await expect(amara.page.locator(".waiting")).to_have_count(0)
            await keep(amara.page, name, width)
        link = amara.page.locator('main a[href^="/gatherings/"]').first
        await amara.open("/gatherings")
        await amara.open(str(await link.get_attribute("href")))
        await keep(amara.page, "gathering", width)
        await amara.leave()
        jonas: Person = await site.member("jonas", width=width)
        await jonas.page.set_viewport_size({"width": width, "height": height})
        for name in ("waiting", "introductions", "small-asks"):
            await jonas.open(f"/{name}")
            await expect(jonas.page.locator(".waiting")).to_have_count(0)
            await keep(jonas.page, name, width)
        await jonas.leave()


async def take_circles(site: Site) -> None:
    """Take a circle part by part as its lead sees it, and a round of it under way, at every width."""
    circle = await demo_circle(site)
    meeting = await round_under_way(site, circle)
    parts = {f"circle-{part}" if part else "circle": circle_path(circle, part) for part in PICTURED}
    for width, height in HEIGHTS.items():
        amara: Person = await site.member("amara", width=width)
        await amara.page.set_viewport_size({"width": width, "height": height})
        for name, path in {"circles": "/circles", **parts, "circle-round": meeting_path(circle, meeting)}.items():
            await amara.open(path)
            await expect(amara.page.locator(".waiting")).to_have_count(0)
            await keep(amara.page, name, width)
        await amara.leave()


async def main(take_them: Callable[[Site], Awaitable[None]]) -> None:
    """Serve the demo community and take the pictures."""
    pages: Path = build_pages()
    TARGET.mkdir(parents=True, exist_ok=True)
    port = str(free_port())
    with tempfile.TemporaryDirectory(prefix="alongside-pictures-") as folder:
        given = {"ALONGSIDE_WEB_PATH": str(pages), "ALONGSIDE_DATA_DIR": folder}
        async with serving(None, "--demo", "--port", port, **given) as server, browsing() as browser:
            await take_them(Site(browser, server))


async def take_all(site: Site) -> None:
    """Take the pictures at every width, with a webinar that runs."""
    host, guest = await site.api("amara"), await site.api("jonas")
    event = await webinar(host, "Pricing out loud", is_live=True)
    await guest.raw(f'mutation {{ registerForWebinar(input: {{webinarId: "{event}"}}) {{ __typename }} }}')
    for text in ("What do I ask for a day?", "And for half a day?"):
        await guest.do("askQuestion", "question { id }", webinarId=event, text=text)
    run = await computed_run(site)
    for width in HEIGHTS:
        await take(site, event, width)
        await take_learner(site, width)
        await take_manager(site, run, width)
    await take_mentorships(site)
    await take_circles(site)
    await take_community(site)


async def take_mentorships(site: Site) -> None:
    """Take the pictures of a mentorship at every width, with a meeting to come and one proposed."""
    await meetings_of(site, await tie_of(site, "amara", "Jonas"))
    for width in HEIGHTS:
        await take_mentorship(site, width)


PARTS = {"mentorship": take_mentorships, "circles": take_circles, "community": take_community}

if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(main(PARTS[sys.argv[1]] if sys.argv[1:] else take_all))

"""Every page: nothing that axe objects to, wide and light, narrow and dark; by keyboard; and small over the wire."""

import json
import logging
from urllib.parse import quote

import pytest
from playwright.async_api import Page, expect

from tests.contracts.graphql_clients import is_node_here
from tests.web.browser import PASSWORD, ROOT, Person, Site, Traffic, webinar
from tests.web.circles import PARTS as CIRCLE_PARTS
from tests.web.circles import circle_path, demo_circle, meeting_path, next_meeting

log = logging.getLogger(__name__)

pytestmark = [
    pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages"),
    pytest.mark.asyncio(loop_scope="module"),
]

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
OUTSIDE = ["/", "/sign-in", "/sign-up", "/verify", "/reset", "/people", "/circles", "/webinars", "/style", "/nowhere"]
INSIDE = [
    "/",
    "/people",
    "/suggestions",
    "/begin",
    "/requests",
    "/waiting",
    "/mentorships",
    "/circles",
    "/webinars",
    "/community",
    "/gatherings",
    "/small-asks",
    "/introductions",
    "/kudos",
    "/inbox",
    "/me",
    "/settings",
]
ROADS = ["/waiting", "/community", "/gatherings", "/small-asks", "/introductions", "/kudos", "/circles"]
FIRST_LOAD_BYTES = 90_000
LATER_BYTES = 20_000


async def violations(page: Page) -> list[str]:
    """Return what axe objects to on the page as it is, one line each."""
    # Evaluated, not added as a tag: the page's own policy takes no script of ours.
    if await page.evaluate("window.axe === undefined"):
        await page.evaluate(AXE.read_text("utf-8"))
    if not page.url.endswith("/style"):
        loading = page.get_by_role("status").filter(has_text="Loading")
        await expect(loading, f"{page.url} goes on loading").to_have_count(0)
    found = await page.evaluate("axe.run().then((it) => it.violations)")
    return [f"{page.url} {each['id']}: {json.dumps([node['target'] for node in each['nodes']])}" for each in found]


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
    listings = {"/people": "/people", "/mentorships": "/rooms", "/gatherings": "/gatherings"}
    inner = [await first_link(person, page, prefix) for page, prefix in listings.items()]
    circle = await demo_circle(site)
    inner += [circle_path(circle, part) for part in CIRCLE_PARTS]
    inner.append(meeting_path(circle, await next_meeting(site, circle)))
    inner.append(await webinar_with_questions(site))
    for path in [*INSIDE, *inner]:
        await person.open(path)
        objections += await violations(person.page)
        wide = await person.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide at {width}"
    await person.open(inner[0])
    await person.page.locator("main .safety summary").first.click()
    await person.page.get_by_label("What is it?").wait_for()
    objections += await violations(person.page)
    await person.open("/inbox")
    await person.page.get_by_text("How you hear of things").click()
    await person.page.get_by_role("button", name="Save").wait_for()
    objections += await violations(person.page)
    await person.leave()
    lin = await site.member("lin", width=width, is_dark=is_dark)
    await lin.open("/desk")
    await (
        lin.page.get_by_role("button", name="Take it")
        .or_(lin.page.get_by_role("button", name="Give it back"))
        .wait_for()
    )
    objections += await violations(lin.page)
    assert objections == []
    assert person.complaints == lin.complaints == []
    await lin.leave()


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


async def test_a_week_is_painted_by_keyboard_and_kept(site: Site):
    person = await site.member("mateo")
    page, press = person.page, person.page.keyboard.press
    await person.open("/me")
    week = page.get_by_role("region", name="Your week")
    await week.get_by_role("button", name="Clear all").click()
    await week.get_by_role("gridcell", name="Monday 9 AM").focus()
    await press("Space")
    for _ in range(2):
        await press("Shift+ArrowDown")
    await press("End")
    await press("Space")
    await expect(week.get_by_role("gridcell", name="Sunday 11 AM, open")).to_be_focused()
    await expect(week).to_contain_text("4 hours a week are open.")
    await week.get_by_role("button", name="Save").click()
    await expect(week).to_contain_text("Saved")
    await page.reload()
    await expect(week.get_by_role("gridcell", selected=True)).to_have_count(4)
    await person.leave()


async def test_a_webinar_is_run_from_the_desk(site: Site):
    """Questions are reviewed by keyboard, answered on stage, and a poll is voted on by somebody in another browser."""
    host, asker, mateo = await site.api("grace"), await site.api("jonas"), await site.api("mateo")
    key = await webinar(host, "Ask a developer", is_live=True)
    await host.raw(f'mutation {{ setReview(input: {{webinarId: "{key}", review: true}}) {{ __typename }} }}')
    for guest in (asker, mateo, await site.api("noor")):
        await guest.raw(f'mutation {{ registerForWebinar(input: {{webinarId: "{key}"}}) {{ __typename }} }}')
    for text in ("How did you begin?", "What do I read first?", "Buy my course now"):
        await asker.do("askQuestion", "ownView { id }", webinarId=key, text=text)
    grace, noor = await site.member("grace"), await site.member("noor", width=360)
    for person in (grace, noor):
        await person.open(f"/webinars/{quote(key)}")

    review = grace.page.get_by_role("region", name="To review")
    await expect(review.get_by_role("article")).to_have_count(3)
    assert await violations(grace.page) == []
    await grace.page.get_by_role("article", name="How did you begin?").focus()
    await grace.page.keyboard.press("?")
    await expect(grace.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert await violations(grace.page) == []
    await grace.page.keyboard.press("Escape")
    await grace.page.get_by_role("article", name="How did you begin?").focus()
    await grace.page.keyboard.press("a")
    await expect(review.get_by_role("article")).to_have_count(2)
    await grace.page.get_by_role("article", name="Buy my course now").focus()
    await grace.page.keyboard.press("d")
    await expect(review.get_by_role("article")).to_have_count(1)

    stage = grace.page.get_by_role("region", name="Questions")
    await stage.get_by_role("button", name="Queue").click()
    following = grace.page.get_by_role("region", name="Next")
    await following.get_by_role("button", name="Answer now").click()
    await expect(noor.page.get_by_text("Answering now")).to_be_visible()
    await grace.page.get_by_role("region", name="Now").get_by_role("button", name="Answered").click()
    await expect(noor.page.get_by_role("article").filter(has_text="How did you begin?")).to_contain_text("Answered")

    labels = grace.page.locator("details", has=grace.page.locator("summary", has_text="Labels"))
    await labels.locator("summary").click()
    await labels.get_by_label("Labels").fill(f"money\n{'x' * 200}")
    await labels.get_by_role("button", name="Save").click()
    await expect(labels.get_by_label("Labels")).to_have_attribute("aria-invalid", "true")
    await grace.page.get_by_text("Make a poll").first.click()
    await grace.page.get_by_label("What do you ask?").fill("Which day suits?")
    await grace.page.get_by_label("What can be chosen").fill("Monday\nFriday")
    await grace.page.get_by_role("button", name="Make a poll").click()
    await grace.page.get_by_role("button", name="Open", exact=True).click()
    poll = noor.page.get_by_role("article", name="Which day suits?")
    await poll.get_by_label("Friday").check()
    await poll.get_by_role("button", name="Vote").click()
    await expect(poll).to_contain_text("You took part")
    assert await violations(noor.page) == []
    polls = (await asker(f'{{ webinarPolls(webinarId: "{key}") {{ id }} }}'))["webinarPolls"]
    ballot = f'castBallot(input: {{pollId: "{polls[0]["id"]}", choices: [1]}}) {{ __typename }}'
    for guest in (asker, mateo):
        await guest.raw(f"mutation {{ {ballot} }}")
    await grace.page.get_by_role("button", name="Close", exact=True).click()
    await grace.page.get_by_role("button", name="Show the results").click()
    await expect(poll).to_contain_text("100 %")
    assert grace.complaints == noor.complaints == []
    await grace.leave()
    await noor.leave()


async def test_each_road_that_needs_a_login_is_small(site: Site):
    person = await site.member("amara")
    # Nothing is kept, so that each road costs what it costs after a first load of another page.
    lines = await person.context.new_cdp_session(person.page)
    await lines.send("Network.enable")
    await lines.send("Network.setCacheDisabled", {"cacheDisabled": True})
    traffic = Traffic(person.page)
    circle = await demo_circle(site)
    meeting = meeting_path(circle, await next_meeting(site, circle))
    heavy = {}
    for path in [*ROADS, *(circle_path(circle, part) for part in CIRCLE_PARTS), meeting]:
        await person.open("/inbox")
        await traffic.settled()
        await traffic.weight()
        await person.page.evaluate("(path) => history.pushState(null, '', path)", path)
        await expect(person.page.get_by_role("heading", level=1, name="Inbox")).to_have_count(0)
        await traffic.settled()
        await expect(person.page.locator(".waiting")).to_have_count(0)
        road = await traffic.weight()
        log.info("%s: %d bytes", path, road)
        assert road > 1_000, f"{path} was there already"
        if road > LATER_BYTES:
            heavy[path] = road
    assert heavy == {}
    await person.leave()


async def test_the_first_load_and_each_road_after_it_are_small(site: Site):
    for start, later in (("/people", "/webinars"), ("/webinars", "/people")):
        person = await site.person()
        traffic = Traffic(person.page)
        await person.open(start)
        await traffic.settled()
        first = await traffic.weight()
        await person.page.locator(f'nav a[href="{later}"]').click()
        await traffic.settled()
        road = await traffic.weight()
        log.info("%s: %d bytes; then %s: %d bytes", start, first, later, road)
        assert 5_000 < first <= FIRST_LOAD_BYTES
        assert 500 < road <= LATER_BYTES
        await person.leave()

"""The page of a mentorship: two people in two browsers agree, set a goal, find a time, check in, and look back."""

import asyncio
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from playwright.async_api import Locator, Page, expect

from tests.conftest import Servers
from tests.contracts.graphql_clients import is_node_here
from tests.flows.harness import clean_environment
from tests.web.browser import Person, Site
from tests.web.mentorship import address, meetings_of, open_weeks, tie_of
from tests.web.test_pages import violations

pytestmark = [
    pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages"),
    pytest.mark.asyncio(loop_scope="module"),
]


@dataclass
class Two:
    """Amara, who mentors, at a wide bright window, and Noor at a narrow dark one, at their mentorship."""

    amara: Person
    noor: Person
    tie: str

    async def to(self, person: Person, part: str) -> None:
        """Go to a part by its tab, with the keyboard."""
        tab = person.page.get_by_role("navigation", name="Parts of this mentorship").get_by_role("link", name=part)
        await tab.focus()
        await person.page.keyboard.press("Enter")
        await expect(tab).to_have_attribute("aria-current", "page")

    async def leave(self) -> None:
        """Close both windows; nothing may have gone wrong in them."""
        assert self.amara.complaints == self.noor.complaints == []
        await self.amara.leave()
        await self.noor.leave()


async def new_pair(site: Site) -> Two:
    """Let Amara take what Noor asks of her, and bring both into their browsers."""
    mentor, mentee = await site.api("amara"), await site.api("noor")
    box = "requests(box: RECEIVED, states: [SENT, VIEWED], first: 20)"
    asked = (await mentor(f"{{ {box} {{ edges {{ node {{ id sender {{ name }} }} }} }} }}"))["requests"]["edges"]
    request = next(edge["node"]["id"] for edge in asked if edge["node"]["sender"]["name"].startswith("Noor"))
    taken = await mentor.do("acceptRequest", "mentorship { id }", requestId=request)
    await open_weeks(mentor, mentee)
    return await side_by_side(site, "noor", str(taken["mentorship"]["id"]))


async def side_by_side(site: Site, other: str, tie: str) -> Two:
    """Return Amara and somebody at their browsers."""
    return Two(await site.member("amara"), await site.member(other, width=360, is_dark=True), tie)


async def fits(page: Page) -> None:
    """Hold what is shown against axe, and its width against the window's."""
    assert await violations(page) == []
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


async def press(control: Locator) -> None:
    """Press a control by keyboard."""
    await control.focus()
    await control.press("Enter")


async def run_job(servers: Servers, name: str) -> None:
    """Run a job of the worker now."""
    given = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    job = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "job", name),
        env=clean_environment() | given,
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await asyncio.wait_for(job.wait(), 60) == 0


async def they_agree(two: Two) -> None:
    """One writes an agreement, the other signs it where they hear of it."""
    amara, noor = two.amara.page, two.noor.page
    await two.amara.open("/mentorships")
    await press(amara.get_by_role("link", name=re.compile("Noor")))
    await two.noor.open(address(two.tie))
    await expect(amara.get_by_role("heading", level=1)).to_contain_text("You and Noor")
    for page in (amara, noor):
        await fits(page)
    await press(amara.get_by_role("link", name="Write down what you agree on"))
    await expect(amara.get_by_text("You have not written down")).to_be_visible()
    await press(amara.get_by_role("button", name="Write it down"))
    await amara.get_by_label("How one of you ends it").fill("In a meeting, with a last half hour to look back.")
    await fits(amara)
    await press(amara.get_by_role("button", name="Write and sign"))
    await expect(amara.get_by_text("It holds when Noor")).to_be_visible()

    # Noor hears of it where she is, reads it and signs; Amara sees that it holds.
    await press(noor.get_by_role("link", name="Read the new version"))
    await expect(noor.get_by_text("In a meeting, with a last half hour")).to_be_visible()
    await fits(noor)
    await press(noor.get_by_role("button", name="Sign this version"))
    for page in (amara, noor):
        await expect(page.get_by_role("heading", name="In force since")).to_be_visible()
    await fits(noor)


async def they_set_a_goal(two: Two) -> None:
    """One sets a goal and something to do, the other says where it stands."""
    amara, noor = two.amara.page, two.noor.page
    for person in (two.amara, two.noor):
        await two.to(person, "Goals")
    await noor.get_by_label("What is to be reached?").fill("A first routine")
    await noor.get_by_label("What would you see if it goes as expected?").fill("Four weeks in a row")
    await fits(noor)
    await press(noor.get_by_role("button", name="Save"))
    goal = amara.get_by_role("article", name="A first routine")
    await press(goal.get_by_role("button", name="Say where it stands"))
    await goal.get_by_role("radio", name=re.compile("Less than expected")).first.focus()
    await amara.keyboard.press("Space")
    await amara.keyboard.press("ArrowRight")
    await fits(amara)
    await press(goal.get_by_role("button", name="Send"))
    for page in (amara, noor):
        await expect(page.get_by_role("article", name="A first routine")).to_contain_text("It stands at")
    await noor.get_by_label("What is to be done?").fill("Write it into the calendar")
    await press(noor.get_by_role("button", name="Add", exact=True))
    await noor.get_by_role("checkbox", name="Write it into the calendar").check()
    await expect(amara.get_by_role("checkbox", name="Write it into the calendar")).to_be_checked()
    await fits(noor)


async def they_find_a_time(two: Two) -> None:
    """One proposes times that suit both, the other takes one; it moves only when both want it."""
    amara, noor = two.amara.page, two.noor.page
    for person in (two.amara, two.noor):
        await two.to(person, "Meetings")
    form = amara.get_by_role("form", name="Propose a meeting")
    await form.get_by_label("What is it about?").fill("The first week")
    await press(form.get_by_role("button", name="Propose"))
    await expect(form.get_by_text("Choose a time, or add one.")).to_be_visible()
    times = form.get_by_role("group", name="Times that suit you both").get_by_role("checkbox")
    for which in range(2):
        await times.nth(which).focus()
        await amara.keyboard.press("Space")
    await fits(amara)
    await press(form.get_by_role("button", name="Propose"))
    await expect(form.get_by_role("status").filter(has_text="is asked")).to_be_visible()

    # Noor takes one of the two; both have it among what is to come.
    offer = noor.get_by_role("article", name=re.compile("Amara .* proposes"))
    await expect(offer).to_contain_text("for Amara")
    await press(offer.get_by_role("button", name="Propose other times"))
    await expect(offer.get_by_role("checkbox").first).to_be_visible()
    await fits(noor)
    await press(offer.get_by_role("button", name="Take this time").first)
    await expect(noor.get_by_text("It is in both your calendars")).to_be_visible()
    for page in (amara, noor):
        await expect(page.get_by_role("region", name="To come")).to_contain_text("The first week")

    # It moves only when the other one agrees.
    meeting = noor.get_by_role("article", name="The first week")
    await press(meeting.get_by_role("button", name="Propose another time"))
    await meeting.get_by_role("checkbox").last.check()
    await press(meeting.get_by_role("button", name="Propose", exact=True))
    await expect(noor.get_by_text("Another time is proposed for this one.")).to_be_visible()
    await press(amara.get_by_role("button", name="Take this time"))
    await expect(noor.get_by_text("Another time is proposed for this one.")).to_have_count(0)
    await press(amara.get_by_role("button", name="Call it off"))
    await fits(amara)


async def one_checks_in(two: Two) -> None:
    """One answers a check-in with three taps."""
    noor = two.noor.page
    await two.noor.open(address(two.tie))
    check_in = noor.get_by_role("region", name="How does it go?")
    await check_in.get_by_role("radio", name="Quite").focus()
    await fits(noor)
    await noor.keyboard.press("Space")
    await check_in.get_by_role("radio", name="Yes").focus()
    await noor.keyboard.press("Space")
    await press(check_in.get_by_role("button", name="Nothing is wrong"))
    await expect(check_in).to_contain_text("Quite; the next step is clear.")
    await fits(noor)


async def they_write(two: Two) -> None:
    """A note that the line did not take is kept when it is back; an idea is logged."""
    amara, noor = two.amara.page, two.noor.page
    for person in (two.amara, two.noor):
        await person.open(address(two.tie, "notes"))
    await two.amara.context.set_offline(offline=True)
    await amara.get_by_role("textbox", name="A note").fill("A shop answers in a day.")
    await amara.get_by_label("Who reads it").select_option("SHARED")
    await press(amara.get_by_role("button", name="Keep it"))
    await expect(amara.get_by_role("alert")).to_contain_text("The server does not answer")
    await fits(amara)
    await two.amara.context.set_offline(offline=False)
    await press(amara.get_by_role("button", name="Keep it"))
    await expect(noor.get_by_text("A shop answers in a day.")).to_be_visible()
    await noor.get_by_label("The idea").fill("Ten minutes, every day")
    await press(noor.get_by_role("button", name="Log an idea"))
    await expect(amara.get_by_role("article", name="Ten minutes, every day")).to_be_visible()
    await fits(noor)


async def they_look_back(two: Two) -> None:
    """One pauses, the other goes on; then each says how it was, and reads the other once both did."""
    amara, noor = two.amara.page, two.noor.page
    for person in (two.amara, two.noor):
        await two.to(person, "The road")
    await expect(amara.get_by_role("button", name="Pause")).to_be_visible()
    await fits(noor)
    await amara.get_by_label("Until when").fill(f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}")
    await press(amara.get_by_role("button", name="Pause"))
    for page in (amara, noor):
        await expect(page.get_by_text("Paused: a gig.")).to_be_visible()
    await fits(amara)
    await press(noor.get_by_role("button", name="Go on now"))
    # What she does next is about the mentorship as it is now, or it is refused.
    await expect(amara.get_by_text("Paused: a gig.")).to_have_count(0)
    await press(amara.get_by_role("button", name="Begin to look back"))
    await amara.get_by_role("radio", name="Very").check()
    await amara.get_by_label("What went well?").fill("She came with a question each time.")
    await fits(amara)
    await press(amara.get_by_role("button", name="Give it"))
    await expect(amara.get_by_text("It is not open to read yet.")).to_be_visible()
    await expect(noor.get_by_role("heading", name="How was it?")).to_be_visible()
    await expect(noor.get_by_text("She came with a question each time.")).to_have_count(0)
    await noor.get_by_role("radio", name="Quite").check()
    await press(noor.get_by_role("button", name="Give it"))
    for page in (amara, noor):
        await expect(page.get_by_role("listitem").and_(page.locator("[aria-current=step]"))).to_have_text("Complete")
    await expect(noor.get_by_text("She came with a question each time.")).to_be_visible()
    await fits(noor)


async def test_two_people_agree_set_a_goal_meet_and_check_in(site: Site, servers: Servers):
    two = await new_pair(site)
    await they_agree(two)
    await they_set_a_goal(two)
    await they_find_a_time(two)
    until = (datetime.now(UTC) + timedelta(days=20)).isoformat()
    await (await site.api("noor")).do("gigStarted", "__typename", until=until)
    await run_job(servers, "open-check-ins-of-gigs")
    await one_checks_in(two)
    await two.leave()


async def test_a_calendar_address_is_shown_once_and_a_mentorship_of_others_not_at_all(site: Site):
    person = await site.member("mateo")
    page = person.page
    await person.open(address(await tie_of(site, "amara", "Jonas")))
    await expect(page.get_by_role("heading", level=1)).to_contain_text("There is nothing here")
    await person.open("/settings")
    card = page.get_by_role("region", name="Your calendar elsewhere")
    await press(card.get_by_role("button", name="Make an address"))
    field = card.get_by_label("The address")
    await expect(field).to_have_value(re.compile(r"/calendar/.+\.ics$"))
    read = await page.request.get(await field.input_value())
    assert read.ok
    assert (await read.text()).startswith("BEGIN:VCALENDAR")
    await fits(page)
    await page.reload()
    await expect(card).to_contain_text("There is an address since")
    await expect(field).to_have_count(0)
    await press(card.get_by_role("button", name="Take it back"))
    await expect(card).to_contain_text("It leads nowhere from now on.")
    assert person.complaints == []
    await person.leave()


async def test_two_people_write_pause_and_look_back_each_alone(site: Site):
    two = await side_by_side(site, "jonas", await tie_of(site, "amara", "Jonas"))
    # What was proposed leads to where it is chosen, as it does from the inbox.
    proposed = await meetings_of(site, two.tie)
    await two.amara.open(address(proposed))
    await expect(two.amara.page).to_have_url(site.url + address(two.tie, "meetings") + f"#{quote(proposed)}")
    await expect(two.amara.page.locator(":focus").get_by_role("button", name="Take this time")).to_have_count(2)
    await expect(two.amara.page.get_by_role("button", name="Take this time")).to_have_count(2)
    await they_write(two)
    await they_look_back(two)
    await two.leave()

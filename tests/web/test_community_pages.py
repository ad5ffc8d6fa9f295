"""What people do for each other outside of mentorships, road by road, by two people in two browsers."""

from datetime import datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.contracts.graphql_clients import is_node_here
from tests.web.browser import Person, Site
from tests.web.test_mentorship_page import fits, press

pytestmark = [
    pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages"),
    pytest.mark.asyncio(loop_scope="module"),
]

LISBON = ZoneInfo("Europe/Lisbon")


async def two(site: Site, one: str, other: str) -> tuple[Person, Person]:
    """Return somebody at a wide bright window and somebody at a narrow dark one."""
    return await site.member(one), await site.member(other, width=360, is_dark=True)


async def leave(*people: Person) -> None:
    """Close their windows; nothing may have gone wrong in them."""
    for person in people:
        assert person.complaints == []
        await person.leave()


async def unfold(page: Page, summary: str) -> None:
    """Open a part of the page that is folded, by keyboard."""
    await press(page.locator("summary", has_text=summary))


async def announce(page: Page, title: str) -> None:
    """Announce a gathering for one guest, that begins in twenty minutes, so that its door is open."""
    starts = datetime.now(LISBON) + timedelta(minutes=20)
    await unfold(page, "Announce a gathering")
    form = page.get_by_role("form", name="Announce a gathering")
    await form.get_by_label("What is it called?").fill("A")
    await form.get_by_label("Day").fill(starts.strftime("%Y-%m-%d"))
    await form.get_by_label("Begins at").fill(starts.strftime("%H:%M"))
    await form.get_by_label("Whose clock").fill("Europe/Lisbon")
    await form.get_by_label("Where?").fill("The long table")
    await form.get_by_label("City").fill("Lisbon")
    await form.get_by_label("How many can come?").fill("1")
    await press(form.get_by_role("button", name="Announce it"))
    await expect(form.get_by_label("What is it called?")).to_have_attribute("aria-invalid", "true")
    await fits(page)
    await form.get_by_label("What is it called?").fill(title)
    await press(form.get_by_role("button", name="Announce it"))
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)


async def test_a_gathering_is_announced_answered_moved_opened_and_called_off(site: Site):
    amara, noor = await two(site, "amara", "noor")
    host, guest = amara.page, noor.page
    await press(host.get_by_role("link", name="Community"))
    await press(host.get_by_role("link", name="Gatherings", exact=True))
    await announce(host, "A walk to the river")
    await expect(host.get_by_text("Nobody has answered yet.")).to_be_visible()

    # One takes the place, another waits for it; who has no place is shown nobody else.
    await noor.open("/gatherings")
    await press(guest.get_by_role("link", name="A walk to the river"))
    await press(guest.get_by_role("button", name="Yes"))
    await expect(guest.get_by_text("You have a place.")).to_be_visible()
    jonas = await site.api("jonas")
    key = unquote(guest.url.rsplit("/", 1)[-1])
    answered = await jonas.do("answerGathering", "gathering { placeInLine }", gatheringId=key, rsvp="YES")
    assert answered["gathering"]["placeInLine"] == 1
    await fits(guest)

    # The place moves and grows: who waits moves up, who comes sees where to.
    await host.reload()
    guests = host.get_by_role("region", name="Who comes")
    await expect(guests.get_by_role("listitem").filter(has_text="Jonas")).to_contain_text("waits for a place")
    await unfold(host, "Change or move it")
    form = host.get_by_role("form", name="Change or move it")
    await form.get_by_label("Where?").fill("The boathouse")
    await form.get_by_label("How many can come?").fill("3")
    await fits(host)
    await press(form.get_by_role("button", name="Change or move it"))
    await expect(guests.get_by_role("listitem").filter(has_text="Jonas")).to_contain_text("comes")
    await expect(guest.get_by_text("The boathouse")).to_be_visible()

    # At the door: one types what the host shows, of the other the host says it.
    shown = await host.get_by_role("region", name="At the door").locator(".code").inner_text()
    await guest.get_by_label("The six digits").fill(shown)
    await press(guest.get_by_role("button", name="Check in"))
    await expect(guest.get_by_text("You were there.")).to_be_visible()
    came = host.get_by_role("checkbox", name="Jonas Brandt came")
    await came.focus()
    await host.keyboard.press("Space")
    await expect(came).to_be_checked()

    # Somebody is asked to host it, and leaves it; then it is called off.
    await unfold(host, "Ask somebody else to host it")
    await host.get_by_role("combobox", name="Who is to host it?").press_sequentially("Noor Haddad")
    await expect(host.get_by_role("option")).to_have_count(1)
    await host.keyboard.press("Enter")
    await press(host.get_by_role("button", name="Ask them"))
    await expect(guest.get_by_text("You are asked to host this gathering.")).to_be_visible()
    await fits(guest)
    await press(guest.get_by_role("button", name="I leave it with its host"))
    await expect(guest.get_by_text("You are asked to host this gathering.")).to_have_count(0)
    await host.reload()
    await unfold(host, "Call it off")
    await press(host.get_by_role("button", name="Yes, call it off"))
    for page in (host, guest):
        await expect(page.get_by_role("region", name="A walk to the river")).to_contain_text("called off")
    await fits(host)
    await leave(amara, noor)

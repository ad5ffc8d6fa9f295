"""What people do for each other outside of mentorships, road by road, by two people in two browsers."""

import asyncio
from datetime import datetime, timedelta
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.contracts.graphql_clients import is_node_here
from tests.web.browser import Person, Site
from tests.web.mentorship import address, open_weeks, tie_of
from tests.web.test_mentorship_page import fits, press

pytestmark = [
    pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages"),
    pytest.mark.asyncio(loop_scope="module"),
]

WAITED_FOR = "spreadsheets and formulas"
LISBON = ZoneInfo("Europe/Lisbon")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(site: Site) -> Site:
    """The demo community with Jonas in a line from the beginning: by the last test its turn has come by itself."""
    jonas, grace = await site.api("jonas"), await site.api("grace")
    await open_weeks(jonas, grace)
    asked = f'skills(text: "{WAITED_FOR}", first: 1) {{ edges {{ node {{ skill {{ id }} }} }} }}'
    skill = (await jonas(f"{{ {asked} }}"))["skills"]["edges"][0]["node"]["skill"]
    wish = {"skillId": skill["id"], "format": "CLASSIC", "goal": "A sheet that adds up my trips", "minutesNeeded": 60}
    await jonas.do("joinSkillWaitingList", "place { id }", **wish)
    return site


async def two(site: Site, one: str, other: str) -> tuple[Person, Person]:
    """Return somebody at a wide bright window and somebody at a narrow dark one."""
    first, second = await asyncio.gather(site.member(one), site.member(other, width=360, is_dark=True))
    return first, second


async def leave(*people: Person) -> None:
    """Close their windows; nothing may have gone wrong in them."""
    for person in people:
        assert person.complaints == []
        await person.leave()


async def unfold(page: Page, summary: str) -> None:
    """Open a part of the page that is folded, by keyboard."""
    await press(page.locator("summary", has_text=summary))


async def page_of(site: Site, viewer: str, name: str) -> str:
    """Return the address of somebody's page."""
    api = await site.api(viewer)
    found = await api(f'{{ profiles(first: 1, filter: {{ text: "{name}" }}) {{ edges {{ node {{ id }} }} }} }}')
    return f"/people/{quote(found['profiles']['edges'][0]['node']['id'])}"


async def option_with(select: Locator, text: str) -> int:
    """Return the place of the option that begins with a text."""
    await expect(select.locator("option", has_text=text).first).to_be_attached()
    said = await select.locator("option").all_inner_texts()
    return next(place for place, each in enumerate(said) if each.startswith(text))


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


async def test_a_gathering_is_announced_answered_moved_opened_and_called_off(town: Site):
    amara, noor = await two(town, "amara", "noor")
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
    jonas = await town.api("jonas")
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


async def offer_an_hour_tomorrow(page: Page, text: str) -> None:
    """Offer fifteen minutes for an ask."""
    ask = page.get_by_role("article", name=text)
    await press(ask.locator("summary", has_text="I have fifteen minutes"))
    tomorrow = datetime.now(LISBON) + timedelta(days=1)
    await ask.get_by_label("When?").fill(tomorrow.strftime("%Y-%m-%dT%H:%M"))
    await ask.get_by_label("A word with it").fill("With pleasure.")
    await fits(page)
    await press(ask.get_by_role("button", name="Offer it"))
    await expect(ask.get_by_text("You offered")).to_be_visible()


async def tell(site: Site, name: str) -> None:
    """Let something be told to somebody of the demo: their answer to the breakfast changes twice."""
    person = await site.api(name)
    breakfast = (await person("{ myGatherings(first: 1) { edges { node { id } } } }"))["myGatherings"]["edges"][0]
    for rsvp in ("NO", "MAYBE"):
        await person.do("answerGathering", "__typename", gatheringId=breakfast["node"]["id"], rsvp=rsvp)


async def test_fifteen_minutes_are_asked_for_given_and_thanked(town: Site):
    mateo, noor = await two(town, "mateo", "noor")
    asker, helper = mateo.page, noor.page

    # Without an answer of the server there is a way to go on.
    await asker.route("**/graphql", lambda route: route.abort())
    await press(asker.get_by_role("link", name="Community"))
    await expect(asker.get_by_role("alert")).to_contain_text("The server does not answer.")
    await fits(asker)
    await asker.unroute_all()
    await press(asker.get_by_role("button", name="Try again"))
    await expect(asker.get_by_role("heading", name="Gatherings to come")).to_be_visible()

    await press(asker.get_by_role("link", name="Small asks", exact=True))
    await unfold(asker, "Ask for fifteen minutes")
    form = asker.get_by_role("form", name="Ask for fifteen minutes")
    await form.get_by_label("What do you ask, in a line?").fill("Is this a fair price?")
    await press(form.get_by_role("button", name="Ask", exact=True))
    await expect(form.get_by_label("What it is about")).to_have_attribute("aria-invalid", "true")
    await fits(asker)
    await form.get_by_label("What it is about").fill("prices")
    await press(form.get_by_role("button", name="Ask", exact=True))
    mine = asker.get_by_role("article", name="Is this a fair price?")
    await expect(mine).to_contain_text("Nobody has offered yet.")

    # Somebody tells another of it, and offers themselves; the asker sees it where they are, and takes it.
    await noor.open("/small-asks")
    open_one = helper.get_by_role("article", name="Is this a fair price?")
    await press(open_one.locator("summary", has_text="I know somebody for it"))
    await open_one.get_by_role("combobox", name="Who could help?").press_sequentially("Grace Campbell")
    await expect(open_one.get_by_role("option")).to_have_count(1)
    await helper.keyboard.press("Enter")
    await press(open_one.get_by_role("button", name="Tell them of it"))
    await expect(open_one.get_by_text("Grace Campbell is told of it.")).to_be_visible()
    await offer_an_hour_tomorrow(helper, "Is this a fair price?")
    await expect(mine).to_contain_text("With pleasure.")

    # What one reads stays when it is asked for anew and the server does not answer.
    async with asker.expect_event("requestfailed"):
        await asker.route("**/graphql", lambda route: route.abort())
        await tell(town, "mateo")
    # The failure is drawn by the next frame, were it to be drawn.
    await asker.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
    await expect(mine).to_contain_text("With pleasure.")
    await expect(asker.get_by_role("alert")).to_have_count(0)
    await asker.unroute_all()
    await press(mine.get_by_role("button", name="Take it"))
    await expect(open_one).to_contain_text("You help with it.")
    await fits(asker)

    # It was done, and thanks are said; an ask that nobody needs any more is taken back.
    await press(open_one.get_by_role("button", name="It was done"))
    await expect(mine).to_contain_text("done")
    await mine.get_by_label("Your thanks, in a line").fill("Now I dare to ask for it.")
    await press(mine.get_by_role("button", name="Thank them"))
    await expect(open_one).to_contain_text("Now I dare to ask for it.")
    other = asker.get_by_role("article", name="Would somebody read my reminder")
    await press(other.get_by_role("button", name="Take the ask back"))
    await expect(other).to_contain_text("taken back")
    await leave(mateo, noor)


async def test_two_people_are_introduced_when_both_say_yes(town: Site):
    jonas, noor = await two(town, "jonas", "noor")
    side, introducer = jonas.page, noor.page
    await jonas.open("/introductions")
    offered = side.get_by_role("article", name="Mateo Quispe")
    await fits(side)
    await press(offered.get_by_role("button", name="Yes, I would like to"))
    await expect(offered).to_contain_text("When the other says yes too")
    mateo = await town.api("mateo")
    asked = (await mateo("{ myIntroductions(first: 1) { edges { node { id } } } }"))["myIntroductions"]["edges"]
    await mateo.do("answerIntroduction", "__typename", introductionId=asked[0]["node"]["id"], agree=True)
    await expect(offered).to_contain_text("You both said yes")
    await press(offered.get_by_role("button", name="We met"))
    await expect(offered).to_contain_text("met")

    # From a person's page: who introduces takes one along, finds the other, and can take it back.
    await noor.open(await page_of(town, "noor", "Amara Okafor"))
    await press(introducer.get_by_role("link", name="Introduce Amara Okafor to somebody"))
    form = introducer.get_by_role("form", name="Introduce two people")
    await form.get_by_label("Why should they meet?").fill("You both draw for people who buy in a hurry.")
    await press(form.get_by_role("button", name="Ask both"))
    await expect(form.get_by_text("Choose two people.")).to_be_visible()
    await form.get_by_role("combobox", name="The other").press_sequentially("Grace Campbell")
    await expect(form.get_by_role("option")).to_have_count(1)
    await introducer.keyboard.press("Enter")
    await fits(introducer)
    await press(form.get_by_role("button", name="Ask both"))
    await expect(form.get_by_text("Both are asked.")).to_be_visible()
    made = introducer.get_by_role("article", name="Amara Okafor")
    await press(made.get_by_role("button", name="Take it back"))
    await expect(made).to_contain_text("taken back")
    await fits(introducer)
    await leave(jonas, noor)


async def test_somebody_is_thanked_and_decides_who_reads_it(town: Site):
    jonas, amara = await two(town, "jonas", "amara")
    giver, receiver = jonas.page, amara.page
    # From the mentorship itself one comes to a form that is about it.
    await jonas.open(address(await tie_of(town, "jonas", "Amara"), "road"))
    await press(giver.get_by_role("link", name="Give kudos for this"))
    form = giver.get_by_role("form", name="Thank somebody")
    ground = form.get_by_label("For what?")
    await expect(ground.locator("option")).to_have_count(1)
    await expect(ground.locator("option:checked")).to_contain_text("Amara Okafor, mentorship")
    await form.get_by_label("Your thanks, in a line").fill("You looked at every draft twice.")
    await press(form.get_by_role("button", name="Thank them"))
    await expect(form.get_by_text("They read it now.")).to_be_visible()
    given = giver.get_by_role("region", name="From you").get_by_role("article")
    await expect(given).to_contain_text("You looked at every draft twice.")
    await fits(giver)

    # Twice for one thing is refused, with what holds.
    await jonas.open("/kudos")
    await unfold(giver, "Thank somebody")
    await ground.select_option(index=await option_with(ground, "Amara Okafor, mentorship"))
    await form.get_by_label("Your thanks, in a line").fill("And once more.")
    await press(form.get_by_role("button", name="Thank them"))
    await expect(form.get_by_role("alert")).to_contain_text("already")

    # Who received it lets all read it; then its giver takes it back.
    await amara.open("/kudos")
    await fits(receiver)
    await receiver.get_by_label("Who reads it?").select_option("PUBLIC")
    await jonas.open(await page_of(town, "jonas", "Amara Okafor"))
    shown = giver.get_by_role("region", name="What others thank them for")
    await expect(shown).to_contain_text("You looked at every draft twice.")
    await fits(giver)
    await jonas.open("/kudos")
    await press(given.locator("summary", has_text="Take it back"))
    await press(given.get_by_role("button", name="Yes, take it back"))
    await expect(giver.get_by_text("You have given none yet.")).to_be_visible()
    await leave(jonas, amara)


async def refused_request(site: Site) -> None:
    """Let Mateo decline what Jonas asks of him."""
    mateo = await site.api("mateo")
    box = "requests(box: RECEIVED, states: [SENT, VIEWED], first: 5) { edges { node { id sender { name } } } }"
    asked = [edge["node"] for edge in (await mateo(f"{{ {box} }}"))["requests"]["edges"]]
    request = next(one["id"] for one in asked if one["sender"]["name"].startswith("Jonas"))
    await mateo.do("declineRequest", "__typename", requestId=request, reason="NO_TIME", note="")


async def test_who_finds_nobody_waits_in_line_until_somebody_is_asked(town: Site):
    await refused_request(town)
    jonas = await town.member("jonas", width=360, is_dark=True)
    page = jonas.page
    await jonas.open("/requests")
    await press(page.get_by_role("button", name="Wait in line with it"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Waiting lists")
    places = page.get_by_role("article")
    line = places.filter(has_text="private hire")
    await expect(line).to_contain_text("You are next.")
    await press(line.locator("summary", has_text="Leave the line"))
    await press(line.get_by_role("button", name="Yes, leave it"))
    await expect(places).to_have_count(1)

    # Into another line by its skill.
    form = page.get_by_role("form", name="Wait in a line")
    await form.get_by_label("What do you want to reach?").fill("A first page of my own")
    await press(form.get_by_role("button", name="Take a place in line"))
    await expect(form.get_by_text("Choose a skill first.")).to_be_visible()
    await form.get_by_role("combobox", name="What is the mentor").press_sequentially("invoicing")
    await expect(form.get_by_role("option").first).to_be_visible()
    await page.keyboard.press("Enter")
    await fits(page)
    await press(form.get_by_role("button", name="Take a place in line"))
    await expect(places).to_have_count(2)

    # In the line of before somebody who fits is asked in his name by now.
    await expect(places.filter(has_text="In your name is asked:").get_by_role("link", name="Grace")).to_be_visible()
    await fits(page)

    # The order is told in one's own language.
    await expect(page.get_by_role("region", name="In which order it goes")).to_contain_text("One offer in 4 goes")
    await page.evaluate("localStorage.setItem('alongside.language', 'de')")
    await page.reload()
    order = page.get_by_role("region", name="In welcher Reihenfolge es geht")
    await expect(order).to_contain_text("Eines von 4 Angeboten geht")
    await fits(page)
    await page.evaluate("localStorage.setItem('alongside.language', 'en')")

    # As a mentee he goes on from a mentorship with somebody else.
    await jonas.open(address(await tie_of(town, "jonas", "Amara"), "road"))
    await unfold(page, "Go on with somebody else")
    await fits(page)
    await press(page.get_by_role("button", name="End it, and wait for somebody else"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Waiting lists")
    await expect(places).to_have_count(3)
    await leave(jonas)

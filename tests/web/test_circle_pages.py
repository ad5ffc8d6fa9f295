"""What members and leads of a circle do on its pages, road by road, by two people in two browsers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, expect

from tests.contracts.graphql_clients import is_node_here
from tests.web.browser import Person, Site, webinar
from tests.web.circles import circle_path, demo_circle, kept_as, next_meeting
from tests.web.test_community_pages import leave, two, unfold
from tests.web.test_mentorship_page import fits, press

pytestmark = [
    pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages"),
    pytest.mark.asyncio(loop_scope="module"),
]


def region(page: Page, name: str) -> Locator:
    """Return a part of a page by its name."""
    return page.get_by_role("region", name=name, exact=True)


async def to(page: Page, part: str) -> None:
    """Go to a part of a circle by its tab, with the keyboard."""
    tab = page.get_by_role("navigation", name="Parts of this circle").get_by_role("link", name=part, exact=True)
    await press(tab)
    await expect(tab).to_have_attribute("aria-current", "page")


async def tick(box: Locator) -> None:
    """Tick a box by keyboard."""
    await box.focus()
    await box.press("Space")
    await expect(box).to_be_checked()


async def propose(lin: Person, name: str) -> None:
    """Propose a circle whose members have names of their own; a name that is too short is said at its field."""
    lead = lin.page
    await lin.open("/circles")
    await unfold(lead, "Propose a circle")
    form = lead.get_by_role("form", name="Propose a circle")
    await form.get_by_label("What kind of circle is it?").select_option("SUPPORT")
    await expect(form.get_by_label("Seats in all")).to_have_value("8")
    await form.get_by_label("Your own name in it").fill("Heron")
    await form.get_by_label("What is it called?").fill("A")
    await press(form.get_by_role("button", name="Propose it"))
    await expect(form.get_by_label("What is it called?")).to_have_attribute("aria-invalid", "true")
    await fits(lead)
    await form.get_by_label("What is it called?").fill(name)
    await press(form.get_by_role("button", name="Propose it"))
    await expect(lead.get_by_role("heading", level=1)).to_have_text(name)


async def hidden_and_shown_again(page: Page, name: str) -> None:
    """Hide a member and oneself from each other, and take it back."""
    await unfold(page, "Somebody you would rather not see")
    await page.get_by_label("Whom?").select_option(label=name)
    await press(page.get_by_role("button", name="Hide us from each other"))
    await expect(page.get_by_text("1 seat here shows you nobody.")).to_be_visible()
    await expect(region(page, "Who sits here")).not_to_contain_text(name)
    await fits(page)
    await press(page.get_by_role("button", name="Show who sits here again"))
    await expect(region(page, "Who sits here")).to_contain_text(name)


async def test_a_circle_is_proposed_people_come_in_and_one_leaves(site: Site):
    lin, noor = await two(site, "lin", "noor")
    lead, guest = lin.page, noor.page
    await propose(lin, "After the crash")

    # Its lead says what holds; who asks for a seat reads it, and has a name of their own.
    await to(lead, "Leading it")
    await unfold(lead, "Write it anew")
    norms = lead.get_by_role("form", name="Write it anew")
    await norms.get_by_label("What holds here").fill("What is said here stays here.")
    await press(norms.get_by_role("button", name="Save"))
    await expect(region(lead, "What holds here")).to_contain_text("holds to it")
    await noor.open("/circles")
    await press(guest.get_by_role("link", name="After the crash"))
    await guest.get_by_label("A few words to them").fill("I fell in March.")
    await guest.get_by_label("Your name in this circle").fill("Kite")
    await tick(guest.get_by_label("I hold to this"))
    await fits(guest)
    await press(guest.get_by_role("button", name="Take a seat"))
    await expect(guest.get_by_text("You have asked for a seat.")).to_be_visible()
    await lead.reload()
    asking = region(lead, "Who asks for a seat")
    await expect(asking).to_contain_text("I fell in March.")
    await expect(asking.get_by_role("link")).to_have_count(0)
    await press(asking.get_by_role("button", name="Give a seat"))
    await expect(region(guest, "Who sits here")).to_contain_text("Heron")

    await hidden_and_shown_again(guest, "Heron")

    # It gathers people; two are too few to begin with, which is said. One of them leads on, the other leaves.
    await unfold(lead, "Gather people")
    await press(lead.get_by_role("button", name="Yes: Gather people"))
    await expect(region(lead, "Where the circle stands")).to_contain_text("gathering")
    await unfold(lead, "Begin")
    await press(lead.get_by_role("button", name="Yes: Begin"))
    await expect(lead.get_by_role("alert")).to_contain_text("It takes 3 to begin, and 2 are there.")
    people = region(lead, "Who sits here")
    await people.get_by_label("What is Kite here?").select_option("CO_LEAD")
    await press(people.get_by_role("button", name="Save : What is Kite here?"))
    await expect(guest.get_by_role("link", name="Leading it")).to_be_visible()
    await unfold(lead, "Invite somebody")
    await lead.get_by_role("combobox", name="Whom?").press_sequentially("Grace Campbell")
    await expect(lead.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    await lead.keyboard.press("Enter")
    await press(lead.get_by_role("button", name="Invite", exact=True))
    await expect(asking).to_contain_text("is invited")
    await fits(lead)
    await fits(guest)
    await unfold(guest, "Your seat")
    await unfold(guest, "Leave the circle")
    await press(guest.get_by_role("button", name="Yes, I leave"))
    await expect(guest.get_by_role("button", name="Take a seat")).to_be_visible()
    await leave(lin, noor)


async def plan_now(page: Page, title: str) -> None:
    """Plan a meeting that begins in ten minutes, so that its room can be opened."""
    starts = datetime.now(ZoneInfo("Europe/Lisbon")) + timedelta(minutes=10)
    await unfold(page, "Plan meetings")
    await press(page.get_by_role("button", name="Look for times that suit"))
    form = page.get_by_role("form", name="Plan meetings")
    await form.get_by_label("What is it called?").fill(title)
    await form.get_by_label("Day").first.fill(starts.strftime("%Y-%m-%d"))
    await form.get_by_label("Begins at").fill(starts.strftime("%H:%M"))
    await fits(page)
    await press(form.get_by_role("button", name="Plan it"))
    await expect(form.get_by_role("status")).to_contain_text("Planned.")
    await press(region(page, "To come").get_by_role("link", name=title))


async def test_a_meeting_is_planned_held_in_turns_and_written_up(site: Site):
    amara, noor = await two(site, "amara", "noor")
    lead, member = amara.page, noor.page
    circle = await demo_circle(site)
    api = await site.api("amara")
    await api.do("updateProfile", "__typename", timeZone="Europe/Lisbon")
    await amara.open(circle_path(circle, "meetings"))
    await noor.open(circle_path(circle))
    await plan_now(lead, "What we dare")
    coming = region(member, "Meetings to come").get_by_role("listitem").filter(has_text="What we dare")
    await press(coming.get_by_role("button", name="I come"))
    await expect(region(lead, "Who comes")).to_contain_text("Noor")
    await unfold(lead, "Change or move it")
    move = lead.get_by_role("form", name="Change or move it")
    await move.get_by_label("How many can come?").fill("6")
    await press(move.get_by_role("button", name="Change or move it"))
    await expect(lead.get_by_text("Changed. Who answered is told.")).to_be_visible()
    await fits(lead)

    # The room: hands, turns that go round, who was heard.
    await press(lead.get_by_role("button", name="Open the room"))
    await press(member.get_by_role("link", name="Go in"))
    await press(member.get_by_role("button", name="Go in"))
    await press(member.get_by_role("button", name="Raise my hand"))
    await expect(region(lead, "Who speaks next")).to_contain_text("hand up")
    await press(lead.get_by_role("button", name="Next turn"))
    await expect(region(member, "Whose turn it is")).to_contain_text("It is your turn")
    await fits(member)
    await press(member.get_by_role("button", name="Pass the turn on"))
    await expect(region(lead, "Whose turn it is")).to_contain_text("It is your turn")
    await fits(lead)
    await unfold(lead, "End the meeting")
    await press(lead.get_by_role("button", name="Yes, end it"))

    # Afterwards: who was there, and what those who were not need to know.
    there = region(lead, "Who was there")
    await expect(there.get_by_label("Was there: Noor Haddad")).to_be_checked()
    await tick(there.get_by_label("Was there: Mateo Quispe"))
    await press(region(lead, "For those who were not there").get_by_role("button", name="Write it"))
    form = lead.get_by_role("form", name="For those who were not there")
    await form.get_by_role("textbox").fill("We dare to say no.")
    await press(form.get_by_role("button", name="Save"))
    await expect(region(member, "For those who were not there")).to_contain_text("We dare to say no.")
    await fits(member)
    await leave(amara, noor)


async def share_and_take_out(other: Page) -> None:
    """Put something that helps into the circle, with its address at the second try, and take it out."""
    await to(other, "What helps")
    add = other.get_by_role("form", name="Add something")
    await add.get_by_label("What is it?").fill("A model contract")
    await add.get_by_label("Its address").fill("not an address")
    await press(add.get_by_role("button", name="Send"))
    await expect(add.get_by_label("Its address")).to_have_attribute("aria-invalid", "true")
    await add.get_by_label("Its address").fill("https://example.org/contract")
    await press(add.get_by_role("button", name="Send"))
    await fits(other)
    shared = other.get_by_role("article", name="A model contract")
    await press(shared.get_by_role("button", name="Take it out"))
    await expect(shared).to_have_count(0)


async def test_members_ask_answer_share_and_look_after_themselves(site: Site):
    jonas, noor = await two(site, "jonas", "noor")
    asker, other = jonas.page, noor.page
    circle = await demo_circle(site)
    for person in (jonas, noor):
        await person.open(circle_path(circle))
    # Somebody joined since: what holds is agreed to anew.
    await press(region(asker, "What holds here").get_by_role("button", name="I hold to this"))
    await expect(asker.get_by_role("button", name="I hold to this")).to_have_count(0)

    begin = asker.get_by_role("form", name="Begin something")
    await begin.get_by_label("I need something").check()
    await begin.get_by_label("About").fill("A lawyer for contracts")
    await begin.get_by_label("What you say").fill("Who knows one")
    await press(begin.get_by_role("button", name="Send"))
    mine = asker.get_by_role("article").filter(has_text="A lawyer for contracts")
    theirs = other.get_by_role("article").filter(has_text="A lawyer for contracts")
    await press(mine.get_by_role("button", name="Put it differently"))
    change = mine.get_by_role("form", name="Put it differently")
    await change.get_by_label("What you say").fill("Who knows one in Lisbon?")
    await press(change.get_by_role("button", name="Save"))
    await expect(theirs).to_contain_text("in Lisbon?")
    await press(theirs.get_by_label("React to what is said by: Jonas Brandt"))
    await press(theirs.get_by_role("button", name="Same here"))
    await expect(mine.get_by_role("button", name="Same here 1")).to_be_visible()
    await theirs.get_by_role("textbox").fill("Ask at the union.")
    await press(theirs.get_by_role("button", name="Send"))
    await expect(mine).to_contain_text("Ask at the union.")
    await press(theirs.get_by_role("button", name="Take back"))
    await expect(mine).to_contain_text("taken back")
    await press(mine.get_by_role("button", name="It is answered"))
    await expect(theirs.get_by_role("heading")).to_contain_text("answered")
    await fits(other)

    await share_and_take_out(other)

    await to(other, "How I am")
    await other.get_by_label("very bad").check()
    await press(other.get_by_role("button", name="Keep it"))
    await expect(region(other, "How are you?")).to_contain_text("Here somebody listens")
    rest = region(other, "A pause from the circle")
    await rest.get_by_label("Pause until").fill((datetime.now() + timedelta(days=20)).strftime("%Y-%m-%d"))  # noqa: DTZ005 - the browser's day
    await press(rest.get_by_role("button", name="Pause"))
    await press(rest.get_by_role("button", name="I am back"))
    await expect(rest.get_by_label("Pause until")).to_be_visible()
    await fits(other)
    await leave(jonas, noor)


async def open_told(page: Page, text: str) -> None:
    """Follow a word in the inbox to what it is about."""
    await press(page.get_by_role("article", name=text).get_by_role("link", name="Open"))


async def question_sent_back(site: Site) -> None:
    """Let Noor ask something in a webinar of Grace's, who sends it back to be put differently."""
    host, guest = await site.api("grace"), await site.api("noor")
    key = await webinar(host, "Ask a developer", is_live=True)
    await host(f'mutation {{ setReview(input: {{webinarId: "{key}", review: true}}) {{ __typename }} }}')
    await guest(f'mutation {{ registerForWebinar(input: {{webinarId: "{key}"}}) {{ __typename }} }}')
    await guest.do("askQuestion", "__typename", webinarId=key, text="How do I go on?")
    asked = await guest(f'{{ myQuestions(webinarId: "{key}") {{ edges {{ node {{ id }} }} }} }}')
    question = asked["myQuestions"]["edges"][0]["node"]["id"]
    form = f'returnQuestion(input: {{questionId: "{question}", note: "With what?"}})'
    done = await host(f"mutation {{ {form} {{ __typename ... on Refusal {{ message }} }} }}")
    assert done["returnQuestion"] == {"__typename": "QuestionPayload"}


async def test_a_word_in_the_inbox_leads_to_the_thing_itself(site: Site):
    circle = await demo_circle(site)
    lead, member = await site.api("amara"), await site.api("jonas")
    ask = {"circleId": circle, "kind": "ASK", "title": "A desk in Berlin", "text": "Who has one free?"}
    await member.do("openCircleThread", "thread { id }", **ask)
    starts_at = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    await lead.do("planCircleMeetings", "__typename", circleId=circle, title="A look back", startsAt=starts_at)
    await question_sent_back(site)

    noor = await site.member("noor", width=360, is_dark=True)
    page = noor.page
    await noor.open("/inbox")
    await open_told(page, "A desk in Berlin")
    await expect(page.get_by_role("article").filter(has_text="Who has one free?")).to_be_focused()
    await fits(page)
    await noor.open("/inbox")
    await open_told(page, "A look back")
    await expect(page.get_by_role("heading", level=1)).to_have_text("A look back")
    await noor.open("/inbox")
    await open_told(page, "Your question came back")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ask a developer")
    await expect(page.locator(":focus")).to_contain_text("With what?")
    await leave(noor)


async def test_a_guest_comes_for_one_meeting(site: Site):
    amara, grace = await two(site, "amara", "grace")
    lead, guest = amara.page, grace.page
    circle = await demo_circle(site)
    await amara.open(circle_path(circle, "desk"))
    await unfold(lead, "Invite somebody")
    form = lead.get_by_role("form", name="Invite somebody")
    await form.get_by_role("combobox", name="Whom?").press_sequentially("Grace Campbell")
    await expect(form.get_by_role("option", name="Grace Campbell")).to_have_count(1)
    await lead.keyboard.press("Enter")
    await form.get_by_label("As what?").select_option("GUEST")
    await expect(form.get_by_role("button", name="Invite", exact=True)).to_be_disabled()
    await form.get_by_label("Which meeting?").select_option(await next_meeting(site, circle))
    await fits(lead)
    await press(form.get_by_role("button", name="Invite", exact=True))
    await expect(form.get_by_text("Grace Campbell is invited.")).to_be_visible()

    await grace.open(circle_path(circle))
    await expect(guest.get_by_text("You are invited as a guest of one meeting")).to_be_visible()
    await tick(guest.get_by_label("I hold to this"))
    await fits(guest)
    await press(guest.get_by_role("button", name="Take a seat"))
    own = region(guest, "Your meeting")
    title = await own.get_by_role("link").inner_text()
    await expect(guest.get_by_role("navigation", name="Parts of this circle")).to_have_count(0)
    await fits(guest)
    await press(own.get_by_role("link"))
    await expect(guest.get_by_role("heading", level=1)).to_have_text(title)
    await fits(guest)
    await leave(amara, grace)


async def test_who_waits_is_let_in_and_a_small_circle_joins(site: Site):
    lin, jonas = await two(site, "lin", "jonas")
    lead, waiting = lin.page, jonas.page
    api, mateo = await site.api("lin"), await site.api("mateo")
    chairs = {"joinMode": "OPEN", "least": 3, "most": 3}
    circle = await kept_as(api, "proposeCircle", kind="PEER", name="Three chairs", **chairs)
    for name in ("noor", "grace", "jonas"):
        await (await site.api(name)).do("joinCircle", "__typename", circleId=circle)
    await jonas.open(circle_path(circle))
    await expect(waiting.get_by_text("You wait for a seat: number 1 in line.")).to_be_visible()
    await fits(waiting)
    await kept_as(api, "editCircle", circleId=circle, name="Three chairs", **chairs | {"most": 5})
    await lin.open(circle_path(circle, "desk"))
    await expect(region(lead, "Who asks for a seat")).to_contain_text("number 1 in line")
    await press(lead.get_by_role("button", name="Let the line in"))
    await expect(region(waiting, "Who sits here")).to_contain_text("Lin")

    # One alone in a circle of the same kind offers that it joins this one.
    other = await kept_as(mateo, "proposeCircle", kind="PEER", name="A lone chair", **chairs)
    await mateo.do("offerCircleMerge", "__typename", circleId=other, intoCircleId=circle)
    await lead.reload()
    offers = region(lead, "Circles that want to join this one")
    await expect(offers).to_contain_text("A lone chair")
    await fits(lead)
    await press(offers.get_by_role("button", name="Let it join"))
    await expect(region(lead, "Who sits here")).to_contain_text("Mateo")
    await leave(lin, jonas)

"""Every road by keyboard alone: nothing needs a pointer, the focus is always to be seen, and no act loses it."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from server.schema.core.ids import encode_id, split_id
from tests.conftest import Servers
from tests.contracts.graphql_clients import is_node_here
from tests.flows.people import token_mailed_to
from tests.web.browser import PASSWORD, Site, webinar
from tests.web.circles import circle_path, demo_circle
from tests.web.keyboard import Keyboard
from tests.web.mentorship import address, open_weeks, tie_of
from tests.web.test_mentorship_page import run_job

pytestmark = [
    pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def computed(site: Site) -> None:
    """Let a run of a programme be computed, which takes longer than one waits at a desk."""
    lin = await site.api("lin")
    form = {"title": "Spring", "format": "CLASSIC", "learners": "EVERYBODY", "mentors": "EVERYBODY", "listLength": 3}
    made = await lin.do("createProgramme", "programme { id }", **form)
    await lin.do("startCohortRun", "__typename", programmeId=made["programme"]["id"], seed=0)


async def sit_down(site: Site, *names: str) -> list[Keyboard]:
    """Return the keyboards of some of the demo community, signed in."""
    return [Keyboard(await site.member(name)) for name in names]


async def leave(*keyboards: Keyboard) -> None:
    """Close their windows; nothing may have gone wrong in them."""
    for each in keyboards:
        await each.holds()
        assert each.person.complaints == []
        await each.person.leave()


def region(who: Keyboard, name: str) -> Locator:
    """Return a part of somebody's page by its name."""
    return who.page.get_by_role("region", name=name, exact=True)


def article(who: Keyboard, name: str | re.Pattern[str]) -> Locator:
    """Return a card by its name."""
    return who.page.get_by_role("article", name=name)


async def join(wren: Keyboard, site: Site) -> None:
    """Sign up, confirm the address, sign in."""
    page = wren.page
    await wren.open("/")
    await wren.press("Tab")
    await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    await wren.follow("Join", "Join Alongside", page.get_by_role("main"))
    await wren.write("What should people call you?", "Wren")
    await wren.write("Mail address", "wren@example.org")
    await wren.write("Password", PASSWORD)
    await wren.press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Check your mail")).to_be_focused()
    token = await token_mailed_to(site.mails, "wren@example.org")
    await wren.open(f"/verify?token={token}")
    await wren.do("Send")
    await wren.follow("Sign in", "Sign in", page.get_by_role("status"))
    await wren.write("Mail address", "wren@example.org")
    await wren.write("Password", PASSWORD)
    await wren.press("Enter")
    await page.get_by_role("heading", level=1, name="Hello Wren").wait_for()


async def begin(wren: Keyboard) -> None:
    """Answer the questions of a good start, and say who sees what."""
    page = wren.page
    await wren.reach("link", "What you want to learn", page.get_by_role("main"))
    await wren.press("Enter")
    sought = region(wren, "What do you want to learn?")
    await wren.choose("How well", "Not yet", sought)
    await wren.find("A skill", "invoic", sought)
    await wren.do(re.compile("^Remove ?: "), sought, exact=False)
    await wren.find("A skill", "invoic", sought)
    await expect(sought.get_by_role("listitem")).to_have_count(1)
    await wren.do("Next")
    week = region(wren, "Your week")
    for part in ("Mornings", "Evenings"):
        await wren.do(re.compile(part, re.IGNORECASE), week)
    await wren.do("Save", week)
    await expect(week).to_contain_text("Saved")
    await wren.do("Next")
    spoken = region(wren, "Languages")
    await wren.choose("How well", "Fluently", spoken)
    await wren.choose("Add a language", "English", spoken)
    await wren.do(re.compile("^Add ?: Add a language"), spoken)
    await expect(spoken).to_contain_text("Fluently")
    await wren.do("Back")
    await wren.follow("Settings", "Settings", page.get_by_role("navigation", name="Main"))
    choice = region(wren, "Who sees what")
    await wren.choose("City", "Only you", choice)
    await expect(choice.get_by_role("combobox", name="City")).to_have_value("PRIVATE")
    await wren.follow("My profile", "My profile", page.get_by_role("navigation", name="Main"))
    await wren.write("One line about you", "I repair what others throw away")
    await wren.press("Enter")
    await expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


async def test_somebody_joins_begins_and_is_taken_on(site: Site):
    wren = Keyboard(await site.person())
    (grace,) = await sit_down(site, "grace")
    await join(wren, site)
    await begin(wren)
    await wren.follow("People", "People", wren.page.get_by_role("navigation", name="Main"))
    await wren.write("Skill, name or words", "Grace")
    await wren.follow(re.compile("Grace"), re.compile("Grace"), wren.page.get_by_role("main"))
    ask = wren.page.get_by_role("form", name=re.compile("Ask for mentorship"))
    await wren.write("What is to be reached?", "Invoices that go out in time", ask)
    await wren.do("Send", ask)
    await expect(wren.page.get_by_text("Sent. You will hear")).to_be_visible()
    await wren.holds()

    await grace.follow("Requests", "Requests", grace.page.get_by_role("navigation", name="Main"))
    asked = grace.page.get_by_role("article").filter(has_text="Invoices that go out in time")
    await grace.do("Accept", asked)
    await expect(grace.page.get_by_role("heading", level=1, name="Mentorships")).to_be_focused()
    await wren.follow("Mentorships", "Mentorships", wren.page.get_by_role("navigation", name="Main"))
    await article(wren, "Grace").wait_for()
    await leave(wren, grace)


async def test_one_says_how_it_goes(site: Site, servers: Servers):
    until = (datetime.now(UTC) + timedelta(days=20)).isoformat()
    await (await site.api("jonas")).do("gigStarted", "__typename", until=until)
    await run_job(servers, "open-check-ins-of-gigs")
    (jonas,) = await sit_down(site, "jonas")
    await jonas.open(address(await tie_of(site, "jonas", "Amara")))
    check_in = region(jonas, "How does it go?")
    await jonas.pick("Quite", check_in)
    await jonas.pick("No", check_in)
    await jonas.do(re.compile("^Nothing is wrong"), check_in)
    await expect(check_in).to_contain_text("Quite")
    await leave(jonas)


async def test_two_find_a_time_set_a_goal_and_write_a_note(site: Site):
    await open_weeks(await site.api("amara"), await site.api("jonas"))
    amara, jonas = await sit_down(site, "amara", "jonas")
    tie = await tie_of(site, "amara", "Jonas")
    for each in (amara, jonas):
        await each.open(address(tie))
    await amara.tab("Meetings")
    form = amara.page.get_by_role("form", name="Propose a meeting")
    await amara.write("What is it about?", "The fourth piece", form)
    await amara.choose("How long", "45 minutes", form)
    times = form.get_by_role("group", name="Times that suit you both").get_by_role("checkbox")
    await amara.go_to(times.first, "a time")
    await amara.press("Space")
    await amara.do("Propose", form)
    await expect(form.get_by_role("status").filter(has_text="is asked")).to_be_visible()
    await jonas.tab("Meetings")
    offer = article(jonas, re.compile("Amara .* proposes"))
    await jonas.do(re.compile("Take this time"), offer)
    await expect(region(jonas, "To come")).to_contain_text("The fourth piece")
    await jonas.holds()

    await amara.tab("Goals")
    await amara.unfold("Set a goal")
    goal = amara.page.get_by_role("form", name="Set a goal")
    await amara.write("What is to be reached?", "Six pieces online", goal)
    await amara.write("What would you see if it goes as expected?", "Six links", goal)
    await amara.do("Save", goal)
    card = article(amara, "Six pieces online")
    await amara.do("Say where it stands", card)
    await amara.pick(re.compile("More than expected"), card)
    await amara.do("Send", card)
    await expect(card).to_contain_text("It stands at +1")
    await amara.holds()

    await jonas.tab("Ideas and notes")
    note = jonas.page.get_by_role("form", name="A note")
    await jonas.write("A note", "Rates are talked about in March.", note)
    await jonas.choose("Who reads it", "For both of us", note)
    await jonas.do("Keep it", note)
    kept = article(jonas, re.compile("^You"))
    await expect(kept.first).to_contain_text("Rates are talked about in March.")
    await jonas.do(re.compile("^Delete|^Take away|^Remove"), kept.first)
    await expect(jonas.page.get_by_text("Rates are talked about in March.")).to_have_count(0)
    await leave(amara, jonas)


async def test_a_room_is_joined_talked_in_and_left(site: Site):
    amara, jonas = await sit_down(site, "amara", "jonas")
    await amara.follow("Mentorships", "Mentorships", amara.page.get_by_role("navigation", name="Main"))
    pair = article(amara, "Jonas")
    await amara.write("What is it about?", "By keys alone", pair)
    await amara.press("Enter")
    await expect(amara.page.get_by_role("heading", level=1, name="By keys alone")).to_be_focused()
    await jonas.open("/")
    await jonas.follow("By keys alone", "By keys alone", jonas.page.get_by_role("main"))
    await jonas.write("Say something", "I am here")
    await jonas.press("Enter")
    await expect(amara.page.get_by_role("log")).to_contain_text("I am here")
    await jonas.do("Raise hand")
    queue = amara.page.get_by_role("region", name="Raised hands")
    await expect(queue.get_by_role("listitem")).to_have_count(1)
    await jonas.do("Lower hand")
    await expect(queue.get_by_role("listitem")).to_have_count(0)
    await jonas.do("Raise hand")
    await amara.do("Give the floor")
    await jonas.do("Done speaking")
    await jonas.do("Open the notes")
    await jonas.reach("textbox", "Notes")
    await jonas.page.keyboard.type("First the plan.")
    await amara.do("Open the notes")
    await expect(amara.page.get_by_role("textbox", name="Notes")).to_have_value("First the plan.")
    await jonas.do("Take back", jonas.page.get_by_role("log"))
    await expect(amara.page.get_by_role("log")).to_contain_text("taken back")
    await jonas.follow("Today", re.compile("Hello"), jonas.page.get_by_role("navigation", name="Main"))
    await amara.do("End the room")
    await expect(amara.page.get_by_text("This room has ended")).to_be_visible()
    await leave(amara, jonas)


async def staffed(site: Site) -> str:
    """Return the id of a live webinar of Grace's, which Amara moderates and whose questions are reviewed."""
    host, amara = await site.api("grace"), await site.api("amara")
    key = await webinar(host, "By keys alone", is_live=True)
    profile = split_id((await amara("{ me { profile { id } } }"))["me"]["profile"]["id"])[1]
    appoint = (
        f'appointStaff(input: {{webinarId: "{key}", profileId: "{encode_id("Profile", profile)}", role: MODERATOR}})'
    )
    review = f'setReview(input: {{webinarId: "{key}", review: true}})'
    for step in (appoint, review):
        answer = await host.raw(f"mutation {{ {step} {{ __typename ... on Refusal {{ message }} }} }}")
        assert "Payload" in str(answer), answer
    return key


async def review(amara: Keyboard) -> None:
    """Look at three questions by the keys of the list: two are taken, one goes into another."""
    waiting = region(amara, "To review")
    await expect(waiting.get_by_role("article")).to_have_count(3)
    await amara.reach("article", "What does a day cost?", waiting)
    await amara.press("?")
    await expect(amara.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    await amara.press("Escape")
    await expect(article(amara, "What does a day cost?").first).to_be_focused()
    await amara.press("a")
    await expect(waiting.get_by_role("article")).to_have_count(2)
    await amara.reach("article", "How do I say no?", waiting)
    await amara.press("c")
    await expect(waiting).to_contain_text("You look at it")
    await amara.reach("article", "How do I say no?", waiting)
    await amara.press("a")
    await expect(waiting.get_by_role("article")).to_have_count(1)
    into = waiting.get_by_role("combobox", name="Into which")
    await expect(into.get_by_role("option", name="How do I say no?")).to_have_count(1)
    await amara.reach("article", "And what for a day?", waiting)
    await amara.press("m")
    await expect(into).to_be_focused()
    await amara.choose("Into which", "What does a day cost?", waiting)
    await amara.do("Merge into another", waiting)
    await expect(waiting.get_by_role("article")).to_have_count(0)
    await amara.holds()


async def test_a_webinar_is_asked_in_moderated_and_voted_on(site: Site):
    page = f"/webinars/{quote(await staffed(site))}"
    key = page.rsplit("/", 1)[1]
    asker = await site.api("noor")
    await asker.raw(f'mutation {{ registerForWebinar(input: {{webinarId: "{key}"}}) {{ __typename }} }}')
    for text in ("How do I say no?", "And what for a day?"):
        await asker.do("askQuestion", "ownView { id }", webinarId=key, text=text)
    grace, amara, jonas = await sit_down(site, "grace", "amara", "jonas")
    for each in (grace, amara, jonas):
        await each.open(page)
    await jonas.do("Register")
    await expect(jonas.page.get_by_text("You are registered.")).to_be_visible()
    await jonas.write("Your question", "What does a day cost?")
    await jonas.do("Send")
    await expect(region(jonas, "What you asked")).to_contain_text("waits for review")
    await review(amara)

    # Jonas votes for what another asked; the host takes it by buttons: queued, now, answered.
    no = jonas.page.get_by_role("article").filter(has_text="How do I say no?")
    await jonas.do(re.compile("0 votes"), no)
    await expect(no).to_contain_text("1 vote")
    await jonas.holds()
    stage = region(grace, "Questions")
    for text in ("How do I say no?", "What does a day cost?"):
        await grace.do("Queue", stage.get_by_role("article", name=text))
        await expect(region(grace, "Next").get_by_role("article", name=text)).to_be_visible()
    await grace.do("Earlier", region(grace, "Next"))
    await expect(region(grace, "Next").get_by_role("article").first).to_contain_text("What does a day cost?")
    await grace.do("Answer now", region(grace, "Next"))
    await expect(region(grace, "Now")).to_contain_text("What does a day cost?")
    await grace.do("Answered", region(grace, "Now"))
    await expect(region(grace, "Now")).to_contain_text("No question is on stage.")

    await grace.unfold("Make a poll")
    maker = grace.page.get_by_role("form", name="Make a poll")
    await grace.write("What do you ask?", "Which day suits?", maker)
    await grace.reach("textbox", "What can be chosen", maker)
    await grace.page.keyboard.type("Monday")
    await grace.press("Enter")
    await grace.page.keyboard.type("Friday")
    await grace.do("Make a poll", maker)
    poll = article(grace, "Which day suits?")
    await grace.do("Open", poll)
    ballot = article(jonas, "Which day suits?")
    await jonas.pick("Friday", ballot)
    await jonas.do("Vote", ballot)
    await expect(ballot).to_contain_text("You took part")
    await grace.do("Close", poll)
    await grace.do("Show the results", poll)
    await grace.do("End")
    await grace.do("Cancel")
    await leave(grace, amara, jonas)


async def test_suggestions_are_kept_and_put_away(site: Site):
    (mateo,) = await sit_down(site, "mateo")
    await mateo.follow("People", "People", mateo.page.get_by_role("navigation", name="Main"))
    await mateo.follow("Suggested for you", "Suggested for you", mateo.page.get_by_role("main"))
    first, second = [mateo.page.get_by_role("main").get_by_role("article").nth(place) for place in (0, 1)]
    kept = str(await first.get_by_role("link").first.text_content())
    await mateo.unfold("Why you fit", first)
    await mateo.do("Keep", first)
    await expect(first.get_by_role("button", name="Kept")).to_be_visible()
    await mateo.holds()
    away = str(await second.get_by_role("link").first.text_content())
    await mateo.do("Not for me", second)
    await expect(mateo.page.get_by_text(f"{away} is put away")).to_be_visible()
    await mateo.do("Keep after all")
    await mateo.do("Kept", mateo.page.get_by_role("main").locator(".row").first)
    await expect(mateo.page.get_by_role("article").filter(has_text=kept)).to_be_visible()
    await leave(mateo)


async def test_a_manager_looks_at_what_a_run_would_change(site: Site):
    (lin,) = await sit_down(site, "lin")
    await lin.follow("Desk", "Desk", lin.page.get_by_role("navigation", name="Main"))
    await lin.unfold("Make a programme")
    maker = lin.page.get_by_role("form", name="Make a programme")
    await lin.write("Title", "By keys alone", maker)
    await lin.do("Make a programme", maker)
    programme = article(lin, "By keys alone")
    await lin.do("Compute a run", programme)
    await expect(programme.get_by_role("listitem")).to_have_count(1)
    await lin.go_to(article(lin, "Spring").get_by_role("link").first, "the run")
    await lin.press("Enter")
    await expect(lin.page.get_by_role("heading", level=1, name="What publishing changes")).to_be_focused()
    fairness = region(lin, "How fair it is")
    await lin.unfold("As a table: How well pairs fit", fairness)
    await lin.go_to(fairness.locator(".scroll").first, "the table")
    await lin.follow("Desk", "Desk", lin.page.get_by_role("main"))
    await leave(lin)


async def test_a_circle_is_proposed_joined_and_led(site: Site):
    lin, mateo = await sit_down(site, "lin", "mateo")
    for each in (lin, mateo):
        await each.follow("Circles", "Circles", each.page.get_by_role("navigation", name="Main"))
    await lin.unfold("Propose a circle")
    form = lin.page.get_by_role("form", name="Propose a circle")
    await lin.choose("What kind of circle is it?", "Support", form, exact=False)
    await lin.write("What is it called?", "Night shifts", form)
    await lin.write("Your own name in it", "Owl", form)
    await lin.choose("How does one get in?", "By asking; a lead says yes", form)
    await lin.do("Propose it", form)
    await expect(lin.page.get_by_role("heading", level=1, name="Night shifts")).to_be_focused()

    await mateo.open("/circles")
    await mateo.follow("Night shifts", "Night shifts", mateo.page.get_by_role("main"))
    await mateo.write("A few words to them", "I drive at night.")
    await mateo.write("Your name in this circle", "Bat")
    await mateo.do("Take a seat")
    await expect(mateo.page.get_by_text("You have asked for a seat.")).to_be_visible()
    await mateo.holds()
    await lin.tab("Leading it")
    await lin.do(re.compile("^Give a seat"), region(lin, "Who asks for a seat"))
    await expect(region(lin, "Who sits here")).to_contain_text("Bat")
    await lin.unfold("Write it anew")
    await lin.write("What holds here", "We do not talk of names.")
    await lin.do("Save", lin.page.get_by_role("form", name="Write it anew"))
    await expect(region(lin, "What holds here")).to_contain_text("holds to it")
    await lin.holds()

    begin = mateo.page.get_by_role("form", name="Begin something")
    await mateo.pick("I need something", begin)
    await mateo.write("About", "A lamp", begin)
    await mateo.write("What you say", "Who has one to lend?", begin)
    await mateo.do("Send", begin)
    talk = mateo.page.get_by_role("article").filter(has_text="A lamp")
    await mateo.write("Answer in: A lamp", "A small one is enough.", talk)
    await mateo.press("Enter")
    await expect(talk).to_contain_text("A small one is enough.")
    await leave(lin, mateo)


async def test_a_circles_meeting_is_answered(site: Site):
    lead = await site.api("amara")
    circle = await demo_circle(site)
    starts_at = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    await lead.do("planCircleMeetings", "__typename", circleId=circle, title="By keys", startsAt=starts_at)
    (noor,) = await sit_down(site, "noor")
    await noor.open(circle_path(circle, "meetings"))
    line = noor.page.get_by_role("listitem").filter(has_text="By keys").first
    come = line.get_by_role("button", name=re.compile("I come"))
    for is_coming in ("true", "false", "true"):
        await noor.go_to(come, "the answer")
        await noor.press("Space")
        await expect(come).to_have_attribute("aria-pressed", is_coming)
        await noor.holds()
    await noor.follow("By keys", "By keys", line)
    await expect(region(noor, "Who comes")).to_contain_text("1 comes")
    await leave(noor)


async def test_somebody_is_blocked_and_reported_and_the_block_undone(site: Site):
    (mateo,) = await sit_down(site, "mateo")
    await mateo.follow("People", "People", mateo.page.get_by_role("navigation", name="Main"))
    await mateo.write("Skill, name or words", "Jonas")
    await mateo.follow(re.compile("Jonas"), re.compile("Jonas"), mateo.page.get_by_role("main"))
    safety = mateo.page.locator("main .safety").first
    await mateo.unfold("Mute, block or report", safety)
    await mateo.choose("What is it?", "Advertising", safety)
    await mateo.write("What should the team know?", "A course, three times.", safety)
    await mateo.do("Send the report", safety)
    await expect(safety).to_contain_text("The team looks at it")
    await mateo.do("Block", safety)
    await expect(mateo.page.get_by_text("Blocked.")).to_be_visible()
    await mateo.follow("Settings", "Settings", mateo.page.get_by_role("navigation", name="Main"))
    away = region(mateo, "Muted and blocked")
    await mateo.do(re.compile("^Take back ?: Jonas"), away)
    await expect(away).to_contain_text("Nobody.")
    await leave(mateo)


async def test_quiet_hours_sessions_and_the_export(site: Site):
    await site.api("lin")
    (lin,) = await sit_down(site, "lin")
    await lin.follow("Inbox", "Inbox", lin.page.get_by_role("navigation", name="Main"))
    await lin.unfold("How you hear of things")
    quiet = lin.page.get_by_role("form", name="Quiet hours")
    await lin.go_to(quiet.get_by_label("From"), "From")
    await lin.page.keyboard.type("1030PM")
    await lin.do("Save", quiet)
    await lin.do("No quiet hours", quiet)
    await expect(quiet.get_by_role("button", name="No quiet hours")).to_have_count(0)
    await lin.choose("How often", "Weekly", region(lin, "Digest"))
    await lin.follow("Settings", "Settings", lin.page.get_by_role("navigation", name="Main"))
    logins = region(lin, "Where you are signed in")
    await lin.do("End", logins)
    await lin.do("End all others", logins)
    await expect(logins.get_by_role("listitem")).to_have_count(1)
    await lin.holds()
    await lin.reach("button", "Download all as JSON")
    async with lin.page.expect_download() as file:
        await lin.press("Enter")
    assert (await file.value).suggested_filename == "alongside.json"
    await leave(lin)

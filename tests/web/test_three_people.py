"""Roads of three people in three browsers: a webinar from a draft to its end, a suggestion that leads on, a circle."""

import logging
import os
import signal
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from server.schema.core.ids import encode_id, split_id
from tests.contracts.graphql_clients import is_node_here
from tests.flows.harness import Api
from tests.web.browser import Person, Site, serving_child, webinar

log = logging.getLogger(__name__)

pytestmark = [
    pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages"),
    pytest.mark.asyncio(loop_scope="module"),
]


async def set_up(host: Api, name: str, **form: Any) -> None:
    """Do something to a webinar that no page is needed for; fail unless it is done."""
    stem = name[0].upper() + name[1:]
    document = f"mutation($form: {stem}Input!) {{ {name}(input: $form) {{ __typename ... on Refusal {{ message }} }} }}"
    answer = (await host(document, form=form))[name]
    assert answer == {"__typename": "WebinarPayload"}


async def leave_without_complaint(*people: Person) -> None:
    for person in people:
        assert person.complaints == []
        await person.leave()


async def test_three_run_and_follow_a_webinar_while_the_server_is_replaced(site: Site):
    """A host, a moderator, and somebody with two tabs; the server drains in the middle of it."""
    host = await site.api("grace")
    key = await webinar(host, "Rates without fear", is_live=False)
    moderator = split_id((await (await site.api("amara"))("{ me { profile { id } } }"))["me"]["profile"]["id"])[1]
    await set_up(host, "appointStaff", webinarId=key, profileId=encode_id("Profile", moderator), role="MODERATOR")
    await set_up(host, "setReview", webinarId=key, review=True)
    grace, amara = await site.member("grace"), await site.member("amara")
    noor = await site.member("noor", width=360)
    page = f"/webinars/{quote(key)}"
    for person in (grace, amara, noor):
        await person.open(page)
    await noor.page.get_by_role("button", name="Register").click()
    for step in ("Open the doors", "Start"):
        await grace.page.get_by_role("button", name=step, exact=True).click()
    await expect(grace.page.get_by_text("live", exact=True)).to_be_visible()

    await noor.page.get_by_label("Your question").fill("What do I say when they haggle?")
    await noor.page.get_by_role("button", name="Send").click()
    await amara.page.get_by_role("article", name="What do I say when they haggle?").focus()
    await amara.page.keyboard.press("a")
    stage = grace.page.get_by_role("region", name="Questions")
    await expect(stage.get_by_role("article", name="What do I say when they haggle?")).to_be_visible()

    # The second tab of the same person shows what the first one did.
    tab = await noor.context.new_page()
    await tab.goto(noor.url + page)
    other = await site.api("jonas")
    await other.raw(f'mutation {{ registerForWebinar(input: {{webinarId: "{key}"}}) {{ __typename }} }}')
    await other.do("askQuestion", "ownView { id }", webinarId=key, text="And in writing?")
    await amara.page.get_by_role("article", name="And in writing?").focus()
    await amara.page.keyboard.press("a")
    second = noor.page.get_by_role("article").filter(has_text="And in writing?")
    await second.get_by_role("button", name="0 votes").click()
    shown = tab.get_by_role("article").filter(has_text="And in writing?")
    await expect(shown.get_by_role("button", name="1 vote")).to_be_visible()

    # The process that serves is asked to end: all move to the next one, and nothing that happens meanwhile is missed.
    os.kill(serving_child(site.server), signal.SIGTERM)
    asked = stage.get_by_role("article", name="What do I say when they haggle?")
    await asked.get_by_role("button", name="Answer now").click()
    for seen in (noor.page, tab):
        await expect(seen.get_by_text("Answering now")).to_be_visible()
    await expect(amara.page.get_by_role("region", name="Now")).to_contain_text("haggle")
    await grace.page.get_by_role("region", name="Now").get_by_role("button", name="Answered").click()
    for seen in (noor.page, tab):
        await expect(seen.get_by_role("article").filter(has_text="haggle")).to_contain_text("Answered")
    await grace.page.get_by_role("button", name="End", exact=True).click()
    await grace.page.get_by_role("button", name="End", exact=True).click()
    await expect(noor.page.get_by_label("Your question")).to_have_count(0)
    await leave_without_complaint(grace, amara, noor)


async def test_a_suggestion_leads_to_a_mentorship_and_a_manager_sees_what_a_run_would_change(site: Site):
    mateo, grace, lin = await site.member("mateo"), await site.member("grace", width=360), await site.member("lin")
    await lin.open("/desk")
    await lin.page.get_by_text("Make a programme").first.click()
    maker = lin.page.get_by_role("form", name="Make a programme")
    await maker.get_by_label("Title").fill("Spring")
    await maker.get_by_role("button").click()
    programme = lin.page.get_by_role("article", name="Spring")
    await programme.get_by_role("button", name="Compute a run").click()

    await mateo.open("/begin")
    await expect(mateo.page.get_by_role("region", name="Who suits you now")).to_contain_text("%")
    await mateo.open("/suggestions")
    card = mateo.page.get_by_role("article").filter(has_text="Grace")
    await card.get_by_text("Why you fit").click()
    await card.get_by_text("Ask for mentorship").click()
    await card.get_by_label("What is to be reached?").fill("Books that close each month")
    await card.get_by_role("button", name="Send").click()
    await expect(card.get_by_text("Sent. You will hear from them here")).to_be_visible()

    await grace.open("/requests")
    asked = grace.page.get_by_role("article").filter(has_text="Books that close each month")
    await asked.get_by_role("button", name="Accept").click()
    await grace.page.get_by_role("article", name="Mateo").filter(has_text="Books that close each month").wait_for()
    await mateo.open("/mentorships")
    await mateo.page.get_by_role("article", name="Grace").filter(has_text="Books that close each month").wait_for()

    await programme.get_by_role("link").first.click()
    await expect(lin.page.get_by_role("heading", level=1, name="What publishing changes")).to_be_visible()
    await expect(lin.page.get_by_text("Learners with a mentor")).to_be_visible()
    await leave_without_complaint(mateo, grace, lin)


async def test_three_talk_in_a_circle_and_one_of_them_was_away(site: Site):
    amara, noor, jonas = await site.member("amara"), await site.member("noor"), await site.member("jonas", width=360)
    for person in (amara, noor, jonas):
        await person.open("/circles")
        link = person.page.get_by_role("region", name="Yours").get_by_role("link").first
        await person.open(str(await link.get_attribute("href")))
    begin = amara.page.get_by_role("form", name="Begin something")
    await begin.get_by_label("About").fill("Late payers")
    await begin.get_by_label("What you say").fill("Three weeks now. What do you write?")
    await begin.get_by_role("button", name="Send").click()
    for person in (noor, jonas):
        await expect(person.page.get_by_role("article").filter(has_text="Late payers")).to_be_visible()

    await jonas.context.set_offline(True)
    await reply(noor, "Late payers", "A friendly line, then a date.")
    await expect(amara.page.get_by_role("article").filter(has_text="Late payers")).to_contain_text("then a date")
    await reply(jonas, "Late payers", "I call them.")
    refused = jonas.page.get_by_role("alert").filter(has_text="does not answer")
    await expect(refused).to_be_visible()
    await jonas.context.set_offline(False)
    talk = jonas.page.get_by_role("article").filter(has_text="Late payers")
    await expect(talk).to_contain_text("then a date")
    # What was written is still in its field, and is said once.
    await talk.get_by_role("button", name="Send").click()
    for person in (amara, noor, jonas):
        await expect(
            person.page.get_by_role("article").filter(has_text="Late payers").get_by_text("I call them.")
        ).to_have_count(1)
    await leave_without_complaint(amara, noor, jonas)


async def reply(person: Person, title: str, text: str) -> None:
    talk = person.page.get_by_role("article").filter(has_text=title)
    await talk.get_by_role("textbox").fill(text)
    await talk.get_by_role("button", name="Send").click()

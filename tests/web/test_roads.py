"""The road of a mentorship in two browsers, over a server that dies in the middle of it."""

import logging
import os
import signal

import pytest
from playwright.async_api import expect

from tests.contracts.graphql_clients import is_node_here
from tests.web.browser import Person, Site, serving_child

log = logging.getLogger(__name__)

pytestmark = [
    pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to build the pages"),
    pytest.mark.asyncio(loop_scope="module"),
]


async def say(person: Person, words: str) -> None:
    await person.page.get_by_label("Say something").fill(words)
    await person.page.get_by_role("button", name="Send").click()


async def test_two_people_agree_and_talk_though_the_server_dies(site: Site):
    amara, noor = await site.member("amara"), await site.member("noor", width=360)

    # Amara answers what waits for her, and opens a room.
    await amara.page.get_by_role("link", name="Requests").click()
    request = amara.page.get_by_role("article").filter(has_text="Noor")
    await request.get_by_role("button", name="Accept").click()
    pair = amara.page.get_by_role("article", name="Noor")
    await pair.get_by_label("What is it about?").fill("A first routine")
    await pair.get_by_role("button", name="Open a room now").click()
    await amara.page.get_by_role("heading", level=1, name="A first routine").wait_for()
    await say(amara, "Welcome, Noor")

    # Noor finds it and answers.
    await noor.open("/")
    await noor.page.get_by_role("link", name="A first routine").click()
    talk = noor.page.get_by_role("log")
    await expect(talk).to_contain_text("Welcome, Noor")
    await say(noor, "Glad to be here")
    await expect(amara.page.get_by_role("log")).to_contain_text("Glad to be here")
    await expect(amara.page.get_by_label("Here now")).to_contain_text("Noor")

    # The server dies; what is said meanwhile arrives once, in order, when it is back.
    os.kill(serving_child(site.server), signal.SIGKILL)
    await say(noor, "Are you still there?")
    await say(amara, "I am")
    for person in (amara, noor):
        lines = person.page.get_by_role("log").get_by_role("article")
        await expect(lines).to_have_count(4)
    said = [
        await person.page.get_by_role("log").get_by_role("article").locator("p").all_inner_texts()
        for person in (amara, noor)
    ]
    assert said[0] == said[1]
    assert sorted(said[0]) == ["Are you still there?", "Glad to be here", "I am", "Welcome, Noor"]

    # Hands, agenda, the end.
    await noor.page.get_by_role("button", name="Raise hand").click()
    await amara.page.get_by_role("button", name="Give the floor").click()
    await expect(noor.page.get_by_text("you has the floor")).to_be_visible(timeout=30_000)
    await amara.page.get_by_label("Add to the agenda").fill("What is hard")
    await amara.page.get_by_role("button", name="Add", exact=True).click()
    await expect(noor.page.get_by_label("Agenda", exact=True)).to_contain_text("What is hard")
    await amara.page.get_by_role("button", name="End the room").click()
    await expect(noor.page.get_by_text("This room has ended")).to_be_visible(timeout=30_000)
    assert amara.complaints == noor.complaints == []
    await amara.leave()
    await noor.leave()


COMES_THROUGH = """async () => {
  const until = performance.now() + 60_000
  while (performance.now() < until) {
    const got = { video: 0, audio: 0 }
    for (const peer of window.peers) {
      if (peer.connectionState !== 'connected') continue
      for (const report of (await peer.getStats()).values()) {
        if (report.type !== 'inbound-rtp') continue
        got[report.kind] += report.kind === 'video' ? (report.framesDecoded ?? 0) : (report.packetsReceived ?? 0)
      }
    }
    if (got.video > 0 && got.audio > 0) return got
    await new Promise((go) => setTimeout(go, 200))
  }
  return null
}"""
KEEP_PEERS = """
window.peers = []
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); window.peers.push(this) }
}
"""


async def room_of_two(site: Site, title: str) -> tuple[Person, Person]:
    """Return Amara and Jonas in a new room of their mentorship."""
    amara, jonas = await site.member("amara"), await site.member("jonas")
    for person in (amara, jonas):
        await person.context.grant_permissions(["camera", "microphone"])
        await person.context.add_init_script(KEEP_PEERS)
    await amara.open("/mentorships")
    pair = amara.page.get_by_role("article", name="Jonas")
    await pair.get_by_label("What is it about?").fill(title)
    await pair.get_by_role("button", name="Open a room now").click()
    await amara.page.get_by_role("heading", level=1, name=title).wait_for()
    await jonas.page.goto(amara.page.url)
    await expect(amara.page.get_by_label("Here now")).to_contain_text("Jonas")
    return amara, jonas


async def test_two_people_write_the_same_notes(site: Site):
    amara, jonas = await room_of_two(site, "A plan for spring")
    fields = []
    for person in (amara, jonas):
        await person.page.get_by_role("button", name="Open the notes").click()
        fields.append(person.page.get_by_role("textbox", name="Notes"))
    await fields[0].press_sequentially("Three offers. ")
    await expect(fields[1]).to_have_value("Three offers. ")
    await fields[1].press("End")
    await fields[1].press_sequentially("One of them by Friday.")
    await expect(fields[0]).to_have_value("Three offers. One of them by Friday.")

    # Who writes while the line is gone loses nothing, and neither does the other.
    os.kill(serving_child(site.server), signal.SIGKILL)
    await fields[0].press("Home")
    await fields[0].press_sequentially("Plan: ")
    await fields[1].press("End")
    await fields[1].press_sequentially(" And rest.")
    for field in fields:
        await expect(field).to_have_value("Plan: Three offers. One of them by Friday. And rest.")
    await jonas.page.reload()
    await jonas.page.get_by_role("button", name="Open the notes").click()
    await expect(fields[1]).to_have_value("Plan: Three offers. One of them by Friday. And rest.")
    await amara.page.get_by_role("button", name="End the room").click()
    await expect(jonas.page.get_by_text("This room has ended")).to_be_visible()
    assert amara.complaints == jonas.complaints == []
    await amara.leave()
    await jonas.leave()


async def test_two_people_hear_and_see_each_other(site: Site):
    amara, jonas = await room_of_two(site, "Face to face")
    for person in (amara, jonas):
        await person.page.get_by_role("button", name="Join the call").click()
        await person.page.get_by_role("button", name="Microphone").click()
        await person.page.get_by_role("button", name="Camera").click()
    for person in (amara, jonas):
        await expect(person.page.get_by_role("button", name="Camera", pressed=True)).to_be_visible()
        got = await person.page.evaluate(COMES_THROUGH)
        log.info("received over the call: %s", got)
        assert got is not None

    # Mute is told in words; who hangs up is gone for the other, and the chat goes on.
    await jonas.page.get_by_role("button", name="Microphone").click()
    await expect(amara.page.get_by_label("Call", exact=True)).to_contain_text("microphone off")
    await jonas.page.get_by_role("button", name="Hang up").click()
    await expect(amara.page.get_by_label("Call", exact=True).get_by_role("listitem")).to_have_count(1)
    await say(jonas, "I go on by text")
    await expect(amara.page.get_by_role("log")).to_contain_text("I go on by text")
    assert amara.complaints == jonas.complaints == []
    await amara.leave()
    await jonas.leave()

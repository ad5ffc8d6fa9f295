"""Sessions through the GraphQL door: the room, its chat in pages, its events as a stream."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from server.domain import topics
from server.domain.actors import VISITOR, Actor
from server.domain.errors import NotFound, SignInNeeded
from server.domain.topics import Topic
from server.kit.ids import new_id
from server.models.safety import Block
from server.models.sessions import Session
from server.schema import subscriptions
from server.schema.core.ids import encode_id
from server.schema.subscriptions import Heard, LiveTopics, Place
from server.services import sessions
from tests.factories.mentorships import mentorship
from tests.factories.people import person
from tests.schema.room import ask, follow
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

OPEN = """
mutation ($id: ID!) { openSession(input: {mentorshipId: $id, title: "First"}) {
  ... on OpenSessionPayload { session {
    id state title mentorship { goal } participants { role joinedAt profile { name } }
  } }
  ... on Refusal { code }
} }
"""
SAY = """
mutation ($input: SendMessageInput!) { sendMessage(input: $input) {
  ... on SendMessagePayload { sessionMessage { id text author { name } } }
  ... on Refusal { code }
} }
"""
CHAT = """
query ($first: Int, $after: String, $last: Int, $before: String) { sessions { edges { node {
  id state
  messages(first: $first, after: $after, last: $last, before: $before) {
    edges { node { text author { name } } cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
} } } }
"""


async def room() -> tuple[Actor, Actor, Session]:
    mentor, mentee = await person("Ana"), await person("Bola")
    return mentor, mentee, await sessions.open_session(mentor, mentorship_id=(await mentorship(mentor, mentee)).id)


async def test_two_meet_talk_and_part() -> None:
    mentor, mentee = await person("Ana"), await person("Bola")
    together = encode_id("Mentorship", (await mentorship(mentor, mentee)).id)
    opened = (await ask(mentor, OPEN, id=together))["openSession"]["session"]
    assert (opened["state"], opened["title"], opened["mentorship"]["goal"]) == (
        "LOBBY",
        "First",
        "Send my first invoice",
    )
    assert [(place["role"], place["profile"]["name"]) for place in opened["participants"]] == [
        ("HOST", "Ana"),
        ("PARTICIPANT", "Bola"),
    ]
    key = opened["id"]
    join = """mutation ($id: ID!) { joinSession(input: {sessionId: $id}) {
      ... on JoinSessionPayload { session { state } } } }"""
    assert (await ask(mentee, join, id=key))["joinSession"]["session"]["state"] == "LIVE"
    line = {"sessionId": key, "text": "Hello", "idempotencyKey": "c1"}
    said = [(await ask(mentee, SAY, input=line))["sendMessage"]["sessionMessage"] for _ in range(2)]
    assert said[0] == said[1]
    message = said[0]["id"]
    edit = """mutation ($id: ID!) { editMessage(input: {messageId: $id, text: "Hi"}) {
      ... on EditMessagePayload { sessionMessage { text } } ... on Refusal { code } } }"""
    delete = """mutation ($id: ID!) { deleteMessage(input: {messageId: $id}) {
      ... on DeleteMessagePayload { sessionMessage { text deletedAt } } ... on Refusal { code } } }"""
    assert (await ask(mentor, edit, id=message))["editMessage"]["code"] == "not_allowed"
    assert (await ask(mentee, edit, id=message))["editMessage"]["sessionMessage"]["text"] == "Hi"
    assert (await ask(mentee, delete, id=message))["deleteMessage"]["sessionMessage"]["text"] == ""
    end = """mutation ($id: ID!) { endSession(input: {sessionId: $id}) {
      ... on EndSessionPayload { session { state } } ... on Conflict { current } } }"""
    assert (await ask(mentee, end, id=key))["endSession"]["session"]["state"] == "ENDED"
    assert (await ask(mentor, end, id=key))["endSession"]["current"] == "ended"


async def test_the_chat_pages_in_both_directions() -> None:
    mentor, _, session = await room()
    for number in range(7):
        await sessions.send_message(mentor, session_id=session.id, text=str(number))

    async def page(**arguments: Any) -> tuple[list[str], dict[str, Any]]:
        chat = (await ask(mentor, CHAT, **arguments))["sessions"]["edges"][0]["node"]["messages"]
        return [edge["node"]["text"] for edge in chat["edges"]], chat["pageInfo"]

    first, info = await page(first=3)
    second, info = await page(first=3, after=info["endCursor"])
    assert (first, second) == (["0", "1", "2"], ["3", "4", "5"])
    newest, info = await page(last=3)
    older, info = await page(last=3, before=info["startCursor"])
    assert (older, newest, info["hasPreviousPage"]) == (["1", "2", "3"], ["4", "5", "6"], True)


async def test_many_rooms_with_their_chats_cost_the_same_statements_as_one() -> None:
    mentor = await person("Mo")
    counts = []
    for number in range(6):
        together = await mentorship(mentor, await person(f"Mentee{number}"))
        session = await sessions.open_session(mentor, mentorship_id=together.id)
        await sessions.send_message(mentor, session_id=session.id, text="hello")
        with counted_statements() as statements:
            nodes = (await ask(mentor, CHAT, last=5))["sessions"]["edges"]
        assert [edge["node"]["messages"]["edges"][0]["node"]["text"] for edge in nodes] == ["hello"] * (number + 1)
        counts.append(len(statements))
    assert set(counts) == {4}


async def test_a_room_and_its_lines_are_not_there_for_strangers() -> None:
    mentor, mentee, session = await room()
    message = await sessions.send_message(mentor, session_id=session.id, text="hello")
    keys = [encode_id("Session", session.id), encode_id("SessionMessage", message.id)]
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert [node["id"] for node in (await ask(mentee, nodes, ids=keys))["nodes"]] == keys
    stranger = await person("Chi")
    for who in (stranger, VISITOR):
        assert (await ask(who, nodes, ids=keys))["nodes"] == [None, None]
    by_mentorship = "query ($id: ID) { sessions(mentorshipId: $id) { edges { node { id } } } }"
    together = encode_id("Mentorship", session.mentorship_id)
    assert len((await ask(mentor, by_mentorship, id=together))["sessions"]["edges"]) == 1
    assert (await ask(stranger, by_mentorship, id=together))["sessions"]["edges"] == []
    for key in (keys[0], encode_id("Session", new_id()), "nonsense"):
        refused = (await ask(stranger, SAY, input={"sessionId": key, "text": "hi"}))["sendMessage"]
        assert refused == {"code": "not_found"}
    await Block.create(blocker_id=mentee.user_id, blocked_id=mentor.user_id)
    assert (await ask(mentor, nodes, ids=keys))["nodes"] == [None, None]
    assert (await ask(mentor, CHAT, last=5))["sessions"]["edges"] == []


@dataclass(frozen=True)
class Told:
    """What the scripted live layer hands over."""

    kind: str
    position: subscriptions.Position
    payload: bytes


class Script:
    """A live layer that says what it is told to, and remembers who listened and who left."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[Told] = asyncio.Queue()
        self.asked: list[tuple[Topic, Place | None]] = []
        self.left = 0

    async def subscribe(
        self, _actor: Actor, topic: Topic, after: Place | None, _at_once: object = None
    ) -> AsyncGenerator[Heard, None]:
        self.asked.append((topic, after))
        try:
            while True:
                yield await self.lines.get()
        finally:
            self.left += 1

    def say(self, seq: int, kind: str = "message.sent", **payload: Any) -> None:
        place = subscriptions.Position(epoch="e", seq=seq, chain="c")
        self.lines.put_nowait(Told(kind, place, msgspec.json.encode(payload)))

    @property
    def tools(self) -> dict[type[Any], Any]:
        return {LiveTopics: LiveTopics(self.subscribe)}


FOLLOW = """
subscription ($id: ID!, $after: PositionInput) { sessionEvents(sessionId: $id, after: $after) {
  kind at payload position { epoch seq chain }
} }
"""


async def test_a_session_streams_its_events_with_positions_to_go_on_from() -> None:
    mentor, _, session = await room()
    script, place = Script(), {"epoch": "e", "seq": 3, "chain": "c"}
    script.say(4, text="hello", at="2026-03-02T09:00:00Z")
    script.say(5, "snapshot", messages=[])
    key = encode_id("Session", session.id)
    async with aclosing(await follow(mentor, FOLLOW, script.tools, id=key, after=place)) as stream:
        events = [(await anext(stream)).data["sessionEvents"] for _ in range(2)]
    assert events[0] == {
        "kind": "message.sent",
        "at": "2026-03-02T09:00:00Z",
        "payload": {"text": "hello", "at": "2026-03-02T09:00:00Z"},
        "position": {"epoch": "e", "seq": 4, "chain": "c"},
    }
    assert (events[1]["kind"], events[1]["at"]) == ("snapshot", None)
    assert script.asked[0][0] == topics.session(session.id)
    assert script.left == 1


async def test_a_person_streams_their_own_events() -> None:
    ana, script = await person("Ana"), Script()
    script.say(1, "request.sent", request_id="x")
    stream = await follow(ana, "subscription { userEvents { kind payload } }", script.tools)
    async with aclosing(stream):
        assert (await anext(stream)).data == {"userEvents": {"kind": "request.sent", "payload": {"request_id": "x"}}}
    assert script.asked == [(topics.user(ana.require_user()), None)]


async def test_a_visitor_has_no_events_of_their_own_and_a_forged_session_none_at_all() -> None:
    script, ana = Script(), await person("Ana")
    for who, query, refusal in (
        (VISITOR, "subscription { userEvents { kind } }", SignInNeeded),
        (ana, 'subscription { sessionEvents(sessionId: "nonsense") { kind } }', NotFound),
    ):
        stream = await follow(who, query, script.tools)
        with pytest.raises(refusal):
            await anext(stream)
    assert script.asked == []


TALK = "talk { hands { raisedAt timesHeard profile { name } } floor { profile { name } } }"


async def test_the_least_heard_leads_the_queue_and_the_host_calls() -> None:
    host, other, session = await room()
    await sessions.join_session(other, session_id=session.id)
    key = encode_id("Session", session.id)
    raise_hand = f"""mutation ($id: ID!) {{ raiseHand(input: {{sessionId: $id}}) {{
      ... on RaiseHandPayload {{ {TALK} }} ... on Refusal {{ code }} }} }}"""
    give = f"""mutation ($id: ID!, $whom: ID!) {{ giveFloor(input: {{sessionId: $id, profileId: $whom}}) {{
      ... on GiveFloorPayload {{ {TALK} }} ... on Refusal {{ code }} }} }}"""
    called = {"id": key, "whom": encode_id("Profile", host.require_user())}
    assert (await ask(other, give, **called))["giveFloor"] == {"code": "not_allowed"}
    talk = (await ask(host, give, **called))["giveFloor"]["talk"]
    assert talk["floor"] == {"profile": {"name": "Ana"}}
    for who in (host, other):
        talk = (await ask(who, raise_hand, id=key))["raiseHand"]["talk"]
    assert [(hand["profile"]["name"], hand["timesHeard"]) for hand in talk["hands"]] == [("Bola", 0), ("Ana", 1)]
    lower = "mutation ($id: ID!) { lowerHand(input: {sessionId: $id}) { __typename } }"
    end = "mutation ($id: ID!) { endFloor(input: {sessionId: $id}) { __typename } }"
    assert (await ask(other, lower, id=key))["lowerHand"] == {"__typename": "LowerHandPayload"}
    assert (await ask(host, end, id=key))["endFloor"] == {"__typename": "EndFloorPayload"}
    found = await ask(other, f"{{ sessions {{ edges {{ node {{ {TALK} }} }} }} }}")
    (room_now,) = found["sessions"]["edges"]
    assert room_now["node"]["talk"]["floor"] is None
    assert [hand["raisedAt"] is None for hand in room_now["node"]["talk"]["hands"]] == [False, True]


KEPT = """
query ($id: ID!) { node(id: $id) { ... on Session {
  agenda { title minutes doneAt } currentItem { title } timer { endsAt leftSeconds }
  links { url title author { name } } actions { text dueOn owner { name } }
  mentorship { actions(first: 5) { edges { node { text } } } }
} } }
"""


async def test_the_two_keep_agenda_timer_links_and_actions() -> None:
    one, other, session = await room()
    key, owner = encode_id("Session", session.id), encode_id("Profile", other.require_user())

    async def done(who: Actor, name: str, payload: str, **form: Any) -> Any:
        kind = f"{name[0].upper()}{name[1:]}"
        query = f"""mutation ($form: {kind}Input!) {{ {name}(input: $form) {{
          ... on {kind}Payload {{ {payload} }} ... on Refusal {{ message }} }} }}"""
        return (await ask(who, query, form=form))[name]

    items = [
        (await done(one, "addAgendaItem", "item { id }", sessionId=key, title=title, minutes=10))["item"]["id"]
        for title in ("Rates", "Plan", "Old")
    ]
    await done(other, "moveAgendaItem", "item { id }", itemId=items[1], position=0)
    await done(other, "editAgendaItem", "item { id }", itemId=items[0], title="My rates", minutes=20, isDone=True)
    await done(one, "removeAgendaItem", "session { id }", itemId=items[2])
    taken = await done(one, "takeUpAgendaItem", "session { currentItem { title } }", itemId=items[1])
    assert taken == {"session": {"currentItem": {"title": "Plan"}}}
    await done(one, "setTimer", "session { id }", sessionId=key, action="START", seconds=60)
    await done(one, "setTimer", "session { id }", sessionId=key, action="PAUSE")
    link = await done(one, "addLink", "link { id }", sessionId=key, url="https://example.org", title="Rates")
    agreed = await done(
        one, "addAction", "action { id }", sessionId=key, text="Send it", ownerId=owner, dueOn="2027-03-09"
    )
    kept = (await ask(other, KEPT, id=key))["node"]
    assert kept["timer"]["endsAt"] is None
    assert kept["timer"]["leftSeconds"] in range(1, 61)
    assert [(item["title"], item["minutes"], item["doneAt"] is None) for item in kept["agenda"]] == [
        ("Plan", 10, True),
        ("My rates", 20, False),
    ]
    assert kept["links"] == [{"url": "https://example.org", "title": "Rates", "author": {"name": "Ana"}}]
    assert kept["actions"] == [{"text": "Send it", "dueOn": "2027-03-09", "owner": {"name": "Bola"}}]
    assert kept["mentorship"]["actions"]["edges"] == [{"node": {"text": "Send it"}}]
    action = agreed["action"]["id"]
    edited = await done(other, "editAction", "action { doneAt }", actionId=action, text="x", ownerId=owner, isDone=True)
    assert edited["action"]["doneAt"] is not None
    assert await done(other, "removeAction", "sessionId", actionId=action) == {"sessionId": key}
    assert await done(other, "removeLink", "sessionId", linkId=link["link"]["id"]) == {"sessionId": key}

"""Requests and mentorships through the GraphQL door: what each side may see and do, in how many statements."""

from typing import Any

import pytest

from server.domain.actors import VISITOR, Actor
from server.kit.ids import new_id
from server.schema.core.ids import encode_id
from tests.factories.mentorships import mentorship, request_row, room_for, sent
from tests.factories.people import person
from tests.schema.room import answer, ask
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

SEND = """
mutation ($input: SendRequestInput!) { sendRequest(input: $input) {
  __typename
  ... on SendRequestPayload { request { id state viewerIs goal skillIds minutesNeeded version } }
  ... on Refusal { code message }
  ... on InvalidInput { fields { path code } }
} }
"""
ACT = """
mutation ($id: ID!) { %s(input: {requestId: $id%s}) {
  __typename
  ... on Refusal { code }
  ... on Conflict { current }
  ... on LimitReached { limit }
  ... on %s { %s }
} }
"""
BOX = """
query ($box: RequestBox!, $first: Int, $after: String, $states: [RequestState!]) {
  requests(box: $box, first: $first, after: $after, states: $states) {
    edges { node {
      id state goal note expiresAt waitingPosition sender { id name } mentor { name }
      events(first: 5) { edges { node { state text actor { name } } } }
    } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


def act(name: str, payload: str, more: str = "") -> str:
    """Return a mutation on a request."""
    stem = name[0].upper() + name[1:]
    return ACT % (name, more, f"{stem}Payload", payload)


def profile_id(who: Actor) -> str:
    return encode_id("Profile", who.require_user())


def request_input(receiver: Actor, **content: Any) -> dict[str, Any]:
    values = {"format": "CLASSIC", "goal": "Send my first invoice", "minutesNeeded": 60, **content}
    return {"receiverId": profile_id(receiver), "content": values}


async def test_a_request_is_sent_asked_more_answered_and_accepted() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    sent_now = (await ask(mentee, SEND, input=request_input(mentor)))["sendRequest"]
    key = sent_now["request"]["id"]
    assert (sent_now["request"]["state"], sent_now["request"]["viewerIs"]) == ("SENT", "SENDER")
    steps = [
        (mentor, "viewRequest", "", "VIEWED"),
        (mentor, "askForMore", ', text: "Which trade?"', "INFO_REQUESTED"),
        (mentee, "answerMore", ', text: "Courier"', "SENT"),
    ]
    for who, name, more, state in steps:
        found = (await ask(who, act(name, "request { state }", more), id=key))[name]
        assert found["request"]["state"] == state
    accepted = await ask(mentor, act("acceptRequest", "mentorship { state mentor { name } request { state } }"), id=key)
    assert accepted["acceptRequest"] == {
        "__typename": "AcceptRequestPayload",
        "mentorship": {"state": "ACTIVE", "mentor": {"name": "Bola"}, "request": {"state": "ACCEPTED"}},
    }
    again = await ask(mentor, act("acceptRequest", "mentorship { id }"), id=key)
    assert again["acceptRequest"] == {"__typename": "Conflict", "code": "already_answered", "current": "accepted"}


async def test_refusals_are_answers_with_a_code() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    bad = (await ask(mentee, SEND, input=request_input(mentor, goal="", minutesNeeded=60)))["sendRequest"]
    assert (bad["__typename"], bad["fields"]) == ("InvalidInput", [{"path": "goal", "code": "too_short"}])
    unknown = request_input(mentor, skillIds=[encode_id("Skill", "nothing")])
    assert (await ask(mentee, SEND, input=unknown))["sendRequest"]["fields"] == [
        {"path": "skillIds", "code": "unknown"}
    ]
    forged = {**request_input(mentor), "receiverId": encode_id("Session", mentor.require_user())}
    assert (await ask(mentee, SEND, input=forged))["sendRequest"]["code"] == "not_found"
    assert (await ask(VISITOR, SEND, input=request_input(mentor)))["sendRequest"]["code"] == "sign_in_needed"


async def test_a_full_mentor_is_told_as_a_limit() -> None:
    mentor, one, two = await person("Mo"), await person("Ana"), await person("Bola")
    await room_for(mentor, 1)
    accept = act("acceptRequest", "mentorship { id }")
    keys = [encode_id("MentorshipRequest", (await sent(who, mentor)).id) for who in (one, two)]
    await ask(mentor, accept, id=keys[0])
    assert (await ask(mentor, accept, id=keys[1]))["acceptRequest"] == {
        "__typename": "LimitReached",
        "code": "mentor_full",
        "limit": 1,
    }


async def test_the_note_of_a_no_is_read_by_its_writer_only() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    key = encode_id("MentorshipRequest", (await sent(mentee, mentor)).id)
    decline = act("declineRequest", "request { note declineReason }", ', reason: NO_TIME, note: "in spring"')
    found = (await ask(mentor, decline, id=key))["declineRequest"]
    assert found["request"] == {"note": "in spring", "declineReason": "NO_TIME"}
    seen = (await ask(mentee, BOX, box="SENT"))["requests"]["edges"][0]["node"]
    assert (seen["state"], seen["note"]) == ("DECLINED", None)


async def test_a_request_and_a_mentorship_are_not_there_for_strangers_on_any_path() -> None:
    mentee, mentor, stranger = await person("Ana"), await person("Bola"), await person("Chi")
    request, together = await sent(mentee, mentor), await mentorship(mentor, mentee)
    keys = [encode_id("MentorshipRequest", request.id), encode_id("Mentorship", together.id)]
    forms = {
        "acceptRequest": "",
        "declineRequest": ", reason: OTHER",
        "withdrawRequest": "",
        "viewRequest": "",
        "sendDraft": "",
        "askForMore": ', text: "?"',
        "answerMore": ', text: "!"',
        "referRequest": f', toProfileId: "{profile_id(mentee)}"',
    }
    missing = encode_id("MentorshipRequest", new_id())
    for who in (stranger, VISITOR):
        found = await ask(who, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=keys)
        assert found["nodes"] == [None, None]
        for name, more in forms.items():
            outcomes = [(await ask(who, act(name, "__typename", more), id=key))[name] for key in (keys[0], missing)]
            assert outcomes[0] == outcomes[1], name
            assert outcomes[0]["code"] in {"not_found", "sign_in_needed"}, name
    for box in ("SENT", "RECEIVED"):
        assert (await ask(stranger, BOX, box=box))["requests"]["edges"] == []
        refused = await answer(VISITOR, BOX, box=box)
        assert refused.errors


async def test_the_boxes_page_by_key_and_filter_by_state() -> None:
    mentor = await person("Mo")
    for number in range(7):
        await request_row(await person(f"Mentee{number}"), mentor)
    seen: list[str] = []
    after = None
    while True:
        page = (await ask(mentor, BOX, box="RECEIVED", first=3, after=after, states=["SENT"]))["requests"]
        seen += [edge["node"]["sender"]["name"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [f"Mentee{number}" for number in reversed(range(7))]
    assert (await ask(mentor, BOX, box="RECEIVED", states=["EXPIRED"]))["requests"]["edges"] == []
    assert (await ask(mentor, BOX, box="SENT"))["requests"]["edges"] == []


async def test_a_box_costs_the_same_statements_for_one_request_as_for_twenty() -> None:
    mentor = await person("Mo")
    for number in range(20):
        await request_row(await person(f"Mentee{number}"), mentor)
    counts = []
    for first in (1, 20):
        with counted_statements() as statements:
            found = await ask(mentor, BOX, box="RECEIVED", first=first)
        assert len(found["requests"]["edges"]) == first
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6


async def test_mentorships_are_ones_own_and_end_once() -> None:
    mentee, mentor, stranger = await person("Ana"), await person("Bola"), await person("Chi")
    together = await mentorship(mentor, mentee)
    query = "{ mentorships { edges { node { id state mentor { name } mentee { name } request { id } } } } }"
    for who in (mentee, mentor):
        nodes = [edge["node"] for edge in (await ask(who, query))["mentorships"]["edges"]]
        assert [(node["state"], node["mentor"]["name"], node["mentee"]["name"]) for node in nodes] == [
            ("ACTIVE", "Bola", "Ana")
        ]
    assert (await ask(stranger, query))["mentorships"]["edges"] == []
    end = """mutation ($id: ID!) { endMentorship(input: {mentorshipId: $id, reason: MOVED}) {
      ... on EndMentorshipPayload { mentorship { state } } ... on Refusal { code } } }"""
    key = encode_id("Mentorship", together.id)
    assert (await ask(stranger, end, id=key))["endMentorship"]["code"] == "not_found"
    assert (await ask(mentee, end, id=key))["endMentorship"]["mentorship"]["state"] == "ENDED_EARLY"
    assert (await ask(mentor, end, id=key))["endMentorship"]["code"] == "conflict"

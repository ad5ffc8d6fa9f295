"""Open asks, waiting lists and what one tells the matching, through GraphQL as a client asks."""

from typing import Any

import pytest

from server.domain.actors import Actor
from server.domain.waiting import EQUITY_EVERY
from server.schema.core.ids import encode_id
from tests.factories.graphql import Door, door
from tests.factories.matching import SKILL, learner, mentor, still_engine
from tests.factories.people import person
from tests.factories.profiles import offers

pytestmark = pytest.mark.usefixtures("db")

SKILL_ID = encode_id("Skill", SKILL)


async def do(http: Door, actor: Actor, mutation: str, selection: str, **value: Any) -> dict[str, Any]:
    """Run a mutation; return its payload, or its refusal's code and type."""
    kind = mutation[0].upper() + mutation[1:]
    document = (
        f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) {{ __typename ... on Refusal {{ code }}"
        f" ... on {kind}Payload {{ {selection} }} }} }}"
    )
    found: dict[str, Any] = (await http.ask(actor, document, input=value))[mutation]
    return found


async def test_an_ask_goes_from_its_author_to_a_mentor_and_back() -> None:
    worker, mo, nia = await person("Ana"), await person("Mo"), await person("Nia")
    for who in (mo, nia):
        await offers(who, SKILL)
    async with door() as http:
        made = await do(http, worker, "postAsk", "ask { id isMine state }", goal="Late fees?", skillIds=[SKILL_ID])
        ask_id = made["ask"]["id"]
        taken = await do(http, mo, "takeAsk", "ask { isHeldByMe leaseUntil author { name } }", askId=ask_id)
        assert (taken["ask"]["isHeldByMe"], taken["ask"]["author"]) == (True, {"name": "Ana"})
        (edge,) = (await http.ask(nia, "{ openAsks { edges { node { isHeldByMe holder { name } } } } }"))["openAsks"][
            "edges"
        ]
        assert edge["node"] == {"isHeldByMe": False, "holder": {"name": "Mo"}}
        late = await do(http, nia, "answerAsk", "ask { id }", askId=ask_id, text="In the quote.")
        assert (late["__typename"], late["code"]) == ("Conflict", "ask_taken")
        await do(http, mo, "answerAsk", "ask { id }", askId=ask_id, text="Say it early.")
        mine = await http.ask(worker, "{ myOpenAsks { edges { node { state answer answerer { name } } } } }")
        assert [edge["node"] for edge in mine["myOpenAsks"]["edges"]] == [
            {"state": "ANSWERED", "answer": "Say it early.", "answerer": {"name": "Mo"}}
        ]
        kept = await http.ask(nia, "{ myAskDrafts { edges { node { text ask { id } } } } }")
        assert [edge["node"] for edge in kept["myAskDrafts"]["edges"]] == [{"text": "In the quote.", "ask": None}]


async def test_an_anonymous_author_is_nowhere_in_what_others_read() -> None:
    worker, mo = await person("Ana"), await person("Mo")
    await offers(mo, SKILL)
    async with door() as http:
        form = {"goal": "Late fees?", "skillIds": [SKILL_ID], "isAnonymous": True}
        await do(http, worker, "postAsk", "ask { id }", **form)
        fields = "id isMine author { id name } holder { id } answerer { id } request { id }"
        response = await http.send(mo, f"{{ openAsks {{ edges {{ cursor node {{ {fields} }} }} }} }}")
        assert "Late" not in response.text
        assert '"author":null' in response.text
        assert encode_id("Profile", worker.require_user()) not in response.text
        mine = await http.ask(worker, "{ myOpenAsks { edges { node { author { name } } } } }")
        assert mine["myOpenAsks"]["edges"][0]["node"] == {"author": {"name": "Ana"}}


async def test_a_place_in_line_says_where_it_stands_and_claims_to_know_no_more() -> None:
    first, second = await learner("Ana"), await learner("Bea")
    join = {"skillId": SKILL_ID, "format": "CLASSIC", "goal": "Send an invoice", "minutesNeeded": 60}
    place = "place { id position skill { label } state }"
    async with door() as http:
        assert (await do(http, first, "joinSkillWaitingList", place, **join))["place"]["position"] == 1
        assert (await do(http, second, "joinSkillWaitingList", place, **join))["place"]["position"] == 2
        again = await do(http, second, "joinSkillWaitingList", place, **join)
        assert again["code"] == "conflict"
        asked = "position acceptRate forecast { served } help { asksAnswered hoursToAnswer webinars { title } }"
        order = "waitingListRule waitingListOrder { newcomerEvery offerHours }"
        told = await http.ask(second, f"{{ waitingList {{ edges {{ node {{ {asked} }} }} }} {order} }}")
        assert told["waitingList"]["edges"][0]["node"] == {
            "position": 2,
            "acceptRate": None,
            "forecast": None,
            "help": {"asksAnswered": 0, "hoursToAnswer": None, "webinars": []},
        }
        assert "longest" in told["waitingListRule"]
        numbers = told["waitingListOrder"]
        assert numbers == {"newcomerEvery": EQUITY_EVERY, "offerHours": 48}
        assert all(str(number) in told["waitingListRule"] for number in numbers.values())


async def test_musts_show_their_cost_and_searches_are_run_again() -> None:
    worker = await learner("Ana")
    await mentor("Mo", work_patterns=["gig"])
    await mentor("Nia", work_patterns=["freelance"])
    must = {"kind": "PATTERN", "value": "gig", "strength": "MUST"}
    async with still_engine() as engine, door() as http:
        kept = await do(http, worker, "setMatchWishes", "wishes { kind value strength }", wishes=[must])
        assert kept["wishes"] == [must]
        await engine.catch_up()
        costs = await http.ask(
            worker, "{ matchCosts(format: CLASSIC) { possible left musts { removes wish { value } } } }"
        )
        assert costs["matchCosts"] == {"possible": 2, "left": 1, "musts": [{"removes": 1, "wish": {"value": "gig"}}]}
        wanted = {"skills": [SKILL_ID], "canMeetWithinDays": 10}
        saved = await do(http, worker, "saveSearch", "search { id filter }", name="Soon", filter=wanted)
        query = "query($id: ID!) { profiles(savedSearchId: $id) { edges { node { name } } } }"
        found = await http.ask(worker, query, id=saved["search"]["id"])
        assert {edge["node"]["name"] for edge in found["profiles"]["edges"]} == {"Mo", "Nia"}

"""Recommendations through the GraphQL door."""

from typing import Any

import pytest

from server.schema.core.ids import encode_id
from tests.factories.graphql import door
from tests.factories.matching import SKILL, learner, mentor, ready_engine
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

LIST = """
query($filters: RecommendationFilter) {
  recommendations(format: CLASSIC, first: 5, filters: $filters) {
    edges { node {
      score state format side profile { name }
      explanation {
        score parts { side name share isUnknown } starts { at yours theirs } raises { name gain }
        evidence { nearness levelGap needed { label } offered { label } }
      }
    } }
    pageInfo { hasNextPage }
  }
}
"""
DISMISS = """
mutation($input: DismissSuggestionInput!) {
  dismissSuggestion(input: $input) {
    ... on DismissSuggestionPayload { state }
    ... on Refusal { code }
  }
}
"""
SAVE = DISMISS.replace("Dismiss", "Save").replace("dismiss", "save")
PAIR = """
query($id: ID!) {
  whyNot(profileId: $id, format: CLASSIC) { isAvailable reason missing message }
  commonStarts(profileId: $id, minutes: 30, first: 2) { at yours theirs }
}
"""


def nodes(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in answer["recommendations"]["edges"]]


async def test_a_learner_reads_who_suits_and_why_and_when_and_dismisses_and_saves() -> None:
    lea, mo = await learner(time_zone="America/Lima"), await mentor(time_zone="Europe/Lisbon")
    other = encode_id("Profile", mo.require_user())
    about = {"input": {"profileId": other, "format": "CLASSIC"}}
    async with ready_engine(), door() as http:
        (found,) = nodes(await http.ask(lea, LIST))
        assert (found["state"], found["side"], found["profile"]) == ("SHOWN", "LEARNER", {"name": "Mo"})
        why = found["explanation"]
        assert sum(part["share"] for part in why["parts"]) == pytest.approx(why["score"], abs=1e-9)
        label = {"label": "invoicing"}
        assert why["evidence"] == [{"nearness": "SAME", "levelGap": 3, "needed": label, "offered": label}]
        assert len(why["starts"]) == 3
        assert why["starts"][0]["yours"].endswith("-05:00")
        assert why["raises"]
        pair = await http.ask(lea, PAIR, id=other)
        assert pair["whyNot"] == {
            "isAvailable": True,
            "reason": None,
            "missing": None,
            "message": "You can be matched.",
        }
        assert len(pair["commonStarts"]) == 2
        assert (await http.ask(lea, DISMISS, **about))["dismissSuggestion"] == {"state": "DISMISSED"}
        assert nodes(await http.ask(lea, LIST)) == []
        assert (await http.ask(lea, SAVE, **about))["saveSuggestion"] == {"state": "SAVED"}
        assert [one["state"] for one in nodes(await http.ask(lea, LIST))] == ["SAVED"]


async def test_a_filter_takes_skills_and_nothing_else() -> None:
    lea, _ = await learner(), await mentor()
    async with ready_engine(), door() as http:
        assert len(nodes(await http.ask(lea, LIST, filters={"skills": [encode_id("Skill", SKILL)]}))) == 1
        assert nodes(await http.ask(lea, LIST, filters={"skills": [encode_id("Skill", "gig:van-driving")]})) == []
        for wrong in (encode_id("Profile", lea.require_user()), ""):
            body = (await http.send(lea, LIST, filters={"skills": [wrong]})).json()
            assert body["errors"][0]["extensions"]["code"] == "invalid_input"


async def test_before_the_engine_is_ready_suggestions_are_refused_for_a_moment() -> None:
    lea = await learner()
    async with door() as http:
        body = (await http.send(lea, LIST)).json()
    assert body["errors"][0]["extensions"]["code"] == "suggestions_preparing"


async def test_nobody_without_a_verified_address_asks_the_matching() -> None:
    new = await person("New", is_verified=False)
    mo = await mentor()
    async with ready_engine(), door() as http:
        for query in (LIST, PAIR):
            body = (await http.send(new, query, id=encode_id("Profile", mo.require_user()))).json()
            assert {error["extensions"]["code"] for error in body["errors"]} == {"not_allowed"}

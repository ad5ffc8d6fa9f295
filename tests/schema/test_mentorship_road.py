"""The road of a mentorship through the GraphQL door: what each side sees of it, and what nobody sees yet."""

from datetime import timedelta

import pytest

from server.domain.actors import Actor
from server.kit.clock import clock, now
from server.schema.core.ids import encode_id
from tests.factories.graphql import door, mutation_document
from tests.factories.graphql_road import SEALED
from tests.factories.graphql_world import world
from tests.factories.matching import ready_engine
from tests.factories.mentorships import mentorship
from tests.factories.people import person
from tests.schema.test_blocks import every_way

pytestmark = pytest.mark.usefixtures("db")

SAID = "feedback { mine { kudos } received { kudos } canGive }"
FEEDBACK = f"{{ mentorships {{ edges {{ node {{ {SAID} }} }} }} me {{ export }} }}"
PAUSED = """{ mentorships { edges { node {
  state version pause { by reason holdsPlace } closing { completesAt } brief { deliverable } trialUntil
} } } }"""


async def test_feedback_that_waits_for_the_other_is_in_no_answer_but_its_authors() -> None:
    here = await world()
    async with door() as http:
        for role, viewer in here.viewers.items():
            ids = ",".join(f'"{one.id}"' for one in here.of("Mentorship"))
            for query in (FEEDBACK, f"{{ nodes(ids: [{ids}]) {{ ... on Mentorship {{ {SAID} }} }} }}"):
                response = await http.send(viewer, query)
                assert (SEALED in response.text) == (role == "party"), (role, query, response.text[:300])


@pytest.mark.slow
async def test_no_way_through_the_schema_shows_feedback_before_its_time_to_anybody_else() -> None:
    here = await world()
    async with ready_engine(), door() as http:
        for role in ("owner", "community_manager", "program_manager", "safety_team", "admin"):
            for way, query in every_way(here):
                response = await http.send(here.viewers[role], query)
                assert SEALED not in response.text, (role, way)


async def test_feedback_reaches_the_other_side_on_the_seventh_day() -> None:
    here = await world()
    async with door() as http:
        with clock.moved(timedelta(days=6, hours=23)):
            assert SEALED not in (await http.send(here.viewers["owner"], FEEDBACK)).text
        with clock.moved(timedelta(days=7, hours=1)):
            assert SEALED in (await http.send(here.viewers["owner"], FEEDBACK)).text


async def act(who: Actor, name: str, together: str, **more: object) -> dict[str, object]:
    async with door() as http:
        document = mutation_document(name, "mentorship { state version }")
        answer: dict[str, object] = (await http.ask(who, document, input={"mentorshipId": together, **more}))[name]
    return answer


async def test_two_pause_and_go_on_and_both_see_who_paused() -> None:
    mentor, mentee = await person("Ana"), await person("Bola")
    together = encode_id("Mentorship", (await mentorship(mentor, mentee)).id)
    until = (now() + timedelta(days=20)).isoformat()
    paused = await act(mentee, "pauseMentorship", together, until=until, reason="GIG")
    assert paused["mentorship"] == {"state": "PAUSED", "version": 2}
    async with door() as http:
        for who in (mentor, mentee):
            (edge,) = (await http.ask(who, PAUSED))["mentorships"]["edges"]
            assert edge["node"]["pause"] == {"by": "MENTEE", "reason": "GIG", "holdsPlace": True}
    stale = await act(mentor, "resumeMentorship", together, expectedVersion=1)
    assert (stale["__typename"], stale["current"]) == ("Conflict", "paused")
    going_on = await act(mentor, "resumeMentorship", together)
    assert going_on["mentorship"] == {"state": "ACTIVE", "version": 3}

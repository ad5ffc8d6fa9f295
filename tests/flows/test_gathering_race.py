"""Fifty people at once, over two processes, at a gathering for five: the cap and the line are exact throughout."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx

from server.domain.actors import SYSTEM, Actor
from server.models.database import database
from server.models.gatherings import Gathering, GatheringAnswer
from server.models.identity import User
from server.schema.core.ids import encode_id
from server.services.logins import open_login
from tests.conftest import Servers
from tests.factories.gatherings import announced, gathering_form
from tests.factories.people import person
from tests.flows.harness import serving

CAP, HIGHER_CAP, PEOPLE = 5, 9, 50
ANSWER = """
mutation($id: ID!, $rsvp: GatheringRsvp!) { answerGathering(input: {gatheringId: $id, rsvp: $rsvp}) {
  __typename ... on Refusal { code } ... on AnswerGatheringPayload { gathering { going cap myAnswer { state } } }
} }
"""
EDIT = """
mutation($id: ID!, $form: GatheringInput!) { editGathering(input: {gatheringId: $id, gathering: $form}) {
  __typename ... on Refusal { code message } ... on EditGatheringPayload { gathering { going cap } }
} }
"""


async def test_the_cap_and_the_line_are_exact_under_fifty_writers_on_two_processes(
    clean_servers: Servers, tmp_path: Path
) -> None:
    set_up = {"ALONGSIDE_SECRET_KEY": "k" * 40, "ALONGSIDE_LIVE_DRAIN_SECONDS": "0"}
    async with AsyncExitStack() as stack:
        one, two = await asyncio.gather(
            stack.enter_async_context(serving(clean_servers, "--no-worker", "--data", str(tmp_path / "one"), **set_up)),
            stack.enter_async_context(serving(clean_servers, "--no-worker", "--data", str(tmp_path / "two"), **set_up)),
        )
        await stack.enter_async_context(database(clean_servers.database_url))
        limits = httpx.Limits(max_connections=PEOPLE)
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=60, limits=limits))
        host, people = await person("Hana"), [await person(f"P{number}") for number in range(PEOPLE)]
        tokens = {who.user_id: await token_of(who) for who in (host, *people)}
        row = await announced(host, cap=CAP)
        within = Race(http, [one.url, two.url], tokens, encode_id("Gathering", row.id))
        answers = await within.answer(people, "YES")
        assert {(one["going"] <= CAP, one["cap"]) for one in answers} == {(True, CAP)}
        assert await states(row) == {"going": CAP, "waiting": PEOPLE - CAP}
        line = await waiting(row)
        leaving = [who for who in people if who.user_id not in line]
        # Those who go leave, the host raises the cap, and some of the line give up: all at once.
        impatient = [who for who in people if who.user_id in line[-10:]]
        edited, *left = await asyncio.gather(
            within.raise_cap(host), within.answer(leaving, "NO"), within.answer(impatient, "NO")
        )
        assert edited["cap"] == HIGHER_CAP
        assert {one["going"] <= one["cap"] for answers in left for one in answers} == {True}
        gone = CAP + len(impatient)
        assert await states(row) == {
            "going": HIGHER_CAP,
            "waiting": PEOPLE - gone - HIGHER_CAP,
            "not_going": gone,
        }
        assert await waiting(row) == line[HIGHER_CAP:-10], "who waited longest moved up, in the order of the line"


class Race:
    """People who send what they do at once, each to the next server in turn; any answer but 200 fails the test."""

    def __init__(self, http: httpx.AsyncClient, urls: list[str], tokens: dict[Any, str], gathering_id: str) -> None:
        self._http, self._urls, self._tokens, self._id = http, urls, tokens, gathering_id

    async def answer(self, people: list[Actor], rsvp: str) -> list[dict[str, Any]]:
        """Return the gathering as each was answered."""
        sent = (self._send(number, who, ANSWER, rsvp=rsvp) for number, who in enumerate(people))
        return [one["answerGathering"]["gathering"] for one in await asyncio.gather(*sent)]

    async def raise_cap(self, host: Actor) -> dict[str, Any]:
        """Return the gathering with its higher cap."""
        form = gathering_form(cap=HIGHER_CAP)
        words = {"title": form.title, "place": form.place, "city": form.city, "timeZone": form.time_zone}
        when = {"day": form.day.isoformat(), "startMinute": form.start_minute, "cap": HIGHER_CAP}
        found: dict[str, Any] = (await self._send(0, host, EDIT, form={**words, **when}))["editGathering"]["gathering"]
        return found

    async def _send(self, number: int, who: Actor, document: str, **variables: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self._tokens[who.user_id]}"}
        body = {"query": document, "variables": {"id": self._id, **variables}}
        url = self._urls[number % len(self._urls)]
        response = await self._http.post(f"{url}/graphql", json=body, headers=headers)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()["data"]
        return found


async def token_of(who: Actor) -> str:
    """Return a bearer token of somebody."""
    email = str((await User.get(id=who.user_id)).email)
    return (await open_login(SYSTEM, email=email, user_agent="race")).token


async def states(of: Gathering) -> Counter[str]:
    """Count the answers by what they came to."""
    return Counter([row.state.value for row in await GatheringAnswer.filter(gathering_id=of.id)])


async def waiting(of: Gathering) -> list[Any]:
    """Return who waits, in the order of the line."""
    rows = await GatheringAnswer.filter(gathering_id=of.id, state="waiting").order_by("queued_at", "id")
    return [row.profile_id for row in rows]

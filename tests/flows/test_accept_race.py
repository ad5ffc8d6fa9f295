"""Fifty yeses at once, over two processes, to a mentor with three places."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx

from server.domain.actors import SYSTEM
from server.domain.availability import CapacityKind, MentoringFormat
from server.models.availability import CapacityAccount, CapacityEntry
from server.models.database import database
from server.models.identity import User
from server.models.mentorships import Mentorship, MentorshipRequest
from server.schema.core.ids import encode_id
from server.services.logins import open_login
from tests.conftest import Servers
from tests.factories.mentorships import room_for, sent
from tests.factories.people import person
from tests.flows.harness import serving

PLACES, MENTEES = 3, 50
ACCEPT = """
mutation($id: ID!) { acceptRequest(input: {requestId: $id}) {
  __typename ... on Refusal { code } ... on LimitReached { limit } ... on AcceptRequestPayload { mentorship { id } }
} }
"""


async def test_exactly_as_many_become_mentorships_as_there_are_places(clean_servers: Servers, tmp_path: Path) -> None:
    set_up = {"ALONGSIDE_SECRET_KEY": "k" * 40, "ALONGSIDE_LIVE_DRAIN_SECONDS": "0"}
    async with AsyncExitStack() as stack:
        one, two = await asyncio.gather(
            stack.enter_async_context(serving(clean_servers, "--no-worker", "--data", str(tmp_path / "one"), **set_up)),
            stack.enter_async_context(serving(clean_servers, "--no-worker", "--data", str(tmp_path / "two"), **set_up)),
        )
        await stack.enter_async_context(database(clean_servers.database_url))
        mentor = await person("Bola")
        await room_for(mentor, PLACES)
        requests = [await sent(await person(f"Ana{number}"), mentor) for number in range(MENTEES)]
        email = str((await User.get(id=mentor.user_id)).email)
        token = (await open_login(SYSTEM, email=email, user_agent="race")).token
        ids = [encode_id("MentorshipRequest", request.id) for request in requests]
        answers = await at_once([one.url, two.url], token, ids)
        kinds = Counter((answer["__typename"], answer.get("code"), answer.get("limit")) for answer in answers)
        assert kinds == {
            ("AcceptRequestPayload", None, None): PLACES,
            ("LimitReached", "mentor_full", PLACES): MENTEES - PLACES,
        }
        won = {answer["mentorship"]["id"] for answer in answers if "mentorship" in answer}
        rows = await Mentorship.filter(mentor_id=mentor.user_id)
        assert {encode_id("Mentorship", row.id) for row in rows} == won
        assert await states() == {"accepted": PLACES, "sent": MENTEES - PLACES}
        place = await CapacityAccount.get(
            profile_id=mentor.user_id, kind=CapacityKind.CONCURRENT, format=MentoringFormat.CLASSIC
        )
        lines = await CapacityEntry.filter(account_id=place.id)
        assert (place.used, place.allowed, sum(line.delta for line in lines)) == (PLACES, PLACES, PLACES)


async def at_once(urls: list[str], token: str, ids: list[str]) -> list[dict[str, Any]]:
    """Accept all requests at once, each at the next server in turn; any answer but 200 fails the test."""
    limits = httpx.Limits(max_connections=len(ids))
    async with httpx.AsyncClient(timeout=60, limits=limits, headers={"authorization": f"Bearer {token}"}) as client:

        async def accept(number: int, request_id: str) -> dict[str, Any]:
            body = {"query": ACCEPT, "variables": {"id": request_id}}
            answer = await client.post(f"{urls[number % len(urls)]}/graphql", json=body)
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()["data"]["acceptRequest"]
            return found

        return await asyncio.gather(*(accept(number, one) for number, one in enumerate(ids)))


async def states() -> Counter[str]:
    """Count the requests by state."""
    return Counter([request.state.value for request in await MentorshipRequest.all()])

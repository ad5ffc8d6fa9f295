"""Fifty at once at the door of a circle, and of a meeting, over two processes: bounds are exact, lines in order."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.domain.actors import SYSTEM, Actor
from server.domain.circle_meetings import RsvpState
from server.domain.circles import SeatRole, SeatState
from server.kit.clock import now
from server.models.circle_meetings import CircleRsvp
from server.models.circles import CircleSeat
from server.models.database import database
from server.models.identity import User
from server.schema.core.ids import encode_id
from server.services.logins import open_login
from tests.conftest import Servers
from tests.factories.circles import Ring, planned, ring
from tests.factories.people import person
from tests.flows.harness import serving

pytestmark = pytest.mark.slow

PEOPLE, SEATS, CAP = 50, 8, 5
JOIN = """
mutation($id: ID!) { joinCircle(input: {circleId: $id}) {
  __typename ... on Refusal { code } ... on JoinCirclePayload { seat { state } }
} }
"""
ANSWER = """
mutation($id: ID!, $yes: Boolean!) { answerCircleMeeting(input: {meetingId: $id, isYes: $yes}) {
  __typename ... on Refusal { code } ... on AnswerCircleMeetingPayload { meeting { myAnswer } }
} }
"""


async def test_seats_and_places_are_given_exactly_once_and_lines_keep_their_order(
    clean_servers: Servers, tmp_path: Path
) -> None:
    set_up = {"ALONGSIDE_SECRET_KEY": "k" * 40, "ALONGSIDE_LIVE_DRAIN_SECONDS": "0"}
    async with AsyncExitStack() as stack:
        one, two = await asyncio.gather(
            stack.enter_async_context(serving(clean_servers, "--no-worker", "--data", str(tmp_path / "one"), **set_up)),
            stack.enter_async_context(serving(clean_servers, "--no-worker", "--data", str(tmp_path / "two"), **set_up)),
        )
        await stack.enter_async_context(database(clean_servers.database_url))
        urls = [one.url, two.url]
        await seats_are_exact(urls)
        await places_are_exact(urls)


async def seats_are_exact(urls: list[str]) -> None:
    """Let fifty join a circle of eight at once: those who come in, and those in line, are fifty-one in all."""
    of = await ring(1, most=SEATS)
    tokens = [await token_of(await person(f"P{number}")) for number in range(PEOPLE)]
    circle = encode_id("Circle", of.id)
    answers = await at_once(urls, JOIN, [(token, {"id": circle}) for token in tokens])
    assert Counter(answer["joinCircle"]["seat"]["state"] for answer in answers) == {
        "SEATED": SEATS - 1,
        "WAITLISTED": PEOPLE - SEATS + 1,
    }
    assert await states(of) == {SeatState.SEATED: SEATS, SeatState.WAITLISTED: PEOPLE - SEATS + 1}
    again = await at_once(urls, JOIN, [(token, {"id": circle}) for token in tokens])
    assert [answer["joinCircle"]["seat"] for answer in again] == [answer["joinCircle"]["seat"] for answer in answers]
    seated = await CircleSeat.filter(circle_id=of.id, state=SeatState.SEATED, role=SeatRole.MEMBER)
    line = await CircleSeat.filter(circle_id=of.id, state=SeatState.WAITLISTED).order_by("queued_at", "id")
    leave = "mutation($id: ID!) { leaveCircle(input: {circleId: $id}) { __typename } }"
    leaving = [await token_of(Actor(user_id=row.profile_id)) for row in seated]  # type: ignore[arg-type]  # one id for both
    await at_once(urls, leave, [(token, {"id": circle}) for token in leaving])
    moved_up = {row.profile_id for row in await CircleSeat.filter(circle_id=of.id, state=SeatState.SEATED)}
    assert moved_up == {of.lead.user_id, *(row.profile_id for row in line[: SEATS - 1])}


async def places_are_exact(urls: list[str]) -> None:
    """Let members of three circles' worth answer meetings with five places at once, some of them no."""
    of = await ring(20, most=20)
    meeting = await planned(of, cap=CAP)
    key = encode_id("CircleMeeting", meeting.id)
    tokens = [await token_of(who) for who in of.people]
    asked = [(token, {"id": key, "yes": True}) for token in tokens]
    answers = await at_once(urls, ANSWER, [*asked, *asked, *asked[:10]])
    assert {answer["answerCircleMeeting"]["__typename"] for answer in answers} == {"AnswerCircleMeetingPayload"}
    rows = await CircleRsvp.filter(meeting_id=meeting.id).order_by("queued_at", "id")
    assert [row.state for row in rows] == [RsvpState.COMING] * CAP + [RsvpState.WAITING] * (20 - CAP)
    by_person = {who.require_user(): token for who, token in zip(of.people, tokens, strict=True)}
    leaving = [(by_person[row.profile_id], {"id": key, "yes": False}) for row in rows[:CAP]]
    await at_once(urls, ANSWER, leaving)
    coming = await CircleRsvp.filter(meeting_id=meeting.id, state=RsvpState.COMING)
    assert {row.profile_id for row in coming} == {row.profile_id for row in rows[CAP : 2 * CAP]}


async def states(of: Ring) -> Counter[SeatState]:
    return Counter([row.state for row in await CircleSeat.filter(circle_id=of.id)])


async def token_of(who: Actor) -> str:
    """Return a login of somebody."""
    user = await User.get(id=who.user_id)
    if user.verified_at is None:
        await User.filter(id=who.user_id).update(verified_at=now())
    return str((await open_login(SYSTEM, email=str(user.email), user_agent="race")).token)


async def at_once(urls: list[str], document: str, asked: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Ask all at once, each at the next server in turn; any answer but 200 with data fails the test."""
    limits = httpx.Limits(max_connections=len(asked))
    async with httpx.AsyncClient(timeout=120, limits=limits) as client:

        async def ask(number: int, token: str, variables: dict[str, Any]) -> dict[str, Any]:
            answer = await client.post(
                f"{urls[number % len(urls)]}/graphql",
                json={"query": document, "variables": variables},
                headers={"authorization": f"Bearer {token}"},
            )
            assert answer.status_code == 200, answer.text
            body = answer.json()
            assert "errors" not in body, body
            found: dict[str, Any] = body["data"]
            return found

        return await asyncio.gather(*(ask(number, *one) for number, one in enumerate(asked)))

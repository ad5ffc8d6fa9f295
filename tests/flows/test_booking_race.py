"""Fifty tries at once, over two processes, to book one mentor into five hours: by mentees, circles and webinars."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from server.domain.actors import SYSTEM, Actor
from server.domain.availability import Interval
from server.domain.meetings import MentorshipMeetingState
from server.models.circle_meetings import CircleRsvp
from server.models.database import database
from server.models.identity import User
from server.models.meetings import Meeting, MeetingProposal
from server.models.webinars import Webinar
from server.queries.bookings import taken
from server.schema.core.ids import encode_id
from server.services import webinars
from server.services.logins import open_login
from tests.conftest import Servers
from tests.factories.circles import planned, ring
from tests.factories.meetings import ahead, proposed
from tests.factories.mentorships import mentorship
from tests.factories.people import person
from tests.flows.harness import serving

HOURS, MENTEES, CIRCLES, EVENTS = 5, 40, 5, 5
_TOLD = "__typename ... on Refusal { code }"
ACCEPT = (
    "mutation($id: ID!, $at: DateTime!) "
    f"{{ a: acceptProposal(input: {{proposalId: $id, startsAt: $at}}) {{ {_TOLD} }} }}"
)
COME = f"mutation($id: ID!) {{ a: answerCircleMeeting(input: {{meetingId: $id, isYes: true}}) {{ {_TOLD} }} }}"
PUBLISH = f"mutation($id: ID!) {{ a: publishWebinar(input: {{webinarId: $id}}) {{ {_TOLD} }} }}"

Try = tuple[str, dict[str, str]]


async def test_one_of_ten_gets_each_hour_whatever_it_is(clean_servers: Servers, tmp_path: Path) -> None:
    set_up = {"ALONGSIDE_SECRET_KEY": "k" * 40, "ALONGSIDE_LIVE_DRAIN_SECONDS": "0"}
    async with AsyncExitStack() as stack:
        one, two = await asyncio.gather(
            stack.enter_async_context(serving(clean_servers, "--no-worker", "--data", str(tmp_path / "one"), **set_up)),
            stack.enter_async_context(serving(clean_servers, "--no-worker", "--data", str(tmp_path / "two"), **set_up)),
        )
        await stack.enter_async_context(database(clean_servers.database_url))
        circle = await ring(3)
        mentor = circle.lead
        start = ahead(days=3)
        hours = [start + timedelta(hours=number) for number in range(HOURS)]
        tries = [
            *[await by_mentee(mentor, number, hours[number % HOURS]) for number in range(MENTEES)],
            *[(COME, {"id": encode_id("CircleMeeting", (await planned(circle, starts_at=at)).id)}) for at in hours],
            *[await by_event(mentor, at) for at in hours],
        ]
        assert len(tries) == MENTEES + CIRCLES + EVENTS == 50
        email = str((await User.get(id=mentor.user_id)).email)
        token = (await open_login(SYSTEM, email=email, user_agent="race")).token
        answers = await at_once([one.url, two.url], token, tries)
        kinds = Counter(answer.get("code", "done") for answer in answers)
        assert kinds == {"done": HOURS, "double_booked": 50 - HOURS}
        spans = [Interval(at, at + timedelta(hours=1)) for at in hours]
        assert (await taken([mentor.require_user()], spans))[mentor.require_user()] == spans
        assert await booked() == HOURS


async def by_mentee(mentor: Actor, number: int, at: datetime) -> Try:
    """Let a mentee propose an hour, which the mentor accepts; return that try."""
    mentee = await person(f"Mentee{number}")
    row: MeetingProposal = await proposed(mentee, await mentorship(mentor, mentee), at)
    return ACCEPT, {"id": encode_id("MeetingProposal", row.id), "at": at.isoformat()}


async def by_event(mentor: Actor, at: datetime) -> Try:
    """Let the mentor draft a webinar; return the try to publish it."""
    event = await webinars.create_webinar(mentor, form=webinars.WebinarForm(title="Rates", starts_at=at))
    return PUBLISH, {"id": encode_id("Webinar", event.id)}


async def booked() -> int:
    """Count what was booked, in every table that can hold it."""
    return (
        await Meeting.filter(state=MentorshipMeetingState.SCHEDULED).count()
        + await CircleRsvp.filter(state="coming").count()
        + await Webinar.filter(state="published").count()
    )


async def at_once(urls: list[str], token: str, tries: list[Try]) -> list[dict[str, Any]]:
    """Try all at once, each at the next server in turn; any answer but 200 fails the test."""
    limits = httpx.Limits(max_connections=len(tries))
    async with httpx.AsyncClient(timeout=60, limits=limits, headers={"authorization": f"Bearer {token}"}) as client:

        async def send(number: int, one: Try) -> dict[str, Any]:
            body = {"query": one[0], "variables": one[1]}
            answer = await client.post(f"{urls[number % len(urls)]}/graphql", json=body)
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()["data"]["a"]
            return found

        return await asyncio.gather(*(send(number, one) for number, one in enumerate(tries)))

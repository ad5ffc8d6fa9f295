"""Meetings, what is proposed and what is appealed cost the same number of statements at any size of the page."""

import re
from datetime import timedelta
from typing import Any

import pytest

from server.domain.actors import Actor, Role
from server.domain.circle_meetings import MeetingState
from server.domain.meetings import ProposalState, SeatOutcome
from server.domain.webinars import WebinarState
from server.kit.clock import now
from server.models.circle_meetings import CircleMeeting
from server.models.meetings import MeetingProposal, MeetingSeat
from server.models.webinars import Webinar
from server.services import webinars
from tests.factories.circles import proposed
from tests.factories.gatherings import announced
from tests.factories.graphql import door
from tests.factories.meetings import meeting_row
from tests.factories.mentorships import mentorship
from tests.factories.people import person
from tests.schema.meeting_nestings import MEETING_NESTINGS
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

PEOPLE = 12


async def village() -> Actor:
    """Let Ana have more than a page of mentorships, with meetings, proposals and appeals in each."""
    ana = await person("Ana", roles=frozenset({Role.COMMUNITY_MANAGER}))
    for number in range(PEOPLE):
        tie = await mentorship(ana, await person(f"P{number}"))
        for days in (1, 2):
            row = await meeting_row(tie, starts_at=now() + timedelta(days=days))
            seat: dict[str, Any] = {"outcome": SeatOutcome.NO_SHOW, "appealed_at": now(), "appeal_words": "A train"}
            await MeetingSeat.filter(meeting_id=row.id, profile_id=tie.mentee_id).update(**seat)
            await MeetingProposal.create(
                mentorship_id=tie.id,
                meeting_id=row.id,
                proposed_by=tie.mentee_id,
                starts=[row.starts_at.isoformat()],
                last_start=row.starts_at,
                minutes=60,
                time_zone="Europe/Lisbon",
                state=ProposalState.OPEN,
            )
    await _more_of_a_calendar(ana)
    return ana


async def _more_of_a_calendar(ana: Actor) -> None:
    """Give Ana circle meetings, webinars and gatherings on both days."""
    circle = await proposed(ana, name="Riders")
    for days in (1, 2):
        at = now() + timedelta(days=days)
        await CircleMeeting.create(
            circle_id=circle.id, title="Round", starts_at=at, state=MeetingState.PLANNED, planned_by=ana.user_id
        )
        event = await webinars.create_webinar(ana, form=webinars.WebinarForm(title="Rates", starts_at=at))
        await Webinar.filter(id=event.id).update(state=WebinarState.PUBLISHED)
        await announced(ana, timedelta(days=days, minutes=5))


async def test_each_nesting_takes_its_fixed_number_of_statements_at_any_page_size() -> None:
    ana = await village()
    counts: dict[str, list[int]] = {}
    async with door() as http:
        for name, (selection, _) in MEETING_NESTINGS.items():
            counts[name] = []
            for size in (2, PEOPLE):
                text = selection.replace("{page}", f"first: {size}")
                end = now() + timedelta(days=1.5 if size == 2 else 3)
                span = {"start": now().isoformat(), "end": end.isoformat()}
                head = "query($start: DateTime!, $end: DateTime!)" if "$start" in text else ""
                with counted_statements() as statements:
                    data = await http.ask(ana, f"{head} {{ {text} }}", **(span if head else {}))
                last = re.findall(r"(\w+) }", text)[-1]
                assert str(data).count(f"'{last}': ") >= (1 if head else size), (name, data)
                counts[name].append(len(statements))
    assert counts == {name: [expected] * 2 for name, (_, expected) in MEETING_NESTINGS.items()}

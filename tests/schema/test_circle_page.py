"""What a circle's page is told so that it holds no rule of its own: defaults, next steps, who may, who agreed."""

from typing import Any

import pytest

from server.domain.actors import VISITOR, Actor
from server.domain.circle_meetings import MeetingEnd
from server.domain.circles import CircleAction, CircleKind, SeatRole
from server.models.circle_meetings import CircleMeeting
from server.schema.core.ids import encode_id
from server.services import circle_meetings, circle_seats, circles
from server.services.circle_seats import JoinForm
from tests.factories.circles import Ring, planned, ring
from tests.factories.graphql import Door, door
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def shown(http: Door, who: Actor, of: Ring, selection: str) -> Any:
    """Return what somebody is shown of a circle."""
    key = encode_id("Circle", of.id)
    return (await http.ask(who, f'{{ node(id: "{key}") {{ ... on Circle {{ {selection} }} }} }}'))["node"]


async def test_every_kind_says_where_it_begins() -> None:
    asked = "{ circleKinds { kind naming joinMode facilitation confidentiality withMentor least most } }"
    async with door() as http:
        kinds = {each["kind"]: each for each in (await http.ask(VISITOR, asked))["circleKinds"]}
    assert set(kinds) == {kind.name for kind in CircleKind}
    assert kinds["SUPPORT"] == {
        "kind": "SUPPORT",
        "naming": "NICKNAMES",
        "joinMode": "APPROVE",
        "facilitation": "CO_LEAD",
        "confidentiality": "SEALED",
        "withMentor": False,
        "least": 3,
        "most": 8,
    }


async def test_leads_and_nobody_else_are_told_what_can_be_done_next() -> None:
    of = await ring()
    async with door() as http:
        assert await shown(http, of.lead, of, "moves") == {"moves": ["REST", "CLOSE"]}
        assert await shown(http, of.people[1], of, "moves") == {"moves": None}
        assert await shown(http, await person("Hana"), of, "moves") == {"moves": None}
        await circles.move_circle(of.lead, circle_id=of.id, action=CircleAction.CLOSE)
        assert await shown(http, of.lead, of, "moves") == {"moves": ["KEEP", "FINISH"]}


async def test_a_seat_says_whether_it_stands_by_the_norms_of_now() -> None:
    of = await ring(3)
    agreed = "seats { isAgreed }"
    async with door() as http:
        assert await shown(http, of.lead, of, agreed) == {"seats": [{"isAgreed": False}] * 3}
        await circles.write_norms(of.lead, circle_id=of.id, text="Be kind.")
        await circles.agree_to_norms(of.people[1], circle_id=of.id, number=1)
        seats = (await shown(http, of.lead, of, agreed))["seats"]
        assert [seat["isAgreed"] for seat in seats] == [True, True, False]
        await circle_seats.join_circle(await person("Eve"), circle_id=of.id, form=JoinForm(norms_number=1))
        seats = (await shown(http, of.lead, of, agreed))["seats"]
        assert [seat["isAgreed"] for seat in seats] == [False, False, False, True]


async def test_meetings_are_asked_for_by_where_they_stand_and_say_who_may_lead_them() -> None:
    of = await ring(3)
    off, first, second = [await planned(of, title=title) for title in ("Off", "First", "Second")]
    await circle_meetings.put_away_meeting(of.lead, meeting_id=off.id, end=MeetingEnd.CANCEL)
    await CircleMeeting.filter(id=second.id).update(facilitator_id=of.people[1].user_id)
    asked = "meetings(first: 1, states: [PLANNED, LIVE]) {{ edges {{ cursor node {{ title mayFacilitate }} }} }}"
    after = 'meetings(first: 5, after: "{}", states: [PLANNED, LIVE]) {{ edges {{ node {{ title mayFacilitate }} }} }}'
    async with door() as http:
        for who, may in ((of.lead, [True, True]), (of.people[1], [False, True]), (of.people[2], [False, False])):
            (edge,) = (await shown(http, who, of, asked.format()))["meetings"]["edges"]
            (rest,) = (await shown(http, who, of, after.format(edge["cursor"])))["meetings"]["edges"]
            told = [edge["node"], rest["node"]]
            assert told == [
                {"title": title, "mayFacilitate": one} for title, one in zip(["First", "Second"], may, strict=True)
            ]
    assert first.starts_at <= second.starts_at


async def test_an_invited_guest_is_told_when_and_may_open_it_after_a_yes() -> None:
    of, gus = await ring(3), await person("Gus")
    meeting = await planned(of)
    guest = {"profile_id": gus.require_user(), "role": SeatRole.GUEST, "meeting_id": meeting.id}
    await circle_seats.invite_to_circle(of.lead, circle_id=of.id, **guest)
    told = {"guestMeeting": {"meetingId": encode_id("CircleMeeting", meeting.id), "title": "First round"}}
    opened = f'{{ node(id: "{told["guestMeeting"]["meetingId"]}") {{ __typename }} }}'
    asked = "guestMeeting { meetingId title }"
    async with door() as http:
        assert await shown(http, gus, of, asked) == told
        assert (await http.ask(gus, opened))["node"] is None
        await circle_seats.answer_invitation(gus, circle_id=of.id, accept=True, form=JoinForm())
        assert await shown(http, gus, of, asked) == told
        assert (await http.ask(gus, opened))["node"] == {"__typename": "CircleMeeting"}
        assert await shown(http, of.lead, of, asked) == {"guestMeeting": None}
        await circle_meetings.put_away_meeting(of.lead, meeting_id=meeting.id, end=MeetingEnd.CANCEL)
        assert await shown(http, gus, of, asked) == {"guestMeeting": None}

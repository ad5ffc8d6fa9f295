"""Two strangers from request to completed mentorship: twelve weeks with gigs between, in Lisbon and in New York.

Every mail and every notification is compared with the time on its reader's wall clock. Both clocks change to summer
time meanwhile, on different days.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.kit.clock import clock, now
from server.models.outcomes import MentorshipOutcome
from server.schema.core.ids import encode_id
from server.services import rsvp
from tests.factories.graphql import door
from tests.factories.people import person
from tests.flows.season import Season

pytestmark = pytest.mark.usefixtures("db")

ZONES = {"Ana": "Europe/Lisbon", "Bola": "America/New_York"}
LISBON, NEW_YORK = (ZoneInfo(zone) for zone in ZONES.values())
NIGHT = {"startMinute": 22 * 60, "endMinute": 8 * 60, "isQuietOnGig": True}
CHECK_INS = """query($id: ID!) { node(id: $id) { ... on Mentorship { checkIns(first: 1) { edges { node {
  id state kind mine { useful } } } } } } }"""


def lisbon(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=LISBON).astimezone(UTC)


def new_york(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


GIGS = {"Ana": (lisbon(3, 15), lisbon(3, 22)), "Bola": (new_york(4, 19), new_york(5, 3))}


async def strangers(http: Any) -> Season:
    """Let Ana and Bola be there on the first of March, each with nights of their own."""
    with clock.moved(by=lisbon(3, 1, 9) - now()):
        people = {name: await person(name, time_zone=zone) for name, zone in ZONES.items()}
    here = Season(http, lisbon(3, 1, 9), people, ZONES)
    for name in people:
        await here.do(name, "setQuietHours", **NIGHT)
    await here.do("Bola", "setCapacity", kind="CONCURRENT", format="CLASSIC", limit=1)
    return here


async def agree(here: Season) -> str:
    """Let Ana find Bola and ask, and Bola say yes when she is up; return the mentorship's id."""
    (found,) = (await here.ask("Ana", "{ profiles(first: 5) { edges { node { id name } } } }"))["profiles"]["edges"]
    content = {"format": "CLASSIC", "goal": "Send my first invoice", "minutesNeeded": 60, "skillIds": []}
    asked = await here.do("Ana", "sendRequest", "request { id }", receiverId=found["node"]["id"], content=content)
    await here.until(new_york(3, 1, 9, 30))
    taken = await here.do("Bola", "acceptRequest", "mentorship { id }", requestId=asked["request"]["id"])
    return str(taken["mentorship"]["id"])


async def plan(here: Season, together: str) -> tuple[list[datetime], str]:
    """Let them agree, set a goal, and find a time for six meetings around the gigs that are planned."""
    terms = {
        "purpose": "My first invoice",
        "format": "CLASSIC",
        "meetEveryDays": 14,
        "meetingMinutes": 60,
        "answerWithinHours": 48,
        "channel": "ROOM",
        "confidentiality": "BETWEEN_US",
        "confidentialityLimit": "Unless somebody is in danger",
        "boundaries": "No calls at weekends",
        "ending": "We say so and thank each other",
        "mentorRole": "Asks and listens",
        "menteeRole": "Brings what happened",
    }
    written = await here.do("Bola", "writeAgreement", "agreement { id }", mentorshipId=together, **terms)
    await here.until(lisbon(3, 2, 10))
    await here.do("Ana", "signAgreement", agreementId=written["agreement"]["id"])
    aim = {
        "title": "An invoice that is paid",
        "expected": "One is sent and paid",
        "more": "Three are",
        "muchMore": "All are, within two weeks",
        "less": "One is sent",
        "muchLess": "None is sent",
        "baseline": "No invoice yet",
        "baselineLevel": -2,
        "weight": 1,
        "dueOn": "2027-05-20",
    }
    goal = await here.do("Ana", "addMentorshipGoal", "goal { id }", mentorshipId=together, aim=aim)
    for who, (start, end) in GIGS.items():
        form = {"kind": "ON_GIG", "startedAt": start.isoformat(), "endedAt": end.isoformat(), "note": ""}
        await here.do(who, "planStretch", **form)
    return await meetings(here, together), goal["goal"]["id"]


async def meetings(here: Season, together: str) -> list[datetime]:
    """Let Ana propose Thursdays, Bola take the earlier one, and the series go round the gigs of both."""
    starts = [lisbon(3, 4, hour).isoformat() for hour in (17, 18)]
    form = {"minutes": 60, "times": 6, "everyDays": 14, "skipsGigs": True, "timeZone": ZONES["Ana"]}
    offered = await here.do(
        "Ana", "proposeMeeting", "proposal { id }", mentorshipId=together, starts=starts, title="", note="", **form
    )
    await here.until(new_york(3, 2, 12))
    taken = await here.do(
        "Bola",
        "acceptProposal",
        "meetings { startsAt }",
        proposalId=offered["proposal"]["id"],
        startsAt=starts[0],
    )
    return [datetime.fromisoformat(one["startsAt"]) for one in taken["meetings"]]


async def meet(here: Season, together: str, starts_at: datetime) -> None:
    """Let both come to the room, Ana a minute late, so that no mail calls her, and leave it after an hour."""
    await live_until(here, together, starts_at)
    room = await here.do("Bola", "openSession", "session { id }", mentorshipId=together, title="Invoices")
    here.at += timedelta(minutes=1)
    await here.do("Ana", "joinSession", sessionId=room["session"]["id"])
    ana = encode_id("Profile", here.people["Ana"].require_user())
    await here.do("Bola", "addAction", sessionId=room["session"]["id"], ownerId=ana, text="Write the next offer")
    await here.until(starts_at + timedelta(hours=1))
    await here.do("Bola", "endSession", sessionId=room["session"]["id"])


async def close(here: Season, together: str, goal: str) -> None:
    """Let them look back: the goal is reached and more, both give feedback, Ana thanks, both say what came of it."""
    await here.until(lisbon(5, 14, 11))
    await here.do("Bola", "recordGoalAttainment", goalId=goal, level=1, note="Three are paid")
    await live_until(here, together, lisbon(5, 17, 11))
    await here.do("Ana", "startClosing", mentorshipId=together)
    await live_until(here, together, lisbon(5, 18, 12))
    await here.do("Ana", "giveFeedback", mentorshipId=together, kudos="You asked, and waited", **FEEDBACK)
    assert (await here.ask("Bola", LOOK, id=together))["node"]["feedback"]["received"] is None
    await live_until(here, together, new_york(5, 19, 9))
    await here.do("Bola", "giveFeedback", mentorshipId=together, kudos="You did it", **FEEDBACK)
    await here.work()
    bola = encode_id("Profile", here.people["Bola"].require_user())
    await here.do("Ana", "giveKudos", receiverId=bola, aboutId=together, words="For the first invoice of my life")
    await here.until(new_york(5, 20, 10))
    for who, more in (("Ana", {"clients": 2, "ties": 1}), ("Bola", {"ties": 2})):
        (edge,) = (await here.ask(who, "{ outcomeQuestions { edges { node { id moment } } } }"))["outcomeQuestions"][
            "edges"
        ]
        assert edge["node"]["moment"] == "END"
        await here.do(who, "answerOutcome", outcomeId=edge["node"]["id"], confidenceBefore=1, confidenceAfter=4, **more)


FEEDBACK = {"useful": 5, "wentWell": "Each time one step", "couldBeBetter": "", "takeaway": "Ask", "nextNeed": "Taxes"}
LOOK = """query($id: ID!) { node(id: $id) { ... on Mentorship {
  state endedAt version continues { id } goalScore { baseline now goals } agreement { id }
  goals(first: 5) { edges { node { title level isCarriedOn state } } }
  feedback { canGive mine { kudos } received { kudos } } meetings(first: 10) { edges { node { state } } }
  checkIns(first: 20) { edges { node { kind state } } }
} } }"""


async def renew(here: Season, together: str) -> str:
    """Let Bola propose to go on and Ana say yes the next day; return the next version's id."""
    form = {"format": "CLASSIC", "goal": "Taxes of a freelancer", "minutes": 120, "words": "I liked this"}
    asked = await here.do("Bola", "renewMentorship", "proposal { id }", mentorshipId=together, **form)
    await here.until(lisbon(5, 21, 9, 30))
    said = await here.do(
        "Ana",
        "acceptMentorshipProposal",
        "proposal { nextVersion { id } }",
        mentorshipProposalId=asked["proposal"]["id"],
    )
    await here.until(lisbon(5, 24, 16))
    return str(said["proposal"]["nextVersion"]["id"])


async def live_until(here: Season, together: str, instant: datetime) -> None:
    """Let days pass. In the evening each answers a check-in that is open, Bola a day after Ana."""
    while here.at < instant:
        evening = min(instant, next_evening(here.at))
        await here.until(evening)
        if evening == instant:
            return
        (edge,) = (await here.ask("Ana", CHECK_INS, id=together))["node"]["checkIns"]["edges"] or [None]
        if edge is None or edge["node"]["state"] != "OPEN":
            continue
        who = "Bola" if edge["node"]["mine"] else "Ana"
        await here.do(who, "answerCheckIn", checkInId=edge["node"]["id"], useful=4, **FINE)


FINE = {"isNextStepClear": True, "isWrong": False, "wantsLook": False, "words": ""}


def next_evening(at: datetime) -> datetime:
    """Return the next half past seven in the evening in Lisbon."""
    there = at.astimezone(LISBON)
    evening = there.replace(hour=19, minute=30, second=0, microsecond=0)
    return (evening if evening > there else evening + timedelta(days=1)).astimezone(UTC)


ANAS_LETTERS = """
Mon 01 Mar 14:33 2 things happened at Alongside
Tue 02 Mar 17:00 Your meeting is set: Thursday, 4 March 2027, 17:00 (Europe/Lisbon)
Wed 03 Mar 17:00 Your meeting with Bola is soon
Thu 04 Mar 16:00 Your meeting with Bola is in an hour
Mon 22 Mar 08:00 What happened around you at Alongside
Mon 29 Mar 09:00 What happened around you at Alongside
Wed 31 Mar 17:00 Your meeting with Bola is soon
Thu 01 Apr 16:00 Your meeting with Bola is in an hour
Mon 12 Apr 09:00 What happened around you at Alongside
Wed 14 Apr 17:00 Your meeting with Bola is soon
Thu 15 Apr 16:00 Your meeting with Bola is in an hour
Mon 19 Apr 09:00 What happened around you at Alongside
Mon 10 May 09:00 What happened around you at Alongside
Wed 12 May 17:00 Your meeting with Bola is soon
Thu 13 May 16:00 Your meeting with Bola is in an hour
Wed 19 May 14:03 2 things happened at Alongside
Thu 20 May 15:03 Bola proposes how your mentorship could go on; you can answer until Thursday, 3 June 2027, 15:00 (Eu
Fri 21 May 09:33 Your mentorship with Bola has begun: “Taxes of a freelancer”
Mon 24 May 09:00 What happened around you at Alongside
"""
BOLAS_LETTERS = """
Mon 01 Mar 08:00 Ana asks you for a mentorship: “Send my first invoice”
Tue 02 Mar 08:00 Ana proposes a meeting
Tue 02 Mar 12:00 Your meeting is set: Thursday, 4 March 2027, 12:00 (America/New_York)
Wed 03 Mar 12:00 Your meeting with Ana is soon
Thu 04 Mar 11:00 Your meeting with Ana is in an hour
Mon 08 Mar 09:00 What happened around you at Alongside
Mon 15 Mar 09:00 What happened around you at Alongside
Mon 29 Mar 09:00 What happened around you at Alongside
Wed 31 Mar 12:00 Your meeting with Ana is soon
Thu 01 Apr 11:00 Your meeting with Ana is in an hour
Mon 12 Apr 09:00 What happened around you at Alongside
Wed 14 Apr 12:00 Your meeting with Ana is soon
Thu 15 Apr 11:00 Your meeting with Ana is in an hour
Mon 03 May 08:00 What happened around you at Alongside
Mon 10 May 09:00 What happened around you at Alongside
Wed 12 May 12:00 Your meeting with Ana is soon
Thu 13 May 11:00 Your meeting with Ana is in an hour
Mon 17 May 08:00 Your mentorship closes. You can give feedback until Thursday, 27 May 2027, 06:00 (America/New York):
Wed 19 May 09:03 2 things happened at Alongside
Fri 21 May 08:00 Your mentorship with Ana has begun: “Taxes of a freelancer”
Mon 24 May 09:00 What happened around you at Alongside
"""
ANAS_NOTICES = """
Mon 01 Mar 14:30 request_accepted
Mon 01 Mar 14:30 agreement_to_sign
Tue 02 Mar 17:00 meeting_scheduled
Wed 03 Mar 17:00 meeting_soon
Thu 04 Mar 16:00 meeting_soon
Thu 04 Mar 17:01 session_opened
Wed 10 Mar 01:00 check_in_open
Mon 15 Mar 00:00 check_in_on_gig
Mon 22 Mar 00:00 check_in_on_gig
Sat 27 Mar 06:00 check_in_open
Wed 31 Mar 17:00 meeting_soon
Thu 01 Apr 16:00 meeting_soon
Thu 01 Apr 17:01 session_opened
Tue 06 Apr 06:00 check_in_open
Wed 14 Apr 17:00 meeting_soon
Thu 15 Apr 16:00 meeting_soon
Thu 15 Apr 17:01 session_opened
Fri 16 Apr 06:00 check_in_open
Mon 10 May 06:00 check_in_open
Wed 12 May 17:00 meeting_soon
Thu 13 May 16:00 meeting_soon
Thu 13 May 17:01 session_opened
Wed 19 May 14:00 feedback_released
Wed 19 May 14:00 mentorship_ended
Wed 19 May 14:03 outcome_asked
Thu 20 May 15:00 proposal_received
Fri 21 May 09:30 mentorship_started
"""
BOLAS_NOTICES = """
Mon 01 Mar 04:00 request_received
Tue 02 Mar 05:00 agreement_signed
Tue 02 Mar 05:00 meeting_proposed
Wed 03 Mar 12:00 meeting_soon
Thu 04 Mar 11:00 meeting_soon
Tue 09 Mar 20:00 check_in_open
Sat 27 Mar 02:00 check_in_open
Wed 31 Mar 12:00 meeting_soon
Thu 01 Apr 11:00 meeting_soon
Tue 06 Apr 01:00 check_in_open
Wed 14 Apr 12:00 meeting_soon
Thu 15 Apr 11:00 meeting_soon
Fri 16 Apr 01:00 check_in_open
Mon 19 Apr 00:00 check_in_on_gig
Mon 26 Apr 00:00 check_in_on_gig
Mon 03 May 00:00 check_in_on_gig
Mon 10 May 01:00 check_in_open
Wed 12 May 12:00 meeting_soon
Thu 13 May 11:00 meeting_soon
Mon 17 May 06:00 mentorship_closing
Wed 19 May 09:00 feedback_released
Wed 19 May 09:00 mentorship_ended
Wed 19 May 09:03 kudos_received
Wed 19 May 09:03 outcome_asked
Fri 21 May 04:30 mentorship_started
Fri 21 May 04:30 proposal_accepted
"""


@pytest.mark.parametrize("is_hourly", [False, pytest.param(True, marks=pytest.mark.slow)])
async def test_two_strangers_from_request_to_completed_mentorship_and_on(
    monkeypatch: pytest.MonkeyPatch, *, is_hourly: bool
) -> None:
    monkeypatch.setattr(rsvp.policy, "key", b"k" * 40)
    async with door() as http:
        here = await strangers(http)
        here.is_hourly = is_hourly
        together = await agree(here)
        starts, goal = await plan(here, together)
        assert [f"{one.astimezone(LISBON):%a %d %b %H:%M}" for one in starts] == [
            "Thu 04 Mar 17:00",
            "Thu 01 Apr 17:00",
            "Thu 15 Apr 17:00",
            "Thu 13 May 17:00",
        ]
        for start in starts:
            await meet(here, together, start)
        await close(here, together, goal)
        then = await renew(here, together)
        check_peace(here)
        assert here.letters("Ana") == ANAS_LETTERS.strip().splitlines()
        assert here.letters("Bola") == BOLAS_LETTERS.strip().splitlines()
        assert await here.notices("Ana") == ANAS_NOTICES.strip().splitlines()
        assert await here.notices("Bola") == BOLAS_NOTICES.strip().splitlines()
        await check_papers(here, together, then)


def check_peace(here: Season) -> None:
    """Hold that no mail came at night or on a gig, and that each says why it came."""
    for at, name, mail in here.mails:
        start, end = GIGS[name]
        assert not start <= at < end, (name, at, mail.subject)
        assert 8 <= here.local(name, at=at).hour < 22, (name, at, mail.subject)
        assert "because you" in mail.why or "because this" in mail.why, mail.why


async def check_papers(here: Season, together: str, then: str) -> None:
    """Hold what is left of the first version, and what the next one begins with."""
    seen = (await here.ask("Ana", LOOK, id=together))["node"]
    assert (seen["state"], seen["goalScore"]) == ("COMPLETED", {"baseline": 30.0, "now": 60.0, "goals": 1})
    assert (seen["feedback"]["mine"]["kudos"], seen["feedback"]["received"]["kudos"]) == (
        "You asked, and waited",
        "You did it",
    )
    assert [edge["node"]["state"] for edge in seen["meetings"]["edges"]] == ["HELD"] * 4
    check_ins = [edge["node"] for edge in seen["checkIns"]["edges"]]
    assert {one["state"] for one in check_ins} == {"DONE"}
    assert sorted(one["kind"] for one in check_ins) == ["CADENCE"] * 5 + ["GIG_END", "GIG_START"]
    answered = await MentorshipOutcome.filter(answered_at__isnull=False).order_by("clients")
    assert [(one.moment.value, one.clients, one.ties, one.confidence_after) for one in answered] == [
        ("end", 2, 1, 4),
        ("end", None, 2, 4),
    ]
    following = (await here.ask("Ana", LOOK, id=then))["node"]
    assert (following["state"], following["continues"]) == ("ACTIVE", {"id": together})
    (goal,) = (edge["node"] for edge in following["goals"]["edges"])
    assert (goal["title"], goal["level"], goal["isCarriedOn"]) == ("An invoice that is paid", 1, True)

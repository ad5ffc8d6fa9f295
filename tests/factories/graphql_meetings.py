"""Meetings and proposals of the world that rights are tried on, and what the mutations on them take."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.meetings import MentorshipMeetingState, ProposalState, SeatOutcome
from server.kit.clock import now
from server.models.calendars import CalendarFeed
from server.models.meetings import MeetingProposal, MeetingSeat
from server.models.mentorships import Mentorship
from tests.factories.meetings import meeting_row

if TYPE_CHECKING:
    from tests.factories.graphql_world import World

START = datetime(2027, 3, 9, 10, tzinfo=UTC)


async def meetings_of_tie(here: "World", ana: Actor, other: Actor, tie: Mentorship, *inside: str) -> None:
    """Let the two have a meeting ahead, three that were missed, and proposals either way."""
    marked: dict[str, Any] = {"outcome": SeatOutcome.NO_SHOW, "marked_at": now()}
    past: dict[str, Any] = {"starts_at": now() - timedelta(days=1), "state": MentorshipMeetingState.MISSED}
    later = await meeting_row(tie, note="Rates")
    unsaid = await meeting_row(tie, **{**past, "state": MentorshipMeetingState.LAPSED})
    missed, appealed = await meeting_row(tie, **past), await meeting_row(tie, **past)
    await MeetingSeat.filter(meeting_id=missed.id, profile_id=ana.user_id).update(**marked)
    seat = await MeetingSeat.get(meeting_id=appealed.id, profile_id=other.user_id)
    await MeetingSeat.filter(id=seat.id).update(**marked, appealed_at=now(), appeal_words="My train stood")
    theirs = await _proposal(tie, other.require_user(), None)
    own = await _proposal(tie, ana.require_user(), appealed.id)
    for name, row in {"later": later, "unsaid": unsaid, "missed": missed, "appealed": appealed}.items():
        here.parts.setdefault(f"{name} meeting", here.show("MentorshipMeeting", row.id, *inside))
    here.parts.setdefault("their proposal", here.show("MeetingProposal", theirs.id, *inside))
    here.parts.setdefault("own proposal", here.show("MeetingProposal", own.id, *inside))
    here.parts.setdefault("appeal", str(seat.id))
    await CalendarFeed.get_or_create(profile_id=ana.user_id, defaults={"token_hash": "2" * 64})


async def _proposal(tie: Mentorship, by: UUID, meeting_id: UUID | None) -> MeetingProposal:
    return await MeetingProposal.create(
        mentorship_id=tie.id,
        meeting_id=meeting_id,
        proposed_by=by,
        starts=[START.isoformat()],
        last_start=START,
        minutes=60,
        time_zone="Europe/Lisbon",
        state=ProposalState.OPEN,
    )


def meeting_values(here: "World") -> dict[str, Any]:
    """Return good values for the fields of inputs about meetings."""
    return {
        "appealKey": here.parts["appeal"],
        "everyDays": 7,
        "mentorshipMeetingId": here.parts["later meeting"],
        "proposalId": here.parts["their proposal"],
        "starts": [START.isoformat()],
    }


def meeting_inputs(here: "World") -> dict[str, dict[str, Any]]:
    """Return what the mutations on meetings want other than most."""
    return {
        "appealNoShow": {"mentorshipMeetingId": here.parts["missed meeting"], "words": "I was there"},
        "counterProposal": {"minutes": 60},
        "proposeMeeting": {"minutes": 60},
        "reportNoShow": {"mentorshipMeetingId": here.parts["unsaid meeting"]},
        "rescheduleMeeting": {"minutes": 60},
        "withdrawProposal": {"proposalId": here.parts["own proposal"]},
    }

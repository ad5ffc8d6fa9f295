"""Requests, mentorships and rooms for tests, made as rows where the way there is not what is tested."""

from datetime import timedelta
from typing import Any

from server.domain.actors import Actor
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.check_ins import CheckInKind, CheckInState
from server.domain.mentorship_proposals import ProposalKind, ProposalState
from server.domain.mentorships import MentorshipState, RequestState
from server.domain.requests import RequestContent
from server.kit.clock import now
from server.models.check_ins import CheckIn, CheckInPart
from server.models.mentorship_proposals import MentorshipProposal
from server.models.mentorships import Mentorship, MentorshipRequest
from server.services.capacity import set_limit
from server.services.matching import NewRequest, send_request


async def mentorship(mentor: Actor, mentee: Actor, **columns: Any) -> Mentorship:
    """Make a mentorship that is under way."""
    values: dict[str, Any] = {
        "format": MentoringFormat.CLASSIC,
        "goal": "Send my first invoice",
        "state": MentorshipState.ACTIVE,
        **columns,
    }
    return await Mentorship.create(mentor_id=mentor.user_id, mentee_id=mentee.user_id, **values)


async def check_in(together: Mentorship, **columns: Any) -> CheckIn:
    """Make a check-in that is open for both."""
    values: dict[str, Any] = {
        "kind": CheckInKind.CADENCE,
        "state": CheckInState.OPEN,
        "counted_from": together.created_at,
        "cadence_days": 14,
        "due_at": together.created_at + timedelta(days=14),
        **columns,
    }
    made = await CheckIn.create(mentorship_id=together.id, **values)
    for profile_id in (together.mentor_id, together.mentee_id):
        await CheckInPart.create(check_in_id=made.id, profile_id=profile_id)
    return made


async def proposal(together: Mentorship, by: Actor, asked: Actor, **columns: Any) -> MentorshipProposal:
    """Make a proposal to convert a mentorship that waits for an answer."""
    values: dict[str, Any] = {
        "kind": ProposalKind.CONVERSION,
        "state": ProposalState.ASKED,
        "format": MentoringFormat.LONG_ARC,
        "goal": "Find ten clients",
        "minutes": 60,
        "expires_at": now() + timedelta(days=14),
        **columns,
    }
    return await MentorshipProposal.create(
        mentorship_id=together.id, proposed_by=by.user_id, asked_id=asked.user_id, **values
    )


async def request_row(sender: Actor, receiver: Actor, **columns: Any) -> MentorshipRequest:
    """Make a request as a row, without its guards: sent now by a mentee to a mentor."""
    values: dict[str, Any] = {
        "mentor_id": receiver.user_id,
        "mentee_id": sender.user_id,
        "format": MentoringFormat.CLASSIC,
        "goal": "Send my first invoice",
        "minutes_needed": 60,
        "state": RequestState.SENT,
        "sent_at": now(),
        **columns,
    }
    return await MentorshipRequest.create(sender_id=sender.user_id, receiver_id=receiver.user_id, **values)


def asking(receiver: Actor, *, as_mentor: bool = False, **content: Any) -> NewRequest:
    """Return what somebody types who asks a receiver; keywords are fields of the content."""
    values: dict[str, Any] = {
        "format": MentoringFormat.CLASSIC,
        "goal": "Send my first invoice",
        "minutes_needed": 60,
        **content,
    }
    return NewRequest(receiver.require_user(), RequestContent(**values), as_mentor)


async def sent(sender: Actor, receiver: Actor, **content: Any) -> MentorshipRequest:
    """Send a request through its guards."""
    return await send_request(sender, asked=asking(receiver, **content))


async def room_for(mentor: Actor, places: int, *, mentoring_format: MentoringFormat = MentoringFormat.CLASSIC) -> None:
    """Give a mentor so many places in a format, and all the requests and minutes they may need."""
    await set_limit(mentor, kind=CapacityKind.CONCURRENT, allowed=places, mentoring_format=mentoring_format)
    await set_limit(mentor, kind=CapacityKind.NEW_REQUESTS, allowed=200)
    await set_limit(mentor, kind=CapacityKind.MINUTES, allowed=20_000)

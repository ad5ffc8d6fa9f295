"""Requests, mentorships and rooms for tests, made as rows where the way there is not what is tested."""

from typing import Any

from server.domain.actors import Actor
from server.domain.availability import MentoringFormat
from server.domain.mentorships import MentorshipState, RequestState
from server.kit.clock import now
from server.models.mentorships import Mentorship, MentorshipRequest


async def mentorship(mentor: Actor, mentee: Actor, **columns: Any) -> Mentorship:
    """Make a mentorship that is under way."""
    values: dict[str, Any] = {
        "format": MentoringFormat.CLASSIC,
        "goal": "Send my first invoice",
        "state": MentorshipState.ACTIVE,
        **columns,
    }
    return await Mentorship.create(mentor_id=mentor.user_id, mentee_id=mentee.user_id, **values)


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

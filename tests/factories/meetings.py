"""Meetings of mentorships for tests: agreed on by both as people do, or made as rows where the way is not tested."""

from datetime import datetime, timedelta
from typing import Any

from server.domain.actors import Actor
from server.domain.meetings import MentorshipMeetingState, ProposalForm
from server.kit.clock import now
from server.models.meetings import Meeting, MeetingProposal, MeetingSeat
from server.models.mentorships import Mentorship
from server.services import meeting_proposals


def ahead(**by: float) -> datetime:
    """Return a whole minute so far ahead."""
    return (now() + timedelta(**by)).replace(second=0, microsecond=0)


async def proposed(who: Actor, tie: Mentorship, *starts: datetime, **form: Any) -> MeetingProposal:
    """Let one of the two propose starts."""
    asked = ProposalForm(starts or (ahead(days=2),), **form)
    return await meeting_proposals.propose_meeting(who, mentorship_id=tie.id, form=asked)


async def agreed(one: Actor, other: Actor, tie: Mentorship, *starts: datetime, **form: Any) -> list[Meeting]:
    """Let one propose and the other accept the first start."""
    proposal = await proposed(one, tie, *starts, **form)
    return await meeting_proposals.accept_proposal(other, proposal_id=proposal.id, starts_at=proposal.offered[0])


async def meeting_row(tie: Mentorship, **columns: Any) -> Meeting:
    """Make a meeting that is set, with its two seats."""
    start = columns.pop("starts_at", None) or ahead(days=2)
    values: dict[str, Any] = {
        "starts_at": start,
        "occurs_at": start,
        "minutes": 60,
        "time_zone": "Europe/Lisbon",
        "state": MentorshipMeetingState.SCHEDULED,
        "planned_by": tie.mentor_id,
        **columns,
    }
    row = await Meeting.create(mentorship_id=tie.id, **values)
    for profile_id in (tie.mentor_id, tie.mentee_id):
        await MeetingSeat.create(meeting_id=row.id, profile_id=profile_id)
    return row

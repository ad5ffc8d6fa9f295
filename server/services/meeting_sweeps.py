"""What time does to proposals. Run by the jobs; what became of meetings is in no_shows."""

from uuid import UUID

from server.domain.actors import SYSTEM
from server.domain.meeting_facts import ProposalClosed
from server.domain.meetings import ProposalState
from server.kit.clock import now
from server.models.meetings import MeetingProposal
from server.models.mentorships import Mentorship
from server.services.meeting_access import save_closed, topics_of
from server.services.transaction import retrying, unit_of_work

BATCH = 200


async def expire_due() -> int:
    """Close the proposals whose last start has passed. Return how many."""
    due = MeetingProposal.filter(state=ProposalState.OPEN, last_start__lte=now())
    return sum([await _expire(row.id) for row in await due.order_by("last_start", "id").limit(BATCH)])


@retrying
async def _expire(proposal_id: UUID) -> int:
    seen = await MeetingProposal.get(id=proposal_id)
    async with unit_of_work() as work:
        mentorship = await Mentorship.select_for_update().get(id=seen.mentorship_id)
        row = await MeetingProposal.get(id=proposal_id)
        if row.state is not ProposalState.OPEN or row.last_start > now():
            return 0
        await save_closed(row, ProposalState.EXPIRED)
        closed = ProposalClosed(
            proposal_id=row.id, mentorship_id=row.mentorship_id, state=ProposalState.EXPIRED, at=now()
        )
        work.record(closed, to=topics_of(mentorship), actor=SYSTEM)
    return 1

"""Who is told of meetings of two: proposed, set, moved, called off, soon, and what became of who was not there.

Two who are kept apart hear nothing of each other. Most of these have a letter with the calendar in it besides, so
their kinds come by no mail unless somebody asks for it.
"""

from uuid import UUID

from server.domain import meeting_facts as facts
from server.domain.actors import Actor, UserId
from server.domain.calendars import EntryKind, ReminderDue
from server.domain.circle_meetings import MeetingState
from server.domain.facts import Fact
from server.domain.meetings import MentorshipMeetingState, ProposalState, SeatOutcome
from server.domain.notification_kinds import NotificationKind as Kind
from server.domain.notifications import Notice, SubjectKind
from server.models.circle_meetings import CircleMeeting
from server.models.meetings import Meeting, MeetingProposal
from server.models.mentorships import Mentorship
from server.queries import mentorships
from server.queries.meetings import other_of
from server.services.notices import Row, when

_CAME_TO_NOTHING = (ProposalState.DECLINED, ProposalState.EXPIRED)


async def _proposed(fact: facts.MeetingProposed) -> list[Notice]:
    proposal = await MeetingProposal.get_or_none(id=fact.proposal_id)
    if proposal is None or await _together(fact.mentorship_id) is None:
        return []
    subject = (SubjectKind.MEETING_PROPOSAL, proposal.id)
    return [Notice(fact.receiver_id, Kind.MEETING_PROPOSED, *subject, by=proposal.proposed_by)]


async def _proposal_closed(fact: facts.ProposalClosed) -> list[Notice]:
    # A yes is told as a meeting, other times as a proposal, and what was taken back asks nothing any more.
    tie = await _together(fact.mentorship_id) if fact.state in _CAME_TO_NOTHING else None
    proposal = await MeetingProposal.get_or_none(id=fact.proposal_id)
    if tie is None or proposal is None:
        return []
    return [Notice(proposal.proposed_by, Kind.MEETING_NOT_AGREED, SubjectKind.MEETING_PROPOSAL, proposal.id)]


async def _scheduled(fact: facts.MeetingScheduled) -> list[Notice]:
    return await _to_two(fact.mentorship_id, fact.meeting_ids[0], Kind.MEETING_SCHEDULED)


async def _moved(fact: facts.MeetingMoved) -> list[Notice]:
    return await _to_two(fact.mentorship_id, fact.meeting_id, Kind.MEETING_MOVED)


async def _cancelled(fact: facts.MeetingCancelled) -> list[Notice]:
    return await _to_two(fact.mentorship_id, fact.meeting_ids[0], Kind.MEETING_CANCELLED)


async def _to_two(mentorship_id: UUID, meeting_id: UUID, kind: Kind) -> list[Notice]:
    """Tell each of the two of what the other did, as it stands by now; whoever did it is left out by the telling."""
    tie, row = await _together(mentorship_id), await Meeting.get_or_none(id=meeting_id)
    if tie is None or row is None:
        return []
    subject, detail = (SubjectKind.MEETING, row.id), when(row.starts_at)
    people = (tie.mentor_id, tie.mentee_id)
    return [Notice(one, kind, *subject, by=other_of(tie, one), detail=detail) for one in people]


async def _missed(fact: facts.MeetingMissed) -> list[Notice]:
    # Whoever was there knows; how it is seen is told to the one it is about.
    tie, row = await _together(fact.mentorship_id), await Meeting.get_or_none(id=fact.meeting_id)
    if tie is None or row is None:
        return []
    kind = Kind.MEETING_MISSED if fact.outcome is SeatOutcome.NO_SHOW else Kind.MEETING_EXCUSED
    to = tie.mentor_id if fact.is_mentor else tie.mentee_id
    return [Notice(to, kind, SubjectKind.MEETING, row.id, detail=when(row.starts_at))]


async def _appealed(fact: facts.NoShowAppealed) -> list[Notice]:
    tie, row = await _together(fact.mentorship_id), await Meeting.get_or_none(id=fact.meeting_id)
    if tie is None or row is None:
        return []
    by, to = (tie.mentor_id, tie.mentee_id) if fact.is_mentor else (tie.mentee_id, tie.mentor_id)
    return [Notice(to, Kind.MEETING_APPEALED, SubjectKind.MEETING, row.id, by=by, detail=when(row.starts_at))]


async def _together(mentorship_id: UUID) -> Mentorship | None:
    """Return a mentorship whose two may still meet."""
    tie = await Mentorship.get_or_none(id=mentorship_id)
    if tie is None:
        return None
    return (await mentorships.meetable(Actor(user_id=UserId(tie.mentor_id)), [tie.id])).get(tie.id)


async def _reminder(fact: ReminderDue) -> list[Notice]:
    subject = await _still_to_come(fact)
    if subject is None:
        return []
    return [Notice(fact.profile_id, Kind.MEETING_SOON, subject, fact.subject_id, detail=when(fact.starts_at))]


async def _still_to_come(fact: ReminderDue) -> SubjectKind | None:
    """Return what a reminder is about, while it still stands at that time. Webinars remind by themselves."""
    if fact.entry is EntryKind.CIRCLE:
        planned = CircleMeeting.filter(id=fact.subject_id, state=MeetingState.PLANNED, starts_at=fact.starts_at)
        return SubjectKind.CIRCLE_MEETING if await planned.exists() else None
    if fact.entry is EntryKind.MENTORSHIP:
        state = MentorshipMeetingState.SCHEDULED
        row = await Meeting.get_or_none(id=fact.subject_id, state=state, starts_at=fact.starts_at)
        is_on = row is not None and await _together(row.mentorship_id) is not None
        return SubjectKind.MEETING if is_on else None
    return None


ROWS: dict[type[Fact], Row] = {
    facts.MeetingProposed: _proposed,
    facts.ProposalClosed: _proposal_closed,
    facts.MeetingScheduled: _scheduled,
    facts.MeetingMoved: _moved,
    facts.MeetingCancelled: _cancelled,
    facts.MeetingMissed: _missed,
    facts.NoShowAppealed: _appealed,
    ReminderDue: _reminder,
}

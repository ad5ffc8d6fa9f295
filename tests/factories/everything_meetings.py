"""Somebody with rows in every table of meetings and calendars that can hold a person, each text carrying a marker."""

from datetime import timedelta

from server.domain.actors import Actor
from server.domain.calendars import EntryKind, ReminderStep
from server.domain.meetings import CancelReason, MentorshipMeetingState, ProposalState, SeatOutcome
from server.kit.clock import now
from server.models.calendars import CalendarFeed, CalendarReminder
from server.models.meetings import MeetingProposal, MeetingSeat
from server.models.mentorships import Mentorship
from tests.factories.meetings import meeting_row


async def meetings_of(ana: Actor, bo: Actor, tie: Mentorship, mine: str) -> None:
    """Let Ana have proposed a meeting, called it off, appealed, heard an appeal, and read her calendar elsewhere."""
    hers = {"profile_id": ana.user_id}
    row = await meeting_row(
        tie,
        title=f"title {mine}",
        note=f"note {mine}",
        planned_by=ana.user_id,
        cancelled_by=ana.user_id,
        cancel_note=f"sorry {mine}",
        cancel_reason=CancelReason.OTHER,
        state=MentorshipMeetingState.CANCELLED,
    )
    await MeetingSeat.filter(meeting_id=row.id, **hers).update(
        outcome=SeatOutcome.NO_SHOW, marked_at=now(), appealed_at=now(), appeal_words=f"appeal {mine}"
    )
    await MeetingSeat.filter(meeting_id=row.id, profile_id=bo.user_id).update(appeal_decided_by=ana.user_id)
    start = now() + timedelta(days=2)
    for author, title, note in ((ana, f"title {mine}", f"note {mine}"), (bo, f"title {mine}", "")):
        await MeetingProposal.create(
            mentorship_id=tie.id,
            meeting_id=row.id,
            proposed_by=author.user_id,
            title=title,
            note=note,
            starts=[start.isoformat()],
            last_start=start,
            minutes=60,
            time_zone="Europe/Lisbon",
            state=ProposalState.OPEN,
        )
    await CalendarFeed.create(**hers, token_hash="0" * 64)
    await CalendarReminder.create(
        **hers, kind=EntryKind.MENTORSHIP, subject_id=row.id, starts_at=start, step=ReminderStep.FIRST
    )

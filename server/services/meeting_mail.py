"""Whom a change of meetings is mailed to, and when: each of them once they are not left alone.

A letter is a fact for one person. It waits for quiet hours, gigs and blackouts to end, unless what it is about begins
before that (services/letter_quiet.py). Its words are made when it leaves, of what is true by then.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from server.domain.facts import Fact
from server.domain.meeting_facts import (
    MeetingCancelled,
    MeetingLetter,
    MeetingLetterDue,
    MeetingMoved,
    MeetingProposed,
    MeetingScheduled,
)
from server.models.meetings import Meeting
from server.models.mentorships import Mentorship
from server.services.transaction import unit_of_work

Change = MeetingProposed | MeetingScheduled | MeetingMoved | MeetingCancelled
_LETTERS: Mapping[type[Fact], MeetingLetter] = {
    MeetingProposed: MeetingLetter.PROPOSED,
    MeetingScheduled: MeetingLetter.SCHEDULED,
    MeetingMoved: MeetingLetter.MOVED,
    MeetingCancelled: MeetingLetter.CANCELLED,
}
MAILED = tuple(_LETTERS)
"""The facts that letters follow from."""


async def have_written(change: Change) -> None:
    """Have those written to who are to hear of a change by mail. For the reaction to it."""
    meeting_ids = _meetings_of(change)
    first_at = await _first_start(change, meeting_ids)
    readers = await _readers(change)
    async with unit_of_work() as work:
        for profile_id in readers:
            letter = MeetingLetterDue(
                letter=_LETTERS[type(change)],
                profile_id=profile_id,
                mentorship_id=change.mentorship_id,
                meeting_ids=meeting_ids,
                proposal_id=change.proposal_id if isinstance(change, MeetingProposed) else None,
                reason=change.reason if isinstance(change, MeetingCancelled) else None,
                first_at=first_at,
                at=change.at,
            )
            work.record(letter, to=[])


def _meetings_of(change: Change) -> list[UUID]:
    match change:
        case MeetingProposed():
            return []
        case MeetingMoved():
            return [change.meeting_id]
        case _:
            return change.meeting_ids


async def _first_start(change: Change, meeting_ids: Sequence[UUID]) -> datetime | None:
    """Return from when on word of a change comes too late. For a move that is the earlier of both times."""
    if isinstance(change, MeetingMoved):
        return min(change.was, change.starts_at)
    first = await Meeting.filter(id__in=list(meeting_ids)).order_by("starts_at").first()
    return None if first is None else first.starts_at


async def _readers(change: Change) -> list[UUID]:
    if isinstance(change, MeetingProposed):
        return [change.receiver_id]
    row = await Mentorship.get_or_none(id=change.mentorship_id)
    return [] if row is None else [row.mentor_id, row.mentee_id]

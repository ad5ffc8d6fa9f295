"""What the two of a mentorship are told about their meetings, on their own topics. No fact holds anybody's words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.facts import Fact
from server.domain.meetings import CancelReason, ProposalState, SeatOutcome


@dataclass(frozen=True, kw_only=True)
class MeetingProposed(Fact):
    """Starts were proposed, for a new meeting or (`meeting_id`) for one that is to move; `receiver_id` answers."""

    kind: ClassVar[str] = "meeting.proposed"
    proposal_id: UUID
    mentorship_id: UUID
    meeting_id: UUID | None
    receiver_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ProposalClosed(Fact):
    """A proposal is not open any more."""

    kind: ClassVar[str] = "meeting.proposal_closed"
    proposal_id: UUID
    mentorship_id: UUID
    state: ProposalState
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingScheduled(Fact):
    """The two agreed on a meeting, or on a series: its meetings, first one first."""

    kind: ClassVar[str] = "meeting.scheduled"
    mentorship_id: UUID
    meeting_ids: list[UUID]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingMoved(Fact):
    """A meeting has another time, on which both agreed."""

    kind: ClassVar[str] = "meeting.moved"
    mentorship_id: UUID
    meeting_id: UUID
    was: datetime
    starts_at: datetime
    minutes: int
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingCancelled(Fact):
    """Meetings were called off. `by_mentor` is None when the end of the mentorship did it."""

    kind: ClassVar[str] = "meeting.cancelled"
    mentorship_id: UUID
    meeting_ids: list[UUID]
    reason: CancelReason
    by_mentor: bool | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingConfirmed(Fact):
    """One of the two said again that they come."""

    kind: ClassVar[str] = "meeting.confirmed"
    mentorship_id: UUID
    meeting_id: UUID
    is_mentor: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingMissed(Fact):
    """It became known how a meeting went for one of the two who was not there, or it is seen otherwise now."""

    kind: ClassVar[str] = "meeting.missed"
    mentorship_id: UUID
    meeting_id: UUID
    is_mentor: bool
    outcome: SeatOutcome
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NoShowAppealed(Fact):
    """Who is marked as missing says why that is not so."""

    kind: ClassVar[str] = "meeting.no_show_appealed"
    mentorship_id: UUID
    meeting_id: UUID
    is_mentor: bool
    at: datetime


class MeetingLetter(StrEnum):
    """What a mail about meetings says."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    MOVED = "moved"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class MeetingLetterDue(Fact):
    """Somebody is to be written to about meetings, once they are not left alone. For the reactions alone.

    `proposal_id` is of a proposal, `reason` of meetings that were called off. `first_at` is when the first of what it
    is about begins: word of what begins before the quiet ends cannot wait for that. None: it can.
    """

    kind: ClassVar[str] = "meeting.letter_due"
    letter: MeetingLetter
    profile_id: UUID
    mentorship_id: UUID
    meeting_ids: list[UUID]
    proposal_id: UUID | None = None
    reason: CancelReason | None = None
    first_at: datetime | None = None
    at: datetime

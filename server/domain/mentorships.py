"""Requests and mentorships: their states. The three machines of product.md 3.1 are never one enum."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, LimitReached
from server.domain.facts import Fact


class RequestState(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    SENT = "sent"
    VIEWED = "viewed"
    INFO_REQUESTED = "info_requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    REFERRED = "referred"
    WAITLISTED = "waitlisted"


class DeclineReason(StrEnum):
    """Why a request was declined; the sender reads it."""

    NO_TIME = "no_time"
    NOT_MY_FIELD = "not_my_field"
    SOMEBODY_FITS_BETTER = "somebody_fits_better"
    FORMAT_DOES_NOT_SUIT = "format_does_not_suit"
    MISFIT = "misfit"
    OTHER = "other"


class MentorshipState(StrEnum):
    """Where a mentorship stands."""

    PROPOSED = "proposed"
    TRIAL = "trial"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSING = "closing"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    TRANSFERRED = "transferred"
    RENEWED = "renewed"


class MentorshipSide(StrEnum):
    """One of the two of a mentorship."""

    MENTOR = "mentor"
    MENTEE = "mentee"


class EndReason(StrEnum):
    """Why a mentorship ended early."""

    NO_FAULT = "no_fault"
    MISFIT = "misfit"
    UNRESPONSIVE = "unresponsive"
    MOVED = "moved"
    SAFETY = "safety"


GOING_ON = frozenset(
    {
        MentorshipState.PROPOSED,
        MentorshipState.TRIAL,
        MentorshipState.ACTIVE,
        MentorshipState.PAUSED,
        MentorshipState.CLOSING,
    }
)
"""Mentorships in these states hold a place in the mentor's ledger."""


UNDER_WAY = frozenset({MentorshipState.TRIAL, MentorshipState.ACTIVE})
"""Mentorships in these states have check-ins."""


class MentorFull(LimitReached):
    """The mentor has no open place in this format."""

    code = "mentor_full"

    def __init__(self, limit: int) -> None:
        super().__init__(
            "This mentor has no open place in this format now. Ask for a place on the waiting list.", limit=limit
        )


def check_going_on(state: MentorshipState) -> None:
    """Refuse to end what has ended."""
    if state not in GOING_ON:
        raise Conflict("This mentorship has ended.", current=state.value)


@dataclass(frozen=True, kw_only=True)
class MentorshipStarted(Fact):
    """Two people began to work on a goal."""

    kind: ClassVar[str] = "mentorship.started"
    mentorship_id: UUID
    request_id: UUID | None
    mentor_id: UUID
    mentee_id: UUID
    format: MentoringFormat
    goal: str
    state: MentorshipState
    version: int
    at: datetime
    continues_id: UUID | None = None
    trial_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class MentorshipEnded(Fact):
    """A mentorship ended. The reason is not told: each side hears only that it is over."""

    kind: ClassVar[str] = "mentorship.ended"
    mentorship_id: UUID
    state: MentorshipState
    version: int
    at: datetime

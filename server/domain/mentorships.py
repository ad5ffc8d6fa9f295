"""Requests and mentorships: their states. The three machines of product.md 3.1 are never one enum."""

from enum import StrEnum


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


class EndReason(StrEnum):
    """Why a mentorship ended early."""

    NO_FAULT = "no_fault"
    MISFIT = "misfit"
    UNRESPONSIVE = "unresponsive"
    MOVED = "moved"
    SAFETY = "safety"

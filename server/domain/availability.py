"""Availability, rhythm and capacity: windows in local time, stretches of gigs, and the ledger's kinds."""

from enum import StrEnum


class MentoringFormat(StrEnum):
    """The format of a mentorship: D1-D6."""

    CLASSIC = "classic"
    MICRO = "micro"
    LONG_ARC = "long_arc"
    REVERSE = "reverse"
    PEER = "peer"
    GROUP = "group"


class StretchKind(StrEnum):
    """A dated stretch of somebody's rhythm: on a gig, or not to be asked at all."""

    ON_GIG = "on_gig"
    BLACKOUT = "blackout"


class CapacityKind(StrEnum):
    """What the ledger counts: concurrent mentorships per format, new requests per 7 days, minutes per 30 days."""

    CONCURRENT = "concurrent"
    NEW_REQUESTS = "new_requests"
    MINUTES = "minutes"

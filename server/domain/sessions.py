"""Mentoring sessions: the states of a room and who is what in it."""

from enum import StrEnum


class SessionState(StrEnum):
    """Where a session stands: H1."""

    SCHEDULED = "scheduled"
    LOBBY = "lobby"
    LIVE = "live"
    ENDED = "ended"
    RECAPPED = "recapped"


class SessionRole(StrEnum):
    """What somebody is in a session."""

    HOST = "host"
    PARTICIPANT = "participant"
    GUEST = "guest"

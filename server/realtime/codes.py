"""Every code the live layer says: why a socket closes, and why a frame is refused. One table each; docs/protocol.md
repeats them and a test compares. The number of a close tells the client what to do: 4000-4499 come back, 4500-4999
stay away.
"""

from enum import IntEnum
from typing import NamedTuple

from server.domain.errors import RateLimited, Refusal


class Close(IntEnum):
    """Why the server closes a socket."""

    DRAIN = 4000
    HELLO_LATE = 4001
    EXPIRED = 4002
    SLOW = 4008
    FAILED = 4010
    NO_PONG = 4012
    RATE = 4013
    BAD_TICKET = 4500
    REMOVED = 4503
    TOO_MANY_CONNECTIONS = 4504
    PROTOCOL = 4509

    @property
    def may_return(self) -> bool:
        """Tell whether the client should connect again."""
        return self < Close.BAD_TICKET


CLOSE_REASONS: dict[Close, str] = {
    Close.DRAIN: "this server is going away",
    Close.HELLO_LATE: "no hello came in time",
    Close.EXPIRED: "the ticket's time is over and no fresh one came",
    Close.SLOW: "the client reads too slowly",
    Close.FAILED: "the server failed on this connection",
    Close.NO_PONG: "no sign of life",
    Close.RATE: "too many frames, too fast",
    Close.BAD_TICKET: "the ticket is unknown, used, too old or of another origin",
    Close.REMOVED: "the person or the login is no longer welcome",
    Close.TOO_MANY_CONNECTIONS: "newer connections of the same person took this one's place",
    Close.PROTOCOL: "the client broke the protocol",
}


class ErrorCode(NamedTuple):
    """A refusal of the live layer's own; `temporary` tells the client that the same may work later."""

    code: str
    temporary: bool
    message: str


BAD_ARGUMENTS = ErrorCode("bad_arguments", temporary=False, message="The arguments do not fit this command.")
UNKNOWN_COMMAND = ErrorCode("unknown_command", temporary=False, message="There is no such command.")
NOT_FOUND = ErrorCode("not_found", temporary=False, message="There is no such topic, or you may not follow it.")
NOT_FOLLOWING = ErrorCode("not_following", temporary=False, message="Follow the topic first.")
TOO_MANY_TOPICS = ErrorCode("too_many_topics", temporary=False, message="Leave a topic before you follow another.")
RATE_LIMITED = ErrorCode("rate_limited", temporary=True, message="Too many commands. Wait and send again.")
UNAVAILABLE = ErrorCode("unavailable", temporary=True, message="A part of the service does not answer. Try again.")
FAILED = ErrorCode("failed", temporary=True, message="The server failed on this. Try again with the same cid.")

ERRORS = (
    BAD_ARGUMENTS,
    UNKNOWN_COMMAND,
    NOT_FOUND,
    NOT_FOLLOWING,
    TOO_MANY_TOPICS,
    RATE_LIMITED,
    UNAVAILABLE,
    FAILED,
)


def of_refusal(refusal: Refusal) -> ErrorCode:
    """Return the frame's code for a service's no: the refusal's own."""
    return ErrorCode(refusal.code, isinstance(refusal, RateLimited), refusal.message)

"""What both sides of a request are told as it moves. Nothing here is private to one of them but `request.reminded`,
`requests.paused` and `requests.pause_changed`, which go to the receiver alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypedDict
from uuid import UUID

from server.domain.availability import MentoringFormat
from server.domain.facts import Fact
from server.domain.mentorships import DeclineReason, RequestState
from server.domain.requests import InvalidationReason


@dataclass(frozen=True, kw_only=True)
class RequestShown:
    """A whole request, for those who do not know it yet. `expires_at` is empty while its clock stands still."""

    request_id: UUID
    sender_id: UUID
    receiver_id: UUID
    mentor_id: UUID
    mentee_id: UUID
    format: MentoringFormat
    goal: str
    state: RequestState
    version: int
    expires_at: datetime | None
    at: datetime


class Shown(TypedDict):
    """The fields that RequestShown has beside those of RequestMoved."""

    mentor_id: UUID
    mentee_id: UUID
    format: MentoringFormat
    goal: str


@dataclass(frozen=True, kw_only=True)
class RequestMoved:
    """Where a known request stands now."""

    request_id: UUID
    sender_id: UUID
    receiver_id: UUID
    state: RequestState
    version: int
    expires_at: datetime | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RequestSent(RequestShown, Fact):
    """A request was sent, or came off the waiting list."""

    kind: ClassVar[str] = "request.sent"
    referred_from: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class RequestWaitlisted(RequestShown, Fact):
    """A request took its place on the mentor's waiting list."""

    kind: ClassVar[str] = "request.waitlisted"


@dataclass(frozen=True, kw_only=True)
class RequestViewed(RequestMoved, Fact):
    """The receiver opened it."""

    kind: ClassVar[str] = "request.viewed"


@dataclass(frozen=True, kw_only=True)
class InfoAsked(RequestMoved, Fact):
    """The receiver asked for more before deciding."""

    kind: ClassVar[str] = "request.info_asked"
    text: str


@dataclass(frozen=True, kw_only=True)
class InfoGiven(RequestMoved, Fact):
    """The sender told more."""

    kind: ClassVar[str] = "request.info_given"
    text: str


@dataclass(frozen=True, kw_only=True)
class RequestAccepted(RequestMoved, Fact):
    """The receiver said yes."""

    kind: ClassVar[str] = "request.accepted"
    mentorship_id: UUID


@dataclass(frozen=True, kw_only=True)
class RequestDeclined(RequestMoved, Fact):
    """The receiver said no, and why in one word. Their note stays with them."""

    kind: ClassVar[str] = "request.declined"
    reason: DeclineReason


@dataclass(frozen=True, kw_only=True)
class RequestWithdrawn(RequestMoved, Fact):
    """The sender took it back."""

    kind: ClassVar[str] = "request.withdrawn"


@dataclass(frozen=True, kw_only=True)
class RequestExpired(RequestMoved, Fact):
    """Its clock ran out."""

    kind: ClassVar[str] = "request.expired"


@dataclass(frozen=True, kw_only=True)
class RequestInvalidated(RequestMoved, Fact):
    """It lost its ground: the mentee found another, or one of the two is no longer there."""

    kind: ClassVar[str] = "request.invalidated"
    reason: InvalidationReason


@dataclass(frozen=True, kw_only=True)
class RequestReferred(RequestMoved, Fact):
    """The receiver passed it to a peer; a new request stands in its place."""

    kind: ClassVar[str] = "request.referred"
    new_request_id: UUID
    referred_to: UUID


@dataclass(frozen=True, kw_only=True)
class ClockMoved(RequestMoved, Fact):
    """The time left changed with the receiver's rhythm."""

    kind: ClassVar[str] = "request.clock_moved"


@dataclass(frozen=True, kw_only=True)
class RequestReminded(Fact):
    """The receiver is reminded; `percent` of the time has passed. For the receiver alone."""

    kind: ClassVar[str] = "request.reminded"
    request_id: UUID
    receiver_id: UUID
    percent: int
    expires_at: datetime | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RequestsPaused(Fact):
    """Two requests in a row ran out, so the mentor gets no new ones for a while. For the mentor alone."""

    kind: ClassVar[str] = "requests.paused"
    profile_id: UUID
    until: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RequestsPauseChanged(Fact):
    """Somebody takes no requests until an instant, or takes them again. For them alone."""

    kind: ClassVar[str] = "requests.pause_changed"
    profile_id: UUID
    until: datetime | None
    at: datetime

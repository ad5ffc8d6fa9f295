"""Requests for a mentorship: the machine of product.md 3.1, the guards of sending, and what both sides are told.

Either side may ask, so a request has a sender and a receiver, and beside them a mentor and a mentee.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, LimitReached, NotAllowed, NotFound, invalid
from server.domain.mentorships import RequestState
from server.domain.request_numbers import DEFAULTS, RequestNumbers
from server.domain.texts import line, paragraphs

MAX_GOAL_LENGTH = 300
MIN_GOAL_LENGTH = 3
MAX_TEXT_LENGTH = 2_000
MIN_MINUTES = 15
MAX_MINUTES = 6_000
MAX_SKILLS = 10

OPEN_STATES = frozenset({RequestState.SENT, RequestState.VIEWED, RequestState.INFO_REQUESTED, RequestState.WAITLISTED})
"""A request in these states waits for somebody."""


class Party(StrEnum):
    """Who moves a request."""

    SENDER = "sender"
    RECEIVER = "receiver"
    SYSTEM = "system"


class Move(StrEnum):
    """What can be done with a request."""

    SAVE = "save"
    SEND = "send"
    JOIN_WAITING_LIST = "join_waiting_list"
    VIEW = "view"
    ASK_MORE = "ask_more"
    ANSWER_MORE = "answer_more"
    ACCEPT = "accept"
    DECLINE = "decline"
    REFER = "refer"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    INVALIDATE = "invalidate"
    SERVE = "serve"


class Aspect(StrEnum):
    """The seat a mentor takes, when a worker has several: C7."""

    CRAFT = "craft"
    CLIENTS = "clients"
    MONEY = "money"
    WELLBEING = "wellbeing"


class SiblingChoice(StrEnum):
    """What the mentee wants done with their other open requests for the same seat when one is accepted."""

    KEEP = "keep"
    LET_GO = "let_go"


class InvalidationReason(StrEnum):
    """Why a request lost its ground."""

    FOUND_ANOTHER = "found_another"
    UNAVAILABLE = "unavailable"
    PASSED_ON = "passed_on"
    """It came of a waiting list, and somebody else is asked now."""


MOVED_BY: Mapping[Move, Party] = {
    Move.SAVE: Party.SENDER,
    Move.SEND: Party.SENDER,
    Move.JOIN_WAITING_LIST: Party.SENDER,
    Move.VIEW: Party.RECEIVER,
    Move.ASK_MORE: Party.RECEIVER,
    Move.ANSWER_MORE: Party.SENDER,
    Move.ACCEPT: Party.RECEIVER,
    Move.DECLINE: Party.RECEIVER,
    Move.REFER: Party.RECEIVER,
    Move.WITHDRAW: Party.SENDER,
    Move.EXPIRE: Party.SYSTEM,
    Move.INVALIDATE: Party.SYSTEM,
    Move.SERVE: Party.SYSTEM,
}

_ANSWERS = {
    Move.ACCEPT: RequestState.ACCEPTED,
    Move.DECLINE: RequestState.DECLINED,
    Move.REFER: RequestState.REFERRED,
    Move.WITHDRAW: RequestState.WITHDRAWN,
    Move.INVALIDATE: RequestState.INVALIDATED,
}

MACHINE: Mapping[RequestState, Mapping[Move, RequestState]] = {
    RequestState.DRAFT: {
        Move.SAVE: RequestState.DRAFT,
        Move.SEND: RequestState.SENT,
        Move.JOIN_WAITING_LIST: RequestState.WAITLISTED,
        Move.WITHDRAW: RequestState.WITHDRAWN,
    },
    RequestState.SENT: {
        **_ANSWERS,
        Move.VIEW: RequestState.VIEWED,
        Move.ASK_MORE: RequestState.INFO_REQUESTED,
        Move.EXPIRE: RequestState.EXPIRED,
    },
    RequestState.VIEWED: {
        **_ANSWERS,
        Move.VIEW: RequestState.VIEWED,
        Move.ASK_MORE: RequestState.INFO_REQUESTED,
        Move.EXPIRE: RequestState.EXPIRED,
    },
    # Whoever asked for more may answer without it; the clock stands still meanwhile, so nothing expires from here.
    RequestState.INFO_REQUESTED: {
        **_ANSWERS,
        Move.VIEW: RequestState.INFO_REQUESTED,
        Move.ANSWER_MORE: RequestState.SENT,
    },
    RequestState.WAITLISTED: {
        Move.SERVE: RequestState.SENT,
        Move.WITHDRAW: RequestState.WITHDRAWN,
        Move.INVALIDATE: RequestState.INVALIDATED,
    },
    RequestState.ACCEPTED: {},
    RequestState.DECLINED: {},
    RequestState.WITHDRAWN: {},
    RequestState.EXPIRED: {},
    RequestState.INVALIDATED: {},
    RequestState.REFERRED: {},
}


class AlreadyAnswered(Conflict):
    """The request is over."""

    code = "already_answered"


class CoolingOff(Conflict):
    """The other side said no not long ago."""

    code = "cooling_off"


class ReceiverPaused(Conflict):
    """The receiver takes no requests now."""

    code = "receiver_paused"


class SeatTaken(Conflict):
    """The mentee has a mentor for this aspect already."""

    code = "seat_taken"


class RequestOpenAlready(Conflict):
    """There is an open request between the two in this format."""

    code = "request_open_already"

    def __init__(self) -> None:
        super().__init__("You have an open request to this person in this format.", current="open")


class TooManyOpenRequests(LimitReached):
    """The sender waits for as many answers as one may."""

    code = "too_many_open_requests"


def next_state(state: RequestState, move: Move, party: Party) -> RequestState:
    """Return the state after a move, or refuse: NotAllowed to the wrong party, Conflict from the wrong state."""
    needed = MOVED_BY[move]
    if party is not needed:
        raise NotAllowed(f"to be the request's {needed.value}")
    after = MACHINE[state].get(move)
    if after is not None:
        return after
    if not MACHINE[state]:
        raise AlreadyAnswered("This request is over.", current=state.value)
    raise Conflict("The request is not in a state for this.", current=state.value)


@dataclass(frozen=True)
class Standing:
    """What the guards of sending look at, as it is inside the transaction that sends.

    `declined_at` is when the receiver last declined this sender; `misfit_at` when either last found the other a misfit.
    `is_excluded`: the receiver ruled the sender out. `is_seat_taken`: who asks for a mentor has one in this seat.
    """

    is_sender_eligible: bool
    is_receiver_eligible: bool
    is_blocked: bool
    paused_until: datetime | None
    open_requests: int
    has_open_to_receiver: bool
    declined_at: datetime | None
    misfit_at: datetime | None
    is_excluded: bool = False
    is_seat_taken: bool = False


def check_sendable(standing: Standing, at: datetime, numbers: RequestNumbers = DEFAULTS) -> None:
    """Refuse to send when a guard of SENT does not hold.

    A block is told like a missing person, and being ruled out like a pause: both stay silent.
    """
    if standing.is_blocked or not standing.is_receiver_eligible:
        raise NotFound("person")
    if not standing.is_sender_eligible:
        raise NotAllowed("a verified mail address", "Verify your mail address first.")
    if standing.is_excluded or (standing.paused_until is not None and standing.paused_until > at):
        raise ReceiverPaused("This person takes no requests at the moment.", current="paused")
    if standing.is_seat_taken:
        raise SeatTaken("You have a mentor in this seat. Choose another seat, or none.", current="taken")
    if standing.has_open_to_receiver:
        raise RequestOpenAlready
    if standing.open_requests >= numbers.max_open:
        raise TooManyOpenRequests(
            f"You have {numbers.max_open} open requests. Wait for an answer, or withdraw one.", limit=numbers.max_open
        )
    _check_cooled_off(standing, at, numbers)


def _check_cooled_off(standing: Standing, at: datetime, numbers: RequestNumbers) -> None:
    rests = ((standing.declined_at, numbers.cooling_off_decline), (standing.misfit_at, numbers.cooling_off_misfit))
    ends = [since + rest for since, rest in rests if since is not None]
    if ends and max(ends) > at:
        until = max(ends).date().isoformat()
        raise CoolingOff(f"You can ask this person again after {until}.", current=until)


def check_acceptable(standing: Standing, expires_at: datetime | None, at: datetime) -> None:
    """Refuse to accept when the time is over, or when the two can no longer meet, whichever side is why."""
    if expires_at is not None and expires_at <= at:
        raise AlreadyAnswered("The time to answer is over.", current=RequestState.EXPIRED.value)
    if standing.is_blocked or not (standing.is_sender_eligible and standing.is_receiver_eligible):
        raise Conflict("This person is no longer available.", current="unavailable")


@dataclass(frozen=True)
class RequestContent:
    """What a request says. `clean` returns it as it is kept."""

    format: MentoringFormat
    goal: str
    minutes_needed: int
    message: str = ""
    skill_ids: tuple[str, ...] = ()
    aspect: Aspect | None = None
    siblings: SiblingChoice = SiblingChoice.KEEP

    def clean(self) -> "RequestContent":
        """Return the content in clean text, or refuse with InvalidInput what is missing, too long or out of bounds."""
        if not MIN_MINUTES <= self.minutes_needed <= MAX_MINUTES:
            raise invalid("minutesNeeded", "out_of_range", f"Between {MIN_MINUTES} and {MAX_MINUTES:,} minutes.")
        if len(self.skill_ids) > MAX_SKILLS:
            raise invalid("skillIds", "too_many", f"At most {MAX_SKILLS} skills.")
        return RequestContent(
            format=self.format,
            goal=line("goal", self.goal, longest=MAX_GOAL_LENGTH, shortest=MIN_GOAL_LENGTH),
            minutes_needed=self.minutes_needed,
            message=paragraphs("message", self.message, longest=MAX_TEXT_LENGTH),
            skill_ids=tuple(dict.fromkeys(self.skill_ids)),
            aspect=self.aspect,
            siblings=self.siblings,
        )


def more_text(text: str) -> str:
    """Return a question or an answer about a request as it is kept, 1 to 2,000 characters, or refuse."""
    return paragraphs("text", text, longest=MAX_TEXT_LENGTH, shortest=1)


def private_note(note: str) -> str:
    """Return the receiver's note to themselves as it is kept, at most 2,000 characters, or refuse."""
    return paragraphs("note", note, longest=MAX_TEXT_LENGTH)

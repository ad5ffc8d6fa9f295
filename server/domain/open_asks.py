"""Open asks: a small question that any mentor whose skills fit may take up, under a lease that others see: C9."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.errors import Conflict, LimitReached, invalid
from server.domain.facts import Fact
from server.domain.texts import line, paragraphs

MAX_GOAL_LENGTH = 300
MIN_GOAL_LENGTH = 3
MAX_TEXT_LENGTH = 2_000
MAX_ANSWER_LENGTH = 5_000
MIN_MINUTES = 5
MAX_MINUTES = 120
MAX_SKILLS = 5
MAX_OPEN_ASKS = 3
"""Asks of their own that somebody may have open at once; those that came of a webinar do not count."""
MAX_HELD_ASKS = 3
"""Asks that a mentor may hold at once."""
ASKS_A_DAY = 10
DAY_SECONDS = 86_400
LEASE = timedelta(minutes=30)
LONGEST_LEASE = timedelta(hours=4)
"""However often it is renewed; then somebody else may have the turn."""
LASTS = timedelta(days=30)
LEAST_LEVEL = 2
"""The level from which a skill that is offered fits an ask."""


class AskState(StrEnum):
    """Where an ask stands. A lease is no state: it lapses by itself."""

    OPEN = "open"
    ANSWERED = "answered"
    REQUESTED = "requested"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class AskOrigin(StrEnum):
    """What an ask came of."""

    WORKER = "worker"
    WEBINAR = "webinar"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class Lease:
    """Who holds an ask since when and until when; nobody once `until` has passed."""

    held_by: UUID
    since: datetime
    until: datetime

    def is_on(self, at: datetime) -> bool:
        """Tell whether the lease runs at an instant."""
        return self.until > at


class AskTaken(Conflict):
    """Somebody else holds the ask."""

    code = "ask_taken"

    def __init__(self) -> None:
        super().__init__("Somebody else is on it. What you wrote is kept in your drafts.", current="taken")


class TooManyAsks(LimitReached):
    """The author, or the mentor, has as many as one may."""

    code = "too_many_asks"


@dataclass(frozen=True)
class AskForm:
    """An ask as its author words it. `clean` returns it as it is kept."""

    goal: str
    minutes: int = 15
    message: str = ""
    skill_ids: tuple[str, ...] = ()
    is_anonymous: bool = False

    def clean(self, known_skills: Collection[str]) -> "AskForm":
        """Return the form in clean text, or refuse with InvalidInput what is missing, too long or unknown."""
        if not MIN_MINUTES <= self.minutes <= MAX_MINUTES:
            raise invalid("minutes", "out_of_range", f"Between {MIN_MINUTES} and {MAX_MINUTES} minutes.")
        if len(self.skill_ids) > MAX_SKILLS:
            raise invalid("skillIds", "too_many", f"At most {MAX_SKILLS} skills.")
        for skill_id in self.skill_ids:
            if skill_id not in known_skills:
                raise invalid("skillIds", "unknown", f"There is no skill {skill_id[:80]!r}.")
        return AskForm(
            goal=line("goal", self.goal, longest=MAX_GOAL_LENGTH, shortest=MIN_GOAL_LENGTH),
            minutes=self.minutes,
            message=paragraphs("message", self.message, longest=MAX_TEXT_LENGTH),
            skill_ids=tuple(dict.fromkeys(self.skill_ids)),
            is_anonymous=self.is_anonymous,
        )


def answer_text(text: str) -> str:
    """Return an answer as it is kept, 1 to 5,000 characters, or refuse."""
    return paragraphs("text", text, longest=MAX_ANSWER_LENGTH, shortest=1)


def draft_text(text: str) -> str:
    """Return a draft as it is kept, at most 5,000 characters, or refuse."""
    return paragraphs("text", text, longest=MAX_ANSWER_LENGTH)


def check_open(state: AskState) -> None:
    """Refuse to do anything with an ask that is over."""
    if state is not AskState.OPEN:
        raise Conflict("This ask is over.", current=state.value)


def taken(lease: Lease | None, mentor_id: UUID, at: datetime) -> Lease:
    """Return the lease of a mentor who takes an ask, or takes it again. AskTaken while another holds it."""
    if lease is not None and lease.is_on(at):
        if lease.held_by != mentor_id:
            raise AskTaken
        return lease
    return Lease(mentor_id, at, at + LEASE)


def renewed(lease: Lease | None, mentor_id: UUID, at: datetime) -> Lease:
    """Return the lease of a mentor for `LEASE` from now, never past its longest; lapsed, it is taken anew."""
    kept = taken(lease, mentor_id, at)
    if kept.since + LONGEST_LEASE <= at:
        raise LimitReached("You had it for as long as one may. Answer, or give it back.", limit=_hours(LONGEST_LEASE))
    return Lease(mentor_id, kept.since, max(kept.until, min(at + LEASE, kept.since + LONGEST_LEASE)))


def check_holds(lease: Lease | None, mentor_id: UUID, at: datetime) -> None:
    """Refuse what needs the lease to somebody who does not have it. A lapsed one will do while nobody else took it."""
    if lease is None or (lease.held_by != mentor_id and not lease.is_on(at)):
        raise Conflict("Take the ask first.", current="not_taken")
    if lease.held_by != mentor_id:
        raise AskTaken


def check_may_ask(open_asks: int) -> None:
    """Refuse one ask more than somebody may have open."""
    if open_asks >= MAX_OPEN_ASKS:
        raise TooManyAsks(
            f"You have {MAX_OPEN_ASKS} open asks. Wait for an answer, or withdraw one.", limit=MAX_OPEN_ASKS
        )


def check_may_take(held: int) -> None:
    """Refuse one ask more than a mentor may hold."""
    if held >= MAX_HELD_ASKS:
        raise TooManyAsks(f"You hold {MAX_HELD_ASKS} asks. Answer one, or give it back.", limit=MAX_HELD_ASKS)


def _hours(length: timedelta) -> int:
    return int(length.total_seconds() // 3600)


@dataclass(frozen=True, kw_only=True)
class AskMoved:
    """Where an ask stands now. Told to its author, and to the mentor who holds or held it.

    Neither is named: what they may see of each other is asked of GraphQL.
    """

    ask_id: UUID
    state: AskState
    lease_until: datetime | None
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AskOpened(AskMoved, Fact):
    """Somebody asked, or an open question became an ask. For the author alone."""

    kind: ClassVar[str] = "ask.opened"
    goal: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class AskLeaseMoved(AskMoved, Fact):
    """A mentor took the ask, holds it longer, or gave it back."""

    kind: ClassVar[str] = "ask.lease_moved"


@dataclass(frozen=True, kw_only=True)
class AskAnswered(AskMoved, Fact):
    """A mentor answered."""

    kind: ClassVar[str] = "ask.answered"
    text: str


@dataclass(frozen=True, kw_only=True)
class AskRequested(AskMoved, Fact):
    """The mentor offered more than an answer: a request stands in the place of the ask."""

    kind: ClassVar[str] = "ask.requested"
    request_id: UUID


@dataclass(frozen=True, kw_only=True)
class AskClosed(AskMoved, Fact):
    """The author took it back, or nobody answered in time."""

    kind: ClassVar[str] = "ask.closed"

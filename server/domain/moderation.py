"""Reports, cases and what is decided: the states of a case, who may do what with it, and what is told: M2.

    open -> in_review -> decided -> appealed -> closed
                               \\-> closed (nobody appealed in time)

A claim is a lease: whoever claims a case has it for a while, then anybody may. An appeal goes to somebody else than
whoever decided.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.errors import Conflict, NotAllowed, invalid
from server.domain.facts import Fact
from server.domain.texts import paragraphs

MAX_WORDS = 2_000
MAX_OPEN_REPORTS = 20
MAX_SUSPENSION_DAYS = 365
LEASE = timedelta(minutes=30)
APPEAL_WITHIN = timedelta(days=14)
MAX_OPENING = timedelta(hours=24)


class SubjectKind(StrEnum):
    """What can be reported."""

    PROFILE = "profile"
    MESSAGE = "message"
    QUESTION = "question"
    SESSION = "session"
    CIRCLE_POST = "circle_post"
    GATHERING = "gathering"
    INTRODUCTION = "introduction"
    SMALL_ASK = "small_ask"
    KUDOS = "kudos"


class ReportReason(StrEnum):
    """Why somebody reports: for the desk, and for the public counts."""

    HARASSMENT = "harassment"
    HATE = "hate"
    THREAT = "threat"
    SEXUAL = "sexual"
    SCAM = "scam"
    SPAM = "spam"
    IMPERSONATION = "impersonation"
    PRIVACY = "privacy"
    SELF_HARM = "self_harm"
    MINOR = "minor"
    OTHER = "other"


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    IN_REVIEW = "in_review"
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"


class Decision(StrEnum):
    """What the desk decides."""

    NOTHING = "nothing"
    WARN = "warn"
    REMOVE = "remove"
    SUSPEND = "suspend"
    BAN = "ban"


class AppealOutcome(StrEnum):
    """What became of an appeal."""

    UPHELD = "upheld"
    OVERTURNED = "overturned"


class SanctionKind(StrEnum):
    """What is laid on somebody."""

    WARNING = "warning"
    SUSPENSION = "suspension"
    BAN = "ban"


SANCTIONS = {
    Decision.WARN: SanctionKind.WARNING,
    Decision.SUSPEND: SanctionKind.SUSPENSION,
    Decision.BAN: SanctionKind.BAN,
}
REMOVABLE = frozenset(SubjectKind) - {SubjectKind.PROFILE, SubjectKind.SESSION}
"""What the desk can take away; of a person or a session there is nothing to remove but them."""


@dataclass(frozen=True)
class Ruling:
    """What a moderator decides: with a reason that both sides read, and for SUSPEND the days."""

    decision: Decision
    reason: str
    days: int | None = None

    def clean(self) -> "Ruling":
        """Return the ruling as it is kept, or refuse with InvalidInput."""
        if (self.decision is Decision.SUSPEND) != (self.days is not None):
            raise invalid("days", "mismatch", "Say for how many days, and only when you suspend somebody.")
        if self.days is not None and not 1 <= self.days <= MAX_SUSPENSION_DAYS:
            raise invalid("days", "out_of_range", f"From 1 to {MAX_SUSPENSION_DAYS} days.")
        return Ruling(self.decision, paragraphs("reason", self.reason, longest=MAX_WORDS, shortest=1), self.days)


def report_words(words: str) -> str:
    """Return what a reporter says, up to 2,000 characters, or refuse with InvalidInput."""
    return paragraphs("words", words, longest=MAX_WORDS)


def check_reportable(reporter: UUID, accused: UUID) -> None:
    """Refuse to report oneself."""
    if reporter == accused:
        raise invalid("subjectId", "self", "This is yours: you can change it or take it back.")


def check_removable(kind: SubjectKind, decision: Decision) -> None:
    """Refuse to remove what is no content."""
    if decision is Decision.REMOVE and kind not in REMOVABLE:
        raise invalid("decision", "nothing_to_remove", "There is no content to remove in this case.")


def check_impartial(moderator: UUID, *, reporter: UUID, accused: UUID, decided_by: UUID | None) -> None:
    """Refuse to work on a case one is part of, or on the appeal against what one decided."""
    if moderator in {reporter, accused}:
        raise NotAllowed(
            "somebody who is not part of the case", "You are part of this case. Leave it to somebody else."
        )
    if moderator == decided_by:
        raise NotAllowed("another moderator", "You decided this case. The appeal is for somebody else.")


def check_claimable(
    state: CaseState, *, lease_by: UUID | None, lease_until: datetime | None, by: UUID, at: datetime
) -> None:
    """Refuse to claim what is done, or what somebody else looks at now."""
    if state not in {CaseState.OPEN, CaseState.IN_REVIEW, CaseState.APPEALED}:
        raise Conflict("There is nothing to decide in this case now.", current=state.value)
    if lease_by not in {None, by} and lease_until is not None and lease_until > at:
        raise Conflict("Somebody else is looking at this case.", current=state.value)


def check_held(*, lease_by: UUID | None, lease_until: datetime | None, by: UUID, at: datetime) -> None:
    """Refuse to decide what one has not claimed, or has held for too long."""
    if lease_by != by or lease_until is None or lease_until <= at:
        raise Conflict("Claim the case first: your claim is over, or somebody else has it.", current="unclaimed")


def check_appealable(state: CaseState, decision: Decision | None, decided_at: datetime | None, at: datetime) -> None:
    """Refuse an appeal against nothing, a second one, or one that comes too late."""
    if state is not CaseState.DECIDED or decision in {None, Decision.NOTHING} or decided_at is None:
        raise Conflict("There is no decision here that can be appealed.", current=state.value)
    if at > decided_at + APPEAL_WITHIN:
        raise Conflict(f"An appeal can be made for {APPEAL_WITHIN.days} days after the decision.", current=state.value)


@dataclass(frozen=True, kw_only=True)
class CaseMoved(Fact):
    """A case came to a new state. Goes to the reporter and the accused, each about their own part."""

    kind: ClassVar[str] = "case.moved"
    case_id: UUID
    state: CaseState
    decision: Decision | None
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PersonSuspended(Fact):
    """Somebody may not take part until an instant, or ever. Goes to them alone."""

    kind: ClassVar[str] = "person.suspended"
    user_id: UUID
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class SuspensionLifted(Fact):
    """Somebody may take part again."""

    kind: ClassVar[str] = "person.suspension_lifted"
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class TalkOpened(Fact):
    """Somebody of the safety team reads a private talk. Goes to those who are read, at once."""

    kind: ClassVar[str] = "talk.opened"
    opening_id: UUID
    session_id: UUID
    reason: str
    expires_at: datetime
    at: datetime

"""What people are told about check-ins. Each goes to the one it is about, unless it says otherwise."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from server.domain.check_ins import CheckInKind, CheckInState, Silence
from server.domain.facts import Fact
from server.domain.mentorship_facts import MentorshipMoved


@dataclass(frozen=True, kw_only=True)
class CheckInOpened(Fact):
    """A check-in can be answered. A quiet one waits in the app and is followed by no step: it belongs to a gig."""

    kind: ClassVar[str] = "check_in.opened"
    mentorship_id: UUID
    check_in_id: UUID
    what: CheckInKind
    due_at: datetime | None
    closes_at: datetime | None
    is_quiet: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInAnswered(Fact):
    """Somebody answered. Told to them alone, without what they said."""

    kind: ClassVar[str] = "check_in.answered"
    mentorship_id: UUID
    check_in_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInSettled(Fact):
    """A check-in is over: everybody asked has answered, or its time has passed. Told to all who were asked."""

    kind: ClassVar[str] = "check_in.settled"
    mentorship_id: UUID
    check_in_id: UUID
    state: CheckInState
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CheckInSilence(Fact):
    """Somebody has not answered, and this is the step they are met with. The other side hears nothing of it."""

    kind: ClassVar[str] = "check_in.silence"
    mentorship_id: UUID
    check_in_id: UUID
    profile_id: UUID
    step: Silence
    due_at: datetime | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MentorshipCadenceSet(MentorshipMoved, Fact):
    """One of the two changed how often they check in. Told to both."""

    kind: ClassVar[str] = "mentorship.cadence_set"
    by: UUID
    cadence_days: int

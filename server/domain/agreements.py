"""The agreement of a mentorship: what the two promise each other, in numbered versions that both sign.

A version never changes. Whoever wants it otherwise writes the next one, which needs both signatures again; until it
has them, the one before stays in force.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, LimitReached
from server.domain.facts import Fact
from server.domain.problems import Problems

MAX_PURPOSE = 500
MAX_CLAUSE = 1_000
MEET_EVERY_DAYS = (1, 90)
MEETING_MINUTES = (10, 240)
ANSWER_WITHIN_HOURS = (1, 336)
MAX_VERSIONS = 50
"""Of one agreement; nobody is near it."""
SAFETY_LIMIT = "Unless somebody is in danger: then the one who knows tells somebody who can help."
"""The limit of confidentiality, where the two do not word another one. It is never without one."""


class AgreementState(StrEnum):
    """Where a version stands. DROPPED: a newer one was written before both had signed it."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    DROPPED = "dropped"


class MeetingChannel(StrEnum):
    """Where the two mostly meet."""

    ROOM = "room"
    MESSAGES = "messages"
    CALL = "call"
    IN_PERSON = "in_person"


class Discretion(StrEnum):
    """What may be told to others of what is said."""

    BETWEEN_US = "between_us"
    WITHOUT_NAMES = "without_names"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class AgreementTerms:
    """What a version says. `ending` is how one of the two ends it; `confidentiality_limit` when silence is broken."""

    purpose: str
    format: MentoringFormat
    mentor_role: str = ""
    mentee_role: str = ""
    meet_every_days: int = 14
    meeting_minutes: int = 60
    channel: MeetingChannel = MeetingChannel.ROOM
    answer_within_hours: int = 48
    confidentiality: Discretion = Discretion.BETWEEN_US
    confidentiality_limit: str = SAFETY_LIMIT
    boundaries: str = ""
    ending: str = ""

    def clean(self) -> "AgreementTerms":
        """Return the terms as they are kept, or refuse with InvalidInput."""
        problems = Problems()
        cleaned = replace(
            self,
            purpose=problems.line("purpose", self.purpose, longest=MAX_PURPOSE, shortest=1),
            mentor_role=problems.paragraphs("mentorRole", self.mentor_role, longest=MAX_CLAUSE),
            mentee_role=problems.paragraphs("menteeRole", self.mentee_role, longest=MAX_CLAUSE),
            meet_every_days=problems.number("meetEveryDays", self.meet_every_days, *MEET_EVERY_DAYS),
            meeting_minutes=problems.number("meetingMinutes", self.meeting_minutes, *MEETING_MINUTES),
            answer_within_hours=problems.number("answerWithinHours", self.answer_within_hours, *ANSWER_WITHIN_HOURS),
            confidentiality_limit=problems.line(
                "confidentialityLimit", self.confidentiality_limit, longest=MAX_CLAUSE, shortest=1
            ),
            boundaries=problems.paragraphs("boundaries", self.boundaries, longest=MAX_CLAUSE),
            ending=problems.paragraphs("ending", self.ending, longest=MAX_CLAUSE),
        )
        problems.refuse_if_any()
        return cleaned


def check_next_version(newest: int, expected: int | None) -> int:
    """Return the number of the next version. Conflict when the newest is another than expected (0: none)."""
    if expected is not None and expected != newest:
        raise Conflict("Another version was written meanwhile. Read it first.", current=str(newest))
    if newest >= MAX_VERSIONS:
        raise LimitReached(f"An agreement has at most {MAX_VERSIONS} versions.", limit=MAX_VERSIONS)
    return newest + 1


def check_signable(state: AgreementState, newest: int) -> None:
    """Refuse a signature under a version that is no longer the newest."""
    if state in (AgreementState.REPLACED, AgreementState.DROPPED):
        raise Conflict("A newer version was written. Read and sign that one.", current=str(newest))


def state_after_signing(mentor_signed_at: datetime | None, mentee_signed_at: datetime | None) -> AgreementState:
    """Return where the newest version stands with these signatures: in force with both."""
    is_whole = mentor_signed_at is not None and mentee_signed_at is not None
    return AgreementState.IN_FORCE if is_whole else AgreementState.PROPOSED


def state_when_followed(state: AgreementState, follower: AgreementState) -> AgreementState:
    """Return where an older version stands once a newer one is as far as `follower`."""
    if state is AgreementState.PROPOSED:
        return AgreementState.DROPPED
    if state is AgreementState.IN_FORCE and follower is AgreementState.IN_FORCE:
        return AgreementState.REPLACED
    return state


@dataclass(frozen=True, kw_only=True)
class AgreementWritten(Fact):
    """A new version was written, and by that signed by its writer. Its words are read, not told."""

    kind: ClassVar[str] = "agreement.written"
    mentorship_id: UUID
    agreement_id: UUID
    number: int
    written_by: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(Fact):
    """Somebody signed a version. `is_in_force`: both have, from now on it holds."""

    kind: ClassVar[str] = "agreement.signed"
    mentorship_id: UUID
    agreement_id: UUID
    number: int
    signed_by: UUID
    is_in_force: bool
    at: datetime

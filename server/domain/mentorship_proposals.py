"""The next version of a mentorship: renewed, in another format, or with another mentor. Proposed, then agreed on.

A hand-over is put to the mentee first, in kind words, and only with their yes to the next mentor. The next version
takes the place of the one before in one transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, NotAllowed, invalid
from server.domain.facts import Fact
from server.domain.mentorship_road import Step, after
from server.domain.mentorships import MentorshipState
from server.domain.problems import Problems

OPEN_FOR = timedelta(days=14)
MAX_WORDS = 1_000
LEAST_MINUTES, MOST_MINUTES = 15, 6_000


class ProposalKind(StrEnum):
    """What the next version is."""

    RENEWAL = "renewal"
    CONVERSION = "conversion"
    HAND_OVER = "hand_over"


class ProposalState(StrEnum):
    """Where a proposal stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


STEPS = {
    ProposalKind.RENEWAL: Step.RENEW,
    ProposalKind.CONVERSION: Step.RENEW,
    ProposalKind.HAND_OVER: Step.TRANSFER,
}


@dataclass(frozen=True)
class NextVersion:
    """What is proposed: the format, the goal, the minutes the mentor gives, and words to whoever is asked."""

    format: MentoringFormat
    goal: str
    minutes: int
    words: str = ""

    def clean(self) -> "NextVersion":
        """Return it as it is kept, or refuse with InvalidInput."""
        problems = Problems()
        cleaned = NextVersion(
            self.format,
            problems.line("goal", self.goal, longest=300, shortest=1),
            problems.number("minutes", self.minutes, LEAST_MINUTES, MOST_MINUTES),
            problems.paragraphs("words", self.words, longest=MAX_WORDS),
        )
        problems.refuse_if_any()
        return cleaned


def check_proposable(kind: ProposalKind, state: MentorshipState) -> None:
    """Refuse a next version that cannot follow: of what ended early, say. What is completed can be renewed."""
    if kind is ProposalKind.RENEWAL and state is MentorshipState.COMPLETED:
        return
    if kind is ProposalKind.RENEWAL and state is not MentorshipState.CLOSING:
        raise Conflict("A mentorship is renewed when it closes, or after it.", current=state.value)
    after(state, STEPS[kind])


def check_other_format(now: MentoringFormat, then: MentoringFormat) -> None:
    """Refuse to convert a mentorship into what it is."""
    if now is then:
        raise invalid("format", "same", "Choose another format than the present one.")


def check_may_answer(state: ProposalState, *, is_asked: bool, is_over: bool) -> None:
    """Refuse an answer by anybody but whoever is asked now, and one that comes too late."""
    if state is not ProposalState.ASKED or is_over:
        raise Conflict("This proposal is not open any more.", current="lapsed" if is_over else state.value)
    if not is_asked:
        raise NotAllowed("to be the one who is asked")


@dataclass(frozen=True, kw_only=True)
class MentorshipProposed(Fact):
    """Somebody is asked for their yes to a next version. Told to the two, and to a next mentor once they are asked."""

    kind: ClassVar[str] = "mentorship.proposed"
    proposal_id: UUID
    mentorship_id: UUID
    what: ProposalKind
    proposed_by: UUID
    asked_id: UUID
    format: MentoringFormat
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MentorshipProposalSettled(Fact):
    """A proposal is over: accepted, declined, withdrawn or lapsed. Told to all who had heard of it."""

    kind: ClassVar[str] = "mentorship.proposal_settled"
    proposal_id: UUID
    mentorship_id: UUID
    what: ProposalKind
    state: ProposalState
    next_mentorship_id: UUID | None
    at: datetime

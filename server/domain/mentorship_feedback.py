"""Feedback at the end of a mentorship: E7, E10. Double-blind: neither reads the other's before it is released.

It is released when both gave theirs, or `RELEASED_AFTER` the first. Nobody is told who gave first, or whether the other
has given theirs at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from server.domain.errors import Conflict
from server.domain.mentorships import EndReason, MentorshipState
from server.domain.problems import Problems

RELEASED_AFTER = timedelta(days=7)
GIVEN_WITHIN = timedelta(days=30)
"""How long after its end feedback on a mentorship can be given."""
LONGEST_TEXT = 2_000
LONGEST_LINE = 300
MOST_USEFUL = 5

_OVER = frozenset(
    {
        MentorshipState.COMPLETED,
        MentorshipState.ENDED_EARLY,
        MentorshipState.RENEWED,
        MentorshipState.TRANSFERRED,
    }
)


@dataclass(frozen=True)
class Feedback:
    """What one of the two says: how useful it was (1-5), what went well, what could be better, what they take along,
    thanks to the other, and what they need next."""

    useful: int
    went_well: str = ""
    could_be_better: str = ""
    takeaway: str = ""
    kudos: str = ""
    next_need: str = ""

    def clean(self) -> "Feedback":
        """Return the feedback as it is kept, or refuse with InvalidInput."""
        problems = Problems()
        cleaned = Feedback(
            problems.number("useful", self.useful, 1, MOST_USEFUL),
            problems.paragraphs("wentWell", self.went_well, longest=LONGEST_TEXT),
            problems.paragraphs("couldBeBetter", self.could_be_better, longest=LONGEST_TEXT),
            problems.paragraphs("takeaway", self.takeaway, longest=LONGEST_TEXT),
            problems.line("kudos", self.kudos, longest=LONGEST_LINE),
            problems.line("nextNeed", self.next_need, longest=LONGEST_LINE),
        )
        problems.refuse_if_any()
        return cleaned


def given_until(state: MentorshipState, end_reason: EndReason | None, ended_at: datetime | None) -> datetime | None:
    """Return until when feedback can be given; None while it cannot be given at all."""
    if end_reason is EndReason.SAFETY:
        return None
    if state is MentorshipState.CLOSING:
        return datetime.max.replace(tzinfo=UTC)
    return ended_at + GIVEN_WITHIN if state in _OVER and ended_at is not None else None


def check_can_give(until: datetime | None, at: datetime, state: MentorshipState) -> None:
    """Refuse feedback before a mentorship closes, and when its time is over."""
    if until is None:
        raise Conflict("Feedback is given when a mentorship closes, or after it.", current=state.value)
    if at >= until:
        raise Conflict("The time to give feedback on this mentorship is over.", current="over")


def is_released(given: Sequence[datetime], at: datetime) -> bool:
    """Tell whether feedback given at these instants may be read by the other side."""
    return len(given) > 1 or any(at >= instant + RELEASED_AFTER for instant in given)

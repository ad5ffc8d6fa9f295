"""What came of a mentorship: asked of each side at its end and after 30 and 90 days, shown only over five people.

Every answer is optional. Before and after are asked together, afterwards: people judge where they began better once
they know what there was to learn (the retrospective pretest of Howard, 1980).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, TypeVar
from uuid import UUID

from server.domain.actors import Actor, Role
from server.domain.errors import Conflict, NotAllowed, invalid
from server.domain.facts import Fact
from server.domain.mentorships import EndReason, MentorshipState
from server.domain.problems import Problems

LEAST_PEOPLE = 5
"""Figures over fewer are withheld."""
ANSWER_WITHIN = timedelta(days=30)
SKILL = (0, 4)
CONFIDENCE = (1, 5)
COUNT = (0, 99)
YEARS = (2020, 2100)
QUARTERS = (1, 4)

Group = TypeVar("Group")


class OutcomeMoment(StrEnum):
    """When somebody is asked."""

    END = "end"
    DAY_30 = "day_30"
    DAY_90 = "day_90"


AFTER: Mapping[OutcomeMoment, timedelta] = {
    OutcomeMoment.END: timedelta(0),
    OutcomeMoment.DAY_30: timedelta(days=30),
    OutcomeMoment.DAY_90: timedelta(days=90),
}
"""How long after the end."""


class OutcomeSide(StrEnum):
    """Which of the two is asked."""

    MENTOR = "mentor"
    MENTEE = "mentee"


class OutcomeMeasure(StrEnum):
    """What is counted. Skill and confidence have a before; ties and clients are new ones."""

    SKILL = "skill"
    CONFIDENCE = "confidence"
    TIES = "ties"
    CLIENTS = "clients"


@dataclass(frozen=True, kw_only=True)
class OutcomeAnswers:
    """What somebody answers about themselves; None for what they leave out.

    Skill is on the scale of profiles, 0 to 4, in what the mentorship was about; confidence 1 to 5; `ties` are people
    met through it whom one can turn to now, `clients` new clients, jobs or orders.
    """

    skill_before: int | None = None
    skill_after: int | None = None
    confidence_before: int | None = None
    confidence_after: int | None = None
    ties: int | None = None
    clients: int | None = None

    def check(self) -> None:
        """Refuse numbers off their scales, and a before without its after or the other way round."""
        problems = Problems()
        bounds = {
            "skillBefore": (self.skill_before, SKILL),
            "skillAfter": (self.skill_after, SKILL),
            "confidenceBefore": (self.confidence_before, CONFIDENCE),
            "confidenceAfter": (self.confidence_after, CONFIDENCE),
            "ties": (self.ties, COUNT),
            "clients": (self.clients, COUNT),
        }
        for path, (value, (least, most)) in bounds.items():
            if value is not None:
                problems.number(path, value, least, most)
        if (self.skill_before is None) is not (self.skill_after is None):
            problems.add("skillAfter", "incomplete", "Give both, before and after, or neither.")
        if (self.confidence_before is None) is not (self.confidence_after is None):
            problems.add("confidenceAfter", "incomplete", "Give both, before and after, or neither.")
        problems.refuse_if_any()


def asks_after(state: MentorshipState, reason: EndReason | None, *, has_met: bool) -> bool:
    """Tell whether anybody is asked after such an end: not after one for safety, nor when the two never met."""
    is_over = state in (MentorshipState.COMPLETED, MentorshipState.ENDED_EARLY, MentorshipState.TRANSFERRED)
    return is_over and has_met and reason is not EndReason.SAFETY


def check_answerable(due_at: datetime, closes_at: datetime, at: datetime) -> None:
    """Refuse answers before their time and after it."""
    if at < due_at:
        raise Conflict("This is asked later.", current="not_due")
    if at >= closes_at:
        raise Conflict("The time to answer this is over.", current="closed")


def check_may_read(actor: Actor) -> None:
    """Refuse statistics to all but managers of programmes and of the community."""
    actor.require_user()
    if not (actor.has_role(Role.PROGRAM_MANAGER) or actor.has_role(Role.COMMUNITY_MANAGER)):
        raise NotAllowed("the role program_manager or community_manager")


def quarter_of(year: int, quarter: int, at: datetime) -> tuple[datetime, datetime]:
    """Return the start and the end of a quarter in UTC, or refuse with InvalidInput while answers can still come.

    Quarters do not overlap and do not change once they are shown, so that no two answers differ by one person.
    """
    problems = Problems()
    problems.number("year", year, *YEARS)
    problems.number("quarter", quarter, *QUARTERS)
    problems.refuse_if_any()
    start = datetime(year, 3 * quarter - 2, 1, tzinfo=UTC)
    end = datetime(year + quarter // 4, 3 * quarter % 12 + 1, 1, tzinfo=UTC)
    if end + ANSWER_WITHIN > at:
        raise invalid("quarter", "not_over", "This quarter is shown once everybody had the time to answer.")
    return start, end


def withheld(people: Mapping[Group, int]) -> frozenset[Group]:
    """Return the groups whose figures are not shown beside the figure of all: those below five people, and more.

    While what is left out would be somebody's figure by subtraction (fewer than five people in all that is withheld),
    the smallest group that is shown is withheld too.
    """
    hidden = {group for group, count in people.items() if count < LEAST_PEOPLE}
    shown = sorted(people.keys() - hidden, key=lambda group: (people[group], str(group)), reverse=True)
    while shown and 0 < sum(people[group] for group in hidden) < LEAST_PEOPLE:
        hidden.add(shown.pop())
    return frozenset(hidden)


@dataclass(frozen=True, kw_only=True)
class OutcomeAsked(Fact):
    """It is time to say what came of a mentorship. For the one who is asked alone."""

    kind: ClassVar[str] = "outcome.asked"
    mentorship_id: UUID
    outcome_id: UUID
    moment: OutcomeMoment
    closes_at: datetime
    at: datetime

"""Goals of a mentorship, with goal-attainment scaling (Kiresuk and Sherman, 1968).

A goal says in advance what five outcomes would look like, from much less than expected (-2) over expected (0) to much
more (+2). Where it stands is then a level, and several goals together make a T-score: 50 is what was expected.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain import texts
from server.domain.errors import Conflict, LimitReached, invalid
from server.domain.facts import Fact
from server.domain.problems import Problems

MAX_OPEN_GOALS = 3
MAX_GOALS = 30
"""Of one mentorship, whatever became of them."""
MAX_ATTAINMENTS = 200
"""Of one goal."""
MAX_TITLE = 160
MAX_OUTCOME = 300
MAX_ATTAINMENT_NOTE = 500
LOWEST, HIGHEST = -2, 2
WEIGHTS = (1, 5)
CORRELATION = 0.3
"""How far goals of one person are taken to move together: the value the method's authors give."""


class GoalState(StrEnum):
    """What became of a goal."""

    OPEN = "open"
    REACHED = "reached"
    LET_GO = "let_go"


@dataclass(frozen=True, kw_only=True)
class GoalForm:
    """A goal as somebody words it. Of the five outcomes the expected one is needed.

    `baseline` is where things stand now, `baseline_level` the level of that; `weight` how much it counts, 1 to 5.
    """

    title: str
    expected: str
    much_less: str = ""
    less: str = ""
    more: str = ""
    much_more: str = ""
    baseline: str = ""
    baseline_level: int = -1
    weight: int = 1
    due_on: date | None = None

    def clean(self) -> "GoalForm":
        """Return the goal as it is kept, or refuse with InvalidInput."""
        problems = Problems()
        cleaned = replace(
            self,
            title=problems.line("title", self.title, longest=MAX_TITLE, shortest=1),
            expected=problems.line("expected", self.expected, longest=MAX_OUTCOME, shortest=1),
            much_less=problems.line("muchLess", self.much_less, longest=MAX_OUTCOME),
            less=problems.line("less", self.less, longest=MAX_OUTCOME),
            more=problems.line("more", self.more, longest=MAX_OUTCOME),
            much_more=problems.line("muchMore", self.much_more, longest=MAX_OUTCOME),
            baseline=problems.line("baseline", self.baseline, longest=MAX_OUTCOME),
            # Who starts where the best would be has nothing to reach.
            baseline_level=problems.number("baselineLevel", self.baseline_level, LOWEST, HIGHEST - 1),
            weight=problems.number("weight", self.weight, *WEIGHTS),
        )
        problems.refuse_if_any()
        return cleaned

    @property
    def outcomes(self) -> list[str]:
        """Return the five outcomes from -2 to +2."""
        return [self.much_less, self.less, self.expected, self.more, self.much_more]


def attainment(level: int, note: str) -> str:
    """Return the note of an attainment as it is kept, or refuse with InvalidInput: -2 to +2, 500 characters."""
    if not LOWEST <= level <= HIGHEST:
        raise invalid("level", "out_of_range", f"A number from {LOWEST} to {HIGHEST}.")
    return texts.paragraphs("note", note, longest=MAX_ATTAINMENT_NOTE)


def check_room_for_open(count: int) -> None:
    """Refuse one open goal more than a mentorship works on."""
    if count >= MAX_OPEN_GOALS:
        raise LimitReached(
            f"At most {MAX_OPEN_GOALS} goals are open at a time. Reach one, or let one go.", limit=MAX_OPEN_GOALS
        )


def check_room_for_goal(count: int) -> None:
    """Refuse one goal more than a mentorship holds in all."""
    if count >= MAX_GOALS:
        raise LimitReached(f"A mentorship has at most {MAX_GOALS} goals.", limit=MAX_GOALS)


def check_room_for_attainment(count: int) -> None:
    """Refuse one attainment more than a goal holds."""
    if count >= MAX_ATTAINMENTS:
        raise LimitReached(f"A goal is looked at at most {MAX_ATTAINMENTS} times.", limit=MAX_ATTAINMENTS)


def check_is_open(state: GoalState) -> None:
    """Refuse to reword a goal that is reached or was let go, or to say where it stands."""
    if state is not GoalState.OPEN:
        raise Conflict("This goal is not open. Open it again first.", current=state.value)


@dataclass(frozen=True)
class Attained:
    """Where a goal started and where it stands, in levels, and how much it counts."""

    baseline: int
    level: int
    weight: int


@dataclass(frozen=True)
class GoalScore:
    """The T-scores of several goals together: where they started, where they stand, and how many they are."""

    baseline: float
    now: float
    goals: int


def t_score(levels: Iterable[tuple[int, int]]) -> float:
    """Return the T-score of (level, weight) pairs: 50 when all are as expected, 10 a standard deviation."""
    pairs = list(levels)
    total = sum(level * weight for level, weight in pairs)
    squares = sum(weight * weight for _, weight in pairs)
    whole = sum(weight for _, weight in pairs)
    return 50 + 10 * total / math.sqrt((1 - CORRELATION) * squares + CORRELATION * whole * whole)


def score_of(goals: Iterable[Attained]) -> GoalScore | None:
    """Return the scores of goals that were looked at, to one decimal; None when there are none."""
    known = list(goals)
    if not known:
        return None
    start = t_score((goal.baseline, goal.weight) for goal in known)
    stand = t_score((goal.level, goal.weight) for goal in known)
    return GoalScore(round(start, 1), round(stand, 1), len(known))


@dataclass(frozen=True, kw_only=True)
class GoalChanged(Fact):
    """A goal was set, reworded, reached, let go or opened again. Its words are read, not told."""

    kind: ClassVar[str] = "goal.changed"
    mentorship_id: UUID
    goal_id: UUID
    state: GoalState
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class GoalAttained(Fact):
    """One of the two said where a goal stands."""

    kind: ClassVar[str] = "goal.attained"
    mentorship_id: UUID
    goal_id: UUID
    level: int
    said_by: UUID
    version: int
    at: datetime

"""How a circle does: whether all are heard, whether people come, whether asks are answered.

Each term says why, and what helps. A term without enough to go on says nothing, rather than something.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

ENOUGH_TURNS, ENOUGH_MEETINGS = 6, 2


class HealthTerm(StrEnum):
    """What is looked at."""

    TURN_EQUITY = "turn_equity"
    ATTENDANCE = "attendance"
    UNANSWERED_ASKS = "unanswered_asks"


@dataclass(frozen=True)
class HealthLine:
    """A term: 0 (badly) to 1 (well), or None when it is too early to say; why, and the next step."""

    term: HealthTerm
    score: float | None
    why: str
    step: str


def turn_equity(seconds: Sequence[int], turns: int) -> HealthLine:
    """Return how evenly speaking time is shared: 1 minus the Gini coefficient of the seconds of those who came."""
    if turns < ENOUGH_TURNS or len(seconds) < 2:
        return HealthLine(HealthTerm.TURN_EQUITY, None, f"{turns} turns so far: too few to say.", "")
    ordered, total = sorted(seconds), sum(seconds)
    count = len(ordered)
    spread = sum((2 * place - count - 1) * value for place, value in enumerate(ordered, 1))
    score = round(1 - (spread / (count * total) if total else 0.0), 3)
    share = round(100 * ordered[-1] / total) if total else 0
    step = "" if score >= 0.7 else "Let the round go on: the queue puts the least heard first."
    return HealthLine(HealthTerm.TURN_EQUITY, score, f"Who spoke most had {share} % of the time.", step)


def attendance(came: Sequence[int], expected: Sequence[int]) -> HealthLine:
    """Return how many of those expected were there, meeting by meeting."""
    if len(came) < ENOUGH_MEETINGS or not sum(expected):
        return HealthLine(HealthTerm.ATTENDANCE, None, f"{len(came)} meetings so far: too few to say.", "")
    score = round(min(1.0, sum(came) / sum(expected)), 3)
    step = "" if score >= 0.6 else "Look for another time: it shows whom this one hurts."
    why = f"{sum(came)} of {sum(expected)} came to the last {len(came)} meetings."
    return HealthLine(HealthTerm.ATTENDANCE, score, why, step)


def unanswered(stale: int, asks: int) -> HealthLine:
    """Return how many of the asks found an answer, or still may."""
    if asks == 0:
        return HealthLine(HealthTerm.UNANSWERED_ASKS, None, "Nobody asked for anything yet.", "")
    score = round(1 - stale / asks, 3)
    step = "" if stale == 0 else "Begin the next meeting with the oldest ask."
    return HealthLine(HealthTerm.UNANSWERED_ASKS, score, f"{stale} of {asks} asks wait for more than a week.", step)

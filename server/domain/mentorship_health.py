"""How a mentorship does: a few named terms, each with what it rests on, and one step to suggest. For the two alone: E8.

A term with nothing to rest on counts for nothing, neither good nor bad; with too few terms there is no score at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

LOW = 0.5
LEAST_TERMS = 2
"""With fewer terms known than this there is no score."""


class HealthTerm(StrEnum):
    """What health is made of."""

    MEETINGS = "meetings"
    CHECK_INS = "check_ins"
    USEFULNESS = "usefulness"
    NEXT_STEP = "next_step"
    TURNS = "turns"
    ACTIONS = "actions"


class HealthStep(StrEnum):
    """What is suggested: one step, to the two."""

    MEET = "meet"
    CHANGE_CADENCE = "change_cadence"
    ASK_WHAT_WOULD_HELP = "ask_what_would_help"
    AGREE_ON_NEXT_STEP = "agree_on_next_step"
    SHARE_THE_TALK = "share_the_talk"
    TIDY_ACTIONS = "tidy_actions"
    KEEP_GOING = "keep_going"


WEIGHTS: dict[HealthTerm, float] = {
    HealthTerm.MEETINGS: 0.25,
    HealthTerm.CHECK_INS: 0.2,
    HealthTerm.USEFULNESS: 0.2,
    HealthTerm.NEXT_STEP: 0.15,
    HealthTerm.TURNS: 0.1,
    HealthTerm.ACTIONS: 0.1,
}
_STEPS: dict[HealthTerm, HealthStep] = {
    HealthTerm.MEETINGS: HealthStep.MEET,
    HealthTerm.CHECK_INS: HealthStep.CHANGE_CADENCE,
    HealthTerm.USEFULNESS: HealthStep.ASK_WHAT_WOULD_HELP,
    HealthTerm.NEXT_STEP: HealthStep.AGREE_ON_NEXT_STEP,
    HealthTerm.TURNS: HealthStep.SHARE_THE_TALK,
    HealthTerm.ACTIONS: HealthStep.TIDY_ACTIONS,
}


@dataclass(frozen=True)
class Signals:
    """What is counted of a mentorship.

    `meetings_expected` is how many would fit its cadence; usefulness is the sum of answers from 1 to 5 of check-ins
    that are settled; lines are those said in its rooms by the one who said less, and by both.
    """

    meetings: int = 0
    meetings_expected: int = 0
    asked: int = 0
    answered: int = 0
    useful_sum: int = 0
    useful_count: int = 0
    next_step_clear: int = 0
    lines_of_the_quieter: int = 0
    lines: int = 0
    actions: int = 0
    actions_overdue: int = 0


@dataclass(frozen=True)
class TermValue:
    """One term: its value from 0 to 1 or None where nothing is known, its weight, and `count` out of `out_of`."""

    term: HealthTerm
    value: float | None
    weight: float
    count: int
    out_of: int


@dataclass(frozen=True)
class Health:
    """The terms, their weighted mean from 0 to 1 where enough is known, and the step for the weakest term."""

    score: float | None
    terms: Sequence[TermValue]
    step: HealthStep


def health(signals: Signals) -> Health:
    """Return how a mentorship does."""
    terms = [count(signals) for count in _COUNTS]
    known = [(term.value, term.weight, term.term) for term in terms if term.value is not None]
    if len(known) < LEAST_TERMS:
        return Health(None, terms, HealthStep.MEET if not signals.meetings else HealthStep.KEEP_GOING)
    score = sum(value * weight for value, weight, _ in known) / sum(weight for _, weight, _ in known)
    lowest, _, weakest = min(known, key=lambda one: one[0])
    return Health(score, terms, _STEPS[weakest] if lowest < LOW else HealthStep.KEEP_GOING)


def _term(term: HealthTerm, count: int, out_of: int, value: float | None = None) -> TermValue:
    known = None if out_of == 0 else min(count / out_of, 1.0) if value is None else value
    return TermValue(term, known, WEIGHTS[term], count, out_of)


def _meetings(signals: Signals) -> TermValue:
    return _term(HealthTerm.MEETINGS, signals.meetings, signals.meetings_expected)


def _check_ins(signals: Signals) -> TermValue:
    return _term(HealthTerm.CHECK_INS, signals.answered, signals.asked)


def _usefulness(signals: Signals) -> TermValue:
    count = signals.useful_count
    value = (signals.useful_sum / count - 1) / 4 if count else None
    return _term(HealthTerm.USEFULNESS, signals.useful_sum, 5 * count, value)


def _next_step(signals: Signals) -> TermValue:
    return _term(HealthTerm.NEXT_STEP, signals.next_step_clear, signals.useful_count)


def _turns(signals: Signals) -> TermValue:
    # Half of the lines by each is even: the quieter one's share of a half.
    value = 2 * signals.lines_of_the_quieter / signals.lines if signals.lines else None
    return _term(HealthTerm.TURNS, signals.lines_of_the_quieter, signals.lines, value)


def _actions(signals: Signals) -> TermValue:
    return _term(HealthTerm.ACTIONS, signals.actions - signals.actions_overdue, signals.actions)


_COUNTS: Sequence[Callable[[Signals], TermValue]] = (_meetings, _check_ins, _usefulness, _next_step, _turns, _actions)

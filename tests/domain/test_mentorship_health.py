"""Health explains itself: every term has what it rests on, and the weakest names the step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mentorship_health import WEIGHTS, HealthStep, HealthTerm, Signals, health

WELL = Signals(
    meetings=6,
    meetings_expected=6,
    asked=8,
    answered=8,
    useful_sum=40,
    useful_count=8,
    next_step_clear=8,
    lines_of_the_quieter=20,
    lines=40,
    actions=4,
)


def test_a_mentorship_that_does_well_goes_on_and_its_terms_say_why() -> None:
    found = health(WELL)
    assert (found.score, found.step) == (1.0, HealthStep.KEEP_GOING)
    assert [(term.term, term.count, term.out_of) for term in found.terms] == [
        (HealthTerm.MEETINGS, 6, 6),
        (HealthTerm.CHECK_INS, 8, 8),
        (HealthTerm.USEFULNESS, 40, 40),
        (HealthTerm.NEXT_STEP, 8, 8),
        (HealthTerm.TURNS, 20, 40),
        (HealthTerm.ACTIONS, 4, 4),
    ]


@pytest.mark.parametrize(
    ("signals", "step"),
    [
        (Signals(), HealthStep.MEET),
        (Signals(meetings=1, meetings_expected=6, asked=2, answered=2), HealthStep.MEET),
        (Signals(meetings=6, meetings_expected=6, asked=8, answered=2), HealthStep.CHANGE_CADENCE),
        (
            Signals(meetings=6, meetings_expected=6, useful_sum=3, useful_count=2, next_step_clear=2),
            HealthStep.ASK_WHAT_WOULD_HELP,
        ),
        (
            Signals(meetings=6, meetings_expected=6, useful_sum=10, useful_count=2),
            HealthStep.AGREE_ON_NEXT_STEP,
        ),
        (Signals(meetings=6, meetings_expected=6, lines_of_the_quieter=2, lines=40), HealthStep.SHARE_THE_TALK),
        (Signals(meetings=6, meetings_expected=6, actions=4, actions_overdue=3), HealthStep.TIDY_ACTIONS),
    ],
)
def test_the_weakest_term_names_the_step(signals: Signals, step: HealthStep) -> None:
    assert health(signals).step is step


def test_what_nobody_knows_counts_for_nothing() -> None:
    found = health(Signals(meetings=3, meetings_expected=6, asked=2, answered=2))
    assert [term.value for term in found.terms] == [0.5, 1.0, None, None, None, None]
    assert found.score == pytest.approx((0.5 * 0.25 + 1.0 * 0.2) / 0.45)
    assert health(Signals(meetings=3, meetings_expected=6)).score is None
    assert sum(WEIGHTS.values()) == pytest.approx(1)


@given(st.builds(Signals, **{name: st.integers(0, 50) for name in ("meetings", "meetings_expected", "asked")}))
def test_a_score_lies_between_nothing_and_all(signals: Signals) -> None:
    score = health(signals).score
    assert score is None or 0 <= score <= 1

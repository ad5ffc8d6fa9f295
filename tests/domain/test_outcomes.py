"""What came of a mentorship: who is asked, what may be answered, and which figures are withheld."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from server.domain.errors import Conflict, InvalidInput
from server.domain.mentorships import EndReason, MentorshipState
from server.domain.outcomes import (
    LEAST_PEOPLE,
    OutcomeAnswers,
    asks_after,
    check_answerable,
    quarter_of,
    withheld,
)

NOON = datetime(2027, 3, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        ({"classic": 9, "micro": 6, "peer": 5}, set()),
        # One small group would be all less the others: the smallest other goes with it.
        ({"classic": 9, "micro": 6, "peer": 4}, {"micro", "peer"}),
        # Two small ones hide each other only when they are five people together.
        ({"classic": 9, "micro": 3, "peer": 2}, {"micro", "peer"}),
        ({"classic": 9, "micro": 2, "peer": 2}, {"classic", "micro", "peer"}),
        # Nobody is nobody's figure.
        ({"classic": 9, "micro": 6, "peer": 0}, {"peer"}),
        ({"classic": 9, "micro": 6, "peer": 0, "arc": 1}, {"micro", "peer", "arc"}),
        ({"classic": 0}, {"classic"}),
    ],
)
def test_small_groups_are_withheld_and_what_would_show_them_by_subtraction(
    people: dict[str, int], hidden: set[str]
) -> None:
    assert withheld(people) == hidden


def test_no_figure_of_one_to_four_people_is_shown_or_left_over_by_subtraction() -> None:
    for counts in product(range(8), repeat=4):
        hidden = withheld(dict(enumerate(counts)))
        assert all(count >= LEAST_PEOPLE for group, count in enumerate(counts) if group not in hidden)
        left = sum(counts[group] for group in hidden)
        assert left == 0 or left >= LEAST_PEOPLE or left == sum(counts), counts


def test_a_quarter_is_shown_once_everybody_had_the_time_to_answer() -> None:
    first = quarter_of(2027, 4, datetime(2028, 1, 31, tzinfo=UTC))
    assert first == (datetime(2027, 10, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
    assert quarter_of(2026, 1, NOON) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    for year, quarter in ((2027, 1), (2026, 0), (2026, 5), (1, 1), (10**9, 1)):
        with pytest.raises(InvalidInput):
            quarter_of(year, quarter, NOON)
    with pytest.raises(InvalidInput):
        quarter_of(2027, 4, datetime(2028, 1, 30, tzinfo=UTC))


def test_answers_are_on_their_scales_and_before_goes_with_after() -> None:
    OutcomeAnswers().check()
    OutcomeAnswers(skill_before=0, skill_after=4, ties=99).check()
    with pytest.raises(InvalidInput) as refusal:
        OutcomeAnswers(skill_before=5, confidence_after=0, clients=100).check()
    told = [problem.path for problem in refusal.value.problems]
    assert told == ["skillBefore", "confidenceAfter", "clients", "skillAfter", "confidenceAfter"]


def test_nobody_is_asked_after_an_end_for_safety_or_when_they_never_met() -> None:
    assert asks_after(MentorshipState.COMPLETED, None, has_met=True)
    assert asks_after(MentorshipState.ENDED_EARLY, EndReason.MOVED, has_met=True)
    assert not asks_after(MentorshipState.ENDED_EARLY, EndReason.SAFETY, has_met=True)
    assert not asks_after(MentorshipState.ENDED_EARLY, EndReason.NO_FAULT, has_met=False)
    assert not asks_after(MentorshipState.RENEWED, None, has_met=True)


def test_questions_are_answered_in_their_time() -> None:
    later = NOON + timedelta(days=30)
    check_answerable(NOON, later, NOON)
    for at, current in ((NOON - timedelta(seconds=1), "not_due"), (later, "closed")):
        with pytest.raises(Conflict) as refusal:
            check_answerable(NOON, later, at)
        assert refusal.value.current == current

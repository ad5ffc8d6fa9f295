"""Goal-attainment scaling: what a goal says, and the T-score of several."""

import pytest

from server.domain.errors import Conflict, InvalidInput, LimitReached
from server.domain.mentorship_goals import (
    Attained,
    GoalForm,
    GoalScore,
    GoalState,
    attainment,
    check_is_open,
    check_room_for_open,
    score_of,
    t_score,
)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([(0, 1)], 50.0),
        ([(0, 1), (0, 3)], 50.0),
        # One goal: ten points a level, whatever its weight.
        ([(-2, 1)], 30.0),
        ([(2, 4)], 70.0),
        # Three goals alike at +1: 50 + 30 / sqrt(0.7 * 3 + 0.3 * 9).
        ([(1, 1)] * 3, 63.69),
        # As the published tables have it for two goals at -1 and -2.
        ([(-1, 1), (-2, 1)], 31.39),
        ([(1, 2), (-2, 1)], 50.0),
    ],
)
def test_the_t_score_is_the_published_formula(levels: list[tuple[int, int]], expected: float) -> None:
    assert t_score(levels) == pytest.approx(expected, abs=0.01)


def test_a_score_is_for_goals_that_were_looked_at() -> None:
    assert score_of([]) is None
    goals = [Attained(baseline=-1, level=1, weight=1), Attained(baseline=-2, level=0, weight=1)]
    assert score_of(goals) == GoalScore(baseline=31.4, now=56.2, goals=2)


def test_a_goal_says_at_least_what_is_expected() -> None:
    form = GoalForm(title=" Send  an invoice ", expected=" One is paid ", much_more="Three are").clean()
    assert (form.title, form.outcomes) == ("Send an invoice", ["", "", "One is paid", "", "Three are"])
    with pytest.raises(InvalidInput) as refusal:
        GoalForm(title="", expected="", baseline_level=2, weight=0).clean()
    assert [problem.path for problem in refusal.value.problems] == ["title", "expected", "baselineLevel", "weight"]


@pytest.mark.parametrize("level", [-3, 3])
def test_a_level_is_one_of_five(level: int) -> None:
    assert attainment(-2, " Nothing yet ") == "Nothing yet"
    with pytest.raises(InvalidInput):
        attainment(level, "")


def test_three_goals_are_open_at_most_and_only_those_are_looked_at() -> None:
    check_room_for_open(2)
    with pytest.raises(LimitReached):
        check_room_for_open(3)
    check_is_open(GoalState.OPEN)
    with pytest.raises(Conflict):
        check_is_open(GoalState.REACHED)

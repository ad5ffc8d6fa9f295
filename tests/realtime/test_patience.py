"""A wait that a late loop does not use up."""

import pytest

from server.realtime.patience import STEPS, Patience


def steps_until_used_up(seconds: float, took: float) -> int:
    """Return how many steps, each of which took so long, a wait of some seconds has."""
    patience = Patience(seconds)
    return next(number for number in range(1, 10 * STEPS) if patience.took(took))


@pytest.mark.parametrize(
    ("took", "steps"),
    [
        (0.25, 20),  # as long as asked: the wait has its own length
        (0.5, 10),  # a step late: likewise
        (2.5, 10),  # the loop was away: the wait lasts longer
        (60.0, 10),
    ],
)
def test_no_step_counts_for_more_than_two(took: float, steps: int):
    assert Patience(5.0).step_seconds == 0.25
    assert steps_until_used_up(5.0, took) == steps


def test_one_long_absence_does_not_use_up_a_wait():
    patience = Patience(5.0)
    assert not patience.took(60.0)
    assert [patience.took(0.25) for _ in range(18)] == [False] * 17 + [True]

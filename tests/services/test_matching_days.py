"""Sixty days of a small community: nobody who could be served waits for ever, and no accepted pair is moved."""

import pytest

from benchmarks.matching_days import Town, simulate

pytestmark = pytest.mark.usefixtures("db")


async def test_in_sixty_days_nobody_with_a_mentor_waits_past_four_weeks() -> None:
    seen = await simulate(Town(mentors=24, arrivals=1, seed=7))
    assert seen.arrived > 30
    assert len(seen.waits) > 20
    assert (seen.overdue, seen.moved) == (set(), 0)
    # Each way through a town was taken by somebody, or the town would prove nothing about it.
    assert min(seen.requests, seen.from_lists, seen.rematched) > 0


@pytest.mark.slow
async def test_nor_in_a_town_of_ninety_mentors() -> None:
    seen = await simulate(Town(mentors=90, arrivals=3))
    assert (seen.overdue, seen.moved) == (set(), 0)
    assert seen.p95 <= 28

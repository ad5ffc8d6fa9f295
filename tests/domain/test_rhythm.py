"""Stretches: what holds an instant, and how they add up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.availability import StretchKind
from server.domain.errors import InvalidInput
from server.domain.rhythm import (
    Stopped,
    StretchDraft,
    clean_stretch,
    is_blacked_out,
    is_on_gig,
    stopped_intervals,
)

DAY_ZERO = datetime(2026, 6, 1, tzinfo=UTC)


def _at(day: int) -> datetime:
    return DAY_ZERO + timedelta(days=day)


def _gig(start: int, end: int | None) -> StretchDraft:
    return StretchDraft(StretchKind.ON_GIG, _at(start), None if end is None else _at(end))


def test_a_stretch_holds_its_first_instant_and_not_its_last() -> None:
    stretches = [_gig(1, 3), StretchDraft(StretchKind.BLACKOUT, _at(2), None)]
    assert [is_on_gig(stretches, _at(day)) for day in (0, 1, 2, 3)] == [False, True, True, False]
    assert [is_blacked_out(stretches, _at(day)) for day in (1, 2, 300)] == [False, True, True]


def test_stretches_that_touch_or_overlap_stop_the_clock_once() -> None:
    stretches = [_gig(8, None), _gig(1, 3), _gig(3, 4), _gig(2, 3), _gig(6, 6), _gig(9, 12)]
    assert stopped_intervals(stretches) == [Stopped(_at(1), _at(4)), Stopped(_at(8), None)]


stretch_lists = st.lists(
    st.builds(_gig, st.integers(0, 30), st.one_of(st.none(), st.integers(0, 40))).filter(
        lambda one: one.ended_at is None or one.started_at <= one.ended_at
    ),
    max_size=8,
)


@given(stretch_lists, st.integers(-1, 42))
def test_an_instant_is_stopped_exactly_when_a_stretch_holds_it(stretches: list[StretchDraft], day: int) -> None:
    at = _at(day)
    stops = stopped_intervals(stretches)
    assert any(one.start <= at and (one.end is None or at < one.end) for one in stops) is is_on_gig(stretches, at)
    assert stops == sorted(stops, key=lambda one: one.start)
    ends = [one.end for one in stops[:-1]]
    assert all(end is not None and end < after.start for end, after in zip(ends, stops[1:], strict=True))


@pytest.mark.parametrize(
    ("start", "end", "path"),
    [(0, 0, "endedAt"), (0, -1, "endedAt"), (0, 367, "endedAt"), (-400, None, "startedAt"), (800, None, "startedAt")],
)
def test_a_stretch_that_cannot_be_planned_is_refused(start: int, end: int | None, path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean_stretch(_gig(start, end), at=_at(-1))
    assert path in [problem.path for problem in refused.value.problems]


def test_a_stretch_that_is_over_cannot_be_planned() -> None:
    with pytest.raises(InvalidInput, match="over already"):
        clean_stretch(_gig(1, 2), at=_at(2))

"""The clock of a request, against a clock that counts every minute."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.availability import MentoringFormat
from server.domain.request_clock import Stop, clock, deadline, running, with_pause
from server.domain.request_numbers import DEFAULTS

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@st.composite
def stop(draw: st.DrawFn) -> Stop:
    start = draw(st.integers(-40, 120))
    length = draw(st.one_of(st.none(), st.integers(0, 60)))
    return Stop(at(start), None if length is None else at(start + length))


STOPS = st.lists(stop(), max_size=6)
FINITE = STOPS.map(lambda stops: [stop for stop in stops if stop.end is not None])


def is_stopped(minute: int, stops: list[Stop]) -> bool:
    return any(stop.start <= at(minute) and (stop.end is None or at(minute) < stop.end) for stop in stops)


@given(STOPS, st.integers(1, 90))
def test_the_deadline_is_where_a_minute_by_minute_count_ends(stops: list[Stop], allowed: int) -> None:
    left, minute = allowed, 0
    while left and minute < 2_000:
        left -= not is_stopped(minute, stops)
        minute += 1
    assert deadline(START, minutes(allowed), stops) == (at(minute) if not left else None)


@given(FINITE, st.integers(1, 90))
def test_exactly_the_allowance_runs_until_the_deadline(stops: list[Stop], allowed: int) -> None:
    end = deadline(START, minutes(allowed), stops)
    assert end is not None
    assert running(START, end, stops) == minutes(allowed)


@given(STOPS, stop(), st.integers(1, 90))
def test_another_stop_never_brings_the_deadline_nearer(stops: list[Stop], more: Stop, allowed: int) -> None:
    before = deadline(START, minutes(allowed), stops)
    after = deadline(START, minutes(allowed), [*stops, more])
    assert after is None or (before is not None and after >= before)


@given(STOPS, st.integers(1, 90), st.randoms())
def test_the_order_of_stops_does_not_matter(stops: list[Stop], allowed: int, random: st.DataObject) -> None:
    shuffled = sorted(stops, key=lambda _: random.random())  # type: ignore[attr-defined]  # a random.Random
    assert deadline(START, minutes(allowed), shuffled) == deadline(START, minutes(allowed), stops)


@given(FINITE, st.integers(2, 90))
def test_reminders_come_in_order_before_the_end(stops: list[Stop], allowed: int) -> None:
    first, second = (clock(START, minutes(allowed), stops, left) for left in ((50, 85), (85,)))
    assert first.remind_at is not None
    assert second.remind_at is not None
    assert first.expires_at is not None
    assert START < first.remind_at < second.remind_at < first.expires_at
    assert clock(START, minutes(allowed), stops, ()).remind_at is None


def test_a_gig_that_is_on_when_a_request_comes_stops_the_clock_until_its_end() -> None:
    assert deadline(START, minutes(60), [Stop(at(-30), None)]) is None
    assert deadline(START, minutes(60), [Stop(at(-30), at(45))]) == at(105)


def test_a_stop_that_begins_at_the_deadline_comes_too_late() -> None:
    assert deadline(START, minutes(60), [Stop(at(60), None)]) == at(60)


def test_a_micro_request_has_two_days_and_others_a_week() -> None:
    found = {one: DEFAULTS.allowance(one) for one in MentoringFormat}
    assert found.pop(MentoringFormat.MICRO) == timedelta(hours=48)
    assert set(found.values()) == {timedelta(days=7)}


@pytest.mark.parametrize(
    ("spans", "now", "until", "kept"),
    [
        ([], 10, None, []),
        ([], 10, 5, []),
        ([], 10, 50, [(10, 50)]),
        ([(10, 50)], 20, 50, [(10, 50)]),
        ([(10, 50)], 20, 90, [(10, 90)]),
        ([(10, 50)], 20, None, [(10, 20)]),
        ([(10, 50)], 60, None, [(10, 50)]),
        ([(10, 20)], 60, 70, [(10, 20), (60, 70)]),
    ],
)
def test_pauses_are_remembered_as_they_were(
    spans: list[tuple[int, int]], now: int, until: int | None, kept: list[tuple[int, int]]
) -> None:
    found = with_pause([Stop(at(a), at(b)) for a, b in spans], at(now), None if until is None else at(until))
    assert found == [Stop(at(a), at(b)) for a, b in kept]


@given(st.lists(st.tuples(st.integers(0, 200), st.one_of(st.none(), st.integers(1, 60))), max_size=8))
def test_looking_again_at_the_same_pause_changes_nothing(looks: list[tuple[int, int | None]]) -> None:
    spans: list[Stop] = []
    for minute, length in sorted(looks, key=lambda look: look[0]):
        until = None if length is None else at(minute + length)
        spans = with_pause(spans, at(minute), until)
        assert with_pause(spans, at(minute), until) == spans
        assert all(a.end is not None and a.end <= b.start for a, b in pairwise(spans))

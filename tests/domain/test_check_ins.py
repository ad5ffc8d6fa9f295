"""Check-ins as arithmetic: twelve weeks with gigs between, to the minute, across the change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.check_ins import (
    LADDER,
    CheckInAnswer,
    CheckInKind,
    CheckInState,
    Window,
    at_a_good_hour,
    check_answerable,
    check_cadence,
    gig_marks,
    step_at,
    window,
)
from server.domain.errors import Conflict, InvalidInput
from server.domain.request_clock import Stop

LISBON, NEW_YORK = ZoneInfo("Europe/Lisbon"), ZoneInfo("America/New_York")


def lisbon(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """Return an instant of spring 2027; the clocks of Lisbon go forward on 28 March."""
    return datetime(2027, month, day, hour, minute, tzinfo=LISBON).astimezone(UTC)


GIGS = [
    Stop(lisbon(3, 8, 0), lisbon(3, 15, 0)),
    Stop(lisbon(4, 19, 0), lisbon(4, 29, 0)),
    # Of the other one, and partly the same days.
    Stop(lisbon(4, 26, 0), lisbon(5, 3, 0)),
]


def test_twelve_weeks_of_check_ins_with_gigs_between_fall_on_these_days_at_ten_o_clock() -> None:
    last, days = lisbon(3, 1), []
    for _ in range(4):
        due = window(last, 14, GIGS).due_at
        assert due is not None
        at = at_a_good_hour(due, LISBON, GIGS)
        assert at is not None
        days.append(at)
        last = at
    # 14 days and a gig of 7; 14 days over the change of the clocks; 14 days and two gigs that make 14; 14 days.
    assert days == [lisbon(3, 22), lisbon(4, 5), lisbon(5, 3), lisbon(5, 17)]
    assert [day.hour for day in days] == [10, 9, 9, 9]


def test_the_window_is_forty_percent_to_either_side_and_stretches_with_a_gig() -> None:
    assert window(lisbon(3, 1), 10, [GIGS[0]]) == Window(lisbon(3, 7), lisbon(3, 18), lisbon(3, 22))


def test_a_gig_without_an_end_leaves_open_when_it_is_due() -> None:
    endless = [Stop(lisbon(3, 10), None)]
    assert window(lisbon(3, 1), 14, endless) == Window(lisbon(3, 9, 19, 36) + timedelta(0), None, None)
    assert step_at(lisbon(3, 9), 14, 1, endless, LISBON) is None


def test_silence_is_met_once_by_each_step_on_the_clock_of_whoever_is_silent() -> None:
    due, gig = lisbon(3, 15), [Stop(lisbon(3, 18, 0), lisbon(3, 25, 0))]
    at_home = [step_at(due, 10, told, [], LISBON) for told in range(6)]
    on_gig = [step_at(due, 10, told, gig, LISBON) for told in range(6)]
    assert at_home == [lisbon(3, 15), lisbon(3, 19), lisbon(3, 23), lisbon(3, 27), lisbon(3, 31), None]
    assert on_gig == [lisbon(3, 15), lisbon(3, 26), lisbon(3, 30), lisbon(4, 3), lisbon(4, 7), None]
    assert len(LADDER) == 5


def test_a_step_is_told_at_ten_of_ones_own_day_and_never_in_a_gig() -> None:
    assert at_a_good_hour(lisbon(3, 27, 23), NEW_YORK, []) == datetime(2027, 3, 27, 14, tzinfo=UTC)
    assert at_a_good_hour(lisbon(3, 28, 1), LISBON, []) == datetime(2027, 3, 28, 9, tzinfo=UTC)
    gig = [Stop(lisbon(3, 27, 9), lisbon(3, 29, 18))]
    assert at_a_good_hour(lisbon(3, 27, 11), LISBON, gig) == lisbon(3, 30)
    assert at_a_good_hour(lisbon(3, 27, 11), LISBON, [Stop(lisbon(3, 27, 9), None)]) is None


@pytest.mark.parametrize(
    ("length", "kinds"),
    [
        (timedelta(days=6), []),
        (timedelta(days=7), [CheckInKind.GIG_START, CheckInKind.GIG_END]),
        (timedelta(days=14), [CheckInKind.GIG_START, CheckInKind.GIG_MIDDLE, CheckInKind.GIG_END]),
        (None, [CheckInKind.GIG_START]),
    ],
)
def test_a_gig_has_check_ins_by_its_length(length: timedelta | None, kinds: list[CheckInKind]) -> None:
    start = lisbon(3, 1)
    marks = gig_marks(start, None if length is None else start + length)
    assert [kind for kind, _ in marks] == kinds
    assert [at for _, at in marks] == sorted(at for _, at in marks)


def test_an_answer_is_three_taps_and_words_go_with_something_wrong_alone() -> None:
    assert CheckInAnswer(5, is_next_step_clear=True).clean() == CheckInAnswer(5, is_next_step_clear=True)
    for bad in (
        CheckInAnswer(0, is_next_step_clear=True),
        CheckInAnswer(3, is_next_step_clear=True, words="He shouts"),
        CheckInAnswer(3, is_next_step_clear=True, wants_look=True),
        CheckInAnswer(3, is_next_step_clear=True, is_wrong=True, words="x" * 1_001),
    ):
        with pytest.raises(InvalidInput):
            bad.clean()


def test_a_check_in_is_answered_once_and_while_it_is_open() -> None:
    check_answerable(CheckInState.OPEN, is_answered=False)
    for state, is_answered in ((CheckInState.OPEN, True), (CheckInState.DONE, False), (CheckInState.LAPSED, False)):
        with pytest.raises(Conflict):
            check_answerable(state, is_answered=is_answered)


def test_a_cadence_is_from_three_days_to_sixty() -> None:
    for days in (3, 60):
        check_cadence(days)
    for days in (2, 61, -1):
        with pytest.raises(InvalidInput):
            check_cadence(days)

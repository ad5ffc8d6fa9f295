"""Gatherings: wall time, where one stands, who gets a place, the code at the door, and when to remind."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.domain.errors import Conflict, InvalidInput, LimitReached
from server.domain.gatherings import (
    CODE_LASTS,
    AnswerState,
    GatheringForm,
    GatheringState,
    Rsvp,
    answer_for,
    check_announced,
    check_cap,
    check_code,
    check_room_at_the_door,
    check_to_come,
    cleaned,
    code_at,
    instant_of,
    reminder_due,
    state_at,
    wall_time_of,
)

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FORM = GatheringForm(
    title=" Breakfast ",
    day=date(2027, 3, 9),
    start_minute=540,
    time_zone="Europe/Lisbon",
    place="Café",
    city="Lisbon",
    country="PT",
)


def problems_of(**values: object) -> set[str]:
    with pytest.raises(InvalidInput) as refused:
        cleaned(GatheringForm(**{**vars(FORM), **values}), AT)  # type: ignore[arg-type]  # the test's own values
    return {one.path for one in refused.value.problems}


def test_a_form_is_cleaned_and_keeps_its_wall_time_across_a_switch_of_the_clocks() -> None:
    kept = cleaned(FORM, AT)
    assert (kept.title, kept.starts_at) == ("Breakfast", datetime(2027, 3, 9, 9, tzinfo=UTC))
    summer = GatheringForm(**{**vars(FORM), "day": date(2027, 3, 29)})
    assert summer.starts_at == datetime(2027, 3, 29, 8, tzinfo=UTC)
    assert wall_time_of(summer.starts_at, "Europe/Lisbon") == (date(2027, 3, 29), 540)


def test_a_minute_that_the_clocks_skip_is_refused_and_of_one_that_comes_twice_the_first_is_meant() -> None:
    with pytest.raises(InvalidInput):
        instant_of(date(2027, 3, 28), 90, "Europe/Lisbon")
    assert instant_of(date(2027, 10, 31), 90, "Europe/Lisbon") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_everything_wrong_with_a_form_is_named_at_once() -> None:
    wrong = {"title": "", "minutes": 5, "cap": 0, "country": "XX", "place": "", "link": "ftp://x", "start_minute": 1440}
    assert problems_of(**wrong) == {"title", "minutes", "cap", "country", "place", "link", "startMinute"}
    assert problems_of(day=date(2027, 2, 26)) == {"day"}
    assert problems_of(day=date.max) == {"day"}
    assert problems_of(day=date.min) == {"day"}
    assert problems_of(time_zone="Mars/Base") == {"timeZone"}
    assert problems_of(day=date(2027, 3, 1)) == {"startMinute"}


@pytest.mark.parametrize(
    ("later", "is_cancelled", "state"),
    [
        (-HOUR, False, GatheringState.ANNOUNCED),
        (timedelta(0), False, GatheringState.UNDER_WAY),
        (HOUR, False, GatheringState.OVER),
        (-HOUR, True, GatheringState.CANCELLED),
        (HOUR, True, GatheringState.CANCELLED),
    ],
)
def test_where_a_gathering_stands_follows_from_its_times(
    later: timedelta, is_cancelled: bool, state: GatheringState
) -> None:
    assert state_at(starts_at=AT, ends_at=AT + HOUR, is_cancelled=is_cancelled, at=AT + later) is state


def test_a_yes_to_a_full_gathering_waits_and_a_cap_takes_a_place_from_nobody() -> None:
    assert answer_for(Rsvp.YES, cap=2, going=1) is AnswerState.GOING
    assert answer_for(Rsvp.YES, cap=2, going=2) is AnswerState.WAITING
    assert answer_for(Rsvp.MAYBE, cap=2, going=2) is AnswerState.MAYBE
    assert answer_for(Rsvp.NO, cap=2, going=0) is AnswerState.NOT_GOING
    check_cap(2, 2)
    with pytest.raises(InvalidInput):
        check_cap(1, 2)


def test_at_the_door_of_a_full_gathering_only_those_with_a_place_come_in() -> None:
    check_room_at_the_door(AnswerState.GOING, cap=2, going=2)
    check_room_at_the_door(None, cap=2, going=1)
    for state in (None, AnswerState.WAITING, AnswerState.MAYBE):
        with pytest.raises(LimitReached):
            check_room_at_the_door(state, cap=2, going=2)


@pytest.mark.parametrize("seconds", [0, 59, 60, 86_399])
def test_a_code_holds_for_its_minute_and_the_next_one(seconds: int) -> None:
    at = AT + timedelta(seconds=seconds)
    code = code_at("key", at)
    assert len(code) == 6
    assert code.isdigit()
    check_code("key", f" {code} ", at)
    check_code("key", code, at + CODE_LASTS)


def test_an_old_code_another_keys_code_and_no_code_are_refused() -> None:
    code = code_at("one", AT)
    for key, given_code, at in (
        ("one", code, AT + 2 * CODE_LASTS),
        ("one", code, AT - CODE_LASTS),
        ("two", code, AT),
        ("one", "", AT),
        ("one", "é١٢٣", AT),
    ):
        with pytest.raises(InvalidInput):
            check_code(key, given_code, at)


def test_reminders_go_out_once_each_and_not_when_they_were_late_at_the_announcement() -> None:
    early, late = AT - timedelta(days=9), AT - timedelta(hours=3)
    steps = [(-25 * HOUR, 0), (-24 * HOUR, 1), (-3 * HOUR, 1), (-2 * HOUR, 2), (-HOUR, 2)]
    assert [reminder_due(AT, 0, early, AT + later) for later, _ in steps] == [count for _, count in steps]
    assert reminder_due(AT, 0, late, late) == 1
    assert reminder_due(AT, 1, late, AT - HOUR) == 2


def test_a_gathering_under_way_is_not_changed() -> None:

    check_to_come(GatheringState.UNDER_WAY)
    for check, state in ((check_announced, GatheringState.UNDER_WAY), (check_to_come, GatheringState.CANCELLED)):
        with pytest.raises(Conflict):
            check(state)

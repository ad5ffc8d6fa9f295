"""The road of a mentorship as a table: no step outside it, from wherever one stands, in whatever order."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, InvalidInput
from server.domain.mentorship_feedback import Feedback, given_until, is_released
from server.domain.mentorship_road import (
    CLOSING_LASTS,
    ROAD,
    Brief,
    Due,
    Effort,
    Standing,
    Step,
    after,
    check_completable,
    check_may_meet_again,
    check_pause,
    check_trial,
    next_due,
)
from server.domain.mentorships import GOING_ON, EndReason, MentorshipState

NOON = datetime(2027, 3, 9, 12, tzinfo=UTC)
S = MentorshipState


@given(st.lists(st.sampled_from(list(Step))))
def test_no_walk_leaves_the_table_and_a_refused_step_leaves_one_where_one_was(steps: list[Step]) -> None:
    state, was_over = S.PROPOSED, False
    for step in steps:
        if step not in ROAD[state]:
            with pytest.raises(Conflict) as refusal:
                after(state, step)
            assert refusal.value.current == state.value
            continue
        assert not was_over
        state = after(state, step)
        was_over = state not in GOING_ON


def test_every_state_has_its_row_and_what_is_over_stays_over() -> None:
    assert set(ROAD) == set(MentorshipState)
    assert {state for state, row in ROAD.items() if not row} == set(MentorshipState) - GOING_ON


def test_the_arrows_are_those_of_the_product() -> None:
    arrows = {(state, following) for state, row in ROAD.items() for following in row.values()}
    assert {pair for pair in arrows if pair[1] in {S.ACTIVE, S.TRIAL, S.PAUSED, S.CLOSING}} == {
        (S.PROPOSED, S.TRIAL),
        (S.PROPOSED, S.ACTIVE),
        (S.TRIAL, S.ACTIVE),
        (S.TRIAL, S.CLOSING),
        (S.ACTIVE, S.PAUSED),
        (S.ACTIVE, S.CLOSING),
        (S.PAUSED, S.ACTIVE),
        (S.PAUSED, S.CLOSING),
    }
    assert {state for state, following in arrows if following is S.ENDED_EARLY} == GOING_ON


@pytest.mark.parametrize(
    ("standing", "due"),
    [
        (Standing(S.ACTIVE, MentoringFormat.CLASSIC), None),
        (
            Standing(S.TRIAL, MentoringFormat.CLASSIC, trial_until=NOON),
            Due(Step.BEGIN, NOON),
        ),
        (
            Standing(
                S.PAUSED,
                MentoringFormat.CLASSIC,
                paused_until=NOON + timedelta(days=60),
                place_kept_until=NOON + timedelta(days=30),
            ),
            Due(Step.PAUSE, NOON + timedelta(days=30)),
        ),
        (
            Standing(S.PAUSED, MentoringFormat.CLASSIC, paused_until=NOON),
            Due(Step.RESUME, NOON),
        ),
        (
            Standing(S.CLOSING, MentoringFormat.MICRO, closing_since=NOON, deliver_by=date(2027, 1, 1)),
            Due(Step.COMPLETE, NOON + CLOSING_LASTS),
        ),
        (
            Standing(S.ACTIVE, MentoringFormat.MICRO, deliver_by=date(2027, 3, 9)),
            Due(Step.CLOSE, datetime(2027, 3, 17, tzinfo=UTC)),
        ),
        (Standing(S.ACTIVE, MentoringFormat.MICRO, deliver_by=date(2027, 3, 9), is_delivered=True), None),
        (Standing(S.ACTIVE, MentoringFormat.LONG_ARC, deliver_by=date(2027, 3, 9)), None),
    ],
)
def test_time_does_one_thing_next(standing: Standing, due: Due | None) -> None:
    assert next_due(standing) == due


def test_a_pause_lasts_ninety_days_at_most_and_begins_before_it_ends() -> None:
    check_pause(NOON + timedelta(days=90), NOON)
    for until in (NOON, NOON - timedelta(days=1), NOON + timedelta(days=90, seconds=1)):
        with pytest.raises(InvalidInput):
            check_pause(until, NOON)


def test_a_trial_is_from_one_week_to_four() -> None:
    for days in (None, 7, 28):
        check_trial(days)
    for days in (6, 29, -1):
        with pytest.raises(InvalidInput):
            check_trial(days)


def test_a_micro_mentorship_meets_four_times_and_others_as_often_as_they_like() -> None:
    check_may_meet_again(MentoringFormat.MICRO, 3)
    check_may_meet_again(MentoringFormat.CLASSIC, 40)
    with pytest.raises(Conflict):
        check_may_meet_again(MentoringFormat.MICRO, 4)


@pytest.mark.parametrize(("meetings", "is_delivered"), list(product((0, 1), (False, True))))
def test_a_meeting_or_a_deliverable_makes_it_something(meetings: int, is_delivered: bool) -> None:
    effort = Effort(meetings, is_delivered)
    if meetings or is_delivered:
        check_completable(effort)
    else:
        with pytest.raises(Conflict):
            check_completable(effort)


def test_a_brief_has_words_and_a_day_within_half_a_year() -> None:
    today = date(2027, 3, 9)
    assert Brief("  A price list ", today).clean(today) == Brief("A price list", today)
    for bad in (Brief("", today), Brief("x", date(2027, 3, 8)), Brief("x", date(2028, 3, 9)), Brief("x" * 301, None)):
        with pytest.raises(InvalidInput):
            bad.clean(today)


def test_feedback_is_given_when_a_mentorship_closes_and_for_a_month_after_but_never_after_an_end_for_safety() -> None:
    assert given_until(S.ACTIVE, None, None) is None
    assert given_until(S.CLOSING, None, None) is not None
    assert given_until(S.COMPLETED, None, NOON) == NOON + timedelta(days=30)
    assert given_until(S.ENDED_EARLY, EndReason.MISFIT, NOON) == NOON + timedelta(days=30)
    assert given_until(S.ENDED_EARLY, EndReason.SAFETY, NOON) is None


def test_feedback_is_released_by_the_second_or_by_the_seventh_day() -> None:
    week = NOON + timedelta(days=7)
    assert [
        is_released(given, at) for given, at in (([], week), ([NOON], NOON), ([NOON], week), ([NOON, NOON], NOON))
    ] == [
        False,
        False,
        True,
        True,
    ]


def test_feedback_names_all_that_is_wrong_with_it_at_once() -> None:
    with pytest.raises(InvalidInput) as refusal:
        Feedback(useful=6, kudos="x" * 301, went_well="\x00").clean()
    assert {problem.path for problem in refusal.value.problems} == {"useful", "kudos", "wentWell"}

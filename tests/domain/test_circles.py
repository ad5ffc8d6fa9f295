"""The rules of circles: the road, the door, turns that go round, times that hurt in turn, splits, health."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain import circle_health as health
from server.domain import circles as rules
from server.domain.availability import Interval
from server.domain.circle_care import Helpline, lines_for
from server.domain.circle_growth import Mate, split_of
from server.domain.circle_meetings import Heard, MeetingForm, Served, next_facilitator, starts_of, turn_order
from server.domain.circles import (
    DEFAULTS,
    LEAST_SEATS,
    MOST_SEATS,
    Asked,
    CircleAction,
    CircleKind,
    CircleState,
    Company,
    JoinMode,
    SeatState,
)
from server.domain.errors import Conflict
from server.domain.group_times import Attendee, borne, cost_of, group_times
from server.queries.helplines import helplines

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
ENOUGH = Company(seated=8, least=4, has_mentor=True, needs_mentor=True)


def test_every_kind_begins_within_the_bounds() -> None:
    assert set(DEFAULTS) == set(CircleKind)
    for defaults in DEFAULTS.values():
        assert LEAST_SEATS <= defaults.least <= defaults.most <= MOST_SEATS


@settings(deadline=None)
@given(st.lists(st.sampled_from(CircleAction)))
def test_no_way_leads_out_of_the_archive_and_none_back_to_a_proposal(actions: list[CircleAction]) -> None:
    state, seen = CircleState.PROPOSED, [CircleState.PROPOSED]
    for action in actions:
        try:
            state = rules.after(state, action, ENOUGH)
        except Conflict:
            continue
        seen.append(state)
    assert CircleState.PROPOSED not in seen[1:]
    if CircleState.ALUMNI in seen:
        assert seen[seen.index(CircleState.ALUMNI) :] == [CircleState.ALUMNI]


@settings(deadline=None)
@given(st.sampled_from(CircleState), st.integers(0, 400), st.integers(0, 400))
def test_what_time_does_is_always_a_step_that_can_be_taken(state: CircleState, quiet: int, since: int) -> None:
    action = rules.due_action(
        state, quiet_since=START - timedelta(days=quiet), state_since=START - timedelta(days=since), at=START
    )
    if action is not None:
        rules.after(state, action, ENOUGH)


@settings(deadline=None)
@given(st.sampled_from(JoinMode), st.integers(0, 20), st.integers(3, 20), st.booleans())
def test_nobody_is_seated_beyond_the_bound_or_beside_whom_they_are_apart_from(
    mode: JoinMode, seated: int, most: int, is_apart: bool
) -> None:
    asked = Asked(CircleState.ACTIVE, mode, seated, most, is_apart)
    assert (rules.seat_or_line(asked) is SeatState.SEATED) == (seated < most and not is_apart)


def heard(number: int, turns_now: int = 0, turns: int = 0, seconds: int = 0, hand: int | None = None) -> Heard:
    raised_at = None if hand is None else START + timedelta(seconds=hand)
    return Heard(UUID(int=number), turns_now, turns, seconds, START, raised_at)


def test_the_round_comes_before_a_hand_and_a_hand_before_who_was_heard_less() -> None:
    order = turn_order([heard(1, turns_now=1, hand=0), heard(2, seconds=5), heard(3, seconds=90, hand=9)])
    assert order == [UUID(int=3), UUID(int=2), UUID(int=1)]


@settings(deadline=None)
@given(st.lists(st.integers(1, 600), min_size=2, max_size=8), st.integers(1, 5))
def test_over_any_number_of_rounds_nobody_has_two_turns_more_than_another(lengths: list[int], rounds: int) -> None:
    count = len(lengths)
    turns = dict.fromkeys(range(count), 0)
    seconds = dict.fromkeys(range(count), 0)
    for _ in range(rounds * count + 1):
        people = [heard(one, turns[one], turns[one], seconds[one]) for one in range(count)]
        spoke = turn_order(people)[0].int
        turns[spoke] += 1
        seconds[spoke] += lengths[spoke]
        assert max(turns.values()) - min(turns.values()) <= 1


def test_facilitating_goes_to_who_did_it_least_and_is_there_longest() -> None:
    early, late = START - timedelta(days=2), START - timedelta(days=1)
    served = [Served(UUID(int=1), 1, early), Served(UUID(int=2), 0, late), Served(UUID(int=3), 0, early)]
    assert next_facilitator(served) == UUID(int=3)
    assert next_facilitator([]) is None


def test_a_series_stays_at_its_wall_time() -> None:
    form = MeetingForm("x", datetime(2027, 10, 25, 17, tzinfo=UTC), times=2, time_zone="Europe/Lisbon")
    assert [start.hour for start in starts_of(form)] == [17, 18]


def test_a_night_costs_more_than_a_day_on_ones_own_clock() -> None:
    noon = datetime(2027, 6, 1, 12, tzinfo=UTC)
    zones = ("Europe/Lisbon", "America/Los_Angeles", "Pacific/Auckland")
    assert [cost_of(ZoneInfo(zone), noon, 60) for zone in zones] == [0, 8, 8]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Europe/Lisbon", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kolkata", "Africa/Lagos"]),
        min_size=2,
        max_size=6,
    )
)
def test_over_many_weeks_nobody_bears_much_more_than_the_most_spared_could_take_over(zones: list[str]) -> None:
    people = [Attendee(UUID(int=number), ZoneInfo(zone)) for number, zone in enumerate(zones)]
    search = Interval(datetime(2027, 6, 7, tzinfo=UTC), datetime(2027, 6, 8, 12, tzinfo=UTC))
    past: list[datetime] = []
    for _ in range(8):
        best = group_times(people, search, 60, borne(people, past, 60), limit=1)[0]
        assert best.costs == {one.id: cost_of(one.zone, best.starts_at, 60) for one in people}
        past.append(best.starts_at)
    burden = borne(people, past, 60)
    always_same = [sum(cost_of(one.zone, past[0], 60) for _ in past) for one in people]
    assert max(burden.values()) <= max(always_same)


def test_who_cannot_come_counts_before_what_hurts() -> None:
    day = datetime(2027, 6, 7, tzinfo=UTC)
    lisbon = ZoneInfo("Europe/Lisbon")
    people = [Attendee(UUID(int=1), lisbon, [Interval(day + timedelta(hours=4), day + timedelta(hours=6))])]
    best = group_times(people, Interval(day, day + timedelta(hours=20)), 60, {})[0]
    assert (best.cannot, best.painful_for) == (frozenset(), 1)
    assert group_times(people, Interval(day, day + timedelta(minutes=30)), 60, {}) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-720, 720), st.booleans()), min_size=2, max_size=20), st.data())
def test_a_split_takes_everybody_once_and_halves(people: list[tuple[int, bool]], data: st.DataObject) -> None:
    mates = [Mate(UUID(int=number), offset, lead) for number, (offset, lead) in enumerate(people)]
    ids = [one.seat_id for one in mates]
    apart = data.draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=3))
    first, second = split_of(mates, [frozenset(pair) for pair in apart if pair[0] != pair[1]])
    assert sorted(first + second) == sorted(ids)
    assert abs(len(first) - len(second)) <= 1


def test_a_split_parts_two_with_a_block_and_gives_each_half_a_lead() -> None:
    mates = [Mate(UUID(int=number), number, number < 2) for number in range(8)]
    first, second = split_of(mates, [frozenset({UUID(int=2), UUID(int=3)})])
    assert (UUID(int=2) in first) != (UUID(int=3) in first)
    assert (UUID(int=0) in first) != (UUID(int=1) in first)
    assert len(first) == len(second)


def test_health_is_silent_until_there_is_enough_and_then_explains_itself() -> None:
    assert health.turn_equity([60, 60], turns=2).score is None
    even = health.turn_equity([60, 60, 60], turns=6)
    assert (even.score, even.step) == (1.0, "")
    uneven = health.turn_equity([0, 0, 600], turns=6)
    assert uneven.score is not None
    assert uneven.score < 0.4
    assert uneven.why == "Who spoke most had 100 % of the time."
    assert health.attendance([4], [5]).score is None
    assert health.attendance([4, 2], [5, 5]).score == 0.6
    assert health.unanswered(1, 4).score == 0.75


def test_helplines_have_a_number_and_a_source_and_unknown_countries_a_directory() -> None:
    known = helplines()
    for country, lines in known.items():
        for line in lines:
            assert line.url.startswith("https://")
            assert bool(line.phone) == (country != "*")
    assert [line.phone for line in lines_for("de", known)] == ["0800 1110111", "0800 1110222"]
    assert lines_for("ZZ", known) == known["*"]
    with pytest.raises(KeyError):
        lines_for("ZZ", {"DE": [Helpline("x", "1", "", "")]})

from typing import Any

import numpy as np
import pytest

from server.matching import snapshot as columns
from server.matching.explain import WhyNot, why_not
from server.matching.feasible import PRIVATE, Reason, reason
from server.matching.programme import Format, programme
from server.matching.snapshot import Snapshot
from tests.matching.small import LEARNER, MENTOR, market_of, pair


def only_slots(people: Snapshot, row: int, *slots: int) -> None:
    free = np.zeros((1, 2688), bool)
    free[0, list(slots)] = True
    people.free[row] = np.packbits(free, axis=1, bitorder="little").view(np.uint64)[0]


def set_field(people: Snapshot, row: int, name: str, value: object) -> None:
    people.person[name][row] = value


# In the order in which the rules are asked: what breaks each, by field.
BREAKS: list[tuple[Reason, dict[tuple[int, str], Any]]] = [
    (Reason.INACTIVE, {(MENTOR, "flags"): columns.ACTIVE}),
    (Reason.SAME_PERSON, {(LEARNER, "household"): 5, (MENTOR, "household"): 5}),
    (Reason.FORMAT, {(MENTOR, "given"): 2}),
    (Reason.LANGUAGE, {(MENTOR, "languages"): 2}),
    (Reason.ACCESS, {(LEARNER, "access_needs"): 4}),
    (Reason.PREFERENCE, {(MENTOR, "identity_wanted"): 1}),
    (Reason.NO_PLACE, {(MENTOR, "places"): 0}),
]


def reason_in(people: Snapshot) -> int:
    return reason(market_of(people).scene, LEARNER, MENTOR)


def test_nothing_stands_between_two_who_fit() -> None:
    assert reason_in(pair()) == Reason.FEASIBLE


@pytest.mark.parametrize(("expected", "changes"), BREAKS, ids=[one.name for one, _ in BREAKS])
def test_each_rule_has_its_reason(expected: Reason, changes: dict[tuple[int, str], Any]) -> None:
    people = pair()
    for (row, name), value in changes.items():
        set_field(people, row, name, value)
    assert reason_in(people) == expected


def test_of_several_broken_rules_the_first_in_order_is_the_reason() -> None:
    people = pair()
    for expected, changes in reversed(BREAKS):
        for (row, name), value in changes.items():
            set_field(people, row, name, value)
        assert reason_in(people) == expected


def test_modes_without_any_in_common_are_a_matter_of_format() -> None:
    people = pair()
    people.person["modes"][:] = [2, 4]
    assert reason_in(people) == Reason.FORMAT


def test_one_day_with_a_common_start_is_too_few_for_classic() -> None:
    people = pair()
    only_slots(people, LEARNER, 40, 41, 42, 43, 136, 137, 138)
    assert (reason_in(people), why_not(market_of(people), LEARNER, MENTOR)) == (
        Reason.TIME,
        WhyNot(False, Reason.TIME, 1),
    )


def test_two_who_agreed_to_write_need_no_common_hour() -> None:
    people = pair()
    people.free[:] = 0
    people.person["modes"] = columns.ASYNC_MODE
    assert reason_in(people) == Reason.FEASIBLE


def test_micro_looks_at_seven_days_and_at_the_minutes_left() -> None:
    people = pair()
    only_slots(people, LEARNER, 100, 101, 2000, 2001)
    early, late = programme(Format.MICRO), programme(Format.MICRO, now_slot=1200)
    assert [reason(market_of(people, rules).scene, LEARNER, MENTOR) for rules in (early, late)] == [0, Reason.TIME]
    people.person["minutes"][MENTOR] = 10
    assert reason(market_of(people, early).scene, LEARNER, MENTOR) == Reason.NO_PLACE


def test_a_declined_pair_waits_until_its_day() -> None:
    people = columns.with_declines(pair(), np.array([LEARNER]), np.array([MENTOR]), np.array([90]))
    answers = []
    for today in (89, 90):
        market = market_of(people, programme(Format.CLASSIC, today=today))
        answers.append(why_not(market, LEARNER, MENTOR))
    assert answers == [WhyNot(False, Reason.DECLINED, 1), WhyNot(True, None, 0)]


@pytest.mark.parametrize(("held", "offered", "expected"), [(4, 4, Reason.LEVEL), (3, 4, 0), (0, 4, 0)])
def test_a_classic_mentor_is_a_level_above_on_one_need(held: int, offered: int, expected: int) -> None:
    people = pair()
    people.needs.items["level"][:], people.offers.items["level"][:] = held, offered
    assert reason_in(people) == expected


def test_a_mentor_of_something_else_has_no_level_to_speak_of() -> None:
    people = pair()
    people.offers.items["skill"][:] = 6
    assert why_not(market_of(people), LEARNER, MENTOR) == WhyNot(False, Reason.LEVEL, 0)


def test_private_reasons_all_read_the_same() -> None:
    told = set()
    for expected, changes in BREAKS:
        people = pair()
        for (row, name), value in changes.items():
            set_field(people, row, name, value)
        if expected in PRIVATE:
            told.add(why_not(market_of(people), LEARNER, MENTOR))
    blocked = columns.with_blocks(pair(), np.array([MENTOR]), np.array([LEARNER]))
    told.add(why_not(market_of(blocked), LEARNER, MENTOR))
    assert told == {WhyNot(False, None, 0)}

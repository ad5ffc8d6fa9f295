from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.matching_community import community
from server.matching import cohort, graph, plan
from server.matching.feasible import reason
from server.matching.graph import Market
from server.matching.guardrails import Limits
from server.matching.plan import Plan, Stage, Wishes
from tests.matching.small import crowd, market_of, town, town_market

NOBODY = np.empty((0, 2), np.int64)


def wishes(market: Market, **changes: object) -> Wishes:
    rows = len(market.people.person)
    plain = Wishes(priority=np.ones(rows), label=np.zeros(rows, np.int64), seed=3)
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields of Wishes


def made(market: Market, **changes: object) -> Plan:
    return plan.make(market, wishes(market, **changes), lambda _stage: None)


def bytes_of(found: Plan) -> list[bytes]:
    return [found.assigned.tobytes(), *(part.tobytes() for part in vars(found.lists).values())]


def test_every_entry_of_every_list_keeps_to_the_rules_and_the_assigned_one_comes_first() -> None:
    market = town_market()
    found = made(market, list_length=4)
    pairs = list(zip(found.lists.learner.tolist(), found.lists.mentor.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs) > 500
    assert {reason(market.scene, learner, mentor) for learner, mentor in pairs} == {0}
    assert found.lists.place.max() == 3
    assert np.all(found.lists.place[found.lists.is_assigned] == 0)
    assert found.lists.is_assigned.sum() == found.numbers.assigned > 100
    held = np.bincount(found.assigned[found.assigned >= 0], minlength=len(market.people.person))
    assert np.all(held <= market.people.person["places"][:, market.programme.format])


def test_the_stages_are_told_in_their_order() -> None:
    told: list[Stage] = []
    plan.make(town_market(), wishes(town_market()), told.append)
    assert told == list(Stage)


def test_the_same_seed_gives_the_same_bytes_and_no_label_changes_them() -> None:
    market = town_market()
    label = town().group
    # Limits that always hold: labels are for the guardrails and the report, and for nothing else.
    kept = {"limits": Limits(group_ratio=0.0, exposure_gini=1.0)}
    once, again = (made(market, label=label, labels={"half": label}, **kept) for _ in range(2))
    blind = made(market, labels={"half": np.roll(label, 1)}, **kept)
    assert bytes_of(once) == bytes_of(again) == bytes_of(blind)
    assert (once.numbers, once.numbers.reruns) == (again.numbers, 0)
    assert once.groups != blind.groups


def test_locked_pairs_are_kept_and_forbidden_ones_are_in_no_list() -> None:
    market = town_market()
    free = made(market)
    learners = np.flatnonzero(free.assigned >= 0)
    pairs = np.stack([free.rows[learners], free.assigned[learners]], 1).astype(np.int64)
    found = made(market, locked=pairs[:5], forbidden=pairs[5:40])
    after = dict(zip(found.rows.tolist(), found.assigned.tolist(), strict=True))
    assert [after[learner] for learner in pairs[:5, 0].tolist()] == pairs[:5, 1].tolist()
    listed = set(zip(found.lists.learner.tolist(), found.lists.mentor.tolist(), strict=True))
    assert listed & {(one, other) for one, other in pairs[5:40].tolist()} == set()
    # Who is locked is proposed nobody else.
    assert {one for one, _ in listed if one in set(pairs[:5, 0].tolist())} == set(pairs[:5, 0].tolist())
    assert sum(one in set(pairs[:5, 0].tolist()) for one, _ in listed) == 5
    assert len(found.broken_locks) == 0


def test_a_lock_that_a_rule_stands_against_is_told_and_not_kept() -> None:
    market = town_market()
    person = market.people.person
    apart = next(
        (learner, mentor)
        for learner in town().learners.tolist()
        for mentor in town().mentors.tolist()
        if person["languages"][learner] & person["languages"][mentor] == 0
    )
    found = made(market, locked=np.array([apart]))
    assert found.broken_locks.tolist() == [list(apart)]
    assert dict(zip(found.rows.tolist(), found.assigned.tolist(), strict=True))[apart[0]] != apart[1]


def test_more_locks_than_places_leave_the_later_ones_out() -> None:
    people = crowd(5, 1, places=2)
    found = made(market_of(people), locked=np.array([[3, 5], [1, 5], [0, 5]]))
    assert found.broken_locks.tolist() == [[0, 5]]
    assert {one for one, held in zip(found.rows.tolist(), found.assigned.tolist(), strict=True) if held == 5} == {1, 3}


def test_numbers_and_charts_fit_together() -> None:
    found = made(town_market(), priority=cohort.priority(town_market().people.person["wait_days"], np.zeros(450)))
    numbers = found.numbers
    assert numbers.covered <= numbers.ceiling <= numbers.feasible <= numbers.learners == 300
    assert numbers.covered <= numbers.assigned <= numbers.places
    assert numbers.covered >= 0.99 * numbers.ceiling
    assert found.histogram.sum() == numbers.assigned
    assert [one.alpha for one in found.sweep] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert all(0 <= one.gini <= 1 and one.matches > 0 for one in found.sweep)
    assert (found.lorenz[0], found.lorenz[-1]) == (0.0, pytest.approx(1.0))
    assert np.all(np.diff(found.lorenz) >= 0)
    assert sum(found.unserved.values()) == pytest.approx(numbers.learners - numbers.feasible, abs=len(found.unserved))
    assert set(found.unserved) <= {
        "format",
        "language",
        "access",
        "time",
        "level",
        "declined",
        "no_place",
        "not_available",
    }


@pytest.mark.parametrize(("learners", "mentors", "places"), [(3, 0, 1), (0, 3, 1), (4, 4, 0)])
def test_an_empty_side_or_no_place_gives_an_empty_plan(learners: int, mentors: int, places: int) -> None:
    found = made(market_of(crowd(learners, mentors, places)))
    assert len(found.lists.learner) == 0
    assert found.numbers.assigned == found.numbers.covered == 0


def test_a_large_market_is_swept_in_part() -> None:
    market = town_market()
    edges = graph.build(market, graph.COHORT_SEARCH, 1)
    demand = cohort.Demand(np.full(len(edges.mentors), 2), np.ones(len(edges.learners)))
    part, less = plan.part_of(edges, demand, 100, seed=4)
    assert (np.diff(part.start) > 0).sum() <= 100
    assert less.capacity.sum() == pytest.approx(demand.capacity.sum() / 3, rel=0.2)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**20), length=st.integers(1, 10), settled=st.integers(0, 25))
def test_no_hard_rule_place_lock_or_ban_is_ever_broken(seed: int, length: int, settled: int) -> None:
    made_up = community(60, 25, seed=seed, skills=120)
    market, chance = made_up.market(), np.random.default_rng(seed)
    learners, mentors = chance.permutation(60), 60 + chance.integers(0, 25, 60)
    pairs = np.stack([learners, mentors], 1).astype(np.int64)
    locked, forbidden = pairs[:settled], pairs[settled : 2 * settled]
    found = made(market, locked=locked, forbidden=forbidden, list_length=length, seed=seed)
    lists = found.lists
    entries = list(zip(lists.learner.tolist(), lists.mentor.tolist(), strict=True))
    assert {reason(market.scene, one, other) for one, other in entries} <= {0}
    assert set(entries).isdisjoint(map(tuple, forbidden.tolist()))
    assert len(set(entries)) == len(entries)
    assert np.bincount(lists.learner, minlength=1).max(initial=0) <= length
    places = market.people.person["places"][:, market.programme.format]
    held = np.bincount(found.assigned[found.assigned >= 0], minlength=len(places))
    assert np.all(held <= np.maximum(places, 0))
    after = dict(zip(found.rows.tolist(), found.assigned.tolist(), strict=True))
    broken = set(map(tuple, found.broken_locks.tolist()))
    assert all(after[one] == other for one, other in map(tuple, locked.tolist()) if (one, other) not in broken)

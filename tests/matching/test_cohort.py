from dataclasses import replace

import numpy as np
import pytest

from server.matching import auction, cohort, flow, graph
from server.matching.cohort import Demand
from server.matching.feasible import reason
from server.matching.graph import Graph
from tests.matching.oracle import optimum
from tests.matching.small import crowd, market_of, town_market


def random_graph(seed: int, learners: int = 120, mentors: int = 40) -> tuple[Graph, Demand]:
    chance = np.random.default_rng(seed)
    edges = learners * 8
    made = graph.from_edges(
        (np.arange(learners, dtype=np.int32), np.arange(mentors, dtype=np.int32)),
        chance.integers(0, learners, edges),
        np.minimum(chance.zipf(1.4, edges) - 1, mentors - 1),
        chance.random(edges),
    )
    demand = Demand(
        chance.integers(0, 5, mentors), cohort.priority(chance.integers(0, 60, learners), np.zeros(learners))
    )
    return made, demand


def keeps_capacity(mentor: np.ndarray, capacity: np.ndarray) -> bool:
    held = np.bincount(mentor[mentor >= 0], minlength=len(capacity))
    return bool(np.all(held <= np.maximum(capacity, 0)))


@pytest.mark.parametrize("seed", range(12))
def test_a_cohort_covers_as_many_as_the_exact_optimum_at_its_value(seed: int) -> None:
    edges, demand = random_graph(seed)
    solved = cohort.solve(edges, demand)
    score = edges.score.astype(float)
    best = optimum(edges, demand.priority[edges.learner] * score, score >= demand.tau, demand.capacity)
    value = (demand.priority * solved.score)[solved.mentor >= 0].sum()
    assert int(solved.covered.sum()) == best.covered
    assert value >= 0.999 * best.value
    assert keeps_capacity(solved.mentor, demand.capacity)


def test_a_whole_town_is_assigned_within_every_rule() -> None:
    market = town_market()
    edges = graph.build(market, graph.COHORT_SEARCH, 2)
    places = market.people.person["places"][edges.mentors, 0]
    demand = Demand(places, np.ones(len(edges.learners)))
    solved = cohort.solve(edges, demand)
    pairs = [(edges.learners[one], edges.mentors[other]) for one, other in enumerate(solved.mentor) if other >= 0]
    assert [reason(market.scene, learner, mentor) for learner, mentor in pairs] == [0] * len(pairs)
    assert keeps_capacity(solved.mentor, places)
    best = optimum(edges, edges.score.astype(float), edges.score >= demand.tau, places)
    assert int(solved.covered.sum()) == best.covered > 100


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_threads() -> None:
    graphs = [graph.build(town_market(), graph.COHORT_SEARCH, threads) for threads in (1, 3)]
    demand = Demand(np.full(len(graphs[0].mentors), 2), np.ones(len(graphs[0].learners)))
    runs = [cohort.solve(edges, demand) for edges in graphs]
    assert graphs[0].score.tobytes() == graphs[1].score.tobytes()
    assert [part.tobytes() for part in (runs[0].mentor, runs[0].price)] == [
        part.tobytes() for part in (runs[1].mentor, runs[1].price)
    ]


def test_locked_pairs_stay_and_forbidden_ones_never_appear() -> None:
    edges, demand = random_graph(3)
    free = cohort.solve(edges, demand)
    kept = np.argwhere(free.mentor >= 0)[:, 0]
    locked = np.stack([kept[:5], free.mentor[kept[:5]]], 1)
    forbidden = np.stack([kept[5:15], free.mentor[kept[5:15]]], 1)
    taken = np.bincount(locked[:, 1], minlength=len(edges.mentors))
    solved = cohort.solve(edges, replace(demand, capacity=demand.capacity - taken, locked=locked, forbidden=forbidden))
    assert [solved.mentor[learner] for learner in locked[:, 0]] == locked[:, 1].tolist()
    assert all(solved.mentor[learner] != mentor for learner, mentor in forbidden)
    assert keeps_capacity(solved.mentor, demand.capacity)


def test_rounds_repeat_no_pair_and_keep_to_the_bound() -> None:
    edges, demand = random_graph(4)
    rounds = list(cohort.proposal_rounds(edges, demand))
    bound = cohort.round_capacity(demand.capacity, len(edges.learners))
    pairs = [(learner, int(held[learner])) for held in rounds for learner in np.flatnonzero(held >= 0).tolist()]
    assert len(pairs) == len(set(pairs)) > 100
    assert all(keeps_capacity(held, bound) for held in rounds)


def test_who_waited_longest_goes_first_for_the_only_place() -> None:
    edges = graph.from_edges(
        (np.arange(2, dtype=np.int32), np.arange(1, dtype=np.int32)), np.arange(2), np.zeros(2), np.full(2, 0.7)
    )
    demand = Demand(np.array([1]), cohort.priority(np.array([3.0, 28.0]), np.array([False, False])))
    assert cohort.solve(edges, demand).mentor.tolist() == [-1, 0]


def test_priority_grows_with_the_wait_and_for_who_was_never_served() -> None:
    found = cohort.priority(np.array([0, 14, 28, 400, np.nan]), np.array([True, True, True, False, True]))
    assert found.tolist() == [1.0, 1.25, 1.5, 1.75, 1.0]


def test_a_contested_mentor_has_a_price_and_one_with_room_has_none() -> None:
    made = auction.assign(np.array([0, 2, 4]), np.array([0, 1, 0, 1], np.int32), np.array([0.9, 0.2] * 2), [1, 2])
    assert sorted(made.mentor.tolist()) == [0, 1]
    assert made.price[0] == pytest.approx(0.7, abs=0.01)
    assert made.price[1] == 0.0


def test_arrivals_bid_against_what_stands() -> None:
    start, mentor = np.array([0, 1, 2, 3]), np.array([0, 0, 1], np.int32)
    market = auction.Auction(start, mentor, np.array([0.5, 0.8, 0.6]), np.array([1, 1]))
    assert market.settle(np.array([0])).mentor.tolist() == [0, -1, -1]
    assert market.admit(np.array([2])).mentor.tolist() == [0, -1, 1]
    assert market.admit(np.array([1])).mentor.tolist() == [-1, 0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_maximum_coverage_keeps_everyone_who_had_a_place(seed: int) -> None:
    edges, demand = random_graph(seed, learners=60)
    usable = edges.score > 0.3
    greedy = np.full(60, -1, np.int32)
    left = demand.capacity.copy()
    for place in np.flatnonzero(usable):
        learner, mentor = edges.learner[place], edges.mentor[place]
        if greedy[learner] < 0 and left[mentor] > 0:
            greedy[learner] = mentor
            left[mentor] -= 1
    covered = flow.cover(edges.start, edges.mentor, usable, demand.capacity, greedy)
    from_nothing = flow.cover(edges.start, edges.mentor, usable, demand.capacity)
    assert (covered >= 0).sum() == (from_nothing >= 0).sum()
    assert np.all(covered[greedy >= 0] >= 0)
    assert keeps_capacity(covered, demand.capacity)


def test_a_popular_mentor_with_many_places_fills_them_and_no_more() -> None:
    market = market_of(crowd(2_000, 1, places=1_500))
    edges = graph.build(market, graph.COHORT_SEARCH, 1)
    solved = cohort.solve(edges, Demand(np.array([1_500]), np.ones(2_000)))
    assert (solved.mentor == 0).sum() == 1_500


def test_equal_scores_end_in_an_assignment() -> None:
    market = market_of(crowd(800, 400))
    edges = graph.build(market, graph.COHORT_SEARCH, 1)
    solved = cohort.solve(edges, Demand(np.ones(400, np.int64), np.ones(800)))
    assert (solved.mentor >= 0).sum() == 400


@pytest.mark.parametrize(("learners", "mentors"), [(0, 3), (3, 0), (0, 0)])
def test_an_empty_side_is_an_empty_cohort(learners: int, mentors: int) -> None:
    edges = graph.build(market_of(crowd(learners, mentors)), graph.COHORT_SEARCH, 2)
    solved = cohort.solve(edges, Demand(np.ones(mentors, np.int64), np.ones(learners)))
    assert solved.mentor.tolist() == [-1] * learners


def test_nan_and_negative_values_are_never_assigned() -> None:
    start, mentor = np.array([0, 1, 2, 3]), np.zeros(3, np.int32)
    made = auction.assign(start, mentor, np.array([np.nan, -1.0, 0.3]), np.array([3]))
    assert made.mentor.tolist() == [-1, -1, 0]


def test_a_mentor_nobody_found_is_given_learners_from_the_other_side() -> None:
    people = crowd(40, 300)
    edges = graph.build(market_of(people), graph.COHORT_SEARCH._replace(keep=2, explore=0), 1)
    assert np.bincount(edges.mentor, minlength=300).min() > 0


@pytest.mark.parametrize(("mentor", "value"), [([0, 5], [1.0, 1.0]), ([0, 1], [1.0]), ([0, -1], [1.0, 1.0])])
def test_edges_that_do_not_fit_together_are_refused(mentor: list[int], value: list[float]) -> None:
    with pytest.raises(ValueError, match="fit together"):
        auction.assign(np.array([0, 1, 2]), np.array(mentor, np.int32), np.array(value), np.array([1, 1]))

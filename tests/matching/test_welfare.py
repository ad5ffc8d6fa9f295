import numpy as np
import pytest

from server.matching import metrics, welfare
from server.matching.welfare import Likings

# Su, Bayoumi and Joachims 2022, table of expected matches: 150 candidates, 100 employers, v(r) = 1/r.
LAMBDAS = (0.0, 0.25, 0.5, 0.75, 1.0)
NAIVE = (156.3, 128.7, 106.9, 95.0, 92.1)
RECIPROCAL = (199.9, 166.6, 131.0, 105.0, 92.1)
THEIRS = (198.5, 173.5, 152.7, 134.2, 118.2)
SEEDS = 3


def crowded(share: float, seed: int, learners: int = 150, mentors: int = 100) -> Likings:
    """Likings that mix popularity, which everybody agrees on, with taste."""
    chance = np.random.default_rng(seed)
    p = share * (1 - np.arange(mentors) / mentors)[None, :] + (1 - share) * chance.random((learners, mentors))
    q = share * (1 - np.arange(learners) / learners)[:, None] + (1 - share) * chance.random((learners, mentors))
    start = np.arange(learners + 1) * mentors
    to = np.tile(np.arange(mentors, dtype=np.int32), learners)
    return welfare.likings(start, to, mentors, p.ravel(), q.ravel())


def expected(market: Likings, lists: welfare.Lists) -> float:
    return float(welfare.matches(market, lists.exposure).sum())


@pytest.mark.parametrize("place", range(5), ids=[str(one) for one in LAMBDAS])
def test_the_published_table_is_met(place: int) -> None:
    found = np.zeros(4)
    for seed in range(SEEDS):
        market = crowded(LAMBDAS[place], seed)
        found += [
            expected(market, welfare.ranked(market, market.p, 100)),
            expected(market, welfare.ranked(market, market.p * market.q, 100)),
            expected(market, welfare.optimise(market, 0.0, 100, steps=30)),
            expected(market, welfare.optimise(market, 0.5, 100, steps=30)),
        ]
    naive, reciprocal, alpha_0, alpha_half = found / SEEDS
    assert naive == pytest.approx(NAIVE[place], rel=0.01)
    assert reciprocal == pytest.approx(RECIPROCAL[place], rel=0.01)
    assert alpha_0 >= THEIRS[place]
    assert alpha_half >= 0.95 * THEIRS[place]


def test_the_expected_matches_are_those_that_playing_it_out_gives() -> None:
    market = crowded(0.5, 1, 8, 4)
    lists = welfare.ranked(market, market.p * market.q, 4)
    chance = np.random.default_rng(0)
    played, turns = 0, 30_000
    order = np.argsort(-market.q.reshape(8, 4), axis=0, kind="stable")
    for asked in chance.random((turns, 32)) < market.p * lists.exposure:
        asks = np.take_along_axis(asked.reshape(8, 4), order, 0)
        read = 1.0 / (1.0 + np.cumsum(asks, 0) - asks)
        played += (asks * read * np.take_along_axis(market.q.reshape(8, 4), order, 0)).sum()
    assert expected(market, lists) == pytest.approx(played / turns, rel=0.02)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_the_gradient_is_the_slope_of_the_welfare(alpha: float) -> None:
    market = crowded(0.3, 2, 12, 6)
    exposure = welfare.ranked(market, market.p, 6).exposure * 0.8
    slope = welfare.gradient(market, exposure, alpha)
    for edge in range(0, 72, 5):
        sums = []
        for nudge in (-1e-6, 1e-6):
            nudged = exposure.copy()
            nudged[edge] += nudge
            found = welfare.matches(market, nudged).reshape(12, 6)
            sums.append(sum(metrics.alpha_welfare(found.sum(side), alpha) for side in (0, 1)))
        assert slope[edge] == pytest.approx((sums[1] - sums[0]) / 2e-6, abs=1e-4)


def test_any_number_of_threads_gives_the_same_lists() -> None:
    market = crowded(0.5, 5, 300, 200)
    begin = welfare.by_worth(market, 10)
    found = [welfare.improved(market, begin, 0.5, welfare.Pace(0, 4, 4, 0, threads)) for threads in (1, 2, 3)]
    assert {one.exposure.tobytes() for one in found} == {found[0].exposure.tobytes()}
    assert {one.drawn.tobytes() for one in found} == {found[0].drawn.tobytes()}


def test_alpha_half_gives_the_worst_off_more_than_alpha_zero() -> None:
    market = crowded(1.0, 0)
    learner = np.repeat(np.arange(150), 100)
    least = []
    for alpha in (0.0, 0.5):
        found = welfare.matches(market, welfare.optimise(market, alpha, 100, steps=30).exposure)
        least.append(np.sort(np.bincount(learner, weights=found))[:15].mean())
    assert least[1] > least[0]


def test_the_drawn_lists_are_permutations_and_the_same_for_a_seed() -> None:
    market = crowded(0.5, 3, 30, 10)
    one, same = (welfare.optimise(market, 0.5, 5, steps=8, seed=4) for _ in range(2))
    assert one.rank.tobytes() == same.rank.tobytes()
    assert np.array_equal(np.sort(one.rank.reshape(30, 10), axis=1), np.tile(np.arange(10), (30, 1)))


def test_a_market_without_edges_has_no_matches() -> None:
    market = welfare.likings(np.zeros(4, np.int64), np.empty(0, np.int32), 2, np.empty(0), np.empty(0))
    assert expected(market, welfare.optimise(market, 0.5, 5, steps=2)) == 0.0


def test_gini_is_0_for_equals_and_near_1_for_one_who_has_all() -> None:
    assert metrics.gini(np.full(50, 3.0)) == pytest.approx(0.0, abs=1e-12)
    assert metrics.gini(np.array([0.0] * 99 + [5.0])) == pytest.approx(0.99)
    assert metrics.gini(np.zeros(3)) == 0.0


def test_alpha_welfare_prefers_an_even_share_the_more_the_greater_alpha() -> None:
    even, uneven = np.array([1.0, 1.0]), np.array([1.9, 0.1])
    gaps = [metrics.alpha_welfare(even, one) - metrics.alpha_welfare(uneven, one) for one in (0.0, 0.5, 1.0)]
    assert gaps[0] == pytest.approx(0.0)
    assert 0 < gaps[1] < gaps[2]


def test_nobody_envies_their_own_kind_of_list_and_the_last_envies_the_first() -> None:
    start = np.array([0, 2, 4])
    gain = np.array([0.9, 0.1, 0.9, 0.1])
    assert metrics.envy(start, np.array([1.0, 0.5, 1.0, 0.5]), gain) == 0
    assert metrics.envy(start, np.array([1.0, 0.5, 0.5, 1.0]), gain) == 1


def test_groups_are_compared_among_those_who_could_be_served() -> None:
    reports = metrics.by_group(
        np.array([0, 0, 1, 1, 1]),
        np.array([True, True, True, True, False]),
        np.array([True, True, True, False, False]),
        np.arange(5),
    )
    assert [(one.label, one.feasible, one.cover) for one in reports] == [(0, 2, 1.0), (1, 2, 0.5)]
    assert metrics.cover_ratio(reports) == 0.5


def test_a_mentor_takes_the_best_requests_as_far_as_places_go() -> None:
    asked = np.array([0, 1, 2, -1])
    taken = metrics.accepted(asked, np.array([0, 0, 0], np.int32), np.array([0.2, 0.9, 0.5]), np.array([2]))
    assert taken.tolist() == [False, True, True, False]


def test_the_first_of_a_list_is_asked_most() -> None:
    start, rank = np.arange(1001) * 3, np.tile([0, 1, 2], 1000).astype(np.int32)
    asked = metrics.one_request_each(start, np.zeros(3000, np.int32), rank, 2, seed=1)
    counts = np.bincount(asked % 3, minlength=3)
    assert counts[2] == 0
    assert counts[0] == pytest.approx(667, abs=60)

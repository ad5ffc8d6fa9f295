"""What is looked at instead of the thing itself, because it is quicker, says the same."""

import numpy as np

from server.matching import overlap
from server.matching.fit import fit_of, near_of, skill_fit
from server.matching.kernel import Array
from server.matching.score import shared_days
from tests.matching.small import town_market


def some_pairs(count: int) -> tuple[Array, Array]:
    chance, market = np.random.default_rng(5), town_market()
    return chance.choice(market.needed.members, count), chance.choice(market.offered.members, count)


def test_who_shares_no_band_shares_no_start_and_most_others_do() -> None:
    market = town_market()
    free, rules = market.people.free, market.programme
    window = (rules.first_slot, rules.last_slot)
    bands = overlap.bands(free, rules.slots, window)
    pairs = list(zip(*(side.tolist() for side in some_pairs(2_000)), strict=True))
    apart = [pair for pair in pairs if overlap.never_meet(bands, *pair)]
    without = [pair for pair in pairs if shared_days(free, rules, *pair) == 0]
    assert set(apart) <= set(without)
    assert len(apart) > 0.9 * len(without) > 100


def test_who_said_nothing_about_time_is_never_ruled_out_by_bands() -> None:
    free = np.zeros((2, 42), np.uint64)
    free[1, 0] = 0xFF
    bands = overlap.bands(free, 4, (0, 2_688))
    assert not overlap.never_meet(bands, 0, 1)
    assert not overlap.never_meet(bands, 0, 0)


def test_what_is_near_written_down_once_compares_like_the_taxonomy_itself() -> None:
    market = town_market()
    for learner, mentor in zip(*(side.tolist() for side in some_pairs(300)), strict=True):
        written = fit_of(market.scene, near_of(market.scene, learner), learner, mentor)
        assert written == skill_fit(market.scene, learner, mentor)

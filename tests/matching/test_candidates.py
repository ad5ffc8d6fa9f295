import numpy as np
import pytest

from server.matching import serving
from server.matching import snapshot as columns
from server.matching.candidates import Search, candidates, scratch
from server.matching.feasible import Reason, reason, reasons
from server.matching.programme import Format, programme
from server.matching.score import scores
from tests.matching.small import crowd, market_of, town, town_market

SEARCH = Search(keep=20, prune=512, explore=16, seed=3)


def test_no_list_ever_holds_a_mentor_whom_a_rule_excludes() -> None:
    for kind in Format:
        market = town().market(programme(kind))
        memory = scratch(450)
        for learner in range(0, 300, 3):
            rows, worth = candidates(market.scene, market.offered, learner, SEARCH, memory)
            assert [reason(market.scene, learner, row) for row in rows] == [Reason.FEASIBLE] * len(rows)
            assert len(set(rows.tolist())) == len(rows)
            assert np.all(np.isfinite(worth))


def test_the_best_feasible_mentors_are_found() -> None:
    market, memory = town_market(), scratch(450)
    for learner in range(0, 300, 11):
        everyone = market.offered.members
        fit = everyone[reasons(market.scene, learner, everyone) == 0]
        best = np.sort(scores(market.scene, np.full(len(fit), learner, np.int32), fit))[::-1][:20]
        found = candidates(market.scene, market.offered, learner, SEARCH, memory)[1]
        assert np.sort(found)[::-1][: len(best)] == pytest.approx(best)


def test_the_memory_of_a_thread_is_clean_after_every_search() -> None:
    market, memory = town_market(), scratch(450)
    for learner in range(50):
        candidates(market.scene, market.offered, learner, SEARCH, memory)
    assert not memory.total.any()
    assert not memory.best.any()


def test_ten_thousand_equal_mentors_are_shown_in_another_order_to_every_learner() -> None:
    market, memory = market_of(crowd(40, 10_000)), scratch(10_040)
    firsts = [int(candidates(market.scene, market.offered, one, SEARCH, memory)[0][0]) for one in range(40)]
    again = [int(candidates(market.scene, market.offered, one, SEARCH, memory)[0][0]) for one in range(40)]
    assert firsts == again
    assert len(set(firsts)) >= 38


def test_a_learner_without_needs_gets_mentors_by_chance() -> None:
    people = crowd(2, 50)
    people.needs.span["count"][0] = 0
    market = market_of(people)
    rows, _ = candidates(market.scene, market.offered, 0, SEARCH, scratch(52))
    assert len(set(rows.tolist())) == len(rows) >= 20


@pytest.mark.parametrize("spoil", ["no mentors", "no learners", "all blocked", "no places", "nobody verified"])
def test_a_market_in_which_nothing_can_be_gives_empty_lists(spoil: str) -> None:
    people = crowd(5, 0 if spoil == "no mentors" else 5)
    if spoil == "no learners":
        people.person["sought"] = 0
    elif spoil == "all blocked":
        ones, others = (part.ravel() for part in np.meshgrid(np.arange(5), np.arange(5, 10)))
        people = columns.with_blocks(people, ones, others)
    elif spoil == "no places":
        people.person["places"] = 0
    elif spoil == "nobody verified":
        people.person["flags"] = columns.ACTIVE
    market = market_of(people)
    served = serving.top(market, 0, SEARCH, scratch(len(people.person)))
    assert (len(served.rows), len(served.scores)) == (0, 0)


def test_no_shown_list_loses_more_than_its_bounds() -> None:
    people = town().people._replace(person=town().people.person.copy())
    chance = np.random.default_rng(1)
    people.person["load"] = chance.exponential(2.0, 450)
    people.person["price"] = chance.exponential(0.5, 450)
    people.person["shown"] = chance.integers(0, 10, 450)
    market, memory = market_of(people, skills=town().taxonomy), scratch(450)
    changed = 0
    for learner in range(0, 300, 2):
        rows, worth = candidates(market.scene, market.offered, learner, SEARCH, memory)
        served = serving.arrange(market, rows, worth, 5)
        if len(rows) == 0:
            continue
        best = np.sort(worth)[::-1][:5]
        assert served.scores.mean() >= (1 - serving.MEAN_LOSS) * best.mean() - 1e-12
        assert served.scores[0] >= (1 - serving.TOP_LOSS) * best[0] - 1e-12
        changed += not np.array_equal(served.scores, best)
    assert changed > 20


def test_a_mentor_below_the_weekly_floor_gets_a_place_at_the_end_of_a_full_list() -> None:
    people = crowd(1, 30)
    people.person["shown"][1:] = 30
    people.person["shown"][30] = 0
    served = serving.arrange(market_of(people), np.arange(1, 31, dtype=np.int32), np.linspace(0.9, 0.88, 30), 10)
    assert served.rows[-1] == 30
    assert served.raised.tolist() == [False] * 9 + [True]


def test_a_mentor_seen_beyond_the_weekly_budget_gives_way_to_an_equal_one() -> None:
    people = crowd(1, 30, places=2)
    people.person["shown"][1:] = serving.BUDGET_PER_PLACE
    people.person["shown"][1] = 5 * serving.BUDGET_PER_PLACE
    rows, scores = np.arange(1, 31, dtype=np.int32), np.linspace(0.9, 0.88, 30)
    served = serving.arrange(market_of(people), rows, scores, 10)
    assert 1 not in served.rows.tolist()
    # Never at the price of more than the bounds allow.
    scores[1:] = 0.5
    assert serving.arrange(market_of(people), rows, scores, 10).rows[0] == 1

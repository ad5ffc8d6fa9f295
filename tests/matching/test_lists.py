import numpy as np

from server.matching import guardrails, lists
from server.matching.cohort import Demand, round_capacity
from server.matching.guardrails import Limits
from server.matching.lists import Drawing
from tests.matching.test_cohort import random_graph


def test_lists_show_every_candidate_once_and_the_first_is_near_the_best() -> None:
    edges, demand = random_graph(6)
    rank = lists.browse_lists(edges, demand)
    for learner in range(len(edges.learners)):
        span = slice(edges.start[learner], edges.start[learner + 1])
        assert sorted(rank[span].tolist()) == list(range(len(rank[span])))
        if len(rank[span]):
            first = edges.score[span][rank[span] == 0][0]
            assert first >= lists.FIRST_OF_BEST * edges.score[span].max() - 1e-6


def test_lists_spread_what_mentors_are_seen() -> None:
    edges, demand = random_graph(7, learners=400)
    by_score = np.concatenate(
        [np.argsort(np.argsort(-edges.score[a:b])) for a, b in zip(edges.start, edges.start[1:], strict=False)]
    )
    plain, spread = (
        guardrails.exposure_gini(edges, demand.capacity, rank.astype(np.int32))
        for rank in (by_score, lists.browse_lists(edges, demand))
    )
    assert spread < plain


def test_the_same_seed_gives_the_same_lists() -> None:
    edges, demand = random_graph(8)
    assert lists.browse_lists(edges, demand).tobytes() == lists.browse_lists(edges, demand).tobytes()


def test_lists_within_the_limits_are_run_once() -> None:
    edges, demand = random_graph(9)
    label = np.arange(len(edges.learners)) % 2
    made = guardrails.guarded_lists(
        lists.ground(edges, demand), label, Limits(group_ratio=0.0, exposure_gini=1.0), Drawing()
    )
    assert (made.is_within, made.reruns) == (True, 0)


def test_limits_nothing_can_keep_are_left_to_a_manager_after_three_reruns() -> None:
    edges, demand = random_graph(9)
    label = np.arange(len(edges.learners)) % 2
    made = guardrails.guarded_lists(lists.ground(edges, demand), label, Limits(exposure_gini=-1.0), Drawing())
    assert (made.is_within, made.reruns, made.alpha) == (False, 3, 2.0)


def test_a_preview_names_who_gains_and_who_loses_most_first() -> None:
    found = guardrails.preview(np.array([0.5, 0.9, 0.0, 0.4]), np.array([0.6, 0.2, 0.8, 0.4]))
    assert (found.gain.tolist(), found.loss.tolist()) == ([2, 0], [1])


def test_a_round_has_room_for_every_learner() -> None:
    assert round_capacity(np.array([1, 0, 2]), 9).tolist() == [3, 0, 6]
    assert round_capacity(np.array([4, 4]), 2).tolist() == [4, 4]
    assert Demand(np.array([1]), np.ones(1)).tau == 0.5

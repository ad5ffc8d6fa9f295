import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.matching import snapshot_store
from server.matching.explain import Nearness, evidence, explain
from server.matching.programme import Format, LearnerPart, MentorPart, Operator, programme
from server.matching.score import joined, scores
from server.matching.snapshot import skills_of
from tests.matching.small import LEARNER, MENTOR, market_of, pair, town, town_market


@pytest.mark.parametrize("kind", list(Format))
@pytest.mark.parametrize("operator", list(Operator))
def test_parts_add_up_to_both_sides_and_to_the_score(kind: Format, operator: Operator) -> None:
    market = town().market(programme(kind, changes={"operator": int(operator)}))
    chance = np.random.default_rng(3)
    for learner, mentor in zip(chance.integers(0, 300, 40), chance.integers(300, 450, 40), strict=True):
        told = explain(market, int(learner), int(mentor))
        own = sum(part.contribution for part in told.parts if isinstance(part.name, LearnerPart))
        assert own == pytest.approx(told.learner, abs=1e-12)
        assert sum(part.share for part in told.parts) == pytest.approx(told.score, abs=1e-9)
        one, other = np.array([learner], np.int32), np.array([mentor], np.int32)
        assert scores(market.scene, one, other)[0] == pytest.approx(told.score, abs=1e-12)
        assert 0.0 <= told.score <= 1.0


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(list(Operator)), st.floats(0.1, 0.9))
def test_every_operator_is_shared_out_exactly(u: float, v: float, operator: Operator, theta: float) -> None:
    rules = programme(Format.CLASSIC, changes={"operator": int(operator), "theta": theta})
    score, by_u, by_v = joined(rules, u, v)
    assert u * by_u + v * by_v == pytest.approx(score, abs=1e-9)
    assert min(u, v) - 1e-9 <= score <= max(u, v) + 1e-9


def test_what_nobody_said_is_neutral_and_flagged() -> None:
    told = explain(market_of(pair()), LEARNER, MENTOR)
    unknown = {part.name for part in told.parts if part.is_unknown and part.weight > 0}
    assert unknown == {LearnerPart.GOAL, LearnerPart.CONTEXT, LearnerPart.SOFT, MentorPart.CLARITY, MentorPart.SOFT}
    assert all(part.value == 0.5 for part in told.parts if part.is_unknown)


def test_nan_reads_as_not_said() -> None:
    people = pair()
    for name in ("timely", "late", "clarity", "reply_hours"):
        people.person[name] = np.nan
    told = explain(market_of(people), LEARNER, MENTOR)
    assert told.score == explain(market_of(pair()), LEARNER, MENTOR).score


def test_taking_away_a_part_lowers_the_score_more_the_more_it_gave() -> None:
    market = town_market()
    told = explain(market, 4, 310)
    rules = market.programme
    lost = {}
    for part in told.parts:
        if isinstance(part.name, LearnerPart) and part.contribution > 0:
            lost[part.name] = told.score - joined(rules, told.learner - part.contribution, told.mentor)[0]
    given = {part.name: part.contribution for part in told.parts if part.name in lost}
    assert len(lost) > 3
    assert sorted(lost, key=lost.__getitem__) == sorted(given, key=given.__getitem__)


def test_taking_away_the_offer_named_as_evidence_lowers_the_coverage() -> None:
    people = town().people
    compared = 0
    for learner in range(0, 300, 7):
        for mentor in range(300, 340, 5):
            found = [one for one in evidence(town_market(), learner, mentor) if one.offered >= 0]
            if not found:
                continue
            items, _ = skills_of(people.offers, np.array([mentor]))
            left = items[items["skill"] != found[0].offered]
            offers = people.offers._replace(span=people.offers.span.copy(), items=people.offers.items.copy())
            offers = snapshot_store.write_entries(offers, mentor, left["skill"], left["level"], left["weight"])
            without = market_of(people._replace(offers=offers), skills=town().taxonomy)
            before, after = (explain(one, learner, mentor).parts[0].value for one in (town_market(), without))
            assert after < before
            compared += 1
    assert compared > 5


@pytest.mark.parametrize(
    ("offered", "nearness"),
    [(0, Nearness.SAME), (4, Nearness.CHILD), (1, Nearness.SIBLING), (5, Nearness.RELATED), (7, Nearness.PARENT)],
)
def test_evidence_names_the_relation(offered: int, nearness: Nearness) -> None:
    people = pair()
    people.offers.items["skill"][:] = offered
    (found,) = evidence(market_of(people), LEARNER, MENTOR)
    assert (found.needed, found.offered, found.nearness, found.level_gap) == (0, offered, nearness, 3)


def test_an_explanation_names_starts_price_and_what_would_raise_it() -> None:
    people = pair()
    people.person["price"][MENTOR] = 0.25
    told = explain(market_of(people), LEARNER, MENTOR)
    assert told.starts == [0, 86_400, 172_800]
    assert told.contested == 0.25
    assert [one.gain for one in told.raises] == sorted((one.gain for one in told.raises), reverse=True)
    assert all(one.gain > 0 for one in told.raises)


def test_weights_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        programme(Format.CLASSIC, changes={"u_weights": np.full(8, 0.2)})

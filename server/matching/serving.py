"""From scored candidates to the list that is shown: spread over load and price, over skills, and over mentors.

No list gives up more than 5 % of the mean score, nor 4 % at its top, for the sake of others.
"""

from typing import NamedTuple

import numpy as np

from server.matching.candidates import Scratch, Search, candidates
from server.matching.graph import Market
from server.matching.kernel import Array, Bools, Doubles, Ints

SHOWN = 20
MEAN_LOSS, TOP_LOSS = 0.05, 0.04
FLOOR_PER_WEEK = 3.0
BUDGET_PER_PLACE = 40.0
"""Impressions a week for each open place; a mentor beyond that gives way, as far as the bounds of loss allow."""
_LOAD_WEIGHT, _PRICE_WEIGHT, _REPEAT, _BUDGET_WEIGHT = 0.05, 0.15, 0.03, 0.1
_STRENGTHS = (1.0, 0.5, 0.25, 0.125, 0.0)


class Served(NamedTuple):
    """Rows in the order shown, their scores, and whether a row was raised because too few had seen it."""

    rows: Ints
    scores: Doubles
    raised: Bools


def top(market: Market, learner: int, search: Search, memory: Scratch, shown: int = SHOWN) -> Served:
    """Return the list of one learner. `memory` belongs to the calling thread."""
    rows, scores = candidates(market.scene, market.offered, learner, search, memory)
    return arrange(market, rows, scores, shown)


def arrange(market: Market, rows: Ints, scores: Doubles, shown: int = SHOWN) -> Served:
    """Order candidates for showing."""
    best_first = np.lexsort((np.arange(len(rows)), -scores))
    rows, scores = rows[best_first], scores[best_first]
    if len(rows) == 0:
        return Served(rows, scores, np.zeros(0, bool))
    person = market.people.person
    burden = _LOAD_WEIGHT * _known(person["load"][rows]) + _PRICE_WEIGHT * _known(person["price"][rows])
    burden += _BUDGET_WEIGHT * _beyond_budget(person[rows], market.programme.format)
    order = _spread(scores, burden + _REPEAT * _repeats(market, rows), shown)
    order = _raise_unseen(scores, _known(person["shown"][rows]), order, shown)
    raised = np.isin(order, np.arange(shown, len(rows)))
    return Served(rows[order], scores[order], raised)


def _known(values: Array, most: float = 10.0) -> Doubles:
    return np.clip(np.nan_to_num(values.astype(np.float64)), 0.0, most)


def _beyond_budget(mentors: Array, kind: int) -> Doubles:  # the word of the domain
    """Return by how much of their weekly budget of impressions mentors are beyond it, at most twice."""
    budget = BUDGET_PER_PLACE * np.maximum(1.0, mentors["places"][:, kind].astype(np.float64))
    return np.clip(_known(mentors["shown"], most=1e6) / budget - 1.0, 0.0, 2.0)


def _repeats(market: Market, rows: Ints) -> Doubles:
    """Return how many mentors earlier in the list bring the same first skill, at most three."""
    span = market.people.offers.span[rows]
    first = np.where(span["count"] > 0, market.people.offers.items["skill"][span["start"]], -1 - rows)
    order = np.argsort(first, kind="stable")
    earlier = np.empty(len(rows))
    earlier[order] = np.arange(len(rows)) - np.searchsorted(first[order], first[order])
    return np.minimum(earlier, 3.0)


def _spread(scores: Doubles, burden: Doubles, shown: int) -> Ints:
    """Return the order by score less burden, with as much of the burden as the two bounds of loss allow."""
    best = scores[:shown]
    for strength in _STRENGTHS:
        order = np.argsort(-(scores - strength * burden), kind="stable").astype(np.int32)[:shown]
        if scores[order].mean() >= (1 - MEAN_LOSS) * best.mean() and scores[order[0]] >= (1 - TOP_LOSS) * scores[0]:
            return order
    return np.arange(min(shown, len(scores)), dtype=np.int32)


def _raise_unseen(scores: Doubles, seen: Doubles, order: Ints, shown: int) -> Ints:
    """Give the last places of a full list to candidates below the weekly floor, within the bound of loss."""
    waiting = [place for place in np.argsort(-scores, kind="stable") if seen[place] < FLOOR_PER_WEEK]
    waiting = [place for place in waiting if place not in set(order.tolist())]
    least = (1 - MEAN_LOSS) * scores[:shown].mean()
    out = order.copy()
    for turn, place in enumerate(waiting[: max(1, shown // 7)]):
        last = len(out) - 1 - turn
        if last < 1 or seen[out[last]] < FLOOR_PER_WEEK:
            break
        trial = out.copy()
        trial[last] = place
        if scores[trial].mean() < least:
            break
        out = trial
    return out

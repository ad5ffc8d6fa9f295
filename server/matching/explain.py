"""Why a pair scores what it scores, what would raise it, and why another cannot be. Numbers and codes, no sentences."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from server.matching.feasible import PRIVATE, Reason, reason, reasons
from server.matching.graph import Market
from server.matching.kernel import Array, Doubles, Longs, kernel
from server.matching.overlap import next_starts
from server.matching.programme import PARTS, U_PARTS, LearnerPart, MentorPart, Programme
from server.matching.score import fill_parts, joined, settle_unknown, shared_days, side_sums
from server.matching.taxonomy import CHILD, PARENT, RELATED, SIBLING, Taxonomy, likeness
from server.matching.timegrid import SLOT_SECONDS


class Nearness(IntEnum):
    """How an offered skill relates to the needed one."""

    NONE = 0
    SAME = 1
    CHILD = 2
    PARENT = 3
    SIBLING = 4
    RELATED = 5


_NEARNESS = {1.0: Nearness.SAME, CHILD: Nearness.CHILD, PARENT: Nearness.PARENT, SIBLING: Nearness.SIBLING}
_NEARNESS |= {RELATED: Nearness.RELATED}


@dataclass(frozen=True)
class Part:
    """One part of one side. `contribution` adds up to u or v, `share` over both sides to the score of the pair."""

    name: LearnerPart | MentorPart
    value: float
    weight: float
    contribution: float
    share: float
    is_unknown: bool
    """Nobody said, so it counts as neutral."""


@dataclass(frozen=True)
class SkillEvidence:
    """The offered skill that meets a need best; `offered` is -1 when none does."""

    needed: int
    offered: int
    nearness: Nearness
    level_gap: int
    worth: float
    """Of 1: nearness times what the level gap is worth."""
    weight: float
    """Of this need among all needs."""


@dataclass(frozen=True)
class Raise:
    """What would raise the score: a part, and by how much if it were full."""

    name: LearnerPart | MentorPart
    gain: float
    is_unknown: bool


@dataclass(frozen=True)
class Explanation:
    """`starts` are epoch seconds of the next common starts; `contested` is the price of a place of this mentor."""

    score: float
    learner: float
    mentor: float
    parts: list[Part]
    evidence: list[SkillEvidence]
    starts: list[int]
    contested: float
    raises: list[Raise]


def explain(market: Market, learner: int, mentor: int) -> Explanation:
    """Explain a pair, feasible or not."""
    people, rules = market.people, market.programme
    values, unknown = np.zeros(PARTS), np.zeros(PARTS, np.uint8)
    days = shared_days(people.free, rules, learner, mentor)
    fill_parts(market.scene, (learner, mentor, days), values)
    settle_unknown(values, unknown)
    u, v = side_sums(rules, values)
    score, by_u, by_v = joined(rules, u, v)
    parts = []
    for place in range(PARTS):
        own = place < U_PARTS
        weight = float(rules.u_weights[place] if own else rules.v_weights[place - U_PARTS])
        name = LearnerPart(place) if own else MentorPart(place - U_PARTS)
        given = weight * float(values[place])
        share = given * (by_u if own else by_v)
        parts.append(Part(name, float(values[place]), weight, given, share, bool(unknown[place])))
    return Explanation(
        score=score,
        learner=u,
        mentor=v,
        parts=parts,
        evidence=evidence(market, learner, mentor),
        starts=_starts(market, learner, mentor).tolist(),
        contested=float(people.person["price"][mentor]),
        raises=_raises(parts, _gains(rules, values, (u, v, score))),
    )


def evidence(market: Market, learner: int, mentor: int) -> list[SkillEvidence]:
    """Return for every need that counts the offer that meets it best, heaviest need first."""
    people, rules = market.people, market.programme
    needs = _items(market.people.needs.span, people.needs.items, learner)[: rules.max_needs]
    offers = _items(market.people.offers.span, people.offers.items, mentor)
    weights = needs["weight"].astype(np.float64) * people.idf[needs["skill"]]
    weights /= max(float(weights.sum()), 1e-12)
    out = []
    places, nearness, worths = _best_offers(market.taxonomy, rules.gain, needs, offers)
    for need, weight, place, near, worth in zip(
        needs, weights.tolist(), places.tolist(), nearness.tolist(), worths.tolist(), strict=True
    ):
        skill, level = int(need["skill"]), int(need["level"])
        if place < 0:
            out.append(SkillEvidence(skill, -1, Nearness.NONE, 0, 0.0, weight))
        else:
            kind, gap = _NEARNESS.get(round(near, 4), Nearness.RELATED), int(offers[place]["level"]) - level
            out.append(SkillEvidence(skill, int(offers[place]["skill"]), kind, gap, worth, weight))
    return out


@kernel
def _best_offers(tree: Taxonomy, gain: Doubles, needs: Array, offers: Array) -> tuple[Longs, Doubles, Doubles]:
    """Return for every need the place of the offer that meets it best or -1, how near that is, and what it is worth."""
    places, nearness, worths = np.full(len(needs), -1, np.int64), np.zeros(len(needs)), np.zeros(len(needs))
    for need in range(len(needs)):
        for offer in range(len(offers)):
            near = likeness(tree, needs[need].skill, offers[offer].skill)
            worth = near * gain[int(offers[offer].level) - int(needs[need].level) + 4]
            if worth > worths[need]:
                places[need], nearness[need], worths[need] = offer, near, worth
    return places, nearness, worths


def _items(span: Array, items: Array, row: int) -> Array:
    first = int(span["start"][row])
    return items[first : first + int(span["count"][row])]


def _starts(market: Market, learner: int, mentor: int) -> Longs:
    people, rules = market.people, market.programme
    window = (rules.first_slot, rules.last_slot)
    slots = next_starts(people.free[learner], people.free[mentor], rules.slots, window, 3)
    return np.asarray(slots * SLOT_SECONDS + people.start[0], np.int64)


@kernel
def _gains(rules: Programme, values: Doubles, sums: tuple[float, float, float]) -> Doubles:
    """Return by how much the score would grow if a part were full, for every part. `sums` are u, v and the score."""
    out = np.empty(PARTS)
    for place in range(PARTS):
        if place < U_PARTS:
            more = rules.u_weights[place] * (1.0 - values[place])
            out[place] = joined(rules, sums[0] + more, sums[1])[0] - sums[2]
        else:
            more = rules.v_weights[place - U_PARTS] * (1.0 - values[place])
            out[place] = joined(rules, sums[0], sums[1] + more)[0] - sums[2]
    return out


def _raises(parts: list[Part], gains: Doubles) -> list[Raise]:
    """Return the three parts whose filling would raise the score most."""
    grown = zip(parts, gains.tolist(), strict=True)
    out = [Raise(part.name, gain, part.is_unknown) for part, gain in grown if gain > 1e-6]
    return sorted(out, key=lambda one: -one.gain)[:3]


@dataclass(frozen=True)
class WhyNot:
    """The first failing rule that may be told and the nearest change that would help.

    `reason` is None when the pair can be, and for reasons that are told to nobody `is_available` is False without one.
    `missing` is what the rule wants more of: days with a common start, levels, places, or days until it expires;
    for masks the bits that one side would have to add.
    """

    is_available: bool
    reason: Reason | None
    missing: int


def why_not(market: Market, learner: int, mentor: int) -> WhyNot:
    """Return why a learner cannot have a mentor."""
    found = Reason(reason(market.scene, learner, mentor))
    if found is Reason.FEASIBLE:
        return WhyNot(True, None, 0)
    if found in PRIVATE:
        return WhyNot(False, None, 0)
    return WhyNot(False, found, _missing(market, found, learner, mentor))


def _missing(market: Market, found: Reason, learner: int, mentor: int) -> int:
    people, rules = market.people, market.programme
    person = people.person
    if found is Reason.TIME:
        return rules.min_days - max(0, shared_days(people.free, rules, learner, mentor))
    if found is Reason.LANGUAGE:
        return int(person["languages"][mentor])
    if found is Reason.ACCESS:
        return int(person["access_needs"][learner] & ~person["access_offers"][mentor])
    if found is Reason.FORMAT:
        return int(person["given"][mentor])
    if found is Reason.DECLINED:
        key = np.uint64(learner) << np.uint64(32) | np.uint64(mentor)
        return int(people.declined_until[np.searchsorted(people.declined, key)]) - rules.today
    return 1 if found is Reason.NO_PLACE else _level_missing(market, learner, mentor)


def _level_missing(market: Market, learner: int, mentor: int) -> int:
    """Return how many levels the nearest offered skill lies off, 0 when nothing near is offered."""
    rules = market.programme
    needs = _items(market.people.needs.span, market.people.needs.items, learner)
    offers = _items(market.people.offers.span, market.people.offers.items, mentor)
    off = [
        max(rules.min_gap - gap, gap - rules.max_gap)
        for need in needs
        for offer in offers
        if likeness(market.taxonomy, need["skill"], offer["skill"]) > 0
        for gap in [int(offer["level"]) - int(need["level"])]
    ]
    return min(off, default=0)


def infeasible_by_reason(market: Market, learner: int, mentors: Array) -> dict[Reason, int]:
    """Count why a learner cannot have each of many mentors, FEASIBLE included."""
    found = reasons(market.scene, learner, np.asarray(mentors, np.int32))
    counts = np.bincount(found, minlength=len(Reason))
    return {one: int(counts[one]) for one in Reason if counts[one]}

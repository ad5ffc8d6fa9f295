"""What a pair is worth: u to the learner, v to the mentor, each a weighted sum of parts, and one score of both.

A part that nobody can know is neutral, .5, and flagged; it is never 0 for want of an answer.
"""

import numpy as np

from server.matching.bits import popcount
from server.matching.fit import Fit, skill_fit
from server.matching.kernel import Array, Bytes, Doubles, Ints, Masks, inlined, kernel
from server.matching.overlap import common_days, is_empty
from server.matching.programme import PARTS, U_PARTS, V_PARTS, LearnerPart, MentorPart, Operator, Programme
from server.matching.scene import Scene
from server.matching.snapshot import GOAL_WIDTH

NEUTRAL = 0.5
_PRIOR_TIMELY, _PRIOR_LATE = 6.0, 2.0
"""A newcomer is believed to answer in time three times in four, with the weight of eight replies."""
_QUICK_HOURS = 48.0
_NO_BITS = np.uint64(0)

_COVERAGE, _AVAILABILITY, _GOAL, _CONTEXT = 0, 1, 2, 3
_RELIABILITY, _SOFT, _REPLY, _EXCHANGE = 4, 5, 6, 7
_TOPICS, _V_AVAILABILITY, _CLARITY, _HEADROOM, _V_SOFT = (U_PARTS + part for part in range(5))
_HARMONIC, _MIN = int(Operator.HARMONIC), int(Operator.MIN)
assert (LearnerPart.EXCHANGE.value, U_PARTS + MentorPart.SOFT.value) == (_EXCHANGE, _V_SOFT)


@inlined
def shared_days(free: Masks, programme: Programme, one: int, other: int) -> int:
    """Return the days on which the two can meet, counted up to plenty, or -1 when either said nothing about time."""
    window, enough = (programme.first_slot, programme.last_slot), max(programme.full_days, programme.min_days)
    days = common_days(free[one], free[other], programme.slots, window, enough)
    return -1 if days == 0 and (is_empty(free[one]) or is_empty(free[other])) else days


@inlined
def goal_match(person: Array, one: int, other: int) -> float:
    """Return the cosine of two goal vectors as 0 to 1, or -1 when either is missing."""
    dot, own, others = 0, 0, 0
    for axis in range(GOAL_WIDTH):
        a, b = int(person[one].goal[axis]), int(person[other].goal[axis])
        dot += a * b
        own += a * a
        others += b * b
    if own == 0 or others == 0:
        return -1.0
    return float(min(1.0, max(0.0, dot / np.sqrt(float(own) * float(others)))))


@inlined
def shared_context(person: Array, learner: int, mentor: int) -> float:
    """Return the share of the learner's contexts that the mentor knows, or -1 when either named none."""
    own, others = person[learner].contexts, person[mentor].contexts
    if min(own, others) == _NO_BITS:
        return -1.0
    return float(popcount(own & others) / popcount(own))


@inlined
def soft_wishes(person: Array, one: int, other: int) -> float:
    """Return the share of one's soft preferences that the other meets, "very" twice "somewhat", or -1 without any."""
    very, somewhat, has = person[one].very, person[one].somewhat, person[other].traits
    total = 2 * popcount(very) + popcount(somewhat)
    if total == 0 or has == _NO_BITS:
        return -1.0
    return (2 * popcount(very & has) + popcount(somewhat & has)) / total


@inlined
def reliability(person: Array, row: int) -> float:
    """Return the expected share of timely replies: always known, by the prior."""
    timely, late = max(0.0, float(person[row].timely)), max(0.0, float(person[row].late))
    if not np.isfinite(timely + late):
        timely, late = 0.0, 0.0
    return (_PRIOR_TIMELY + timely) / (_PRIOR_TIMELY + _PRIOR_LATE + timely + late)


@inlined
def unit_or_unknown(value: float) -> float:
    """Return a value held within 0 and 1, or -1 for NaN."""
    return min(1.0, max(0.0, value)) if not np.isnan(value) else -1.0  # false for NaN only


@inlined
def headroom(person: Array, kind: int, mentor: int) -> float:  # the word of the domain
    """Return the share of a mentor's places that are open, or -1 when the number of places is not known."""
    total = person[mentor].places_total[kind]
    if total <= 0:
        return -1.0
    return float(min(1.0, max(0.0, person[mentor].places[kind] / total)))


@kernel
def fill_parts(scene: Scene, pair: tuple[int, int, int], values: Doubles) -> None:
    """Write the PARTS values of a pair (learner, mentor, shared days), learner first; -1 stands for unknown."""
    fill_from(scene, pair, skill_fit(scene, pair[0], pair[1]), values)


@inlined
def fill_from(scene: Scene, pair: tuple[int, int, int], fit: Fit, values: Doubles) -> None:
    """Write the values of a pair whose skills were compared before."""
    learner, mentor, days = pair
    person = scene.people.person
    values[_COVERAGE] = fit.coverage if fit.weight > 0.0 else -1.0
    values[_TOPICS] = fit.topics if fit.weight > 0.0 and fit.said else -1.0
    values[_AVAILABILITY] = min(1.0, days / scene.programme.full_days)
    values[_V_AVAILABILITY] = values[_AVAILABILITY]
    values[_GOAL] = goal_match(person, learner, mentor)
    values[_CONTEXT] = shared_context(person, learner, mentor)
    values[_RELIABILITY] = reliability(person, mentor)
    values[_SOFT] = soft_wishes(person, learner, mentor)
    values[_V_SOFT] = soft_wishes(person, mentor, learner)
    values[_REPLY] = unit_or_unknown(1.0 - float(person[mentor].reply_hours) / _QUICK_HOURS)
    values[_CLARITY] = unit_or_unknown(float(person[learner].clarity))
    values[_HEADROOM] = headroom(person, scene.programme.format, mentor)
    values[_EXCHANGE] = -1.0
    if scene.programme.u_weights[_EXCHANGE] > 0.0:
        back = skill_fit(scene, mentor, learner)
        values[_EXCHANGE] = back.coverage if back.weight > 0.0 else -1.0


@kernel
def settle_unknown(values: Doubles, unknown: Bytes) -> None:
    """Make what is unknown neutral, and flag it."""
    for part in range(PARTS):
        unknown[part] = values[part] < 0.0
        if unknown[part]:
            values[part] = NEUTRAL


@inlined
def side_sums(programme: Programme, values: Doubles) -> tuple[float, float]:
    """Return u and v."""
    u, v = 0.0, 0.0
    for part in range(U_PARTS):
        u += programme.u_weights[part] * values[part]
    for part in range(V_PARTS):
        v += programme.v_weights[part] * values[U_PARTS + part]
    return u, v


@inlined
def joined(programme: Programme, u: float, v: float) -> tuple[float, float, float]:
    """Return the score of a pair and how much it grows with u and with v.

    score = u * du + v * dv: Euler's rule for functions of degree one, which is how parts of both sides share it out.
    """
    if programme.operator == _MIN:
        if u == v:
            return u, 0.5, 0.5
        return (u, 1.0, 0.0) if u < v else (v, 0.0, 1.0)
    if u <= 0.0 or v <= 0.0:
        return 0.0, 0.0, 0.0
    if programme.operator == _HARMONIC:
        of_u, of_v = u / (u + v), v / (u + v)
        return 2.0 * u * of_v, 2.0 * of_v * of_v, 2.0 * of_u * of_u
    score = np.sqrt(u * v) if programme.theta == 0.5 else u**programme.theta * v ** (1.0 - programme.theta)
    return score, programme.theta * score / u, (1.0 - programme.theta) * score / v


@kernel
def score_of(scene: Scene, pair: tuple[int, int, int], values: Doubles) -> float:
    """Return the score of a pair (learner, mentor, shared days), using `values` (PARTS,) as scratch."""
    return score_with(scene, pair, skill_fit(scene, pair[0], pair[1]), values)


@inlined
def score_with(scene: Scene, pair: tuple[int, int, int], fit: Fit, values: Doubles) -> float:
    """Return the score of a pair whose skills were compared before."""
    fill_from(scene, pair, fit, values)
    for part in range(PARTS):
        if values[part] < 0.0:
            values[part] = NEUTRAL
    u, v = side_sums(scene.programme, values)
    return joined(scene.programme, u, v)[0]


@kernel
def scores(scene: Scene, learners: Ints, mentors: Ints) -> Doubles:
    """Return the scores of pairs given by two rows of equal length. Asks no hard rule."""
    out = np.empty(len(learners))
    values = np.empty(PARTS)
    for place in range(len(learners)):
        days = shared_days(scene.people.free, scene.programme, learners[place], mentors[place])
        out[place] = score_of(scene, (learners[place], mentors[place], days), values)
    return out

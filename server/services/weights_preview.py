"""Other weights, tried at once on the picture of the community: who would gain and who would lose, in a second or so.

A programme of up to SAMPLE learners is tried whole; of a larger one a part drawn by a fixed seed, with as large a part
of the places. The exact answer is a run with those weights (services/cohorts.py). Nothing is written.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from server.domain import programmes as domain
from server.domain.actors import Actor
from server.domain.availability import MentoringFormat
from server.domain.errors import NotFound, RateLimited
from server.domain.programmes import Weights, WeightsForm, read_weights
from server.domain.suggestions import MatchPart, MatchSide
from server.kit.clock import now
from server.matching import cohort, graph
from server.matching.candidates import Search, candidates, scratch
from server.matching.cohort import Demand
from server.matching.graph import Graph, Market
from server.matching.kernel import Array, Doubles, Ints, Longs
from server.matching.plan import feasible_scores
from server.matching.programme import LearnerPart
from server.queries import programmes as queries
from server.queries.cohorts import Cohort, cohort_of
from server.services.cohort_market import weighed
from server.services.matching_picture import Picture
from server.services.matching_snapshot import running
from server.services.ports import ports

SAMPLE = 300
EXAMPLES = 10
SEED = 2026
TRIES, TRIES_SECONDS = 20, 60.0
_AT_ONCE = 20
"""Learners per question: the engine's one thread answers others in between."""
_FEW_MENTORS = 400
_SEARCH = Search(64, 128, 16, SEED)


@dataclass(frozen=True)
class Example:
    """A learner whose mentor would be another; scores are by the weights in force."""

    learner_id: UUID
    mentor_before: UUID | None
    mentor_now: UUID | None
    before: float
    now: float


@dataclass(frozen=True)
class PartChange:
    """The mean value of a part over all pairs, under the weights in force and under the others."""

    side: MatchSide
    part: MatchPart
    before: float
    now: float


@dataclass(frozen=True)
class WeightsPreview:
    """What other weights would do to `tried` of `learners` learners."""

    learners: int
    tried: int
    gain: int
    loss: int
    same: int
    served_before: int
    served_now: int
    parts: list[PartChange]
    gains: list[Example]
    losses: list[Example]


@dataclass(frozen=True)
class _Trial:
    """Who is tried, and the edges of both weightings between places in `learners` and `mentors` (rows)."""

    kind: MentoringFormat
    weights: tuple[Weights, Weights]
    learners: Ints
    mentors: Ints
    everybody: int


async def preview_weights(actor: Actor, *, programme_id: UUID, form: WeightsForm) -> WeightsPreview:
    """Return who would gain and lose by other weights, measured by those in force. NotFound; SuggestionsPreparing."""
    found = (await queries.visible(actor, [programme_id])).get(programme_id)
    if found is None:
        raise NotFound("programme")
    weights = form.clean()
    pause = await ports.buckets.take(f"weights:{actor.user_id}", capacity=TRIES, per_seconds=TRIES_SECONDS)
    if pause:
        raise RateLimited(pause)
    people = await cohort_of(found, now())
    trial = await running.ask(lambda picture: _trial(picture, found.format, people))
    trial = replace(trial, weights=(read_weights(found.weights), weights))
    edges = [await _edges(trial, one) for one in trial.weights]
    places = await running.ask(lambda picture: _places(picture, trial))
    held = [await asyncio.to_thread(_assigned, trial, one, places) for one in edges]
    return await running.ask(lambda picture: _compared(picture, trial, held))


def _trial(picture: Picture, kind: MentoringFormat, people: Cohort) -> _Trial:
    rows = picture.rows
    learners = np.array([rows[one.profile_id] for one in people.learners if one.profile_id in rows], np.int32)
    mentors = np.array([rows[one] for one in people.mentors if one in rows], np.int32)
    tried = np.sort(learners)
    if len(learners) > SAMPLE:
        tried = np.sort(np.random.default_rng(SEED).choice(learners, SAMPLE, replace=False))
    return _Trial(kind, ({}, {}), tried.astype(np.int32), np.sort(mentors), len(learners))


async def _edges(trial: _Trial, weights: Weights) -> Graph:
    parts: list[tuple[Array, Array, Array]] = []
    for first in range(0, len(trial.learners), _AT_ONCE):
        some = trial.learners[first : first + _AT_ONCE]
        parts.append(await running.ask(lambda picture, some=some: _some_edges(picture, trial, weights, some)))  # type: ignore[misc]  # the default binds the loop's value
    learner, mentor, score = (
        np.concatenate([np.empty(0, kind), *(part[which] for part in parts)])
        for which, kind in enumerate((np.int32, np.int32, np.float64))
    )
    return graph.from_edges(
        (trial.learners, trial.mentors),
        np.searchsorted(trial.learners, learner),
        np.searchsorted(trial.mentors, mentor),
        score,
    )


def _some_edges(picture: Picture, trial: _Trial, weights: Weights, some: Ints) -> tuple[Array, Array, Array]:
    """Return the feasible pairs of some learners with mentors who take part, and their scores."""
    market = _weighed(picture, trial, weights)
    if len(trial.mentors) <= _FEW_MENTORS:
        learner, mentor = np.repeat(some, len(trial.mentors)), np.tile(trial.mentors, len(some))
        worth = feasible_scores(market.scene, learner, mentor)
    else:
        found = [
            candidates(market.scene, market.offered, row, _SEARCH, scratch(len(picture.people.person)))
            for row in some.tolist()
        ]
        learner = np.repeat(some, [len(rows) for rows, _ in found])
        mentor = np.concatenate([rows for rows, _ in found])
        worth = np.concatenate([scores for _, scores in found])
    kept = (worth > 0) & np.isin(mentor, trial.mentors) & (learner != mentor)
    return learner[kept], mentor[kept], worth[kept]


def _weighed(picture: Picture, trial: _Trial, weights: Weights) -> Market:
    market = picture.market(trial.kind)
    return replace(market, programme=weighed(market.programme, weights))


def _places(picture: Picture, trial: _Trial) -> Longs:
    column = picture.market(trial.kind).programme.format
    return np.asarray(picture.people.person["places"][trial.mentors, column], np.int64)


def _assigned(trial: _Trial, edges: Graph, places: Longs) -> Ints:
    """Return the row of each learner's mentor, or -1."""
    share = len(trial.learners) / max(1, trial.everybody)
    chance = np.random.default_rng(SEED)
    scaled = np.floor(places * share).astype(np.int64) + (chance.random(len(places)) < places * share % 1.0)
    solved = cohort.solve(edges, Demand(scaled, np.ones(len(trial.learners))))
    return np.append(trial.mentors, -1)[solved.mentor].astype(np.int32)


def _compared(picture: Picture, trial: _Trial, held: list[Ints]) -> WeightsPreview:
    market = _weighed(picture, trial, trial.weights[0])
    worth = []
    for one in held:
        score: Doubles = np.zeros(len(one))
        has = np.flatnonzero(one >= 0)
        score[has] = feasible_scores(market.scene, trial.learners[has], one[has])
        worth.append(score)
    change = worth[1] - worth[0]
    order = np.argsort(-np.abs(change), kind="stable")
    gains, losses = order[change[order] > domain.TOLERANCE], order[change[order] < -domain.TOLERANCE]

    def shown(places: Array) -> list[Example]:
        return [_example(picture, trial, held, worth, place) for place in places[:EXAMPLES].tolist()]

    return WeightsPreview(
        learners=trial.everybody,
        tried=len(trial.learners),
        gain=len(gains),
        loss=len(losses),
        same=len(change) - len(gains) - len(losses),
        served_before=int((held[0] >= 0).sum()),
        served_now=int((held[1] >= 0).sum()),
        parts=_parts(picture, trial, held),
        gains=shown(gains),
        losses=shown(losses),
    )


def _example(picture: Picture, trial: _Trial, held: list[Ints], worth: list[Doubles], place: int) -> Example:
    mentors = [picture.ids[one[place]] if one[place] >= 0 else None for one in held]
    scores = [float(one[place]) for one in worth]
    return Example(picture.ids[trial.learners[place]], mentors[0], mentors[1], scores[0], scores[1])


def _parts(picture: Picture, trial: _Trial, held: list[Ints]) -> list[PartChange]:
    before, after = (_means(picture, trial, one) for one in held)
    return [
        PartChange(side, part, before.get((side, part), 0.0), after.get((side, part), 0.0))
        for side, parts in domain.PARTS_OF.items()
        for part in parts
    ]


def _means(picture: Picture, trial: _Trial, held: Ints) -> Mapping[tuple[MatchSide, MatchPart], float]:
    sums: dict[tuple[MatchSide, MatchPart], float] = {}
    pairs = np.flatnonzero(held >= 0)
    for place in pairs.tolist():
        learner, mentor = picture.ids[trial.learners[place]], picture.ids[held[place]]
        for one in picture.explain(learner, mentor, trial.kind).parts:
            side = MatchSide.LEARNER if isinstance(one.name, LearnerPart) else MatchSide.MENTOR
            key = side, MatchPart[one.name.name]
            sums[key] = sums.get(key, 0.0) + one.value / len(pairs)
    return sums

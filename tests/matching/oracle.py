"""The exact optimum by OR-Tools' min-cost flow, to measure the auction against."""

import warnings
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of its generated bindings
    from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]  # it ships no types

from server.matching.graph import Graph

_SCALE = 1_000_000
_COVER = 1_000_000_000


class Optimum(NamedTuple):
    covered: int
    value: float


def optimum(graph: Graph, value: npt.NDArray[np.float64], strong: npt.NDArray[np.bool_], capacity: object) -> Optimum:
    """Return the greatest coverage, and the greatest value at that coverage."""
    learners, mentors, edges = len(graph.learners), len(graph.mentors), len(graph.mentor)
    source, sink = learners + mentors, learners + mentors + 1
    flow = min_cost_flow.SimpleMinCostFlow()
    cost = -np.round(value * _SCALE).astype(np.int64) - strong * _COVER
    to = learners + graph.mentor.astype(np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(graph.learner.astype(np.int64), to, np.ones(edges, np.int64), cost)
    each, free = np.arange(learners), np.zeros(learners, np.int64)
    flow.add_arcs_with_capacity_and_unit_cost(np.full(learners, source), each, free + 1, free)
    flow.add_arcs_with_capacity_and_unit_cost(each, np.full(learners, sink), free + 1, free)
    places = np.asarray(capacity, np.int64)
    ends = np.full(mentors, sink)
    flow.add_arcs_with_capacity_and_unit_cost(learners + np.arange(mentors), ends, places, np.zeros(mentors, np.int64))
    flow.set_node_supply(source, learners)
    flow.set_node_supply(sink, -learners)
    assert flow.solve() == flow.OPTIMAL
    used = flow.flows(np.arange(edges)) > 0
    return Optimum(int(strong[used].sum()), float(value[used].sum()))

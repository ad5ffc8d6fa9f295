"""What is counted in the loop alone reads as prometheus_client would have it."""

import re
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from server.observability.tallies import Count, Durations, LoopCounter, LoopGauge, LoopHistogram

BOUNDS = (0.001, 0.5, 2.5, 30)


def exposed(registry: CollectorRegistry) -> str:
    """Return the numbers as text, without the times at which their series were made."""
    return re.sub(r"(_created\S*) [\d.e+]+$", r"\1", generate_latest(registry).decode(), flags=re.MULTILINE)


def test_whoever_asks_for_the_numbers_sees_no_difference() -> None:
    theirs, ours = CollectorRegistry(), CollectorRegistry()
    counters: list[Any] = [
        Counter("asked", "Asked", ("kind", "outcome"), registry=theirs),
        LoopCounter("asked", "Asked", ("kind", "outcome"), make=Count, registry=ours),
    ]
    gauges: list[Any] = [
        Gauge("flying", "Flying", registry=theirs),
        LoopGauge("flying", "Flying", (), make=Count, registry=ours).labels(),
    ]
    histograms: list[Any] = [
        Histogram("took", "Took", ("kind",), registry=theirs, buckets=BOUNDS),
        LoopHistogram("took", "Took", ("kind",), make=lambda: Durations(BOUNDS), registry=ours),
    ]
    for counter in counters:
        counter.labels("query", "ok").inc()
        counter.labels("query", "ok").inc(2.5)
        counter.labels("mutation", "error").inc(0)
    for gauge in gauges:
        gauge.inc()
        gauge.inc(2)
        gauge.dec()
    for histogram in histograms:
        for seconds in (0, 0.001, 0.0011, 2.5, 99):
            histogram.labels("query").observe(seconds)
    assert exposed(ours) == exposed(theirs)


def test_a_series_has_a_value_for_each_label() -> None:
    counter = LoopCounter("asked", "Asked", ("kind",), make=Count, registry=CollectorRegistry())
    assert counter.labels("query") is counter.labels("query")
    with pytest.raises(ValueError, match="label"):
        counter.labels()

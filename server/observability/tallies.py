"""Counters and histograms that are counted in one thread, the event loop's, and read there.

prometheus_client takes a lock and several calls for each number, and a request has ten of them. Whoever counts in
other threads needs those; these look the same to whoever asks for the numbers.
"""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

S = TypeVar("S")


class Count:
    """How often something happened."""

    __slots__ = ("created", "value")

    def __init__(self) -> None:
        self.value = 0.0
        self.created = time.time()

    def inc(self, amount: float = 1) -> None:
        """Count it, or so much of it."""
        self.value += amount

    def dec(self) -> None:
        """Count one less, where that can be."""
        self.value -= 1


class Durations:
    """How long something took, by buckets. `bounds` are their upper ends in seconds; the last one has none."""

    __slots__ = ("bounds", "counts", "created", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0
        self.created = time.time()

    def observe(self, seconds: float) -> None:
        """Count one of them."""
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds


class _Labelled(Collector, Generic[S]):
    """The series of one metric, by the values of its labels."""

    def __init__(
        self, name: str, meaning: str, labels: Sequence[str], *, make: Callable[[], S], registry: CollectorRegistry
    ) -> None:
        self.name = name
        self.meaning = meaning
        self.label_names = labels
        self._make = make
        self._series: dict[tuple[str, ...], S] = {} if labels else {(): make()}
        registry.register(self)

    def labels(self, *values: str) -> S:
        """Return the series for some values, one for each label. Without labels there is one for no values."""
        if len(values) != len(self.label_names):
            raise ValueError("a value for each label")
        series = self._series.get(values)
        if series is None:
            series = self._series[values] = self._make()
        return series


class LoopCounter(_Labelled[Count]):
    """A counter."""

    def collect(self) -> Iterator[Metric]:
        """Return what was counted so far."""
        family = CounterMetricFamily(self.name, self.meaning, labels=self.label_names)
        for values, series in self._series.items():
            family.add_metric(values, series.value, created=series.created)
        yield family


class LoopGauge(_Labelled[Count]):
    """How many there are now."""

    def collect(self) -> Iterator[Metric]:
        """Return how many there are."""
        family = GaugeMetricFamily(self.name, self.meaning, labels=self.label_names)
        for values, series in self._series.items():
            family.add_metric(values, series.value)
        yield family


class LoopHistogram(_Labelled[Durations]):
    """A histogram of seconds."""

    def collect(self) -> Iterator[Metric]:
        """Return what was counted so far."""
        family = HistogramMetricFamily(self.name, self.meaning, labels=self.label_names)
        for values, series in self._series.items():
            bounds = [*map(floatToGoString, series.bounds), "+Inf"]
            buckets = list(zip(bounds, accumulate(series.counts), strict=True))
            family.add_metric(values, buckets, series.total)
            family.add_sample(f"{self.name}_created", dict(zip(self.label_names, values, strict=True)), series.created)
        yield family

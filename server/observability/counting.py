"""Counters and histograms that cost little where they are counted. Prometheus gets them as it gets its own.

Those of prometheus_client take a lock for each number, for programs that count in many threads. Here one thread serves,
the event loop's, and a request counts ten times: a number is a plain attribute. Whoever counts in another thread would
lose numbers, and needs one of prometheus_client's.
"""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class Count:
    """A number that only grows."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0

    def inc(self, amount: float = 1) -> None:
        """Add to it."""
        self.value += amount


class Spread:
    """How many of the numbers seen are at most as large as each bound, and their sum."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, amount: float) -> None:
        """Take in a number."""
        self.counts[bisect_left(self.bounds, amount)] += 1
        self.sum += amount

    @contextmanager
    def time(self) -> Iterator[None]:
        """Take in the seconds that a block takes."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.observe(time.perf_counter() - began)


Child = TypeVar("Child", Count, Spread)


class _Labelled(Collector, Generic[Child]):
    """Children by the values of their labels. Look one up once and keep it where counting is frequent."""

    def __init__(self, name: str, meaning: str, labels: Sequence[str], new_child: Callable[[], Child]) -> None:
        self.name = name
        self.meaning = meaning
        self.names = tuple(labels)
        self.new_child: Callable[[], Child] = new_child
        self.children: dict[tuple[str, ...], Child] = {}
        if not self.names:
            self.children[()] = new_child()

    def labels(self, *values: str, **named: str) -> Child:
        """Return the child of some labels, in order or by name."""
        key = tuple(map(str, values)) if values else tuple(str(named[name]) for name in self.names)
        if len(key) != len(self.names) or (values and named) or not named.keys() <= set(self.names):
            raise ValueError(f"{self.name} has the labels {self.names}")
        child = self.children.get(key)
        if child is None:
            child = self.children[key] = self.new_child()
        return child


class Counter(_Labelled[Count]):
    """Numbers that only grow, one for each choice of labels; without labels it is counted on itself."""

    def __init__(self, name: str, meaning: str, labels: Sequence[str], registry: CollectorRegistry) -> None:
        super().__init__(name, meaning, labels, Count)
        registry.register(self)

    def inc(self, amount: float = 1) -> None:
        """Add to the number of a counter without labels."""
        self.children[()].value += amount

    def collect(self) -> Iterator[Metric]:
        """Return the numbers for Prometheus."""
        family = CounterMetricFamily(self.name, self.meaning, labels=self.names)
        for values, child in list(self.children.items()):
            family.add_metric(values, child.value)
        yield family


class Histogram(_Labelled[Spread]):
    """Spreads of numbers, one for each choice of labels; without labels it is observed on itself."""

    def __init__(
        self, name: str, meaning: str, labels: Sequence[str], registry: CollectorRegistry, *, bounds: Sequence[float]
    ) -> None:
        self.bounds = tuple(bounds)
        super().__init__(name, meaning, labels, lambda: Spread(self.bounds))
        registry.register(self)

    def observe(self, amount: float) -> None:
        """Take in a number, where there are no labels."""
        self.children[()].observe(amount)

    def time(self) -> AbstractContextManager[None]:
        """Take in the seconds that a block takes, where there are no labels."""
        return self.children[()].time()

    def collect(self) -> Iterator[Metric]:
        """Return the spreads for Prometheus, which counts each number in all buckets that are wide enough."""
        family = HistogramMetricFamily(self.name, self.meaning, labels=self.names)
        for values, child in list(self.children.items()):
            total, buckets = 0, []
            for bound, count in zip((*self.bounds, float("inf")), child.counts, strict=True):
                total += count
                spelled: str = floatToGoString(bound)  # type: ignore[no-untyped-call]  # it says nothing of types
                buckets.append((spelled, float(total)))
            family.add_metric(values, buckets, child.sum)
        yield family

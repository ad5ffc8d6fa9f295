"""What is counted, and how Prometheus gets it: as from its own client."""

import prometheus_client
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from server.observability.counting import Counter, Histogram


def without_times(text: bytes) -> list[str]:
    """Return the lines of an exposition but those that say when counting began, which ours does not."""
    return [line for line in text.decode().splitlines() if "_created" not in line]


def test_prometheus_is_told_what_its_own_client_would_tell() -> None:
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    bounds = (0.001, 0.5, 1)
    counters = Counter("a", "Some", ["x"], ours), prometheus_client.Counter("a", "Some", ["x"], registry=theirs)
    plain = Counter("b", "Others", [], ours), prometheus_client.Counter("b", "Others", [], registry=theirs)
    spreads = (
        Histogram("c_seconds", "Times", ["x"], ours, bounds=bounds),
        prometheus_client.Histogram("c_seconds", "Times", ["x"], registry=theirs, buckets=bounds),
    )
    alone = (
        Histogram("d_seconds", "Times", [], ours, bounds=bounds),
        prometheus_client.Histogram("d_seconds", "Times", [], registry=theirs, buckets=bounds),
    )
    for counter in counters:
        counter.labels("one").inc()
        counter.labels(x="two").inc(2.5)
        counter.labels("one").inc()
    for counter in plain:
        counter.inc()
    for spread in spreads:
        for amount in (0.0005, 0.001, 0.0011, 0.5, 3, 0.7):
            spread.labels("one").observe(amount)
    for spread in alone:
        spread.observe(0.2)
    assert without_times(generate_latest(ours)) == without_times(generate_latest(theirs))


def test_a_block_is_timed_even_when_it_fails() -> None:
    spread = Histogram("c_seconds", "Times", [], CollectorRegistry(), bounds=(1,))
    with pytest.raises(ValueError, match="mine"), spread.time():
        raise ValueError("mine")
    assert spread.labels().counts == [1, 0]


@pytest.mark.parametrize(("values", "named"), [((), {}), (("a", "b"), {}), ((), {"y": "a"}), (("a",), {"x": "b"})])
def test_labels_that_are_not_its_own_are_a_mistake(values: tuple[str, ...], named: dict[str, str]) -> None:
    counter = Counter("a", "Some", ["x"], CollectorRegistry())
    with pytest.raises((ValueError, KeyError)):
        counter.labels(*values, **named)

"""Metrics: every number Prometheus may ask for, declared in one place and counted where it happens.

Each worker process counts for itself and answers with its own numbers, labelled `worker`. No label ever
holds an id, an address or free text, so the number of series stays small.
"""

from collections.abc import Iterator

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.registry import Collector

from server.observability.tallies import Count, Durations, LoopCounter, LoopGauge, LoopHistogram

REGISTRY = CollectorRegistry()
ProcessCollector(namespace="alongside", registry=REGISTRY)

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def _counter(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(f"alongside_{name}", meaning, labels, registry=REGISTRY)


def _gauge(name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(f"alongside_{name}", meaning, labels, registry=REGISTRY)


def _seconds(name: str, meaning: str, *labels: str) -> Histogram:
    return Histogram(f"alongside_{name}", meaning, labels, registry=REGISTRY, buckets=_SECONDS)


# What every request is counted by: in the event loop, and nowhere else.
def _loop_counter(name: str, meaning: str, *labels: str) -> LoopCounter:
    return LoopCounter(f"alongside_{name}", meaning, labels, make=Count, registry=REGISTRY)


def _loop_seconds(name: str, meaning: str, *labels: str) -> LoopHistogram:
    return LoopHistogram(f"alongside_{name}", meaning, labels, make=lambda: Durations(_SECONDS), registry=REGISTRY)


# HTTP. A route is its pattern, never the path asked for.
HTTP_REQUESTS = _loop_counter("http_requests", "Requests answered", "method", "route", "status")
HTTP_SECONDS = _loop_seconds("http_request_seconds", "From the request's head to the end of the answer", "route")
HTTP_IN_FLIGHT = LoopGauge(
    "alongside_http_requests_in_flight", "Requests being answered", (), make=Count, registry=REGISTRY
)

# GraphQL. kind: query, mutation, subscription; outcome: ok, error, refused, deadline.
GRAPHQL_OPERATIONS = _loop_counter("graphql_operations", "Operations ended", "kind", "outcome")
GRAPHQL_SECONDS = _loop_seconds("graphql_operation_seconds", "Execution of an operation", "kind")
GRAPHQL_COST = _loop_counter("graphql_cost_points", "Points of cost charged, refunds taken off")
GRAPHQL_PLANS = _loop_counter(
    "graphql_plans", "Executions by engine: plan, abandoned, core; with the reason", "by", "reason"
)
GRAPHQL_SOCKETS = _gauge("graphql_sockets", "Open graphql-transport-ws connections")
GRAPHQL_SUBSCRIPTIONS = _gauge("graphql_subscriptions", "Running subscriptions")

# Services.
REFUSALS = _counter("refusals", "Expected noes by their code", "code")
TRANSACTIONS = _counter("transactions", "Units of work by outcome: committed, rolled_back, retried", "outcome")
JOBS = _counter("jobs", "Runs of background jobs by outcome: ok, failed", "job", "outcome")
MAILS = _counter("mails", "Mails by outcome: sent, failed", "outcome")

# The live layer.
LIVE_CONNECTIONS = _gauge("live_connections", "Open live connections")
LIVE_HANDSHAKES = _counter("live_handshakes", "Attempts to connect by outcome: welcomed, refused, shed", "outcome")
LIVE_CLOSES = _counter("live_closes", "Closed connections by code", "code")
LIVE_COMMANDS = _counter("live_commands", "Commands by outcome: ok, refused, repeated, failed", "op", "outcome")
LIVE_FOLLOWS = _counter("live_follows", "Follows by mode: live, replay, pages, snapshot", "mode")
LIVE_TOPICS = _gauge("live_topics", "Topics with a feed on this worker")
LIVE_FANOUT_EVENTS = _counter("live_fanout_events", "Events handed to listeners, by lane", "lane")
LIVE_FANOUT_FRAMES = _counter("live_fanout_frames", "Frames queued for listeners: events times listeners")
LIVE_WRITTEN_BYTES = _counter("live_written_bytes", "Bytes written to live connections")
LIVE_FANOUT_SECONDS = _seconds("live_fanout_seconds", "Handing one event to all listeners of a worker")
LIVE_LAG_SECONDS = _seconds("live_lag_seconds", "From commit to the listeners' queues")
LIVE_SLOW_READERS = _counter("live_slow_readers", "Slow readers by step: shed, lag, caught_up, closed", "step")
LIVE_GAPS_REPAIRED = _counter("live_gaps_repaired", "Gaps filled in a feed, by source: window, book", "source")
LIVE_CATCH_UP_READS = _counter("live_catch_up_reads", "Reads for clients that are behind: window, book", "source")
LIVE_RESYNCS = _counter("live_resyncs", "Clients told to load a snapshot, by reason", "why")
LIVE_PRESENT = _gauge("live_present_people", "People present in followed topics of this worker")
LIVE_PRESENCE_CHANGES = _counter("live_presence_changes", "Presence changes: join, leave, reaped", "change")
LIVE_DRAINING = _gauge("live_draining", "1 while this worker asks its clients to move")
LIVE_DRAINED = _counter("live_drained_connections", "Connections of a drain: asked to move, closed", "how")
LIVE_READER_RECONNECTS = _counter("live_reader_reconnects", "New subscriber connections to Redis, by reason", "why")
LIVE_REDIS_DOWN = _gauge("live_redis_down", "1 while the live layer works without Redis")
RELAY_PUBLISHED = _counter("relay_published", "Entries published, by path: commit, sweep", "path")

# The event loop.
LOOP_LAG_SECONDS = _gauge("loop_lag_seconds", "Longest delay of the event loop in the last second")


class _OfWorker(Collector):
    """The registry's metrics with the worker's name on each sample."""

    def __init__(self, worker: str) -> None:
        self._worker = worker

    def collect(self) -> Iterator[Metric]:
        for metric in REGISTRY.collect():
            metric.samples = [
                sample._replace(labels={**sample.labels, "worker": self._worker}) for sample in metric.samples
            ]
            yield metric


def expose(worker: str) -> tuple[bytes, str]:
    """Return this process's numbers in Prometheus text format, and their content type."""
    labelled = CollectorRegistry(auto_describe=False)
    labelled.register(_OfWorker(worker))
    return generate_latest(labelled), CONTENT_TYPE_LATEST

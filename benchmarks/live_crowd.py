"""One entry to 5,000 listeners, as `live_fanout` tells it to 500."""

from collections.abc import Iterator

from benchmarks import live_fanout

CROWD = 5_000


def run(crowd: int = CROWD) -> Iterator[str]:
    """Yield the lines of the benchmark."""
    return live_fanout.run(crowd)

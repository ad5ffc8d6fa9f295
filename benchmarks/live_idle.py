"""5,000 idle connections on one worker: what each holds in memory, then one entry to all until the last has it."""

import asyncio
import sys
import time
from collections.abc import Iterator

import uvloop

from benchmarks._support import percentile_of
from benchmarks.live_fanout import end_all, listen, press, serving

CROWD = 5_000
ROUNDS = 100
"""Entries told to the crowd, one after the other."""
OFFER = b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"


async def idle(port: int, crowd: int, rounds: int) -> list[str]:
    """Measure what a connection that negotiated compression holds, and how long one entry takes to reach a crowd."""
    # A server that has told nobody yet: memory it freed would be counted as room for the idle.
    before = press(port)["rss"]
    listeners = await listen(port, "/live", crowd, OFFER)
    each = (press(port)["rss"] - before) / crowd / 1024
    waits = []
    for _ in range(rounds):
        for one in listeners:
            one.last_at = 0.0
        started = time.perf_counter()
        await asyncio.to_thread(press, port, "kind=live&batch=1&settle=0")
        async with asyncio.timeout(60):
            while not all(one.last_at for one in listeners):  # noqa: ASYNC110 - the listeners have no event
                await asyncio.sleep(0.005)
        waits.append((max(one.last_at for one in listeners) - started) * 1000)
    end_all(listeners)
    return [
        f"{crowd} idle connections with compression: {each:.1f} KB each (limit 30)",
        f"one entry to all: the last has it after {percentile_of(waits, 50):.0f} ms (p50), "
        f"{percentile_of(waits, 99):.0f} ms (p99 of {rounds})",
    ]


def run(crowd: int = CROWD, rounds: int = ROUNDS) -> Iterator[str]:
    """Yield the lines of the benchmark."""
    with serving([sys.executable, "-m", "benchmarks._live_server", "PORT"]) as port:
        yield from uvloop.run(idle(port, crowd, rounds))

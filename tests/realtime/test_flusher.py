"""When the flusher writes: at once after a rest, and the longer it took the later again."""

import asyncio
import time

from server.config import LiveSettings
from server.realtime.outbox import LONGEST_REST_SECONDS, REST, Flusher

TICK = 0.01


class Slow:
    """Takes a while to be written, and keeps when it was."""

    weight = 1

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_dirty = False
        self.began: list[float] = []
        self.ended: list[float] = []
        self.was_flushed = asyncio.Event()

    def flush(self) -> int:
        self.is_dirty = False
        self.began.append(time.perf_counter())
        if self.seconds:
            time.sleep(self.seconds)
        self.ended.append(time.perf_counter())
        self.was_flushed.set()
        return 0

    async def flushed_by(self, flusher: Flusher) -> None:
        self.was_flushed.clear()
        flusher.add(self)
        await self.was_flushed.wait()


async def rest_after(seconds: float) -> float:
    """Return how long the flusher rested after a round of some length."""
    flusher, slow = Flusher(LiveSettings(tick_seconds=TICK)), Slow(seconds)
    await slow.flushed_by(flusher)
    await slow.flushed_by(flusher)
    return slow.began[1] - slow.ended[0]


# Of timers a loop promises no more than that they are not early, but for their resolution.
EARLY = 0.002


async def test_writing_takes_at_most_a_fifth_of_the_loop():
    assert await rest_after(0.02) >= REST * 0.02 - EARLY


async def test_rest_is_a_tick_at_least():
    assert await rest_after(0) >= TICK - EARLY


async def test_no_round_makes_others_wait_for_longer_than_the_longest_rest():
    flusher, slow = Flusher(LiveSettings(tick_seconds=TICK)), Slow(10 * LONGEST_REST_SECONDS / REST)
    await slow.flushed_by(flusher)
    assert flusher._rests_until - flusher.now <= LONGEST_REST_SECONDS


async def test_what_is_added_after_the_rest_is_written_at_once():
    flusher, first, second = Flusher(LiveSettings(tick_seconds=TICK)), Slow(0), Slow(0)
    await first.flushed_by(flusher)
    await asyncio.sleep(2 * TICK)
    flusher.add(second)
    await asyncio.sleep(0)
    assert second.began

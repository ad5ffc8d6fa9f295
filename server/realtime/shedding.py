"""Whether this worker takes new connections now: not while it drains, and not faster than it can serve them."""

import asyncio
import math

from server.config import LiveSettings
from server.realtime.tasks import end

_PROBE_SECONDS = 0.05


class Gate:
    """Counts handshakes and watches the loop's lag. `is_closed` is set by a drain and final."""

    def __init__(self, settings: LiveSettings) -> None:
        self._rate = settings.handshakes_per_second
        self._tokens = self._rate
        self._filled_at = 0.0
        self._most_lag = settings.max_loop_lag_seconds
        self._task: asyncio.Task[None] | None = None
        self.lag_seconds = 0.0
        self.is_closed = False

    def start(self) -> None:
        """Start watching the loop."""
        self._task = asyncio.create_task(self._watch(), name="loop lag")

    async def stop(self) -> None:
        """Stop watching."""
        await end(self._task)

    def wait_seconds(self, now: float) -> int:
        """Return 0 to let a handshake in, else the seconds after which to try again."""
        if self.is_closed:
            return 1
        if self.lag_seconds > self._most_lag:
            return 2
        self._tokens = min(self._rate, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if self._tokens < 1:
            return max(1, math.ceil((1 - self._tokens) / self._rate))
        self._tokens -= 1
        return 0

    async def _watch(self) -> None:
        """Measure how late the loop is; a single hiccup fades within a second."""
        loop = asyncio.get_running_loop()
        while True:
            asleep_at = loop.time()
            await asyncio.sleep(_PROBE_SECONDS)
            late = max(0.0, loop.time() - asleep_at - _PROBE_SECONDS)
            self.lag_seconds = max(late, self.lag_seconds * 0.8)

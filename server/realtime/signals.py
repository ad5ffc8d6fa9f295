"""Signals: what passes and may be lost. The latest of a key wins; a topic sends a few rounds of them a second."""

import asyncio

from server.config import LiveSettings
from server.realtime.feed import Feed
from server.realtime.frames import signal_text
from server.realtime.shared import Shared


def signal_body(kind: str, key: str, version: int, payload: bytes) -> bytes:
    """Return a signal as it is published. `version` grows with each signal of a key."""
    return b"s1|%b|%b|%d\n%b" % (kind.encode(), key.encode(), version, payload)


class SignalBoard:
    """Signals that wait for their topic's next round; the first of a quiet topic goes at once."""

    def __init__(self, settings: LiveSettings) -> None:
        self._gap = 1 / settings.signals_per_second_and_topic
        self._waiting: dict[Feed, dict[str, tuple[int, Shared]]] = {}
        self._timers: dict[Feed, asyncio.TimerHandle] = {}

    def post(self, feed: Feed, fields: list[str], payload: bytes) -> None:
        """Take a published signal: header fields kind, key, version."""
        kind, key, version = fields[0], fields[1], int(fields[2])
        slot = f"{kind}:{key}"
        waiting = self._waiting.setdefault(feed, {})
        if slot in waiting and waiting[slot][0] > version:
            return
        waiting[slot] = version, Shared(signal_text(feed.topic, kind, key, version, payload))
        if feed not in self._timers:
            self._send(feed)

    def close(self) -> None:
        """Forget what waits."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._waiting.clear()

    def _send(self, feed: Feed) -> None:
        """Send a round; the timer runs on while rounds have something in them."""
        self._timers.pop(feed, None)
        waiting = self._waiting.pop(feed, None)
        if not waiting:
            return
        for slot, (_, item) in waiting.items():
            for follower in tuple(feed.followers):
                follower.signal(slot, item)
        self._timers[feed] = asyncio.get_running_loop().call_later(self._gap, self._send, feed)

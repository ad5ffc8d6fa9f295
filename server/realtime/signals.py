"""Signals: what passes and may be lost. The latest of a key wins; a topic sends a few rounds of them a second."""

import asyncio
import time

import msgspec
from msgspec import Raw, Struct

from server.config import LiveSettings
from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import RateLimited, invalid
from server.domain.topics import TopicKind
from server.realtime.broker import Broker
from server.realtime.buckets import RedisBuckets
from server.realtime.feed import Feed
from server.realtime.frames import signal_text
from server.realtime.shared import Shared
from server.realtime.wires import together


def signal_body(kind: str, key: str, version: int, payload: bytes) -> bytes:
    """Return a signal as it is published. `version` grows with each signal of a key."""
    return b"s1|%b|%b|%d\n%b" % (kind.encode(), key.encode(), version, payload)


SIGNAL_COMMAND = "signal.send"
MAX_SIGNAL_BYTES = 1024

KINDS: dict[TopicKind, frozenset[str]] = {
    TopicKind.SESSION: frozenset({"typing", "reaction", "cursor"}),
    TopicKind.WEBINAR: frozenset({"reaction"}),
    TopicKind.WEBINAR_STAFF: frozenset({"typing"}),
}
"""What a follower may signal where: nothing in a circle, where a signal would name who sent it to whom they blocked.

The key is always the person, so nobody overwrites another's."""


class SendSignal(Struct, frozen=True):
    """Arguments of `signal.send`: `p` is any small JSON value."""

    topic: str
    kind: str
    p: Raw = Raw(b"null")


class SignalDesk:
    """Publishes what followers signal."""

    def __init__(self, settings: LiveSettings, broker: Broker, buckets: RedisBuckets) -> None:
        self._settings = settings
        self._broker = broker
        self._buckets = buckets
        self._decoder = msgspec.json.Decoder(SendSignal)

    def decode(self, args: bytes) -> SendSignal:
        """Return the arguments. Raises msgspec.ValidationError."""
        return self._decoder.decode(args)

    async def send(self, actor: Actor, asked: SendSignal) -> None:
        """Publish a signal of somebody who follows the topic. InvalidInput, RateLimited; lost if Redis is away."""
        if asked.kind not in KINDS.get(topics.parse(asked.topic).kind, frozenset()):
            raise invalid("kind", "unknown", "There is no such signal in this topic.")
        if len(asked.p) > MAX_SIGNAL_BYTES:
            raise invalid("p", "too_long", f"A signal carries at most {MAX_SIGNAL_BYTES} bytes.")
        key = str(actor.require_user())
        wait = await self._buckets.change(
            f"signal:{key}:{asked.topic}",
            capacity=self._settings.publishes_burst,
            refill_per_second=self._settings.publishes_per_second,
            units=1,
        )
        if wait:
            raise RateLimited(wait)
        version = time.time_ns() // 1_000_000
        await self._broker.send(asked.topic, signal_body(asked.kind, key, version, bytes(asked.p)))


ROUNDS_KEPT = 8
"""Rounds of one topic that wait for a reader whose socket takes nothing; the oldest is dropped for a newer one."""


class SignalBoard:
    """Signals that wait for their topic's next round; the first of a quiet topic goes at once.

    A round is one message, an array where there are several: a storm of votes is no storm of frames.
    """

    def __init__(self, settings: LiveSettings) -> None:
        self._gap = 1 / settings.signals_per_second_and_topic
        self._round = 0
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
        items = [item for _, item in waiting.values()]
        message = items[0] if len(items) == 1 else Shared(together(item.text for item in items))
        self._round = (self._round + 1) % ROUNDS_KEPT
        for follower in tuple(feed.followers):
            follower.signal(f"{feed.topic} {self._round}", message)
        self._timers[feed] = asyncio.get_running_loop().call_later(self._gap, self._send, feed)

"""Topic -> feed, in one worker. Opens a feed for its first follower, keeps it a while after its last, checks them all.

What comes from the bell is told apart here by its lane; nobody else reads a body's header.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from server.config import LiveSettings
from server.observability import metrics
from server.queries import streams
from server.realtime.asking import BellSilent
from server.realtime.broker import Broker
from server.realtime.failures import STORE_FAILURES
from server.realtime.feed import Feed
from server.realtime.signals import SignalBoard
from server.realtime.tasks import end

log = logging.getLogger(__name__)

ControlListener = Callable[[str, str, bytes], None]
PresenceListener = Callable[[str, bytes], None]


class Hub:
    """The feeds of one worker. `on_control` gets (topic, kind, payload), `on_presence` (topic, body).

    `on_restored` is called whenever hearing begins or begins again: what has no number may have gone by.
    """

    def __init__(self, broker: Broker, settings: LiveSettings) -> None:
        self._broker = broker
        self._settings = settings
        self._feeds: dict[str, Feed] = {}
        self._opening: dict[str, asyncio.Task[Feed]] = {}
        self._unused_since: dict[str, float] = {}
        self._watchers: Counter[str] = Counter()
        self._board = SignalBoard(settings)
        self._tasks: list[asyncio.Task[None]] = []
        self.on_control: ControlListener = lambda _topic, _kind, _payload: None
        self.on_presence: PresenceListener = lambda _topic, _body: None
        self.on_restored: Callable[[], None] = lambda: None
        broker.on_message = self.receive
        broker.reader.on_restored = self._verify_soon
        broker.reader.on_lost = self._poll_soon
        self._verify_now = asyncio.Event()
        self._poll_now = asyncio.Event()

    def start(self) -> None:
        """Start checking feeds."""
        self._tasks = [
            asyncio.create_task(self._verify_for_ever(), name="verify feeds"),
            asyncio.create_task(self._poll_for_ever(), name="poll the book"),
        ]

    async def stop(self) -> None:
        """Stop checking and let go of every feed."""
        await end(*self._tasks, *self._opening.values())
        self._board.close()
        feeds = list(self._feeds.values())
        for topic in list(self._feeds):
            self._drop(topic)
        for feed in feeds:
            await feed.stopped()

    @property
    def topics(self) -> list[str]:
        """Return the topics with an open feed."""
        return list(self._feeds)

    def open_feed(self, topic: str) -> Feed | None:
        """Return a topic's feed if it is open."""
        return self._feeds.get(topic)

    def hears(self, topic: str) -> bool:
        """Tell whether what is published on a topic, words of control too, has been heard here for a while."""
        return topic in self._feeds and topic not in self._opening

    async def feed(self, topic: str) -> Feed:
        """Return a topic's feed, opened once for all who ask. Raises what the book raises if that fails."""
        feed = self._feeds.get(topic)
        if feed is not None and topic not in self._opening:
            self._unused_since.pop(topic, None)
            return feed
        opening = self._opening.get(topic)
        if opening is None:
            opening = asyncio.create_task(self._open(topic), name=f"open {topic}")
            self._opening[topic] = opening
            # Whoever waits is told of a failure; nobody may be waiting any more.
            opening.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(opening)

    def watch(self, topic: str) -> None:
        """Hear words of control about a topic that need not be followed, until as many `unwatch` came."""
        self._watchers[topic] += 1
        self._broker.watch(topic)

    def unwatch(self, topic: str) -> None:
        """Undo one `watch`."""
        self._watchers[topic] -= 1
        if self._watchers[topic] <= 0:
            del self._watchers[topic]
            if topic not in self._feeds:
                self._broker.unsubscribe(topic)

    async def _open(self, topic: str) -> Feed:
        feed = Feed(topic, self._broker, self._settings)
        # In the map before it is open: what is published from the subscription on waits in the feed.
        self._feeds[topic] = feed
        try:
            await feed.open()
        except BaseException:
            self._drop(topic)
            raise
        finally:
            self._opening.pop(topic, None)
        metrics.LIVE_TOPICS.set(len(self._feeds))
        return feed

    def receive(self, topic: str, body: bytes) -> None:
        """Take a published body: v1 an entry, s1 a signal, c1 word of control, p1 presence."""
        header, _, payload = body.partition(b"\n")
        lane, *fields = header.decode().split("|")
        if lane == "c1":
            self.on_control(topic, fields[0], payload)
            return
        feed = self._feeds.get(topic)
        if feed is None:
            return
        if lane == "v1":
            feed.receive(fields, payload)
        elif lane == "s1":
            self._board.post(feed, fields, payload)
        elif lane == "p1":
            self.on_presence(topic, payload)

    async def _verify_for_ever(self) -> None:
        """Compare every feed with its window now and then, and at once after the reader came back."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.feed_check_seconds):
                    await self._verify_now.wait()
            self._verify_now.clear()
            self._drop_unused()
            topics = list(self._feeds)
            if not topics:
                continue
            try:
                tops = await self._broker.tops(topics)
            except BellSilent:
                continue
            for topic, top in zip(topics, tops, strict=True):
                feed = self._feeds.get(topic)
                if feed is not None:
                    feed.verify(top)

    async def _poll_for_ever(self) -> None:
        """While the bell is away, ask the book at once and each second; once more after its return."""
        was_connected = True
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._settings.poll_seconds):
                    await self._poll_now.wait()
            self._poll_now.clear()
            is_connected = self._broker.reader.connected
            metrics.LIVE_REDIS_DOWN.set(not is_connected)
            if is_connected and was_connected:
                continue
            try:
                await self._poll()
            except STORE_FAILURES as failure:
                log.warning("could not poll the book: %r", failure)
                continue
            was_connected = is_connected

    async def _poll(self) -> None:
        followed = [topic for topic, feed in self._feeds.items() if feed.followers]
        if not followed:
            return
        for topic, head in (await streams.heads_of(followed)).items():
            feed = self._feeds.get(topic)
            if feed is not None:
                feed.poll(head)

    def _poll_soon(self) -> None:
        self._poll_now.set()

    def _verify_soon(self) -> None:
        self._verify_now.set()
        self.on_restored()

    def _drop_unused(self) -> None:
        now = asyncio.get_running_loop().time()
        for topic, feed in list(self._feeds.items()):
            feed.forget_window()
            if feed.followers or topic in self._opening:
                self._unused_since.pop(topic, None)
            elif now - self._unused_since.setdefault(topic, now) >= self._settings.feed_linger_seconds:
                self._drop(topic)

    def _drop(self, topic: str) -> None:
        self._unused_since.pop(topic, None)
        feed = self._feeds.pop(topic, None)
        if feed is not None:
            feed.close()
            if topic not in self._watchers:
                self._broker.unsubscribe(topic)
        metrics.LIVE_TOPICS.set(len(self._feeds))

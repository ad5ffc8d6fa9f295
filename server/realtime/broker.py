"""The bell: publishing to Redis, the window of newest entries, and the subscribed reader. With reader.py the only
files that speak pub/sub. It may lose anything; nothing here is the truth, and callers treat BellSilent as "ask SQL".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from redis.asyncio import Redis

from server.config import LiveSettings
from server.domain.facts import redacts
from server.realtime.asking import Asker, BellSilent
from server.realtime.lines import line_to
from server.realtime.reader import Reader
from server.realtime.scripts import PUBLISH, WINDOW
from server.services.ports import CommittedEntry

PARTITIONS = 64
"""Hash tags over which topics are spread; fixed for ever, or windows are lost once."""


class Outcome(StrEnum):
    """What publishing an entry came to."""

    PUBLISHED = "published"
    DUPLICATE = "duplicate"
    GAP = "gap"
    RESTARTED = "restarted"


@dataclass(frozen=True)
class Top:
    """Where a topic's window ends."""

    epoch: str
    seq: int
    chain: str


@dataclass(frozen=True)
class Window:
    """Entries of a topic's window from a place on, without a hole, as published bodies."""

    top: Top
    bodies: list[bytes]


def tag_of(topic: str) -> str:
    """Return the key prefix of a topic, with its hash tag: `rt:{p07}`."""
    return f"rt:{{p{crc32(topic.encode()) % PARTITIONS:02d}}}"


def body_of(entry: CommittedEntry) -> bytes:
    """Return an entry as it is published: a header line, then its JSON untouched."""
    return f"v1|{entry.seq}|{entry.epoch}|{entry.chain}|{entry.kind}\n{entry.payload}".encode()


class Broker:
    """One worker's line to Redis. `on_message` gets (topic, body) from the reader, in order, and must not raise."""

    def __init__(self, settings: LiveSettings, redis_url: str, worker_id: str, *, timeout_seconds: float = 1.0) -> None:
        self._settings = settings
        self._timeout = timeout_seconds
        patience = Asker.patience(timeout_seconds)
        self._line = line_to(redis_url, timeout_seconds=timeout_seconds, patience_seconds=patience)
        self.asker = Asker(self._line, timeout_seconds)
        self.redis: Redis = self._line.redis
        self._publish = self.redis.register_script(PUBLISH)
        self._window = self.redis.register_script(WINDOW)
        self._probe_channel = f"rt:probe:{worker_id}"
        self.on_message: Callable[[str, bytes], None] = lambda _topic, _body: None
        self.reader = Reader(settings, self._line.make_connection, (self._probe_channel, self._send_probe), self._heard)

    def start(self) -> None:
        """Start the reader."""
        self.reader.start()

    async def stop(self) -> None:
        """Stop the reader and close every connection."""
        await self.reader.stop()
        await self.asker.stop()
        await self._line.close()

    async def publish(self, entry: CommittedEntry) -> tuple[Outcome, int]:
        """Publish an entry once. Return the outcome and the window's top: before it for a GAP, else with it."""
        async with self.asker.asking():
            outcome, top = await self._publish(
                keys=_keys(entry.topic),
                args=[
                    entry.seq,
                    entry.epoch,
                    entry.chain,
                    body_of(entry),
                    self._settings.window_entries,
                    int(self._settings.window_seconds * 1000),
                    "PUBLISH",
                    int(redacts(entry.kind)),
                ],
            )
        return Outcome(outcome.decode()), int(top)

    async def window(self, topic: str, *, start: int, most: int) -> Window | None:
        """Return the window's entries from number `start` on, at most `most`; None if nothing is known of the topic.

        While nothing is heard it is BellSilent at once: the book has the same, and on a silent path the question would
        only wait for its timeouts.
        """
        if not self.reader.connected:
            raise BellSilent
        async with self.asker.asking():
            found = await self._window(keys=_keys(topic)[:2], args=[max(start, 1), most])
        if not found:
            return None
        epoch, top, chain, rows = found
        return Window(Top(epoch.decode(), int(top), chain.decode()), [fields[3] for _, fields in rows])

    async def tops(self, topics: Sequence[str]) -> list[Top | None]:
        """Return where each topic's window ends, in one round trip."""
        async with self.asker.asking():
            pipeline = self.redis.pipeline(transaction=False)
            for topic in topics:
                pipeline.hmget(_keys(topic)[0], ["e", "t", "c"])
            found = await pipeline.execute()
        return [None if top is None else Top(epoch.decode(), int(top), chain.decode()) for epoch, top, chain in found]

    async def send(self, topic: str, body: bytes) -> None:
        """Publish a body that has no place in the order: a signal, a presence, word of control."""
        await self.asker.run("PUBLISH", _keys(topic)[2], body)

    async def subscribe(self, topic: str) -> bool:
        """Hear a topic from now on. False if Redis is away: the topic is heard once it is back."""
        return await self.reader.subscribe(_keys(topic)[2], patience=self._timeout)

    def watch(self, topic: str) -> None:
        """Hear a topic soon; for words of control, which may be lost anyway."""
        self.reader.want(_keys(topic)[2])

    def unsubscribe(self, topic: str) -> None:
        """Hear a topic no longer."""
        self.reader.unsubscribe(_keys(topic)[2])

    async def _send_probe(self) -> None:
        await self.redis.publish(self._probe_channel, b"")

    def _heard(self, channel: str, body: bytes) -> None:
        self.on_message(channel.partition(":c:")[2], body)


def _keys(topic: str) -> list[str]:
    tag = tag_of(topic)
    return [f"{tag}:m:{topic}", f"{tag}:s:{topic}", f"{tag}:c:{topic}"]

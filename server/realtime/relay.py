"""Committed entries -> the bell: at once after a commit, and by a sweep for what a crash or a silent bell left behind.

Publishing twice is harmless (the script knows a duplicate), so several sweeps may run and nothing is locked meanwhile.
"""

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Sequence

from server.config import LiveSettings
from server.observability import metrics
from server.queries import streams
from server.realtime.asking import BellSilent
from server.realtime.broker import Broker, Outcome
from server.realtime.failures import STORE_FAILURES
from server.realtime.signals import signal_body
from server.realtime.tasks import end
from server.services import book
from server.services.ports import CommittedEntry, ControlSignal, EphemeralSignal

log = logging.getLogger(__name__)

MAX_WAITING = 10_000
"""Entries that wait to be published; more are left to the sweep."""
_PAGE = 200
_MARK_SECONDS = 0.1
_STUCK_SECONDS = 10.0


class Relay:
    """The publisher port of one process. Both calls return at once and never raise."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._entries: deque[CommittedEntry] = deque()
        self._signals: deque[ControlSignal] = deque()
        self._passing: dict[tuple[str, str, str], EphemeralSignal] = {}
        self._relayed: dict[str, int] = {}
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._working_since: float | None = None

    def start(self) -> None:
        """Start publishing; `stop` ends it."""
        self._task = asyncio.create_task(self._run(), name="relay")

    async def stop(self) -> None:
        """Publish what waits, within a second, and end."""
        if self._task is None:
            return
        try:
            async with asyncio.timeout(1):
                await self._publish_waiting()
                await self._mark()
        except (TimeoutError, *STORE_FAILURES):
            log.info("the relay stopped with entries left for the sweep")
        await end(self._task)
        self._task = None

    def committed(self, entries: Sequence[CommittedEntry]) -> None:
        """Take entries in the order of their topics."""
        if len(self._entries) + len(entries) <= MAX_WAITING:
            self._entries.extend(entries)
            self._arrived.set()

    def control(self, signals: Sequence[ControlSignal]) -> None:
        """Take control signals."""
        if len(self._signals) + len(signals) <= MAX_WAITING:
            self._signals.extend(signals)
            self._arrived.set()

    def ephemeral(self, signals: Sequence[EphemeralSignal]) -> None:
        """Take what may be lost; what waits under the same key is replaced by what is newer."""
        for signal in signals:
            slot = (signal.topic, signal.kind, signal.key)
            waiting = self._passing.get(slot)
            if waiting is None and len(self._passing) >= MAX_WAITING:
                continue
            if waiting is None or waiting.version <= signal.version:
                self._passing[slot] = signal
        self._arrived.set()

    @property
    def is_stuck(self) -> bool:
        """Tell whether one batch has been under way for far too long."""
        since = self._working_since
        return since is not None and asyncio.get_running_loop().time() - since > _STUCK_SECONDS

    async def _run(self) -> None:
        marked_at = 0.0
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            self._working_since = loop.time()
            try:
                await self._publish_waiting()
                if self._relayed and loop.time() - marked_at < _MARK_SECONDS:
                    # Marks are made for many commits at once; entries that come meanwhile are not held up.
                    loop.call_later(_MARK_SECONDS, self._arrived.set)
                else:
                    marked_at = loop.time()
                    await self._mark()
            except Exception:
                # The edge of the relay: whatever is wrong with one batch, the next one leaves; the sweep heals it.
                log.exception("the relay failed on a batch")
            self._working_since = None

    async def _publish_waiting(self) -> None:
        """Publish all that waits: topics side by side, each in its order."""
        # Word of control overtakes: who lost a right is to hear nothing that was committed with its end or after it.
        await self._publish_control()
        by_topic: dict[str, list[CommittedEntry]] = defaultdict(list)
        while self._entries:
            entry = self._entries.popleft()
            by_topic[entry.topic].append(entry)
        if by_topic:
            await asyncio.gather(*(self._publish_topic(entries) for entries in by_topic.values()))
        await self._publish_passing()

    async def _publish_control(self) -> None:
        signals, self._signals = self._signals, deque()
        for signal in signals:
            try:
                await self._broker.send(signal.topic, b"c1|%b\n%b" % (signal.kind.encode(), signal.payload.encode()))
            except BellSilent:
                log.info("word of control %s on %s was not sent", signal.kind, signal.topic)

    async def _publish_passing(self) -> None:
        passing, self._passing = self._passing, {}
        for signal in passing.values():
            body = signal_body(signal.kind, signal.key, signal.version, signal.payload.encode())
            try:
                await self._broker.send(signal.topic, body)
            except BellSilent:
                return

    async def _publish_topic(self, entries: Sequence[CommittedEntry]) -> None:
        try:
            for entry in entries:
                await publish_through(self._broker, entry)
        except BellSilent:
            return
        metrics.RELAY_PUBLISHED.labels("commit").inc(len(entries))
        # A UUIDv7 begins with the milliseconds of its birth, just before the commit.
        born = entries[0].entry_id.int >> 80
        metrics.LIVE_LAG_SECONDS.observe(max(0.0, time.time() - born / 1000))
        last = entries[-1]
        self._relayed[last.topic] = max(last.seq, self._relayed.get(last.topic, 0))

    async def _mark(self) -> None:
        relayed, self._relayed = self._relayed, {}
        if relayed:
            await book.mark_relayed(relayed)


class RelaySweep:
    """Publishes what was committed but is not known to be published. Runs in the worker; more than one may run."""

    def __init__(self, broker: Broker, settings: LiveSettings) -> None:
        self._broker = broker
        self._seconds = settings.relay_sweep_seconds
        self._before: dict[str, int] = {}
        self.swept_at: float | None = None

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                await self.sweep()
                self.swept_at = asyncio.get_running_loop().time()
            except STORE_FAILURES as failure:
                log.warning("the relay's sweep failed: %r", failure)
            await asyncio.sleep(self._seconds)

    async def sweep(self) -> int:
        """Publish what was unpublished in the sweep before too: the relay has that long. Return the topics swept."""
        backlogs = await streams.unrelayed(_PAGE)
        overdue = [one for one in backlogs if one.relayed_seq < self._before.get(one.topic, 0)]
        self._before = {one.topic: one.seq for one in backlogs}
        for backlog in overdue:
            await self._publish(backlog)
        return len(overdue)

    async def _publish(self, backlog: streams.Backlog) -> None:
        seq = backlog.relayed_seq
        while rows := await streams.entries_after(backlog.topic, seq, _PAGE):
            for row in rows:
                await publish_through(self._broker, _committed(row))
            seq = rows[-1].seq
            metrics.RELAY_PUBLISHED.labels("sweep").inc(len(rows))
        await book.mark_relayed({backlog.topic: seq})


async def publish_through(broker: Broker, entry: CommittedEntry) -> None:
    """Publish an entry and, if the window ends before it with a hole, first all that is missing. Raises BellSilent."""
    outcome, top = await broker.publish(entry)
    if outcome is not Outcome.GAP:
        return
    while top < entry.seq:
        missing = await streams.entries_after(entry.topic, top, _PAGE)
        if not missing:
            return
        for row in missing:
            await broker.publish(_committed(row))
        top = missing[-1].seq


def _committed(row: streams.WrittenEntry) -> CommittedEntry:
    return CommittedEntry(row.topic, row.epoch, row.seq, row.chain, row.kind, row.payload, row.entry_id)

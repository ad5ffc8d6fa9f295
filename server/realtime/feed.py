"""A topic as one worker sees it: its entries in order, the newest of them in a ring, and who listens here.

Whatever the bell loses, doubles or shuffles, followers are offered each entry once and in order. A hole is mended by
one read for all (window, else SQL). What cannot be mended, because the book itself went back, is said as a resync.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import Protocol

from server.config import LiveSettings
from server.domain.facts import redacts
from server.observability import metrics
from server.queries import streams
from server.realtime.asking import BellSilent
from server.realtime.broker import Broker, Top, Window
from server.realtime.chorus import Chorus
from server.realtime.failures import STORE_FAILURES
from server.realtime.frames import Position, entry_text
from server.realtime.shared import Entry, Shared
from server.realtime.tasks import end

log = logging.getLogger(__name__)

_MEND_PAGE = 200
_REACH_TRIES = 5
_RETRY_SECONDS = 0.2


class Follower(Protocol):
    """Who listens to a feed. None of these may await or raise."""

    def offer(self, entry: Entry) -> None:
        """Take the next entry."""

    def signal(self, key: str, item: Shared) -> None:
        """Take something that passes."""

    def resync(self, why: str) -> None:
        """Learn that the topic cannot go on from here; the feed has let go of the follower."""


class Feed:
    """One topic in one worker.

    `epoch`, `top` and `chain` are the position after the newest released entry. `base` is the position before the
    ring's oldest entry: the ring holds exactly base.seq + 1 .. top. All of it is set once `opened` is done.
    Of the `followers` those that are live are in the chorus, or `soloists` where they have no socket of ours.
    """

    def __init__(self, topic: str, broker: Broker, settings: LiveSettings) -> None:
        self.topic = topic
        self._broker = broker
        self._settings = settings
        self.epoch, self.top, self.chain = "", 0, ""
        self.base = Top("", 0, "")
        self.ring: deque[Entry] = deque()
        self.followers: set[Follower] = set()
        self.chorus = Chorus()
        self.soloists: set[Follower] = set()
        self._early: dict[int, Entry] = {}
        self._is_open = False
        self._mending: asyncio.Task[None] | None = None
        self._window: asyncio.Task[list[Entry]] | None = None

    @property
    def position(self) -> Position:
        """Return the position after the newest entry."""
        return Position(self.epoch, self.top, self.chain)

    async def open(self) -> None:
        """Subscribe, then learn where the topic is. What arrives in between waits in `_early` and is merged."""
        await self._broker.subscribe(self.topic)
        head = await streams.head_of(self.topic)
        self._start_at(head)
        with suppress(BellSilent):
            start = head.seq - self._settings.ring_entries + 1
            window = await self._broker.window(
                self.topic, start=start, most=self._settings.ring_entries + self._settings.window_entries
            )
            self._fill(window)
        self._is_open = True
        self._release_early()

    def _start_at(self, head: streams.Head) -> None:
        self.epoch, self.top, self.chain = head.epoch, head.seq, head.chain
        self.base = Top(head.epoch, head.seq, head.chain)
        self.ring.clear()

    def _fill(self, window: Window | None) -> None:
        """Take a window into the empty ring if it agrees with the book where the book's head is."""
        entries = self._entries_of(window)
        meeting = self.top - entries[0].seq if entries else -1
        if not 0 <= meeting < len(entries) or entries[meeting].chain != self.chain:
            return
        first, *rest = entries
        self.base = Top(self.epoch, first.seq, first.chain)
        self.ring.extend(entry for entry in rest if entry.seq <= self.top)
        for entry in entries[meeting + 1 :]:
            self._release(entry)

    def close(self) -> None:
        """Stop reading what is missing."""
        for task in (self._mending, self._window):
            if task is not None:
                task.cancel()

    async def stopped(self) -> None:
        """Return when nothing of a closed feed runs any more."""
        await end(self._mending, self._window)

    def receive(self, header: list[str], payload: bytes) -> None:
        """Take a published entry: header fields seq, epoch, chain, kind."""
        seq, epoch, chain, kind = int(header[0]), header[1], header[2], header[3]
        entry = make_entry(self.topic, seq, chain, kind, payload)
        if not self._is_open:
            self._early[seq] = entry
        elif epoch != self.epoch and self.top > 0:
            self.mend()
        elif seq == self.top + 1:
            self.epoch = epoch
            self._release(entry)
            if self._early:
                self._release_early()
        elif seq <= self.top:
            known = self._known_chain(seq)
            if known is not None and known != chain:
                self.mend()
        else:
            self._early[seq] = entry
            self.mend()

    def verify(self, top: Top | None) -> None:
        """Compare with where the window ends. A window that is behind, or gone, says nothing."""
        if top is None or not self._is_open or top.seq < self.top:
            return
        if (top.epoch, top.seq, top.chain) != (self.epoch, self.top, self.chain):
            self.mend()

    def poll(self, head: streams.Head) -> None:
        """Compare with the book's head."""
        if self._is_open and (head.epoch, head.seq, head.chain) != (self.epoch, self.top, self.chain):
            self.mend()

    def mend(self) -> asyncio.Task[None]:
        """Start reading what is missing, unless a read is under way; return the reading."""
        if self._mending is None or self._mending.done():
            self._mending = asyncio.create_task(self._mend(), name=f"mend {self.topic}")
        return self._mending

    async def reach(self, seq: int) -> None:
        """Return once entry `seq`, which the book has, was released here, or the book will not give it."""
        for _ in range(_REACH_TRIES):
            if self.top >= seq:
                return
            await asyncio.shield(self.mend())

    def known_since(self, seq: int) -> bool:
        """Tell whether the ring holds every entry after `seq`."""
        return self.base.seq <= seq <= self.top

    def ring_after(self, seq: int, limit: int) -> Sequence[Entry]:
        """Return up to `limit` entries after `seq`, which the ring must hold."""
        start = seq - self.base.seq
        return list(islice(self.ring, start, start + limit))

    async def recent_after(self, seq: int, limit: int) -> Sequence[Entry] | None:
        """Return up to `limit` entries after `seq` from ring or window; None if they reach further back."""
        if self.known_since(seq):
            return self.ring_after(seq, limit)
        with suppress(BellSilent):
            entries = await self._whole_window()
            if entries and entries[0].seq <= seq + 1 <= entries[-1].seq:
                start = seq + 1 - entries[0].seq
                return entries[start : start + limit]
        return self.ring_after(seq, limit) if self.known_since(seq) else None

    async def any_after(self, seq: int, limit: int) -> Sequence[Entry]:
        """Return up to `limit` entries after `seq`, from wherever they are."""
        recent = await self.recent_after(seq, limit)
        if recent is not None:
            return recent
        metrics.LIVE_CATCH_UP_READS.labels("book").inc()
        return [_of_book(written) for written in await streams.entries_after(self.topic, seq, limit)]

    async def chain_at(self, seq: int) -> str | None:
        """Return the chain after entry `seq`, or None if the book has no such entry."""
        known = self._known_chain(seq)
        if known is not None:
            return known
        with suppress(BellSilent):
            entries = await self._whole_window()
            if entries and entries[0].seq <= seq <= entries[-1].seq:
                return entries[seq - entries[0].seq].chain
        return await streams.chain_at(self.topic, seq)

    async def _whole_window(self) -> list[Entry]:
        """Read the window once for all who ask while it still joins up with the ring."""
        task = self._window
        if task is not None and task.done():
            failed = task.cancelled() or task.exception() is not None
            if failed or not task.result() or task.result()[-1].seq < self.base.seq:
                task = None
        if task is None:
            task = self._window = asyncio.create_task(self._read_window(), name=f"window {self.topic}")
        return await asyncio.shield(task)

    async def _read_window(self) -> list[Entry]:
        metrics.LIVE_CATCH_UP_READS.labels("window").inc()
        return self._entries_of(await self._broker.window(self.topic, start=1, most=self._settings.window_entries))

    def forget_window(self) -> None:
        """Let go of a window kept for readers that were behind."""
        if self._window is not None and self._window.done():
            self._window = None

    def _forget_all(self) -> None:
        """Keep no entry up to here: words in them left the book. Whoever is behind reads the book."""
        self.ring.clear()
        self.base = Top(self.epoch, self.top, self.chain)
        self._window = None

    def _known_chain(self, seq: int) -> str | None:
        if seq == self.base.seq:
            return self.base.chain
        if self.base.seq < seq <= self.top:
            return self.ring[seq - self.base.seq - 1].chain
        return None

    def _release(self, entry: Entry) -> None:
        if redacts(entry.kind):
            self._forget_all()
        if len(self.ring) >= self._settings.ring_entries:
            oldest = self.ring.popleft()
            self.base = Top(self.epoch, oldest.seq, oldest.chain)
        self.ring.append(entry)
        self.top, self.chain = entry.seq, entry.chain
        metrics.LIVE_FANOUT_EVENTS.labels("durable").inc()
        metrics.LIVE_FANOUT_FRAMES.inc(len(self.followers))
        with metrics.LIVE_FANOUT_SECONDS.time():
            self.chorus.sing(entry)
            for follower in tuple(self.soloists):
                follower.offer(entry)

    def _release_early(self) -> None:
        """Release what came early and fits now; a hole before the rest is mended."""
        while (entry := self._early.pop(self.top + 1, None)) is not None:
            self._release(entry)
        for seq in [seq for seq in self._early if seq <= self.top]:
            del self._early[seq]
        if self._early:
            self.mend()

    async def _mend(self) -> None:
        """Read and release what is missing, until nothing is; a silent book is asked again by the next check."""
        try:
            while await self._mend_once():
                pass
        except STORE_FAILURES as failure:
            log.warning("could not mend %s: %r", self.topic, failure)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _mend_once(self) -> bool:
        """Release one read's worth of missing entries. Return whether there may be more."""
        before = self.top
        with suppress(BellSilent):
            entries = self._entries_of(await self._broker.window(self.topic, start=max(self.top, 1), most=_MEND_PAGE))
            if self._joins(entries, before):
                self._release_after(entries)
                if self.top > before:
                    metrics.LIVE_GAPS_REPAIRED.labels("window").inc()
                    return bool(self._early)
        # As of before the book is asked: what is heard meanwhile may be newer than its answer.
        released, asked = Top(self.epoch, self.top, self.chain), tuple(self._early)
        head = await streams.head_of(self.topic)
        if not await self._is_prefix_of(head, released):
            self._reset(head)
            return False
        if head.seq > self.top:
            self.epoch = head.epoch
            metrics.LIVE_GAPS_REPAIRED.labels("book").inc()
            self._release_after(
                [_of_book(row) for row in await streams.entries_after(self.topic, self.top, _MEND_PAGE)]
            )
            return True
        for seq in asked:
            self._early.pop(seq, None)
        return bool(self._early)

    def _joins(self, entries: Sequence[Entry], seq: int) -> bool:
        """Tell whether entries of the window go on from our top without a hole, and agree on it."""
        if not entries or self.top != seq:
            return False
        if seq == 0:
            return entries[0].seq == 1 and self.epoch != ""
        return entries[0].seq == seq and entries[0].chain == self.chain

    async def _is_prefix_of(self, head: streams.Head, released: Top) -> bool:
        """Tell whether all that was released here up to a place is what the book says."""
        if released.seq == 0:
            return True
        if head.epoch != released.epoch or head.seq < released.seq:
            return False
        return await streams.chain_at(self.topic, released.seq) == released.chain

    def _release_after(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry.seq == self.top + 1:
                self._release(entry)
        self._release_early_quietly()

    def _release_early_quietly(self) -> None:
        while (entry := self._early.pop(self.top + 1, None)) is not None:
            self._release(entry)
        self._early = {seq: entry for seq, entry in self._early.items() if seq > self.top}

    def _reset(self, head: streams.Head) -> None:
        """Start anew where the book is now, and tell all who listened that they cannot go on."""
        log.warning("the book of %s went back from %d to %d", self.topic, self.top, head.seq)
        metrics.LIVE_RESYNCS.labels("diverged").inc()
        self._early.clear()
        self._window = None
        self._start_at(head)
        left, self.followers = self.followers, set()
        for follower in left:
            follower.resync("the record went back to an earlier state")

    def _entries_of(self, window: Window | None) -> list[Entry]:
        """Return a window's entries, or nothing when it is of another epoch, has a hole or ends before our top.

        One that ends before may hold words that left the book with an entry it does not have yet.
        """
        if window is None or window.top.epoch != self.epoch or window.top.seq < self.top:
            return []
        entries = [_of_body(self.topic, body) for body in window.bodies]
        if entries and entries[-1].seq - entries[0].seq != len(entries) - 1:
            return []
        return entries


def make_entry(topic: str, seq: int, chain: str, kind: str, payload: bytes) -> Entry:
    """Return an entry with its frame."""
    return Entry(seq, chain, kind, payload, Shared(entry_text(topic, seq, chain, kind, payload)))


def _of_body(topic: str, body: bytes) -> Entry:
    header, _, payload = body.partition(b"\n")
    _, seq, _, chain, kind = header.decode().split("|")
    return make_entry(topic, int(seq), chain, kind, payload)


def _of_book(written: streams.WrittenEntry) -> Entry:
    return make_entry(written.topic, written.seq, written.chain, written.kind, written.payload.encode())

"""One reader's place in one topic: live, or behind and catching up by its cursor at its own pace.

Used by sockets and by GraphQL streams alike. The invariant: all entries up to `cursor` were pushed, none after it.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from server.observability import metrics
from server.realtime.chorus import Line
from server.realtime.failures import STORE_FAILURES
from server.realtime.feed import Feed
from server.realtime.outbox import Outbox
from server.realtime.shared import Entry, Shared

log = logging.getLogger(__name__)

PAGE = 100
"""Entries read at a time for a reader that is behind."""

RETRY_SECONDS = 0.5
"""Pause before a store that did not answer is asked again."""

Read = Callable[[int, int], Awaitable[Sequence[Entry] | None]]


class Sink(Protocol):
    """Where a follow's entries go. With an `outbox` whose wire has a direct line, live ones go past `take`."""

    @property
    def outbox(self) -> Outbox | None:
        """Return the outbox of a socket, None for anything else."""

    def take(self, entry: Entry) -> bool:
        """Take a live entry, or return False: the reader is so far behind that only a cursor should be kept."""

    def push(self, entry: Entry) -> None:
        """Take an entry of the past; `room` is asked before."""

    def push_signal(self, key: str, item: Shared) -> None:
        """Take something that passes; may drop it."""

    async def room(self) -> None:
        """Return when the reader has caught up with most of what it was given."""

    def lagging(self, topic: str, seq: int) -> None:
        """Learn that entries after `seq` come later."""

    def lost(self, topic: str, why: str) -> None:
        """Learn that the topic cannot go on and is no longer followed."""

    def too_slow(self, topic: str) -> None:
        """Learn that the reader fell further behind than the window reaches."""


class Follow:
    """A place in a feed. `is_live` while entries are pushed at once, `cursor` the number of the last one pushed.

    Of a live follow the cursor may be old: the feed's chorus sets it before it matters.
    """

    def __init__(self, feed: Feed, sink: Sink, cursor: int) -> None:
        self.feed = feed
        self.cursor = cursor
        self.is_live = False
        self._holds = 0
        self._sink = sink
        self._line: Line | None = None
        # Bound once: this is called for every listener and entry.
        self._take = sink.take
        self._catching: asyncio.Task[None] | None = None
        feed.followers.add(self)

    def start(self, read: Read) -> None:
        """Go live at once if nothing is missing, else push what is, page by page from `read`, then go live."""
        if self.cursor == self.feed.top:
            self._go_live()
            return
        self._catching = asyncio.create_task(self._catch_up(read), name=f"catch up {self.feed.topic}")

    def offer(self, entry: Entry) -> None:
        """Push the next entry, unless this reader is behind: then its catching up will come to it."""
        if not self.is_live or entry.seq <= self.cursor:
            return
        if self._take(entry):
            self.cursor = entry.seq
            return
        self._go_quiet()
        metrics.LIVE_SLOW_READERS.labels("lag").inc()
        self._sink.lagging(self.feed.topic, self.cursor)
        self.start(self.feed.recent_after)

    def signal(self, key: str, item: Shared) -> None:
        """Pass a signal on to a reader that is live."""
        if self.is_live:
            self._sink.push_signal(key, item)

    def resync(self, why: str) -> None:
        """End here and say so."""
        self._go_quiet()
        self._cancel()
        self._sink.lost(self.feed.topic, why)

    def end(self) -> None:
        """Stop following."""
        self.feed.followers.discard(self)
        self._go_quiet()
        self._cancel()

    @property
    def is_held(self) -> bool:
        """Tell whether it is not known yet if the reader may go on."""
        return self._holds > 0

    def hold(self) -> None:
        """Push nothing more until `release` was called as often as this."""
        self._holds += 1
        if self._line is not None:
            unsent = self.feed.chorus.leave(self, self._line)
            self.cursor = self.feed.top if unsent is None else unsent - 1
            self._line = None
        self._go_quiet()
        self._cancel()

    def release(self) -> None:
        """Go on where it was held, after what is missing since."""
        self._holds -= 1
        if self._holds == 0 and self in self.feed.followers:
            self.start(self.feed.any_after)

    def _go_live(self) -> None:
        """Be pushed what the feed releases from now on."""
        self.is_live = True
        outbox = self._sink.outbox
        line = None if outbox is None else outbox.wire.line
        # One that knows more than the feed does is offered entries one by one, to leave out what it knows.
        if outbox is None or line is None or self.cursor > self.feed.top:
            self.feed.soloists.add(self)
        else:
            self.feed.chorus.join(self, line, outbox.flusher)
            self._line = line

    def _go_quiet(self) -> None:
        self.is_live = False
        self.feed.soloists.discard(self)
        if self._line is not None:
            self.feed.chorus.leave(self, self._line)
            self._line = None

    def _cancel(self) -> None:
        if self._catching is not None:
            self._catching.cancel()
            self._catching = None

    async def _catch_up(self, read: Read) -> None:
        # No await stands between seeing cursor == top and going live, so no entry slips between the two.
        while self.cursor < self.feed.top:
            # Before reading, so that a slow reader's next page is as fresh as can be and is held by nobody meanwhile.
            await self._sink.room()
            try:
                entries = await read(self.cursor, PAGE)
            except STORE_FAILURES as failure:
                # Given up here, the reader would stay behind without a word.
                log.warning("could not read on in %s: %r", self.feed.topic, failure)
                await asyncio.sleep(random.uniform(0.5, 1) * RETRY_SECONDS)  # noqa: S311 - spreads the readers
                continue
            if not entries:
                self._sink.too_slow(self.feed.topic)
                return
            for entry in entries:
                if entry.seq == self.cursor + 1:
                    # Asked for each: a page of long entries is many times what one write takes.
                    await self._sink.room()
                    self._sink.push(entry)
                    self.cursor = entry.seq
        self._go_live()

"""The one subscribed connection of a worker: an own loop, since the client library's may sit on a dead path for ever.

It reconnects without end, subscribes in batches, and hears itself: a probe is published when nothing came for a
while, and a probe that is not heard while our own loop kept up ends the connection (record 204). Whoever uses it learns
of each loss and each return by `on_lost` and `on_restored`.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from redis.asyncio.connection import AbstractConnection

from server.config import LiveSettings
from server.observability import metrics
from server.realtime.lines import LOST
from server.realtime.patience import Patience
from server.realtime.tasks import end

log = logging.getLogger(__name__)

_FOREVER = float("inf")

_LAST_TURNS = 5
"""Of the loop before a verdict: one reads the socket, one wakes the reader; the others are for layers in between."""


class Deaf(ConnectionError):  # noqa: N818 - what the connection is, said in one word
    """The path is open, but a probe of our own was not heard."""


class Reader:
    """Subscriptions of one worker. `connected` is true while probes are heard; `sessions` counts connections made."""

    def __init__(
        self,
        settings: LiveSettings,
        connect: Callable[[], AbstractConnection],
        probe: tuple[str, Callable[[], Awaitable[object]]],
        on_message: Callable[[str, bytes], None],
    ) -> None:
        self._settings = settings
        self._connect = connect
        self._probe_channel, self._send_probe = probe
        self._on_message = on_message
        self._wanted: set[str] = set()
        self._confirmed: set[str] = set()
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._orders: list[tuple[str, str]] = []
        self._ordered = asyncio.Event()
        self._heard_at = 0.0
        self._task: asyncio.Task[None] | None = None
        self.on_restored: Callable[[], None] = lambda: None
        self.on_lost: Callable[[], None] = lambda: None
        self.connected = False
        self.sessions = 0

    def start(self) -> None:
        """Start the loop; `stop` ends it."""
        self._task = asyncio.create_task(self._run(), name="live reader")

    async def stop(self) -> None:
        """End the loop and the connection."""
        await end(self._task)

    async def subscribe(self, channel: str, *, patience: float) -> bool:
        """Want a channel. Return True once messages flow; False after `patience` seconds, while it stays wanted."""
        waiting = self.want(channel)
        if waiting is None:
            return True
        done, _ = await asyncio.wait([waiting], timeout=patience)
        return bool(done)

    def want(self, channel: str) -> asyncio.Future[None] | None:
        """Want a channel. Return None if messages flow, else what is done once they do."""
        self._wanted.add(channel)
        if channel in self._confirmed:
            return None
        waiting = self._waiting.get(channel)
        if waiting is None:
            waiting = self._waiting[channel] = asyncio.get_running_loop().create_future()
            self._order("SUBSCRIBE", channel)
        return waiting

    def unsubscribe(self, channel: str) -> None:
        """Want a channel no longer."""
        self._wanted.discard(channel)
        self._confirmed.discard(channel)
        waiting = self._waiting.pop(channel, None)
        if waiting is not None:
            waiting.cancel()
        self._order("UNSUBSCRIBE", channel)

    def _order(self, verb: str, channel: str) -> None:
        self._orders.append((verb, channel))
        self._ordered.set()

    async def _run(self) -> None:
        attempt = 0
        while True:
            try:
                await self._session()
            except LOST as failure:
                log.warning("live reader lost its connection: %r", failure)
                metrics.LIVE_READER_RECONNECTS.labels("deaf" if isinstance(failure, Deaf) else "lost").inc()
            # A session that lasted counts as a success: its loss is a first attempt again.
            attempt = 0 if self.connected else min(attempt + 1, 10)
            self.connected = False
            self._confirmed.clear()
            self.on_lost()
            least, most = self._settings.reconnect_min_seconds, self._settings.reconnect_max_seconds
            await asyncio.sleep(random.uniform(least, max(least, min(most, least * 2**attempt))))  # noqa: S311 - jitter

    async def _session(self) -> None:
        """Connect, subscribe to all that is wanted, and read until something fails."""
        connection = self._connect()
        try:
            async with asyncio.timeout(self._settings.probe_answer_seconds):
                await connection.connect()  # type: ignore[no-untyped-call] # redis-py leaves it untyped
                self._orders.clear()
                await connection.send_command("SUBSCRIBE", self._probe_channel, *sorted(self._wanted))
            self.sessions += 1
            self._heard()
            await _first_to_fail(self._read(connection), self._write(connection), self._probe())
        finally:
            await connection.disconnect(nowait=True)

    async def _read(self, connection: AbstractConnection) -> None:
        while True:
            response: Any = await connection.read_response(timeout=_FOREVER)
            self._heard()
            verb, channel, body = response[0], response[1].decode(), response[2]
            if verb in {b"message", b"smessage"}:
                if channel != self._probe_channel:
                    self._deliver(channel, body)
            elif verb in {b"subscribe", b"ssubscribe"}:
                self._confirm(channel)

    def _deliver(self, channel: str, body: bytes) -> None:
        try:
            self._on_message(channel, body)
        except Exception:
            # An edge: one body of a shape we do not know must not end the hearing of all others.
            log.exception("could not take a message on %s", channel)

    def _confirm(self, channel: str) -> None:
        if channel == self._probe_channel:
            # The server answers in order, but to be sure of the wanted ones the feeds verify on their own.
            self.connected = True
            self.on_restored()
            return
        if channel in self._wanted:
            self._confirmed.add(channel)
        waiting = self._waiting.pop(channel, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def _write(self, connection: AbstractConnection) -> None:
        """Send what was ordered since the last time, many channels in one command."""
        while True:
            await self._ordered.wait()
            self._ordered.clear()
            orders, self._orders = self._orders, []
            last = {channel: verb for verb, channel in orders}
            for verb in ("UNSUBSCRIBE", "SUBSCRIBE"):
                channels = [channel for channel, wish in last.items() if wish == verb]
                if channels:
                    await connection.send_command(verb, *channels)

    async def _probe(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            idle_until = self._heard_at + self._settings.probe_idle_seconds
            if loop.time() < idle_until:
                await asyncio.sleep(idle_until - loop.time())
                continue
            asked_at = loop.time()
            # Beside the wait, not before it: on a silent path asking waits for its answer longer than we do.
            asking = asyncio.create_task(self._ask(), name="live probe")
            try:
                await self._until_heard_since(asked_at)
            finally:
                await end(asking)

    async def _ask(self) -> None:
        with suppress(*LOST):
            await self._send_probe()

    async def _until_heard_since(self, asked_at: float) -> None:
        """Return once something was heard. Raise Deaf where nothing is for as long as an answer may take."""
        loop = asyncio.get_running_loop()
        patience = Patience(self._settings.probe_answer_seconds)
        while self._heard_at < asked_at:
            began_at = loop.time()
            await asyncio.sleep(patience.step_seconds)
            if patience.took(loop.time() - began_at) and not await self._heard_at_last(asked_at):
                raise Deaf(f"nothing heard for {loop.time() - self._heard_at:.1f} s")

    async def _heard_at_last(self, asked_at: float) -> bool:
        """Let the loop read what it did not come to; tell whether anything was heard."""
        for _ in range(_LAST_TURNS):
            await asyncio.sleep(0)
        return self._heard_at >= asked_at

    def _heard(self) -> None:
        self._heard_at = asyncio.get_running_loop().time()


async def _first_to_fail(*loops: Any) -> None:
    """Run endless loops side by side until one raises; end the others, raise the same."""
    tasks = [asyncio.ensure_future(one) for one in loops]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await end(*tasks)

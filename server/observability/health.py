"""Health: may this process get traffic, and is it alive? Answers are values; the routes turn them into HTTP.

A check is an async function that raises when its subject is down. What down means is said once, where the
check is added: failed takes the process out of traffic, degraded only tells.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

from server.observability import metrics
from server.observability.logs import get_logger

log = get_logger(__name__)

Probe = Callable[[], Awaitable[object]]


class Trouble(Exception):  # noqa: N818 - a finding, which the check's own words name
    """Raised by a check that knows what is wrong, in words that anybody may read."""


class Status(StrEnum):
    """How something is, from good to bad."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


_WORSE = {Status.OK: 0, Status.DEGRADED: 1, Status.FAILED: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: how it is, how long it took in milliseconds, and the trouble if any: its words or kind."""

    status: Status
    milliseconds: float
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The worst status and each check's finding."""

    status: Status
    checks: dict[str, Finding]

    @property
    def http_status(self) -> int:
        """200 while traffic is welcome, 503 when it is not."""
        return 503 if self.status is Status.FAILED else 200

    def as_json(self) -> dict[str, object]:
        """Return the body of /healthz and /readyz. It never has addresses, or messages of libraries."""
        checks: dict[str, object] = {}
        for name, finding in self.checks.items():
            trouble = {} if finding.trouble is None else {"trouble": finding.trouble}
            checks[name] = {"status": finding.status, "ms": round(finding.milliseconds, 1), **trouble}
        return {"status": self.status, "checks": checks}


@dataclass(frozen=True, slots=True)
class _Check:
    name: str
    probe: Probe
    when_down: Status
    timeout_seconds: float


class LoopLag:
    """How late the event loop has been: the longest delay among the last ten looks, in seconds."""

    def __init__(self) -> None:
        self._delays: deque[float] = deque(maxlen=10)

    @property
    def seconds(self) -> float:
        """The longest recent delay; 0 before the first look."""
        return max(self._delays, default=0.0)

    async def watch(self, interval_seconds: float) -> None:
        """Look for ever, once per interval."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + interval_seconds
            await asyncio.sleep(interval_seconds)
            self._delays.append(max(0.0, loop.time() - due))
            metrics.LOOP_LAG_SECONDS.set(self.seconds)


@asynccontextmanager
async def watched_loop(interval_seconds: float = 0.1) -> AsyncIterator[LoopLag]:
    """Measure the running loop's lag for the length of a with block."""
    lag = LoopLag()
    watcher = asyncio.create_task(lag.watch(interval_seconds), name="loop lag")
    try:
        yield lag
    finally:
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher


class Health:
    """The checks of one process. `ready` asks them, at most once per `fresh_seconds` however often it is called."""

    def __init__(self, lag: LoopLag, *, max_lag_seconds: float = 1.0, fresh_seconds: float = 1.0) -> None:
        self._lag = lag
        self._max_lag_seconds = max_lag_seconds
        self._fresh_seconds = fresh_seconds
        self._checks: list[_Check] = []
        self._draining = False
        self._asking = asyncio.Lock()
        self._last: Report | None = None
        self._last_at = float("-inf")

    def add(self, name: str, probe: Probe, *, when_down: Status, timeout_seconds: float = 2.0) -> None:
        """Add a check under its name. One that raises, or is not done in time, is down."""
        self._checks.append(_Check(name, probe, when_down, timeout_seconds))

    def drain(self) -> None:
        """Answer from now on that this process wants no traffic."""
        self._draining = True

    @property
    def is_draining(self) -> bool:
        """Whether this process is leaving."""
        return self._draining

    def live(self) -> Report:
        """Tell whether the process works at all. Asks nobody, so a database that is down kills no worker."""
        delay = self._lag.seconds
        status = Status.OK if delay <= self._max_lag_seconds else Status.DEGRADED
        trouble = None if status is Status.OK else "late"
        return Report(status, {"loop": Finding(status, delay * 1000, trouble)})

    async def ready(self) -> Report:
        """Tell whether traffic is welcome, and what each check found."""
        async with self._asking:
            if self._last is None or time.monotonic() - self._last_at >= self._fresh_seconds:
                before, self._last = self._last, await self._ask()
                self._last_at = time.monotonic()
                _tell_change(before, self._last)
            report = self._last
        if self._draining:
            return Report(Status.FAILED, {**report.checks, "drain": Finding(Status.FAILED, 0.0, "draining")})
        return report

    async def _ask(self) -> Report:
        findings = await asyncio.gather(*(_find(check) for check in self._checks))
        checks = {check.name: finding for check, finding in zip(self._checks, findings, strict=True)}
        checks |= self.live().checks
        worst = max((finding.status for finding in checks.values()), key=_WORSE.__getitem__)
        return Report(worst, checks)


async def _find(check: _Check) -> Finding:
    began = time.perf_counter()
    asked = asyncio.ensure_future(asyncio.wait_for(check.probe(), check.timeout_seconds))
    # A probe may fail in whatever way its library does: the error is a finding here, not a crash.
    (answer,) = await asyncio.gather(asked, return_exceptions=True)
    took = (time.perf_counter() - began) * 1000
    if isinstance(answer, BaseException):
        told = str(answer) if isinstance(answer, Trouble) else type(answer).__name__
        return Finding(check.when_down, took, told)
    return Finding(Status.OK, took)


def _tell_change(before: Report | None, now: Report) -> None:
    """Log a status when it changes, not each time it is asked for."""
    if now.status is (Status.OK if before is None else before.status):
        return
    troubles = {name: found.trouble for name, found in now.checks.items() if found.trouble is not None}
    log.warning("health changed", status=now.status, troubles=troubles)

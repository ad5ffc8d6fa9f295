"""Alarms that all ring after the same time, and deadlines made of them.

A timer of the event loop for each request, set and cancelled, costs more than most of what it watches over. Those that
wait equally long ring in the order in which they were set: one timer, for the oldest, serves them all.
"""

import asyncio
from asyncio import current_task, get_running_loop
from types import TracebackType
from typing import Protocol


class Rings(Protocol):
    """Whatever an alarm is set for."""

    def ring(self) -> None:
        """Do what is due now. Called once, in the loop; must not raise."""


class Alarms:
    """The alarms of one waiting time, in seconds. To set or to drop one is an entry of a dict."""

    __slots__ = ("_loop", "_set", "_timer", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._set: dict[Rings, float] = {}
        """When each was set; a dict keeps their order."""

    def set(self, who: Rings) -> None:
        """Let somebody's alarm ring after the waiting time, counted from now."""
        loop = get_running_loop()
        if loop is not self._loop:
            # What was set in another loop rings no more: that loop has ended.
            self._loop, self._timer, self._set = loop, None, {}
        self._set[who] = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self.seconds, self._look, loop)

    def drop(self, who: Rings) -> None:
        """Let it not ring. One that has rung, or was never set, is no mistake."""
        self._set.pop(who, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ring what is due, and look again when the oldest of the others is. With none left nothing is waited for."""
        if loop is not self._loop:
            return
        self._timer = None
        while self._set:
            who, at = next(iter(self._set.items()))
            wait = at + self.seconds - loop.time()
            if wait > 0:
                self._timer = loop.call_later(wait, self._look, loop)
                return
            del self._set[who]
            who.ring()


class Deadline:
    """`with Deadline(alarms):` raises TimeoutError when its body takes longer, as `asyncio.timeout` does."""

    __slots__ = ("_alarms", "_cancelling", "_has_rung", "_task")

    def __init__(self, alarms: Alarms) -> None:
        task = current_task()
        if task is None:
            raise RuntimeError("a deadline is one of a task")
        self._alarms = alarms
        self._task = task
        self._cancelling = task.cancelling()
        self._has_rung = False

    def __enter__(self) -> None:
        self._alarms.set(self)

    def ring(self) -> None:
        """Cancel the body."""
        self._has_rung = True
        self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._alarms.drop(self)
        # Somebody else may have cancelled the task as well: then it stays cancelled.
        is_ours = self._has_rung and self._task.uncancel() <= self._cancelling
        if is_ours and kind is not None and issubclass(kind, asyncio.CancelledError):
            raise TimeoutError from failure

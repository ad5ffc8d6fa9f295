"""Runs batched loads of one operation: collects what is ready, then one call per group.

A round starts with the first load and closes when the executor has nothing more to add. All groups of a round
run at once and are delivered together, so that the next level is collected whole. Each batch runs in a copy of
the operation's context variables, never in a caller's: it cannot end up inside somebody's transaction.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any

Run = Callable[[list[Any]], Awaitable[Sequence[Any]]]

# A level of nested lists wakes its parents over several turns of the loop; two still turns mean it is done.
QUIET_TURNS = 2


class _Group:
    """The loads of one group in the open round."""

    __slots__ = ("futures", "items", "run")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.items: list[Any] = []
        self.futures: list[asyncio.Future[Any]] = []

    async def call(self) -> Sequence[Any]:
        return await self.run(self.items)

    def settle(self, outcome: Sequence[Any] | BaseException) -> None:
        """End every future: with its own result, or with the error of the whole call."""
        if not isinstance(outcome, BaseException) and len(outcome) != len(self.items):
            outcome = RuntimeError(f"a batch of {len(self.items)} returned {len(outcome)} results")
        if isinstance(outcome, BaseException):
            outcome = [outcome] * len(self.items)
        for future, result in zip(self.futures, outcome, strict=True):
            _settle(future, result)


class Scheduler:
    """The batches of one operation. Create it inside the operation's task; close it when the operation ends."""

    def __init__(self) -> None:
        self._context = contextvars.copy_context()
        self._groups: dict[Hashable, _Group] = {}
        self._loads = 0
        self._tasks: set[asyncio.Task[Sequence[Any]]] = set()
        self._closed = False
        self.known: dict[tuple[int, int], tuple[Hashable, Run]] = {}
        """The groups of the places in the document met so far, kept by batching.py."""
        self.calls = 0
        """How many batch functions were called so far."""

    def load(self, key: Hashable, item: Any, run: Run) -> asyncio.Future[Any]:
        """Add one item to a group of the open round; the future ends with its result or its error."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        if self._closed:
            future.cancel()
            return future
        if not self._groups:
            loop.call_soon(self._turn, loop, self._loads, QUIET_TURNS, context=self._context)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(run)
        group.items.append(item)
        group.futures.append(future)
        self._loads += 1
        return future

    async def close(self) -> None:
        """Cancel what still runs and wait until it has ended."""
        self._closed = True
        groups, self._groups = list(self._groups.values()), {}
        for group in groups:
            group.settle(asyncio.CancelledError())
        tasks = list(self._tasks)
        if not tasks:
            return
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _turn(self, loop: asyncio.AbstractEventLoop, seen: int, quiet_turns: int) -> None:
        if self._closed:
            return
        if self._loads != seen:
            quiet_turns = QUIET_TURNS
        if quiet_turns > 0:
            loop.call_soon(self._turn, loop, self._loads, quiet_turns - 1, context=self._context)
            return
        groups, self._groups = list(self._groups.values()), {}
        self.calls += len(groups)
        tasks = [loop.create_task(group.call(), context=self._context.copy()) for group in groups]
        for task in tasks:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        # Every outcome is collected, also errors and cancellation: they belong to the waiting fields.
        ended = asyncio.gather(*tasks, return_exceptions=True)
        ended.add_done_callback(lambda done: self._deliver(groups, done.result()))

    def _deliver(self, groups: list[_Group], outcomes: list[Sequence[Any] | BaseException]) -> None:
        for group, outcome in zip(groups, outcomes, strict=True):
            if isinstance(outcome, asyncio.CancelledError) and not self._closed:
                # Passed on as it is, it would look as if somebody had cancelled the whole operation.
                group.settle(RuntimeError("a batch was cancelled from inside"))
            else:
                group.settle(outcome)


def _settle(future: asyncio.Future[Any], result: Any) -> None:
    if future.done():
        return
    if isinstance(result, asyncio.CancelledError):
        future.cancel()
    elif isinstance(result, Exception):
        future.set_exception(result)
        # Marked as seen: when a sibling failed first, nobody may be left to await this one.
        future.exception()
    else:
        future.set_result(result)

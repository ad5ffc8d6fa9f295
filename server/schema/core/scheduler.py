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


class Scheduler:
    """The batches of one operation. Create it inside the operation's task; close it when the operation ends."""

    def __init__(self) -> None:
        self._context = contextvars.copy_context()
        self._groups: dict[Hashable, _Group] = {}
        self._loads = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
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
        waiting = [future for group in self._groups.values() for future in group.futures]
        self._groups = {}
        for future in waiting:
            future.cancel()
        tasks = list(self._tasks)
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
        task = loop.create_task(self._run_round(groups), context=self._context.copy())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_round(self, groups: list[_Group]) -> None:
        self.calls += len(groups)
        try:
            if len(groups) == 1:
                outcomes = [await _outcome(groups[0])]
            else:
                loop = asyncio.get_running_loop()
                tasks = [loop.create_task(_outcome(g), context=self._context.copy()) for g in groups]
                outcomes = await _all_or_cancel(tasks)
        except asyncio.CancelledError:
            for group in groups:
                for future in group.futures:
                    future.cancel()
            raise
        for group, results in zip(groups, outcomes, strict=True):
            for future, result in zip(group.futures, results, strict=True):
                _settle(future, result)


async def _all_or_cancel(tasks: list[asyncio.Task[Sequence[Any]]]) -> list[Sequence[Any]]:
    try:
        return list(await asyncio.gather(*tasks))
    except asyncio.CancelledError:
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def _outcome(group: _Group) -> Sequence[Any]:
    try:
        results = await group.run(group.items)
    except Exception as error:  # noqa: BLE001 - handed to every waiting field; the endpoint is the edge that logs it
        return [error] * len(group.items)
    if len(results) != len(group.items):
        wrong = RuntimeError(f"a batch of {len(group.items)} returned {len(results)} results")
        return [wrong] * len(group.items)
    return results


def _settle(future: asyncio.Future[Any], result: Any) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
        # Marked as seen: when a sibling failed first, nobody may be left to await this one.
        future.exception()
    else:
        future.set_result(result)

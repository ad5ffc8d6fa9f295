"""Shared loads: of those who ask for the same at once, one loads it and all are given what came."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class _LeftBehind(Exception):  # noqa: N818 - a word between those who wait, not an error
    """Whoever was loading did not come back with anything."""


class Flights(Generic[Key, Value]):
    """Loads under way, by key. What is given to several is not to be changed by any of them.

    It may have been loaded from a moment before one asked: only for what says itself how new it is.
    """

    def __init__(self) -> None:
        self._under_way: dict[Key, asyncio.Future[Value]] = {}

    async def join(self, key: Key, load: Callable[[], Awaitable[Value]]) -> Value:
        """Return what a load of this key gives: that under way, or one's own. Failures are each one's own."""
        while (other := self._under_way.get(key)) is not None:
            try:
                return await asyncio.shield(other)
            except _LeftBehind:
                continue
        own = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            found = await load()
        except BaseException:
            own.set_exception(_LeftBehind())
            # Nobody may be waiting: read, so that nobody is told of an exception that went unread.
            own.exception()
            raise
        else:
            own.set_result(found)
            return found
        finally:
            del self._under_way[key]

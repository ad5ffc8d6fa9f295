"""Ending tasks that an owner started."""

import asyncio
from typing import Any

_AGAIN_SECONDS = 0.1


async def end(*tasks: asyncio.Task[Any] | None) -> None:
    """Cancel tasks and wait for their end; what they raise is theirs and dropped.

    Cancelled again and again: on Python 3.11 `asyncio.wait_for`, which the Redis client is full of, can lose a cancel.
    """
    own = [task for task in tasks if task is not None]
    pending = {task for task in own if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_AGAIN_SECONDS)
    for task in own:
        if not task.cancelled():
            task.exception()

"""uvicorn's server, except that it lets the live layer say goodbye before it closes sockets, and ends in order.

It goes on accepting while it drains: a listener shared with a parent would keep newcomers waiting without an answer,
and requests over HTTP are served to the end. Whoever comes to /live meanwhile is told 503 and when to try again.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn


class DrainingServer(uvicorn.Server):
    """uvicorn, except that it lets the live layer say goodbye before it closes sockets."""

    def __init__(self, config: uvicorn.Config, drain: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._drain = drain

    def handle_exit(self, _sig: int, _frame: FrameType | None) -> None:
        """Stop at the first signal, and without further ado at the second.

        uvicorn would raise the signal again once it has stopped, which ends the process before ours is closed in order.
        """
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then close as uvicorn does. A second signal ends the drain at once."""
        draining = asyncio.ensure_future(self._drain())
        while not draining.done() and not self.force_exit:
            await asyncio.wait({draining}, timeout=0.1)
        draining.cancel()
        await super().shutdown(sockets)

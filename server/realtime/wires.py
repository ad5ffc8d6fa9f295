"""The write side of a socket over plain ASGI `send`: works on any server, one task per connection. See asgi.py for
the raw one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any

from server.realtime.shared import Shared
from server.realtime.tasks import end

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


def together(texts: Iterable[bytes]) -> bytes:
    """Return messages as one: an array of all their frames."""
    return b"[%b]" % b",".join(text[1:-1] if text.startswith(b"[") else text for text in texts)


class AsgiWire:
    """Writes through `send`. A write of several messages is one text message, an array of frames."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._next: Message | None = None
        self._closing: Message | None = None
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name="live writer")
        self.is_writable = True
        self.is_clear = False
        self.line = None
        self.on_writable: Callable[[], None] = lambda: None

    def write(self, items: Sequence[Shared]) -> None:
        """Write messages, in order."""
        self.is_writable = False
        text = items[0].text if len(items) == 1 else together(item.text for item in items)
        self._next = {"type": "websocket.send", "text": text.decode()}
        self._wake.set()

    def close(self, code: int, reason: str) -> None:
        """Close after what is being written."""
        self.is_writable = False
        self._closing = {"type": "websocket.close", "code": code, "reason": reason}
        self._wake.set()

    async def end(self) -> None:
        """The socket is gone: stop writing."""
        await end(self._task)

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._next is not None:
                await self._send(self._next)
                self._next = None
                self.is_writable = self._closing is None
                self.on_writable()
            if self._closing is not None:
                await self._send(self._closing)
                return

"""HTTP for a server that stands in the open: whoever begins a request and does not go on is let go.

uvicorn itself waits for the head of a request for ever, and takes one of any size. It also writes the head of an answer
by itself: here it leaves with the first piece of the body. Nothing of the application is here.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

JOINED_BYTES = 64 * 1024
"""A body larger than this is not copied to go along with its head."""


class GuardedHttp(HttpToolsProtocol):
    """uvicorn's HTTP, except that the head of a request has an end, in time and in size, and an answer is one write."""

    head_seconds = 20.0
    head_bytes = 64 * 1024

    _received = 0
    _is_in_head = True
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and refuse a head that does not end."""
        super().data_received(data)
        if not self._is_in_head or self.transport.is_closing():
            return
        self._await_head()
        self._received += len(data)
        if self._received > self.head_bytes:
            self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        """Begin a head. Most are whole at once: data_received waits for the others."""
        super().on_message_begin()
        if not self._is_in_head:
            self._is_in_head, self._received = True, 0

    def on_headers_complete(self) -> None:
        """Take the head; let the answer to it be written at once."""
        self._is_in_head = False
        self._stop_waiting()
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            # Its task has not begun. What uvicorn writes for the answer, it writes by the cycle's transport alone.
            self.cycle.transport = AnswerTransport(self.transport, self.loop)  # type: ignore[assignment]  # as much as is used

    def _await_head(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class AnswerTransport:
    """The transport of one answer: its first write, the head, waits for the second, or for the loop's next turn.

    Two writes are two system calls and two packets, each of which wakes the reader.
    """

    __slots__ = ("_begun", "_head", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._begun = False
        self._head = b""

    def write(self, data: bytes) -> None:
        """Write, with the head if it still waits."""
        if not self._begun:
            self._begun, self._head = True, data
            self._loop.call_soon(self._let_go)
            return
        if self._head and len(data) <= JOINED_BYTES:
            data, self._head = self._head + data, b""
        self._let_go()
        self._transport.write(data)

    def _let_go(self) -> None:
        head, self._head = self._head, b""
        if head and not self._transport.is_closing():
            self._transport.write(head)

    def is_closing(self) -> bool:
        """Tell whether the connection is closed or about to be."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Close the connection when all is written."""
        self._let_go()
        self._transport.close()

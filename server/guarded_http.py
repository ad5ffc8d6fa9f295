"""HTTP for a server that stands in the open: whoever begins a request and does not go on is let go.

uvicorn itself waits for the head of a request for ever, and takes one of any size. Nothing of the application is here.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class GuardedHttp(HttpToolsProtocol):
    """uvicorn's HTTP, except that the head of a request has an end, in time and in size."""

    head_seconds = 20.0
    head_bytes = 64 * 1024

    _received = 0
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
        if self._timer is None or self.transport.is_closing():
            return
        self._received += len(data)
        if self._received > self.head_bytes:
            self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        """Wait for the end of this head."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """Take the head."""
        self._stop_waiting()
        super().on_headers_complete()

    def _await_head(self) -> None:
        if self._timer is None:
            self._received = 0
            self._timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

"""HTTP for a server that stands in the open: whoever begins a request and does not go on is let go.

uvicorn itself waits for the head of a request for ever, and takes one of any size. It also writes the head of an answer
by itself: here it leaves with the first piece of the body. Nothing of the application is here.
"""

import asyncio
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from server.kit.alarms import Alarms
from server.kit.bodies import offer_body

JOINED_BYTES = 64 * 1024
"""A body larger than this is not copied to go along with its head."""

_FRAMING = frozenset({b"content-length", b"transfer-encoding", b"connection"})
_CHANGING = frozenset({b"x-request-id", b"set-cookie"})
"""Headers that say something else in each answer: their lines are not worth keeping."""


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
        self._unset_keepalive_if_required()
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
            # Its task has not begun, and asks for `send` when it does.
            self.cycle.__class__ = AnswerCycle
            if self.scope["method"] == "POST":
                offer_body(self.scope, self.cycle.take_body)  # type: ignore[arg-type, attr-defined]  # it has become one

    def on_response_complete(self) -> None:
        """Go on with the next request, or wait for one as long as a connection may be silent."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            _silences(self.timeout_keep_alive).set(self)

    def ring(self) -> None:
        """End a connection that was silent for too long."""
        self.timeout_keep_alive_handler()

    def _unset_keepalive_if_required(self) -> None:
        _silences(self.timeout_keep_alive).drop(self)

    def _await_head(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


@cache
def _silences(seconds: float) -> Alarms:
    """Return the alarms of connections between two requests: a timer for all, where uvicorn sets one for each."""
    return Alarms(seconds)


class AnswerCycle(RequestResponseCycle):
    """One request and its answer, as uvicorn's, except that an answer is one write.

    An answer that says how long it is and comes in two messages, a head and a whole body, is put together here. All
    others uvicorn writes, by an AnswerTransport.
    """

    _lines: list[bytes] | None = None
    """The lines of a head that waits for its body, which is as long as they say."""

    async def send(self, message: Any) -> None:
        """Take a head, or write a body with the head that waits for it."""
        if self._lines is not None:
            lines, self._lines = self._lines, None
            if self._is_whole(message):
                self._finish(lines, message.get("body", b""))
                return
            self._hand_over().write(b"".join(lines))
        elif not self.response_started:
            self._lines = self._begun(message)
            if self._lines is not None:
                return
            self._hand_over()
        await super().send(message)

    def take_body(self) -> bytes | None:
        """Return the request's body as `receive` would; None when that would have to wait, or to write."""
        if self.more_body or self.waiting_for_100_continue or self.disconnected or self.response_complete:
            return None
        body, self.body = bytes(self.body), bytearray()
        self.flow.resume_reading()
        self.message_event.clear()
        return body

    def _hand_over(self) -> "AnswerTransport":
        """Let uvicorn write what follows."""
        own = AnswerTransport(self.transport, asyncio.get_running_loop())
        self.transport = own  # type: ignore[assignment]  # as much as is used
        return own

    def _begun(self, message: Any) -> list[bytes] | None:
        """Begin an answer and return the lines of its head; None where uvicorn is to write it."""
        if message["type"] != "http.response.start" or self.access_log or self.disconnected or self.flow.write_paused:
            return None
        told = None if self.scope["method"] == "HEAD" else _told(self.default_headers, message.get("headers", ()))
        if told is None:
            return None
        lines, self.expected_content_length = told
        lines[0] = STATUS_LINE[message["status"]]
        lines.append(b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n")
        self.response_started, self.chunked_encoding, self.waiting_for_100_continue = True, False, False
        return lines

    def _is_whole(self, message: Any) -> bool:
        return (
            message["type"] == "http.response.body"
            and not message.get("more_body", False)
            and len(message.get("body", b"")) == self.expected_content_length
            and not self.flow.write_paused
            and not self.disconnected
        )

    def _finish(self, lines: list[bytes], body: bytes) -> None:
        if len(body) <= JOINED_BYTES:
            self.transport.write(b"".join((*lines, body)))
        else:
            self.transport.write(b"".join(lines))
            self.transport.write(body)
        self.expected_content_length, self.response_complete = 0, True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()


def _told(*headers: Iterable[tuple[bytes, bytes]]) -> tuple[list[bytes], int] | None:
    """Return the lines of a head, with room for the first, and the length it tells; None for a head of another kind."""
    lines, length = [b""], None
    for name, value in chain(*headers):
        if name == b"content-length":
            if length is not None or not value.isdigit():
                return None
            length = int(value)
            line = b"content-length: %b\r\n" % value
        else:
            line = _line.__wrapped__(name, value) if name in _CHANGING else _line(name, value)
        if not line:
            return None
        lines.append(line)
    return None if length is None else (lines, length)


@lru_cache(maxsize=512)
def _line(name: bytes, value: bytes) -> bytes:
    """Return a line of a head; nothing for one that decides how the answer is framed, or that uvicorn refuses."""
    lowered = name.lower()
    if lowered in _FRAMING or HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        return b""
    return b"%b: %b\r\n" % (lowered, value)


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

"""uvicorn's WebSocket protocol with a raw write side: ready-made frames go to the transport in one write.

Give it to uvicorn as `ws=RawWebSocketProtocol`. It leans on names of uvicorn that are not quite public, all listed in
tests/realtime/test_asgi_contract.py; without it the endpoint falls back to plain ASGI `send` (wires.py).
"""

import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from server.config import LiveSettings
from server.realtime.shared import DEFLATE_BITS, Shared
from server.realtime.text_wire import TEXT_WIRE, TextWire

RAW_WIRE = "alongside.raw_wire"
"""The ASGI scope extension under which the endpoint finds the wire."""

PATH = "/live"
CLOSE_SECONDS = 10.0
"""After which a peer that takes no close frame is cut off."""
# Not known to Python's socket module on every platform.
_NOTSENT_LOWAT = getattr(socket, "TCP_NOTSENT_LOWAT", 25)

_settings = LiveSettings()


def configure(settings: LiveSettings) -> None:
    """Set the limits for connections made from now on: uvicorn makes the protocol objects and hands in no more."""
    global _settings  # noqa: PLW0603 - one server per process
    _settings = settings


class RawWire:
    """Writes frames to the transport of one connection. It is its own line (chorus.py)."""

    # Touched for every listener and entry: kept small.
    __slots__ = ("_protocol", "deflate_above", "direct", "is_clear", "is_over", "is_writable", "on_writable")

    def __init__(self, protocol: "RawWebSocketProtocol") -> None:
        self._protocol = protocol
        self.deflate_above = _packed_above(protocol, DEFLATE_BITS)
        self.is_over = False
        self.is_writable = True
        self.is_clear = True
        self.direct: Callable[[bytes], None] = protocol.transport.write
        self.on_writable: Callable[[], None] = lambda: None

    @property
    def line(self) -> "RawWire":
        """Return itself."""
        return self

    def write(self, items: Sequence[Shared]) -> None:
        """Write messages as their ready frames, in one piece."""
        protocol = self._protocol
        if protocol.close_sent or protocol.transport.is_closing():
            self.end_writing()
            return
        above = self.deflate_above
        frames = [item.deflated if item.size > above else item.plain for item in items]
        protocol.transport.write(frames[0] if len(frames) == 1 else b"".join(frames))

    def close(self, code: int, reason: str) -> None:
        """Have the endpoint's task close; cut the line if the peer does not take it."""
        self.end_writing()
        self._protocol.ask_to_close(code, reason)

    def shut(self) -> None:
        """Take nothing for now."""
        self.is_writable = self.is_clear = False

    def reopen(self) -> None:
        """Tell the outbox that the transport has room again."""
        self.is_writable = True
        self.on_writable()

    def end_writing(self) -> None:
        """Take nothing any more, whatever room the transport has: a close is on its way."""
        self.is_over = True
        self.shut()

    async def end(self) -> None:
        """Nothing of ours is left to stop."""


def _packed_above(protocol: "RawWebSocketProtocol", least_bits: int = 0) -> int:
    """Return the size above which a message is packed, if the peer takes it packed, with a window as large as that."""
    packers = [one for one in protocol.conn.extensions if isinstance(one, PerMessageDeflate)]
    is_asked = any(one.local_max_window_bits >= least_bits for one in packers)
    return _settings.deflate_above_bytes if is_asked else sys.maxsize


class _Framing(ServerProtocol):
    """The library's framing, but that a peer may close in the middle of a message (RFC 6455, 5.4; Autobahn 7.1.5).

    Without state of its own: it is made the class of the object that uvicorn made.
    """

    def recv_frame(self, frame: Frame) -> None:
        """Take a frame. At a close the message that was begun is forgotten, or the close would be called a fault."""
        if frame.opcode is Opcode.CLOSE:
            self.current_size = None
        super().recv_frame(frame)


class RawWebSocketProtocol(WebSocketsSansIOProtocol):
    """A connection at /live gets a raw wire and its limits; every other path is served as uvicorn does, with a wire for
    small messages.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._wire: RawWire | TextWire | None = None
        self.conn.__class__ = _Framing
        # No context is kept between messages, so one compressed frame fits every connection, and an idle one is small.
        self.conn.available_extensions = [
            ServerPerMessageDeflateFactory(
                server_no_context_takeover=True,
                client_no_context_takeover=True,
                server_max_window_bits=DEFLATE_BITS,
                client_max_window_bits=DEFLATE_BITS,
                compress_settings={"memLevel": 5},
            )
        ]

    def handle_connect(self, event: Request) -> None:
        """Shake hands; give our path its limits and its wire before the application starts."""
        is_ours = event.path.partition("?")[0].endswith(PATH)
        if is_ours:
            self.conn.max_message_size = _settings.frame_bytes
            self.ping_interval = None
            self._bound_buffers()
        super().handle_connect(event)
        if not self.handshake_initiated or self.close_sent:
            return
        extensions = cast("dict[str, Any]", self.scope["extensions"])
        if is_ours:
            self._wire = extensions[RAW_WIRE] = RawWire(self)
        else:
            self._wire = extensions[TEXT_WIRE] = TextWire(self.transport.write, _packed_above(self))

    def pause_writing(self) -> None:
        """Have whoever writes keep what comes: the transport holds enough."""
        super().pause_writing()
        if self._wire is not None:
            self._wire.shut()

    def resume_writing(self) -> None:
        """Let the wire be written to: the transport has room again."""
        super().resume_writing()
        if self._wire is not None and not self._wire.is_over:
            self._wire.reopen()

    def connection_lost(self, exc: Exception | None) -> None:
        """Take no more frames."""
        self._end_writing()
        super().connection_lost(exc)

    def handle_close(self, event: Frame) -> None:
        """Take no more frames: the peer has said its last."""
        self._end_writing()
        super().handle_close(event)

    def handle_parser_exception(self) -> None:
        """Take no more frames: the peer broke the protocol."""
        self._end_writing()
        super().handle_parser_exception()

    def shutdown(self) -> None:
        """Take no more frames: the server ends."""
        self._end_writing()
        super().shutdown()

    def ask_to_close(self, code: int, reason: str) -> None:
        """Wake the endpoint's task to send a close, and cut the line when that is not through in time."""
        self.writable.set()
        self.queue.put_nowait(cast("Any", {"type": "websocket.close", "code": code, "reason": reason}))
        self.loop.call_later(CLOSE_SECONDS, self._cut)

    def _end_writing(self) -> None:
        if self._wire is not None:
            self._wire.end_writing()

    def _cut(self) -> None:
        if not self.disconnected:
            self.transport.abort()

    def _bound_buffers(self) -> None:
        """Keep little unsent in the kernel and in the transport: backlog belongs in the outbox, where it is counted."""
        sock = self.transport.get_extra_info("socket")
        if sock is not None and sock.family in {socket.AF_INET, socket.AF_INET6}:
            # A duplicate of the descriptor: what uvloop hands out has no setsockopt of its own.
            with socket.fromfd(sock.fileno(), sock.family, sock.type) as same:
                same.setsockopt(socket.IPPROTO_TCP, _NOTSENT_LOWAT, _settings.notsent_lowat_bytes)
        self.transport.set_write_buffer_limits(high=_settings.notsent_lowat_bytes)

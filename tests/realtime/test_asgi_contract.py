"""What asgi.py leans on in uvicorn and websockets: names that are not quite public. A failure here after an upgrade
means: look at asgi.py, or serve with the plain wire until it is looked at.
"""

import inspect
import socket
import zlib

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol

from server.realtime.asgi import RawWebSocketProtocol, RawWire
from server.realtime.shared import Shared
from tests.factories.live import live_server, room, say


def test_names_we_override_or_read_are_there():
    for name in (
        "handle_connect",
        "handle_close",
        "handle_parser_exception",
        "pause_writing",
        "resume_writing",
        "receive",
        "send",
        "connection_made",
    ):
        assert callable(getattr(WebSocketsSansIOProtocol, name))
    source = inspect.getsource(WebSocketsSansIOProtocol)
    for name in (
        "self.conn = ServerProtocol(",
        "self.queue: asyncio.Queue",
        "self.writable = asyncio.Event()",
        "self.handshake_complete",
        "self.handshake_initiated",
        "self.close_sent",
        "self.disconnected",
        "self.transport",
        "self.scope: WebSocketScope",
        "self.ping_interval = config.ws_ping_interval",
        "self.loop.create_task(self.run_asgi())",
    ):
        assert name in source
    assert "max_message_size" in inspect.getsource(Protocol)
    assert "self.current_size is not None" in inspect.getsource(Protocol.recv_frame)
    assert "local_max_window_bits" in inspect.signature(PerMessageDeflate.__init__).parameters


def test_frames_are_what_the_library_would_have_written():
    for size in (0, 1, 125, 126, 65_535, 65_536):
        text = b"a" * size
        assert Shared(text).plain == Frame(Opcode.TEXT, text).serialize(mask=False)


def test_compressed_frame_leans_on_no_other():
    shared = Shared(b'{"type":"entry"}' * 200)
    first, length = shared.deflated[0], shared.deflated[1]
    assert first == 0xC1
    assert length < 126
    packed = shared.deflated[2:]
    assert zlib.decompressobj(wbits=-12).decompress(packed + b"\x00\x00\xff\xff") == shared.text


async def test_raw_wire_is_used_and_bounds_what_is_unsent(bell: str):
    topic = room()
    async with live_server(bell) as server, server.client() as client:
        await client.follow(topic.name)
        (connection,) = server.live.endpoint.open_connections
        wire = connection.outbox.wire
        assert isinstance(wire, RawWire)
        protocol = wire._protocol
        assert isinstance(protocol, RawWebSocketProtocol)
        sock = protocol.transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == server.live.settings.notsent_lowat_bytes
        assert protocol.conn.max_message_size == server.live.settings.frame_bytes
        assert protocol.ping_interval is None
        await say(topic, "x" * 5_000)
        await client.until_seq(topic.name, 1)
        assert client.places[topic.name].log[0]["p"] == {"text": "x" * 5_000}


async def test_client_without_compression_is_sent_plain_frames(bell: str):
    topic = room()
    async with live_server(bell) as server, server.client(compression=None) as client:
        await client.follow(topic.name)
        await say(topic, "x" * 5_000)
        await client.until_seq(topic.name, 1)
        assert client.places[topic.name].log[0]["p"] == {"text": "x" * 5_000}

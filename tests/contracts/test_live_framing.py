"""WebSocket framing at /live, by the cases of Autobahn's fuzzing client: a bare socket against a whole server.

Its groups: 1 lengths, 2 pings, 3 reserved bits, 4 opcodes, 5 fragments, 6 UTF-8, 7 closing, 9 limits, 10 fragments made
by the sender, 12 and 13 compression. The client itself runs on Python 2 alone: see autobahn_echo.py.
There is no echo at /live. A refused command gives its id back, so an id of any text shows what the server read.
"""

import asyncio
import json
import os
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.factories.live import LiveServer, live_server, room, say, someone
from tests.realtime.conftest import bell

assert bell

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
RSV1 = 0x40
DEFLATE = "permessage-deflate"
EMPTY_BLOCK = b"\x00\x00\xff\xff"


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, bits: int = 0) -> bytes:
    """Return a masked frame."""
    length = len(payload)
    head = bytes([(0x80 if fin else 0) | bits | opcode])
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 1 << 16:
        head += bytes([0xFE]) + length.to_bytes(2, "big")
    else:
        head += bytes([0xFF]) + length.to_bytes(8, "big")
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def ask(frame_id: str) -> bytes:
    """Return a command that is refused with this id."""
    return json.dumps(
        {"type": "command", "id": frame_id, "cid": "c", "op": "no.such", "args": {}}, ensure_ascii=False
    ).encode()


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big") + reason)


class Bare:
    """A socket after the handshake."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        self.reader = reader
        self.writer = writer
        self.head = head

    def send(self, *data: bytes) -> None:
        for part in data:
            self.writer.write(part)

    async def send_slowly(self, data: bytes) -> None:
        """Send octet by octet, each in a segment of its own."""
        for at in range(len(data)):
            self.writer.write(data[at : at + 1])
            await self.writer.drain()
            await asyncio.sleep(0)

    async def frame(self) -> tuple[int, bytes]:
        """Return the first octet and the payload of the next frame."""
        async with asyncio.timeout(30):
            first, length = await self.reader.readexactly(2)
            if length == 126:
                length = int.from_bytes(await self.reader.readexactly(2), "big")
            elif length == 127:
                length = int.from_bytes(await self.reader.readexactly(8), "big")
            return first, await self.reader.readexactly(length)

    async def heard(self) -> str:
        """Return the id of the next refusal."""
        first, payload = await self.frame()
        assert first == 0x81
        answer = json.loads(payload)
        assert (answer["type"], answer["code"]) == ("err", "unknown_command")
        return str(answer["id"])

    async def closed(self) -> int | None:
        """Read to the end of the stream. Return the code of the close frame, 1005 for none in it, None without one."""
        code = None
        while True:
            try:
                first, payload = await self.frame()
            except (asyncio.IncompleteReadError, ConnectionError):
                return code
            assert code is None
            assert first in {0x80 | CLOSE, 0x80 | PONG}
            if first == 0x80 | CLOSE:
                code = int.from_bytes(payload[:2], "big") if payload else 1005


@asynccontextmanager
async def bare(server: LiveServer, extensions: str = "", *, welcomed: bool = True) -> AsyncIterator[Bare]:
    """Shake hands; say hello and hear the welcome."""
    host, port = server.url.removeprefix("ws://").removesuffix("/live").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    offer = f"Sec-WebSocket-Extensions: {extensions}\r\n" if extensions else ""
    writer.write(
        f"GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\nSec-WebSocket-Protocol: alongside.v1\r\n{offer}\r\n".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    assert head.startswith("HTTP/1.1 101"), head
    socket = Bare(reader, writer, head.lower())
    try:
        if welcomed:
            ticket = await server.live.issue_ticket(someone(), "")
            socket.send(frame(TEXT, json.dumps({"type": "hello", "ticket": ticket}).encode()))
            assert json.loads((await socket.frame())[1])["type"] == "welcome"
        yield socket
    finally:
        writer.transport.abort()


async def test_messages_of_every_length_of_header_arrive(bell: str):
    async with live_server(bell) as server, bare(server) as socket:
        for size in (125, 126, 127, 128, 65_535, 65_536):
            text = ask(str(size))
            socket.send(frame(TEXT, text + b" " * (size - len(text))))
            assert await socket.heard() == str(size)


async def test_message_in_any_chops_arrives(bell: str):
    async with live_server(bell) as server, bare(server) as socket:
        await socket.send_slowly(frame(TEXT, ask("octet by octet")))
        assert await socket.heard() == "octet by octet"
        socket.send(b"".join(frame(TEXT, ask(str(number))) for number in range(10)))
        assert [await socket.heard() for _ in range(10)] == [str(number) for number in range(10)]


async def test_pings_are_answered_alike_and_in_order(bell: str):
    async with live_server(bell) as server, bare(server) as socket:
        payloads = [b"", b"hello", bytes(range(125)), b"\x00\xff\xfe\xfd", *(bytes([number]) for number in range(10))]
        for payload in payloads:
            socket.send(frame(PING, payload))
        assert [await socket.frame() for _ in payloads] == [(0x80 | PONG, payload) for payload in payloads]
        await socket.send_slowly(frame(PING, b"slow"))
        assert await socket.frame() == (0x80 | PONG, b"slow")
        # Pongs nobody asked for are no answer and no fault.
        socket.send(frame(PONG), frame(PONG, b"unasked"), frame(PING, b"after"))
        assert await socket.frame() == (0x80 | PONG, b"after")


async def test_fragments_are_joined_with_pings_between_them(bell: str):
    text = ask("in pieces")
    async with live_server(bell) as server, bare(server) as socket:
        socket.send(frame(TEXT, text[:9], fin=False), frame(CONT, text[9:]))
        assert await socket.heard() == "in pieces"
        socket.send(frame(TEXT, fin=False), frame(CONT, text, fin=False), frame(CONT))
        assert await socket.heard() == "in pieces"
        socket.send(frame(TEXT, text[:9], fin=False), frame(PING, b"between"), frame(CONT, text[9:], fin=False))
        assert await socket.frame() == (0x80 | PONG, b"between")
        socket.send(frame(PING, b"again"), frame(CONT))
        assert await socket.frame() == (0x80 | PONG, b"again")
        assert await socket.heard() == "in pieces"
        one_by_one = [frame(CONT, text[at : at + 1], fin=False) for at in range(1, len(text))]
        socket.send(frame(TEXT, text[:1], fin=False), *one_by_one, frame(CONT))
        assert await socket.heard() == "in pieces"


LONGEST = 64 * 1024


async def test_longest_message_arrives_in_pieces_of_any_size(bell: str):
    async with live_server(bell) as server, bare(server) as socket:
        for step in (64, 256, 1_024, 4_096, 65_535):
            text = ask(f"by {step}")
            text += b" " * (LONGEST - len(text))
            cuts = range(0, LONGEST, step)
            socket.send(*(frame(CONT if at else TEXT, text[at : at + step], fin=at == cuts[-1]) for at in cuts))
            assert await socket.heard() == f"by {step}"
        whole = frame(TEXT, text)
        for step in (64, 1_024, 65_536):
            # The same bytes in segments that end anywhere: in a header, in a mask, in a character.
            for at in range(0, len(whole), step):
                socket.send(whole[at : at + step])
                await asyncio.sleep(0)
            assert await socket.heard() == "by 65535"


TOO_LONG = {
    "in one frame": frame(TEXT, b" " * (LONGEST + 1)),
    "in fragments": frame(TEXT, b" " * LONGEST, fin=False) + frame(CONT, b" "),
    "by its header alone": frame(TEXT, b" " * (1 << 18))[:14],
    "and a close after it": frame(TEXT, b" " * (1 << 18)) + close(1000),
}


@pytest.mark.parametrize("name", TOO_LONG)
async def test_longer_message_is_closed_with_1009(shared: LiveServer, name: str):
    async with bare(shared) as socket:
        socket.send(TOO_LONG[name])
        assert await socket.closed() == 1009


async def test_thousand_pings_in_one_burst_are_all_answered(bell: str):
    async with live_server(bell) as server, bare(server) as socket:
        payloads = [str(number).encode() for number in range(1_000)]
        socket.send(b"".join(frame(PING, payload) for payload in payloads))
        assert [await socket.frame() for _ in payloads] == [(0x80 | PONG, payload) for payload in payloads]


BROKEN = {
    **{f"reserved bits {bits}": frame(TEXT, b"{}", bits=bits << 4) for bits in range(1, 8)},
    **{f"reserved bits {bits} on a ping": frame(PING, bits=bits << 4) for bits in (1, 4, 7)},
    **{f"opcode {opcode}": frame(opcode, b"x") for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)},
    "a ping of 126": frame(PING, bytes(126)),
    "a ping in fragments": frame(PING, b"a", fin=False) + frame(CONT, b"b"),
    "a close in fragments": frame(CLOSE, b"", fin=False),
    "a continuation of nothing": frame(CONT, b"{}"),
    "an open continuation of nothing": frame(CONT, b"{}", fin=False) + frame(TEXT, b"{}"),
    "a message within a message": frame(TEXT, b"{", fin=False) + frame(TEXT, b"}"),
    "a continuation after the end": frame(TEXT, b"[", fin=False) + frame(CONT, b"]") + frame(CONT, b"{}"),
    "a close of one octet": frame(CLOSE, b"\x03"),
    "a close of 126": close(1000, b"x" * 124),
    "an unmasked frame": b"\x81\x02{}",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_broken_framing_is_closed_with_1002(shared: LiveServer, name: str):
    async with bare(shared) as socket:
        socket.send(BROKEN[name])
        assert await socket.closed() in ({1002} if name != "a continuation after the end" else {1002, 4509})


TEXTS = ("κόσμε", "\x00"[:0] + "a", "߿ࠀ", "￿ \uffff", "𐀀 \U0010ffff", "퟿ ", "😀 ﷐ ‎")


async def test_text_is_utf8_also_where_fragments_split_a_character(bell: str):
    async with live_server(bell) as server, bare(server) as socket:
        for text in TEXTS:
            data = ask(text)
            socket.send(frame(TEXT, data))
            assert await socket.heard() == text
            cut = data.index(text.encode()) + 1
            socket.send(frame(TEXT, data[:cut], fin=False), frame(CONT, data[cut:]))
            assert await socket.heard() == text
            ends = [frame(CONT, data[at : at + 1], fin=False) for at in range(cut, len(data))]
            socket.send(frame(TEXT, data[:cut], fin=False), *ends, frame(CONT))
            assert await socket.heard() == text


NOT_UTF8 = {
    "a lone continuation": b"\x80",
    "an overlong slash": b"\xc0\xaf",
    "an overlong NUL": b"\xe0\x80\x80",
    "a surrogate": b"\xed\xa0\x80",
    "a pair of surrogates": b"\xed\xa0\x80\xed\xb0\x80",
    "above the last plane": b"\xf4\x90\x80\x80",
    "five octets": b"\xf8\x88\x80\x80\x80",
    "cut short": b"\xce",
    "octets nobody uses": b"\xfe\xff",
}


@pytest.mark.parametrize("name", NOT_UTF8)
async def test_what_is_no_utf8_is_closed_with_1007(shared: LiveServer, name: str):
    data = ask("@").replace(b"@", NOT_UTF8[name])
    for pieces in ([frame(TEXT, data)], [frame(TEXT, data[:20], fin=False), frame(CONT, data[20:])]):
        async with bare(shared) as socket:
            socket.send(*pieces)
            assert await socket.closed() == 1007


GOOD_CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
BAD_CODES = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535)


async def test_close_is_answered_with_its_own_code(shared: LiveServer):
    for code in GOOD_CODES:
        async with bare(shared) as socket:
            socket.send(close(code, b"reason " * 17))
            assert await socket.closed() == code
    async with bare(shared) as socket:
        socket.send(frame(CLOSE))
        assert await socket.closed() in {1000, 1005}


async def test_close_within_a_message_is_answered(shared: LiveServer):
    async with bare(shared) as socket:
        socket.send(frame(TEXT, b'{"type":', fin=False), close(1000), frame(CONT, b'"x"}'))
        assert await socket.closed() == 1000


async def test_close_with_a_code_nobody_may_send_is_a_fault(shared: LiveServer):
    for code in BAD_CODES:
        async with bare(shared) as socket:
            socket.send(close(code))
            assert await socket.closed() == 1002


async def test_close_whose_reason_is_no_utf8_is_a_fault(shared: LiveServer):
    async with bare(shared) as socket:
        socket.send(close(1000, b"\xce\xba\xe1\xbd\xff"))
        assert await socket.closed() in {1002, 1007}


async def test_nothing_is_answered_after_a_close(shared: LiveServer):
    async with bare(shared) as socket:
        socket.send(close(1000), frame(PING, b"late"), frame(TEXT, ask("late")), close(1001))
        first, payload = await socket.frame()
        assert (first, payload[:2]) == (0x80 | CLOSE, (1000).to_bytes(2, "big"))
        assert await socket.reader.read() == b""


def deflated(data: bytes, bits: int = 12) -> bytes:
    packer = zlib.compressobj(wbits=-bits)
    return (packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(EMPTY_BLOCK)


async def test_compressed_messages_arrive_whole_and_in_fragments(bell: str):
    async with live_server(bell) as server, bare(server, DEFLATE) as socket:
        assert "no_context_takeover" in socket.head
        for size in (0, 10, 500, 20_000):
            data = deflated(ask("packed") + b" \t" * size)
            socket.send(frame(TEXT, data, bits=RSV1))
            assert await socket.heard() == "packed"
            half = len(data) // 2
            socket.send(frame(TEXT, data[:half], fin=False, bits=RSV1), frame(PING), frame(CONT, data[half:]))
            assert await socket.frame() == (0x80 | PONG, b"")
            assert await socket.heard() == "packed"
        socket.send(frame(TEXT, ask("not compressed")))
        assert await socket.heard() == "not compressed"
        # Two blocks in one message, and an empty one at its end.
        socket.send(frame(TEXT, deflated(ask("two")) + EMPTY_BLOCK + b"\x02\x00", bits=RSV1))
        assert await socket.heard() == "two"


async def test_what_does_not_compress_arrives_as_well(bell: str):
    async with live_server(bell) as server, bare(server, DEFLATE) as socket:
        for size in (16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_000):
            args = {"noise": os.urandom(size).hex()[:size]}
            asked = {"type": "command", "id": str(size), "cid": "c", "op": "no.such", "args": args}
            data = deflated(json.dumps(asked).encode())
            step = max(1, len(data) // 7)
            cuts = range(0, len(data), step)
            socket.send(
                *(
                    frame(CONT if at else TEXT, data[at : at + step], fin=at == cuts[-1], bits=0 if at else RSV1)
                    for at in cuts
                )
            )
            assert await socket.heard() == str(size)


async def test_long_entries_come_compressed_and_lean_on_no_other(bell: str):
    topic = room()
    async with live_server(bell) as server, bare(server, DEFLATE) as socket:
        socket.send(frame(TEXT, json.dumps({"type": "follow", "id": "1", "topic": topic.name}).encode()))
        for number in range(2):
            await say(topic, str(number) * 5_000)
        seen = []
        while len(seen) < 2:
            first, payload = await socket.frame()
            if first == 0x81 | RSV1:
                seen.append(json.loads(zlib.decompressobj(wbits=-12).decompress(payload + EMPTY_BLOCK))["p"]["text"])
        assert seen == ["0" * 5_000, "1" * 5_000]


COMPRESSED_BADLY = {
    "no deflate at all": frame(TEXT, b"\xff" * 40, bits=RSV1),
    "a bit on a continuation": frame(TEXT, b"[", fin=False) + frame(CONT, b"]", bits=RSV1),
    "a bit on a ping": frame(PING, b"", bits=RSV1),
    "another bit": frame(TEXT, deflated(b"{}"), bits=RSV1 | 0x20),
}


@pytest.mark.parametrize("name", COMPRESSED_BADLY)
async def test_compression_out_of_place_is_a_fault(shared: LiveServer, name: str):
    async with bare(shared, DEFLATE) as socket:
        socket.send(COMPRESSED_BADLY[name])
        assert await socket.closed() in {1002, 1007}


@pytest.mark.parametrize(
    ("offer", "is_taken"),
    [
        ("permessage-deflate", True),
        ("permessage-deflate; client_max_window_bits", True),
        ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", True),
        ("permessage-deflate; server_max_window_bits=9", True),
        ("permessage-deflate; client_max_window_bits=9", True),
        ("permessage-deflate; server_no_context_takeover; server_max_window_bits=15; client_max_window_bits", True),
        ("permessage-deflate; server_max_window_bits=99, permessage-deflate", True),
        ("permessage-deflate; no_such_parameter", False),
        ("x-webkit-deflate-frame", False),
    ],
)
async def test_compression_is_agreed_on_or_left_out(shared: LiveServer, offer: str, is_taken: bool):
    async with bare(shared, offer) as socket:
        assert ("sec-websocket-extensions: permessage-deflate" in socket.head) is is_taken
        socket.send(frame(TEXT, ask("still well")))
        assert await socket.heard() == "still well"
        if is_taken:
            socket.send(frame(TEXT, deflated(ask("packed"), bits=9), bits=RSV1))
            assert await socket.heard() == "packed"


@pytest.fixture(name="shared")
async def server_of_a_test(bell: str) -> AsyncIterator[LiveServer]:
    async with live_server(bell) as server:
        yield server

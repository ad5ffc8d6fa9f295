"""Compression at /live by the cases of Autobahn's groups 12 and 13, with the `websockets` library as the client.

As there: messages of ten lengths, whole and in fragments, each sent back as it was; 12 over several kinds of content,
13 over what a client may ask of permessage-deflate. There it is 1,000 messages a case (docs/benchmarks.md tells what
came of it), here a few, and more of them under `make faults`.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, PerMessageDeflate

from server.config import LiveSettings
from server.realtime import asgi
from server.realtime.shared import DEFLATE_BITS
from tests.contracts.autobahn_echo import LONGEST, config
from tests.live_client import PATIENCE

WHOLE = [(16 << (2 * step), 0) for step in range(5)] + [(8192 << step, 0) for step in range(5)]
FRAGMENTED = [(8192 << step, 256) for step in range(5)] + [(131_072, size) for size in (1024, 4096, 32_768)]
CASES = WHOLE + FRAGMENTED
"""(length, length of a fragment or 0): Autobahn's, which has the same eighteen in every subgroup."""

OFFERS = {
    "13.1": [ClientPerMessageDeflateFactory()],
    "13.2": [ClientPerMessageDeflateFactory(server_no_context_takeover=True)],
    "13.3": [ClientPerMessageDeflateFactory(server_max_window_bits=9)],
    "13.4": [ClientPerMessageDeflateFactory(server_max_window_bits=15)],
    "13.5": [ClientPerMessageDeflateFactory(server_no_context_takeover=True, server_max_window_bits=9)],
    "13.6": [ClientPerMessageDeflateFactory(server_no_context_takeover=True, server_max_window_bits=15)],
    "13.7": [
        ClientPerMessageDeflateFactory(server_no_context_takeover=True, server_max_window_bits=9),
        ClientPerMessageDeflateFactory(server_no_context_takeover=True),
        ClientPerMessageDeflateFactory(),
    ],
    "our own window": [ClientPerMessageDeflateFactory(client_max_window_bits=9, client_no_context_takeover=True)],
}
FEW, MANY = 3, 60


def text_of(random: random.Random, length: int) -> str:
    """Return text of a length in UTF-8 that deflates well and has characters of one to four bytes."""
    words = ["mentor", '{"id": 17}', "Straße", "κόσμε", "日本", "🙂", " ", "\n"]
    made = " ".join(random.choices(words, k=length // 3)).encode()[:length].decode(errors="ignore")
    return made + "." * (length - len(made.encode()))


def prose_of(random: random.Random, length: int) -> bytes:
    """Return bytes that deflate well."""
    return b" ".join(b"%x" % random.getrandbits(12) for _ in range(length // 2))[:length]


def noise_of(random: random.Random, length: int) -> bytes:
    """Return bytes that do not deflate at all."""
    return random.randbytes(length)


CONTENTS = {"text": text_of, "prose": prose_of, "noise": noise_of}


@pytest.fixture(name="echo")
async def echo_server() -> AsyncIterator[str]:
    """Serve the echo; return its URL."""
    server = uvicorn.Server(config(0))
    serving = asyncio.create_task(server._serve())
    try:
        async with asyncio.timeout(PATIENCE):
            while not server.started:
                await asyncio.sleep(0.01)
        yield f"ws://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/live"
    finally:
        server.should_exit = True
        await serving
        asgi.configure(LiveSettings())


@asynccontextmanager
async def connected(url: str, offer: str) -> AsyncIterator[ClientConnection]:
    """Connect with what is offered; yield the connection, on which compression was agreed."""
    async with connect(
        url, compression=None, extensions=OFFERS[offer], max_size=LONGEST, ping_interval=None, proxy=None
    ) as client:
        assert deflate_of(client).decode
        yield client


def deflate_of(client: ClientConnection) -> PerMessageDeflate:
    """Return what was agreed on."""
    (agreed,) = client.protocol.extensions
    assert isinstance(agreed, PerMessageDeflate)
    return agreed


def pieces(message: str | bytes, length: int) -> Iterator[str | bytes]:
    """Cut a message."""
    return (message[at : at + length] for at in range(0, len(message), length))


async def come_back(client: ClientConnection, content: str, case: tuple[int, int], number: int) -> None:
    """Send messages one after the other, each once the one before was sent back as it was."""
    length, fragment = case
    source = random.Random(f"{content} {case}")
    for _ in range(number):
        message = CONTENTS[content](source, length)
        await client.send(pieces(message, fragment) if fragment else message)
        async with asyncio.timeout(PATIENCE):
            assert await client.recv() == message


@pytest.mark.parametrize("number", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
@pytest.mark.parametrize("content", CONTENTS)
async def test_whatever_is_in_a_message_comes_back(echo: str, content: str, number: int):
    async with connected(echo, "13.1") as client:
        for case in CASES:
            await come_back(client, content, case, number)


@pytest.mark.parametrize("number", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
@pytest.mark.parametrize("offer", OFFERS)
async def test_messages_come_back_whatever_is_asked_of_compression(echo: str, offer: str, number: int):
    async with connected(echo, offer) as client:
        for case in CASES:
            await come_back(client, "text", case, number)


AGREED = {
    "13.1": DEFLATE_BITS,
    "13.2": DEFLATE_BITS,
    "13.3": 9,
    "13.4": DEFLATE_BITS,
    "13.5": 9,
    "13.6": DEFLATE_BITS,
    "13.7": 9,
    "our own window": DEFLATE_BITS,
}


@pytest.mark.parametrize("offer", OFFERS)
async def test_no_context_is_kept_and_no_window_is_wider_than_asked_for(echo: str, offer: str):
    async with connected(echo, offer) as client:
        agreed = deflate_of(client)
        assert agreed.remote_no_context_takeover
        assert agreed.local_no_context_takeover
        assert agreed.remote_max_window_bits == AGREED[offer]
        assert agreed.local_max_window_bits == (9 if offer == "our own window" else DEFLATE_BITS)

"""An echo over our framing, for Autobahn's fuzzing client: reading, writing and compressing are those of /live.

Run as `python -m tests.contracts.autobahn_echo PORT`, and beside it, where a Python 2 is: `wstest -m fuzzingclient -s
SPEC` with `{"servers": [{"url": "ws://127.0.0.1:PORT/live"}], "cases": ["*"]}`. Only the limit of a message is wider
than at /live, so that the suite's long ones pass; the limit itself is in test_live_framing.py.
"""

import sys
from dataclasses import replace
from typing import Any

import uvicorn

from server.config import LiveSettings
from server.realtime import asgi
from server.realtime.shared import Shared

LONGEST = 32 * 1024 * 1024


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Send back what comes: text as the frames that listeners share, the rest as ASGI does."""
    await receive()
    await send({"type": "websocket.accept"})
    wire: asgi.RawWire = scope["extensions"][asgi.RAW_WIRE]
    while (told := await receive())["type"] == "websocket.receive":
        if told.get("text") is not None:
            wire.write([Shared(told["text"].encode())])
        else:
            await send({"type": "websocket.send", "bytes": told["bytes"]})


def config(port: int) -> uvicorn.Config:
    """Return how the echo is served. Sets the limits of connections in this process."""
    asgi.configure(replace(LiveSettings(), frame_bytes=LONGEST))
    return uvicorn.Config(
        echo,
        host="127.0.0.1",
        port=port,
        lifespan="off",
        log_level="error",
        ws=asgi.RawWebSocketProtocol,
        ws_ping_interval=None,
        ws_max_size=LONGEST,
    )


if __name__ == "__main__":
    uvicorn.Server(config(int(sys.argv[1]))).run()

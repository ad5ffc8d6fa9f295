"""The same room on websockets' own server with its `broadcast()`, the fastest way of that library.

Run as `python -m benchmarks._live_websockets PORT`. The buttons are those of _live_server.
"""

import sys
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import psutil
import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.http11 import Request, Response

from benchmarks._live_server import PAYLOAD, TOPIC, until_idle
from server.realtime.frames import entry_text

TEXT = entry_text(TOPIC, 1, "0123456789abcdef", "message.sent", PAYLOAD).decode()


async def main(port: int) -> None:
    """Serve until killed."""
    listeners: set[ServerConnection] = set()

    async def stay(connection: ServerConnection) -> None:
        listeners.add(connection)
        try:
            await connection.wait_closed()
        finally:
            listeners.discard(connection)

    async def press(connection: ServerConnection, request: Request) -> Response | None:
        if not request.path.startswith("/press"):
            return None
        asked = parse_qs(urlsplit(request.path).query)
        body: dict[str, Any] = {"rss": psutil.Process().memory_info().rss, "listeners": len(listeners)}
        if "batch" in asked:
            started = time.process_time()
            for _ in range(int(asked["batch"][0])):
                broadcast(listeners, TEXT)
            await until_idle(float(asked["settle"][0]))
            body["cpu"] = time.process_time() - started
        answer = connection.respond(200, orjson.dumps(body).decode())
        answer.headers["Connection"] = "close"
        return answer

    async with serve(
        stay,
        "127.0.0.1",
        port,
        process_request=press,
        subprotocols=["alongside.v1"],  # type: ignore[list-item] # a NewType over str
        compression=None,
        ping_interval=None,
        backlog=4096,
    ) as server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))

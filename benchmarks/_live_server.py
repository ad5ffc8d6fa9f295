"""The serving process of live_fanout: our endpoint at /live, a plain ASGI loop at /plain, and buttons at /press.

Run as `python -m benchmarks._live_server PORT`. No database and no Redis: entries are handed to a real feed by hand.
"""

import asyncio
import os
import sys
import time
from typing import Any
from urllib.parse import parse_qs

import orjson
import psutil
import uvicorn
import uvloop

from server.config import LiveSettings
from server.realtime.asgi import RawWebSocketProtocol
from server.realtime.connection import Connection, Followed
from server.realtime.endpoint import Endpoint
from server.realtime.feed import Feed
from server.realtime.follow import Follow
from server.realtime.frames import Hello, entry_text
from server.realtime.shared import Shared
from server.realtime.shedding import Gate

SETTINGS = LiveSettings(handshakes_per_second=1e6, max_loop_lag_seconds=60, ping_seconds=3600, hello_seconds=600)
TOPIC = "session:01900000-0000-7000-8000-000000000000"
PAYLOAD = orjson.dumps({"session_id": TOPIC[8:], "text": "A line as people write them, a sentence or two. " * 2})


class Desk:
    """Lets everybody in and follow the one topic."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    async def hello(self, connection: Connection, _asked: Hello) -> None:
        """Follow at once."""
        follow = Follow(self.feed, connection, self.feed.top)
        connection.begin(TOPIC, Followed(follow, "participant", 0))
        follow.start(self.feed.recent_after)
        connection.protocol.opened(asyncio.get_running_loop().time())

    def part(self, _connection: Connection) -> None:
        """Nothing is kept."""


class Bench:
    """The application."""

    def __init__(self) -> None:
        # A feed with nothing behind it: entries come through `receive` as from the bell, in order.
        self.feed = Feed(TOPIC, None, SETTINGS)  # type: ignore[arg-type] # no bell
        self.feed._is_open = True  # noqa: SLF001 - opening it would ask Redis
        self.endpoint = Endpoint(SETTINGS, (), Desk(self.feed), Gate(SETTINGS))  # type: ignore[arg-type] # a toy desk
        self.sends: list[Any] = []
        self.descriptors: list[int] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await self._press(scope, send)
        elif scope["path"] == "/live":
            await self.endpoint(scope, receive, send)
        else:
            await self._plain(receive, send)

    async def _plain(self, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "alongside.v1"})
        self.sends.append(send)
        descriptor = send.__self__.transport.get_extra_info("socket").fileno()
        self.descriptors.append(descriptor)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self.sends.remove(send)
        self.descriptors.remove(descriptor)

    async def _press(self, scope: Any, send: Any) -> None:
        asked = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        body: dict[str, float] = {"rss": psutil.Process().memory_info().rss, "listeners": len(self.feed.followers)}
        if "batch" in asked:
            fan_out = {"plain": self.fan_out_plain, "live": self.fan_out, "write": self.write}[asked["kind"]]
            started = time.process_time()
            await fan_out(int(asked["batch"]))
            await until_idle(float(asked["settle"]))
            body["cpu"] = time.process_time() - started
        await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
        await send({"type": "http.response.body", "body": orjson.dumps(body)})

    async def fan_out(self, batch: int) -> None:
        """Publish entries one after the other, as the bell would."""
        for _ in range(batch):
            self.feed.receive([str(self.feed.top + 1), "e", "0123456789abcdef", "message.sent"], PAYLOAD)

    async def write(self, batch: int) -> None:
        """Only the system calls: what no server can be without."""
        frame = Shared(entry_text(TOPIC, 1, "0123456789abcdef", "message.sent", PAYLOAD)).plain
        for _ in range(batch):
            for descriptor in self.descriptors:
                os.write(descriptor, frame)

    async def fan_out_plain(self, batch: int) -> None:
        """The loop anybody would write: encode once, await `send` for each."""
        for _ in range(batch):
            text = entry_text(TOPIC, 1, "0123456789abcdef", "message.sent", PAYLOAD).decode()
            for send in self.sends:
                await send({"type": "websocket.send", "text": text})


async def until_idle(most: float) -> None:
    """Return once this process did next to nothing for two looks, which is when all was written; or after `most`."""
    until, calm = time.monotonic() + most, 0
    while calm < 2 and time.monotonic() < until:
        before = time.process_time()
        await asyncio.sleep(0.03)
        calm = calm + 1 if time.process_time() - before < 0.002 else 0


async def main(port: int) -> None:
    """Serve until killed."""
    config = uvicorn.Config(
        Bench(),
        port=port,
        lifespan="off",
        log_level="error",
        access_log=False,
        ws=RawWebSocketProtocol,
        ws_ping_interval=None,
        backlog=4096,
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))

"""What an event costs for each of 500 GraphQL subscribers: CPU of the serving process, the writing included.

The product's socket with plans, the same by graphql-core, and Strawberry's own view, one process each, in turns.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack

import httpx
import uvloop
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks._engine_server import WAY
from benchmarks._support import START_SECONDS, Serving, served
from server.kit.ids import new_id
from server.schema.core.ids import encode_id

PROTOCOL = Subprotocol("graphql-transport-ws")
SUBSCRIBERS = 500
EVENTS = 20
ROUNDS = 3
WAYS = {"the API": "plans", "the API by graphql-core": "core", "Strawberry's own view": "stock"}
QUERY = (
    'subscription { sessionEvents(sessionId: "SESSION") { kind at position { epoch seq chain } payload } }'
).replace("SESSION", encode_id("Session", new_id()))


def run(subscribers: int = SUBSCRIBERS, events: int = EVENTS, rounds: int = ROUNDS) -> Iterator[str]:
    """Return the lines of the report."""
    spent: dict[str, float] = {}
    for name, way in WAYS.items():
        with ExitStack() as stack:
            serving = stack.enter_context(served("benchmarks._events_server", {**os.environ, WAY: way}))
            spent[name] = uvloop.run(_measure(serving, subscribers, events, rounds))
        yield f"{name}: {spent[name]:.1f} us of CPU for each of {subscribers} subscribers and each event"
    first, *others = spent
    for other in others:
        yield f"  {other}: {spent[other] / spent[first]:.1f} times that of {first}"


async def _measure(serving: Serving, subscribers: int, events: int, rounds: int) -> float:
    """Return the microseconds for a subscriber and an event: the least of all rounds, less what idling takes."""
    url = f"http://127.0.0.1:{serving.port}"
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=120))
        async with asyncio.timeout(START_SECONDS):
            await http.get(f"{url}/idle", params={"count": 0})
        readers = stack.push_async_callback
        for _ in range(subscribers):
            address = f"ws://127.0.0.1:{serving.port}/graphql"
            socket = await stack.enter_async_context(connect(address, subprotocols=[PROTOCOL], compression=None))
            await _subscribe(socket)
            reader = asyncio.create_task(_read(socket))
            readers(_stop, reader)
        for _ in range(600):
            if (await http.get(f"{url}/idle", params={"count": 0})).json()["heard"] == subscribers:
                break
        found: list[float] = []
        for _ in range(rounds):
            resting = (await http.get(f"{url}/idle", params={"count": events})).json()["cpu"]
            busy = (await http.get(f"{url}/tell", params={"count": events})).json()["cpu"]
            found.append(1e6 * (busy - resting) / events / subscribers)
        return min(found)


async def _subscribe(socket: ClientConnection) -> None:
    await socket.send('{"type": "connection_init"}')
    await socket.recv()
    await socket.send('{"type": "subscribe", "id": "1", "payload": {"query": QUERY}}'.replace("QUERY", _quoted(QUERY)))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


async def _read(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


async def _stop(reader: asyncio.Task[None]) -> None:
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)

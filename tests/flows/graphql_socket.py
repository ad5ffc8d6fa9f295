"""A plain client of graphql-transport-ws: one subscription per socket, its events as they come."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import connect

from tests.flows.harness import Api
from tests.live_client import PATIENCE


class Subscription:
    """A subscription under way."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._changed = asyncio.Event()

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of the events so far."""
        return [event["kind"] for event in self.events]

    def take(self, event: dict[str, Any]) -> None:
        """Keep an event."""
        self.events.append(event)
        self._changed.set()

    async def until(self, kind: str) -> dict[str, Any]:
        """Return the first event of a kind, once it is there."""
        async with asyncio.timeout(PATIENCE):
            while not (found := [event for event in self.events if event["kind"] == kind]):
                self._changed.clear()
                await self._changed.wait()
        return found[0]


@asynccontextmanager
async def subscribed(api: Api, field: str, **variables: Any) -> AsyncIterator[Subscription]:
    """Follow `userEvents` or `sessionEvents` for the length of the block; its end must be clean."""
    declared = "$after: PositionInput" + (", $sessionId: ID!" if "sessionId" in variables else "")
    given = "after: $after" + (", sessionId: $sessionId" if "sessionId" in variables else "")
    document = f"subscription({declared}) {{ {field}({given}) {{ kind at payload position {{ epoch seq chain }} }} }}"
    subscription = Subscription()
    address = api.url.replace("http", "ws", 1) + "/graphql"
    async with connect(address, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]  # a NewType of str
        hello = {"Authorization": f"Bearer {api.token}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": hello}))
        assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        wish = {"query": document, "variables": variables}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": wish}))
        reading = asyncio.create_task(_read(socket, field, subscription))
        try:
            yield subscription
        finally:
            await socket.close()
            await reading


async def _read(socket: Any, field: str, subscription: Subscription) -> None:
    async for text in socket:
        message = json.loads(text)
        if message["type"] == "next":
            subscription.take(message["payload"]["data"][field])
        elif message["type"] == "ping":
            await socket.send('{"type":"pong"}')
        else:
            raise AssertionError(text)

"""The ASGI application at /live: shake hands, pump messages in, let the outbox pump them out, close. No rule here."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from server.config import LiveSettings
from server.observability import metrics
from server.realtime.asgi import RAW_WIRE, RawWire
from server.realtime.connection import Connection
from server.realtime.desk import Desk
from server.realtime.frames import SUBPROTOCOL
from server.realtime.keepalive import Keepalive
from server.realtime.outbox import Flusher, Outbox
from server.realtime.protocol import LiveProtocol
from server.realtime.shedding import Gate
from server.realtime.wires import AsgiWire, Message, Send

log = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[Message]]


class Endpoint:
    """Serves `/live`. `emptied` is set while no connection is open.

    `origins` are the Origin headers that may connect; a client without one is not a browser.
    """

    def __init__(self, settings: LiveSettings, origins: Collection[str], desk: Desk, gate: Gate) -> None:
        self._settings = settings
        self._origins = frozenset(origins)
        self._desk = desk
        self.gate = gate
        self._flusher: Flusher | None = None
        self.keepalive = Keepalive(settings)
        self.on_left: Callable[[Connection, str], None] = lambda _connection, _topic: None
        self.open_connections: set[Connection] = set()
        self.emptied = asyncio.Event()
        self.emptied.set()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one connection to its end."""
        if scope["type"] != "websocket":
            await _say(send, "http.response", 426, [(b"upgrade", b"websocket")])
            return
        await receive()
        headers = {name.lower(): value for name, value in scope["headers"]}
        origin = headers.get(b"origin", b"").decode("latin-1")
        refusal = self._refusal(scope, origin)
        if refusal is not None:
            metrics.LIVE_HANDSHAKES.labels("shed" if refusal[0] == 503 else "refused").inc()
            await _say(send, "websocket.http.response", *refusal)
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        await self._serve(scope, receive, send, origin)

    def _refusal(self, scope: Any, origin: str) -> tuple[int, list[tuple[bytes, bytes]]] | None:
        """Return why not to shake hands: 400 without our subprotocol, 403 for a foreign origin, 503 when busy."""
        if SUBPROTOCOL not in scope.get("subprotocols", ()):
            return 400, []
        if origin and origin not in self._origins:
            return 403, []
        wait = self.gate.wait_seconds(asyncio.get_running_loop().time())
        if wait > 0:
            return 503, [(b"retry-after", str(wait).encode())]
        return None

    async def _serve(self, scope: Any, receive: Receive, send: Send, origin: str) -> None:
        loop = asyncio.get_running_loop()
        raw = scope.get("extensions", {}).get(RAW_WIRE)
        wire: RawWire | AsgiWire = raw if raw is not None else AsgiWire(send)
        first_ping = random.uniform(0.2, 1) * self._settings.ping_seconds  # noqa: S311 - spreads the pings
        protocol = LiveProtocol(self._settings, loop.time(), first_ping_after=first_ping)
        if self._flusher is None:
            self._flusher = Flusher(self._settings)
        outbox = Outbox(self._settings, self._flusher, wire)
        wire.on_writable = outbox.resume
        connection = Connection(self._desk, protocol, outbox, origin)
        connection.on_left = self.on_left
        connection.retires_at = loop.time() + random.uniform(  # noqa: S311 - spreads the moving
            self._settings.connection_min_age_seconds, self._settings.connection_max_age_seconds
        )
        self.open_connections.add(connection)
        self.emptied.clear()
        self.keepalive.add(connection)
        try:
            await self._pump(connection, receive, send)
        finally:
            self.keepalive.discard(connection)
            self.open_connections.discard(connection)
            if not self.open_connections:
                self.emptied.set()
            await asyncio.shield(self._part(connection, wire))

    async def _pump(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Hand messages in until the socket is gone."""
        loop = asyncio.get_running_loop()
        while True:
            message = await receive()
            kind = message["type"]
            if kind == "websocket.receive":
                text = message.get("text")
                connection.receive(text if text is not None else message["bytes"], loop.time())
                await connection.ready()
            elif kind == "websocket.close":
                # The raw wire asks us to close, since only this task may await `send`.
                await send(message)
            else:
                return

    async def _part(self, connection: Connection, wire: RawWire | AsgiWire) -> None:
        await connection.end()
        self._desk.part(connection)
        await wire.end()


async def _say(send: Send, prefix: str, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    """Answer with plain HTTP and no body."""
    await send({"type": f"{prefix}.start", "status": status, "headers": headers})
    await send({"type": f"{prefix}.body", "body": b""})

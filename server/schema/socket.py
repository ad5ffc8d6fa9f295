"""The GraphQL door over WebSocket: graphql-transport-ws, one connection per object.

Three tasks per connection: a reader that never waits for the database, a writer behind a bounded queue, and a
watch for silence and lost credentials. Each operation is a task of its own. One bad operation ends with `error`
and leaves the socket open.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any

import strawberry
from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from server.domain.errors import Refusal
from server.models.database import AWAY
from server.realtime.text_wire import TEXT_WIRE, TextWire
from server.schema.core.asks import read_ask
from server.schema.core.execution import Caller, Engine
from server.schema.core.options import EndpointOptions
from server.schema.core.problems import RequestProblem, problem_of_failure, problem_of_refusal
from server.schema.core.runs import Answer
from server.schema.endpoint_request import check_origin, headers_of, request_id_of
from server.schema.socket_messages import (
    SUBPROTOCOL,
    ClientMessage,
    CloseCode,
    Complete,
    Init,
    Ping,
    SocketClosed,
    Subscribe,
    next_begun,
    read_message,
    write_message,
)


class GraphQLSocket:
    """The ASGI application behind /graphql; counts each user's connections in this process."""

    def __init__(self, schema: strawberry.Schema, options: EndpointOptions, *, engine: Engine | None = None) -> None:
        self.engine = engine or Engine(schema, options)
        self.options = options
        self.connections: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until either side ends it."""
        websocket = WebSocket(scope, receive, send)
        try:
            check_origin(headers_of(scope), self.options)
        except RequestProblem:
            await websocket.close()  # before the handshake: HTTP 403
            return
        if SUBPROTOCOL not in websocket.scope.get("subprotocols", ()):
            await websocket.accept()
            await websocket.close(CloseCode.BAD_SUBPROTOCOL, f"This door speaks {SUBPROTOCOL}.")
            return
        await websocket.accept(SUBPROTOCOL)
        await _Connection(self, websocket).run()


class _Connection:
    """One socket. `caller` is set when connection_init was accepted, `has_init` when one was received."""

    def __init__(self, door: GraphQLSocket, websocket: WebSocket) -> None:
        self.door = door
        self.websocket = websocket
        self.limits = door.options.socket
        self.request_id = request_id_of(websocket.scope, headers_of(websocket.scope))
        self.has_init = False
        self.caller: Caller | None = None
        self.credentials: HTTPConnection = websocket
        self.counted_as: str | None = None
        self.operations: dict[str, asyncio.Task[None]] = {}
        self.wire: TextWire | None = websocket.scope.get("extensions", {}).get(TEXT_WIRE)
        self.outbound: asyncio.Queue[str] = asyncio.Queue(self.limits.queued_messages)
        self.line = asyncio.Lock()
        self.in_line = 0
        """How many messages are queued or on their way."""
        self.last_heard = asyncio.get_running_loop().time()
        self.ended: asyncio.Future[SocketClosed | None] = asyncio.get_running_loop().create_future()
        self.tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until the first reason to end, then take down every task and close the socket."""
        for coroutine in (self._read(), self._write(), self._watch()):
            self._start(coroutine)
        try:
            reason = await self.ended
            await self._stop_tasks()
            if reason is not None and self.websocket.application_state is WebSocketState.CONNECTED:
                await self._close(reason)
        finally:
            await self._stop_tasks()
            if self.counted_as is not None:
                self.door.connections[self.counted_as] -= 1
                self.door.connections += Counter()  # drops the names that are at zero

    def _start(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._guard(coroutine))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _guard(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run one task; what it raises ends the connection."""
        try:
            await coroutine
        except SocketClosed as reason:
            self._end(reason)
        except WebSocketDisconnect:
            self._end(None)
        except Exception as failure:
            problem = problem_of_failure(failure, self.request_id)
            code = CloseCode.TRY_LATER if problem.code == "unavailable" else CloseCode.SERVER_ERROR
            self._end(SocketClosed(code, problem.message))

    def _end(self, reason: SocketClosed | None) -> None:
        if not self.ended.done():
            self.ended.set_result(reason)

    async def _stop_tasks(self) -> None:
        while self.tasks:
            tasks = list(self.tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _close(self, reason: SocketClosed) -> None:
        try:
            async with asyncio.timeout(self.limits.send_seconds):
                await self.websocket.close(reason.code, reason.reason)
        except (TimeoutError, RuntimeError, OSError):
            # The other side has gone already, or reads nothing: the server drops the transport.
            return

    async def _read(self) -> None:
        while True:
            frame = await self.websocket.receive()
            if frame["type"] == "websocket.disconnect":
                self._end(None)
                return
            self.last_heard = asyncio.get_running_loop().time()
            await self._handle(read_message(dict(frame), self.limits.message_bytes))

    async def _handle(self, message: ClientMessage) -> None:
        match message:
            case Init(payload):
                if self.has_init:
                    raise SocketClosed(CloseCode.TOO_MANY, "Too many initialisation requests")
                self.has_init = True
                self._start(self._accept(payload))
            case Ping(payload):
                # The reader never waits for the line.
                await self._queue(write_message("pong", payload=payload))
            case Subscribe(operation_id, payload):
                await self._subscribe(operation_id, payload)
            case Complete(operation_id):
                task = self.operations.pop(operation_id, None)
                if task is not None:
                    task.cancel()

    async def _accept(self, params: dict[str, Any]) -> None:
        self.credentials = _with_token(self.websocket, params)
        try:
            actor = await self.door.options.authenticate(self.credentials)
        except Refusal as refusal:
            raise SocketClosed(CloseCode.FORBIDDEN, refusal.message) from refusal
        client = self.websocket.client
        caller = Caller(
            actor,
            self.request_id,
            client.host if client else None,
            user_agent=self.websocket.headers.get("user-agent", ""),
            origin=self.websocket.headers.get("origin", ""),
        )
        is_visitor = actor.user_id is None
        most = self.limits.visitor_connections if is_visitor else self.limits.connections
        if self.door.connections[caller.budget_key] >= most:
            raise SocketClosed(CloseCode.TOO_MANY, "Too many connections")
        self.counted_as = caller.budget_key
        self.door.connections[caller.budget_key] += 1
        self.caller = caller
        await self._send("connection_ack")

    async def _subscribe(self, operation_id: str, payload: Any) -> None:
        if self.caller is None:
            raise SocketClosed(CloseCode.UNAUTHORIZED, "Unauthorized")
        if operation_id in self.operations:
            raise SocketClosed(CloseCode.DUPLICATE_ID, f"Subscriber for {operation_id} already exists")
        if len(self.operations) >= self.limits.operations:
            problem = RequestProblem("too_complex", f"At most {self.limits.operations} operations at once.")
            await self._send("error", operation_id=operation_id, payload=problem.formatted(self.request_id))
            return
        self.operations[operation_id] = self._start(self._operate(operation_id, payload))

    async def _operate(self, operation_id: str, payload: Any) -> None:
        """Run one operation to its end; whatever is wrong with it becomes an `error` of that operation."""
        try:
            await self._execute(operation_id, payload)
        except (SocketClosed, WebSocketDisconnect):
            raise
        except RequestProblem as problem:
            errors = problem.formatted(self.request_id)
        except Refusal as refusal:
            errors = problem_of_refusal(refusal).formatted(self.request_id)
        except Exception as failure:
            errors = problem_of_failure(failure, self.request_id).formatted(self.request_id)
        else:
            errors = []
        # A client may take the id again as soon as it has read the end, so it is free before that is sent.
        if self.operations.get(operation_id) is asyncio.current_task():
            del self.operations[operation_id]
        if errors:
            await self._send("error", operation_id=operation_id, payload=errors)
        else:
            await self._send("complete", operation_id=operation_id)

    async def _execute(self, operation_id: str, payload: Any) -> None:
        ask = read_ask(payload)
        engine = self.door.engine
        operation = engine.prepare(ask)
        if operation.kind is not OperationType.SUBSCRIPTION:
            answer = await engine.answer(operation, ask, self._current())
            await self._send("next", operation_id=operation_id, payload=answer)
            return
        at_once = self._passing(operation_id)
        async with aclosing(await engine.open(operation, ask, self._current, at_once)) as answers:
            async for answer in answers:
                await self._send("next", operation_id=operation_id, payload=answer)

    def _passing(self, operation_id: str) -> Callable[[Answer], bool] | None:
        """Return what sends an answer of this operation without waiting, or refuses it; None where nothing can."""
        if self.wire is None:
            return None
        task, begun = asyncio.current_task(), next_begun(operation_id)

        def take(answer: Answer) -> bool:
            if self.operations.get(operation_id) is not task or self.ended.done():
                return False
            return self._is_sent(begun + answer.json + b"}")

        return take

    def _is_sent(self, message: bytes) -> bool:
        """Send a message now, if nothing is before it and it needs no waiting."""
        return not self.in_line and self.wire is not None and self.wire.write(message)

    def _current(self) -> Caller:
        if self.caller is None:
            raise SocketClosed(CloseCode.UNAUTHORIZED, "Unauthorized")
        return self.caller

    async def _send(self, kind: str, *, operation_id: str | None = None, payload: Any = None) -> None:
        """Send a message at once when nothing else is on its way, else queue it; with a full queue this waits."""
        message = write_message(kind, operation_id=operation_id, payload=payload)
        if self._is_sent(message):
            return
        if self.in_line:
            await self._queue(message)
        else:
            self.in_line += 1
            await self._transmit(message.decode())

    async def _queue(self, message: bytes) -> None:
        """Have a message sent after what is before it; with a full queue this waits."""
        self.in_line += 1
        try:
            await self.outbound.put(message.decode())
        except BaseException:
            self.in_line -= 1
            raise

    async def _write(self) -> None:
        while True:
            await self._transmit(await self.outbound.get())

    async def _transmit(self, text: str) -> None:
        try:
            async with self.line, asyncio.timeout(self.limits.send_seconds):
                await self.websocket.send_text(text)
        except TimeoutError as error:
            raise SocketClosed(CloseCode.TRY_LATER, "The client reads too slowly.") from error
        finally:
            self.in_line -= 1

    async def _watch(self) -> None:
        """Wait for connection_init; then ping, end a silent connection, and look at the credentials again."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self.limits.init_seconds)
        if not self.has_init:
            raise SocketClosed(CloseCode.INIT_TIMEOUT, "Connection initialisation timeout")
        last_ping = last_check = loop.time()
        while True:
            await asyncio.sleep(min(self.limits.ping_seconds, self.door.options.recheck_seconds))
            if loop.time() - self.last_heard > self.limits.silence_seconds:
                raise SocketClosed(CloseCode.TRY_LATER, "Nothing was heard for too long.")
            if loop.time() - last_ping >= self.limits.ping_seconds:
                last_ping = loop.time()
                await self._send("ping")
            if loop.time() - last_check >= self.door.options.recheck_seconds:
                last_check = loop.time()
                await self._recheck()

    async def _recheck(self) -> None:
        if self.caller is None:
            return
        try:
            actor = await self.door.options.authenticate(self.credentials)
        except Refusal as refusal:
            raise SocketClosed(CloseCode.FORBIDDEN, refusal.message) from refusal
        except AWAY:
            return  # nobody can tell now; the next look will
        if actor.user_id != self.caller.actor.user_id:
            raise SocketClosed(CloseCode.FORBIDDEN, "The credentials no longer hold.")
        self.caller = self.caller.now_as(actor)


def _with_token(websocket: WebSocket, params: dict[str, Any]) -> HTTPConnection:
    """Return the connection as if the token in connectionParams had come in an Authorization header."""
    header = params.get("Authorization") or params.get("authorization")
    token = params.get("token")
    if header is None and token is not None:
        header = f"Bearer {token}"
    if header is None:
        return websocket
    if not isinstance(header, str) or not header.isascii() or not header.isprintable():
        raise SocketClosed(CloseCode.FORBIDDEN, "The token is no token.")
    others = [(name, value) for name, value in websocket.scope["headers"] if name != b"authorization"]
    return HTTPConnection({**websocket.scope, "headers": [*others, (b"authorization", header.encode())]})

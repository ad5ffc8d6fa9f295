"""The GraphQL door over HTTP: GraphQL over HTTP with JSON, and subscriptions over server-sent events.

Errors become responses here and nowhere else; the table of statuses is in core/problems.py. No rule of the
domain lives here.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, contextmanager

import msgspec
import orjson
import strawberry
from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from server.domain.errors import Refusal
from server.kit.alarms import Alarms
from server.kit.clock import now
from server.kit.encodings import WORTH_IT, accepted, gzipped
from server.models.database import AWAY
from server.schema.core.asks import Ask
from server.schema.core.documents import Operation
from server.schema.core.execution import Caller, Engine
from server.schema.core.options import EndpointOptions
from server.schema.core.problems import STATUS, RequestProblem, problem_of_failure, problem_of_refusal
from server.schema.core.runs import Answer
from server.schema.endpoint_page import PAGE
from server.schema.endpoint_request import (
    Headers,
    Media,
    check_forgery,
    check_origin,
    headers_of,
    negotiate,
    read_request,
    request_id_of,
    text_of,
)
from server.schema.sse import disconnected, next_event, stream_events

WATCH_SECONDS = 0.05
# To name a member of an enumeration takes a call each time.
_QUERY, _MUTATION, _SUBSCRIPTION = OperationType.QUERY, OperationType.MUTATION, OperationType.SUBSCRIPTION
_RESPONSE, _JSON, _PAGE, _EVENTS = Media.RESPONSE, Media.JSON, Media.PAGE, Media.EVENTS
_ANSWERS = (_RESPONSE, _JSON, _PAGE)
NO_HEADERS: Mapping[str, str] = {}
_ALWAYS = ((b"cache-control", b"no-store"), (b"vary", b"Accept, Accept-Encoding, Origin"))
_GZIP = (b"content-encoding", b"gzip")


class _Exchange(msgspec.Struct):
    """One request on its way to its answer. `media` is JSON until negotiation has said otherwise.

    `cookies` are whole Set-Cookie values that a mutation wants sent along.
    """

    scope: Scope
    receive: Receive
    send: Send
    headers: Headers
    request_id: str
    media: Media = _JSON
    cookies: list[str] = []


class GraphQLEndpoint:
    """The ASGI application behind /graphql."""

    def __init__(self, schema: strawberry.Schema, options: EndpointOptions, *, engine: Engine | None = None) -> None:
        self.engine = engine or Engine(schema, options)
        self.options = options
        self._streams: Counter[str] = Counter()
        self._body_alarms = Alarms(options.body_seconds)
        self._watch_alarms = Alarms(WATCH_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        headers = headers_of(scope)
        exchange = _Exchange(scope, receive, send, headers, request_id_of(scope, headers))
        try:
            await self._serve(exchange)
        except RequestProblem as problem:
            await _refuse(exchange, problem)
        except Refusal as refusal:
            await _refuse(exchange, problem_of_refusal(refusal))
        except Exception as failure:
            await _refuse(exchange, problem_of_failure(failure, exchange.request_id))

    async def _serve(self, exchange: _Exchange) -> None:
        scope, headers = exchange.scope, exchange.headers
        method = scope["method"]
        if method not in ("GET", "POST"):
            raise _wrong_method("GET, POST")
        check_origin(headers, self.options)
        exchange.media = negotiate(headers, with_page=self.options.development and method == "GET")
        if exchange.media is _PAGE:
            await _send_body(exchange, 200, PAGE)
            return
        check_forgery(headers)
        ask = await read_request(scope, exchange.receive, headers, self.options.body_bytes, self._body_alarms)
        if headers.get(b"graphql-cost") == b"1":
            ask.extensions["cost"] = True
        caller = await self._caller(exchange)
        if exchange.media is _EVENTS:
            await self._stream(exchange, ask, caller)
            return
        operation = self.engine.prepare(ask)
        if operation.kind is _SUBSCRIPTION:
            raise RequestProblem("not_acceptable", "A subscription needs Accept: text/event-stream, or a WebSocket.")
        _check_method(exchange, operation)
        answer = await self._answer(exchange, operation, ask, caller)
        if answer is not None:
            await _send_body(exchange, 200, answer.json)

    async def _caller(self, exchange: _Exchange) -> Caller:
        actor = await self.options.authenticate(HTTPConnection(exchange.scope))
        client = exchange.scope.get("client")
        return Caller(
            actor,
            exchange.request_id,
            client[0] if client else None,
            user_agent=text_of(exchange.headers, b"user-agent"),
            origin=text_of(exchange.headers, b"origin"),
            # The head of an event stream has left before its operation runs.
            response_cookies=None if exchange.media is _EVENTS else exchange.cookies,
        )

    async def _answer(self, exchange: _Exchange, operation: Operation, ask: Ask, caller: Caller) -> Answer | None:
        """Execute; a query whose client has left is cancelled, a mutation is finished."""
        if operation.kind is not _QUERY:
            return await self.engine.answer(operation, ask, caller)
        watch = _Watch(exchange.receive, self._watch_alarms)
        try:
            return await self.engine.answer(operation, ask, caller)
        except asyncio.CancelledError:
            if watch.has_cancelled():
                return None
            raise
        finally:
            if watch.has_begun():
                await watch.end()

    async def _stream(self, exchange: _Exchange, ask: Ask, caller: Caller) -> None:
        stream = _Stream(self, exchange, caller)
        with self._counted(caller.budget_key):
            await stream_events(
                exchange.receive,
                exchange.send,
                stream.events(ask),
                headers=[(b"x-request-id", exchange.request_id.encode())],
                keep_alive=self.options.keep_alive_seconds,
                on_pause=stream.recheck,
            )

    @contextmanager
    def _counted(self, whose: str) -> Iterator[None]:
        """Count an event stream, or refuse one too many."""
        if self._streams[whose] >= self.options.streams:
            message = f"At most {self.options.streams} event streams at once. Close one first."
            raise RequestProblem("rate_limited", message, details={"retryAfter": 1}, headers={"retry-after": "1"})
        self._streams[whose] += 1
        try:
            yield
        finally:
            self._streams[whose] -= 1
            self._streams += Counter()  # drops the names that are at zero

    async def responses(self, exchange: _Exchange, ask: Ask, stream: "_Stream") -> AsyncGenerator[Answer, None]:
        """Return the responses of one operation over an event stream."""
        operation = self.engine.prepare(ask)
        _check_method(exchange, operation)
        if operation.kind is _SUBSCRIPTION:
            async with aclosing(await self.engine.open(operation, ask, lambda: stream.caller)) as events:
                async for payload in events:
                    yield payload
        else:
            yield await self.engine.answer(operation, ask, stream.caller)


class _Watch:
    """Cancels the task that made it when the client leaves. It looks after a moment: most answers are there by then."""

    __slots__ = ("_alarms", "_has_left", "_receive", "_watched", "_watcher")

    def __init__(self, receive: Receive, alarms: Alarms) -> None:
        self._receive = receive
        self._watched = asyncio.current_task()
        self._watcher: asyncio.Task[None] | None = None
        self._has_left = False
        self._alarms = alarms
        alarms.set(self)

    def ring(self) -> None:
        """Begin to look."""
        self._watcher = asyncio.create_task(self._look())

    async def _look(self) -> None:
        await disconnected(self._receive)
        self._has_left = True
        if self._watched is not None:
            self._watched.cancel()

    def has_cancelled(self) -> bool:
        """Tell, once, whether it was the client's leaving that cancelled the task, and nobody else, too."""
        was_us, self._has_left = self._has_left, False
        return was_us and self._watched is not None and self._watched.uncancel() == 0

    def has_begun(self) -> bool:
        """Tell whether it looks already. If not, it will not begin any more."""
        self._alarms.drop(self)
        return self._watcher is not None

    async def end(self) -> None:
        """Stop looking."""
        if self._watcher is None:
            return
        self._watcher.cancel()
        try:
            await asyncio.gather(self._watcher, return_exceptions=True)
        except asyncio.CancelledError:
            # The client left at the moment the answer was there.
            if not self.has_cancelled():
                raise


class _Stream:
    """One event stream: its responses as bytes, and a caller whose rights are looked at again now and then."""

    def __init__(self, endpoint: GraphQLEndpoint, exchange: _Exchange, caller: Caller) -> None:
        self.endpoint = endpoint
        self.exchange = exchange
        self.caller = caller
        self.checked_at = now()

    async def events(self, ask: Ask) -> AsyncGenerator[bytes, None]:
        """Return the events; what goes wrong is the last one."""
        try:
            async with aclosing(self.endpoint.responses(self.exchange, ask, self)) as payloads:
                async for payload in payloads:
                    yield next_event(payload)
        except RequestProblem as problem:
            yield next_event({"errors": problem.formatted(self.exchange.request_id)})
        except Refusal as refusal:
            yield next_event({"errors": problem_of_refusal(refusal).formatted(self.exchange.request_id)})
        except Exception as failure:
            trouble = problem_of_failure(failure, self.exchange.request_id)
            yield next_event({"errors": trouble.formatted(self.exchange.request_id)})

    async def recheck(self) -> bytes | None:
        """Look at the credentials again when it is time; return the last event when they no longer hold."""
        if (now() - self.checked_at).total_seconds() < self.endpoint.options.recheck_seconds:
            return None
        self.checked_at = now()
        try:
            actor = await self.endpoint.options.authenticate(HTTPConnection(self.exchange.scope))
        except Refusal as refusal:
            return next_event({"errors": problem_of_refusal(refusal).formatted(self.exchange.request_id)})
        except AWAY:
            return None  # nobody can tell now; the next look will
        self.caller = self.caller.now_as(actor)
        return None


def _check_method(exchange: _Exchange, operation: Operation) -> None:
    if exchange.scope["method"] == "GET" and operation.kind is _MUTATION:
        raise _wrong_method("POST")


def _wrong_method(allowed: str) -> RequestProblem:
    return RequestProblem("method_not_allowed", f"Use one of: {allowed}.", headers={"allow": allowed})


async def _refuse(exchange: _Exchange, problem: RequestProblem) -> None:
    column = 0 if exchange.media is _RESPONSE else 1
    payload = {"errors": problem.formatted(exchange.request_id)}
    await _send_body(exchange, STATUS[problem.code][column], orjson.dumps(payload), problem.headers)


async def _send_body(exchange: _Exchange, status: int, body: bytes, headers: Mapping[str, str] = NO_HEADERS) -> None:
    is_small = len(body) < WORTH_IT or "gzip" not in accepted(text_of(exchange.headers, b"accept-encoding"))
    body = body if is_small else gzipped(body)
    lines = [
        (exchange.media if exchange.media in _ANSWERS else _JSON).line,
        (b"content-length", b"%d" % len(body)),
        *_ALWAYS,
        (b"x-request-id", exchange.request_id.encode()),
    ]
    if not is_small:
        lines.append(_GZIP)
    if headers:
        lines += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    if exchange.cookies:
        lines += [(b"set-cookie", cookie.encode("latin-1")) for cookie in exchange.cookies]
    await exchange.send({"type": "http.response.start", "status": status, "headers": lines})
    await exchange.send({"type": "http.response.body", "body": body})

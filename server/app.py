"""The Starlette application: routes, middleware in order, and the serving of it.

No rule lives here. /graphql answers HTTP, SSE and graphql-transport-ws; /live is the live layer's own door.
"""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import cache, lru_cache

import uvicorn
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import unsubscribing
from server.calendar_door import calendar_routes
from server.config import Settings
from server.domain.errors import Refusal
from server.embedded import ServerUrls
from server.guarded_http import GuardedHttp
from server.kit import garbage
from server.observability import metrics
from server.observability.logs import begin_request, end_request, request_id_from
from server.observability.tallies import Count, Durations
from server.realtime.serving import DrainingServer
from server.site import LASTING
from server.wiring import Wiring, event_loop, wired_server

Header = tuple[bytes, bytes]

_BY_ORIGIN = (b"vary", b"Origin")
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_ALWAYS = (_NO_SNIFFING, (b"referrer-policy", b"same-origin"))
_CHANGING = frozenset({b"content-length", b"x-request-id", b"set-cookie", b"etag", b"last-modified", b"location"})
_IN_FLIGHT = metrics.HTTP_IN_FLIGHT.labels()
CORS_HEADERS = ("authorization", "content-type", "graphql-require-preflight", "graphql-cost", "x-request-id")

_FRONT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Alongside</title>
<h1>Alongside</h1>
<p>Mentorship for people whose work is temporary. This is the server; front ends speak to it at these addresses.</p>
<ul>
<li><a href="/graphql">/graphql</a>: the GraphQL API, over HTTP, server-sent events and graphql-transport-ws</li>
<li>/live: rooms, over WebSocket with the subprotocol <code>alongside.v1</code></li>
<li><a href="/readyz">/readyz</a>, <a href="/healthz">/healthz</a>, <a href="/metrics">/metrics</a>: how it is</li>
</ul>
<p><small>This service uses the ESCO classification of the European Commission.</small></p>
</html>
"""


class RequestRecord:
    """Outermost middleware: gives each request an id, counts it, and sets the headers every answer has."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request or pass a socket on with its id."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        given = None
        for name, value in scope["headers"]:
            if name == b"x-request-id":
                given = value.decode("latin-1")
        request_id = request_id_from(given)
        scope.setdefault("state", {})["request_id"] = request_id
        begun = begin_request(request_id)
        served = _Served(scope, send, request_id) if scope["type"] == "http" else None
        try:
            await self.app(scope, receive, send if served is None else served.send)
        finally:
            if served is not None:
                served.end()
            end_request(begun)


class _Served:
    """An HTTP request from its head to the end of its answer."""

    __slots__ = ("_request_id", "_scope", "_send", "_started", "_status")

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self._scope = scope
        self._send = send
        self._request_id = request_id
        self._status = 500
        self._started = time.perf_counter()
        _IN_FLIGHT.inc()

    def send(self, message: Message) -> Awaitable[None]:
        """Send a message of the answer, its head with the headers every answer has."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"] = _complete(message["headers"], self._request_id)
        return self._send(message)

    def end(self) -> None:
        """Count the request."""
        _IN_FLIGHT.dec()
        route = getattr(self._scope.get("route"), "path", "other")
        answered, took = _counters(self._scope["method"], route, self._status)
        answered.inc()
        took.observe(time.perf_counter() - self._started)


@cache
def _counters(method: str, route: str, status: int) -> tuple[Count, Durations]:
    # As few as there are series: what is looked up by its labels is looked up once.
    return metrics.HTTP_REQUESTS.labels(method, route, str(status)), metrics.HTTP_SECONDS.labels(route)


def _complete(headers: Iterable[Header], request_id: str) -> list[Header]:
    """Return an answer's headers with those that every answer has, unless they say something else."""
    given = list(headers)
    kept, vary, is_named, added = _completion(tuple([pair[0] if pair[0] in _CHANGING else pair for pair in given]))
    whole = [given[number] for number in kept]
    whole.append(vary)
    if not is_named:
        whole.append((b"x-request-id", request_id.encode()))
    whole += added
    return whole


@lru_cache(maxsize=256)
def _completion(shape: tuple[Header | bytes, ...]) -> tuple[tuple[int, ...], Header, bool, tuple[Header, ...]]:
    """Return which of an answer's headers stay, what it varies by, whether it needs no id, and what is added.

    Of headers whose value matters to nobody here a shape has the name alone, so that there are few of them.
    """
    headers = [(one, b"") if isinstance(one, bytes) else one for one in shape]
    kept = tuple(number for number, (name, _) in enumerate(headers) if name.lower() != b"vary")
    vary = _varying_once([*headers, _BY_ORIGIN])[-1]
    there = dict(headers)
    if there.get(b"cache-control") == LASTING:
        # Kept for years and shown to no person: it names no request, and pages are made of dozens of them.
        return kept, vary, True, (_NO_SNIFFING,)
    return kept, vary, b"x-request-id" in there, tuple(pair for pair in _ALWAYS if pair[0] not in there)


def _varying_once(headers: Iterable[Header]) -> list[Header]:
    """Return the headers with one Vary that names each header once: both GraphQL and CORS say what they look at."""
    others, said = [], []
    for pair in headers:
        if pair[0].lower() == b"vary":
            said.append(pair[1])
        else:
            others.append(pair)
    if said:
        others.append((b"vary", _once(said)))
    return others


def _once(said: Iterable[bytes]) -> bytes:
    parts = [part.strip() for value in said for part in value.split(b",")]
    return b", ".join(list({part.lower(): part for part in reversed(parts)}.values())[::-1])


class Cors(CORSMiddleware):
    """Starlette's, out of the way of whoever is no browser on another page: RequestRecord says what answers vary by."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at a request that names an origin other than this one, and pass all others on."""
        if scope["type"] == "http" and _is_from_elsewhere(scope):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_from_elsewhere(scope: Scope) -> bool:
    """Tell a page of another origin. Our own pages name theirs too, with every script and every question."""
    origin = host = b""
    for name, value in scope["headers"]:
        if name == b"origin":
            origin = value
        elif name == b"host":
            host = value
    return origin not in {b"", scope["scheme"].encode() + b"://" + host}


class Shortcut:
    """Innermost middleware: the way to the one route that most requests take, past the router and its patterns.

    The endpoint behind it answers every failure itself.
    """

    def __init__(self, app: ASGIApp, route: Route) -> None:
        self.app = app
        self.route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, to the route or to the router."""
        if scope["type"] == "http" and scope["path"] == self.route.path and not scope.get("root_path"):
            scope["route"] = self.route
            await self.route.app(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def surrounded(app: ASGIApp, graphql: Route, origins: Iterable[str]) -> ASGIApp:
    """Return an application with what stands around every request.

    It stands around Starlette, not inside of it: a request that takes the shortcut sees nothing of Starlette.
    """
    cors = Cors(
        Shortcut(app, graphql),
        allow_origins=sorted(origins),
        allow_methods=["GET", "POST"],
        allow_headers=CORS_HEADERS,
        expose_headers=["x-request-id", "retry-after"],
        allow_credentials=True,
        max_age=3600,
    )
    return RequestRecord(cors)


def application(wiring: Wiring) -> ASGIApp:
    """Return the ASGI application over what is wired."""
    settings = wiring.settings

    async def front(_request: Request) -> Response:
        return HTMLResponse(_FRONT)

    async def healthz(_request: Request) -> Response:
        report = wiring.health.live()
        return JSONResponse(report.as_json(), report.http_status)

    async def readyz(_request: Request) -> Response:
        report = await wiring.health.ready()
        return JSONResponse(report.as_json(), report.http_status)

    async def numbers(_request: Request) -> Response:
        body, kind = metrics.expose(wiring.worker_id)
        return Response(body, media_type=kind)

    graphql = Route("/graphql", wiring.graphql_http)
    starlette = Starlette(
        routes=[
            *([Route("/", front)] if wiring.site is None else []),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", numbers),
            graphql,
            WebSocketRoute("/graphql", wiring.graphql_socket),
            WebSocketRoute("/live", wiring.live.endpoint),
            Route(unsubscribing.PATH, unsubscribing.serve, methods=["GET", "POST"]),
            *calendar_routes(settings.public_url),
            *([] if wiring.site is None else [Route("/{path:path}", wiring.site.serve)]),
        ],
        exception_handlers={404: _not_found, Refusal: _refused},
    )
    return surrounded(starlette, graphql, settings.origins)


async def _not_found(_request: Request, _failure: Exception) -> Response:
    return JSONResponse({"code": "not_found", "message": "There is nothing at this address."}, 404)


async def _refused(_request: Request, refusal: Exception) -> Response:
    """Answer a refusal that a door let through: still the client's matter, never a 5xx."""
    code = refusal.code if isinstance(refusal, Refusal) else "refused"
    return JSONResponse({"code": code, "message": str(refusal)}, 400)


def serve_listener(settings: Settings, descriptor: int, at_start: Callable[[], None]) -> None:
    """Serve from a listening socket until SIGTERM or SIGINT. `at_start` is called in the running loop."""
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(_serve(settings, descriptor, at_start))


async def _serve(settings: Settings, descriptor: int, at_start: Callable[[], None]) -> None:
    at_start()
    urls = ServerUrls(settings.database_url or "", settings.redis_url or "")
    async with wired_server(settings, urls) as wiring:
        garbage.leave_what_stays()
        config = uvicorn.Config(
            application(wiring),
            lifespan="off",
            http=GuardedHttp,
            ws=wiring.websocket_class,
            ws_max_size=settings.live.frame_bytes,
            ws_ping_interval=None,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_keep_alive=75,
            timeout_graceful_shutdown=10,
        )
        with socket.socket(fileno=descriptor) as listener:
            await DrainingServer(config, wiring.drain).serve([listener])

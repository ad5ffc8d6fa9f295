"""Reads one GraphQL request off HTTP: origin, media types, body, parameters. Executes nothing."""

import random
import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from urllib.parse import urlsplit

import orjson
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

from server.kit.alarms import Alarms, Deadline
from server.kit.bodies import body_offered
from server.schema.core.asks import Ask, check_values, read_ask, read_json
from server.schema.core.options import EndpointOptions
from server.schema.core.problems import RequestProblem

Headers = Mapping[bytes, bytes]
"""As they came. Most of them nobody reads: whoever reads one makes text of it."""
REMEMBERED_CHARACTERS = 200
"""Of an Accept header: longer ones are read anew each time."""
GET_PARAMETERS = ("query", "documentId", "doc_id", "operationName")
GET_OBJECTS = ("variables", "extensions")
SWALLOWED = 16
"""How many times the limit of a body is read, and dropped, for the sake of an answer."""
PREFLIGHT_HEADER = b"graphql-require-preflight"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)


class Media(Enum):
    """The ways to answer; `line` is the header that names one."""

    RESPONSE = "application/graphql-response+json"
    JSON = "application/json"
    EVENTS = "text/event-stream"
    PAGE = "text/html"

    def __init__(self, name: str) -> None:
        self.line = (b"content-type", f"{name}; charset=utf-8".encode())


_JSON = Media.JSON
"""To name a member of an enumeration takes a call each time."""


def headers_of(scope: Scope) -> Headers:
    """Return the headers by their names in lower case; of a name given twice, the first."""
    return dict(reversed(scope["headers"]))


def text_of(headers: Headers, name: bytes, otherwise: str = "") -> str:
    """Return what a header says."""
    value = headers.get(name)
    return otherwise if value is None else value.decode("latin-1")


def request_id_of(scope: Scope, headers: Headers) -> str:
    """Return the id that the middleware or the client gave the request, or a fresh one."""
    state = scope.get("state")
    named: str | None = state.get("request_id") if state else None
    if named is not None:
        return named
    given = text_of(headers, b"x-request-id")
    # A name to find lines by, no secret: it needs no system call.
    return given if _REQUEST_ID.fullmatch(given) else f"{random.getrandbits(64):016x}"


def check_origin(headers: Headers, options: EndpointOptions) -> None:
    """Refuse a browser on a page that is neither ours nor on the allow-list."""
    if b"origin" not in headers:
        return
    origin = text_of(headers, b"origin")
    if origin in options.allowed_origins:
        return
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        host = ""
    if not host or host != text_of(headers, b"host"):
        raise RequestProblem("origin_not_allowed", "Requests from this origin are not taken.")


def check_forgery(headers: Headers) -> None:
    """Refuse a request with a cookie that a foreign page could have sent without a preflight."""
    if b"cookie" not in headers or headers.get(PREFLIGHT_HEADER):
        return
    if _media_type(text_of(headers, b"content-type")) != Media.JSON.value:
        raise RequestProblem(
            "csrf", "With a cookie, send Content-Type: application/json or GraphQL-Require-Preflight: 1."
        )


def negotiate(headers: Headers, *, with_page: bool) -> Media:
    """Return the best of what the client accepts; nothing said means application/json."""
    accept = text_of(headers, b"accept")
    if not accept or accept.isspace():
        return _JSON
    return (_best if len(accept) <= REMEMBERED_CHARACTERS else _best.__wrapped__)(accept, with_page)


@lru_cache(maxsize=256)
def _best(accept: str, with_page: bool) -> Media:
    best: tuple[float, Media] | None = None
    for part in accept.split(","):
        quality, media = _accepted(part, with_page=with_page)
        if media is not None and quality > 0 and (best is None or quality > best[0]):
            best = (quality, media)
    if best is None:
        names = ", ".join(media.value for media in (Media.RESPONSE, Media.JSON, Media.EVENTS))
        raise RequestProblem("not_acceptable", f"This door answers with one of: {names}.")
    return best[1]


def _accepted(part: str, *, with_page: bool) -> tuple[float, Media | None]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key == "charset" and value.strip('"') not in ("utf-8", "utf8"):
            return 0.0, None
        if key == "q":
            quality = _quality(value)
    if name in ("*/*", "application/*"):
        return quality, Media.JSON
    known = next((media for media in Media if media.value == name), None)
    return quality, None if known is Media.PAGE and not with_page else known


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


async def read_request(scope: Scope, receive: Receive, headers: Headers, limit: int, alarms: Alarms) -> Ask:
    """Return what a GET or POST request asks, or refuse it. A body has at most `limit` bytes, and comes in time."""
    if scope["method"] == "GET":
        return _read_query_string(scope)
    if headers.get(b"content-type") != b"application/json":
        _check_content_type(headers.get(b"content-type"))
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise RequestProblem("unsupported_media_type", "Compressed bodies are not taken.")
    body = body_offered(scope)
    if body is None:
        body = await _body_in_time(receive, headers, limit, alarms)
    elif len(body) > limit:
        raise _too_large(limit)
    return read_ask(read_json(body))


def _check_content_type(given: bytes | None) -> None:
    header = None if given is None else given.decode("latin-1")
    if header is None or _media_type(header) != Media.JSON.value:
        raise RequestProblem("unsupported_media_type", "Send the request as application/json.")
    charset = re.search(r"charset=\"?([^\s;\"]+)", header, re.IGNORECASE)
    if charset is not None and charset.group(1).lower() not in ("utf-8", "utf8"):
        raise RequestProblem("unsupported_media_type", "Send the request in UTF-8.")


async def _body_in_time(receive: Receive, headers: Headers, limit: int, alarms: Alarms) -> bytes:
    try:
        with Deadline(alarms):
            return await _read_body(receive, headers, limit)
    except TimeoutError as error:
        raise RequestProblem("body_timeout", "The body came too slowly.", headers={"connection": "close"}) from error


async def _read_body(receive: Receive, headers: Headers, limit: int) -> bytes:
    # Most clients read the answer after they have sent everything: a body that is a little too large is read and
    # dropped, or they would find a broken connection instead of the answer.
    most = limit if b"expect" in headers else SWALLOWED * limit
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and (len(declared) > 12 or int(declared) > most):
        raise _too_large(limit)
    chunks, size, is_whole = [], 0, False
    while not is_whole:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestProblem("bad_request", "The client left before the body was complete.")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > most:
            raise _too_large(limit)
        if size <= limit:
            chunks.append(chunk)
        is_whole = not message.get("more_body", False)
    if size > limit:
        raise _too_large(limit)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(limit: int) -> RequestProblem:
    message = f"The body is larger than {limit} bytes."
    return RequestProblem("body_too_large", message, headers={"connection": "close"})


def _read_query_string(scope: Scope) -> Ask:
    pairs = QueryParams(scope["query_string"]).multi_items()
    given: dict[str, object] = {}
    for name, value in pairs:
        if name in given and name in (*GET_PARAMETERS, *GET_OBJECTS):
            raise RequestProblem("bad_request", f"`{name}` is given twice.")
        if name in GET_PARAMETERS:
            given[name] = value
        elif name in GET_OBJECTS:
            given[name] = _json_parameter(name, value)
    check_values(given, "The query string")
    return read_ask(given)


def _json_parameter(name: str, text: str) -> object:
    try:
        parsed: object = orjson.loads(text)
    except ValueError as error:
        raise RequestProblem("bad_json", f"`{name}` is not valid JSON.") from error
    return parsed

"""graphql-transport-ws on the wire: what a client may send, its shapes, and the close codes. No I/O."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import orjson

from server.schema.core.asks import read_json
from server.schema.core.problems import RequestProblem
from server.schema.core.runs import Answer

SUBPROTOCOL = "graphql-transport-ws"
MAX_ID_CHARACTERS = 128
MAX_REASON_BYTES = 123


class CloseCode(IntEnum):
    """Why the server ends a socket. The 44xx codes are those of the protocol."""

    SERVER_ERROR = 1011
    TRY_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    BAD_SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    DUPLICATE_ID = 4409
    TOO_MANY = 4429


class SocketClosed(Exception):  # noqa: N818 - the end of a connection, not always an error
    """The server ends the connection with this code and reason."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:MAX_REASON_BYTES].decode("utf-8", "ignore")


@dataclass(frozen=True)
class Init:
    """connection_init, with the client's connectionParams."""

    payload: dict[str, Any]


@dataclass(frozen=True)
class Ping:
    """ping; the pong carries the payload back."""

    payload: dict[str, Any] | None


@dataclass(frozen=True)
class Pong:
    """pong: the client is alive."""


@dataclass(frozen=True)
class Subscribe:
    """subscribe: run an operation under this id. The payload may be anything; it is the operation's to refuse."""

    id: str
    payload: Any


@dataclass(frozen=True)
class Complete:
    """complete: the client has lost interest in an operation."""

    id: str


ClientMessage = Init | Ping | Pong | Subscribe | Complete


def read_message(frame: dict[str, Any], max_bytes: int) -> ClientMessage:
    """Return the message in a received frame, or raise SocketClosed when it is none of the protocol's."""
    text = frame.get("text")
    if text is None:
        raise SocketClosed(CloseCode.BAD_REQUEST, "Messages are JSON text.")
    if len(text) > max_bytes or len(text.encode("utf-8", "replace")) > max_bytes:
        raise SocketClosed(CloseCode.BAD_REQUEST, f"A message holds at most {max_bytes} bytes.")
    try:
        message = read_json(text)
    except RequestProblem as problem:
        raise SocketClosed(CloseCode.BAD_REQUEST, problem.message) from problem
    if not isinstance(message, dict):
        raise SocketClosed(CloseCode.BAD_REQUEST, "A message is a JSON object.")
    return _typed(message)


def _typed(message: dict[str, Any]) -> ClientMessage:
    match message.get("type"):
        case "connection_init":
            return Init(_payload(message) or {})
        case "ping":
            return Ping(_payload(message))
        case "pong":
            _payload(message)
            return Pong()
        case "subscribe":
            return Subscribe(_id(message), message.get("payload"))
        case "complete":
            return Complete(_id(message))
    raise SocketClosed(CloseCode.BAD_REQUEST, "The message has no type that a client may send.")


def _payload(message: dict[str, Any]) -> dict[str, Any] | None:
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise SocketClosed(CloseCode.BAD_REQUEST, "The payload must be an object or null.")
    return payload


def _id(message: dict[str, Any]) -> str:
    found = message.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= MAX_ID_CHARACTERS:
        raise SocketClosed(CloseCode.BAD_REQUEST, f"An id is text of 1 to {MAX_ID_CHARACTERS} characters.")
    return found


def write_message(kind: str, *, operation_id: str | None = None, payload: Any = None) -> bytes:
    """Return a server message as JSON; absent parts are left out."""
    if isinstance(payload, Answer):
        return next_begun(operation_id) + payload.json + b"}"
    message: dict[str, Any] = {"type": kind}
    if operation_id is not None:
        message["id"] = operation_id
    if payload is not None:
        message["payload"] = payload
    return orjson.dumps(message)


def next_begun(operation_id: str | None) -> bytes:
    """Return the beginning of a `next` of an operation. The JSON of an answer and a brace make it whole."""
    return b'{"type":"next","id":%b,"payload":' % orjson.dumps(operation_id)

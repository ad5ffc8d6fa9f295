"""What a client asks, read from JSON that may be anything: shapes are checked here, once for HTTP and sockets."""

import math
from collections.abc import Mapping
from typing import Any

import msgspec
import orjson

from server.kit.paging import INT64_MAX, INT64_MIN
from server.schema.core.problems import RequestProblem

MAX_JSON_DEPTH = 64
MAX_LIST_ITEMS = 100
SHA256_CHARACTERS = 64


class Ask(msgspec.Struct, frozen=True):
    """One GraphQL request. At least one of `query` and `document_id` is given; the id is a SHA-256 in hex."""

    query: str | None = None
    document_id: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] = {}
    extensions: dict[str, Any] = {}

    @property
    def wants_cost(self) -> bool:
        """Tell whether the client asked for `extensions.cost`."""
        return self.extensions.get("cost") is True


def read_json(raw: bytes | str) -> Any:
    """Parse JSON that is UTF-8 without a mark, with finite numbers of at most 64 bits, 64 levels deep at most."""
    try:
        value = orjson.loads(raw)
    except ValueError as error:
        raise RequestProblem("bad_json", f"The body is not valid JSON in UTF-8: {error}") from error
    # A NUL can only be written as its escape. Most bodies have none, and no text in them needs to be looked at.
    has_nul = b"\\u0000" in raw if isinstance(raw, bytes) else "\\u0000" in raw
    if has_nul or not _is_sound(value, MAX_JSON_DEPTH):
        check_values(value, "The body")
    return value


def _is_sound(value: Any, depth: int) -> bool:
    """Tell whether a parsed JSON value holds no number past 64 bits and is at most so deep; `check_values` says why."""
    kind = type(value)
    if kind is dict:
        value = value.values()
    elif kind is not list:
        return kind is str or value is None or kind is bool or _is_sound_number(value)
    if depth == 0:
        return False
    for each in value:
        # Most are text or a small number: they are told from the others without a call.
        kind = type(each)
        if kind is not str and kind is not bool and each is not None and not _is_sound(each, depth - 1):
            return False
    return True


def _is_sound_number(value: Any) -> bool:
    return INT64_MIN <= value <= INT64_MAX if type(value) is int else abs(value) < INT64_MAX


def check_values(value: Any, what: str) -> None:
    """Refuse depth beyond 64, text that cannot be stored, and numbers past 64 bits, anywhere in parsed JSON."""
    stack: list[tuple[Any, int]] = [(value, 0)]
    while stack:
        item, depth = stack.pop()
        if depth > MAX_JSON_DEPTH:
            raise RequestProblem("bad_json", f"{what} is nested deeper than {MAX_JSON_DEPTH} levels.")
        if isinstance(item, dict):
            stack.extend((key, depth) for key in item)
            stack.extend((each, depth + 1) for each in item.values())
        elif isinstance(item, list):
            stack.extend((each, depth + 1) for each in item)
        else:
            _check_leaf(item, what)


def _check_leaf(item: Any, what: str) -> None:
    if isinstance(item, str):
        if "\x00" in item:
            raise RequestProblem("bad_request", f"{what} holds text with a NUL character.")
    elif isinstance(item, int):
        if not INT64_MIN <= item <= INT64_MAX:
            raise RequestProblem("bad_request", f"{what} holds an integer past 64 bits.")
    # orjson reads an integer past 64 bits as a float: the magnitude gives it away.
    elif isinstance(item, float) and not (math.isfinite(item) and abs(item) < INT64_MAX):
        raise RequestProblem("bad_request", f"{what} holds a number past 64 bits.")


def read_ask(given: Any) -> Ask:
    """Return the request in a parsed JSON value, or refuse with what is wrong with its shape."""
    if isinstance(given, list):
        raise RequestProblem("bad_request", "Batched requests are not taken: send one operation each.")
    if not isinstance(given, dict):
        raise RequestProblem("bad_request", "A GraphQL request is a JSON object.")
    extensions = _object(given, "extensions")
    ask = Ask(
        query=_text(given, "query"),
        document_id=_document_id(given, extensions),
        operation_name=_text(given, "operationName") or None,
        variables=_object(given, "variables"),
        extensions=extensions,
    )
    if ask.query is None and ask.document_id is None:
        raise RequestProblem("bad_request", "The request names no `query` and no `documentId`.")
    _check_lists(ask.variables)
    return ask


def _document_id(given: Mapping[str, Any], extensions: Mapping[str, Any]) -> str | None:
    """Read the id of a trusted document: `documentId`, Relay's `doc_id`, or Apollo's persistedQuery."""
    apollo = extensions.get("persistedQuery")
    found = _text(given, "documentId") or _text(given, "doc_id")
    if found is None and apollo is not None:
        if not isinstance(apollo, dict) or apollo.get("version") != 1:
            raise RequestProblem("bad_request", "`persistedQuery` must be an object of version 1.")
        found = _text(apollo, "sha256Hash")
    if found is None:
        return None
    digest = found.removeprefix("sha256:").lower()
    if len(digest) != SHA256_CHARACTERS or not set(digest) <= set("0123456789abcdef"):
        raise RequestProblem("bad_request", "A document id is a SHA-256 in hexadecimal.")
    return digest


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise RequestProblem("bad_request", f"`{name}` must be a string.")
    return value


def _object(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = given.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RequestProblem("bad_request", f"`{name}` must be an object.")
    return value


def _check_lists(value: dict[str, Any] | list[Any]) -> None:
    if type(value) is list and len(value) > MAX_LIST_ITEMS:
        raise RequestProblem("too_complex", f"A list holds more than {MAX_LIST_ITEMS} items.")
    for each in value.values() if isinstance(value, dict) else value:
        if type(each) is dict or type(each) is list:
            _check_lists(each)

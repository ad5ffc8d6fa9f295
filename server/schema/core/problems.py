"""Top-level errors: their codes, their HTTP statuses in one table, and how an error reaches the client.

Only malformed or abusive requests and bugs end here; refusals of mutations are answers (errors.py). Bugs are
masked and logged once with their traceback, client errors are neither.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from graphql import GraphQLError

from server.domain import errors as domain
from server.models.database import is_away

logger = logging.getLogger("alongside.graphql")

INTERNAL_MESSAGE = "Something went wrong on our side."
AWAY_MESSAGE = "We cannot look that up right now. Try again in a few seconds."
AWAY_SECONDS = 3

# code -> (status with application/graphql-response+json, status with application/json).
# GraphQL over HTTP wants 200 in the second case once the body was a well-formed GraphQL request.
STATUS: Mapping[str, tuple[int, int]] = {
    "bad_request": (400, 400),
    "bad_json": (400, 400),
    "too_complex": (400, 400),
    "syntax_error": (400, 200),
    "invalid_document": (400, 200),
    "unknown_operation": (400, 200),
    "invalid_variables": (400, 200),
    "document_required": (400, 400),
    "PERSISTED_QUERY_NOT_FOUND": (400, 200),
    "sign_in_needed": (401, 401),
    "not_allowed": (403, 403),
    "csrf": (403, 403),
    "origin_not_allowed": (403, 403),
    "method_not_allowed": (405, 405),
    "not_acceptable": (406, 406),
    "body_timeout": (408, 408),
    "body_too_large": (413, 413),
    "unsupported_media_type": (415, 415),
    "rate_limited": (429, 429),
    "internal": (500, 500),
    "unavailable": (503, 503),
    "deadline_exceeded": (504, 504),
}


class RequestProblem(Exception):  # noqa: N818 - an answer to a request, like a refusal
    """A request that is not executed. `code` is a key of STATUS; `details` go into the error's extensions."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = dict(details or {})
        self.headers = dict(headers or {})

    def formatted(self, request_id: str) -> list[dict[str, Any]]:
        """Return the errors of the response."""
        return [_entry(self.message, self.code, request_id, self.details)]


class DocumentProblem(RequestProblem):
    """A document or its variables that graphql-core refuses, with one error for each place."""

    def __init__(self, code: str, errors: Iterable[GraphQLError]) -> None:
        self.errors = list(errors)
        super().__init__(code, self.errors[0].message)

    def formatted(self, request_id: str) -> list[dict[str, Any]]:
        """Return one error for each place, with its location."""
        return [_entry(e.message, self.code, request_id, {}, source=e) for e in self.errors]


def problem_of_refusal(refusal: domain.Refusal) -> RequestProblem:
    """Return a refusal that came before execution, such as an expired token, as a problem of the request."""
    headers: dict[str, str] = {}
    code = "bad_request"
    match refusal:
        case domain.RateLimited(retry_after=seconds):
            code, headers = "rate_limited", {"retry-after": str(seconds)}
        case domain.SignInNeeded():
            code, headers = "sign_in_needed", {"www-authenticate": "Bearer"}
        case domain.NotAllowed():
            code = "not_allowed"
    details = {**refusal_details(refusal), "code": refusal.code}
    return RequestProblem(code, refusal.message, details=details, headers=headers)


def refusal_details(refusal: domain.Refusal) -> dict[str, Any]:
    """Return what a refusal tells beyond code and message, in the names of its GraphQL type."""
    match refusal:
        case domain.InvalidInput(problems=problems):
            return {"fields": [{"path": p.path, "code": p.code, "message": p.message} for p in problems]}
        case domain.NotAllowed(needs=needs):
            return {"needs": needs}
        case domain.Conflict(current=current):
            return {"current": current}
        case domain.LimitReached(limit=limit):
            return {"limit": limit}
        case domain.RateLimited(retry_after=seconds):
            return {"retryAfter": seconds}
    return {}


def format_errors(errors: Iterable[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """Return the errors of an execution as the client may see them. Bugs are logged here, once each."""
    logged: set[int] = set()
    return [_format(error, request_id, logged) for error in errors]


def problem_of_failure(failure: Exception, request_id: str) -> RequestProblem:
    """Return what went wrong outside any field as a problem, logged: a database that is away, or a masked bug."""
    if is_away(failure):
        _log_away(failure, request_id)
        headers = {"retry-after": str(AWAY_SECONDS)}
        return RequestProblem("unavailable", AWAY_MESSAGE, details={"retryAfter": AWAY_SECONDS}, headers=headers)
    logger.error("GraphQL request failed", exc_info=failure, extra={"request_id": request_id})
    return RequestProblem("internal", INTERNAL_MESSAGE)


def _log_away(failure: BaseException, request_id: str) -> None:
    logger.warning("the database does not answer: %r", failure, extra={"request_id": request_id})


def _format(error: GraphQLError, request_id: str, logged: set[int]) -> dict[str, Any]:
    cause = _root_cause(error)
    if isinstance(cause, domain.Refusal):
        return _entry(cause.message, cause.code, request_id, refusal_details(cause), source=error)
    if isinstance(cause, GraphQLError) and cause.nodes:
        # Raised by graphql-core about a place in the document: an argument that cannot be taken.
        return _entry(cause.message, "bad_request", request_id, {}, source=error)
    is_first = id(cause) not in logged
    logged.add(id(cause))
    if is_away(cause):
        if is_first:
            _log_away(cause, request_id)
        return _entry(AWAY_MESSAGE, "unavailable", request_id, {"retryAfter": AWAY_SECONDS}, source=error)
    if is_first:
        path = ".".join(str(step) for step in error.path or ())
        logger.error(
            "GraphQL field failed",
            exc_info=(type(cause), cause, cause.__traceback__),
            extra={"request_id": request_id, "path": path},
        )
    return _entry(INTERNAL_MESSAGE, "internal", request_id, {}, source=error)


def _root_cause(error: GraphQLError) -> BaseException:
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _entry(
    message: str,
    code: str,
    request_id: str,
    details: Mapping[str, Any],
    *,
    source: GraphQLError | None = None,
) -> dict[str, Any]:
    entry: dict[str, Any] = {"message": message}
    if source is not None and source.locations:
        entry["locations"] = [{"line": place.line, "column": place.column} for place in source.locations]
    if source is not None and source.path:
        entry["path"] = source.path
    entry["extensions"] = {"code": code, **details, "requestId": request_id}
    return entry

"""Logs: one line per event, JSON for machines in production, readable in development; secrets never.

Every logger of the process goes through here, structlog's and the standard library's. The request id and
whatever else is bound to the context is on every line. What is logged is the caller's choice.
"""

import logging
import random
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from server.config import Settings

REDACTED = "[redacted]"

_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase)|secret|token|ticket|authorization|cookie|api_?key|signing_?key|credential|dsn", re.I
)
_SECRET_TEXT = (
    # What stands between the colon and the last @ of an address's authority is a password.
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s/]+@", re.I), rf"\1:{REDACTED}@"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.I), rf"\1 {REDACTED}"),
    (re.compile(r"\b([\w-]*(?:password|token|ticket|secret|cookie))=[^\s&;,\"']+", re.I), rf"\1={REDACTED}"),
)
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Kept apart from the other values of the context: every request sets it, and structlog's way takes 20 times as long.
_REQUEST: ContextVar[str | None] = ContextVar("request_id", default=None)
# They say each request, or each statement with its values, at INFO or DEBUG.
_TALKATIVE = ("uvicorn.access", "tortoise", "tortoise.db_client", "asyncio", "websockets", "aiosmtplib")


def configure_logs(settings: Settings, *, stream: TextIO | None = None) -> None:
    """Send every log of this process to a stream (standard error), in the form the environment asks for.

    May be called again; the last call holds. Give uvicorn `log_config=None`, or it takes its lines back.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_request_id,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                _renderer(settings),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    _quieten(settings)


def _renderer(settings: Settings) -> Processor:
    if settings.is_production:
        return structlog.processors.JSONRenderer(default=repr)
    colors = sys.stderr.isatty()
    # The plain traceback: the pretty one shows local variables, and those hold passwords.
    return structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)


def _quieten(settings: Settings) -> None:
    for name in ("uvicorn", "uvicorn.error", *_TALKATIVE):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
    at_least = max(logging.WARNING, logging.getLevelNamesMapping()[settings.log_level.upper()])
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(at_least)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blot out what must not be read in a log: values under telling names, and secrets inside texts."""
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: Any) -> Any:
    if isinstance(value, str | bytes) and _SECRET_KEY.search(key):
        return REDACTED
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, Mapping):
        return {name: _clean(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(key, item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _clean_text(repr(value))


def _clean_text(text: str) -> str:
    for pattern, replacement in _SECRET_TEXT:
        text = pattern.sub(replacement, text)
    return text


def request_id_from(header: str | None) -> str:
    """Return the id a proxy gave the request if it is a plain one, or a fresh one of 16 hex digits."""
    if header is not None and _REQUEST_ID.fullmatch(header):
        return header
    # A name to find lines by, no secret: it needs no system call.
    return f"{random.getrandbits(64):016x}"


def begin_request(request_id: str) -> Token[str | None]:
    """Put a request's id on every line logged from now on, by this task and those it starts."""
    return _REQUEST.set(request_id)


def end_request(begun: Token[str | None]) -> None:
    """Put it on no further line."""
    _REQUEST.reset(begun)


def current_request_id() -> str | None:
    """Return the id of the request being served, if one is."""
    return _REQUEST.get()


def _add_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    request_id = _REQUEST.get()
    if request_id is not None:
        event.setdefault("request_id", request_id)
    return event


@contextmanager
def log_context(*, request_id: str | None = None, **values: str | int) -> Iterator[None]:
    """Put values, such as `request_id`, on every line logged inside, by this task and those it starts."""
    begun = None if request_id is None else begin_request(request_id)
    try:
        with structlog.contextvars.bound_contextvars(**values):
            yield
    finally:
        if begun is not None:
            end_request(begun)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger: `log.info("what happened", key=value)`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger

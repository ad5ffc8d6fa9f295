"""Counting the statements that a block of code sends to PostgreSQL."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Ear(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        # Tortoise logs each statement with its values; whatever else it says has another shape.
        if record.msg == "%s: %s":
            assert isinstance(record.args, tuple)
            self._heard.append(str(record.args[0]))


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect the text of every statement sent through Tortoise's clients inside the block."""
    log = logging.getLogger("tortoise.db_client")
    heard: list[str] = []
    ear, before = _Ear(heard), log.level
    log.addHandler(ear)
    log.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        log.setLevel(before)
        log.removeHandler(ear)

"""Identifiers: UUIDv7, so that keys sort by birth and indexes grow at one end."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from uuid import UUID

import uuid_utils

_VERSION, _VARIANT = 7 << 76, 2 << 62
_FIRST_MILLISECOND = 1_700_000_000_000
"""Of ids that a die draws: long past, so that they sort before all others."""


def _fresh() -> int:
    return uuid_utils.uuid7().int


_draw: Callable[[], int] = _fresh


def new_id() -> UUID:
    """Return a fresh UUIDv7 as a standard library UUID."""
    return UUID(int=_draw())


@contextmanager
def drawn_by(die: random.Random) -> Iterator[None]:
    """Draw what is random in ids from a die, one a millisecond. For simulations that go the same way each time."""
    global _draw  # noqa: PLW0603 - one source of ids, as there is one clock
    births = count(_FIRST_MILLISECOND)

    def drawn() -> int:
        return next(births) << 80 | _VERSION | die.getrandbits(12) << 64 | _VARIANT | die.getrandbits(62)

    before, _draw = _draw, drawn
    try:
        yield
    finally:
        _draw = before

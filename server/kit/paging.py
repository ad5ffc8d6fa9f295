"""Keyset paging: which page is asked for, how rows become a page, and what a cursor carries.

A cursor holds the order key of one row, ending in its id, bound to the name of the order it belongs to.
"""

import base64
import binascii
import hashlib
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar, overload

import msgspec

from server.kit.text import is_storable

DEFAULT_SIZE = 20
MAX_SIZE = 100
MAX_CURSOR_CHARACTERS = 1_000
INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1

Key = tuple[Any, ...]
Row = TypeVar("Row")


class BadCursorError(ValueError):
    """The text is no cursor of this order: cut, forged, or taken from another connection."""


@dataclass(frozen=True)
class Order:
    """A total order of rows: its name, the types of its key (the id last), and which way it runs.

    All parts of the key run the same way, so that one row comparison in SQL bounds a page.
    """

    name: str
    types: tuple[Any, ...]
    descending: bool = False

    @cached_property
    def mark(self) -> bytes:
        """Return the bytes that bind a cursor to this order."""
        return hashlib.blake2s(self.name.encode(), digest_size=4).digest()

    @cached_property
    def decoder(self) -> msgspec.msgpack.Decoder[Key]:
        """Return the decoder that takes exactly a key of this order."""
        return msgspec.msgpack.Decoder(tuple.__class_getitem__(self.types))


@dataclass(frozen=True)
class PageRequest:
    """One page of an order: `size` rows (1-100) next to `bound`, which is left out of it.

    `backward` asks for the rows before the bound, or the last ones when there is no bound.
    """

    order: Order
    size: int = DEFAULT_SIZE
    bound: Key | None = None
    backward: bool = False

    @property
    def fetch(self) -> int:
        """Return how many rows to read: one more than the page, which tells whether more follow."""
        return self.size + 1

    @property
    def direction(self) -> str:
        """Return ASC or DESC: the way to read rows so that those next to the bound come first."""
        return "DESC" if self.order.descending != self.backward else "ASC"

    @property
    def comparison(self) -> str:
        """Return the SQL operator between the row's key (left) and the bound (right)."""
        return "<" if self.direction == "DESC" else ">"


class Cursors(Sequence[str]):
    """The cursors of rows by their keys, each made when it is asked for: of most pages only the last one is."""

    __slots__ = ("_keys", "_order")

    def __init__(self, order: Order, keys: Sequence[Key]) -> None:
        self._order = order
        self._keys = keys

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> "Cursors": ...
    def __getitem__(self, number: int | slice) -> "str | Cursors":
        """Return a cursor, or those of some of the rows."""
        if isinstance(number, slice):
            return Cursors(self._order, self._keys[number])
        return encode_cursor(self._order, self._keys[number])

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._keys)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in the order's own direction, one cursor each, and whether there is more on either side."""

    items: Sequence[Row]
    cursors: Cursors
    has_next: bool
    has_previous: bool


def cut_page(rows: Sequence[Row], request: PageRequest, key: Callable[[Row], Key]) -> Page[Row]:
    """Turn up to `request.fetch` rows, read in `request.direction`, into a page."""
    kept = list(rows[: request.size])
    more = len(rows) > request.size
    bounded = request.bound is not None
    if request.backward:
        kept.reverse()
    return Page(
        items=kept,
        cursors=Cursors(request.order, [key(row) for row in kept]),
        has_next=bounded if request.backward else more,
        has_previous=more if request.backward else bounded,
    )


def page_of_sequence(rows: Sequence[Row], request: PageRequest, key: Callable[[Row], Key]) -> Page[Row]:
    """Page over rows that are all in memory, sorted in the order's own direction. For short lists only."""
    reading = list(reversed(rows)) if request.backward else list(rows)
    if request.bound is not None:
        is_ahead = operator.lt if request.comparison == "<" else operator.gt
        reading = [row for row in reading if is_ahead(key(row), request.bound)]
    return cut_page(reading[: request.fetch], request, key)


def encode_cursor(order: Order, key: Key) -> str:
    """Return the opaque text that stands for a row's place in an order."""
    plain = tuple(_utc(value) for value in key)
    return base64.urlsafe_b64encode(order.mark + msgspec.msgpack.encode(plain)).decode().rstrip("=")


def decode_cursor(order: Order, cursor: str) -> Key:
    """Return the key in a cursor, or raise BadCursorError unless it is one that this order gave out."""
    if len(cursor) > MAX_CURSOR_CHARACTERS:
        raise BadCursorError(cursor[:40])
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = tuple(_utc(value) for value in order.decoder.decode(raw[len(order.mark) :]))
    except (binascii.Error, ValueError, OverflowError) as error:
        raise BadCursorError(cursor[:40]) from error
    # Only the one spelling that encode_cursor gives is taken, which also checks the mark.
    if not all(_is_bindable(value) for value in key) or encode_cursor(order, key) != cursor:
        raise BadCursorError(cursor[:40])
    return key


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _is_bindable(value: Any) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or INT64_MIN <= value <= INT64_MAX

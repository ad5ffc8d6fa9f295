"""A line past ASGI for small text messages of other doors than ours, offered as an extension of their scope.

A message by ASGI's `send` is a coroutine, a lock's turn and the library's framing; most of what a subscriber is told
fits into one write.
"""

import sys
from collections.abc import Callable

from server.realtime.shared import text_head

TEXT_WIRE = "alongside.text_wire"
"""The ASGI scope extension under which a door finds the wire of its connection."""


class TextWire:
    """Writes whole text messages to one connection. Who uses it keeps what it refuses, and the order of both.

    It refuses what the transport has no room for, and what has more than `most` bytes and is worth packing.
    """

    __slots__ = ("_is_open", "_most", "_write", "is_over")

    def __init__(self, write: Callable[[bytes], None], most: int = sys.maxsize) -> None:
        self._write = write
        self._most = most
        self._is_open = True
        self.is_over = False

    def write(self, text: bytes) -> bool:
        """Write a message; False when it is refused."""
        size = len(text)
        if not self._is_open or size > self._most:
            return False
        try:
            self._write(text_head(size) + text)
        except RuntimeError:
            # The transport was closed from outside, which nobody has heard yet.
            return False
        return True

    def shut(self) -> None:
        """Take nothing for now."""
        self._is_open = False

    def reopen(self) -> None:
        """Take messages again: the transport has room."""
        self._is_open = True

    def end_writing(self) -> None:
        """Take nothing any more: a close is on its way."""
        self.is_over = True
        self.shut()

"""A message that many connections send: its bytes are made once per worker, whatever the number of listeners."""

import struct
import zlib
from typing import NamedTuple

DEFLATE_BITS = 12
"""Window of the shared deflate, in bits. A connection that negotiated a smaller one is sent plain frames."""

_TAIL = b"\x00\x00\xff\xff"
_MIDDLE, _LONG = struct.Struct("!BBH").pack, struct.Struct("!BBQ").pack


class Shared:
    """JSON text and its WebSocket frames: `plain`, and `deflated` made when first needed. `size` is the text's."""

    __slots__ = ("_deflated", "plain", "size", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.size = len(text)
        self.plain = text_head(len(text)) + text
        self._deflated: bytes | None = None

    @property
    def deflated(self) -> bytes:
        """Return the compressed frame. It leans on no frame before it, so any connection can send it."""
        if self._deflated is None:
            packer = zlib.compressobj(wbits=-DEFLATE_BITS, memLevel=5)
            packed = packer.compress(self.text) + packer.flush(zlib.Z_SYNC_FLUSH)
            packed = packed.removesuffix(_TAIL)
            self._deflated = _header(0xC1, len(packed)) + packed
        return self._deflated


class Entry(NamedTuple):
    """An entry ready to be sent: `payload` is its JSON, `shared` the whole frame."""

    seq: int
    chain: str
    kind: str
    payload: bytes
    shared: Shared


def text_head(length: int) -> bytes:
    """Return the head of a whole text frame of so many bytes, as a server sends it: unmasked."""
    return _header(0x81, length)


def _header(first: int, length: int) -> bytes:
    if length < 126:
        return bytes((first, length))
    if length < 1 << 16:
        return _MIDDLE(first, 126, length)
    return _LONG(first, 127, length)

"""Content encodings: what a client takes, and text made small for it."""

import zlib
from functools import lru_cache
from typing import Final

WORTH_IT: Final = 1024
"""Bytes from which a smaller answer saves a packet; anything below fits into one with its head."""
_LEVEL: Final = 3
"""Of zlib: 26 kB of people come to 5.9 kB in 0.18 ms; level 1 needs 4 % more bytes for the same time, level 6 8 % fewer
for twice the time."""
_WITH_GZIP_HEAD: Final = zlib.MAX_WBITS | 16


@lru_cache(maxsize=256)
def accepted(header: str) -> frozenset[str]:
    """Return the encodings that an Accept-Encoding header takes; a weight of zero refuses one by name."""
    parts = [part.replace(" ", "").lower().partition(";q=") for part in header.split(",")]
    return frozenset(name for name, _, weight in parts if weight.strip("0.") or not weight)


def gzipped(text: bytes) -> bytes:
    """Return text as gzip: the same bytes for the same text."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WITH_GZIP_HEAD)
    return packer.compress(text) + packer.flush()

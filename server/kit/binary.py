"""Bytes as text, for what travels as JSON."""

from base64 import b64decode, b64encode
from binascii import Error


def text_of(data: bytes) -> str:
    """Return bytes in base64."""
    return b64encode(data).decode()


def bytes_of(text: str) -> bytes:
    """Return what base64 stands for. ValueError for text that is not base64, down to its last character."""
    try:
        return b64decode(text, validate=True)
    except Error as failure:
        raise ValueError("this is not base64") from failure

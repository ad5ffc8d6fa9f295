"""Text people write: how it is kept, and how long it may be."""

from server.domain.errors import invalid
from server.kit.text import clean_line, clean_paragraphs, is_storable


def line(path: str, text: str, *, longest: int, shortest: int = 0) -> str:
    """Return text as one clean line of `shortest` to `longest` characters, or refuse with InvalidInput at `path`."""
    check_storable(path, text)
    return _bounded(path, clean_line(text), longest, shortest)


def paragraphs(path: str, text: str, *, longest: int, shortest: int = 0) -> str:
    """Return text with its line breaks, of `shortest` to `longest` characters, or refuse with InvalidInput."""
    check_storable(path, text)
    return _bounded(path, clean_paragraphs(text), longest, shortest)


def check_storable(path: str, text: str) -> None:
    """Refuse text that can neither be kept nor sent."""
    if not is_storable(text):
        raise invalid(path, "not_text", "This text has characters that cannot be kept.")


def _bounded(path: str, text: str, longest: int, shortest: int) -> str:
    if len(text) > longest:
        raise invalid(path, "too_long", f"At most {longest:,} characters.")
    if len(text) < shortest:
        message = "Say something." if shortest == 1 else f"At least {shortest} characters."
        raise invalid(path, "too_short", message)
    return text

"""Text from outside: is it storable, and in what shape is it kept."""

import unicodedata

_ALLOWED_CONTROLS = frozenset("\n\t")


def is_storable(text: str) -> bool:
    """Tell whether text can be kept in PostgreSQL and sent as UTF-8: no NUL, no lone surrogate."""
    if "\x00" in text:
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def clean_line(text: str) -> str:
    """Return text as one NFC line: control characters become spaces, runs of space become one."""
    normal = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in normal)
    return " ".join(spaced.split())


def clean_paragraphs(text: str) -> str:
    """Return text in NFC with line breaks kept, other controls dropped, ends trimmed."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (char for char in normal if char in _ALLOWED_CONTROLS or unicodedata.category(char) != "Cc")
    return "".join(kept).strip()

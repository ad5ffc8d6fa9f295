"""Text from outside: is it storable, and in what shape is it kept."""

import re
import unicodedata

# Unicode's control characters (Cc) never change; nor do its one line (Zl) and one paragraph separator (Zp).
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


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
    return " ".join(_BREAKS.sub(" ", unicodedata.normalize("NFC", text)).split())


def clean_paragraphs(text: str) -> str:
    """Return text in NFC with line breaks kept, other controls dropped, ends trimmed."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _DROPPED.sub("", normal).strip()

"""Collecting everything that is wrong with an input, so that one refusal names it all."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from server.domain import texts
from server.domain.errors import FieldProblem, InvalidInput
from server.kit.text import is_storable

MAX_URL_LENGTH = 500


class Problems:
    """What was found wrong so far. Checks return the clean value, or an empty one beside the problem."""

    def __init__(self) -> None:
        self._found: list[FieldProblem] = []

    def add(self, path: str, code: str, message: str) -> None:
        """Remember a problem."""
        self._found.append(FieldProblem(path, code, message))

    def refuse_if_any(self) -> None:
        """Raise InvalidInput with all problems, or return when there is none."""
        if self._found:
            raise InvalidInput(*self._found)

    def line(self, path: str, text: str, *, longest: int, shortest: int = 0) -> str:
        """Return one clean line of `shortest` to `longest` characters."""
        try:
            return texts.line(path, text, longest=longest, shortest=shortest)
        except InvalidInput as refused:
            self._found.extend(refused.problems)
            return ""

    def paragraphs(self, path: str, text: str, *, longest: int) -> str:
        """Return clean text of at most `longest` characters, line breaks kept."""
        try:
            return texts.paragraphs(path, text, longest=longest)
        except InvalidInput as refused:
            self._found.extend(refused.problems)
            return ""

    def number(self, path: str, value: int, least: int, most: int) -> int:
        """Return a number from `least` to `most`."""
        if not least <= value <= most:
            self.add(path, "out_of_range", f"A number from {least:,} to {most:,}.")
        return value

    def lines(self, path: str, items: Iterable[str], *, most: int, longest: int) -> list[str]:
        """Return at most `most` clean lines, each once whatever its case."""
        cleaned = [self.line(f"{path}.{at}", one, longest=longest, shortest=1) for at, one in enumerate(items)]
        distinct = list({one.casefold(): one for one in reversed(cleaned)}.values())[::-1]
        if len(distinct) > most:
            self.add(path, "too_many", f"At most {most}.")
        return distinct

    def url(self, path: str, text: str) -> str:
        """Return a web address: http or https, with a host, and no name or password in it."""
        cleaned = text.strip()
        if len(cleaned) > MAX_URL_LENGTH or not is_storable(cleaned) or not _is_web_address(cleaned):
            self.add(path, "not_a_url", "A web address that starts with https:// or http://.")
        return cleaned


def _is_web_address(text: str) -> bool:
    if any(char.isspace() or not char.isprintable() for char in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False

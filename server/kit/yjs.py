"""Yjs updates as bytes, read without a document: what they write, what they delete, and nothing else.

The format is the first version of lib0's: numbers are little-endian in groups of seven bits, texts are UTF-8 with
their length in bytes before them. Clocks count UTF-16 code units. Only plain text in one root can be read; anything
else that Yjs knows (maps, arrays, XML, embeds, formats, subdocuments) is Malformed here, as is a byte too many.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MAX_NUMBER = 2**53 - 1
"""What a number of JavaScript holds exactly; a client id may be as large."""
MAX_CLOCK = 2**31 - 1
"""Clocks beyond it would overflow in the document that takes them."""

_HAS_ORIGIN, _HAS_RIGHT_ORIGIN, _KIND = 0x80, 0x40, 0x1F
_ALLOWED_FLAGS = _HAS_ORIGIN | _HAS_RIGHT_ORIGIN | _KIND
_COLLECTED, _DELETED, _STRING = 0, 1, 4
_IS_ROOT = 1


class Malformed(ValueError):  # noqa: N818 - says what the bytes are; who reads them refuses
    """The bytes are not an update of plain text."""


@dataclass(frozen=True)
class Run:
    """Clocks `start` to `end` of one client, the last one not included."""

    client: int
    start: int
    end: int


@dataclass(frozen=True)
class Update:
    """What an update holds: a run of new things for each client, runs that are deleted, the roots that it names."""

    written: tuple[Run, ...]
    deleted: tuple[Run, ...]
    roots: frozenset[str]


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        if self._at >= len(self._data):
            raise Malformed("the bytes end too early")
        self._at += 1
        return self._data[self._at - 1]

    def number(self, most: int = MAX_NUMBER) -> int:
        value = 0
        for shift in range(0, 56, 7):
            part = self.byte()
            value |= (part & 0x7F) << shift
            if part < 0x80:
                if value > most:
                    raise Malformed("a number is too large")
                return value
        raise Malformed("a number is too long")

    def length(self) -> int:
        """Read a length of at least one."""
        value = self.number(MAX_CLOCK)
        if value == 0:
            raise Malformed("something has no length")
        return value

    def text(self) -> str:
        size = self.number(MAX_CLOCK)
        raw = self._data[self._at : self._at + size]
        if len(raw) < size:
            raise Malformed("the bytes end too early")
        self._at += size
        try:
            return raw.decode()
        except UnicodeDecodeError as failure:
            raise Malformed("a text is not UTF-8") from failure

    def end(self) -> None:
        if self._at != len(self._data):
            raise Malformed("there are bytes after the end")


def read_update(data: bytes) -> Update:
    """Return what an update holds. Malformed for anything but plain text in named roots."""
    reader = _Reader(data)
    roots: set[str] = set()
    written = tuple(_read_client(reader, roots) for _ in range(reader.number()))
    if len({run.client for run in written}) < len(written):
        raise Malformed("a client comes twice")
    deleted = tuple(_read_deletions(reader))
    reader.end()
    return Update(written, deleted, frozenset(roots))


def read_vector(data: bytes) -> dict[int, int]:
    """Return a state vector: for each client the clock up to which everything is known."""
    reader = _Reader(data)
    vector = {}
    for _ in range(reader.number()):
        client = reader.number()
        vector[client] = reader.number(MAX_CLOCK)
    reader.end()
    return vector


def deletion_of(runs: Iterable[Run]) -> bytes:
    """Return the update that deletes runs, at most one for each client, and writes nothing."""
    wanted = list(runs)
    parts = [_number(0), _number(len(wanted))]
    for run in wanted:
        parts += [_number(run.client), _number(1), _number(run.start), _number(run.end - run.start)]
    return b"".join(parts)


def vector_after(vector: Mapping[int, int], update: Update) -> dict[int, int]:
    """Return the state vector of a document once it took an update whole."""
    ends = {run.client: max(run.end, vector.get(run.client, 0)) for run in update.written}
    return {**vector, **ends}


def _read_client(reader: _Reader, roots: set[str]) -> Run:
    count, client, start = reader.length(), reader.number(), reader.number(MAX_CLOCK)
    clock = start
    for _ in range(count):
        clock += _read_struct(reader, roots)
        if clock > MAX_CLOCK:
            raise Malformed("a clock is too large")
    return Run(client, start, clock)


def _read_struct(reader: _Reader, roots: set[str]) -> int:
    """Read one struct and return its length."""
    info = reader.byte()
    kind = info & _KIND
    if info == _COLLECTED:
        return reader.length()
    if info & ~_ALLOWED_FLAGS or kind not in {_DELETED, _STRING}:
        raise Malformed("only plain text can be taken")
    for flag in (_HAS_ORIGIN, _HAS_RIGHT_ORIGIN):
        if info & flag:
            reader.number()
            reader.number(MAX_CLOCK)
    if not info & (_HAS_ORIGIN | _HAS_RIGHT_ORIGIN):
        if reader.number() != _IS_ROOT:
            raise Malformed("nothing can be put inside of something")
        roots.add(reader.text())
    return reader.length() if kind == _DELETED else _length_of(reader.text())


def _length_of(text: str) -> int:
    if not text:
        raise Malformed("something has no length")
    return len(text.encode("utf-16-le")) // 2


def _read_deletions(reader: _Reader) -> Iterator[Run]:
    for _ in range(reader.number()):
        client = reader.number()
        for _ in range(reader.length()):
            start = reader.number(MAX_CLOCK)
            yield Run(client, start, start + reader.length())


def _number(value: int) -> bytes:
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)

"""The live sockets of one feed: what they are sent is joined once for all, then costs one write for each.

The innermost loop of the live layer. A socket that is not clear (something waits in its outbox, or it takes no more) is
offered the entries one by one instead, and lags there if it must (follow.py). Nothing here awaits or asks a store.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from server.realtime.shared import Entry

WRITE_BYTES = 65_536
"""Entries that wait are written once they come to this, whatever the tick."""

YIELD_EVERY = 500
"""Sockets written to before the loop gets its turn."""


class Line(Protocol):
    """A socket's direct way out: `direct` may be called while `is_clear`, with whole frames."""

    is_clear: bool
    direct: Callable[[bytes], None]
    deflate_above: int
    """JSON texts above so many bytes go compressed."""


class Voice(Protocol):
    """A follower in the chorus. Its `cursor` is set before it is offered anything."""

    cursor: int

    def offer(self, entry: Entry) -> None:
        """Take the next entry through the outbox."""


class Conductor(Protocol):
    """Calls `flush` once per tick for who was added."""

    def add(self, one: "Chorus") -> None:
        """Have a chorus flushed soon."""


@dataclass
class _Batch:
    """Entries on their way to `lines`: those of one group that were in the chorus when the entries were released."""

    entries: Sequence[Entry]
    data: bytes
    lines: list[Line]
    group: dict[Line, Voice]

    def write(self, most: int) -> int:
        """Write to some of those left; return the bytes written."""
        part, self.lines = self.lines[:most], self.lines[most:]
        data, behind = self.data, []
        for line in part:
            if line.is_clear:
                line.direct(data)
            else:
                behind.append(self.group[line])
        before = self.entries[0].seq - 1
        for voice in behind:
            voice.cursor = before
            for entry in self.entries:
                voice.offer(entry)
        return (len(part) - len(behind)) * len(data)


class Chorus:
    """The followers of a feed that are live and have a direct line. `cursor` of a voice is kept only by its outbox."""

    def __init__(self) -> None:
        self._groups: dict[int, dict[Line, Voice]] = {}
        self._conductor: Conductor | None = None
        self._waiting: list[Entry] = []
        self._waiting_bytes = 0
        self._late: dict[Line, int] = {}
        self._batches: deque[_Batch] = deque()
        self.is_dirty = False

    @property
    def weight(self) -> int:
        """Return how many sockets the next flush may write to."""
        return min(YIELD_EVERY, sum([len(group) for group in self._groups.values()]))

    def join(self, voice: Voice, line: Line, conductor: Conductor) -> None:
        """Take in a follower that has everything released so far: of what waits it gets nothing."""
        self._conductor = conductor
        if self._waiting:
            self._late[line] = len(self._waiting)
        self._groups.setdefault(line.deflate_above, {})[line] = voice

    def leave(self, voice: Voice, line: Line) -> int | None:
        """Send a follower nothing more, not even what waits. Return the number of the first entry it was not sent."""
        group = self._groups.get(line.deflate_above, {})
        if group.get(line) is not voice:
            return None
        del group[line]
        unsent = self._waiting[self._late.pop(line, 0) :]
        for batch in reversed(self._batches):
            if line in batch.lines:
                batch.lines.remove(line)
                unsent = [*batch.entries]
        return unsent[0].seq if unsent else None

    def sing(self, entry: Entry) -> None:
        """Send an entry to everybody within a tick."""
        if self._conductor is None:
            return
        self._waiting.append(entry)
        self._waiting_bytes += entry.shared.size
        if self._waiting_bytes >= WRITE_BYTES:
            self._seal()
        if not self.is_dirty:
            self._conductor.add(self)

    def flush(self) -> int:
        """Write what waits to a turn's worth of sockets; return the bytes."""
        self.is_dirty = False
        self._seal()
        written, turn = 0, YIELD_EVERY
        while self._batches and turn > 0:
            batch = self._batches[0]
            reached = min(turn, len(batch.lines))
            written += batch.write(turn)
            turn -= reached
            if not batch.lines:
                self._batches.popleft()
        if self._batches and self._conductor is not None:
            self._conductor.add(self)
        return written

    def _seal(self) -> None:
        """Fix who gets what waits: those who are here now."""
        entries, self._waiting, self._waiting_bytes = self._waiting, [], 0
        if not entries:
            return
        late, self._late = self._late, {}
        for above, group in self._groups.items():
            frames = [one.shared.deflated if one.shared.size > above else one.shared.plain for one in entries]
            for known, lines in _by_what_they_know(group, late, len(entries)).items():
                self._batches.append(_Batch(entries[known:], b"".join(frames[known:]), lines, group))


def _by_what_they_know(group: Iterable[Line], late: Mapping[Line, int], number: int) -> dict[int, list[Line]]:
    """Return the lines of a group by how many of the entries they have already; none for whom there is nothing new."""
    lines: dict[int, list[Line]] = {}
    if not late:
        lines[0] = list(group)
    else:
        # In a storm somebody joins at every moment: the others still get all of it in one write.
        for line in group:
            lines.setdefault(late.get(line, 0), []).append(line)
        lines.pop(number, None)
    return {known: some for known, some in lines.items() if some}

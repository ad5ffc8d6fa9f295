"""What services need from the floors above them, as protocols; wiring installs the real ones at start.

Services never import Redis or the live layer: they tell these ports what was committed and ask them for a rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class CommittedEntry:
    """A fact at its place in a topic, as it leaves after commit. `payload` is JSON text."""

    topic: str
    epoch: str
    seq: int
    chain: str
    kind: str
    payload: str
    entry_id: UUID


@dataclass(frozen=True)
class ControlSignal:
    """Word on the control lane, sent after commit: rights changed, a login ended. Losing one is healed by a sweep."""

    topic: str
    kind: str
    payload: str


@dataclass(frozen=True)
class EphemeralSignal:
    """What passes and may be lost: of two signals of one kind and key the higher version stays. `payload` is JSON."""

    topic: str
    kind: str
    key: str
    version: int
    payload: str


class Publisher(Protocol):
    """Takes what was committed to the bell. The calls return at once and never raise."""

    def committed(self, entries: Sequence[CommittedEntry]) -> None:
        """Hand over entries in the order of their topics."""

    def control(self, signals: Sequence[ControlSignal]) -> None:
        """Hand over control signals."""

    def ephemeral(self, signals: Sequence[EphemeralSignal]) -> None:
        """Hand over what may be lost."""


class Buckets(Protocol):
    """Counts tries in shared leaky buckets."""

    async def take(self, key: str, *, capacity: int, per_seconds: float) -> int:
        """Take one unit. Return 0 when there was room, else the whole seconds until there is."""


class Rooms(Protocol):
    """Knows who is in the live rooms, on all workers."""

    async def present(self, topic: str) -> frozenset[UUID] | None:
        """Return the people in the room of a topic, or None when that is not known now."""


class NoPublisher:
    """For commands without a live layer: the relay sweep of a running worker publishes what they commit."""

    def committed(self, entries: Sequence[CommittedEntry]) -> None:
        """Leave the entries to the sweep."""

    def control(self, signals: Sequence[ControlSignal]) -> None:
        """Leave the signals to the healing sweeps."""

    def ephemeral(self, signals: Sequence[EphemeralSignal]) -> None:
        """Let them pass: whoever looks later reads the state they told of."""


class NoBuckets:
    """For commands run by somebody with shell access: nothing is limited."""

    async def take(self, key: str, *, capacity: int, per_seconds: float) -> int:  # noqa: ARG002 - the protocol's names
        """Always have room."""
        return 0


class NoRooms:
    """For commands without a live layer: nobody knows who is where."""

    async def present(self, topic: str) -> frozenset[UUID] | None:  # noqa: ARG002 - the protocol's names
        """Not know."""
        return None


@dataclass
class Ports:
    """The ports in force in this process."""

    publisher: Publisher
    buckets: Buckets
    rooms: Rooms


ports = Ports(NoPublisher(), NoBuckets(), NoRooms())
"""Set by wiring (`ports.publisher = ...`) before the first request, and back at the end."""

"""The one source of time. Tests move it; nothing in the product calls datetime.now itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class Clock:
    """Wall-clock time in UTC, shifted by a fixed offset, or stopped, by tests alone."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._stopped: datetime | None = None

    def now(self) -> datetime:
        """Return the current instant, time-zone aware, in UTC."""
        return (self._stopped or datetime.now(UTC)) + self._offset

    @contextmanager
    def stopped(self, at: datetime) -> Iterator[None]:
        """Let time stand still for the length of a with block. For simulations that go the same way each time."""
        before, self._stopped = self._stopped, at - self._offset
        try:
            yield
        finally:
            self._stopped = before

    @contextmanager
    def moved(self, by: timedelta) -> Iterator[None]:
        """Shift time by a duration for the length of a with block. For tests and simulations."""
        before = self._offset
        self._offset = before + by
        try:
            yield
        finally:
            self._offset = before


clock = Clock()


def now() -> datetime:
    """Return the current instant in UTC from the process clock."""
    return clock.now()

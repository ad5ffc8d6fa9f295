"""The one source of time. Tests move it; nothing in the product calls datetime.now itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class Clock:
    """Wall-clock time in UTC, shifted by a fixed offset that only tests set."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """Return the current instant, time-zone aware, in UTC."""
        return datetime.now(UTC) + self._offset

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

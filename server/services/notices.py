"""What a row of the table of notifications is made of."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from server.domain.notifications import Notice

Row = Callable[[Any], Awaitable[list[Notice]]]
"""Given a fact, who is told of it. Run again for a fact handed over again, so it only reads."""


def when(at: datetime | None) -> dict[str, str | int]:
    """Return the detail of a notice about an instant, none for None."""
    return {} if at is None else {"when": at.isoformat()}

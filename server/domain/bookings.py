"""Being in one place at a time."""

from datetime import datetime

from server.domain.errors import Conflict


class DoubleBooked(Conflict):
    """Somebody has something else at that time. What, and of two people who, is not told."""

    code = "double_booked"

    def __init__(self, starts_at: datetime, who: str) -> None:
        super().__init__(f"{who} something else at that time. Choose another.", current=starts_at.isoformat())

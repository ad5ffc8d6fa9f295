"""The numbers of the rules about requests: defaults here, a deployment may set others."""

from dataclasses import dataclass
from datetime import timedelta

from server.domain.availability import MentoringFormat

LONGEST_PAUSE = timedelta(days=90)
"""How long somebody may take no requests at a time."""


@dataclass(frozen=True)
class RequestNumbers:
    """How many, how long, how soon again. `reminders` are percents of the allowance, rising.

    Of `equity_every` offers of a waiting list the last goes to somebody who never had a mentor; 0: no such seats.
    """

    max_open: int = 5
    allowance_micro: timedelta = timedelta(hours=48)
    allowance_long: timedelta = timedelta(days=7)
    reminders: tuple[int, ...] = (50, 85)
    cooling_off_decline: timedelta = timedelta(days=30)
    cooling_off_misfit: timedelta = timedelta(days=180)
    equity_every: int = 4

    def allowance(self, mentoring_format: MentoringFormat) -> timedelta:
        """Return how long a receiver has, not counting stops."""
        return self.allowance_micro if mentoring_format is MentoringFormat.MICRO else self.allowance_long


DEFAULTS = RequestNumbers()

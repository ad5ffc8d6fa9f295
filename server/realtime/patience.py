"""A wait that only an attentive loop uses up: what lies unread in a socket is no silence of the other side."""

STEPS = 20
"""Into which a wait is cut. Fewer would tell a late loop from an attentive one less well."""

_MOST_STEPS_AT_ONCE = 2
"""That one may count for, however long it took. A loop up to a step late still uses up its wait in the time it has."""


class Patience:
    """How much is left of a wait of some seconds, told by the length of each step of it."""

    def __init__(self, seconds: float) -> None:
        self.step_seconds = seconds / STEPS
        self._left = seconds

    def took(self, seconds: float) -> bool:
        """Count a step, which took so many seconds. Return whether the wait is used up."""
        self._left -= min(seconds, self.step_seconds * _MOST_STEPS_AT_ONCE)
        return self._left <= 0

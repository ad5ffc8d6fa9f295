"""The Refusal tree: every expected no, with a code that never changes and a message that says what to do.

A code is the same in GraphQL, in a live frame and on the command line. A crash is not a refusal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """An expected no. `code` is for programs, `message` for the person."""

    code: ClassVar[str] = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one input value: `path` from the input's root, a stable code, a message."""

    path: str
    code: str
    message: str


class InvalidInput(Refusal):
    """The request is well formed, but a value in it cannot be taken."""

    code = "invalid_input"

    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__("; ".join(problem.message for problem in problems) or "Invalid input.")
        self.problems: Sequence[FieldProblem] = problems


class NotFound(Refusal):
    """Missing, hidden or foreign: one answer for all three, so that none can be told apart."""

    code = "not_found"

    def __init__(self, what: str = "object") -> None:
        super().__init__(f"There is no such {what}, or you may not see it.")
        self.what = what


class NotAllowed(Refusal):
    """The actor may see the thing, but may not do this to it. `needs` names what would allow it."""

    code = "not_allowed"

    def __init__(self, needs: str, message: str | None = None) -> None:
        super().__init__(message or f"You may not do this. It needs: {needs}.")
        self.needs = needs


class SignInNeeded(NotAllowed):
    """Nobody is signed in."""

    code = "sign_in_needed"

    def __init__(self) -> None:
        super().__init__("a signed-in user", "Sign in first.")


class Suspended(NotAllowed):
    """The account may not take part until an instant, or ever. What is left: reading why, appealing, leaving."""

    code = "suspended"

    def __init__(self, until: datetime | None) -> None:
        end = "for good" if until is None else f"until {until.day} {until:%B %Y, %H:%M} UTC"
        super().__init__(
            "an account that is not suspended",
            f"Your account is suspended {end}. You can read why, appeal, export your data and leave.",
        )
        self.until = until


class Conflict(Refusal):
    """The thing is no longer in the state this action starts from. `current` says where it is now."""

    code = "conflict"

    def __init__(self, message: str, *, current: str | None = None) -> None:
        super().__init__(message)
        self.current = current


class LimitReached(Refusal):
    """A bound of the product was met. `limit` is that bound."""

    code = "limit_reached"

    def __init__(self, message: str, *, limit: int) -> None:
        super().__init__(message)
        self.limit = limit


class RateLimited(Refusal):
    """Too many tries. `retry_after` is in whole seconds."""

    code = "rate_limited"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many tries. Try again in {retry_after} s.")
        self.retry_after = retry_after


def invalid(path: str, code: str, message: str) -> InvalidInput:
    """Return a refusal about a single input value."""
    return InvalidInput(FieldProblem(path, code, message))

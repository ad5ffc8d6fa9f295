"""The capacity ledger: accounts, what they allow by default, and when they are full."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from server.domain.actors import ProfileId
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.errors import LimitReached, invalid
from server.domain.facts import Fact

DEFAULT_PLACES: Mapping[MentoringFormat, int] = {
    MentoringFormat.CLASSIC: 2,
    MentoringFormat.MICRO: 3,
    MentoringFormat.LONG_ARC: 1,
    MentoringFormat.REVERSE: 1,
    MentoringFormat.PEER: 2,
    MentoringFormat.GROUP: 1,
}
DEFAULT_NEW_REQUESTS = 10
DEFAULT_MINUTES = 600

WINDOWS: Mapping[CapacityKind, timedelta] = {
    CapacityKind.NEW_REQUESTS: timedelta(days=7),
    CapacityKind.MINUTES: timedelta(days=30),
}
"""How far back a rolling kind counts. CONCURRENT has no window: it counts until it is credited."""

LARGEST_LIMIT: Mapping[CapacityKind, int] = {
    CapacityKind.CONCURRENT: 50,
    CapacityKind.NEW_REQUESTS: 200,
    CapacityKind.MINUTES: 20_000,
}


@dataclass(frozen=True)
class AccountKey:
    """Which account: CONCURRENT has one per format, the rolling kinds have one without."""

    profile_id: ProfileId
    kind: CapacityKind
    format: MentoringFormat | None = None

    def __post_init__(self) -> None:
        if (self.kind is CapacityKind.CONCURRENT) != (self.format is not None):
            message = f"{self.kind} goes {'without' if self.format else 'with'} a format"
            raise ValueError(message)


@dataclass(frozen=True)
class Posting:
    """A line for the ledger: how many units, why, and for which request or mentorship."""

    units: int
    reason: str
    reference: UUID | None = None

    def __post_init__(self) -> None:
        if self.units < 1:
            message = "a posting has at least one unit"
            raise ValueError(message)


class CapacityFull(LimitReached):
    """The account has no room for what is asked."""

    code = "capacity_full"

    def __init__(self, kind: CapacityKind, limit: int) -> None:
        super().__init__(_FULL[kind], limit=limit)
        self.kind = kind


_FULL = {
    CapacityKind.CONCURRENT: "There is no open place in this format now. Wait for one, or choose another format.",
    CapacityKind.NEW_REQUESTS: "No more requests can be taken this week. Try again in some days.",
    CapacityKind.MINUTES: "There are not enough free minutes in these 30 days. Ask for less, or later.",
}


@dataclass(frozen=True, kw_only=True)
class CapacityLimitChanged(Fact):
    """Somebody changed how much they take on."""

    kind: ClassVar[str] = "capacity.limit_changed"
    profile_id: UUID
    account: CapacityKind
    format: MentoringFormat | None
    allowed: int


def default_limit(kind: CapacityKind, mentoring_format: MentoringFormat | None) -> int:
    """Return what an account allows as long as its owner has said nothing."""
    if mentoring_format is not None:
        return DEFAULT_PLACES[mentoring_format]
    return DEFAULT_MINUTES if kind is CapacityKind.MINUTES else DEFAULT_NEW_REQUESTS


def every_account(profile_id: ProfileId) -> list[AccountKey]:
    """Return the keys of all accounts of a person, in the order in which they are locked."""
    rolling = [AccountKey(profile_id, kind) for kind in WINDOWS]
    places = [AccountKey(profile_id, CapacityKind.CONCURRENT, one) for one in MentoringFormat]
    return sorted([*rolling, *places], key=lambda key: (key.kind, key.format or ""))


def check_room(key: AccountKey, *, allowed: int, used: int, units: int) -> None:
    """Refuse what does not fit. A limit lowered below what is used admits nothing, and ends nothing."""
    if used + units > allowed:
        raise CapacityFull(key.kind, allowed)


def check_limit(kind: CapacityKind, allowed: int) -> None:
    """Refuse a limit that nobody can mean."""
    if not 0 <= allowed <= LARGEST_LIMIT[kind]:
        raise invalid("limit", "out_of_range", f"The limit must be from 0 to {LARGEST_LIMIT[kind]}.")

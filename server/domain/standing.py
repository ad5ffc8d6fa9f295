"""How somebody stands with the community: trust that grows with time and deeds, and what it lets them do: M5.

A level is worked out of what is known when it is asked for, so it is never out of date and nobody assigns it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from server.domain.errors import NotAllowed

MEMBER_AFTER = timedelta(days=7)
TRUSTED_AFTER = timedelta(days=60)
CLEAN_FOR = timedelta(days=180)
"""A warning or worse keeps somebody from being trusted for so long."""
NEW_AGAIN_FOR = timedelta(days=30)
"""And makes them new again for so long."""
CONSENT_WITHIN = timedelta(days=14)
"""A new version of the code of conduct may be read for so long before it must be agreed to."""


class TrustLevel(StrEnum):
    """How far somebody is known here."""

    NEW = "new"
    MEMBER = "member"
    TRUSTED = "trusted"


class Speech(StrEnum):
    """What reaches people who did not ask for it, and is limited by trust. Lines in a room have limits of their own."""

    REQUEST = "request"
    QUESTION = "question"
    REPORT = "report"


PER_DAY: Mapping[Speech, Mapping[TrustLevel, int]] = {
    Speech.REQUEST: {TrustLevel.NEW: 10, TrustLevel.MEMBER: 30, TrustLevel.TRUSTED: 60},
    Speech.QUESTION: {TrustLevel.NEW: 30, TrustLevel.MEMBER: 100, TrustLevel.TRUSTED: 200},
    Speech.REPORT: {TrustLevel.NEW: 10, TrustLevel.MEMBER: 20, TrustLevel.TRUSTED: 40},
}
"""How many a day; buckets leak, so a pause always makes room again."""


@dataclass(frozen=True)
class Known:
    """What a level is worked out of: `completed` mentorships, and the latest sanction that was not lifted."""

    joined_at: datetime
    is_verified: bool
    completed: int
    sanctioned_at: datetime | None


def trust_level(known: Known, at: datetime) -> TrustLevel:
    """Return how far somebody is known at an instant."""
    age = at - known.joined_at
    sanctioned = known.sanctioned_at
    if not known.is_verified or age < MEMBER_AFTER or (sanctioned is not None and at - sanctioned < NEW_AGAIN_FOR):
        return TrustLevel.NEW
    is_clean = sanctioned is None or at - sanctioned >= CLEAN_FOR
    if age >= TRUSTED_AFTER and known.completed >= 1 and is_clean:
        return TrustLevel.TRUSTED
    return TrustLevel.MEMBER


class ConsentNeeded(NotAllowed):
    """A new version of the code of conduct waits to be agreed to, and its time is over."""

    code = "consent_needed"

    def __init__(self, number: int) -> None:
        super().__init__(
            "consent to the code of conduct",
            f"Read version {number} of the code of conduct and agree to it, then go on.",
        )


def check_consent(*, newest: int, published_at: datetime, agreed: int, at: datetime) -> None:
    """Refuse whoever has not agreed to the newest version in time; whoever joins later is asked at once."""
    if agreed < newest and at > published_at + CONSENT_WITHIN:
        raise ConsentNeeded(newest)

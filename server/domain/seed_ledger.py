"""The capacity ledger of made-up people: no place is taken twice, at no time in their history."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import WINDOWS
from server.domain.seed_shapes import SeedEntry, SeedPerson, seeded_id


@dataclass(frozen=True)
class Engagement:
    """What a mentorship takes of those who give: a place from start to end (None: still), minutes at its start."""

    givers: tuple[SeedPerson, ...]
    format: MentoringFormat
    started_at: datetime
    ended_at: datetime | None
    minutes: int


def givers_of(mentor: SeedPerson, mentee: SeedPerson, mentoring_format: MentoringFormat) -> tuple[SeedPerson, ...]:
    """Return who gives a place and minutes: the mentor, and in a swap between peers the other one too."""
    return (mentor, mentee) if mentoring_format is MentoringFormat.PEER else (mentor,)


@dataclass
class SeedLedger:
    """Who has taken on what so far in the making of a history."""

    rng: Random
    entries: list[SeedEntry] = field(default_factory=list)
    _asked: dict[UUID, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    _taken: dict[UUID, list[Engagement]] = field(default_factory=lambda: defaultdict(list))

    def has_room(self, wanted: Engagement) -> bool:
        """Tell whether all who give had room all along. Windows are looked at on both sides: rather too strict."""
        return all(self._has_room(giver, wanted) for giver in wanted.givers)

    def _has_room(self, giver: SeedPerson, wanted: Engagement) -> bool:
        taken = self._taken[giver.user.id]
        places = sum(1 for one in taken if one.format is wanted.format and _overlap(one, wanted))
        minutes = sum(one.minutes for one in taken if _near(one, wanted, WINDOWS[CapacityKind.MINUTES]))
        return (
            places < giver.account(CapacityKind.CONCURRENT, wanted.format).allowed
            and minutes + wanted.minutes <= giver.account(CapacityKind.MINUTES).allowed
        )

    def is_full(self, mentor: SeedPerson, mentoring_format: MentoringFormat) -> bool:
        """Tell whether every place of a format is taken now."""
        account = mentor.account(CapacityKind.CONCURRENT, mentoring_format)
        return account.used >= account.allowed

    def take(self, engagement: Engagement, mentorship_id: UUID) -> None:
        """Write the lines of a mentorship, and keep `used` of the places right."""
        for giver in engagement.givers:
            self._taken[giver.user.id].append(engagement)
            places, at = giver.account(CapacityKind.CONCURRENT, engagement.format), engagement.started_at
            self._enter(places.id, (at, 1, "mentorship"), mentorship_id)
            minutes = giver.account(CapacityKind.MINUTES)
            self._enter(minutes.id, (at, engagement.minutes, "mentorship"), mentorship_id)
            if engagement.ended_at is None:
                places.used += 1
            else:
                self._enter(places.id, (engagement.ended_at, -1, "mentorship_ended"), mentorship_id)

    def may_be_asked(self, receiver: SeedPerson, at: datetime) -> bool:
        """Tell whether somebody's week has room for one more request at an instant, before and after it."""
        window = WINDOWS[CapacityKind.NEW_REQUESTS]
        asked = sum(1 for other in self._asked[receiver.user.id] if abs(other - at) <= window)
        return asked < receiver.account(CapacityKind.NEW_REQUESTS).allowed

    def ask(self, receiver: SeedPerson, at: datetime, request_id: UUID) -> None:
        """Write the line of a request that was sent."""
        self._asked[receiver.user.id].append(at)
        self._enter(receiver.account(CapacityKind.NEW_REQUESTS).id, (at, 1, "request"), request_id)

    def _enter(self, account_id: UUID, line: tuple[datetime, int, str], reference: UUID) -> None:
        at, delta, reason = line
        self.entries.append(
            SeedEntry(
                id=seeded_id(self.rng, at),
                created_at=at,
                account_id=account_id,
                delta=delta,
                reason=reason,
                reference=reference,
            )
        )


def _overlap(one: Engagement, other: Engagement) -> bool:
    return (one.ended_at is None or one.ended_at > other.started_at) and (
        other.ended_at is None or other.ended_at > one.started_at
    )


def _near(one: Engagement, other: Engagement, window: timedelta) -> bool:
    return abs(one.started_at - other.started_at) <= window

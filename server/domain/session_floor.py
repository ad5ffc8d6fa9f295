"""Raised hands and the floor of a session: who speaks next, and who may say so.

Whoever was heard least comes first: fewer times on the floor, then fewer seconds, then the hand that was raised first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from server.domain.errors import NotAllowed
from server.domain.facts import Fact
from server.domain.sessions import SessionRole


@dataclass(frozen=True)
class Hand:
    """Somebody's hand and how much they were heard: times on the floor and seconds in all. `raised_at`: since when."""

    profile_id: UUID
    raised_at: datetime | None
    times: int
    seconds: int


def speaking_order(hands: Iterable[Hand]) -> list[UUID]:
    """Return those with a raised hand, the least heard first."""
    waiting = [(hand.times, hand.seconds, hand.raised_at, hand.profile_id) for hand in hands if hand.raised_at]
    return [profile_id for *_, profile_id in sorted(waiting)]


def check_host(role: SessionRole) -> None:
    """Refuse to let anybody but the host lead the talk."""
    if role is not SessionRole.HOST:
        raise NotAllowed("the host of the session", "Only the host of this session can do this.")


@dataclass(frozen=True, kw_only=True)
class HandRaised(Fact):
    """Somebody wants to speak; `queue` is who speaks next, as it is now."""

    kind: ClassVar[str] = "hand.raised"
    session_id: UUID
    profile_id: UUID
    queue: list[UUID]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class HandLowered(Fact):
    """Somebody no longer wants to speak, or the host lowered their hand."""

    kind: ClassVar[str] = "hand.lowered"
    session_id: UUID
    profile_id: UUID
    queue: list[UUID]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FloorGiven(Fact):
    """The host called on somebody: they have the floor and their hand is down. `times` counts this one."""

    kind: ClassVar[str] = "floor.given"
    session_id: UUID
    profile_id: UUID
    given_by: UUID
    times: int
    queue: list[UUID]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FloorEnded(Fact):
    """Somebody's time on the floor is over; `seconds` is how long they had it in this session in all."""

    kind: ClassVar[str] = "floor.ended"
    session_id: UUID
    profile_id: UUID
    seconds: int
    queue: list[UUID]
    at: datetime

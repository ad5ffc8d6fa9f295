"""What followers of a circle are told, and what a person is told about their own seat.

`circle:{id}` is one stream for all, and between two of its members there may be a block. So no fact on it names a
person or carries a member's words: people are seats, posts are hints to read again, and reading knows the blocks.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.circle_meetings import MeetingState, RsvpState
from server.domain.circles import (
    CircleKind,
    CircleState,
    Confidentiality,
    Facilitation,
    JoinMode,
    Naming,
    SeatRole,
    SeatState,
)
from server.domain.facts import Fact


class ItemKind(StrEnum):
    """What a line of a circle's feed tells of."""

    SEATED = "seated"
    NORMS = "norms"
    MEETING = "meeting"
    RECAP = "recap"
    THREAD = "thread"
    ASK = "ask"
    RESOURCE = "resource"


@dataclass(frozen=True, kw_only=True)
class CircleShown:
    """A circle as everybody who may see it sees it. Name, theme and purpose are the circle's own words."""

    id: UUID
    name: str
    theme: str
    purpose: str
    circle_kind: CircleKind
    state: CircleState
    join_mode: JoinMode
    confidentiality: Confidentiality
    naming: Naming
    facilitation: Facilitation
    with_mentor: bool
    least: int
    most: int
    is_listed: bool
    norms_number: int
    version: int


@dataclass(frozen=True, kw_only=True)
class SeatShown:
    """A seat, whoever sits on it."""

    id: UUID
    role: SeatRole
    state: SeatState
    since: datetime | None
    paused_until: datetime | None
    version: int


@dataclass(frozen=True, kw_only=True)
class MeetingShown:
    """A meeting of a circle, its people as seats and numbers."""

    id: UUID
    title: str
    starts_at: datetime
    minutes: int
    state: MeetingState
    cap: int | None
    coming: int
    waiting: int
    facilitator: UUID | None
    version: int


@dataclass(frozen=True, kw_only=True)
class TurnShown:
    """A seat's turn to speak; clients count down by themselves."""

    seat_id: UUID
    since: datetime
    ends_at: datetime
    round: int


@dataclass(frozen=True, kw_only=True)
class TalkShown:
    """The talk of a live meeting: seats inside, whose turn it is, and who is next, the least heard first."""

    here: list[UUID]
    hands: list[UUID]
    queue: list[UUID]
    turn: TurnShown | None
    version: int


@dataclass(frozen=True, kw_only=True)
class CircleChanged(Fact):
    """The circle was set otherwise, moved along its road, or has new norms."""

    kind: ClassVar[str] = "circle.changed"
    circle: CircleShown


@dataclass(frozen=True, kw_only=True)
class SeatChanged(Fact):
    """A seat was taken, given up, paused, or its role changed."""

    kind: ClassVar[str] = "circle.seat_changed"
    circle_id: UUID
    seat: SeatShown
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingChanged(Fact):
    """A meeting was planned, moved, started or ended, or more or fewer are coming."""

    kind: ClassVar[str] = "circle.meeting_changed"
    circle_id: UUID
    meeting: MeetingShown
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TalkChanged(Fact):
    """Somebody came into a live meeting or left it, raised a hand, or has the turn."""

    kind: ClassVar[str] = "circle.talk_changed"
    circle_id: UUID
    meeting_id: UUID
    talk: TalkShown
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ItemAdded(Fact):
    """The feed has a new line; read it to know what, if it is for you."""

    kind: ClassVar[str] = "circle.item_added"
    circle_id: UUID
    item_id: UUID
    item: ItemKind
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ThreadChanged(Fact):
    """Something in a discussion changed: a post, an edit, a reaction. Read it again from there."""

    kind: ClassVar[str] = "circle.thread_changed"
    circle_id: UUID
    thread_id: UUID
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OwnSeatChanged(Fact):
    """Somebody's own standing in a circle changed; `came_in`: they sit there since now. For that person alone."""

    kind: ClassVar[str] = "circle.own_seat_changed"
    circle_id: UUID
    seat_id: UUID
    role: SeatRole
    state: SeatState
    at: datetime
    came_in: bool = False


@dataclass(frozen=True, kw_only=True)
class SeatAsked(Fact):
    """Somebody asks for a seat. For each lead who may see them."""

    kind: ClassVar[str] = "circle.seat_asked"
    circle_id: UUID
    seat_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OwnRsvpChanged(Fact):
    """Somebody's place at a meeting changed, by themselves or because one was free. For that person alone."""

    kind: ClassVar[str] = "circle.own_rsvp_changed"
    circle_id: UUID
    meeting_id: UUID
    state: RsvpState
    at: datetime
    rsvp_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class MergeOffered(Fact):
    """A lead offers another circle's leads to join the two. For the leads of the other one."""

    kind: ClassVar[str] = "circle.merge_offered"
    circle_id: UUID
    into_id: UUID
    offer_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingMoved(Fact):
    """A meeting to come is at another time now. For the reactions alone."""

    kind: ClassVar[str] = "circle.meeting_moved"
    circle_id: UUID
    meeting_id: UUID
    starts_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PostAdded(Fact):
    """Somebody wrote in a discussion. For the reactions alone: who, and what, is read from the post."""

    kind: ClassVar[str] = "circle.post_added"
    circle_id: UUID
    thread_id: UUID
    post_id: UUID
    at: datetime

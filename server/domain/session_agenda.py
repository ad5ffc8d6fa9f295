"""The agenda and the timer of a session: what is to be talked about, and how long.

A timer is told as instants, so that every client counts by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import ClassVar
from uuid import UUID

from server.domain.errors import Conflict, LimitReached, NotAllowed, invalid
from server.domain.facts import Fact
from server.domain.problems import Problems
from server.domain.sessions import SessionRole

MAX_ITEMS = 20
MAX_ITEM_TITLE = 120
MAX_ITEM_MINUTES = 120
MAX_TIMER_SECONDS = 4 * 3600


class TimerAction(StrEnum):
    """What can be done to the timer."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True)
class Timer:
    """Running: `started_at` and `ends_at`. Paused: `left_seconds`. Stopped: nothing."""

    started_at: datetime | None = None
    ends_at: datetime | None = None
    left_seconds: int | None = None


def check_party(role: SessionRole) -> None:
    """Refuse to let a guest change what the two work with."""
    if role is SessionRole.GUEST:
        raise NotAllowed("a place in the mentorship", "Only the mentor or the mentee can change this.")


def agenda_item(title: str, minutes: int) -> tuple[str, int]:
    """Return an item's title and minutes as they are kept, or refuse with InvalidInput."""
    problems = Problems()
    title = problems.line("title", title, longest=MAX_ITEM_TITLE, shortest=1)
    minutes = problems.number("minutes", minutes, 1, MAX_ITEM_MINUTES)
    problems.refuse_if_any()
    return title, minutes


def check_room_for_item(count: int) -> None:
    """Refuse one item more than an agenda holds."""
    if count >= MAX_ITEMS:
        raise LimitReached(f"An agenda has at most {MAX_ITEMS} items.", limit=MAX_ITEMS)


def moved(order: Sequence[UUID], item_id: UUID, position: int) -> list[UUID]:
    """Return the order with an item at a position, counted from 0; InvalidInput for one outside the list."""
    if not 0 <= position < len(order):
        raise invalid("position", "out_of_range", f"A number from 0 to {len(order) - 1}.")
    rest = [key for key in order if key != item_id]
    return [*rest[:position], item_id, *rest[position:]]


def timer_after(timer: Timer, action: TimerAction, seconds: int | None, at: datetime) -> Timer:
    """Return the timer after an action; `seconds` is for START. InvalidInput; Conflict when it does not fit."""
    if action is TimerAction.START:
        if seconds is None or not 1 <= seconds <= MAX_TIMER_SECONDS:
            raise invalid("seconds", "out_of_range", f"A number from 1 to {MAX_TIMER_SECONDS:,}.")
        return _running(at, seconds)
    if action is TimerAction.PAUSE:
        if timer.ends_at is None:
            raise Conflict("The timer is not running.", current=_state_of(timer))
        return Timer(left_seconds=max(0, ceil((timer.ends_at - at).total_seconds())))
    if action is TimerAction.RESUME:
        if timer.left_seconds is None:
            raise Conflict("The timer is not paused.", current=_state_of(timer))
        return _running(at, timer.left_seconds)
    return Timer()


def _running(at: datetime, seconds: int) -> Timer:
    return Timer(started_at=at, ends_at=at + timedelta(seconds=seconds))


def _state_of(timer: Timer) -> str:
    if timer.ends_at is not None:
        return "running"
    return "stopped" if timer.left_seconds is None else "paused"


@dataclass(frozen=True)
class AgendaItemView:
    """An item of the agenda as those in the room see it; `written_by` put it into these words."""

    id: UUID
    title: str
    minutes: int
    done_at: datetime | None
    written_by: UUID


@dataclass(frozen=True, kw_only=True)
class AgendaItemAdded(Fact):
    """An item was put on the agenda; `order` is the agenda as it is now."""

    kind: ClassVar[str] = "agenda.item_added"
    session_id: UUID
    item: AgendaItemView
    order: list[UUID]


@dataclass(frozen=True, kw_only=True)
class AgendaItemEdited(Fact):
    """An item was put differently, or is done, or is not done after all.

    `title` is empty when the words are as they were, so that a fact holds its actor's words and nobody else's.
    """

    kind: ClassVar[str] = "agenda.item_edited"
    session_id: UUID
    item_id: UUID
    title: str | None
    minutes: int
    done_at: datetime | None
    written_by: UUID


@dataclass(frozen=True, kw_only=True)
class AgendaItemMoved(Fact):
    """The agenda has another order."""

    kind: ClassVar[str] = "agenda.item_moved"
    session_id: UUID
    item_id: UUID
    order: list[UUID]


@dataclass(frozen=True, kw_only=True)
class AgendaItemRemoved(Fact):
    """An item was taken off the agenda; `current_id` is what is talked about now."""

    kind: ClassVar[str] = "agenda.item_removed"
    session_id: UUID
    item_id: UUID
    order: list[UUID]
    current_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class AgendaItemTakenUp(Fact):
    """An item is talked about now; none when `item_id` is empty."""

    kind: ClassVar[str] = "agenda.item_taken_up"
    session_id: UUID
    item_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class TimerSet(Fact):
    """The timer was started, paused, resumed or stopped."""

    kind: ClassVar[str] = "timer.set"
    session_id: UUID
    timer: Timer

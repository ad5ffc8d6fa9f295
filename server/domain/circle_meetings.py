"""Meetings of a circle: series, who comes, who leads, whose turn it is, and what became of it.

Turns go round: nobody speaks a second time before everybody present spoke once. Within a round the least heard comes
first, counted over the circle's last meetings.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.errors import Conflict, NotAllowed
from server.domain.places import time_zones
from server.domain.places_in_line import has_place
from server.domain.problems import Problems
from server.domain.series import at_same_wall_time

MAX_TITLE, MAX_NOTES = 120, 8_000
MAX_MINUTES = 240
MAX_OCCURRENCES = 26
LONGEST_AHEAD = timedelta(days=370)
DEFAULT_TURN_SECONDS = 180
MAX_TURN_SECONDS = 1_800
TURN_HISTORY = 6
"""Meetings that count when it is asked who was least heard."""
OPENS_BEFORE = timedelta(minutes=30)
"""A meeting's room opens so long before its time."""


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    LIVE = "live"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


class RsvpState(StrEnum):
    """How somebody answered. WAITING: yes, when a place is free."""

    COMING = "coming"
    WAITING = "waiting"
    DECLINED = "declined"


class MeetingEnd(StrEnum):
    """How a meeting that did not go on is put away: called off before, or it did not happen."""

    CANCEL = "cancel"
    DID_NOT_HAPPEN = "did_not_happen"


TO_COME = frozenset({MeetingState.PLANNED, MeetingState.LIVE})


@dataclass(frozen=True)
class MeetingForm:
    """One meeting or a series. `every_days` with `times` above 1 repeats it at the same wall time in `time_zone`."""

    title: str
    starts_at: datetime
    minutes: int = 60
    cap: int | None = None
    turn_seconds: int = DEFAULT_TURN_SECONDS
    times: int = 1
    every_days: int = 7
    time_zone: str = "Etc/UTC"


def cleaned(form: MeetingForm, at: datetime) -> MeetingForm:
    """Return a form as it is kept, or refuse with InvalidInput that names everything wrong."""
    problems = Problems()
    title = problems.line("title", form.title, longest=MAX_TITLE, shortest=1)
    minutes = problems.number("minutes", form.minutes, 5, MAX_MINUTES)
    if form.cap is not None:
        problems.number("cap", form.cap, 2, 100)
    problems.number("turnSeconds", form.turn_seconds, 10, MAX_TURN_SECONDS)
    problems.number("times", form.times, 1, MAX_OCCURRENCES)
    problems.number("everyDays", form.every_days, 1, 91)
    if not at - timedelta(minutes=5) <= form.starts_at <= at + LONGEST_AHEAD:
        problems.add("startsAt", "out_of_range", "From now on, and within a year.")
    if form.time_zone not in time_zones():
        problems.add("timeZone", "unknown", "An IANA time zone such as Europe/Lisbon.")
    problems.refuse_if_any()
    return MeetingForm(
        title, form.starts_at, minutes, form.cap, form.turn_seconds, form.times, form.every_days, form.time_zone
    )


def starts_of(form: MeetingForm) -> list[datetime]:
    """Return when each meeting of a series starts: at the same wall time, whatever the clocks do in between."""
    zone = ZoneInfo(form.time_zone)
    return at_same_wall_time(form.starts_at, zone, times=form.times, every_days=form.every_days)


def answer_for(*, wants: bool, cap: int | None, coming: int) -> RsvpState:
    """Return what an answer comes to: a place, a place in the line, or none."""
    if not wants:
        return RsvpState.DECLINED
    return RsvpState.COMING if has_place(cap=cap, taken=coming) else RsvpState.WAITING


def check_planned(state: MeetingState) -> None:
    """Refuse what is for meetings to come."""
    if state is not MeetingState.PLANNED:
        raise Conflict("This meeting is not to come.", current=state.value)


def check_live(state: MeetingState) -> None:
    """Refuse what is for a meeting under way."""
    if state is not MeetingState.LIVE:
        raise Conflict("This meeting is not under way.", current=state.value)


def check_may_start(state: MeetingState, starts_at: datetime, at: datetime) -> None:
    """Refuse to open the room of a meeting that is over, or long before its time."""
    check_planned(state)
    if at < starts_at - OPENS_BEFORE:
        raise Conflict("The room opens half an hour before the meeting.", current="early")


def check_end(state: MeetingState, end: MeetingEnd, starts_at: datetime, at: datetime) -> MeetingState:
    """Return what a meeting that was not held becomes. One to come is cancelled; one past did not happen."""
    if end is MeetingEnd.CANCEL:
        check_planned(state)
        return MeetingState.CANCELLED
    if state not in (MeetingState.PLANNED, MeetingState.HELD) or at < starts_at:
        raise Conflict("Only a meeting whose time has come did not happen.", current=state.value)
    return MeetingState.MISSED


def check_recordable(state: MeetingState) -> None:
    """Refuse notes, recap and attendance for a meeting that was never under way."""
    if state not in (MeetingState.LIVE, MeetingState.HELD):
        raise Conflict("This meeting was not held.", current=state.value)


def may_facilitate(*, leads: bool, facilitator_id: UUID | None, who: UUID) -> bool:
    """Tell whether somebody inside a circle may lead its meeting: by turn, or as one who leads the circle."""
    return leads or facilitator_id == who


def check_facilitator(*, is_facilitator: bool) -> None:
    """Refuse what only the meeting's facilitator, or a lead, does."""
    if not is_facilitator:
        raise NotAllowed("to facilitate the meeting", "Only who facilitates this meeting can do this.")


@dataclass(frozen=True)
class Heard:
    """How much somebody was heard: turns in this meeting, and turns and seconds over the last ones in all.

    `since` is when they took their seat: of two alike, who is there longer comes first.
    """

    seat_id: UUID
    turns_now: int
    turns: int
    seconds: int
    since: datetime
    hand_raised_at: datetime | None = None


def turn_order(present: Iterable[Heard]) -> list[UUID]:
    """Return who speaks next and after: the round goes on first, raised hands before others in it, then least heard."""
    return [
        one.seat_id
        for one in sorted(
            present,
            key=lambda one: (
                one.turns_now,
                one.hand_raised_at is None,
                one.turns,
                one.seconds,
                one.since,
                one.seat_id,
            ),
        )
    ]


def round_of(present: Sequence[Heard], seat_id: UUID) -> int:
    """Return the number of the round in which a seat's next turn is, from 1."""
    return next((one.turns_now for one in present if one.seat_id == seat_id), 0) + 1


@dataclass(frozen=True)
class Served:
    """How often somebody facilitated, and since when they are in the circle."""

    profile_id: UUID
    times: int
    since: datetime


def next_facilitator(candidates: Iterable[Served]) -> UUID | None:
    """Return whose turn it is to facilitate: who did it least often, then who is there longest. None when nobody is."""
    ordered = sorted(candidates, key=lambda one: (one.times, one.since, one.profile_id))
    return ordered[0].profile_id if ordered else None

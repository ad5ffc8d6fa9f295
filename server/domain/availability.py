"""Availability, rhythm and capacity: windows in local time, stretches of gigs, and the ledger's kinds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar
from uuid import UUID

from server.domain.facts import Fact
from server.domain.problems import Problems


class MentoringFormat(StrEnum):
    """The format of a mentorship: D1-D6."""

    CLASSIC = "classic"
    MICRO = "micro"
    LONG_ARC = "long_arc"
    REVERSE = "reverse"
    PEER = "peer"
    GROUP = "group"


class StretchKind(StrEnum):
    """A dated stretch of somebody's rhythm: on a gig, or not to be asked at all."""

    ON_GIG = "on_gig"
    BLACKOUT = "blackout"


class CapacityKind(StrEnum):
    """What the ledger counts: concurrent mentorships per format, new requests per 7 days, minutes per 30 days."""

    CONCURRENT = "concurrent"
    NEW_REQUESTS = "new_requests"
    MINUTES = "minutes"


MINUTES_OF_DAY = 1440
MAX_WINDOWS = 42
MAX_EXCEPTIONS = 200
DEFAULT_BUFFER_MINUTES = 10
DEFAULT_NOTICE_MINUTES = 720
LONGEST_SEARCH = timedelta(days=31)
"""How far one look for open times goes: a page of 100 people for a month is some tens of milliseconds of work."""

_EXCEPTIONS_AHEAD = timedelta(days=2 * 366)


@dataclass(frozen=True, order=True)
class Window:
    """A weekly window in wall time: weekday 0 is Monday; minutes of the day, the end not included."""

    weekday: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True, order=True)
class DayException:
    """A dated exception in wall time: open where the week is not, or closed where it is. Closed wins."""

    day: date
    start_minute: int
    end_minute: int
    is_open: bool


@dataclass(frozen=True, order=True)
class Interval:
    """A stretch of instants in UTC, the end not included."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class AvailabilityChanged(Fact):
    """Somebody changed when they can meet."""

    kind: ClassVar[str] = "availability.changed"
    profile_id: UUID


def clean_windows(windows: Sequence[Window]) -> list[Window]:
    """Return weekly windows in order, or refuse those outside the week and those that overlap."""
    problems = Problems()
    if len(windows) > MAX_WINDOWS:
        problems.add("windows", "too_many", f"At most {MAX_WINDOWS} windows.")
    for at, window in enumerate(windows[:MAX_WINDOWS]):
        if not 0 <= window.weekday <= 6:
            problems.add(f"windows.{at}.weekday", "out_of_range", "A weekday from 0, Monday, to 6.")
        _check_minutes(problems, f"windows.{at}", window.start_minute, window.end_minute)
    ordered = sorted(windows)
    for one, following in pairwise(ordered):
        if one.weekday == following.weekday and following.start_minute < one.end_minute:
            problems.add("windows", "overlap", f"Two windows of weekday {one.weekday} overlap.")
    problems.refuse_if_any()
    return ordered


def check_exception(exception: DayException, *, today: date) -> None:
    """Refuse an exception on a day that is over, too far ahead, or at impossible minutes."""
    problems = Problems()
    # A day of grace: somewhere it is still yesterday.
    if not today - timedelta(days=1) <= exception.day <= today + _EXCEPTIONS_AHEAD:
        problems.add("day", "out_of_range", "A day from today to two years from now.")
    _check_minutes(problems, "", exception.start_minute, exception.end_minute)
    problems.refuse_if_any()


def check_booking_rule(*, buffer_minutes: int, notice_minutes: int) -> None:
    """Refuse buffers and notices that nobody can mean."""
    problems = Problems()
    problems.number("bufferMinutes", buffer_minutes, 0, 240)
    problems.number("noticeMinutes", notice_minutes, 0, 30 * MINUTES_OF_DAY)
    problems.refuse_if_any()


def _check_minutes(problems: Problems, path: str, start: int, end: int) -> None:
    prefix = f"{path}." if path else ""
    if not 0 <= start < MINUTES_OF_DAY:
        problems.add(f"{prefix}startMinute", "out_of_range", "Minutes of the day from 0 to 1,439.")
    if not start < end <= MINUTES_OF_DAY:
        problems.add(f"{prefix}endMinute", "out_of_range", "Minutes after the start, at most 1,440.")

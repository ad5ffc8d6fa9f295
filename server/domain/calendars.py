"""Somebody's calendar: what stands in it, and when they are reminded of it. B5, L2."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from server.domain.errors import invalid
from server.domain.facts import Fact

LONGEST_VIEW = timedelta(days=100)
FEED_BEFORE, FEED_AHEAD = timedelta(days=60), timedelta(days=370)
"""What of the past and of what is to come a feed holds."""
USUAL_WEBINAR = timedelta(hours=1)
"""How long a webinar is taken to be whose end nobody said."""


class EntryKind(StrEnum):
    """What an entry of a calendar is."""

    MENTORSHIP = "mentorship"
    CIRCLE = "circle"
    WEBINAR = "webinar"
    GATHERING = "gathering"


class EntryStanding(StrEnum):
    """How sure an entry is: agreed on, not answered or in a line, or not to be."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class ReminderStep(StrEnum):
    """The first reminder, a day before, or the last one, an hour before."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, kw_only=True)
class ReminderDue(Fact):
    """Somebody is to be reminded of what stands in their calendar. For that person alone."""

    kind: ClassVar[str] = "meeting.reminder_due"
    profile_id: UUID
    entry: EntryKind
    subject_id: UUID
    starts_at: datetime
    step: ReminderStep
    at: datetime


def check_view(start: datetime, end: datetime) -> None:
    """Refuse to show a time that is no time, or a very long one."""
    if not timedelta(0) < end - start <= LONGEST_VIEW:
        raise invalid("end", "out_of_range", f"A time after the start, at most {LONGEST_VIEW.days} days later.")

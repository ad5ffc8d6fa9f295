"""Notifications: what they are, by which way they come, and when a mail has to wait. L1.

A notification says that something happened, why it came, and where to look. It keeps ids, never words or names: those
are read anew whenever it is, so that whoever hides later is hidden here too. The kinds are in notification_kinds.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.availability import MINUTES_OF_DAY, Interval, Window
from server.domain.errors import invalid
from server.domain.facts import Fact
from server.domain.notification_kinds import MailChoice, NotificationKind
from server.domain.notification_manners import MANNERS
from server.domain.open_hours import open_intervals
from server.domain.problems import Problems
from server.domain.rhythm import Stopped

KEPT_FOR = timedelta(days=180)
MAX_MARKED = 100
MAX_IN_A_MAIL = 20
"""Lines that one mail has; the others are counted, and wait in the inbox."""
MAX_IN_A_DIGEST = 10
_LOOK_AHEAD = timedelta(days=3)


class SubjectKind(StrEnum):
    """What a notification is about: a type of the API, by its id."""

    REQUEST = "request"
    MENTORSHIP = "mentorship"
    SESSION = "session"
    CIRCLE = "circle"
    CIRCLE_MEETING = "circle_meeting"
    CIRCLE_THREAD = "circle_thread"
    WEBINAR = "webinar"
    QUESTION = "question"
    OPEN_ASK = "open_ask"
    WAITING_PLACE = "waiting_place"
    CHECK_IN = "check_in"
    MENTORSHIP_PROPOSAL = "mentorship_proposal"
    MEETING = "meeting"
    MEETING_PROPOSAL = "meeting_proposal"
    GATHERING = "gathering"
    INTRODUCTION = "introduction"
    SMALL_ASK = "small_ask"
    KUDOS = "kudos"
    CASE = "case"
    ACCOUNT = "account"


class NotificationState(StrEnum):
    """What its receiver did with it."""

    UNREAD = "unread"
    READ = "read"
    DISMISSED = "dismissed"


class MailState(StrEnum):
    """What becomes of a notification by mail. NONE: nothing. WAITING: as soon as it may. DIGEST: with the next one.
    TAKEN: a mail has it, which knows its own state. DROPPED: it was not to be sent after all.
    """

    NONE = "none"
    WAITING = "waiting"
    DIGEST = "digest"
    TAKEN = "taken"
    DROPPED = "dropped"


class LetterState(StrEnum):
    """Where a mail stands. SENDING is written before it leaves, so no mail leaves twice, whatever dies on the way."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"


class DigestRhythm(StrEnum):
    """How often the digest comes."""

    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True)
class Notice:
    """Somebody is to be told of something: whom, of what kind, about what, and by whose doing.

    `by` is None where nobody did it, or nobody is to know who. `detail` holds instants, numbers and codes, no words.
    """

    to: UUID
    kind: NotificationKind
    subject: SubjectKind
    subject_id: UUID
    by: UUID | None = None
    detail: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class QuietHours:
    """Every day from one minute of the local day until before another; past midnight when `start` is the later."""

    start: int
    end: int

    @property
    def windows(self) -> list[Window]:
        """Return the quiet minutes of each weekday."""
        over_midnight = [(0, self.end), (self.start, MINUTES_OF_DAY)]
        spans = [(self.start, self.end)] if self.start < self.end else over_midnight
        return [Window(day, start, end) for day in range(7) for start, end in spans if start < end]


@dataclass(frozen=True)
class Peace:
    """When somebody is left alone: quiet hours in a zone, and the times they are on a gig or not to be asked."""

    zone: ZoneInfo
    hours: QuietHours | None = None
    stops: tuple[Stopped, ...] = ()

    def ends_at(self, at: datetime) -> datetime | None:
        """Return the first instant from `at` on that is not quiet, `at` itself if so. None: nobody can tell yet."""
        while True:
            later = self._after_hours(at)
            stop = next((one for one in self.stops if _holds(one, later)), None)
            if stop is None:
                if later == at:
                    return at
            elif stop.end is None:
                return None
            else:
                later = stop.end
            at = later

    def holds(self, at: datetime) -> bool:
        """Tell whether an instant is quiet."""
        return self.ends_at(at) != at

    def word_due_at(self, at: datetime, begins_at: datetime | None) -> datetime | None:
        """Return when word of something may come, `at` itself for now: when the quiet ends. None: nobody can tell yet.

        Word of what begins before the quiet ends cannot wait for that; once it began, word of it can.
        """
        ends_at = self.ends_at(at)
        cannot_wait = begins_at is not None and at <= begins_at and (ends_at is None or begins_at <= ends_at)
        return at if cannot_wait else ends_at

    def _after_hours(self, at: datetime) -> datetime:
        if self.hours is None:
            return at
        # What the wall clock shows decides, as for availability: an hour that comes twice is quiet both times.
        quiet = open_intervals(self.hours.windows, [], self.zone, Interval(at, at + _LOOK_AHEAD))
        return next((one.end for one in quiet if one.start <= at < one.end), at)


def _holds(stop: Stopped, at: datetime) -> bool:
    return stop.start <= at and (stop.end is None or at < stop.end)


@dataclass(frozen=True)
class DigestTime:
    """When the digest comes: at an hour of the local day, each day or on one weekday (0 is Monday)."""

    rhythm: DigestRhythm = DigestRhythm.WEEKLY
    weekday: int = 0
    hour: int = 9

    def next_after(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the first digest after an instant, in UTC; None: there is none.

        An hour that the clock skips is taken as the one after it; of one that comes twice, the first counts.
        """
        if self.rhythm is DigestRhythm.NEVER:
            return None
        day = at.astimezone(zone).date()
        for number in range(9):
            wall = datetime.combine(day + timedelta(days=number), datetime.min.time(), zone).replace(hour=self.hour)
            due = wall.astimezone(UTC)
            if due > at and (self.rhythm is DigestRhythm.DAILY or wall.weekday() == self.weekday):
                return due
        raise AssertionError("a week has every weekday")


def clean_quiet_hours(start: int | None, end: int | None) -> QuietHours | None:
    """Return quiet hours, None for none, or refuse half of them and minutes that no day has."""
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise invalid("endMinute", "mismatch", "Give both ends, or neither for no quiet hours.")
    problems = Problems()
    problems.number("startMinute", start, 0, MINUTES_OF_DAY - 1)
    problems.number("endMinute", end, 0, MINUTES_OF_DAY - 1)
    if start == end:
        problems.add("endMinute", "empty", "The end must differ from the start. To get no mail, turn kinds off.")
    problems.refuse_if_any()
    return QuietHours(start, end)


def clean_digest(rhythm: DigestRhythm, weekday: int, hour: int) -> DigestTime:
    """Return when the digest comes, or refuse an hour or a weekday that there is not."""
    problems = Problems()
    problems.number("weekday", weekday, 0, 6)
    problems.number("hour", hour, 0, 23)
    problems.refuse_if_any()
    return DigestTime(rhythm, weekday, hour)


@dataclass(frozen=True)
class Wish:
    """How somebody wants to hear of a kind."""

    in_app: bool
    mail: MailChoice


def default_wish(kind: NotificationKind) -> Wish:
    """Return how a kind comes to whoever said nothing."""
    return Wish(in_app=True, mail=MANNERS[kind].mail)


def check_wish(kind: NotificationKind, *, in_app: bool | None) -> None:
    """Refuse to keep what the safety team decided out of one's inbox. None: that is not asked."""
    if in_app is False and MANNERS[kind].is_urgent:
        raise invalid("inApp", "kept", "Word of the safety team stays in your inbox. You can turn its mails off.")


def is_urgent(kinds: Iterable[NotificationKind]) -> bool:
    """Tell whether something of these kinds goes through quiet hours and gigs: safety alone does."""
    return any(MANNERS[kind].is_urgent for kind in kinds)


def mail_state(kind: NotificationKind, wish: Wish) -> MailState:
    """Return what becomes of a new notification by mail."""
    if wish.mail is MailChoice.OFF:
        return MailState.NONE
    urgent = MANNERS[kind].is_urgent
    return MailState.DIGEST if wish.mail is MailChoice.DIGEST and not urgent else MailState.WAITING


@dataclass(frozen=True, kw_only=True)
class NotificationAdded(Fact):
    """A notification came. `is_quiet`: its receiver is to be left alone now, so show it without a sound.

    `unread` is their number of unread ones now; of two facts that tell it the later `version` counts. For them alone.
    """

    kind: ClassVar[str] = "notification.added"
    notification_id: UUID
    notification: NotificationKind
    is_quiet: bool
    unread: int
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NotificationRead(Fact):
    """Some were read or dismissed, or are no more; `unread` are left. For their receiver alone."""

    kind: ClassVar[str] = "notification.read"
    unread: int
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NotificationSettingsChanged(Fact):
    """Somebody wants to be told otherwise from now on. For them alone."""

    kind: ClassVar[str] = "notification.settings_changed"
    profile_id: UUID


@dataclass(frozen=True, kw_only=True)
class NotificationMailReady(Fact):
    """A mail of notifications is to be written and sent. For the reactions alone."""

    kind: ClassVar[str] = "notification.mail_ready"
    letter_id: UUID

"""Gatherings: community events with a place or a link, a cap and a line, and a code that shows who came: J3.

Where a gathering stands is worked out of its times and of whether it was called off, so it is never out of date and
no job moves it.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, invalid
from server.domain.facts import Fact
from server.domain.places import COUNTRIES, time_zones
from server.domain.places_in_line import has_place
from server.domain.problems import Problems

MAX_TITLE, MAX_ABOUT, MAX_PLACE, MAX_CITY, MAX_INTEREST = 120, 2_000, 200, 80, 40
MAX_INTERESTS = 5
MAX_CAP = 200
MAX_ANSWERS = 500
"""People who go, wait or may come to one gathering: each is told of every change in one transaction."""
MIN_MINUTES, MAX_MINUTES = 15, 24 * 60
LONGEST_AHEAD = timedelta(days=370)
MAX_TO_COME = 10
"""Gatherings to come that one person may host."""
CODE_LASTS = timedelta(seconds=60)
"""A check-in code is shown so long; the one before it is still good, for who types slowly."""
CODE_DIGITS = 6
CODE_OPENS_BEFORE = timedelta(minutes=30)
CODE_TRIES, CODE_TRIES_SECONDS = 10, 600
COUNTED_AFTER = timedelta(days=7)
"""The host may put right who came for so long after the end."""
REMINDED_BEFORE = (timedelta(hours=24), timedelta(hours=2))
"""When those who go are reminded, longest first."""


class GatheringState(StrEnum):
    """Where a gathering stands."""

    ANNOUNCED = "announced"
    UNDER_WAY = "under_way"
    OVER = "over"
    CANCELLED = "cancelled"


class Audience(StrEnum):
    """Whom a gathering is for: every member, those of a circle, or those of a programme."""

    MEMBERS = "members"
    CIRCLE = "circle"
    PROGRAMME = "programme"


class Rsvp(StrEnum):
    """An answer somebody gives."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class AnswerState(StrEnum):
    """What an answer came to. WAITING: yes, when a place is free. GONE: who may not see the gathering any more."""

    GOING = "going"
    WAITING = "waiting"
    MAYBE = "maybe"
    NOT_GOING = "not_going"
    GONE = "gone"


class CameBy(StrEnum):
    """How it is known that somebody came."""

    HOST = "host"
    CODE = "code"


HOLDING = frozenset({AnswerState.GOING, AnswerState.WAITING, AnswerState.MAYBE})
"""Answers of people who want to hear of the gathering."""
TO_COME = frozenset({GatheringState.ANNOUNCED, GatheringState.UNDER_WAY})


@dataclass(frozen=True)
class GatheringForm:
    """A gathering as its host words it: the wall time `start_minute` of a day in a zone, for some minutes.

    Online ones have a link, the others a place. `cap` None: MAX_CAP.
    """

    title: str
    day: date
    start_minute: int
    time_zone: str
    minutes: int = 120
    about: str = ""
    is_online: bool = False
    place: str = ""
    city: str = ""
    country: str = ""
    link: str = ""
    cap: int | None = None
    interests: tuple[str, ...] = ()

    @property
    def starts_at(self) -> datetime:
        """Return the instant of the start; for a clean form."""
        return instant_of(self.day, self.start_minute, self.time_zone)

    @property
    def ends_at(self) -> datetime:
        """Return the instant of the end."""
        return self.starts_at + timedelta(minutes=self.minutes)


def instant_of(day: date, minute: int, zone_name: str) -> datetime:
    """Return when the wall clock of a zone shows a minute of a day: the first time of two.

    InvalidInput for a minute that the clocks skip.
    """
    zone = ZoneInfo(zone_name)
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60)  # noqa: DTZ001 - a wall clock has no zone
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != wall:
        raise invalid("startMinute", "skipped", "The clocks of that place skip this minute on that day.")
    return at


def wall_time_of(at: datetime, zone_name: str) -> tuple[date, int]:
    """Return the day and the minute of it that the wall clock of a zone shows at an instant."""
    wall = at.astimezone(ZoneInfo(zone_name))
    return wall.date(), wall.hour * 60 + wall.minute


def cleaned(form: GatheringForm, at: datetime) -> GatheringForm:
    """Return a form as it is kept, or refuse with InvalidInput that names everything wrong."""
    problems = Problems()
    fresh = replace(
        form,
        title=problems.line("title", form.title, longest=MAX_TITLE, shortest=3),
        about=problems.paragraphs("about", form.about, longest=MAX_ABOUT),
        place=problems.line("place", form.place, longest=MAX_PLACE),
        city=problems.line("city", form.city, longest=MAX_CITY),
        link=problems.url("link", form.link) if form.link.strip() else "",
        interests=tuple(problems.lines("interests", form.interests, most=MAX_INTERESTS, longest=MAX_INTEREST)),
    )
    problems.number("minutes", form.minutes, MIN_MINUTES, MAX_MINUTES)
    if form.cap is not None:
        problems.number("cap", form.cap, 1, MAX_CAP)
    if form.country and form.country not in COUNTRIES:
        problems.add("country", "unknown", "Two letters of ISO 3166, such as PT.")
    if not fresh.is_online and not (fresh.place and fresh.city):
        problems.add("place", "missing", "A place and a city, or say that it is online.")
    _check_time(problems, form, at)
    problems.refuse_if_any()
    return fresh


def _check_time(problems: Problems, form: GatheringForm, at: datetime) -> None:
    if not 0 <= form.start_minute < 24 * 60:
        problems.add("startMinute", "out_of_range", "A minute of the day: 0 to 1,439.")
        return
    if form.time_zone not in time_zones():
        problems.add("timeZone", "unknown", "An IANA time zone such as Europe/Lisbon.")
        return
    # Days at the edge of the calendar have no instant; a day around today says it better than an overflow.
    if not at.date() - timedelta(days=2) <= form.day <= (at + LONGEST_AHEAD).date():
        problems.add("day", "out_of_range", "From today on, and within a year.")
        return
    try:
        starts_at = form.starts_at
    except InvalidInput as refused:
        for one in refused.problems:
            problems.add(one.path, one.code, one.message)
        return
    if starts_at <= at:
        problems.add("startMinute", "out_of_range", "A time to come.")


def state_at(*, starts_at: datetime, ends_at: datetime, is_cancelled: bool, at: datetime) -> GatheringState:
    """Return where a gathering stands at an instant."""
    if is_cancelled:
        return GatheringState.CANCELLED
    if at >= ends_at:
        return GatheringState.OVER
    return GatheringState.UNDER_WAY if at >= starts_at else GatheringState.ANNOUNCED


def check_to_come(state: GatheringState) -> None:
    """Refuse to answer a gathering that is over or was called off."""
    if state not in TO_COME:
        raise Conflict("This gathering is over, or was called off.", current=state.value)


def check_announced(state: GatheringState) -> None:
    """Refuse to change what has begun."""
    if state is not GatheringState.ANNOUNCED:
        raise Conflict("This can be done until the gathering begins.", current=state.value)


def check_host(*, is_host: bool) -> None:
    """Refuse what only the host does."""
    if not is_host:
        raise NotAllowed("to host the gathering", "Only the host of this gathering can do this.")


def check_cap(cap: int, going: int) -> None:
    """Refuse a cap below the number of those who have a place: it is taken from nobody."""
    if cap < going:
        raise invalid("cap", "out_of_range", f"{going} people have a place already.")


def check_version(expected: int | None, version: int) -> None:
    """Refuse to write over what somebody changed meanwhile."""
    if expected is not None and expected != version:
        raise Conflict("Somebody changed this gathering meanwhile.", current=str(version))


def check_may_announce(to_come: int) -> None:
    """Refuse one gathering more than somebody may host."""
    if to_come >= MAX_TO_COME:
        raise LimitReached(f"You host {MAX_TO_COME} gatherings to come.", limit=MAX_TO_COME)


def check_may_answer(answers: int) -> None:
    """Refuse one answer more than a gathering holds."""
    if answers >= MAX_ANSWERS:
        raise LimitReached("Too many people answered this gathering.", limit=MAX_ANSWERS)


def answer_for(rsvp: Rsvp, *, cap: int, going: int) -> AnswerState:
    """Return what an answer comes to."""
    if rsvp is Rsvp.NO:
        return AnswerState.NOT_GOING
    if rsvp is Rsvp.MAYBE:
        return AnswerState.MAYBE
    return AnswerState.GOING if has_place(cap=cap, taken=going) else AnswerState.WAITING


def is_same_answer(state: AnswerState | None, rsvp: Rsvp) -> bool:
    """Tell whether an answer says what was said before: nobody loses their place in the line by repeating it."""
    said = {
        Rsvp.YES: (AnswerState.GOING, AnswerState.WAITING),
        Rsvp.MAYBE: (AnswerState.MAYBE,),
        Rsvp.NO: (AnswerState.NOT_GOING,),
    }
    return state in said[rsvp]


def code_at(key: str, at: datetime) -> str:
    """Return the check-in code of a gathering's key at an instant: six digits, another one each minute."""
    return _code(key, _step(at))


def check_code(key: str, code: str, at: datetime) -> None:
    """Refuse a code that is neither the one shown now nor the one before it."""
    good = (_code(key, _step(at)), _code(key, _step(at) - 1))
    given = code.strip().encode()
    if not any(hmac.compare_digest(one.encode(), given) for one in good):
        raise invalid("code", "wrong", "This is not the code that the host shows now.")


def _step(at: datetime) -> int:
    return int(at.timestamp() // CODE_LASTS.total_seconds())


def _code(key: str, step: int) -> str:
    digest = hmac.digest(key.encode(), step.to_bytes(8, "big"), hashlib.sha256)
    return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def check_open_door(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    """Refuse to check in long before the gathering, or after it."""
    if not starts_at - CODE_OPENS_BEFORE <= at < ends_at:
        raise Conflict("One checks in from half an hour before the gathering until its end.", current="closed")


def check_countable(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    """Refuse to say who came long before the gathering, or long after it."""
    if not starts_at - CODE_OPENS_BEFORE <= at < ends_at + COUNTED_AFTER:
        raise Conflict("Who came is said from half an hour before until a week after.", current="closed")


def check_room_at_the_door(state: AnswerState | None, *, cap: int, going: int) -> None:
    """Refuse somebody without a place at the door of a full gathering."""
    if state is not AnswerState.GOING and not has_place(cap=cap, taken=going):
        raise LimitReached("Every place of this gathering is taken.", limit=cap)


def reminder_due(starts_at: datetime, reminded: int, announced_at: datetime, at: datetime) -> int:
    """Return how many reminders are behind by now, given how many were.

    One that was due before the announcement does not go out, and of several that are due only one does: the caller
    keeps the returned number.
    """
    due = sum(at >= starts_at - before for before in REMINDED_BEFORE)
    skipped = sum(announced_at >= starts_at - before for before in REMINDED_BEFORE)
    return max(due, skipped, reminded)


@dataclass(frozen=True, kw_only=True)
class GatheringNews:
    """Told to one person, on their own topic, about a gathering; what it is called is asked of GraphQL.

    Nobody else is named, so that no fact shows one of the guests to another.
    """

    gathering_id: UUID
    profile_id: UUID
    starts_at: datetime
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class GatheringAnnounced(GatheringNews, Fact):
    """The person announced a gathering, or became the host of one."""

    kind: ClassVar[str] = "gathering.announced"


@dataclass(frozen=True, kw_only=True)
class GatheringChanged(GatheringNews, Fact):
    """A gathering that the person answered was changed. `is_moved`: its time or place is another."""

    kind: ClassVar[str] = "gathering.changed"
    is_moved: bool


@dataclass(frozen=True, kw_only=True)
class GatheringCancelled(GatheringNews, Fact):
    """A gathering that the person answered was called off."""

    kind: ClassVar[str] = "gathering.cancelled"


@dataclass(frozen=True, kw_only=True)
class GatheringAnswered(GatheringNews, Fact):
    """The person's answer is another one now. `has_moved_up`: they waited, and got a place."""

    kind: ClassVar[str] = "gathering.answered"
    answer: AnswerState
    has_moved_up: bool


@dataclass(frozen=True, kw_only=True)
class GatheringReminded(GatheringNews, Fact):
    """A gathering that the person goes to, or hosts, begins soon: in `minutes` at most."""

    kind: ClassVar[str] = "gathering.reminded"
    minutes: int


@dataclass(frozen=True, kw_only=True)
class GatheringHostAsked(GatheringNews, Fact):
    """The person is asked to host a gathering in the place of its host."""

    kind: ClassVar[str] = "gathering.host_asked"


@dataclass(frozen=True, kw_only=True)
class GatheringCheckedIn(GatheringNews, Fact):
    """It is known that the person came, or that they did not after all."""

    kind: ClassVar[str] = "gathering.checked_in"
    came: bool

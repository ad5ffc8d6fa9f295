"""Check-ins that stretch with the rhythm of two people, and what is done about silence: 3.3. Pure arithmetic of time.

A check-in is due when the cadence has passed since the last one, gigs and blackouts of either not counted; it can be
answered from 40 % of the cadence before that. Silence is met step by step, each step once, on the clock of whoever is
silent: it stands still while they are on a gig, and a step is told at `GOOD_HOUR` of their own day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, invalid
from server.domain.problems import Problems
from server.domain.request_clock import Stop, deadline

WINDOW_PERCENT = 40
GOOD_HOUR = time(10)
LEAST_CADENCE_DAYS, MOST_CADENCE_DAYS = 3, 60
DEFAULT_CADENCE_DAYS: Mapping[MentoringFormat, int] = {
    MentoringFormat.CLASSIC: 14,
    MentoringFormat.MICRO: 7,
    MentoringFormat.LONG_ARC: 28,
    MentoringFormat.REVERSE: 14,
    MentoringFormat.PEER: 14,
    MentoringFormat.GROUP: 14,
}
SHORTEST_GIG = timedelta(days=7)
"""Shorter gigs have no check-ins of their own: somebody with one every day would be asked every day."""
GIG_WITH_A_MIDDLE = timedelta(days=14)
GIG_CHECK_IN_LASTS = timedelta(days=7)
MOST_USEFUL = 5
MAX_WORDS = 1_000
_LONGEST_LOOK_DAYS = 800


class CheckInKind(StrEnum):
    """What a check-in is for: the cadence of a mentorship, or a gig of one of the two."""

    CADENCE = "cadence"
    GIG_START = "gig_start"
    GIG_MIDDLE = "gig_middle"
    GIG_END = "gig_end"


class CheckInState(StrEnum):
    """Where a check-in stands."""

    OPEN = "open"
    DONE = "done"
    LAPSED = "lapsed"


class Silence(StrEnum):
    """The steps that silence is met with, in their order."""

    NUDGE = "nudge"
    PROBABLY_ON_A_GIG = "probably_on_a_gig"
    OFFER_ASYNC = "offer_async"
    OFFER_PAUSE = "offer_pause"
    A_PERSON_LOOKS = "a_person_looks"


LADDER = tuple(Silence)


@dataclass(frozen=True)
class Window:
    """When a check-in opens, is due, and is late; None where a stop without an end comes first."""

    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True)
class CheckInAnswer:
    """Three taps: how useful (1-5), is the next step clear, is anything wrong; `words` and a wish for a person to
    look go with the last, and are the answerer's alone."""

    useful: int
    is_next_step_clear: bool
    is_wrong: bool = False
    words: str = ""
    wants_look: bool = False

    def clean(self) -> "CheckInAnswer":
        """Return the answer as it is kept, or refuse with InvalidInput."""
        problems = Problems()
        useful = problems.number("useful", self.useful, 1, MOST_USEFUL)
        words = problems.paragraphs("words", self.words, longest=MAX_WORDS)
        if (words or self.wants_look) and not self.is_wrong:
            problems.add("isWrong", "mismatch", "Say that something is wrong, or leave the words out.")
        problems.refuse_if_any()
        return CheckInAnswer(useful, self.is_next_step_clear, self.is_wrong, words, self.wants_look)


def check_cadence(days: int) -> None:
    """Refuse a cadence that is a burden, or none."""
    if not LEAST_CADENCE_DAYS <= days <= MOST_CADENCE_DAYS:
        message = f"From {LEAST_CADENCE_DAYS} to {MOST_CADENCE_DAYS} days."
        raise invalid("cadenceDays", "out_of_range", message)


def check_answerable(state: CheckInState, *, is_answered: bool) -> None:
    """Refuse a second answer, and one to a check-in that is over."""
    if is_answered:
        raise Conflict("You answered this already.", current="answered")
    if state is not CheckInState.OPEN:
        raise Conflict("This check-in is over.", current=state.value)


def window(last: datetime, cadence_days: int, stops: Sequence[Stop]) -> Window:
    """Return the window of the check-in after `last`, the stops of both people not counted."""
    cadence = timedelta(days=cadence_days)
    early, late = cadence * (100 - WINDOW_PERCENT) / 100, cadence * (100 + WINDOW_PERCENT) / 100
    return Window(deadline(last, early, stops), deadline(last, cadence, stops), deadline(last, late, stops))


def step_at(due_at: datetime, cadence_days: int, told: int, stops: Sequence[Stop], zone: ZoneInfo) -> datetime | None:
    """Return when somebody silent is met with the next step, `told` steps having been told; None: never, or unknown.

    `stops` are their own. The steps are 40 % of the cadence apart.
    """
    if told >= len(LADDER):
        return None
    wait = timedelta(days=cadence_days) * WINDOW_PERCENT / 100 * told
    at = deadline(due_at, wait, stops)
    return None if at is None else at_a_good_hour(at, zone, stops)


def at_a_good_hour(at: datetime, zone: ZoneInfo, stops: Sequence[Stop]) -> datetime | None:
    """Return GOOD_HOUR on the local day of an instant, or on the first day after it on which no stop covers it."""
    day = at.astimezone(zone).date()
    for ahead in range(_LONGEST_LOOK_DAYS):
        moment = datetime.combine(day + timedelta(days=ahead), GOOD_HOUR, tzinfo=zone).astimezone(UTC)
        if not any(stop.start <= moment and (stop.end is None or moment < stop.end) for stop in stops):
            return moment
    return None


def gig_marks(started_at: datetime, ended_at: datetime | None) -> list[tuple[CheckInKind, datetime]]:
    """Return the check-ins that go with a gig, each with its instant. One whose end nobody knows has a start alone."""
    if ended_at is None:
        return [(CheckInKind.GIG_START, started_at)]
    length = ended_at - started_at
    if length < SHORTEST_GIG:
        return []
    middle = [(CheckInKind.GIG_MIDDLE, started_at + length / 2)] if length >= GIG_WITH_A_MIDDLE else []
    return [(CheckInKind.GIG_START, started_at), *middle, (CheckInKind.GIG_END, ended_at)]

"""Meetings of a mentorship before and after the room: proposed, agreed on, moved, called off, missed. B3.

Nothing is set before the other side agrees: a proposal offers starts, its answer chooses one. Who did not come is
judged by their rhythm: a gig is a reason, a lost line is no absence, and where nobody opened the room nobody is marked,
for the two may have met elsewhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from server.domain.availability import StretchKind
from server.domain.errors import Conflict, NotAllowed, invalid
from server.domain.places import time_zones
from server.domain.problems import Problems
from server.domain.rhythm import StretchLike

MAX_STARTS = 5
MAX_TITLE, MAX_NOTE, MAX_WORDS = 120, 1_000, 1_000
MAX_MINUTES = 240
MAX_TIMES = 26
SERIES_DAYS = (7, 14)
LONGEST_AHEAD = timedelta(days=370)
MAX_OPEN_PROPOSALS = 5
"""Open proposals of one mentorship at a time."""
MAX_TO_COME = 60
"""Meetings of one mentorship that are ahead at a time."""
GRACE = timedelta(minutes=15)
"""How late somebody may be before they are marked as missing."""
OPENS_BEFORE = timedelta(minutes=30)
"""A room that is opened so long before a meeting is the meeting's."""
GIG_NEAR = timedelta(hours=4)
"""A gig that began so shortly before or after the start of a meeting is why somebody missed it."""
REPORT_WITHIN = APPEAL_WITHIN = timedelta(days=7)


class ProposalState(StrEnum):
    """Where a proposal stands. COUNTERED: answered with other times, which are a proposal of their own."""

    OPEN = "open"
    ACCEPTED = "accepted"
    COUNTERED = "countered"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    EXPIRED = "expired"


class MentorshipMeetingState(StrEnum):
    """Where a meeting stands. LAPSED: its time passed and nobody opened the room."""

    SCHEDULED = "scheduled"
    HELD = "held"
    MISSED = "missed"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


class CancelReason(StrEnum):
    """Why a meeting was called off; the other side reads it. ENDED: the mentorship is over."""

    CANNOT_COME = "cannot_come"
    ON_GIG = "on_gig"
    NOT_NEEDED = "not_needed"
    OTHER = "other"
    ENDED = "ended"


class CancelScope(StrEnum):
    """One meeting of a series, or it and all that follow."""

    THIS = "this"
    FOLLOWING = "following"


class SeatOutcome(StrEnum):
    """How it went for one of the two. EXCUSED: marked as missing, and an appeal was upheld."""

    CAME = "came"
    MISSED_FOR_GIG = "missed_for_gig"
    NO_SHOW = "no_show"
    EXCUSED = "excused"


@dataclass(frozen=True)
class ProposalForm:
    """What is proposed. `times` above 1 repeats the chosen start every `every_days` by the wall clock of `time_zone`.

    An empty `time_zone` is the proposer's own. With `skips_gigs` later meetings of a series that fall into a gig or
    blackout of either that is planned by now are left out.
    """

    starts: tuple[datetime, ...]
    minutes: int = 60
    title: str = ""
    note: str = ""
    time_zone: str = ""
    times: int = 1
    every_days: int = 7
    skips_gigs: bool = False


def cleaned(form: ProposalForm, at: datetime) -> ProposalForm:
    """Return a form as it is kept, its starts in order, or refuse with InvalidInput that names everything wrong."""
    problems = Problems()
    starts = tuple(sorted(set(form.starts)))
    if not 1 <= len(starts) <= MAX_STARTS:
        problems.add("starts", "number", f"1 to {MAX_STARTS} different starts.")
    for number, start in enumerate(form.starts[:MAX_STARTS]):
        if not at < start <= at + LONGEST_AHEAD:
            problems.add(f"starts.{number}", "out_of_range", "A time ahead, within a year.")
    problems.number("minutes", form.minutes, 5, MAX_MINUTES)
    title = problems.line("title", form.title, longest=MAX_TITLE)
    note = problems.paragraphs("note", form.note, longest=MAX_NOTE)
    problems.number("times", form.times, 1, MAX_TIMES)
    if form.every_days not in SERIES_DAYS:
        problems.add("everyDays", "out_of_range", "7 or 14 days.")
    if form.time_zone and form.time_zone not in time_zones():
        problems.add("timeZone", "unknown", "An IANA time zone such as Europe/Lisbon.")
    problems.refuse_if_any()
    return replace(form, starts=starts, title=title, note=note)


def check_open(state: ProposalState) -> None:
    """Refuse to answer a proposal that was answered, taken back, or ran out."""
    if state is not ProposalState.OPEN:
        raise Conflict("This proposal is not open any more.", current=state.value)


def check_answers(*, is_proposer: bool) -> None:
    """Refuse to let somebody answer what they proposed themselves."""
    if is_proposer:
        raise NotAllowed("to be the other side", "You proposed this. The other side answers it.")


def check_takes_back(*, is_proposer: bool) -> None:
    """Refuse to let the other side take a proposal back."""
    if not is_proposer:
        raise NotAllowed("to be who proposed it", "Only who proposed this can take it back. You can decline it.")


def check_chosen(starts: Sequence[datetime], chosen: datetime, at: datetime) -> None:
    """Refuse a start that was not proposed, or whose time has passed."""
    if chosen not in starts:
        raise invalid("startsAt", "not_proposed", "One of the starts that were proposed.")
    if chosen <= at:
        raise Conflict("This start has passed. Choose another, or propose other times.", current="past")


def check_scheduled(state: MentorshipMeetingState) -> None:
    """Refuse what is for meetings to come."""
    if state is not MentorshipMeetingState.SCHEDULED:
        raise Conflict("This meeting is not to come.", current=state.value)


def check_cancel(state: MentorshipMeetingState, reason: CancelReason, ends_at: datetime, at: datetime) -> None:
    """Refuse to call off what is over or was called off, and a reason that is not a person's to give."""
    check_scheduled(state)
    if ends_at <= at:
        raise Conflict("This meeting's time is over.", current="past")
    if reason is CancelReason.ENDED:
        raise invalid("reason", "not_yours", "The end of a mentorship calls its meetings off by itself.")


def check_reportable(
    state: MentorshipMeetingState, outcome: SeatOutcome | None, starts_at: datetime, at: datetime
) -> None:
    """Refuse to mark somebody as missing before the grace is over, long after, twice, or where they were there."""
    if at < starts_at + GRACE:
        raise Conflict(f"Wait until {GRACE.seconds // 60} minutes after the start.", current="early")
    if at > starts_at + REPORT_WITHIN:
        raise Conflict("This was too long ago to report.", current="late")
    if state is MentorshipMeetingState.CANCELLED or outcome is not None:
        current = state.value if outcome is None else outcome.value
        raise Conflict("It is known already what became of this meeting.", current=current)


def check_appealable(
    outcome: SeatOutcome | None, marked_at: datetime | None, appealed_at: datetime | None, at: datetime
) -> None:
    """Refuse an appeal against nothing, a second one, and one too late."""
    if outcome is not SeatOutcome.NO_SHOW or marked_at is None:
        raise Conflict("You are not marked as missing.", current=outcome.value if outcome else None)
    if appealed_at is not None:
        raise Conflict("You appealed already.", current="appealed")
    if at > marked_at + APPEAL_WITHIN:
        raise Conflict("The days to appeal are over.", current="late")


def missed_as(stretches: Iterable[StretchLike], starts_at: datetime) -> SeatOutcome:
    """Return how somebody missed a meeting: for a gig that runs at its start or began shortly around it, or without."""
    for one in stretches:
        if one.kind is not StretchKind.ON_GIG:
            continue
        runs = one.started_at <= starts_at and (one.ended_at is None or starts_at < one.ended_at)
        if runs or abs(one.started_at - starts_at) <= GIG_NEAR:
            return SeatOutcome.MISSED_FOR_GIG
    return SeatOutcome.NO_SHOW

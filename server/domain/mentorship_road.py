"""The road of a mentorship: which state follows which, and what time does. Pure: values in, a value or a Refusal out.

PROPOSED -> TRIAL -> ACTIVE <-> PAUSED -> CLOSING -> COMPLETED
from any state in which it goes on: ENDED_EARLY; RENEWED and TRANSFERRED when a next version takes its place
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, invalid
from server.domain.mentorships import MentorshipState
from server.domain.texts import line

LONGEST_PAUSE = timedelta(days=90)
PLACE_KEPT = timedelta(days=30)
"""For so long a pause keeps the mentor's place; then somebody else may have it."""
CLOSING_LASTS = timedelta(days=10)
RESUME_TRIED_EVERY = timedelta(days=1)
SHORTEST_TRIAL_DAYS, LONGEST_TRIAL_DAYS = 7, 28
MOST_MICRO_MEETINGS = 4
BRIEF_GRACE = timedelta(days=7)
"""A micro mentorship whose deadline passed without its deliverable goes on for so long, then it closes itself."""
LONGEST_BRIEF = timedelta(days=180)
MAX_DELIVERABLE_LENGTH = 300


class Step(StrEnum):
    """What can happen to a mentorship on its road."""

    TRY = "try"
    BEGIN = "begin"
    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    COMPLETE = "complete"
    END_EARLY = "end_early"
    RENEW = "renew"
    TRANSFER = "transfer"


class PauseReason(StrEnum):
    """Why a mentorship pauses; both read it."""

    GIG = "gig"
    AWAY = "away"
    NO_TIME = "no_time"
    PERSONAL = "personal"
    OTHER = "other"


class ClosingReason(StrEnum):
    """Why a mentorship began to close: one of the two asked, or a micro one came to its end by itself."""

    ASKED = "asked"
    DELIVERED = "delivered"
    MEETINGS_HELD = "meetings_held"
    DEADLINE_PASSED = "deadline_passed"


_S = MentorshipState
ROAD: Mapping[MentorshipState, Mapping[Step, MentorshipState]] = {
    _S.PROPOSED: {Step.TRY: _S.TRIAL, Step.BEGIN: _S.ACTIVE, Step.END_EARLY: _S.ENDED_EARLY},
    _S.TRIAL: {
        Step.BEGIN: _S.ACTIVE,
        Step.CLOSE: _S.CLOSING,
        Step.COMPLETE: _S.COMPLETED,
        Step.END_EARLY: _S.ENDED_EARLY,
        Step.RENEW: _S.RENEWED,
        Step.TRANSFER: _S.TRANSFERRED,
    },
    _S.ACTIVE: {
        Step.PAUSE: _S.PAUSED,
        Step.CLOSE: _S.CLOSING,
        Step.COMPLETE: _S.COMPLETED,
        Step.END_EARLY: _S.ENDED_EARLY,
        Step.RENEW: _S.RENEWED,
        Step.TRANSFER: _S.TRANSFERRED,
    },
    _S.PAUSED: {
        Step.RESUME: _S.ACTIVE,
        Step.CLOSE: _S.CLOSING,
        Step.COMPLETE: _S.COMPLETED,
        Step.END_EARLY: _S.ENDED_EARLY,
        Step.RENEW: _S.RENEWED,
        Step.TRANSFER: _S.TRANSFERRED,
    },
    _S.CLOSING: {
        Step.COMPLETE: _S.COMPLETED,
        Step.END_EARLY: _S.ENDED_EARLY,
        Step.RENEW: _S.RENEWED,
    },
    _S.COMPLETED: {},
    _S.ENDED_EARLY: {},
    _S.RENEWED: {},
    _S.TRANSFERRED: {},
}
"""The whole table: a step that is not in it is refused."""

_REFUSED: Mapping[Step, str] = {
    Step.PAUSE: "Only a mentorship that is active can pause.",
    Step.RESUME: "This mentorship is not paused.",
    Step.CLOSE: "This mentorship cannot start to close now.",
    Step.TRANSFER: "This mentorship cannot be handed over now.",
}


def after(state: MentorshipState, step: Step) -> MentorshipState:
    """Return the state that a step leads to, or refuse with Conflict and where the mentorship is."""
    following = ROAD[state].get(step)
    if following is None:
        is_over = not ROAD[state]
        message = "This mentorship has ended." if is_over else _REFUSED.get(step, "This cannot be done now.")
        raise Conflict(message, current=state.value)
    return following


@dataclass(frozen=True)
class Effort:
    """What a mentorship has behind it."""

    meetings: int
    is_delivered: bool

    @property
    def is_something(self) -> bool:
        """Tell whether there is at least one meeting or a deliverable, without which nothing is complete."""
        return self.meetings > 0 or self.is_delivered


def check_completable(effort: Effort) -> None:
    """Refuse to complete what never began."""
    if not effort.is_something:
        raise Conflict("You have not met yet. End it early, with a reason.", current="not_met")


def check_pause(until: datetime, at: datetime) -> None:
    """Refuse a pause that ends before it begins, or lasts longer than LONGEST_PAUSE."""
    if not at < until <= at + LONGEST_PAUSE:
        raise invalid("until", "out_of_range", f"From now to {LONGEST_PAUSE.days} days from now.")


def check_trial(days: int | None) -> None:
    """Refuse a trial that is too short to try anything, or longer than it takes."""
    if days is not None and not SHORTEST_TRIAL_DAYS <= days <= LONGEST_TRIAL_DAYS:
        raise invalid("trialDays", "out_of_range", f"From {SHORTEST_TRIAL_DAYS} to {LONGEST_TRIAL_DAYS} days.")


@dataclass(frozen=True)
class Brief:
    """What a mentorship is to deliver, and until which day. Empty words take the brief away."""

    deliverable: str
    deliver_by: date | None

    def clean(self, today: date) -> "Brief":
        """Return the brief as it is kept, or refuse with InvalidInput."""
        text = line("deliverable", self.deliverable, longest=MAX_DELIVERABLE_LENGTH)
        if self.deliver_by is not None and not today <= self.deliver_by <= today + LONGEST_BRIEF:
            raise invalid("deliverBy", "out_of_range", f"From today to {LONGEST_BRIEF.days} days from now.")
        if not text and self.deliver_by is not None:
            raise invalid("deliverable", "too_short", "Say what is due on that day.")
        return Brief(text, self.deliver_by)


@dataclass(frozen=True)
class Standing:
    """Where a mentorship is on its road: what decides about what time does to it."""

    state: MentorshipState
    format: MentoringFormat
    paused_until: datetime | None = None
    place_kept_until: datetime | None = None
    closing_since: datetime | None = None
    trial_until: datetime | None = None
    deliver_by: date | None = None
    is_delivered: bool = False


@dataclass(frozen=True)
class Due:
    """A step that time takes, and when. PAUSE stands for the place that a long pause gives back."""

    step: Step
    at: datetime


def next_due(standing: Standing) -> Due | None:
    """Return what time does next to a mentorship, and when; None when it does nothing."""
    steps: list[Due] = []
    match standing.state:
        case MentorshipState.TRIAL if standing.trial_until:
            steps.append(Due(Step.BEGIN, standing.trial_until))
        case MentorshipState.PAUSED:
            if standing.place_kept_until:
                steps.append(Due(Step.PAUSE, standing.place_kept_until))
            if standing.paused_until:
                steps.append(Due(Step.RESUME, standing.paused_until))
        case MentorshipState.CLOSING if standing.closing_since:
            steps.append(Due(Step.COMPLETE, standing.closing_since + CLOSING_LASTS))
        case _:
            pass
    if standing.state in {MentorshipState.TRIAL, MentorshipState.ACTIVE} and standing.format is MentoringFormat.MICRO:
        steps += _end_of_brief(standing)
    return min(steps, key=lambda due: due.at, default=None)


def _end_of_brief(standing: Standing) -> list[Due]:
    if standing.deliver_by is None or standing.is_delivered:
        return []
    # The day is over everywhere half a day after it is over in UTC; the grace makes that small.
    day_after = datetime.combine(standing.deliver_by, datetime.min.time(), tzinfo=UTC) + timedelta(days=1)
    return [Due(Step.CLOSE, day_after + BRIEF_GRACE)]


def is_last_meeting(mentoring_format: MentoringFormat, meetings: int) -> bool:
    """Tell whether a mentorship with so many meetings behind it ends itself."""
    return mentoring_format is MentoringFormat.MICRO and meetings >= MOST_MICRO_MEETINGS


def check_may_meet_again(mentoring_format: MentoringFormat, meetings: int) -> None:
    """Refuse the fifth meeting of a micro mentorship."""
    if is_last_meeting(mentoring_format, meetings):
        message = f"A micro mentorship meets {MOST_MICRO_MEETINGS} times. Convert it to go on, or close it."
        raise Conflict(message, current="meetings_held")

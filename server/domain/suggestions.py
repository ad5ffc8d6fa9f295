"""Suggestions: whom the matching puts before somebody, what becomes of it, and what may be said about why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from server.domain.errors import Conflict, RateLimited
from server.domain.visibility import ProfileField


class MatchSide(StrEnum):
    """The seat the viewer would take."""

    LEARNER = "learner"
    MENTOR = "mentor"


class SuggestionState(StrEnum):
    """Where a suggestion stands: product.md 3.1. PUBLISHED: by the managers of a programme, not looked at yet."""

    GENERATED = "generated"
    SHOWN = "shown"
    DISMISSED = "dismissed"
    SAVED = "saved"
    REQUESTED = "requested"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    PUBLISHED = "published"


class WhyNotReason(StrEnum):
    """The rules that may be named when two people cannot be matched. The others are told to nobody."""

    FORMAT = "format"
    LANGUAGE = "language"
    ACCESS = "access"
    NO_PLACE = "no_place"
    TIME = "time"
    DECLINED = "declined"
    LEVEL = "level"


class MatchPart(StrEnum):
    """What a score is made of, on the learner's or on the mentor's side."""

    COVERAGE = "coverage"
    AVAILABILITY = "availability"
    GOAL = "goal"
    CONTEXT = "context"
    RELIABILITY = "reliability"
    SOFT = "soft"
    REPLY = "reply"
    EXCHANGE = "exchange"
    TOPICS = "topics"
    CLARITY = "clarity"
    HEADROOM = "headroom"


class SkillNearness(StrEnum):
    """How an offered skill relates to the needed one."""

    NONE = "none"
    SAME = "same"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    RELATED = "related"


LISTED_STATES = frozenset(
    {SuggestionState.GENERATED, SuggestionState.PUBLISHED, SuggestionState.SHOWN, SuggestionState.SAVED}
)
"""A suggestion that stands so is still an offer."""
LASTS = timedelta(days=30)
"""How long an offer that nobody took up stands."""
DISMISSED_FOR = timedelta(days=90)
"""How long somebody who was dismissed is not suggested again."""
IMPRESSION_EVERY = timedelta(hours=20)
"""Looking at a list again within this time is the same impression."""
MAX_FILTER_SKILLS = 20

# What a reason tells about the other side; where they hide it, the reason is not told either.
TELLS_OF: Mapping[WhyNotReason, ProfileField] = {
    WhyNotReason.FORMAT: ProfileField.OPEN_PLACES,
    WhyNotReason.LANGUAGE: ProfileField.LANGUAGES,
    WhyNotReason.NO_PLACE: ProfileField.OPEN_PLACES,
    WhyNotReason.TIME: ProfileField.AVAILABILITY,
    WhyNotReason.LEVEL: ProfileField.SKILLS,
}
COUNTED = frozenset({WhyNotReason.TIME, WhyNotReason.LEVEL, WhyNotReason.NO_PLACE, WhyNotReason.DECLINED})
"""Reasons with a number: days with a common start, levels, places, days until it is over."""


class SuggestionsPreparing(RateLimited):
    """A process that has just started does not know the community yet."""

    code = "suggestions_preparing"

    def __init__(self, retry_after: int = 5) -> None:
        super().__init__(retry_after)
        self.args = (f"Suggestions are being prepared. Try again in {retry_after} s.",)


@dataclass(frozen=True)
class WhyNot:
    """Why two cannot be matched: no reason where it may not be told. `missing` is what the rule wants more of."""

    is_available: bool
    reason: WhyNotReason | None = None
    missing: int | None = None


def check_decidable(state: SuggestionState) -> None:
    """Refuse to dismiss or save what is no offer any more. Dismissing and saving may be changed into each other."""
    if state not in LISTED_STATES | {SuggestionState.DISMISSED}:
        raise Conflict("This suggestion is over.", current=state.value)


def told(why: WhyNot, hidden: frozenset[ProfileField]) -> WhyNot:
    """Return what the viewer may hear of a reason, given the fields of the other side hidden from them.

    That no time fits is said even where the calendar is hidden, as most are, but not by how much.
    """
    if why.reason is None or TELLS_OF.get(why.reason) not in hidden:
        return why
    return WhyNot(False, why.reason) if why.reason is WhyNotReason.TIME else WhyNot(False)


_WORDS: Mapping[WhyNotReason, str] = {
    WhyNotReason.FORMAT: "This format is not what both of you look for or offer.",
    WhyNotReason.LANGUAGE: "You have no language in common.",
    WhyNotReason.ACCESS: "What one of you needs to take part is not offered by the other.",
    WhyNotReason.NO_PLACE: "There is no open place in this format now. A place on the waiting list keeps your turn.",
    WhyNotReason.TIME: "You have too little time in common. Wider weekly windows on either side would help.",
    WhyNotReason.DECLINED: "A request between you came to nothing not long ago.",
    WhyNotReason.LEVEL: "No skill offered is far enough above what is needed.",
}


def why_not_text(why: WhyNot) -> str:
    """Return a reason in words."""
    if why.is_available:
        return "You can be matched."
    return "Not available." if why.reason is None else _WORDS[why.reason]

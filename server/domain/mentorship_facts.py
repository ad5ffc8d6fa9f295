"""What the two of a mentorship are told as it goes on its road.

Facts for both say nothing that is private to one: never why one ended it, never whether the other gave feedback.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, TypedDict
from uuid import UUID

from server.domain.facts import Fact
from server.domain.mentorship_road import ClosingReason, PauseReason
from server.domain.mentorships import MentorshipState


@dataclass(frozen=True, kw_only=True)
class MentorshipMoved:
    """Where a mentorship stands now."""

    mentorship_id: UUID
    state: MentorshipState
    version: int
    at: datetime


class Moved(TypedDict):
    """The fields of MentorshipMoved."""

    mentorship_id: UUID
    state: MentorshipState
    version: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MentorshipPaused(MentorshipMoved, Fact):
    """One of the two paused it. The mentor's place is kept until `place_kept_until`."""

    kind: ClassVar[str] = "mentorship.paused"
    by: UUID
    reason: PauseReason
    until: datetime
    place_kept_until: datetime


@dataclass(frozen=True, kw_only=True)
class MentorshipResumed(MentorshipMoved, Fact):
    """A pause is over: by one of the two, or by time."""

    kind: ClassVar[str] = "mentorship.resumed"
    by: UUID | None


@dataclass(frozen=True, kw_only=True)
class MentorshipPlaceGivenBack(MentorshipMoved, Fact):
    """A pause was long, and the place went back to whoever gave it. Told to them alone."""

    kind: ClassVar[str] = "mentorship.place_given_back"


@dataclass(frozen=True, kw_only=True)
class MentorshipWaitsForPlace(MentorshipMoved, Fact):
    """A pause is over, but the mentor has no open place: it goes on as soon as there is one. Told to both, once."""

    kind: ClassVar[str] = "mentorship.waits_for_place"


@dataclass(frozen=True, kw_only=True)
class MentorshipTrialOver(MentorshipMoved, Fact):
    """A trial is over and nobody ended it: from now on it is a mentorship like others."""

    kind: ClassVar[str] = "mentorship.trial_over"


@dataclass(frozen=True, kw_only=True)
class MentorshipClosing(MentorshipMoved, Fact):
    """It began to close: both are asked for feedback until `completes_at`. `by` is empty when it closes itself."""

    kind: ClassVar[str] = "mentorship.closing"
    by: UUID | None
    why: ClosingReason
    completes_at: datetime


@dataclass(frozen=True, kw_only=True)
class MentorshipBriefChanged(MentorshipMoved, Fact):
    """What is to be delivered, or until when, changed. The words are read where the mentorship is."""

    kind: ClassVar[str] = "mentorship.brief_changed"
    by: UUID
    deliver_by: date | None


@dataclass(frozen=True, kw_only=True)
class MentorshipDelivered(MentorshipMoved, Fact):
    """The deliverable is there."""

    kind: ClassVar[str] = "mentorship.delivered"
    by: UUID


@dataclass(frozen=True, kw_only=True)
class FeedbackGiven(Fact):
    """Somebody gave their feedback. Told to them alone, so that their other devices know."""

    kind: ClassVar[str] = "feedback.given"
    mentorship_id: UUID
    author_id: UUID
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FeedbackReleased(Fact):
    """The two may read each other's feedback now."""

    kind: ClassVar[str] = "feedback.released"
    mentorship_id: UUID
    at: datetime


class LookReason(StrEnum):
    """Why a person should look at a mentorship."""

    NO_PLACE = "no_place"
    SILENCE = "silence"
    SOMETHING_WRONG = "something_wrong"


@dataclass(frozen=True, kw_only=True)
class MentorshipNeedsALook(Fact):
    """A person should look after these two. It goes to no follower; `about_id` is who is silent, or who asked."""

    kind: ClassVar[str] = "mentorship.needs_a_look"
    mentorship_id: UUID
    about_id: UUID | None
    why: LookReason
    at: datetime

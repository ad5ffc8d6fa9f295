"""Parts of a mentorship that say where it is on its road: its pause, its closing, its brief, its feedback."""

from datetime import date, datetime
from typing import Optional
from uuid import UUID

import strawberry

from server.domain.mentorship_road import CLOSING_LASTS, ClosingReason, PauseReason
from server.domain.mentorships import MentorshipSide, MentorshipState
from server.models import mentorships as rows
from server.queries.mentorship_feedback import FeedbackView

strawberry.enum(PauseReason, description="Why a mentorship pauses. Both of the two read it.")
strawberry.enum(MentorshipSide, description="One of the two of a mentorship.")
strawberry.enum(ClosingReason, description="Why a mentorship began to close.")


@strawberry.type(description="A pause of a mentorship.")
class MentorshipPause:
    """A pause."""

    by: MentorshipSide | None = strawberry.field(description="Which of the two paused it.")
    reason: PauseReason | None = strawberry.field(description="Why.")
    since: datetime | None = strawberry.field(description="From when.")
    until: datetime | None = strawberry.field(description="When it goes on by itself.")
    place_kept_until: datetime | None = strawberry.field(
        description="Until when the mentor's place is kept; null once it went back."
    )
    holds_place: bool = strawberry.field(description="Whether the mentor's place is still kept.")

    @classmethod
    def of(cls, row: rows.Mentorship) -> Optional["MentorshipPause"]:
        """Return the pause of a mentorship that is paused."""
        if row.state is not MentorshipState.PAUSED:
            return None
        return cls(
            by=_side(row, row.paused_by),
            reason=row.pause_reason,
            since=row.paused_at,
            until=row.paused_until,
            place_kept_until=row.place_kept_until,
            holds_place=row.holds_place,
        )


@strawberry.type(description="A mentorship that closes: both are asked for feedback.")
class MentorshipClosing:
    """A closing."""

    since: datetime = strawberry.field(description="When it began to close.")
    completes_at: datetime = strawberry.field(description="When it is complete at the latest.")

    @classmethod
    def of(cls, row: rows.Mentorship) -> Optional["MentorshipClosing"]:
        """Return how a mentorship closes."""
        if row.state is not MentorshipState.CLOSING or row.closing_since is None:
            return None
        return cls(since=row.closing_since, completes_at=row.closing_since + CLOSING_LASTS)


@strawberry.type(description="What a mentorship is to deliver.")
class MentorshipBrief:
    """A brief."""

    deliverable: str = strawberry.field(description="What is to be there at the end.")
    deliver_by: date | None = strawberry.field(description="Until which day.")
    delivered_at: datetime | None = strawberry.field(description="When it was there.")

    @classmethod
    def of(cls, row: rows.Mentorship) -> Optional["MentorshipBrief"]:
        """Return the brief of a mentorship that has one."""
        if not row.deliverable and row.delivered_at is None:
            return None
        return cls(deliverable=row.deliverable, deliver_by=row.deliver_by, delivered_at=row.delivered_at)


@strawberry.type(description="What one of the two said at the end.")
class FeedbackWords:
    """Feedback, without when it was given."""

    useful: int = strawberry.field(description="How useful it was, 1 to 5.")
    went_well: str = strawberry.field(description="What went well.")
    could_be_better: str = strawberry.field(description="What could be better.")
    takeaway: str = strawberry.field(description="What they take along.")
    kudos: str = strawberry.field(description="Thanks to the other side.")
    next_need: str = strawberry.field(description="What they need next.")

    @classmethod
    def of(cls, row: rows.MentorshipFeedback) -> "FeedbackWords":
        """Return feedback as the API shows it."""
        return cls(
            useful=row.useful,
            went_well=row.went_well,
            could_be_better=row.could_be_better,
            takeaway=row.takeaway,
            kudos=row.kudos,
            next_need=row.next_need,
        )


@strawberry.type(description="Feedback on a mentorship. Released when both gave theirs, or 7 days after the first.")
class MentorshipFeedback:
    """Feedback as one of the two sees it."""

    mine: FeedbackWords | None = strawberry.field(description="My own.")
    received: FeedbackWords | None = strawberry.field(description="The other side's, once it is released.")
    can_give: bool = strawberry.field(description="Whether I can give mine, or change it, now.")

    @classmethod
    def of(cls, view: FeedbackView) -> "MentorshipFeedback":
        """Return the feedback on a mentorship as the API shows it."""
        return cls(
            mine=None if view.mine is None else FeedbackWords.of(view.mine),
            received=None if view.received is None else FeedbackWords.of(view.received),
            can_give=view.can_give,
        )


def _side(row: rows.Mentorship, profile_id: UUID | None) -> MentorshipSide | None:
    if profile_id is None:
        return None
    return MentorshipSide.MENTOR if profile_id == row.mentor_id else MentorshipSide.MENTEE

"""What the mentorships say about their tables that can hold a person."""

from uuid import UUID

from tortoise.expressions import Q

from server.domain.identity_erasure import Fate
from server.domain.mentorship_feedback import RELEASED_AFTER
from server.kit.clock import now
from server.models.check_ins import CheckIn, CheckInPart
from server.models.mentorship_proposals import MentorshipProposal
from server.models.mentorships import Mentorship, MentorshipFeedback
from server.queries.holdings import Holding, by

_FEEDBACK = {"went_well": "", "could_be_better": "", "takeaway": "", "kudos": "", "next_need": ""}


def _received(user_id: UUID) -> Q:
    """Return the condition on feedback that somebody may read: the other side's, once it is released."""
    theirs = Q(mentorship__mentor_id=user_id) | Q(mentorship__mentee_id=user_id)
    released = Q(released_at__isnull=False) | Q(given_at__lte=now() - RELEASED_AFTER)
    return theirs & released & ~Q(author_id=user_id)


MENTORSHIP_HOLDINGS: tuple[Holding, ...] = (
    Holding("briefs_written", Mentorship, by("brief_by"), Fate.EMPTIED, frozenset({"end_reason"}), {"deliverable": ""}),
    Holding("mentorships", Mentorship, by("mentor_id", "mentee_id", "paused_by"), Fate.KEPT, frozenset({"end_reason"})),
    Holding("feedback_given", MentorshipFeedback, by("author_id"), Fate.EMPTIED, emptied=_FEEDBACK),
    Holding("check_in_answers", CheckInPart, by("profile_id"), Fate.EMPTIED, emptied={"words": ""}),
    Holding("check_ins", CheckIn, by("parts__profile_id"), Fate.KEPT),
    # Whether a next mentor was asked is told to them when they are; before that it is not theirs to know.
    Holding(
        "next_versions_proposed", MentorshipProposal, by("proposed_by"), Fate.EMPTIED, emptied={"words": "", "goal": ""}
    ),
    Holding("next_versions_asked", MentorshipProposal, by("asked_id"), Fate.KEPT, hidden=frozenset({"words"})),
    # When it was given would tell who was first.
    Holding(
        "feedback_received", MentorshipFeedback, _received, Fate.KEPT, hidden=frozenset({"given_at", "released_at"})
    ),
)

"""Where circles keep people. What somebody wrote is emptied, so that discussions stay whole; seats and answers go.

Turns and attendance stay without a name anybody can find, so that what is told of a meeting stays true.
"""

from server.domain.identity_erasure import Fate
from server.models.circle_meetings import CircleMeeting, CircleRsvp, CircleTurn
from server.models.circle_talk import CircleCheck, CirclePost, CircleReaction, CircleResource, CircleThread
from server.models.circles import Circle, CircleItem, CircleMerge, CircleNorms, CircleSeat, CircleVeil
from server.queries.holdings import Holding, by

CIRCLE_HOLDINGS: tuple[Holding, ...] = (
    Holding("circle_checks", CircleCheck, by("profile_id"), Fate.DELETED),
    Holding("circle_reactions", CircleReaction, by("profile_id"), Fate.DELETED),
    Holding("circle_posts", CirclePost, by("author_id"), Fate.EMPTIED, emptied={"text": ""}),
    Holding("circle_threads", CircleThread, by("author_id"), Fate.EMPTIED, emptied={"title": "", "theme": ""}),
    Holding("circle_resources", CircleResource, by("added_by"), Fate.DELETED),
    Holding("circle_norms", CircleNorms, by("written_by"), Fate.KEPT),
    Holding("circle_meeting_notes", CircleMeeting, by("notes_by"), Fate.EMPTIED, emptied={"notes": ""}),
    Holding("circle_meeting_recaps", CircleMeeting, by("recap_by"), Fate.EMPTIED, emptied={"recap": ""}),
    Holding(
        "circle_meetings",
        CircleMeeting,
        by("planned_by", "facilitator_id"),
        Fate.KEPT,
        # Another's words.
        hidden=frozenset({"notes", "recap"}),
    ),
    Holding("circle_answers", CircleRsvp, by("profile_id"), Fate.KEPT),
    Holding("circle_turns", CircleTurn, by("profile_id", "given_by"), Fate.KEPT),
    Holding("circle_lines", CircleItem, by("profile_id"), Fate.DELETED),
    # Whom one hid is one's own; by whom one is hidden is theirs.
    Holding("circle_veils", CircleVeil, by("profile_id"), Fate.DELETED, taken_along=by("hidden_id")),
    Holding("circle_merges", CircleMerge, by("offered_by", "answered_by"), Fate.KEPT),
    Holding("circle_seats", CircleSeat, by("profile_id"), Fate.DELETED, hidden=frozenset({"invited_by"})),
    Holding("circle_invitations", CircleSeat, by("invited_by"), Fate.KEPT, hidden=frozenset({"message", "nickname"})),
    Holding("circles", Circle, by("created_by"), Fate.KEPT),
)

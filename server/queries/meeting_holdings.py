"""Where meetings keep people. A title is repeated by both, so it goes with either; a note goes with its author."""

from server.domain.identity_erasure import Fate
from server.models.calendars import CalendarFeed, CalendarReminder
from server.models.meetings import Meeting, MeetingProposal, MeetingSeat
from server.queries.holdings import Holding, by

_OF_THE_TWO = by("mentorship__mentor_id", "mentorship__mentee_id")
_WORDS = frozenset({"title", "note", "cancel_note"})

MEETING_HOLDINGS: tuple[Holding, ...] = (
    Holding("calendar_feeds", CalendarFeed, by("profile_id"), Fate.DELETED, frozenset({"token_hash", "content_hash"})),
    Holding("calendar_reminders", CalendarReminder, by("profile_id"), Fate.DELETED),
    Holding("meeting_proposals_made", MeetingProposal, by("proposed_by"), Fate.EMPTIED, emptied={"note": ""}),
    Holding("meeting_proposals", MeetingProposal, _OF_THE_TWO, Fate.EMPTIED, emptied={"title": ""}),
    Holding("meetings_planned", Meeting, by("planned_by"), Fate.EMPTIED, _WORDS - {"note"}, {"note": ""}),
    Holding(
        "meetings_called_off", Meeting, by("cancelled_by"), Fate.EMPTIED, _WORDS - {"cancel_note"}, {"cancel_note": ""}
    ),
    Holding("meetings", Meeting, _OF_THE_TWO, Fate.EMPTIED, emptied={"title": ""}),
    Holding(
        "meeting_appeals_heard",
        MeetingSeat,
        by("appeal_decided_by"),
        Fate.KEPT,
        hidden=frozenset({"profile_id", "appeal_words"}),
    ),
    Holding(
        "meeting_seats",
        MeetingSeat,
        by("profile_id"),
        Fate.EMPTIED,
        hidden=frozenset({"appeal_decided_by"}),
        emptied={"appeal_words": ""},
    ),
)

"""Where webinars, their questions and polls keep people. What was asked and said is emptied; sums stay true.

Votes and participations stay, so that no total changes when somebody leaves; they name an id that leads to nobody.
"""

from server.domain.identity_erasure import Fate
from server.models.polls import Poll, PollParticipation
from server.models.questions import Question, QuestionAnswer, QuestionEvent, QuestionFollowUp, QuestionVote
from server.models.webinars import (
    Webinar,
    WebinarEvent,
    WebinarPace,
    WebinarRegistration,
    WebinarRestriction,
    WebinarStaff,
    WebinarTalk,
)
from server.queries.holdings import Holding, by

# What the staff notes on a question is the staff's.
_STAFF_ONLY = frozenset(
    {
        "staff_note",
        "screened",
        "edited_by",
        "lease_by",
        "lease_until",
        "answering_by",
        "dismissal_suggested_by",
        "queue_rank",
    }
)

WEBINAR_HOLDINGS: tuple[Holding, ...] = (
    Holding("webinars", Webinar, by("created_by"), Fate.KEPT),
    Holding("webinar_roles", WebinarStaff, by("profile_id"), Fate.DELETED),
    Holding("webinar_places", WebinarRegistration, by("profile_id"), Fate.DELETED),
    Holding("webinar_restrictions", WebinarRestriction, by("profile_id"), Fate.DELETED, frozenset({"put_by"})),
    Holding("webinar_talk", WebinarTalk, by("author_id"), Fate.EMPTIED, emptied={"text": ""}),
    Holding("webinar_pace", WebinarPace, by("profile_id"), Fate.DELETED),
    Holding("webinar_deeds", WebinarEvent, by("actor_id"), Fate.EMPTIED, emptied={"detail": {}}),
    Holding("question_deeds", QuestionEvent, by("actor_id"), Fate.EMPTIED, emptied={"detail": {}}),
    Holding("question_votes", QuestionVote, by("voter_id"), Fate.KEPT),
    Holding("question_answers", QuestionAnswer, by("by_id"), Fate.EMPTIED, emptied={"text": ""}),
    Holding("question_follow_ups", QuestionFollowUp, by("owner_id"), Fate.EMPTIED, emptied={"note": ""}),
    Holding("polls", Poll, by("created_by"), Fate.KEPT),
    Holding("poll_participations", PollParticipation, by("profile_id"), Fate.KEPT),
    # The history of a question holds its earlier wordings; emptied before the question forgets its author.
    Holding(
        "question_history",
        QuestionEvent,
        by("question__author_id"),
        Fate.EMPTIED,
        hidden=frozenset({"actor_id", "detail"}),
        emptied={"detail": {}},
    ),
    Holding(
        "questions",
        Question,
        by("author_id"),
        Fate.EMPTIED,
        hidden=_STAFF_ONLY,
        emptied={"text": "", "original_text": "", "author_note": "", "author_id": None},
    ),
)

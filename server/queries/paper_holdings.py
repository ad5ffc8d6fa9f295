"""Where the papers of mentorships keep people. Own notes go; of what both hold on to, the leaver's words do."""

from uuid import UUID

from tortoise.expressions import Q

from server.domain.identity_erasure import Fate
from server.domain.mentorship_notes import NoteReach
from server.models.mentorship_papers import Agreement, GoalAttainment, MentorshipGoal, MentorshipIdea, MentorshipNote
from server.models.outcomes import MentorshipOutcome
from server.queries.holdings import Holding, by


def _own_note(user_id: UUID) -> Q:
    return Q(author_id=user_id, reach=NoteReach.MINE)


def _shared_note(user_id: UUID) -> Q:
    # A note that both wrote in holds words of both, and nobody can say whose is which.
    return Q(reach=NoteReach.SHARED) & (Q(author_id=user_id) | Q(edited_by=user_id))


_NO_CLAUSES = dict.fromkeys(
    ("purpose", "mentor_role", "mentee_role", "confidentiality_limit", "boundaries", "ending"), ""
)

PAPER_HOLDINGS: tuple[Holding, ...] = (
    Holding("outcomes", MentorshipOutcome, by("profile_id"), Fate.DELETED, hidden=frozenset({"told_at"})),
    Holding("mentorship_notes", MentorshipNote, _own_note, Fate.DELETED),
    Holding("shared_mentorship_notes", MentorshipNote, _shared_note, Fate.EMPTIED, emptied={"text": ""}),
    Holding("agreements_written", Agreement, by("written_by_id"), Fate.EMPTIED, emptied=_NO_CLAUSES),
    Holding(
        "mentorship_goals_written",
        MentorshipGoal,
        by("written_by_id"),
        Fate.EMPTIED,
        emptied={"title": "", "outcomes": [], "baseline": ""},
    ),
    Holding("goal_attainments", GoalAttainment, by("said_by_id"), Fate.EMPTIED, emptied={"note": ""}),
    # What of an idea is another's is shown where it is theirs.
    Holding(
        "ideas",
        MentorshipIdea,
        by("author_id"),
        Fate.EMPTIED,
        hidden=frozenset({"trial", "result_note"}),
        emptied={"text": ""},
    ),
    Holding(
        "ideas_tried",
        MentorshipIdea,
        by("tried_by"),
        Fate.EMPTIED,
        hidden=frozenset({"text", "result_note"}),
        emptied={"trial": ""},
    ),
    Holding(
        "idea_results",
        MentorshipIdea,
        by("result_by"),
        Fate.EMPTIED,
        hidden=frozenset({"text", "trial"}),
        emptied={"result_note": ""},
    ),
)

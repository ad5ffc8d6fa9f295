"""The papers of the mentorships in the small community: an agreement in two versions, a goal, ideas, notes."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from server.domain.actors import Actor
from server.domain.mentorship_notes import NoteReach
from server.domain.outcomes import ANSWER_WITHIN, OutcomeMoment, OutcomeSide
from server.kit.clock import now
from server.models.outcomes import MentorshipOutcome
from server.services import agreements, mentorship_goals, mentorship_ideas, mentorship_notes, session_papers
from tests.factories.papers import some_goal, some_terms

if TYPE_CHECKING:
    from tests.factories.graphql_world import World


async def papers_of_the_tie(here: "World", mentorship_id: UUID, ana: Actor, name: str) -> None:
    """Let Ana and somebody agree, set a goal, log ideas and write notes. To be called before any block."""
    other = here.viewers[name]
    # A block between the two hides from both what they share, and leaves each what is theirs.
    inside = () if name == "estranged" else ("owner", name)
    of: dict[str, Any] = {"mentorship_id": mentorship_id}
    first = await agreements.write_agreement(ana, **of, terms=some_terms())
    await agreements.sign_agreement(other, agreement_id=first.id)
    here.show("Agreement", first.id, *inside)
    second = await agreements.write_agreement(other, **of, terms=some_terms(meet_every_days=7))
    here.parts.setdefault("Agreement", here.show("Agreement", second.id, *inside))
    goal = await mentorship_goals.add_goal(ana, **of, form=some_goal())
    await mentorship_goals.record_attainment(other, goal_id=goal.id, level=0)
    here.show("MentorshipGoal", goal.id, *inside)
    form = session_papers.ActionForm("Write the offer", other.require_user())
    beside = await session_papers.add_action_beside(ana, **of, form=form)
    here.show("SessionAction", beside.id, *inside)
    idea = await mentorship_ideas.add_idea(ana, **of, text="Ask for half in advance")
    tried = await mentorship_ideas.add_idea(other, **of, text="Name the price first")
    await mentorship_ideas.try_idea(ana, idea_id=tried.id)
    for row in (idea, tried):
        here.show("MentorshipIdea", row.id, *inside)
    here.parts.setdefault("tried idea", here.of("MentorshipIdea")[-1].id)
    for who, whose in ((ana, "owner"), (other, name)):
        mine = await mentorship_notes.add_note(who, **of, text="For myself")
        here.show("MentorshipNote", mine.id, whose)
        shared = await mentorship_notes.add_note(who, **of, text="For us both", reach=NoteReach.SHARED)
        here.show("MentorshipNote", shared.id, *inside)
        asked = await MentorshipOutcome.create(
            **of,
            profile_id=who.user_id,
            side=OutcomeSide.MENTEE if who is ana else OutcomeSide.MENTOR,
            moment=OutcomeMoment.END,
            due_at=now(),
            closes_at=now() + ANSWER_WITHIN,
        )
        here.show("OutcomeQuestion", asked.id, whose)


def paper_values(here: "World") -> dict[str, Any]:
    """Return values that are good for Ana for the fields of papers."""

    def first(type_name: str) -> str:
        return next(one.id for one in here.of(type_name) if "owner" in one.holders)

    return {
        "agreementId": here.parts["Agreement"],
        "goalId": first("MentorshipGoal"),
        "ideaId": first("MentorshipIdea"),
        "meetingMinutes": 60,
        "clients": 2,
        "confidenceAfter": 4,
        "confidenceBefore": 2,
        "outcomeId": first("OutcomeQuestion"),
        "noteId": first("MentorshipNote"),
    }


def paper_inputs(here: "World") -> dict[str, dict[str, Any]]:
    """Return what mutations on papers want other than `paper_values` have it."""
    return {"tellIdeaResult": {"ideaId": here.parts["tried idea"]}}

"""The papers of the demo's mentorship: an agreement in force, goals, ideas, a note. Made as people make them."""

from collections.abc import Mapping
from uuid import UUID

from server.domain.actors import Actor, UserId
from server.domain.agreements import AgreementTerms, MeetingChannel
from server.domain.mentorship_goals import GoalForm
from server.domain.mentorship_notes import IdeaResult, NoteReach
from server.domain.mentorships import MentorshipState
from server.domain.seed_shapes import SeedPerson
from server.models.mentorships import Mentorship
from server.services import agreements, mentorship_goals, mentorship_ideas, mentorship_notes, session_papers
from server.services.session_papers import ActionForm


async def seed_papers(named: Mapping[str, SeedPerson]) -> None:
    """Fill the papers of the two who are at work. For use inside the demo's unit of work."""
    mentor, mentee = (Actor(user_id=UserId(named[name].user.id), is_verified=True) for name in ("amara", "jonas"))
    tie = await Mentorship.get(mentor_id=mentor.user_id, mentee_id=mentee.user_id, state=MentorshipState.ACTIVE)
    await _agreed(tie, mentor, mentee)
    await _worked_on(tie.id, mentor, mentee)


async def _agreed(tie: Mentorship, mentor: Actor, mentee: Actor) -> None:
    terms = AgreementTerms(
        purpose="A portfolio that brings in two clients without a platform.",
        format=tie.format,
        mentor_role="Amara looks at drafts and says what a client would see. She does not design for Jonas.",
        mentee_role="Jonas brings one piece of work each time, finished or not.",
        channel=MeetingChannel.ROOM,
        boundaries="No calls after eight in the evening. Money matters stay out of the chat.",
        ending="Either says so in a meeting, and we keep the last half hour to look back.",
    )
    written = await agreements.write_agreement(mentor, mentorship_id=tie.id, terms=terms)
    await agreements.sign_agreement(mentee, agreement_id=written.id)


async def _worked_on(tie_id: UUID, mentor: Actor, mentee: Actor) -> None:
    clients = GoalForm(
        title="Win clients without a platform",
        much_less="Nobody answered",
        less="Somebody asked for a price",
        expected="Two paid orders",
        more="Two paid orders, one of them again",
        much_more="Enough to leave one platform",
        baseline="Two friends asked, nobody paid",
        baseline_level=-1,
        weight=2,
    )
    portfolio = GoalForm(
        title="Show four pieces of work", expected="Four are online", much_more="A client wrote about one"
    )
    first = await mentorship_goals.add_goal(mentee, mentorship_id=tie_id, form=clients)
    second = await mentorship_goals.add_goal(mentor, mentorship_id=tie_id, form=portfolio)
    await mentorship_goals.record_attainment(mentee, goal_id=first.id, level=-1, note="One asked what it would cost.")
    await mentorship_goals.record_attainment(mentor, goal_id=second.id, level=0, note="The fourth went online.")
    idea = await mentorship_ideas.add_idea(mentee, mentorship_id=tie_id, text="Redo a local shop's order form, unasked")
    await mentorship_ideas.try_idea(mentee, idea_id=idea.id, trial="Sent two, with a short film of each.")
    result = "One shop answered within a day."
    await mentorship_ideas.tell_result(mentor, idea_id=idea.id, result=IdeaResult.HELPED_IN_PART, note=result)
    await mentorship_ideas.add_idea(mentor, mentorship_id=tie_id, text="Name a price in the first answer")
    note = "What a client asks first: when, how much, and who did it for them last."
    await mentorship_notes.add_note(mentor, mentorship_id=tie_id, text=note, reach=NoteReach.SHARED)
    form = ActionForm("Write to three shops", mentee.require_user())
    await session_papers.add_action_beside(mentee, mentorship_id=tie_id, form=form)

"""Somebody with rows in every table of a mentorship's papers, each text of theirs carrying a marker."""

from typing import Any

from server.domain.actors import Actor
from server.domain.mentorship_notes import IdeaResult, NoteReach
from server.domain.outcomes import OutcomeMoment, OutcomeSide
from server.kit.clock import now
from server.models.mentorships import Mentorship
from server.models.outcomes import MentorshipOutcome
from server.services import agreements, mentorship_goals, mentorship_ideas, mentorship_notes, session_papers
from tests.factories.papers import some_goal, some_terms


async def papers_of(tie: Mentorship, one: Actor, other: Actor, words: dict[Actor, str]) -> None:
    """Let both write in every paper of their mentorship, each in words of their own."""
    of: dict[str, Any] = {"mentorship_id": tie.id}
    for who, partner in ((one, other), (other, one)):
        word = words[who]
        await MentorshipOutcome.create(
            **of,
            profile_id=who.user_id,
            side=OutcomeSide.MENTEE if who is one else OutcomeSide.MENTOR,
            moment=OutcomeMoment.END,
            due_at=now(),
            closes_at=now(),
            ties=3,
        )
        terms = some_terms(
            purpose=f"purpose {word}",
            mentor_role=f"role {word}",
            mentee_role=f"role {word}",
            confidentiality_limit=f"limit {word}",
            boundaries=f"bound {word}",
            ending=f"ending {word}",
        )
        written = await agreements.write_agreement(who, **of, terms=terms)
        await agreements.sign_agreement(partner, agreement_id=written.id)
        goal = await mentorship_goals.add_goal(
            who, **of, form=some_goal(f"goal {word}", expected=f"expected {word}", baseline=f"baseline {word}")
        )
        await mentorship_goals.record_attainment(partner, goal_id=goal.id, level=1, note=f"level {words[partner]}")
        form = session_papers.ActionForm(f"beside {word}", partner.require_user())
        await session_papers.add_action_beside(who, **of, form=form)
        idea = await mentorship_ideas.add_idea(who, **of, text=f"idea {word}")
        await mentorship_ideas.try_idea(partner, idea_id=idea.id, trial=f"trial {words[partner]}")
        await mentorship_ideas.tell_result(who, idea_id=idea.id, result=IdeaResult.HELPED, note=f"result {word}")
        await mentorship_notes.add_note(who, **of, text=f"mine {word}")
        shared = await mentorship_notes.add_note(who, **of, text=f"draft {word}", reach=NoteReach.SHARED)
        await mentorship_notes.edit_note(who, note_id=shared.id, text=f"shared {word}")

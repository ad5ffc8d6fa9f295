"""Feedback at the end of a mentorship: given by each, read by the other once it is released."""

from dataclasses import asdict
from uuid import UUID

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import Conflict
from server.domain.mentorship_facts import FeedbackGiven, FeedbackReleased
from server.domain.mentorship_feedback import Feedback, check_can_give, given_until, is_released
from server.domain.mentorship_road import Step
from server.domain.mentorships import MentorshipState
from server.kit.clock import now
from server.models.mentorships import Mentorship, MentorshipFeedback
from server.queries import mentorships as queries
from server.services.mentorship_moves import both, claim, finish
from server.services.transaction import Work, retrying, unit_of_work


@retrying
async def give_feedback(actor: Actor, *, mentorship_id: UUID, feedback: Feedback) -> Mentorship:
    """Give the actor's feedback, or put it differently as long as the other side cannot read it.

    The second of the two releases both, and completes a mentorship that is closing. Conflict: not the time for it.
    """
    feedback = feedback.clean()
    async with unit_of_work() as work:
        mentorship = await claim(work, actor, mentorship_id)
        author_id, at = actor.require_user(), now()
        until = given_until(mentorship.state, mentorship.end_reason, mentorship.ended_at)
        check_can_give(until, at, mentorship.state)
        rows = await MentorshipFeedback.filter(mentorship_id=mentorship_id)
        if is_released([row.given_at for row in rows], at):
            raise Conflict("The feedback on this mentorship is open to read, so no more is taken.", current="released")
        mine = next((row for row in rows if row.author_id == author_id), None)
        if mine is None:
            mine = MentorshipFeedback(mentorship_id=mentorship_id, author_id=author_id, given_at=at)
            rows.append(mine)
        mine.update_from_dict(asdict(feedback))
        await mine.save()
        given = FeedbackGiven(mentorship_id=mentorship_id, author_id=author_id, at=at)
        work.record(given, to=[topics.user(author_id)], actor=actor)
        if is_released([row.given_at for row in rows], at):
            await release(work, mentorship)
            await _complete(work, mentorship)
    return mentorship


async def release(work: Work, mentorship: Mentorship) -> None:
    """Let both of a locked mentorship read the other's feedback, and tell them."""
    at = now()
    await MentorshipFeedback.filter(mentorship_id=mentorship.id, released_at=None).update(released_at=at)
    work.record(FeedbackReleased(mentorship_id=mentorship.id, at=at), to=both(mentorship))


async def _complete(work: Work, mentorship: Mentorship) -> None:
    effort = (await queries.efforts_of([mentorship.id]))[mentorship.id]
    if mentorship.state is MentorshipState.CLOSING and effort.is_something:
        await finish(work, mentorship, Step.COMPLETE)

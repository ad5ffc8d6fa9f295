"""Asking both sides what came of a mentorship: when it is over, by the fact of its end, and again later."""

from dataclasses import asdict
from uuid import UUID

from server.domain import outcomes as rules
from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import NotFound
from server.domain.mentorship_notes import check_version
from server.domain.outcomes import AFTER, ANSWER_WITHIN, OutcomeAnswers, OutcomeAsked, OutcomeSide
from server.kit.clock import now
from server.models.identity import User
from server.models.mentorships import Mentorship
from server.models.outcomes import MentorshipOutcome
from server.models.sessions import Session
from server.queries.outcomes import visible
from server.services.transaction import retrying, unit_of_work

AT_ONCE = 200
"""Questions told in one unit of work."""


@retrying
async def ask_after(*, mentorship_id: UUID) -> None:
    """Write down when each side is asked, once a mentorship is over. For the reaction to its end; twice is once."""
    async with unit_of_work():
        mentorship = await Mentorship.filter(id=mentorship_id).select_for_update(no_key=True).get_or_none()
        if mentorship is None or mentorship.ended_at is None:
            return
        has_met = await Session.filter(mentorship_id=mentorship_id, started_at__isnull=False).exists()
        if not rules.asks_after(mentorship.state, mentorship.end_reason, has_met=has_met):
            return
        sides = {mentorship.mentor_id: OutcomeSide.MENTOR, mentorship.mentee_id: OutcomeSide.MENTEE}
        here = {user.id for user in await User.filter(id__in=list(sides), erased_at=None)}
        asked = [
            MentorshipOutcome(
                mentorship_id=mentorship_id,
                profile_id=person,
                side=side,
                moment=moment,
                due_at=mentorship.ended_at + after,
                closes_at=mentorship.ended_at + after + ANSWER_WITHIN,
            )
            for person, side in sides.items()
            for moment, after in AFTER.items()
            if person in here
        ]
        await MentorshipOutcome.bulk_create(asked, ignore_conflicts=True)


@retrying
async def tell_due() -> int:
    """Tell those whose questions are due, each once. Return how many were told. For the job."""
    async with unit_of_work() as work:
        due = MentorshipOutcome.filter(told_at=None, due_at__lte=now(), closes_at__gt=now(), answered_at=None)
        rows = await due.order_by("due_at", "id").limit(AT_ONCE).select_for_update(skip_locked=True)
        for row in rows:
            asked = OutcomeAsked(
                mentorship_id=row.mentorship_id,
                outcome_id=row.id,
                moment=row.moment,
                closes_at=row.closes_at,
                at=now(),
            )
            work.record(asked, to=[topics.user(row.profile_id)])
        await MentorshipOutcome.filter(id__in=[row.id for row in rows]).update(told_at=now())
    return len(rows)


@retrying
async def answer_outcome(
    actor: Actor, *, outcome_id: UUID, answers: OutcomeAnswers, expected_version: int | None = None
) -> MentorshipOutcome:
    """Answer what one is asked, all or part of it; again answers anew. NotFound, InvalidInput, Conflict."""
    answers.check()
    async with unit_of_work():
        actor.require_user()
        if outcome_id not in await visible(actor, [outcome_id]):
            raise NotFound("question")
        row = await MentorshipOutcome.filter(id=outcome_id).select_for_update(no_key=True).get_or_none()
        if row is None:
            raise NotFound("question")
        check_version(row.version, expected_version)
        rules.check_answerable(row.due_at, row.closes_at, now())
        row.update_from_dict({**asdict(answers), "answered_at": now(), "version": row.version + 1})
        await row.save()
    return row

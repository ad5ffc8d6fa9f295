"""Programmes for somebody with rows in every table: one they manage, and one in which they are matched."""

from server.domain.actors import Actor
from server.domain.availability import MentoringFormat
from server.domain.programmes import PairKind, RunState
from server.domain.suggestions import MatchSide
from server.kit.clock import now
from server.models.programmes import CohortRun, Programme, ProgrammeManager, ProgrammeMember, ProgrammePair
from tests.factories.programmes import run_row


async def programmes_of(who: Actor, other: Actor, words: str) -> None:
    """Let somebody manage a programme that matches them with somebody else, giving their reasons."""
    made = await Programme.create(
        title="First invoices",
        format=MentoringFormat.CLASSIC,
        learners="members",
        mentors="members",
        list_length=3,
        weights={},
        created_by=who.user_id,
    )
    await ProgrammeManager.create(programme_id=made.id, profile_id=who.user_id)
    await ProgrammeMember.create(programme_id=made.id, side=MatchSide.LEARNER, profile_id=who.user_id)
    for learner, mentor in ((who, other), (other, who)):
        await ProgrammePair.create(
            programme_id=made.id,
            learner_id=learner.user_id,
            mentor_id=mentor.user_id,
            rule=PairKind.FORBIDDEN,
            reason=words,
            made_by=who.user_id,
            lifted_by=who.user_id,
            lifted_at=now(),
        )
    pairs = [(who.require_user(), other.require_user()), (other.require_user(), who.require_user())]
    run = await run_row(made, pairs)
    await CohortRun.filter(id=run.id).update(state=RunState.PUBLISHED, started_by=who.user_id)

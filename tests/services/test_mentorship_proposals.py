"""Next versions: nothing changes before everybody it concerns said yes, and then all of it at once."""

import asyncio
import json
from typing import Any

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, Refusal
from server.domain.mentorship_proposals import OPEN_FOR, NextVersion, ProposalKind, ProposalState
from server.domain.mentorships import MentorFull, MentorshipState
from server.kit.clock import clock
from server.models.availability import CapacityAccount
from server.models.mentorship_papers import MentorshipGoal
from server.models.mentorships import Mentorship
from server.models.safety import Block
from server.models.streams import StreamEntry
from server.queries.mentorship_proposals import visible
from server.services import mentorship_proposals as proposals
from server.services.capacity import set_limit
from server.services.mentorship_goals import add_goal
from server.services.mentorships import accept_request, end_mentorship
from server.services.sessions import join_session, open_session
from tests.factories.mentorships import sent
from tests.factories.papers import some_goal
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

ARC = NextVersion(MentoringFormat.LONG_ARC, "Find ten clients", 120, "This went so well")
AGAIN = NextVersion(MentoringFormat.MICRO, "Find one more client", 60)


async def micro() -> tuple[Actor, Actor, Mentorship]:
    """Make a micro mentorship whose two have met."""
    mentee, mentor = await person("Ana"), await person("Bola")
    asked = await sent(mentee, mentor, format=MentoringFormat.MICRO)
    together = await accept_request(mentor, request_id=asked.id)
    session = await open_session(mentor, mentorship_id=together.id)
    await join_session(mentee, session_id=session.id)
    return mentee, mentor, together


async def used(mentor: Actor, mentoring_format: MentoringFormat) -> int:
    key = {"profile_id": mentor.user_id, "kind": CapacityKind.CONCURRENT, "format": mentoring_format}
    account = await CapacityAccount.get_or_none(**key)
    return 0 if account is None else account.used


async def told(who: Actor, kind: str) -> list[dict[str, Any]]:
    rows = await StreamEntry.filter(topic=topics.user(who.require_user()).name, kind=kind).order_by("seq")
    return [json.loads(row.payload) for row in rows]


async def test_a_micro_mentorship_becomes_an_arc_when_the_other_says_yes() -> None:
    mentee, mentor, together = await micro()
    made = await proposals.propose_next(mentee, mentorship_id=together.id, kind=ProposalKind.CONVERSION, form=ARC)
    with pytest.raises(NotAllowed):
        await proposals.accept_proposal(mentee, proposal_id=made.id)
    assert (await Mentorship.get(id=together.id)).state is MentorshipState.ACTIVE
    done = await proposals.accept_proposal(mentor, proposal_id=made.id)
    following = await Mentorship.get(id=done.next_mentorship_id)
    assert (await Mentorship.get(id=together.id)).state is MentorshipState.RENEWED
    assert (following.format, following.goal, following.continues_id, following.state) == (
        MentoringFormat.LONG_ARC,
        "Find ten clients",
        together.id,
        MentorshipState.ACTIVE,
    )
    assert [await used(mentor, one) for one in (MentoringFormat.MICRO, MentoringFormat.LONG_ARC)] == [0, 1]
    assert [one["state"] for one in await told(mentee, "mentorship.proposal_settled")] == ["accepted"]


async def test_a_full_mentor_keeps_what_there_is() -> None:
    mentee, mentor, together = await micro()
    made = await proposals.propose_next(mentee, mentorship_id=together.id, kind=ProposalKind.CONVERSION, form=ARC)
    await set_limit(mentor, kind=CapacityKind.CONCURRENT, allowed=0, mentoring_format=MentoringFormat.LONG_ARC)
    with pytest.raises(MentorFull):
        await proposals.accept_proposal(mentor, proposal_id=made.id)
    assert (await Mentorship.get(id=together.id)).state is MentorshipState.ACTIVE
    assert await used(mentor, MentoringFormat.MICRO) == 1


async def test_what_is_completed_is_renewed_and_stays_completed() -> None:
    mentee, mentor, together = await micro()
    with pytest.raises(Conflict):
        await proposals.propose_next(mentor, mentorship_id=together.id, kind=ProposalKind.RENEWAL, form=AGAIN)
    await end_mentorship(mentor, mentorship_id=together.id)
    made = await proposals.propose_next(mentor, mentorship_id=together.id, kind=ProposalKind.RENEWAL, form=AGAIN)
    with pytest.raises(Conflict):
        await proposals.propose_next(mentee, mentorship_id=together.id, kind=ProposalKind.RENEWAL, form=AGAIN)
    answers = await asyncio.gather(
        *(proposals.accept_proposal(mentee, proposal_id=made.id) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 3
    assert (await Mentorship.get(id=together.id)).state is MentorshipState.COMPLETED
    assert await Mentorship.filter(continues_id=together.id).count() == 1 == await used(mentor, MentoringFormat.MICRO)


async def test_a_hand_over_is_put_to_the_mentee_first_and_moves_the_place_at_once() -> None:
    mentee, mentor, together = await micro()
    following, stranger = await person("Chi"), await person("Di")
    await add_goal(mentee, mentorship_id=together.id, form=some_goal("An offer that is taken"))
    made = await proposals.hand_over(
        mentor, mentorship_id=together.id, to_profile_id=following.require_profile(), words="Chi knows taxes better"
    )
    assert await visible(following, [made.id]) == {} == await visible(stranger, [made.id])
    with pytest.raises(NotFound):
        await proposals.accept_proposal(following, proposal_id=made.id)
    await proposals.accept_proposal(mentee, proposal_id=made.id)
    assert [len(await told(who, "mentorship.proposed")) for who in (mentee, mentor, following)] == [2, 2, 1]
    assert await used(mentor, MentoringFormat.MICRO) == 1
    done = await proposals.accept_proposal(following, proposal_id=made.id)
    taken_over = await Mentorship.get(id=done.next_mentorship_id)
    assert (taken_over.mentor_id, taken_over.mentee_id, taken_over.goal) == (
        following.user_id,
        mentee.user_id,
        together.goal,
    )
    assert (await Mentorship.get(id=together.id)).state is MentorshipState.TRANSFERRED
    assert [await used(who, MentoringFormat.MICRO) for who in (mentor, following)] == [0, 1]
    (goal,) = await MentorshipGoal.filter(mentorship_id=taken_over.id)
    assert (goal.title, goal.carried_from is not None) == ("An offer that is taken", True)


async def test_a_no_a_withdrawal_and_time_leave_all_as_it_was() -> None:
    mentee, mentor, together = await micro()
    for end in ("decline", "withdraw", "lapse"):
        made = await proposals.propose_next(mentor, mentorship_id=together.id, kind=ProposalKind.CONVERSION, form=ARC)
        if end == "decline":
            await proposals.decline_proposal(mentee, proposal_id=made.id)
        elif end == "withdraw":
            with pytest.raises(NotAllowed):
                await proposals.withdraw_proposal(mentee, proposal_id=made.id)
            await proposals.withdraw_proposal(mentor, proposal_id=made.id)
        else:
            with clock.moved(OPEN_FOR):
                with pytest.raises(Conflict):
                    await proposals.accept_proposal(mentee, proposal_id=made.id)
                assert [await proposals.lapse_due(), await proposals.lapse_due()] == [1, 0]
    states = [one["state"] for one in await told(mentee, "mentorship.proposal_settled")]
    assert states == [ProposalState.DECLINED, ProposalState.WITHDRAWN, ProposalState.LAPSED]
    assert (await Mentorship.get(id=together.id)).version == 1


async def test_a_hand_over_to_somebody_the_mentee_may_not_meet_is_refused_without_a_word_why() -> None:
    mentee, mentor, together = await micro()
    following = await person("Chi")
    await Block.create(blocker_id=following.user_id, blocked_id=mentee.user_id)
    with pytest.raises(Conflict) as refusal:
        await proposals.hand_over(
            mentor, mentorship_id=together.id, to_profile_id=following.require_profile(), words="Chi knows taxes"
        )
    assert refusal.value.current == "not_possible"
    for by, to, kind in ((mentee, following, NotAllowed), (mentor, mentor, InvalidInput)):
        with pytest.raises(kind):
            await proposals.hand_over(by, mentorship_id=together.id, to_profile_id=to.require_profile(), words="x")


async def test_a_block_between_any_of_them_hides_the_proposal_from_all() -> None:
    mentee, mentor, together = await micro()
    following = await person("Chi")
    made = await proposals.hand_over(
        mentor, mentorship_id=together.id, to_profile_id=following.require_profile(), words="Chi knows taxes"
    )
    await Block.create(blocker_id=mentee.user_id, blocked_id=following.user_id)
    assert [await visible(who, [made.id]) for who in (mentee, mentor, following)] == [{}, {}, {}]

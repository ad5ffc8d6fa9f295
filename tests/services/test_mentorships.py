"""Accepting and ending: places never go below zero, nothing is answered twice, and both sides hear the same."""

import asyncio
from datetime import timedelta

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import CapacityFull
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from server.domain.mentorships import EndReason, MentorFull, MentorshipState, RequestState
from server.domain.request_numbers import DEFAULTS
from server.domain.requests import AlreadyAnswered, Aspect, SiblingChoice
from server.kit.clock import clock, now
from server.models.availability import CapacityAccount
from server.models.mentorships import Mentorship, MentorshipRequest
from server.models.profiles import ContactRelease
from server.models.safety import Block
from server.models.streams import StreamEntry
from server.queries.capacity import ledger_of
from server.services import matching, request_answers
from server.services.capacity import set_limit
from server.services.mentorships import accept_request, end_mentorship
from server.services.sessions import end_session, join_session, open_session
from tests.factories.mentorships import asking, request_row, room_for, sent
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def used(mentor: Actor, mentoring_format: MentoringFormat = MentoringFormat.CLASSIC) -> int:
    account = await CapacityAccount.get(
        profile_id=mentor.user_id, kind=CapacityKind.CONCURRENT, format=mentoring_format
    )
    return account.used


async def met(mentor: Actor, mentee: Actor) -> Mentorship:
    """Make a mentorship through its door, with one session in which both were."""
    together = await accept_request(mentor, request_id=(await sent(mentee, mentor)).id)
    session = await open_session(mentor, mentorship_id=together.id)
    await join_session(mentee, session_id=session.id)
    return together


async def test_a_yes_makes_a_mentorship_takes_a_place_and_opens_contacts() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor, aspect=Aspect.MONEY)
    together = await accept_request(mentor, request_id=request.id)
    assert (together.state, together.mentor_id, together.mentee_id, together.request_id, together.aspect) == (
        MentorshipState.ACTIVE,
        mentor.user_id,
        mentee.user_id,
        request.id,
        "money",
    )
    assert await used(mentor) == 1
    assert {(row.profile_id, row.to_profile_id) for row in await ContactRelease.all()} == {
        (mentor.user_id, mentee.user_id),
        (mentee.user_id, mentor.user_id),
    }
    for who in (mentor, mentee):
        told = await StreamEntry.filter(topic=topics.user(who.require_user()).name).order_by("seq")
        kinds = {entry.kind for entry in told}
        assert {"request.sent", "mentorship.started", "request.accepted"} <= kinds


@pytest.mark.parametrize(("people", "places"), [(50, 7)])
async def test_fifty_at_once_get_exactly_the_places_there_are(people: int, places: int) -> None:
    mentor = await person("Mo")
    await room_for(mentor, places)
    mentees = [await person(f"Mentee{number}") for number in range(people)]
    requests = [await request_row(mentee, mentor) for mentee in mentees]
    answers = await asyncio.gather(
        *(accept_request(mentor, request_id=request.id) for request in requests), return_exceptions=True
    )
    refusals = [answer for answer in answers if isinstance(answer, BaseException)]
    assert [type(refusal) for refusal in refusals] == [MentorFull] * (people - places)
    assert all(isinstance(refusal, LimitReached) and refusal.limit == places for refusal in refusals)
    assert await used(mentor) == places == await Mentorship.all().count()
    assert await MentorshipRequest.filter(state=RequestState.ACCEPTED).count() == places
    assert await MentorshipRequest.filter(state=RequestState.SENT).count() == people - places


async def test_a_request_is_answered_once_whatever_comes_at_the_same_time() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor)
    answers = await asyncio.gather(
        accept_request(mentor, request_id=request.id),
        accept_request(mentor, request_id=request.id),
        request_answers.decline_request(mentor, request_id=request.id, reason="no_time"),  # type: ignore[arg-type]  # as text
        matching.withdraw_request(mentee, request_id=request.id),
        return_exceptions=True,
    )
    refusals = [answer for answer in answers if isinstance(answer, BaseException)]
    assert [type(refusal) for refusal in refusals] == [AlreadyAnswered] * 3
    accepted = isinstance(answers[0], Mentorship) or isinstance(answers[1], Mentorship)
    assert await Mentorship.all().count() == int(accepted)
    if accepted:
        assert await used(mentor) == 1


async def test_only_the_receiver_says_yes() -> None:
    mentee, mentor, stranger = await person("Ana"), await person("Bola"), await person("Chi")
    request = await sent(mentee, mentor)
    with pytest.raises(NotAllowed):
        await accept_request(mentee, request_id=request.id)
    with pytest.raises(NotFound):
        await accept_request(stranger, request_id=request.id)


async def test_a_yes_after_the_time_is_over_is_refused_before_the_worker_came() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor)
    with clock.moved(DEFAULTS.allowance_long + timedelta(seconds=1)), pytest.raises(AlreadyAnswered) as refusal:
        await accept_request(mentor, request_id=request.id)
    assert refusal.value.current == "expired"
    assert await Mentorship.all().count() == 0


async def test_a_yes_across_a_block_is_refused() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor)
    await Block.create(blocker_id=mentee.user_id, blocked_id=mentor.user_id)
    with pytest.raises(Conflict):
        await accept_request(mentor, request_id=request.id)
    assert await used(mentor) == 0


async def test_minutes_that_are_not_there_refuse_the_yes_and_take_no_place() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor, minutes_needed=90)
    await set_limit(mentor, kind=CapacityKind.MINUTES, allowed=60)
    with pytest.raises(CapacityFull) as refusal:
        await accept_request(mentor, request_id=request.id)
    assert refusal.value.kind is CapacityKind.MINUTES
    assert await used(mentor) == 0


async def test_a_swap_between_peers_takes_a_place_of_both() -> None:
    one, other = await person("Ana"), await person("Bola")
    request = await sent(one, other, format=MentoringFormat.PEER)
    together = await accept_request(other, request_id=request.id)
    assert [await used(who, MentoringFormat.PEER) for who in (one, other)] == [1, 1]
    await end_mentorship(one, mentorship_id=together.id, reason=EndReason.NO_FAULT)
    assert [await used(who, MentoringFormat.PEER) for who in (one, other)] == [0, 0]


async def states_of(*requests: MentorshipRequest) -> list[RequestState]:
    for request in requests:
        await request.refresh_from_db()
    return [request.state for request in requests]


async def test_siblings_for_the_same_seat_are_kept_unless_the_mentee_lets_them_go() -> None:
    mentee = await person("Ana")
    mentors = [await person(f"Mentor{number}") for number in range(4)]
    kept = await sent(mentee, mentors[0], aspect=Aspect.CRAFT)
    same, other = await sent(mentee, mentors[1], aspect=Aspect.CRAFT), await sent(mentee, mentors[2])
    chosen = await sent(mentee, mentors[3], aspect=Aspect.CRAFT, siblings=SiblingChoice.LET_GO)
    await accept_request(mentors[0], request_id=kept.id)
    assert await states_of(same, other) == [RequestState.SENT, RequestState.SENT]
    await accept_request(mentors[3], request_id=chosen.id)
    assert await states_of(same, other) == [RequestState.INVALIDATED, RequestState.SENT]
    told = await StreamEntry.filter(topic=topics.user(mentors[1].require_user()).name).order_by("seq")
    assert told[-1].kind == "request.invalidated"
    assert '"reason":"found_another"' in told[-1].payload


async def test_a_mentee_who_takes_an_offer_chooses_then_and_a_mentor_cannot_choose_for_them() -> None:
    mentee, asked, offering = await person("Ana"), await person("Bola"), await person("Chi")
    request = await sent(mentee, asked)
    offer = await matching.send_request(offering, asked=asking(mentee, as_mentor=True))
    with pytest.raises(InvalidInput):
        await accept_request(asked, request_id=request.id, siblings=SiblingChoice.LET_GO)
    await accept_request(mentee, request_id=offer.id, siblings=SiblingChoice.LET_GO)
    assert await states_of(request) == [RequestState.INVALIDATED]


async def test_two_mentors_saying_yes_at_once_to_siblings_that_go_make_one_mentorship() -> None:
    mentee = await person("Ana")
    mentors = [await person(f"Mentor{number}") for number in range(4)]
    requests = [await sent(mentee, mentor, siblings=SiblingChoice.LET_GO) for mentor in mentors]
    answers = await asyncio.gather(
        *(accept_request(mentor, request_id=row.id) for mentor, row in zip(mentors, requests, strict=True)),
        return_exceptions=True,
    )
    refusals = [answer for answer in answers if isinstance(answer, BaseException)]
    assert [type(refusal) for refusal in refusals] == [AlreadyAnswered] * 3
    assert sorted(await states_of(*requests)) == [RequestState.ACCEPTED] + [RequestState.INVALIDATED] * 3


async def test_a_mentorship_that_met_completes_and_gives_its_place_back_once() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    together = await met(mentor, mentee)
    ends = await asyncio.gather(
        *(end_mentorship(who, mentorship_id=together.id) for who in (mentor, mentee, mentor)), return_exceptions=True
    )
    assert sum(isinstance(end, Conflict) for end in ends) == 2
    await together.refresh_from_db()
    assert (together.state, together.end_reason) == (MentorshipState.COMPLETED, None)
    assert await used(mentor) == 0
    told = await StreamEntry.filter(topic=topics.user(mentee.require_user()).name, kind="mentorship.ended")
    assert len(told) == 1


async def test_a_mentorship_that_never_met_ends_with_a_reason_only() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    together = await accept_request(mentor, request_id=(await sent(mentee, mentor)).id)
    with pytest.raises(Conflict):
        await end_mentorship(mentee, mentorship_id=together.id)
    ended = await end_mentorship(mentee, mentorship_id=together.id, reason=EndReason.MISFIT)
    assert (ended.state, ended.end_reason) == (MentorshipState.ENDED_EARLY, EndReason.MISFIT)
    told = await StreamEntry.get(topic=topics.user(mentor.require_user()).name, kind="mentorship.ended")
    assert "misfit" not in told.payload


async def minutes_used(who: Actor) -> int:
    return sum(view.used for view in await ledger_of(who) if view.kind is CapacityKind.MINUTES)


async def test_an_early_end_gives_back_the_minutes_in_which_nobody_met_and_keeps_the_others() -> None:
    mentee, mentor, other = await person("Ana"), await person("Bola"), await person("Chi")
    together = await accept_request(mentor, request_id=(await sent(mentee, mentor, minutes_needed=90)).id)
    await accept_request(mentor, request_id=(await sent(other, mentor, minutes_needed=60)).id)
    session = await open_session(mentor, mentorship_id=together.id)
    await join_session(mentee, session_id=session.id)
    with clock.moved(timedelta(minutes=24, seconds=30)):
        await end_session(mentor, session_id=session.id)
    await open_session(mentor, mentorship_id=together.id)
    assert await minutes_used(mentor) == 150
    await end_mentorship(mentee, mentorship_id=together.id, reason=EndReason.MOVED)
    assert await minutes_used(mentor) == 60 + 25


async def test_a_mentorship_that_is_completed_keeps_its_minutes() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    together = await met(mentor, mentee)
    before = await minutes_used(mentor)
    await end_mentorship(mentor, mentorship_id=together.id)
    assert await minutes_used(mentor) == before > 0


async def test_an_end_for_safety_blocks_the_other_side() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    together = await met(mentor, mentee)
    await end_mentorship(mentee, mentorship_id=together.id, reason=EndReason.SAFETY)
    assert await Block.exists(blocker_id=mentee.user_id, blocked_id=mentor.user_id)


async def test_somebody_blocked_already_can_still_end_for_safety() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    together = await met(mentor, mentee)
    await Block.create(blocker_id=mentor.user_id, blocked_id=mentee.user_id)
    ended = await end_mentorship(mentee, mentorship_id=together.id, reason=EndReason.SAFETY)
    assert ended.state is MentorshipState.ENDED_EARLY


async def test_strangers_end_nothing_and_a_stale_version_is_refused() -> None:
    mentee, mentor, stranger = await person("Ana"), await person("Bola"), await person("Chi")
    together = await accept_request(mentor, request_id=(await sent(mentee, mentor)).id)
    with pytest.raises(NotFound):
        await end_mentorship(stranger, mentorship_id=together.id, reason=EndReason.MOVED)
    with pytest.raises(Conflict):
        await end_mentorship(mentor, mentorship_id=together.id, reason=EndReason.MOVED, expected_version=7)
    assert (await Mentorship.get(id=together.id)).ended_at is None
    assert now() > together.created_at

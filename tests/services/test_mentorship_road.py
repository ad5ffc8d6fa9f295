"""Pausing, going on, closing: the ledger is exact whatever happens at once, and time does its part by itself."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.errors import Conflict, InvalidInput, NotFound, Refusal
from server.domain.mentorship_feedback import Feedback
from server.domain.mentorship_road import Brief, PauseReason
from server.domain.mentorships import GOING_ON, EndReason, MentorshipState
from server.kit.clock import clock, now
from server.models.availability import CapacityAccount, CapacityEntry
from server.models.mentorships import Mentorship, MentorshipFeedback
from server.models.safety import Block
from server.models.sessions import Session
from server.models.streams import FactRecord, StreamEntry
from server.queries.mentorship_feedback import feedback_of
from server.services import mentorship_road as road
from server.services import sessions
from server.services.capacity import set_limit
from server.services.mentorship_feedback import give_feedback
from server.services.mentorship_road import NoPlaceToResume
from server.services.mentorship_sweeps import move_due, release_due
from server.services.mentorships import accept_request, end_mentorship
from tests.factories.mentorships import room_for, sent
from tests.factories.people import person
from tests.seeds import seed_of

pytestmark = pytest.mark.usefixtures("db")

DAY = timedelta(days=1)


async def pair(**content: Any) -> tuple[Actor, Actor, Mentorship]:
    """Make a mentorship through its door."""
    mentee, mentor = await person("Ana"), await person("Bola")
    return mentee, mentor, await accept_request(mentor, request_id=(await sent(mentee, mentor, **content)).id)


async def meet(mentor: Actor, mentee: Actor, together: Mentorship) -> None:
    session = await sessions.open_session(mentor, mentorship_id=together.id)
    await sessions.join_session(mentee, session_id=session.id)
    await sessions.end_session(mentor, session_id=session.id)


async def places(mentor: Actor, mentoring_format: MentoringFormat = MentoringFormat.CLASSIC) -> int:
    """Return the mentor's places in use, as the account and its entries have it alike."""
    account = await CapacityAccount.get(
        profile_id=mentor.user_id, kind=CapacityKind.CONCURRENT, format=mentoring_format
    )
    assert account.used == sum(entry.delta for entry in await CapacityEntry.filter(account_id=account.id))
    assert 0 <= account.used <= account.allowed
    return account.used


async def pause(who: Actor, together: Mentorship, days: int = 20) -> Mentorship:
    until = now() + timedelta(days=days)
    return await road.pause_mentorship(who, mentorship_id=together.id, until=until, reason=PauseReason.GIG)


async def told(who: Actor, kind: str) -> list[dict[str, Any]]:
    rows = await StreamEntry.filter(topic=topics.user(who.require_user()).name, kind=kind).order_by("seq")
    return [json.loads(row.payload) for row in rows]


async def test_either_pauses_and_either_goes_on_and_the_place_stays_theirs() -> None:
    mentee, mentor, together = await pair()
    paused = await pause(mentee, together)
    assert (paused.state, paused.paused_by, paused.pause_reason) == (
        MentorshipState.PAUSED,
        mentee.user_id,
        PauseReason.GIG,
    )
    assert [one["reason"] for one in await told(mentor, "mentorship.paused")] == ["gig"]
    assert await places(mentor) == 1
    with pytest.raises(Conflict):
        await pause(mentor, together)
    going_on = await road.resume_mentorship(mentor, mentorship_id=together.id)
    assert (going_on.state, going_on.paused_until, going_on.look_at) == (MentorshipState.ACTIVE, None, None)
    assert await places(mentor) == 1


async def test_a_pause_ends_by_itself_and_twice_is_as_good_as_once() -> None:
    mentee, mentor, together = await pair()
    await pause(mentee, together, days=20)
    with clock.moved(timedelta(days=19)):
        assert await move_due() == 0
    with clock.moved(timedelta(days=21)):
        assert await move_due() == 1
        assert await move_due() == 0
    assert (await Mentorship.get(id=together.id)).state is MentorshipState.ACTIVE
    assert [one["by"] for one in await told(mentor, "mentorship.resumed")] == [None]


async def test_a_long_pause_gives_the_place_back_after_thirty_days_and_takes_it_again() -> None:
    mentee, mentor, together = await pair()
    await pause(mentor, together, days=60)
    with clock.moved(timedelta(days=31)):
        assert [await move_due(), await move_due()] == [1, 0]
        assert await places(mentor) == 0
        assert (
            len(await told(mentor, "mentorship.place_given_back")),
            await told(mentee, "mentorship.place_given_back"),
        ) == (
            1,
            [],
        )
        await road.resume_mentorship(mentee, mentorship_id=together.id)
        assert await places(mentor) == 1


async def test_whoever_goes_on_when_the_place_is_taken_is_told_what_to_do_and_time_tries_again() -> None:
    mentee, mentor, together = await pair()
    await pause(mentor, together, days=40)
    with clock.moved(timedelta(days=31)):
        await move_due()
        await set_limit(mentor, kind=CapacityKind.CONCURRENT, allowed=0, mentoring_format=MentoringFormat.CLASSIC)
        with pytest.raises(NoPlaceToResume) as refusal:
            await road.resume_mentorship(mentee, mentorship_id=together.id)
        assert "allow more places" in refusal.value.message
    for days in (41, 43):
        with clock.moved(timedelta(days=days)):
            await move_due()
    assert [len(await told(who, "mentorship.waits_for_place")) for who in (mentee, mentor)] == [1, 1]
    assert await FactRecord.filter(kind="mentorship.needs_a_look").count() == 1
    with clock.moved(timedelta(days=45)):
        await set_limit(mentor, kind=CapacityKind.CONCURRENT, allowed=1, mentoring_format=MentoringFormat.CLASSIC)
        assert await move_due() == 1
        assert await places(mentor) == 1
    assert (await Mentorship.get(id=together.id)).state is MentorshipState.ACTIVE


async def test_of_two_peers_neither_place_is_taken_when_one_is_missing() -> None:
    one, other, together = await pair(format=MentoringFormat.PEER)
    await pause(one, together, days=40)
    with clock.moved(timedelta(days=31)):
        await move_due()
        await set_limit(one, kind=CapacityKind.CONCURRENT, allowed=0, mentoring_format=MentoringFormat.PEER)
    with clock.moved(timedelta(days=41)):
        await move_due()
        assert [await places(who, MentoringFormat.PEER) for who in (one, other)] == [0, 0]
        await set_limit(one, kind=CapacityKind.CONCURRENT, allowed=1, mentoring_format=MentoringFormat.PEER)
    with clock.moved(timedelta(days=43)):
        await move_due()
        assert [await places(who, MentoringFormat.PEER) for who in (one, other)] == [1, 1]


async def test_strangers_and_the_blocked_move_nothing_and_a_stale_version_is_refused() -> None:
    mentee, mentor, together = await pair()
    with pytest.raises(NotFound):
        await pause(await person("Chi"), together)
    with pytest.raises(Conflict):
        await road.start_closing(mentor, mentorship_id=together.id, expected_version=7)
    with pytest.raises(InvalidInput):
        await pause(mentee, together, days=91)
    await Block.create(blocker_id=mentee.user_id, blocked_id=mentor.user_id)
    with pytest.raises(NotFound):
        await pause(mentor, together)
    assert (await Mentorship.get(id=together.id)).version == 1


async def test_closing_needs_a_meeting_and_completes_when_both_gave_feedback() -> None:
    mentee, mentor, together = await pair()
    with pytest.raises(Conflict):
        await road.start_closing(mentor, mentorship_id=together.id)
    await meet(mentor, mentee, together)
    closing = await road.start_closing(mentee, mentorship_id=together.id)
    assert closing.state is MentorshipState.CLOSING
    assert [one["why"] for one in await told(mentor, "mentorship.closing")] == ["asked"]
    await give_feedback(mentor, mentorship_id=together.id, feedback=Feedback(5, kudos="You came prepared"))
    assert await places(mentor) == 1
    done = await give_feedback(mentee, mentorship_id=together.id, feedback=Feedback(4, takeaway="Ask sooner"))
    assert (done.state, await places(mentor)) == (MentorshipState.COMPLETED, 0)


async def test_closing_completes_by_itself_after_ten_days() -> None:
    mentee, mentor, together = await pair()
    await meet(mentor, mentee, together)
    await road.start_closing(mentee, mentorship_id=together.id)
    with clock.moved(timedelta(days=9)):
        assert await move_due() == 0
    with clock.moved(timedelta(days=11)):
        assert [await move_due(), await move_due()] == [1, 0]
    assert ((await Mentorship.get(id=together.id)).state, await places(mentor)) == (MentorshipState.COMPLETED, 0)


async def test_feedback_is_read_by_the_other_side_once_both_gave_it_and_by_nobody_before() -> None:
    mentee, mentor, together = await pair()
    await meet(mentor, mentee, together)
    await end_mentorship(mentor, mentorship_id=together.id)
    await give_feedback(mentor, mentorship_id=together.id, feedback=Feedback(2, kudos="Thanks"))
    await give_feedback(mentor, mentorship_id=together.id, feedback=Feedback(5, kudos="Thank you"))
    view = (await feedback_of(mentee, [together.id]))[together.id]
    assert (view.mine, view.received, view.can_give) == (None, None, True)
    assert "feedback.given" not in [
        row.kind for row in await StreamEntry.filter(topic=topics.user(mentee.require_user()).name)
    ]
    await give_feedback(mentee, mentorship_id=together.id, feedback=Feedback(4))
    views = [(await feedback_of(who, [together.id]))[together.id] for who in (mentee, mentor)]
    assert [(view.received and view.received.useful, view.can_give) for view in views] == [(5, False), (4, False)]
    with pytest.raises(Conflict):
        await give_feedback(mentor, mentorship_id=together.id, feedback=Feedback(1))


async def test_feedback_alone_is_released_after_seven_days_and_told_once() -> None:
    mentee, mentor, together = await pair()
    await meet(mentor, mentee, together)
    await road.start_closing(mentor, mentorship_id=together.id)
    await give_feedback(mentor, mentorship_id=together.id, feedback=Feedback(3))
    with clock.moved(timedelta(days=7, minutes=1)):
        # Open to read when its time has come, whether or not the worker was there.
        assert (await feedback_of(mentee, [together.id]))[together.id].received is not None
        assert [await release_due(), await release_due()] == [1, 0]
        with pytest.raises(Conflict):
            await give_feedback(mentee, mentorship_id=together.id, feedback=Feedback(1))
    assert [len(await told(who, "feedback.released")) for who in (mentee, mentor)] == [1, 1]


async def test_feedback_before_the_end_after_a_month_or_after_an_end_for_safety_is_refused() -> None:
    mentee, mentor, together = await pair()
    with pytest.raises(Conflict):
        await give_feedback(mentor, mentorship_id=together.id, feedback=Feedback(3))
    await end_mentorship(mentee, mentorship_id=together.id, reason=EndReason.MOVED)
    with clock.moved(timedelta(days=31)), pytest.raises(Conflict):
        await give_feedback(mentor, mentorship_id=together.id, feedback=Feedback(3))
    await give_feedback(mentor, mentorship_id=together.id, feedback=Feedback(3))
    assert await MentorshipFeedback.all().count() == 1


async def test_a_trial_goes_on_when_nobody_ended_it() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor)
    with pytest.raises(InvalidInput):
        await accept_request(mentor, request_id=request.id, trial_days=3)
    together = await accept_request(mentor, request_id=request.id, trial_days=14)
    assert together.state is MentorshipState.TRIAL
    await meet(mentor, mentee, together)
    with clock.moved(timedelta(days=15)):
        assert await move_due() == 1
    assert ((await Mentorship.get(id=together.id)).state, await places(mentor)) == (MentorshipState.ACTIVE, 1)


async def test_a_micro_mentorship_closes_with_its_deliverable() -> None:
    mentee, mentor, together = await pair(format=MentoringFormat.MICRO)
    with pytest.raises(Conflict):
        await road.deliver_brief(mentee, mentorship_id=together.id)
    await road.set_brief(mentor, mentorship_id=together.id, brief=Brief("A price list", (now() + 5 * DAY).date()))
    delivered = await road.deliver_brief(mentee, mentorship_id=together.id)
    assert delivered.state is MentorshipState.CLOSING
    assert [one["why"] for one in await told(mentor, "mentorship.closing")] == ["delivered"]


async def test_a_micro_mentorship_whose_day_passed_closes_by_itself_and_one_that_never_met_just_ends() -> None:
    mentee, mentor, met = await pair(format=MentoringFormat.MICRO)
    await meet(mentor, mentee, met)
    _, other, never = await pair(format=MentoringFormat.MICRO)
    for by, one in ((mentor, met), (other, never)):
        await road.set_brief(by, mentorship_id=one.id, brief=Brief("A price list", now().date()))
    with clock.moved(timedelta(days=9)):
        assert await move_due() == 2
    states = [(await Mentorship.get(id=one.id)).state for one in (met, never)]
    assert states == [MentorshipState.CLOSING, MentorshipState.ENDED_EARLY]


async def test_a_micro_mentorship_meets_four_times_and_closes_then() -> None:
    mentee, mentor, together = await pair(format=MentoringFormat.MICRO)
    for _ in range(4):
        await meet(mentor, mentee, together)
    with pytest.raises(Conflict):
        await sessions.open_session(mentor, mentorship_id=together.id)
    last = await Session.filter(mentorship_id=together.id).order_by("-created_at").first()
    assert last is not None
    for _ in range(2):
        await road.close_after_last_meeting(session_id=last.id)
    assert (await Mentorship.get(id=together.id)).state is MentorshipState.CLOSING
    assert len(await told(mentee, "mentorship.closing")) == 1


async def test_fifty_closings_pauses_and_resumes_at_once_leave_the_ledger_exact() -> None:
    seed = seed_of("road at once")
    chance = Random(seed)
    mentor = await person("Mo")
    await room_for(mentor, 10)
    pairs = []
    for number in range(5):
        mentee = await person(f"Mentee{number}")
        together = await accept_request(mentor, request_id=(await sent(mentee, mentor)).id)
        await meet(mentor, mentee, together)
        pairs.append((mentee, together))

    def act(mentee: Actor, together: Mentorship) -> Callable[[], Awaitable[Any]]:
        who = chance.choice([mentor, mentee])
        return chance.choice(
            [
                lambda: pause(who, together),
                lambda: road.resume_mentorship(who, mentorship_id=together.id),
                lambda: road.start_closing(who, mentorship_id=together.id),
                lambda: end_mentorship(who, mentorship_id=together.id),
                move_due,
            ]
        )

    acts = [act(*chance.choice(pairs)) for _ in range(50)]
    answers = await asyncio.gather(*(one() for one in acts), return_exceptions=True)
    assert [answer for answer in answers if isinstance(answer, BaseException) and not isinstance(answer, Refusal)] == []
    going_on = await Mentorship.filter(state__in=list(GOING_ON)).count()
    assert await places(mentor) == going_on, seed

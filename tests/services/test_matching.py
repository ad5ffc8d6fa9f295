"""Asking: drafts, sending under its guards, waiting in line, taking back."""

import asyncio
from datetime import timedelta

import pytest

from server.domain import topics
from server.domain.actors import VISITOR, Actor, UserId
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import CapacityFull
from server.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, SignInNeeded
from server.domain.mentorships import DeclineReason, EndReason, MentorshipState, RequestState
from server.domain.request_numbers import DEFAULTS
from server.domain.requests import (
    CoolingOff,
    InvalidationReason,
    ReceiverPaused,
    RequestOpenAlready,
    TooManyOpenRequests,
)
from server.kit.clock import clock, now
from server.kit.ids import new_id
from server.kit.paging import PageRequest
from server.models.mentorships import MentorshipRequest, RequestEvent
from server.models.profiles import Profile
from server.models.safety import Block
from server.models.streams import StreamEntry
from server.queries import requests as request_queries
from server.services import matching, request_answers
from server.services.capacity import set_limit
from tests.factories.mentorships import asking, mentorship, request_row, room_for, sent
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def kinds_for(who: Actor) -> list[str]:
    topic = topics.user(who.require_user()).name
    entries = await StreamEntry.filter(topic=topic).order_by("seq")
    return [entry.kind for entry in entries if entry.kind.startswith("request")]


async def test_a_request_goes_to_both_sides_with_a_running_clock() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor, format=MentoringFormat.MICRO, message="Hello")
    assert request.sent_at is not None
    assert request.expires_at == request.sent_at + DEFAULTS.allowance_micro
    assert request.remind_at == request.sent_at + DEFAULTS.allowance_micro / 2
    assert (request.state, request.mentor_id, request.mentee_id) == (
        RequestState.SENT,
        mentor.user_id,
        mentee.user_id,
    )
    assert await kinds_for(mentee) == ["request.sent"] == await kinds_for(mentor)
    assert [event.state for event in await RequestEvent.all()] == [RequestState.SENT]


async def test_either_side_may_ask() -> None:
    mentor, mentee = await person("Ana"), await person("Bola")
    request = await matching.send_request(mentor, asked=asking(mentee, as_mentor=True))
    assert (request.sender_id, request.mentor_id, request.mentee_id) == (
        mentor.user_id,
        mentor.user_id,
        mentee.user_id,
    )
    assert request.expires_at == (request.sent_at or now()) + DEFAULTS.allowance_long


async def test_visitors_and_the_unverified_cannot_ask() -> None:
    mentor, newcomer = await person("Ana"), await person("Bola", is_verified=False)
    with pytest.raises(SignInNeeded):
        await sent(VISITOR, mentor)
    with pytest.raises(NotAllowed):
        await sent(newcomer, mentor)


async def test_whom_one_cannot_see_one_cannot_ask() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    newcomer = await person("Chi", is_verified=False)
    ghost = Actor(user_id=UserId(new_id()))
    await Block.create(blocker_id=mentor.user_id, blocked_id=mentee.user_id)
    refusals = []
    for receiver in (ghost, newcomer, mentor):
        with pytest.raises(NotFound) as refusal:
            await sent(mentee, receiver)
        refusals.append(refusal.value.message)
    assert len(set(refusals)) == 1
    with pytest.raises(InvalidInput):
        await sent(mentee, mentee)


async def test_an_unknown_skill_is_refused() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    with pytest.raises(InvalidInput) as refusal:
        await sent(mentee, mentor, skill_ids=("no such skill",))
    assert refusal.value.problems[0].path == "skillIds"


async def test_somebody_paused_gets_no_request_until_the_pause_is_over() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    await Profile.filter(id=mentor.user_id).update(requests_paused_until=now() + timedelta(days=1))
    with pytest.raises(ReceiverPaused):
        await sent(mentee, mentor)
    with clock.moved(timedelta(days=1, seconds=1)):
        await sent(mentee, mentor)


async def test_a_sixth_open_request_is_refused_also_when_all_are_sent_at_once() -> None:
    mentee = await person("Ana")
    mentors = [await person(f"Mentor{number}") for number in range(8)]
    outcomes = await asyncio.gather(*(sent(mentee, mentor) for mentor in mentors), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [type(refusal) for refusal in refused] == [TooManyOpenRequests] * 3
    assert await MentorshipRequest.filter(state=RequestState.SENT).count() == 5


async def test_two_people_have_one_open_request_in_a_format() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    outcomes = await asyncio.gather(*(sent(mentee, mentor) for _ in range(4)), return_exceptions=True)
    refusals = [type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)]
    assert refusals == [RequestOpenAlready] * 3
    await sent(mentee, mentor, format=MentoringFormat.MICRO)
    await sent(mentor, mentee)


async def test_a_decline_cools_off_a_month_in_one_direction() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor)
    await request_answers.decline_request(mentor, request_id=request.id, reason=DeclineReason.NO_TIME)
    with pytest.raises(CoolingOff):
        await sent(mentee, mentor)
    await matching.send_request(mentor, asked=asking(mentee, as_mentor=True))
    with clock.moved(timedelta(days=30, minutes=1)):
        await sent(mentee, mentor)


async def test_a_misfit_cools_off_half_a_year_in_both_directions() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    await mentorship(mentor, mentee, state=MentorshipState.ENDED_EARLY, end_reason=EndReason.MISFIT, ended_at=now())
    with clock.moved(timedelta(days=179)):
        for sender, receiver in ((mentee, mentor), (mentor, mentee)):
            with pytest.raises(CoolingOff):
                await sent(sender, receiver)
    with clock.moved(timedelta(days=180, minutes=1)):
        await sent(mentee, mentor)


async def test_a_full_week_refuses_and_is_free_again_after_seven_days() -> None:
    mentor = await person("Bola")
    await set_limit(mentor, kind=CapacityKind.NEW_REQUESTS, allowed=1)
    await sent(await person("Ana"), mentor)
    mentee = await person("Chi")
    with pytest.raises(CapacityFull):
        await sent(mentee, mentor)
    assert await MentorshipRequest.filter(sender_id=mentee.user_id).count() == 0
    with clock.moved(timedelta(days=7, minutes=1)):
        await sent(mentee, mentor)


async def test_a_repeated_sending_gives_the_first_request() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    sendings = (matching.send_request(mentee, asked=asking(mentor), idempotency_key="k") for _ in range(5))
    requests = await asyncio.gather(*sendings)
    assert len({request.id for request in requests}) == 1
    with pytest.raises(Conflict):
        await matching.send_request(mentee, asked=asking(mentor, goal="Another goal"), idempotency_key="k")


async def test_a_draft_is_the_senders_alone_until_it_is_sent() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    draft = await matching.save_draft(mentee, asked=asking(mentor))
    again = await matching.save_draft(mentee, asked=asking(mentor, goal="A better goal"), draft_id=draft.id)
    assert (again.id, again.version, again.goal) == (draft.id, 2, "A better goal")
    assert await request_queries.visible(mentor, [draft.id]) == {}
    assert await kinds_for(mentor) == [] == await kinds_for(mentee)
    for attempt in (
        matching.send_draft(mentor, request_id=draft.id),
        matching.withdraw_request(mentor, request_id=draft.id),
        request_answers.view_request(mentor, request_id=draft.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(Conflict):
        await matching.send_draft(mentee, request_id=draft.id, expected_version=1)
    request = await matching.send_draft(mentee, request_id=draft.id, expected_version=2)
    assert request.state is RequestState.SENT
    with pytest.raises(Conflict):
        await matching.save_draft(mentee, asked=asking(mentor), draft_id=draft.id)


async def test_a_draft_thrown_away_is_told_to_nobody() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    draft = await matching.save_draft(mentee, asked=asking(mentor))
    await matching.withdraw_request(mentee, request_id=draft.id)
    assert await kinds_for(mentee) == [] == await kinds_for(mentor)
    assert await request_queries.visible(mentor, [draft.id]) == {}
    page = PageRequest(request_queries.NEWEST_REQUESTS)
    assert (await request_queries.own_page(mentor, page, box=request_queries.Box.RECEIVED)).items == []
    assert (await request_queries.own_page(mentee, page, box=request_queries.Box.SENT)).items == [draft]
    with pytest.raises(NotFound):
        await request_answers.view_request(mentor, request_id=draft.id)


async def test_withdrawing_frees_the_place_among_the_open_ones() -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    request = await sent(mentee, mentor)
    withdrawn = await matching.withdraw_request(mentee, request_id=request.id)
    assert (withdrawn.state, withdrawn.expires_at) == (RequestState.WITHDRAWN, None)
    await sent(mentee, mentor)
    with pytest.raises(NotAllowed):
        await matching.withdraw_request(mentor, request_id=request.id)


async def test_one_waits_in_line_for_a_full_mentor_only_and_knows_the_place() -> None:
    mentor = await person("Mo")
    await room_for(mentor, 0)
    waiting = [await person(name) for name in ("Ana", "Bola", "Chi")]
    line = [await matching.join_waiting_list(who, asked=asking(mentor)) for who in waiting]
    assert await request_queries.waiting_positions_of(mentor, [row.id for row in line]) == {
        row.id: place for place, row in enumerate(line, 1)
    }
    await matching.withdraw_request(waiting[0], request_id=line[0].id)
    assert await request_queries.waiting_positions_of(waiting[2], [line[2].id]) == {line[2].id: 2}
    assert await request_queries.waiting_positions_of(waiting[1], [line[2].id]) == {}
    await room_for(mentor, 1)
    with pytest.raises(Conflict):
        await matching.join_waiting_list(await person("Dee"), asked=asking(mentor))
    with pytest.raises(InvalidInput):
        await matching.join_waiting_list(mentor, asked=asking(waiting[0], as_mentor=True))


async def test_a_block_takes_the_ground_from_open_requests_without_saying_why() -> None:
    mentee, mentor, other = await person("Ana"), await person("Bola"), await person("Chi")
    request, kept = await sent(mentee, mentor), await sent(mentee, other)
    assert await matching.invalidate_between(one=mentor.require_user(), others=[mentee.require_user()]) == 1
    assert await matching.invalidate_between(one=mentor.require_user(), others=[mentee.require_user()]) == 0
    await request.refresh_from_db()
    await kept.refresh_from_db()
    assert (request.state, request.state_reason) == (RequestState.INVALIDATED, InvalidationReason.UNAVAILABLE)
    assert kept.state is RequestState.SENT


async def test_a_stranger_finds_no_request() -> None:
    mentee, mentor, stranger = await person("Ana"), await person("Bola"), await person("Chi")
    request = await request_row(mentee, mentor)
    assert await request_queries.visible(stranger, [request.id]) == {}
    assert await request_queries.events_of(stranger, [request.id]) == {request.id: []}
    with pytest.raises(NotFound):
        await matching.withdraw_request(stranger, request_id=request.id)


@pytest.mark.parametrize("text", ["\ud800", "nul\x00"])
async def test_text_that_cannot_be_kept_is_refused_wherever_it_comes_in(text: str) -> None:
    mentee, mentor = await person("Ana"), await person("Bola")
    for asked, key in (
        (asking(mentor, goal=f"My goal {text}"), "k"),
        (asking(mentor, message=text), "k"),
        (asking(mentor, skill_ids=(text,)), "k"),
        (asking(mentor), text),
    ):
        with pytest.raises(InvalidInput):
            await matching.send_request(mentee, asked=asked, idempotency_key=key)
    request = await sent(mentee, mentor)
    with pytest.raises(InvalidInput):
        await request_answers.refer_request(
            mentor, request_id=request.id, referral=request_answers.Referral(new_id(), text), idempotency_key="k"
        )
    assert await MentorshipRequest.all().count() == 1

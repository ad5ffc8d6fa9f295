"""Answers without a yes: seen, asked for more, told more, declined, passed on."""

import asyncio
from datetime import timedelta

import pytest

from server.domain import topics
from server.domain.actors import Actor
from server.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from server.domain.mentorships import DeclineReason, RequestState
from server.domain.request_numbers import DEFAULTS
from server.kit.clock import clock, now
from server.models.mentorships import MentorshipRequest
from server.models.profiles import Profile
from server.models.streams import StreamEntry
from server.queries import requests as request_queries
from server.services import request_answers
from server.services.request_answers import Referral
from tests.factories.mentorships import sent
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


async def pair() -> tuple[Actor, Actor, MentorshipRequest]:
    mentee, mentor = await person("Ana"), await person("Bola")
    return mentee, mentor, await sent(mentee, mentor)


async def told_to(who: Actor) -> list[StreamEntry]:
    return await StreamEntry.filter(topic=topics.user(who.require_user()).name).order_by("seq")


async def test_seeing_a_request_twice_is_told_once() -> None:
    mentee, mentor, request = await pair()
    first = await request_answers.view_request(mentor, request_id=request.id)
    again = await request_answers.view_request(mentor, request_id=request.id)
    assert (again.state, again.version) == (RequestState.VIEWED, first.version)
    assert again.expires_at == request.expires_at
    assert [entry.kind for entry in await told_to(mentee)] == ["request.sent", "request.viewed"]
    with pytest.raises(NotAllowed):
        await request_answers.view_request(mentee, request_id=request.id)


async def test_the_clock_stands_still_while_more_is_asked() -> None:
    mentee, mentor, request = await pair()
    asked = await request_answers.ask_more(mentor, request_id=request.id, text="Which platform?")
    assert (asked.state, asked.expires_at, asked.remind_at) == (RequestState.INFO_REQUESTED, None, None)
    with clock.moved(timedelta(days=20)):
        told = await request_answers.answer_more(mentee, request_id=request.id, text="A bike courier one")
    assert told.state is RequestState.SENT
    assert told.expires_at is not None
    assert told.sent_at is not None
    late = told.expires_at - told.sent_at - DEFAULTS.allowance_long
    assert timedelta(days=20) <= late < timedelta(days=20, minutes=1)
    history = (await request_queries.events_of(mentee, [request.id]))[request.id]
    assert [(event.state.value, event.text) for event in history] == [
        ("sent", ""),
        ("info_requested", "Which platform?"),
        ("sent", "A bike courier one"),
    ]


@pytest.mark.parametrize("text", ["", " ", "x" * 2_001, "\x00"])
async def test_a_question_or_an_answer_has_words(text: str) -> None:
    mentee, mentor, request = await pair()
    with pytest.raises(InvalidInput):
        await request_answers.ask_more(mentor, request_id=request.id, text=text)
    with pytest.raises(InvalidInput):
        await request_answers.answer_more(mentee, request_id=request.id, text=text)


async def test_a_question_in_both_directions_at_once_is_asked_once() -> None:
    _, mentor, request = await pair()
    asks = (request_answers.ask_more(mentor, request_id=request.id, text=text) for text in ("Where?", "When?"))
    outcomes = await asyncio.gather(*asks, return_exceptions=True)
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1


async def test_a_no_tells_the_reason_and_keeps_the_note() -> None:
    mentee, mentor, request = await pair()
    declined = await request_answers.decline_request(
        mentor, request_id=request.id, reason=DeclineReason.NO_TIME, note="ask me in spring"
    )
    assert (declined.state, declined.note) == (RequestState.DECLINED, "ask me in spring")
    payloads = [entry.payload for who in (mentee, mentor) for entry in await told_to(who)]
    assert sum('"reason":"no_time"' in payload for payload in payloads) == 2
    assert not any("spring" in payload for payload in payloads)


async def test_an_answer_to_an_older_version_is_refused() -> None:
    mentee, mentor, request = await pair()
    await request_answers.ask_more(mentor, request_id=request.id, text="Which?")
    await request_answers.answer_more(mentee, request_id=request.id, text="This one")
    with pytest.raises(Conflict):
        await request_answers.decline_request(
            mentor, request_id=request.id, reason=DeclineReason.OTHER, expected_version=request.version
        )


async def test_a_request_passed_to_a_peer_becomes_a_new_one_from_the_same_sender() -> None:
    mentee, mentor, request = await pair()
    peer = await person("Chi")
    referrals = (
        request_answers.refer_request(
            mentor, request_id=request.id, referral=Referral(peer.require_user(), "she knows more"), idempotency_key="k"
        )
        for _ in range(3)
    )
    new = (await asyncio.gather(*referrals))[0]
    assert (new.sender_id, new.receiver_id, new.mentor_id, new.mentee_id, new.referred_from_id, new.state) == (
        mentee.user_id,
        peer.user_id,
        peer.user_id,
        mentee.user_id,
        request.id,
        RequestState.SENT,
    )
    assert await MentorshipRequest.all().count() == 2
    await request.refresh_from_db()
    assert (request.state, request.note) == (RequestState.REFERRED, "she knows more")
    assert {entry.kind for entry in await told_to(mentee)} == {"request.sent", "request.referred"}
    assert [entry.kind for entry in await told_to(peer)] == ["request.sent"]


async def test_what_stands_between_sender_and_peer_is_not_told_to_who_passes_on() -> None:
    _, mentor, request = await pair()
    peer = await person("Chi")
    await Profile.filter(id=peer.user_id).update(requests_paused_until=now() + timedelta(days=1))
    with pytest.raises(Conflict) as refusal:
        await request_answers.refer_request(mentor, request_id=request.id, referral=Referral(peer.require_user()))
    assert refusal.value.current == "not_possible"
    await request.refresh_from_db()
    assert request.state is RequestState.SENT
    assert await MentorshipRequest.all().count() == 1


async def test_a_request_is_passed_to_a_third_person_only() -> None:
    mentee, mentor, request = await pair()
    for to in (mentee, mentor):
        with pytest.raises(InvalidInput):
            await request_answers.refer_request(mentor, request_id=request.id, referral=Referral(to.require_user()))


async def test_a_stranger_answers_nothing() -> None:
    _, _, request = await pair()
    stranger = await person("Dee")
    for attempt in (
        request_answers.view_request(stranger, request_id=request.id),
        request_answers.ask_more(stranger, request_id=request.id, text="?"),
        request_answers.decline_request(stranger, request_id=request.id, reason=DeclineReason.OTHER),
        request_answers.refer_request(stranger, request_id=request.id, referral=Referral(stranger.require_user())),
    ):
        with pytest.raises(NotFound):
            await attempt

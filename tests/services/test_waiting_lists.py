"""Waiting lists by skill: whose turn it is, who is asked for them, and what becomes of an offer."""

from datetime import timedelta
from typing import Any

import pytest

from server.domain import waiting as rules
from server.domain.actors import Actor
from server.domain.availability import MentoringFormat
from server.domain.errors import Conflict, InvalidInput, NotFound
from server.domain.mentorships import DeclineReason, RequestState
from server.domain.requests import RequestContent
from server.domain.waiting import OfferOutcome, TooManyPlaces, WaitingState
from server.kit.clock import clock, now
from server.kit.ids import new_id
from server.kit.paging import PageRequest
from server.models.mentorships import Mentorship, MentorshipRequest
from server.models.safety import Block
from server.models.streams import StreamEntry
from server.models.waiting import WaitingOffer, WaitingPlace
from server.queries import waiting as queries
from server.services import waiting_lists as lists
from server.services.mentorships import accept_request
from server.services.request_answers import Referral, decline_request, refer_request
from tests.factories.matching import SKILL, learner, mentor
from tests.factories.mentorships import mentorship, request_row, room_for
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

HELD_TOO_LONG = rules.OFFER_HOLDS + timedelta(minutes=1)


def content(skill_id: str = SKILL, **values: Any) -> RequestContent:
    wanted = {"format": MentoringFormat.CLASSIC, "goal": "Send my first invoice", "minutes_needed": 60, **values}
    return RequestContent(**wanted, skill_ids=(skill_id,))


async def waiting(who: Actor, **values: Any) -> WaitingPlace:
    return await lists.join(who, content=content(**values))


async def offered_to(place: WaitingPlace) -> MentorshipRequest:
    row = await WaitingPlace.get(id=place.id)
    assert row.state is WaitingState.OFFERED
    return await MentorshipRequest.get(id=row.request_id)


async def test_whoever_waited_longest_is_offered_the_mentor_who_comes() -> None:
    first, second = await learner("Ana"), await learner("Bea")
    early, late = await waiting(first), await waiting(second)
    assert await lists.serve_lists() == 0
    mo = await mentor("Mo")
    await room_for(mo, 1)
    assert await lists.serve_lists() == 1
    request = await offered_to(early)
    assert (request.sender_id, request.receiver_id, request.state) == (
        first.user_id,
        mo.user_id,
        RequestState.SENT,
    )
    assert (await WaitingPlace.get(id=late.id)).state is WaitingState.WAITING
    told = [row.kind for row in await StreamEntry.filter(topic=f"user:{first.user_id}").order_by("seq")]
    assert told == ["waiting.joined", "request.sent", "waiting.offered"]
    assert await lists.serve_lists() == 0


async def test_a_yes_serves_a_place() -> None:
    worker, mo = await learner("Ana"), await mentor("Mo")
    place = await waiting(worker)
    await lists.serve_lists()
    await accept_request(mo, request_id=(await offered_to(place)).id)
    assert await lists.serve_lists() == 1
    assert (await WaitingPlace.get(id=place.id)).state is WaitingState.SERVED
    assert (await WaitingOffer.get(place_id=place.id)).outcome is OfferOutcome.ACCEPTED


async def test_a_no_leaves_the_turn_as_it_is_and_asks_somebody_else() -> None:
    worker, mo = await learner("Ana"), await mentor("Mo")
    place = await waiting(worker)
    await lists.serve_lists()
    await decline_request(mo, request_id=(await offered_to(place)).id, reason=DeclineReason.NO_TIME)
    assert await lists.serve_lists() == 1
    kept = await WaitingPlace.get(id=place.id)
    assert (kept.state, kept.created_at) == (WaitingState.WAITING, place.created_at)
    nia = await mentor("Nia")
    await lists.serve_lists()
    assert (await offered_to(place)).receiver_id == nia.user_id


async def test_an_offer_holds_two_days_and_then_passes_on_without_blame() -> None:
    worker, mo = await learner("Ana"), await mentor("Mo")
    place = await waiting(worker)
    await lists.serve_lists()
    first = await offered_to(place)
    nia = await mentor("Nia")
    with clock.moved(rules.OFFER_HOLDS - timedelta(minutes=1)):
        assert await lists.serve_lists() == 0
    with clock.moved(HELD_TOO_LONG):
        assert await lists.serve_lists() == 2
    second = await offered_to(place)
    assert (first.receiver_id, second.receiver_id) == (mo.user_id, nia.user_id)
    passed = await MentorshipRequest.get(id=first.id)
    assert (passed.state, passed.state_reason) == (RequestState.INVALIDATED, "passed_on")


async def test_while_the_mentor_asks_for_more_an_offer_stays() -> None:
    worker, _ = await learner("Ana"), await mentor("Mo")
    place = await waiting(worker)
    await lists.serve_lists()
    request = await offered_to(place)
    await MentorshipRequest.filter(id=request.id).update(state=RequestState.INFO_REQUESTED)
    with clock.moved(HELD_TOO_LONG):
        assert await lists.serve_lists() == 0


async def test_an_offer_that_a_mentor_passes_to_a_peer_goes_on_with_the_peer() -> None:
    worker, mo = await learner("Ana"), await mentor("Mo")
    place = await waiting(worker)
    await lists.serve_lists()
    peer = await person("Pia")
    new = await refer_request(mo, request_id=(await offered_to(place)).id, referral=Referral(peer.require_user()))
    assert await lists.settle(request_id=(await WaitingOffer.get(place_id=place.id)).request_id)
    assert (await offered_to(place)).id == new.id
    await accept_request(peer, request_id=new.id)
    await lists.settle(request_id=new.id)
    assert (await WaitingPlace.get(id=place.id)).state is WaitingState.SERVED


async def test_nobody_is_offered_whom_a_hard_rule_keeps_away() -> None:
    worker, mo = await learner("Ana"), await mentor("Mo")
    place = await waiting(worker)
    await Block.create(blocker_id=mo.user_id, blocked_id=worker.user_id)
    assert await lists.serve_lists() == 0
    full = await mentor("Fay")
    await room_for(full, 0)
    assert await lists.serve_lists() == 0
    assert (await WaitingPlace.get(id=place.id)).state is WaitingState.WAITING


async def test_every_fourth_offer_goes_to_somebody_who_never_had_a_mentor() -> None:
    helper = await person("Hal")
    line = []
    for number in range(5):
        who = await learner(f"Old{number}")
        await mentorship(helper, who)
        line.append(await waiting(who))
    newcomer = await waiting(await learner("New"))
    assert (newcomer.is_first, line[0].is_first) == (True, False)
    found = (await queries.lines_of([(SKILL, MentoringFormat.CLASSIC)]))[SKILL, MentoringFormat.CLASSIC]
    order = rules.serving_order(found.waiting, found.offers_made)
    assert order == [one.id for one in (*line[:3], newcomer, *line[3:])]


async def test_leaving_takes_the_offer_back() -> None:
    worker, _ = await learner("Ana"), await mentor("Mo")
    place = await waiting(worker)
    await lists.serve_lists()
    request = await offered_to(place)
    with pytest.raises(NotFound):
        await lists.leave(await person("Eve"), place_id=place.id)
    assert (await lists.leave(worker, place_id=place.id)).state is WaitingState.LEFT
    assert (await MentorshipRequest.get(id=request.id)).state is RequestState.WITHDRAWN
    with pytest.raises(Conflict):
        await lists.leave(worker, place_id=place.id)
    assert await lists.serve_lists() == 0


async def test_a_request_that_found_nobody_waits_from_when_it_was_sent() -> None:
    worker, other = await learner("Ana"), await person("Mo")
    sent_at = now() - timedelta(days=5)
    asked: dict[str, Any] = {"skill_ids": [SKILL], "sent_at": sent_at}
    over = await request_row(worker, other, state=RequestState.EXPIRED, **asked)
    open_one = await request_row(worker, other, **asked)
    theirs = await request_row(other, worker, state=RequestState.EXPIRED, **asked)
    place = await lists.join_from_request(worker, request_id=over.id)
    assert (place.created_at, place.goal, place.skill_id) == (sent_at, over.goal, SKILL)
    with pytest.raises(Conflict):
        await lists.join_from_request(worker, request_id=open_one.id)
    for hidden in (theirs.id, new_id()):
        with pytest.raises(NotFound):
            await lists.join_from_request(worker, request_id=hidden)


async def test_one_place_in_a_line_and_three_lines_at_most() -> None:
    worker = await learner("Ana")
    await waiting(worker)
    with pytest.raises(Conflict):
        await waiting(worker)
    for kind in (MentoringFormat.MICRO, MentoringFormat.LONG_ARC):
        await waiting(worker, format=kind)
    with pytest.raises(TooManyPlaces):
        await waiting(worker, format=MentoringFormat.REVERSE)
    with pytest.raises(InvalidInput):
        await waiting(worker, skill_id="no:such")


async def test_a_forecast_is_measured_and_there_is_none_without_data() -> None:
    worker = await learner("Ana")
    await waiting(worker)
    key = (SKILL, MentoringFormat.CLASSIC)
    assert rules.forecast(1, (await queries.lines_of([key]))[key].pace) is None
    for number in range(6):
        other = await learner(f"Old{number}")
        place = await waiting(other)
        outcome = OfferOutcome.ACCEPTED if number % 2 else OfferOutcome.REFUSED
        at = now() - timedelta(days=number)
        await WaitingPlace.filter(id=place.id).update(state=WaitingState.LEFT, created_at=now() - timedelta(days=30))
        someone = await person("Mo")
        await WaitingOffer.create(
            place_id=place.id,
            mentor_id=someone.user_id,
            request_id=new_id(),
            until=at,
            outcome=outcome,
            decided_at=at,
        )
    pace = (await queries.lines_of([key]))[key].pace
    assert (pace.offers, pace.accepted, round(pace.days), pace.accept_rate) == (6, 3, 30, 0.5)
    told = rules.forecast(2, pace)
    assert told is not None
    # Three served in thirty days: two more take about twenty, give or take a lot.
    assert told.earliest_days < 20 < told.latest_days


async def test_own_places_are_read_by_their_owner_alone() -> None:
    worker, other = await learner("Ana"), await learner("Bea")
    place = await waiting(worker)
    page = PageRequest(queries.NEWEST_PLACES, size=20)
    assert [one.id for one in (await queries.own_page(worker, page, only_waiting=True)).items] == [place.id]
    assert (await queries.own_page(other, page, only_waiting=False)).items == []
    assert await queries.visible(other, [place.id]) == {}


async def test_serving_twice_at_once_offers_once() -> None:
    import asyncio

    worker, _, _ = await learner("Ana"), await mentor("Mo"), await mentor("Nia")
    place = await waiting(worker)
    await asyncio.gather(*(lists.serve_lists() for _ in range(3)))
    assert await WaitingOffer.filter(place_id=place.id).count() == 1
    assert await Mentorship.all().count() == 0

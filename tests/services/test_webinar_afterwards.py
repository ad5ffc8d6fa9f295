"""After an event: promises and what nobody answered become open asks, and an answer closes them."""

from datetime import timedelta

import pytest

from server.domain.actors import Actor
from server.domain.open_asks import AskOrigin, AskState
from server.domain.question_states import Action, DismissReason
from server.domain.webinars import RETENTION, WebinarAction
from server.kit.clock import clock, now
from server.models.asks import OpenAsk
from server.models.questions import Question, QuestionFollowUp
from server.models.safety import Block
from server.models.streams import FactRecord, StreamEntry
from server.reactions import REACTIONS
from server.services import webinar_archive, webinars
from server.services.webinar_afterwards import close_asks, leave_asks
from tests.factories.webinars import Event, acted, event, live, pending

pytestmark = pytest.mark.usefixtures("db")


async def ended(of: Event) -> list[OpenAsk]:
    await webinars.move_webinar(of.host, webinar_id=of.id, action=WebinarAction.END)
    return await leave_asks(webinar_id=of.id)


async def promised(of: Event, by: Actor, question: Question) -> QuestionFollowUp:
    await acted(by, question, Action.FOLLOW_UP, due_at=now() + timedelta(days=3))
    return await QuestionFollowUp.get(question_id=question.id)


async def test_what_waits_becomes_an_ask_and_what_is_settled_does_not() -> None:
    of = await event()
    ana, bola, chi = of.attendees
    waits, unseen = await live(of, ana, "Who pays for the waiting?"), await pending(of, bola, "Who pays the fuel?")
    answered, dismissed = await live(of, ana, "Is this one answered?"), await pending(of, bola, "Is this one out?")
    taken_back = await pending(of, chi, "Is this one taken back?")
    await acted(of.host, answered, Action.ANSWER_LIVE)
    await acted(of.moderator, dismissed, Action.DISMISS, reason=DismissReason.OFF_TOPIC)
    await acted(chi, taken_back, Action.WITHDRAW)
    asks = await ended(of)
    assert [(ask.origin, ask.origin_id, ask.profile_id, ask.goal) for ask in asks] == [
        (AskOrigin.WEBINAR, waits.id, ana.user_id, "Who pays for the waiting?"),
        (AskOrigin.WEBINAR, unseen.id, bola.user_id, "Who pays the fuel?"),
    ]
    assert not any(ask.is_anonymous or ask.held_by for ask in asks)
    assert [ask.id for ask in await leave_asks(webinar_id=of.id)] == [ask.id for ask in asks]


async def test_nothing_is_left_before_the_end() -> None:
    of = await event()
    await live(of, of.attendees[0])
    assert await leave_asks(webinar_id=of.id) == []


async def test_who_promised_holds_the_ask_first_also_of_an_answered_question() -> None:
    of = await event()
    question = await live(of, of.attendees[0])
    promise = await promised(of, of.panelist, question)
    await acted(of.host, question, Action.ANSWER_LIVE)
    (ask,) = await ended(of)
    assert (ask.origin, ask.origin_id) == (AskOrigin.FOLLOW_UP, promise.id)
    assert (ask.held_by, ask.lease_until) == (of.panelist.user_id, promise.due_at)


@pytest.mark.parametrize("is_owners", [True, False])
async def test_a_block_between_the_two_gives_the_ask_to_anybody_else(is_owners: bool) -> None:
    of = await event()
    pair = [of.panelist, of.attendees[0]] if is_owners else [of.attendees[0], of.panelist]
    await promised(of, of.panelist, await live(of, of.attendees[0]))
    await Block.create(blocker_id=pair[0].require_user(), blocked_id=pair[1].require_user())
    (ask,) = await ended(of)
    assert (ask.held_by, ask.lease_until) == (None, None)


async def test_an_ask_of_a_pseudonym_names_nobody_and_goes_with_the_key() -> None:
    of = await event()
    asked = await live(of, of.attendees[0], anonymous=True)
    named = await live(of, of.attendees[1])
    asks = {ask.origin_id: ask for ask in await ended(of)}
    assert asks[asked.id].is_anonymous
    assert not asks[named.id].is_anonymous
    with clock.moved(by=RETENTION + timedelta(days=1)):
        assert await webinar_archive.unseal_due() == 1
    assert [ask.origin_id for ask in await OpenAsk.all()] == [named.id]
    kept = [row.payload for row in await FactRecord.filter(kind="ask.opened")]
    kept += [row.payload for row in await StreamEntry.filter(kind="ask.opened")]
    assert sum(str(asks[asked.id].id) in payload for payload in kept) == 0
    assert sum(str(asks[named.id].id) in payload for payload in kept) == 2


async def test_an_answer_or_a_kept_promise_closes_the_ask() -> None:
    of = await event()
    one, two = await live(of, of.attendees[0]), await live(of, of.attendees[1])
    await promised(of, of.panelist, two)
    await ended(of)
    await close_asks(question_id=one.id)
    assert await OpenAsk.filter(state=AskState.OPEN).count() == 2
    await acted(of.host, one, Action.ANSWER_TEXT, text="In short: you do.")
    await close_asks(question_id=one.id)
    await webinar_archive.keep_promise(of.panelist, question_id=two.id)
    await close_asks(question_id=two.id)
    assert [ask.state for ask in await OpenAsk.all()] == [AskState.WITHDRAWN] * 2


def test_the_facts_lead_there() -> None:
    kinds = {fact.kind for fact in REACTIONS}
    assert {"webinar.changed", "question.own_changed"} <= kinds

"""What is written in circles: discussions, asks, reactions, resources; blocks, veils, checks, size, health."""

from datetime import timedelta

import pytest

from server.domain.circle_health import HealthTerm
from server.domain.circle_talk import Reaction, ThreadKind, ThreadState
from server.domain.circles import CircleKind, CircleState, JoinMode, SeatState
from server.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from server.kit.clock import clock
from server.kit.paging import PageRequest
from server.models.circle_talk import CircleCheck, CirclePost
from server.models.circles import Circle, CircleSeat
from server.models.profiles import Profile
from server.models.safety import Block
from server.models.streams import FactRecord, StreamEntry
from server.queries import circle_growth as growth_queries
from server.queries import circle_meetings as meeting_queries
from server.queries import circle_talk as queries
from server.queries import circles as circle_queries
from server.services import circle_care, circle_growth, circle_seats, circle_sweeps, circle_talk
from server.services.circle_seats import JoinForm
from server.services.circle_talk import ResourceForm, ThreadForm
from tests.factories.circles import proposed, ring
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

ALL = PageRequest(queries.OLDEST_POSTS, size=100)


async def test_a_discussion_is_read_by_members_and_changed_by_its_authors() -> None:
    of = await ring(3)
    ana, bola, _ = of.people
    thread = await circle_talk.open_thread(ana, circle_id=of.id, form=ThreadForm("Rates", "What do you ask?", "money"))
    post = await circle_talk.add_post(bola, thread_id=thread.id, text="Twenty an hour", idempotency_key="k")
    again = await circle_talk.add_post(bola, thread_id=thread.id, text="Twenty an hour", idempotency_key="k")
    assert post.id == again.id
    with pytest.raises(NotAllowed):
        await circle_talk.edit_post(ana, post_id=post.id, text="Ten")
    await circle_talk.edit_post(bola, post_id=post.id, text="Twenty-five")
    await circle_talk.react_to_post(ana, post_id=post.id, kind=Reaction.THANKS, is_given=True)
    await circle_talk.react_to_post(ana, post_id=post.id, kind=Reaction.THANKS, is_given=True)
    (count,) = (await queries.reactions_of(ana, [post.id]))[post.id]
    assert (count.kind, count.total, count.is_mine) == (Reaction.THANKS, 1, True)
    texts = [row.text for row in (await queries.posts_of(ana, [thread.id], ALL))[thread.id].items]
    assert texts == ["What do you ask?", "Twenty-five"]
    await circle_talk.delete_post(bola, post_id=post.id)
    assert (await CirclePost.get(id=post.id)).text == ""
    first = await CirclePost.get(thread_id=thread.id, author_id=ana.user_id)
    for _ in range(2):
        await circle_talk.take_post_out(post_id=first.id)
    assert (await CirclePost.get(id=first.id)).text == ""
    stranger = await person("Eve")
    with pytest.raises(NotFound):
        await circle_talk.add_post(stranger, thread_id=thread.id, text="Hi")
    assert (await queries.posts_of(stranger, [thread.id], ALL))[thread.id].items == []


async def test_an_ask_goes_stale_wakes_with_a_word_and_is_settled_by_its_author() -> None:
    of = await ring(3)
    ana, bola, _ = of.people
    form = ThreadForm("A bike", "Who lends me one?", kind=ThreadKind.ASK)
    ask = await circle_talk.open_thread(ana, circle_id=of.id, form=form)
    await circle_talk.add_post(ana, thread_id=ask.id, text="Anybody?")
    with clock.moved(by=timedelta(days=6)):
        assert await circle_sweeps.mark_stale_asks() == 0
    with clock.moved(by=timedelta(days=8)):
        assert await circle_sweeps.mark_stale_asks() == 1
        assert (await queries.visible_threads(bola, [ask.id]))[ask.id].state is ThreadState.STALE
        await circle_talk.add_post(bola, thread_id=ask.id, text="I do")
        assert (await queries.visible_threads(bola, [ask.id]))[ask.id].state is ThreadState.OPEN
        with pytest.raises(NotAllowed):
            await circle_talk.settle_thread(bola, thread_id=ask.id, state=ThreadState.ANSWERED)
        settled = await circle_talk.settle_thread(ana, thread_id=ask.id, state=ThreadState.ANSWERED)
        assert settled.state is ThreadState.ANSWERED
    await circle_talk.settle_thread(ana, thread_id=ask.id, state=ThreadState.CLOSED)
    with pytest.raises(Conflict):
        await circle_talk.add_post(bola, thread_id=ask.id, text="Too late")


async def test_two_with_a_block_are_not_shown_each_others_words_reactions_or_lines_of_the_feed() -> None:
    of = await ring(4)
    ana, bola, cy, _ = of.people
    talk = await circle_talk.open_thread(cy, circle_id=of.id, form=ThreadForm("Rates", "What do you ask?"))
    said = await circle_talk.add_post(bola, thread_id=talk.id, text="Twenty")
    first = await CirclePost.get(thread_id=talk.id, author_id=cy.user_id)
    await circle_talk.react_to_post(bola, post_id=first.id, kind=Reaction.HEART, is_given=True)
    own = await circle_talk.open_thread(bola, circle_id=of.id, form=ThreadForm("Mine", "Hidden from Ana"))
    link = await circle_talk.add_resource(bola, circle_id=of.id, form=ResourceForm("https://example.org", "Rates"))
    feed = PageRequest(circle_queries.NEWEST_ITEMS, size=100)
    before = len((await circle_queries.feeds_of(ana, [of.id], feed))[of.id].items)
    await Block.create(blocker_id=bola.user_id, blocked_id=ana.user_id)
    texts = [row.text for row in (await queries.posts_of(ana, [talk.id], ALL))[talk.id].items]
    assert texts == ["What do you ask?"]
    assert (await queries.reactions_of(ana, [first.id]))[first.id] == []
    assert await queries.visible_threads(ana, [own.id]) == {}
    assert await queries.visible_resources(ana, [link.id]) == {}
    assert await queries.visible_posts(ana, [said.id]) == {}
    # Gone: that Bola came, their discussion, their resource.
    assert len((await circle_queries.feeds_of(ana, [of.id], feed))[of.id].items) == before - 3
    seats = {view.id: view for view in (await circle_queries.seats_of(ana, [of.id]))[of.id]}
    assert len(seats) == 4
    assert seats[(await of.seat_of(bola)).id].profile_id is None
    with pytest.raises(NotFound):
        await circle_talk.react_to_post(ana, post_id=said.id, kind=Reaction.HEART, is_given=True)
    with pytest.raises(NotFound):
        await circle_talk.add_post(ana, thread_id=own.id, text="I see you")
    assert len((await queries.posts_of(cy, [talk.id], ALL))[talk.id].items) == 2


async def test_no_fact_for_a_circles_followers_names_a_person_or_holds_their_words() -> None:
    of = await ring(3)
    ana, bola, _ = of.people
    form = ThreadForm("A secret title", "A secret text", "A secret theme")
    talk = await circle_talk.open_thread(bola, circle_id=of.id, form=form)
    await circle_talk.add_post(ana, thread_id=talk.id, text="A secret answer")
    told = [row.payload for row in await StreamEntry.filter(topic=f"circle:{of.id}")]
    assert len(told) > 5
    everything = " ".join(told)
    for hidden in (*(str(who.user_id) for who in of.people), "secret"):
        assert hidden not in everything


async def test_in_a_circle_of_nicknames_a_block_shows_nothing_less_and_members_hide_each_other_by_seat() -> None:
    ana, bola = await person("Ana"), await person("Bola")
    circle = await proposed(ana, CircleKind.SUPPORT, join_mode=JoinMode.OPEN, nickname="Heron")
    seat = await circle_seats.join_circle(bola, circle_id=circle.id, form=JoinForm(nickname="Owl"))
    talk = await circle_talk.open_thread(bola, circle_id=circle.id, form=ThreadForm("Tired", "Again"))
    (view,) = [one for one in (await circle_queries.seats_of(ana, [circle.id]))[circle.id] if not one.is_own]
    assert (view.nickname, view.profile_id) == ("Owl", None)
    await Block.create(blocker_id=ana.user_id, blocked_id=bola.user_id)
    assert list(await queries.visible_threads(ana, [talk.id])) == [talk.id]
    await circle_seats.hide_seat(ana, seat_id=seat.id, is_hidden=True)
    assert await queries.visible_threads(ana, [talk.id]) == {}
    (view,) = [one for one in (await circle_queries.seats_of(ana, [circle.id]))[circle.id] if not one.is_own]
    assert view.nickname is None
    await circle_seats.hide_seat(ana, seat_id=seat.id, is_hidden=False)
    assert list(await queries.visible_threads(ana, [talk.id])) == [talk.id]


async def test_a_check_is_for_oneself_alone_and_offers_helplines_when_it_is_low() -> None:
    of = await ring(3)
    bola = of.people[1]
    await Profile.filter(id=bola.user_id).update(country="DE")
    facts = await FactRecord.all().count()
    low = await circle_care.check_in(bola, circle_id=of.id, level=1, note="Hard week")
    assert [line.phone for line in low.helplines] == ["0800 1110111", "0800 1110222"]
    fine = await circle_care.check_in(bola, circle_id=of.id, level=4)
    assert list(fine.helplines) == []
    elsewhere = await circle_care.check_in(of.lead, circle_id=of.id, level=2)
    assert [line.phone for line in elsewhere.helplines] == [""]
    assert await FactRecord.all().count() == facts
    page = PageRequest(queries.NEWEST_CHECKS, size=10)
    assert [row.level for row in (await queries.own_checks(bola, page)).items] == [4, 1]
    assert [row.level for row in (await queries.own_checks(of.lead, page)).items] == [2]
    with pytest.raises(InvalidInput):
        await circle_care.check_in(bola, circle_id=of.id, level=6)
    assert await circle_care.forget_checks(bola) == 2
    assert await CircleCheck.all().count() == 1


async def test_a_big_circle_is_advised_to_split_and_a_split_seats_all() -> None:
    of = await ring(9, most=20)
    advice = (await growth_queries.advice_of(of.lead, [of.id]))[of.id]
    assert advice.halves is not None
    assert sorted(map(len, advice.halves)) == [4, 5]
    assert (await growth_queries.advice_of(of.people[1], [of.id]))[of.id].halves is None
    own = (await of.seat_of(of.lead)).id
    moving = next(half for half in advice.halves if own not in half)
    with pytest.raises(InvalidInput):
        await circle_growth.split_circle(of.lead, circle_id=of.id, seat_ids=[own], name="The others")
    with pytest.raises(Conflict):
        await circle_growth.split_circle(of.lead, circle_id=of.id, seat_ids=moving[:1], name="The others")
    fresh = await circle_growth.split_circle(of.lead, circle_id=of.id, seat_ids=moving, name="The others")
    seated = {key: await CircleSeat.filter(circle_id=key, state=SeatState.SEATED).count() for key in (of.id, fresh.id)}
    assert seated == {of.id: 9 - len(moving), fresh.id: len(moving)}
    assert fresh.state is CircleState.FORMING


async def test_a_small_circle_is_joined_to_another_when_both_leads_agree() -> None:
    of, into = await ring(3), await ring(4)
    assert (await growth_queries.advice_of(of.lead, [of.id]))[of.id].partners == [into.id]
    with pytest.raises(NotAllowed):
        await circle_growth.offer_merge(of.people[1], circle_id=of.id, into_id=into.id)
    offer = await circle_growth.offer_merge(of.lead, circle_id=of.id, into_id=into.id)
    with pytest.raises(Conflict):
        await circle_growth.offer_merge(of.lead, circle_id=of.id, into_id=into.id)
    with pytest.raises(NotAllowed):
        await circle_growth.answer_merge(of.lead, offer_id=offer.id, accept=True)
    assert [one.id for one in (await growth_queries.offers_to(into.lead, [into.id]))[into.id]] == [offer.id]
    await circle_growth.answer_merge(into.lead, offer_id=offer.id, accept=True)
    assert await CircleSeat.filter(circle_id=into.id, state=SeatState.SEATED).count() == 7
    assert (await Circle.get(id=of.id)).state is CircleState.CLOSING
    with pytest.raises(Conflict):
        await circle_growth.answer_merge(into.lead, offer_id=offer.id, accept=True)


async def test_health_says_why_and_what_helps_or_that_it_is_too_early() -> None:
    of = await ring(3)
    lines = {line.term: line for line in (await meeting_queries.health_of(of.lead, [of.id]))[of.id]}
    assert {term: line.score for term, line in lines.items()} == dict.fromkeys(HealthTerm)
    form = ThreadForm("A bike", "Who lends me one?", kind=ThreadKind.ASK)
    await circle_talk.open_thread(of.lead, circle_id=of.id, form=form)
    with clock.moved(by=timedelta(days=8)):
        await circle_sweeps.mark_stale_asks()
        lines = {line.term: line for line in (await meeting_queries.health_of(of.lead, [of.id]))[of.id]}
    asks = lines[HealthTerm.UNANSWERED_ASKS]
    assert (asks.score, asks.step) == (0.0, "Begin the next meeting with the oldest ask.")
    assert (await meeting_queries.health_of(await person("Eve"), [of.id]))[of.id] == []

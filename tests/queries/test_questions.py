"""The six orders: SQL says what the domain says, page by page, under freeze; and who sees which question."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from server.domain.actors import Actor, Role
from server.domain.question_order import EPOCH, ORDERS, QuestionSort, Ranked, key_of
from server.domain.question_states import Action, DismissReason, QuestionState
from server.kit.clock import clock, now
from server.kit.paging import PageRequest, decode_cursor
from server.models.questions import Question, QuestionTally
from server.queries import questions as queries
from server.queries import webinars as webinar_queries
from server.queries.question_pages import page_of
from server.queries.question_views import cards_of, listed_from
from server.queries.questions import TransparencyCard
from server.services import questions
from tests.factories.people import person
from tests.factories.webinars import Event, acted, event, live, pending

pytestmark = pytest.mark.usefixtures("db")


async def all_of(of: Event, sort: QuestionSort, size: int, who: Actor | None = None) -> list[UUID]:
    """Read an order page by page."""
    found: list[UUID] = []
    page = PageRequest(ORDERS[sort], size)
    while True:
        read = await page_of(who or of.moderator, of.id, page, sort=sort)
        found.extend(one.id for one in read.items)
        if not read.has_next:
            return found
        page = PageRequest(ORDERS[sort], size, decode_cursor(ORDERS[sort], read.cursors[-1]))


async def ranked_of(of: Event) -> dict[UUID, Ranked]:
    """Return what the orders look at, read by other means than theirs."""
    rows = await Question.filter(webinar_id=of.id, is_shown=True).exclude(state=QuestionState.MERGED)
    tallies = {row.question_id: row for row in await QuestionTally.all()}
    served: dict[UUID, datetime | None] = {}
    for row in rows:
        others = [
            other.answered_at
            for other in rows
            if other.id != row.id
            and other.shown_as == row.shown_as
            and (other.author_id, other.pseudonym) == (row.author_id, row.pseudonym)
            and other.answered_at is not None
        ]
        served[row.id] = max(others, default=None)
    return {
        row.id: Ranked(
            id=row.id,
            votes=tallies[row.id].votes,
            heat=tallies[row.id].heat,
            shown_at=row.shown_at or now(),
            exposed_seconds=row.exposed_seconds,
            live_since=row.live_since,
            asker_served_at=served[row.id],
            queue_rank=row.queue_rank,
        )
        for row in rows
    }


async def filled(seed: int) -> Event:
    """Make an event with questions, votes and answers at different instants."""
    dice = random.Random(seed)
    of = await event(attendees=5)
    made: list[Question] = []
    for step in range(12):
        with clock.moved(timedelta(minutes=step * 3 + dice.random() - 60)):
            asker = of.attendees[step % 5]
            made.append(await live(of, asker, f"Question number {step}?", anonymous=dice.random() < 0.4))
            for voter in of.attendees:
                if not made:
                    continue
                target = dice.choice(made)
                if target.author_id != voter.user_id and (await Question.get(id=target.id)).state == "live":
                    await questions.vote(voter, question_id=target.id)
            if made and dice.random() < 0.4:
                target = dice.choice(made)
                if (await Question.get(id=target.id)).state == "live":
                    await acted(of.host, target, Action.ANSWER_LIVE)
                    made.remove(target)
            if dice.random() < 0.4 and made:
                await acted(of.host, dice.choice(made), Action.QUEUE, rank=dice.randrange(3))
    return of


@pytest.mark.parametrize("sort", list(QuestionSort))
async def test_every_order_in_sql_is_the_order_of_the_domain(sort: QuestionSort) -> None:
    of = await filled(seed=7)
    ranked = await ranked_of(of)
    if sort in (QuestionSort.OLDEST_UNANSWERED, QuestionSort.QUEUE):
        open_rows = await Question.filter(webinar_id=of.id, state__in=["live", "answering"])
        ranked = {row.id: ranked[row.id] for row in open_rows}
    if sort is QuestionSort.FAIR:
        page = await page_of(of.moderator, of.id, PageRequest(ORDERS[sort], 100), sort=sort)
        first = decode_cursor(ORDERS[sort], page.cursors[0])
        as_of = EPOCH + timedelta(microseconds=first[0])
        read = [one.id for one in page.items]
        assert read == sorted(read, key=lambda one: key_of(sort, ranked[one], as_of), reverse=True)
        keys = [decode_cursor(ORDERS[sort], cursor) for cursor in page.cursors]
        assert [key[2:] for key in keys] == [key_of(sort, ranked[one], as_of)[2:] for one in read]
        assert [key[1] for key in keys] == pytest.approx([key_of(sort, ranked[one], as_of)[1] for one in read])
    else:
        read = await all_of(of, sort, 100)
        expected = sorted(ranked, key=lambda one: key_of(sort, ranked[one], now()), reverse=ORDERS[sort].descending)
        assert read == expected
    assert set(read) == set(ranked)


@pytest.mark.parametrize("sort", list(QuestionSort))
async def test_pages_join_without_a_gap_or_a_repeat(sort: QuestionSort) -> None:
    of = await filled(seed=3)
    whole = await page_of(of.moderator, of.id, PageRequest(ORDERS[sort], 100), sort=sort)
    paged = await all_of(of, sort, 2)
    assert len(paged) == len(set(paged)) == len(whole.items) > 4
    if sort is not QuestionSort.FAIR:
        assert paged == [one.id for one in whole.items]
    last = await page_of(of.moderator, of.id, PageRequest(ORDERS[sort], 2, backward=True), sort=sort)
    assert len(last.items) == 2
    assert last.has_previous


@pytest.mark.parametrize("sort", [QuestionSort.POPULAR, QuestionSort.TRENDING, QuestionSort.FAIR])
async def test_the_order_stands_still_while_a_question_is_answered(sort: QuestionSort) -> None:
    of = await event(attendees=5)
    asked = [await live(of, who, f"Question of {n}, please?") for n, who in enumerate(of.attendees[:3])]
    await questions.vote(of.attendees[3], question_id=asked[0].id)
    before = await all_of(of, sort, 10)
    await acted(of.host, asked[0], Action.START)
    for voter in of.attendees[3:]:
        await questions.vote(voter, question_id=asked[2].id)
    new = await live(of, of.attendees[4], "One that came meanwhile?")
    assert await all_of(of, sort, 10) == [*before, new.id]
    await acted(of.host, asked[0], Action.RELEASE)
    assert (await all_of(of, sort, 10))[0] == asked[2].id


async def test_the_fair_order_knows_no_more_of_a_pseudonym_than_the_pseudonym_did() -> None:
    of = await event(attendees=4)
    ana, bola = of.attendees[:2]
    answered = await live(of, ana, "Asked under my name, first?")
    await acted(of.host, answered, Action.ANSWER_LIVE)
    named = await live(of, ana, "Asked under my name, again?")
    hidden = await live(of, ana, "Asked under no name at all?", anonymous=True)
    other = await live(of, bola, "Asked by somebody new here?")
    for question in (named, hidden, other):
        await questions.vote(of.attendees[2], question_id=question.id)
    read = [one for one in await all_of(of, QuestionSort.FAIR, 10) if one != answered.id]
    assert read[-1] == named.id
    assert {read[0], read[1]} == {hidden.id, other.id}


async def test_trending_prefers_the_new_votes_and_popular_the_many() -> None:
    of = await event(attendees=5)
    old = await live(of, of.attendees[0], "A question of yesterday?")
    for voter in of.attendees[1:]:
        await questions.vote(voter, question_id=old.id)
    with clock.moved(timedelta(hours=1)):
        new = await live(of, of.attendees[1], "A question of this minute?")
        await questions.vote(of.attendees[0], question_id=new.id)
        assert (await all_of(of, QuestionSort.TRENDING, 10))[0] == new.id
        assert (await all_of(of, QuestionSort.POPULAR, 10))[0] == old.id


async def test_each_sees_what_is_theirs_to_see() -> None:
    of = await event()
    ana, bola = of.attendees[:2]
    shown, hidden = await live(of, bola), await pending(of, ana)
    stranger = await person("Stranger")
    manager = await person("Manager", roles=frozenset({Role.COMMUNITY_MANAGER}))
    ids = [shown.id, hidden.id]
    expected = {
        of.moderator: (2, 0, 1),
        manager: (2, 0, 1),
        of.panelist: (0, 0, 1),
        ana: (0, 1, 1),
        bola: (0, 1, 1),
        stranger: (0, 0, 0),
    }
    for who, counts in expected.items():
        seen = await queries.seen(who, ids)
        assert (len(seen.staff), len(seen.own), len(seen.shown)) == counts
        read = await page_of(who, of.id, PageRequest(ORDERS[QuestionSort.RECENT]), sort=QuestionSort.RECENT)
        assert [one.id for one in read.items] == ([shown.id] if counts[2] else [])
        page = PageRequest(queries.REVIEW_OLDEST)
        review = await queries.review_page(who, of.id, page, states=[QuestionState.PENDING])
        assert [card.row.id for card in review.items] == ([hidden.id] if counts[0] else [])
        queue = await page_of(who, of.id, PageRequest(ORDERS[QuestionSort.QUEUE]), sort=QuestionSort.QUEUE)
        assert bool(queue.items) == (who in (of.moderator, manager, of.panelist))


async def test_own_questions_and_votes_are_found() -> None:
    of = await event()
    ana, bola = of.attendees[:2]
    one, two = await live(of, ana), await pending(of, ana)
    page = await queries.own_page(ana, PageRequest(queries.OWN_NEWEST), webinar_id=of.id)
    assert [card.row.id for card in page.items] == [two.id, one.id]
    await questions.vote(bola, question_id=one.id)
    assert await queries.voted(bola, [one.id, two.id]) == {one.id}
    assert await queries.voted(ana, [one.id]) == set()
    into = await live(of, of.attendees[2])
    await acted(of.moderator, one, Action.MERGE, into_id=into.id)
    assert await queries.voted(bola, [into.id]) == {into.id}


async def test_the_transparency_card_adds_up() -> None:
    of = await event()
    ana, bola, chi = of.attendees
    await live(of, ana)
    await pending(of, ana)
    for who, reason in ((bola, DismissReason.OFF_TOPIC), (chi, DismissReason.OFF_TOPIC), (chi, DismissReason.UNCLEAR)):
        await acted(of.moderator, await pending(of, who), Action.DISMISS, reason=reason)
    await acted(of.host, await live(of, bola), Action.ANSWER_LIVE)
    card = (await queries.transparency_of([of.id]))[of.id]
    assert card == TransparencyCard(received=6, live=1, answered=1, waiting=1, dismissed={"off_topic": 2, "unclear": 1})


async def test_a_listed_question_says_what_the_views_say() -> None:
    of = await filled(seed=11)
    ana, bola = of.attendees[:2]
    answered, twice = await live(of, ana, "Answered in text?"), await live(of, bola, "Asked twice?", anonymous=True)
    await acted(of.host, answered, Action.ANSWER_TEXT, text="For everybody.")
    into = await live(of, of.attendees[2], "The one it goes into?")
    await acted(of.moderator, twice, Action.MERGE, into_id=into.id)
    page = await page_of(ana, of.id, PageRequest(ORDERS[QuestionSort.RECENT], 100), sort=QuestionSort.RECENT)
    cards = await cards_of(await Question.filter(id__in=[one.id for one in page.items]))
    assert [one._replace(answers=list(one.answers)) for one in page.items] == [
        told._replace(answers=list(told.answers))
        for told in (listed_from(cards[one.id]) for one in page.items)
        if told is not None
    ]
    assert {one.pseudonym is None for one in page.items} == {True, False}
    assert {one.named_author is None for one in page.items} == {True, False}
    assert any(one.answers for one in page.items)


async def test_a_webinar_is_told_alike_from_one_statement_and_from_its_rows() -> None:
    of = await event(attendees=1)
    for who in (of.host, of.attendees[0], await person("Somebody")):
        rows = await webinar_queries.visible(who, [of.id])
        assert await webinar_queries.shown_to(who, [of.id]) == await webinar_queries.shown(list(rows.values()))

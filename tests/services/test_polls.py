"""Polls: one ballot each, counted exactly, told to nobody before the close, and tied to no voter anywhere."""

import asyncio
from typing import Any

import pytest

from server.domain import topics
from server.domain.errors import Conflict, LimitReached, NotAllowed, NotFound, RateLimited
from server.domain.polls import Ballot, PollAction, PollForm, PollKind, PollState
from server.domain.webinars import Pace
from server.models.database import connection
from server.models.polls import Poll, PollCount, PollParticipation
from server.models.streams import FactRecord, StreamEntry
from server.queries import polls as queries
from server.services import polls
from server.services.ports import NoPublisher, ports
from tests.factories.logins import counting
from tests.factories.people import person
from tests.factories.webinars import Event, event
from tests.services.test_questions import Ears

pytestmark = pytest.mark.usefixtures("db")

COLOURS = PollForm(PollKind.SINGLE, "Which colour?", ("red", "green"))


async def opened(of: Event, form: PollForm = COLOURS) -> Poll:
    poll = await polls.draft_poll(of.moderator, webinar_id=of.id, form=form)
    return await polls.move_poll(of.moderator, poll_id=poll.id, action=PollAction.OPEN)


async def test_many_ballots_at_once_are_counted_exactly_and_once_each() -> None:
    of = await event(attendees=10)
    poll = await opened(of, PollForm(PollKind.MULTIPLE, "Which?", ("a", "b", "c"), most_choices=3))
    outcomes = await asyncio.gather(
        *(
            polls.cast_ballot(who, poll_id=poll.id, ballot=Ballot((2, 0, 1)[: number % 3 + 1]))
            for number, who in enumerate(of.attendees)
            for _ in range(2)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 10
    counts = {row.key: row.count for row in await PollCount.filter(poll_id=poll.id)}
    assert counts == {"o:2": 10, "o:0": 6, "o:1": 3}
    assert await PollParticipation.filter(poll_id=poll.id).count() == 10


async def test_who_took_part_is_known_and_what_they_said_is_in_no_row() -> None:
    of = await event(attendees=4)
    poll = await opened(of, PollForm(PollKind.WORD_CLOUD, "One word?"))
    for number, who in enumerate(of.attendees):
        await polls.cast_ballot(who, poll_id=poll.id, ballot=Ballot(words=("teamwork", f"single{number}")))
    assert await queries.taken_part(of.attendees[0], [poll.id]) == {poll.id}
    _, tables = await connection().execute_query(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'poll_count'"
    )
    for table in tables:
        _, rows = await connection().execute_query(f'SELECT t::text AS line FROM "{table["tablename"]}" t')
        assert not [row["line"] for row in rows if "single" in row["line"] or "teamwork" in row["line"]]
    _, columns = await connection().execute_query(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = 'poll_count' ORDER BY 1"
    )
    assert [row["column_name"] for row in columns] == ["count", "id", "key", "poll_id"]


async def test_nobody_sees_a_result_before_the_close_nor_the_audience_before_it_is_shown() -> None:
    of = await event(attendees=3)
    poll = await opened(of, PollForm(PollKind.QUIZ, "Which is right?", ("red", "green"), correct=(1,)))
    for who in of.attendees:
        await polls.cast_ballot(who, poll_id=poll.id, ballot=Ballot((1,)))

    async def seen() -> list[Any]:
        views = [(await queries.visible(who, [poll.id]))[poll.id] for who in (of.moderator, of.attendees[0])]
        return [(view.results is not None, view.correct is not None, view.ballots) for view in views]

    assert await seen() == [(False, True, None), (False, False, None)]
    await polls.move_poll(of.moderator, poll_id=poll.id, action=PollAction.CLOSE)
    assert await seen() == [(True, True, 3), (False, False, 3)]
    await polls.move_poll(of.moderator, poll_id=poll.id, action=PollAction.SHOW_RESULTS)
    assert await seen() == [(True, True, 3), (True, True, 3)]
    await polls.move_poll(of.moderator, poll_id=poll.id, action=PollAction.HIDE_RESULTS)
    assert await seen() == [(True, True, 3), (False, False, 3)]


async def test_two_ballots_are_shown_to_nobody() -> None:
    of = await event(attendees=2)
    poll = await opened(of)
    for who in of.attendees:
        await polls.cast_ballot(who, poll_id=poll.id, ballot=Ballot((0,)))
    await polls.move_poll(of.moderator, poll_id=poll.id, action=PollAction.CLOSE)
    with pytest.raises(LimitReached):
        await polls.move_poll(of.moderator, poll_id=poll.id, action=PollAction.SHOW_RESULTS)
    assert (await queries.visible(of.host, [poll.id]))[poll.id].results is None


async def test_a_poll_is_answered_only_while_it_is_open_and_by_those_inside() -> None:
    of = await event()
    draft = await polls.draft_poll(of.moderator, webinar_id=of.id, form=COLOURS, idempotency_key="k")
    again = await polls.draft_poll(of.moderator, webinar_id=of.id, form=COLOURS, idempotency_key="k")
    assert draft.id == again.id
    with pytest.raises(NotFound):
        await polls.cast_ballot(of.attendees[0], poll_id=draft.id, ballot=Ballot((0,)))
    assert await queries.visible(of.attendees[0], [draft.id]) == {}
    poll = await polls.move_poll(of.moderator, poll_id=draft.id, action=PollAction.OPEN)
    with pytest.raises(NotFound):
        await polls.cast_ballot(await person("Stranger"), poll_id=poll.id, ballot=Ballot((0,)))
    await polls.move_poll(of.moderator, poll_id=poll.id, action=PollAction.CLOSE)
    with pytest.raises(Conflict):
        await polls.cast_ballot(of.attendees[0], poll_id=poll.id, ballot=Ballot((0,)))


async def test_polls_are_made_and_moved_by_moderators() -> None:
    of = await event()
    poll = await opened(of)
    for who in (of.panelist, of.attendees[0]):
        with pytest.raises(NotAllowed):
            await polls.draft_poll(who, webinar_id=of.id, form=COLOURS)
        with pytest.raises(NotFound):
            await polls.move_poll(who, poll_id=poll.id, action=PollAction.CLOSE)
    with pytest.raises(Conflict):
        await polls.move_poll(of.host, poll_id=poll.id, action=PollAction.CLOSE, expected_version=1)


async def test_two_who_close_a_poll_at_once_close_it_once() -> None:
    of = await event()
    poll = await opened(of)
    outcomes = await asyncio.gather(
        *(polls.move_poll(who, poll_id=poll.id, action=PollAction.CLOSE) for who in (of.host, of.moderator)),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Poll"]
    assert (await Poll.get(id=poll.id)).state is PollState.CLOSED


async def test_a_ballot_is_in_no_fact_and_no_entry() -> None:
    of = await event()
    poll = await opened(of)
    before = await FactRecord.all().count(), await StreamEntry.all().count()
    await polls.cast_ballot(of.attendees[0], poll_id=poll.id, ballot=Ballot((0,)))
    assert (await FactRecord.all().count(), await StreamEntry.all().count()) == before


async def test_reactions_and_paces_are_sums_on_the_lane_that_may_lose_them() -> None:
    of = await event()
    ears = Ears()
    ports.publisher = ears
    try:
        for who in of.attendees:
            await polls.react(who, webinar_id=of.id, kind="applause")
            await polls.set_pace(who, webinar_id=of.id, pace=Pace.SLOWER)
        await polls.set_pace(of.attendees[0], webinar_id=of.id, pace=Pace.FINE)
    finally:
        ports.publisher = NoPublisher()
    reactions = [s.payload for s in ears.heard if s.topic == topics.webinar(of.id).name]
    assert reactions == ['{"total":1}', '{"total":2}', '{"total":3}']
    paces = [s for s in ears.heard if s.topic == topics.webinar_staff(of.id).name]
    assert sorted(paces[-1].payload.strip("{}").split(",")) == ['"fine":1', '"slower":2']
    with counting():
        for _ in range(10):
            await polls.react(of.attendees[0], webinar_id=of.id, kind="heart")
        with pytest.raises(RateLimited):
            await polls.react(of.attendees[0], webinar_id=of.id, kind="heart")
    with pytest.raises(NotFound):
        await polls.react(await person("Stranger"), webinar_id=of.id, kind="heart")

"""Merged questions and their votes: a union of people, exact while votes and merges race, and kept by the archive."""

import asyncio

import pytest

from server.domain.question_states import Action, QuestionState
from server.models.database import connection
from server.models.questions import Question, QuestionTally
from server.services import questions
from server.services.transaction import unit_of_work
from tests.factories.webinars import acted, event, live

pytestmark = pytest.mark.usefixtures("db")

_UNION = """
SELECT count(DISTINCT voter_id)::int AS voters FROM question_vote v JOIN question q ON q.id = v.question_id
WHERE q.id = $1 OR q.merged_into = $1
"""


async def votes_and_voters(question: Question) -> tuple[int, int]:
    """Return the tally of a question, and how many people stand behind it by their ballots."""
    _, rows = await connection().execute_query(_UNION, [question.id])
    return (await QuestionTally.get(question_id=question.id)).votes, rows[0]["voters"]


async def until_somebody_waits() -> None:
    """Return once a statement of this database waits for a lock."""
    # Not pg_stat_activity: inside a transaction that keeps showing what its first look showed.
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
    async with asyncio.timeout(20):
        while not (await connection().execute_query(waiting))[1]:
            await asyncio.sleep(0.01)


async def test_a_vote_that_commits_while_a_merge_waits_for_it_is_counted() -> None:
    of = await event(attendees=5)
    source, target = await live(of, of.attendees[3]), await live(of, of.attendees[4])
    await questions.vote(of.attendees[0], question_id=source.id)
    async with unit_of_work():
        await questions.vote(of.attendees[1], question_id=target.id)
        merging = asyncio.create_task(acted(of.moderator, source, Action.MERGE, into_id=target.id))
        await until_somebody_waits()
    await merging
    assert await votes_and_voters(target) == (2, 2)


async def test_a_vote_that_waits_for_a_merge_counts_nobody_twice() -> None:
    of = await event(attendees=5)
    source, target = await live(of, of.attendees[3]), await live(of, of.attendees[4])
    await questions.vote(of.attendees[0], question_id=source.id)
    async with unit_of_work():
        await acted(of.moderator, source, Action.MERGE, into_id=target.id)
        voting = asyncio.create_task(questions.vote(of.attendees[0], question_id=target.id))
        await until_somebody_waits()
    assert (await voting).votes == 1
    assert await votes_and_voters(target) == (1, 1)


async def test_archiving_a_merged_question_takes_no_vote_from_the_one_it_went_into() -> None:
    of = await event(attendees=5)
    source, target = await live(of, of.attendees[3]), await live(of, of.attendees[4])
    await questions.vote(of.attendees[0], question_id=source.id)
    await questions.vote(of.attendees[1], question_id=target.id)
    await acted(of.moderator, source, Action.MERGE, into_id=target.id)
    archived = await acted(of.host, await Question.get(id=source.id), Action.ARCHIVE)
    assert archived.state is QuestionState.ARCHIVED
    await questions.vote(of.attendees[2], question_id=target.id)
    assert (await questions.take_vote_back(of.attendees[2], question_id=target.id)).votes == 2
    assert (await questions.vote(of.attendees[0], question_id=target.id)).votes == 2

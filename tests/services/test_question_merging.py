"""Merged questions and their votes: a union of people, exact while votes and merges race, and kept by the archive."""

import asyncio
import json
from typing import Any

import pytest

from server.domain import topics
from server.domain.question_states import Action, DismissReason, QuestionState
from server.domain.topics import Topic
from server.models.database import connection
from server.models.questions import Question, QuestionTally
from server.models.streams import StreamEntry
from server.services import questions
from server.services.transaction import unit_of_work
from tests.factories.webinars import Event, acted, event, live

pytestmark = pytest.mark.usefixtures("db")

_UNION = """
SELECT count(DISTINCT voter_id)::int AS voters FROM question_vote v JOIN question q ON q.id = v.question_id
WHERE q.id = $1 OR q.merged_into = $1
"""


async def votes_and_voters(question: Question) -> tuple[int, int]:
    """Return the tally of a question, and how many people stand behind it by their ballots."""
    _, rows = await connection().execute_query(_UNION, [question.id])
    return (await QuestionTally.get(question_id=question.id)).votes, rows[0]["voters"]


async def until_held(task: asyncio.Task[Any]) -> None:
    """Return once a task waits for a lock in the database, or is over because it met none."""
    # Not pg_stat_activity: inside a transaction that keeps showing what its first look showed.
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
    async with asyncio.timeout(30):
        while not task.done() and not (await connection().execute_query(waiting))[1]:
            await asyncio.sleep(0.01)


async def merged_pair() -> tuple[Event, Question, Question]:
    """Return a question merged into another one, each with one vote of its own but by the same person."""
    of = await event(attendees=5)
    source, target = await live(of, of.attendees[3]), await live(of, of.attendees[4])
    for question in (source, target):
        await questions.vote(of.attendees[0], question_id=question.id)
    await acted(of.moderator, source, Action.MERGE, into_id=target.id)
    return of, source, target


async def test_a_vote_that_commits_while_a_merge_waits_for_it_is_counted() -> None:
    of = await event(attendees=5)
    source, target = await live(of, of.attendees[3]), await live(of, of.attendees[4])
    await questions.vote(of.attendees[0], question_id=source.id)
    async with unit_of_work():
        await questions.vote(of.attendees[1], question_id=target.id)
        merging = asyncio.create_task(acted(of.moderator, source, Action.MERGE, into_id=target.id))
        await until_held(merging)
    await merging
    assert await votes_and_voters(target) == (2, 2)


async def test_a_vote_that_waits_for_a_merge_counts_nobody_twice() -> None:
    of = await event(attendees=5)
    source, target = await live(of, of.attendees[3]), await live(of, of.attendees[4])
    await questions.vote(of.attendees[0], question_id=source.id)
    async with unit_of_work():
        await acted(of.moderator, source, Action.MERGE, into_id=target.id)
        voting = asyncio.create_task(questions.vote(of.attendees[0], question_id=target.id))
        await until_held(voting)
    assert (await voting).votes == 1
    assert await votes_and_voters(target) == (1, 1)


async def test_a_vote_that_commits_while_an_unmerge_waits_for_it_is_counted() -> None:
    of, source, target = await merged_pair()
    async with unit_of_work():
        await questions.vote(of.attendees[1], question_id=target.id)
        undoing = asyncio.create_task(acted(of.moderator, source, Action.UNMERGE))
        await until_held(undoing)
    await undoing
    assert await votes_and_voters(target) == (2, 2)


async def test_a_vote_that_waits_for_an_unmerge_is_counted() -> None:
    of = await event(attendees=5)
    source, target = await live(of, of.attendees[3]), await live(of, of.attendees[4])
    await questions.vote(of.attendees[0], question_id=source.id)
    await acted(of.moderator, source, Action.MERGE, into_id=target.id)
    async with unit_of_work():
        await acted(of.moderator, source, Action.UNMERGE)
        voting = asyncio.create_task(questions.vote(of.attendees[0], question_id=target.id))
        await until_held(voting)
    assert (await voting).votes == 1
    assert await votes_and_voters(target) == (1, 1)


async def test_a_vote_cast_while_the_same_person_takes_theirs_back_is_counted() -> None:
    of, _, target = await merged_pair()
    async with unit_of_work():
        await questions.take_vote_back(of.attendees[0], question_id=target.id)
        voting = asyncio.create_task(questions.vote(of.attendees[0], question_id=target.id))
        await until_held(voting)
    await voting
    assert await votes_and_voters(target) == (1, 1)


async def test_a_vote_taken_back_while_the_same_person_casts_another_leaves_none() -> None:
    of = await event(attendees=5)
    source, target = await live(of, of.attendees[3]), await live(of, of.attendees[4])
    await questions.vote(of.attendees[0], question_id=source.id)
    await acted(of.moderator, source, Action.MERGE, into_id=target.id)
    async with unit_of_work():
        await questions.vote(of.attendees[0], question_id=target.id)
        taking = asyncio.create_task(questions.take_vote_back(of.attendees[0], question_id=target.id))
        await until_held(taking)
    await taking
    assert await votes_and_voters(target) == (0, 0)


async def test_a_vote_taken_back_is_taken_from_the_merged_question_it_was_for_as_well() -> None:
    of, source, target = await merged_pair()
    await questions.take_vote_back(of.attendees[0], question_id=target.id)
    assert await votes_and_voters(target) == (0, 0)
    assert await votes_and_voters(source) == (0, 0)
    kept = await QuestionTally.get(question_id=source.id)
    last = json.loads((await entries_of(topics.webinar_staff(of.id)))[-1])
    assert last["tallies"] == [{"questionId": str(source.id), "votes": 0, "revision": kept.revision}]


async def entries_of(topic: Topic) -> list[str]:
    return [entry.payload for entry in await StreamEntry.filter(topic=topic.name).order_by("seq")]


@pytest.mark.parametrize("action", [Action.HIDE, Action.DISMISS])
async def test_what_a_merge_is_undone_from_tells_its_votes_for_good(action: Action) -> None:
    of, source, target = await merged_pair()
    await acted(of.moderator, target, action, reason=DismissReason.OTHER)
    audience, staff = topics.webinar(of.id), topics.webinar_staff(of.id)
    known = [await entries_of(audience), await entries_of(staff)]
    await acted(of.moderator, source, Action.UNMERGE)
    fresh = [
        new[len(old) :] for old, new in zip(known, [await entries_of(audience), await entries_of(staff)], strict=True)
    ]
    # The audience does not see the target any more: not even its votes tell that something was done to it.
    assert not any(str(target.id) in line for line in fresh[0] if "tallies" in line)
    tallies = [json.loads(line)["tallies"] for line in fresh[1] if "tallies" in line]
    kept = await QuestionTally.get(question_id=target.id)
    assert tallies == [[{"questionId": str(target.id), "votes": 1, "revision": kept.revision}]]


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

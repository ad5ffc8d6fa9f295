"""A command sent again under its cid is given the first answer and changes nothing; other content is refused."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

import server.wiring
from server.domain.actors import Actor
from server.domain.errors import Conflict, NotFound
from server.kit.ids import new_id
from server.models.session_room import AgendaItem
from server.models.sessions import Session
from server.models.streams import CommandRecord, StreamEntry
from server.realtime.commands import registry
from server.services import erasure, sessions
from tests.factories.logins import PASSWORD, signed_in
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

assert server.wiring

KEPT_BY_THEIR_SERVICE = {
    "circle.give_turn",
    "circle.post",
    "question.act",
    "question.ask",
    "question.take_vote_back",
    "question.vote",
    "session.send",
    "webinar.restrict_author",
    "webinar.say_to_staff",
}
"""These make a thing, or count one: their service keeps the cid, as it does for GraphQL."""
KEEPING_WOULD_TELL = {"poll.cast", "webinar.react"}
"""A kept cid would say who cast which ballot, and who gave a reaction."""
CHANGE_NOTHING = {"call.ice", "call.signal", "notes.sync"}
"""These read, or pass word on."""


async def run(who: Actor, op: str, cid: str, **args: Any) -> Any:
    done = await registry.run(who, op, json.dumps(args, default=str).encode(), cid)
    return json.loads(msgspec.json.encode(done))


async def room() -> tuple[Actor, Actor, Session]:
    mentor, mentee = await person("Ana"), await person("Bola")
    session = await sessions.open_session(mentor, mentorship_id=(await mentorship(mentor, mentee)).id)
    await sessions.join_session(mentee, session_id=session.id)
    return mentor, mentee, session


def test_every_command_keeps_its_cid_in_one_place_or_says_why_not():
    others = KEPT_BY_THEIR_SERVICE | KEEPING_WOULD_TELL | CHANGE_NOTHING
    # Other tests' toys may have been registered in this process.
    ours = {op for op in registry.REGISTER if not op.startswith("toy.")}
    assert ours - registry.SETTINGS - others == set()
    assert registry.SETTINGS & others == set()


async def deeds(mentor: Actor, session: Session) -> AsyncIterator[tuple[str, dict[str, Any], str, dict[str, Any]]]:
    """Yield every command on a room with arguments, and another deed that undoes it in between."""
    here = {"sessionId": str(session.id)}
    await run(mentor, "agenda.add", "first", **here, title="First", minutes=5)
    added = await run(mentor, "agenda.add", "second", **here, title="Second", minutes=5)
    item = {"itemId": added["item"]["id"]}
    yield "hand.raise", here, "hand.lower", here
    yield "hand.lower", here, "hand.raise", here
    yield "floor.give", {**here, "profileId": mentor.user_id}, "floor.end", here
    yield "agenda.move", {**item, "position": 0}, "agenda.move", {**item, "position": 1}
    yield "agenda.edit", {**item, "title": "A", "minutes": 5}, "agenda.edit", {**item, "title": "B", "minutes": 9}
    yield "timer.set", {**here, "action": "start", "seconds": 60}, "timer.set", {**here, "action": "stop"}
    yield "agenda.take_up", item, "agenda.remove", item
    yield "agenda.add", {**here, "title": "Third", "minutes": 5}, "session.end", here


async def test_a_repeat_answers_the_same_and_changes_nothing_whatever_happened_meanwhile() -> None:
    mentor, _, session = await room()
    number = 0
    async for op, args, undo, undo_args in deeds(mentor, session):
        number += 1
        first = await run(mentor, op, f"do-{number}", **args)
        await run(mentor, undo, f"undo-{number}", **undo_args)
        entries = await StreamEntry.all().count()
        assert await run(mentor, op, f"do-{number}", **args) == first, op
        assert await StreamEntry.all().count() == entries, op
    assert number == 8


async def test_the_same_cid_for_anything_else_is_refused() -> None:
    mentor, mentee, session = await room()
    here = {"sessionId": session.id}
    await run(mentor, "hand.raise", "c", **here)
    for op, args in (
        ("hand.lower", here),
        ("hand.raise", {"sessionId": new_id()}),
        ("session.send", {**here, "text": "hello"}),
    ):
        with pytest.raises(Conflict):
            await run(mentor, op, "c", **args)
    assert (await run(mentee, "hand.raise", "c", **here))["queue"] == [str(mentor.user_id), str(mentee.user_id)]


async def test_a_repeat_that_races_its_first_sending_waits_for_its_answer() -> None:
    mentor, _, session = await room()
    args = {"sessionId": session.id, "title": "Rates", "minutes": 10}
    answers = await asyncio.gather(*(run(mentor, "agenda.add", "c", **args) for _ in range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert await AgendaItem.all().count() == 1


async def test_what_was_refused_is_not_kept_and_may_be_asked_again() -> None:
    mentor, _, session = await room()
    item = await run(mentor, "agenda.add", "a", sessionId=session.id, title="Rates", minutes=10)
    with pytest.raises(NotFound):
        await run(mentor, "agenda.take_up", "c", itemId=new_id())
    assert await CommandRecord.filter(command_id="c").count() == 0
    taken = await run(mentor, "agenda.take_up", "c", itemId=item["item"]["id"])
    assert taken["currentId"] == item["item"]["id"]


async def test_words_that_were_taken_back_are_in_no_kept_answer() -> None:
    mentor, _, session = await room()
    line = await sessions.send_message(mentor, session_id=session.id, text="Hello")
    await run(mentor, "session.edit", "c", messageId=line.id, text="xyzzy")
    assert await CommandRecord.filter(answer__contains="xyzzy").count() == 1
    await sessions.delete_message(mentor, message_id=line.id)
    assert await CommandRecord.filter(answer__contains="xyzzy").count() == 0
    with pytest.raises(Conflict):
        await run(mentor, "session.edit", "c", messageId=line.id, text="xyzzy")


async def test_erased_words_are_in_no_answer_to_others() -> None:
    ana, bola = await signed_in("Ana"), await person("Bola")
    session = await sessions.open_session(bola, mentorship_id=(await mentorship(bola, ana.actor)).id)
    item = await run(ana.actor, "agenda.add", "a", sessionId=session.id, title="xyzzy", minutes=10)
    await run(bola, "agenda.move", "m", itemId=item["item"]["id"], position=0)
    assert await CommandRecord.filter(actor_id=bola.user_id, answer__contains="xyzzy").count() == 1
    await erasure.erase_account(ana.actor, password=PASSWORD)
    assert await CommandRecord.filter(answer__contains="xyzzy").count() == 0

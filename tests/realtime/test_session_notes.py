"""Shared notes over /live: two type at the same time on two workers, and the lines may break."""

import asyncio
import contextlib
import random
import sys
from uuid import UUID

import pytest

from server.domain import topics
from server.queries.session_notes import notes_in
from server.services import session_notes
from server.services.ports import NoPublisher, ports
from tests.factories.live import LiveServer
from tests.factories.pads import Pad
from tests.factories.rooms import LOST, FrontEnd, meeting, workers
from tests.live_client import Answer
from tests.seeds import seed_of

WAIT = 120
SEED = seed_of("typing of three")


async def agree(session_id: UUID, *ends: FrontEnd) -> str:
    """Wait until everybody has the text that is kept; return it. Meanwhile the job tells what signals may not have."""
    async with asyncio.timeout(WAIT):
        while True:
            await session_notes.tell_written()
            kept = (await notes_in([session_id]))[session_id]
            if {kept.text, kept.document().text} == {end.pad.text for end in ends}:
                return kept.text
            await asyncio.sleep(0.02)


async def until_synchronised(end: FrontEnd) -> None:
    async with asyncio.timeout(WAIT):
        while True:
            with contextlib.suppress(*LOST):
                await end.sync()
                return
            await asyncio.sleep(0.02)


async def type_on(end: FrontEnd, name: str, words: int) -> None:
    for number in range(words):
        end.pad.type(f"{name}{number} ", len(end.pad.text))
        await end.send()


async def test_two_type_at_the_same_time_on_two_workers_and_end_with_one_text(bell: str) -> None:
    ana, bola, session_id = await meeting()
    async with (
        workers(bell) as (one, two),
        one.client(ana) as first,
        two.client(bola) as second,
        FrontEnd(first, session_id) as hers,
        FrontEnd(second, session_id) as his,
    ):
        await asyncio.gather(type_on(hers, "a", 25), type_on(his, "b", 25))
        text = await agree(session_id, hers, his)

    assert sorted(text.split()) == sorted(f"{name}{number}" for name in "ab" for number in range(25))


async def lose_and_return(end: FrontEnd, elsewhere: LiveServer) -> None:
    """Lose the line in mid-typing, type on, and come back on another worker with what was typed."""
    client = end.client
    client.url, client.backoff = elsewhere.url, (0.01, 0.1)
    client.may_return.clear()
    end.pad.type("on its way ")
    sent = asyncio.create_task(end.send())
    await client.cut()
    await asyncio.gather(sent, return_exceptions=True)
    end.pad.type("typed without a line ")
    client.may_return.set()


async def test_what_is_typed_while_the_line_is_lost_arrives_once(bell: str) -> None:
    ana, bola, session_id = await meeting()
    async with (
        workers(bell) as (one, two),
        one.client(ana) as first,
        two.client(bola) as second,
        FrontEnd(first, session_id) as hers,
        FrontEnd(second, session_id) as his,
    ):
        hers.pad.type("before ")
        await hers.send()
        await asyncio.gather(lose_and_return(hers, two), type_on(his, "b", 10))
        await hers.client.until(lambda: hers.syncs > 1, WAIT)
        text = await agree(session_id, hers, his)

    for words in ("before ", "on its way ", "typed without a line ", *(f"b{number} " for number in range(10))):
        assert text.count(words) == 1


async def test_what_is_deleted_while_the_line_is_lost_is_deleted_for_all(bell: str) -> None:
    """A state vector is the same before and after a deletion: nobody sees by it that one is missing."""
    ana, bola, session_id = await meeting()
    async with (
        workers(bell) as (one, two),
        one.client(ana) as first,
        two.client(bola) as second,
        FrontEnd(first, session_id) as hers,
        FrontEnd(second, session_id) as his,
    ):
        hers.pad.type("not to be kept")
        await hers.send()
        first.backoff = (0.01, 0.05)
        first.may_return.clear()
        await first.cut()
        hers.pad.delete(0, 4)
        first.may_return.set()
        await until_synchronised(hers)

        assert (await notes_in([session_id]))[session_id].text == "to be kept"
        assert await agree(session_id, hers, his) == "to be kept"


async def test_signals_that_are_lost_are_made_good_by_the_rooms_order(bell: str) -> None:
    ana, bola, session_id = await meeting()
    async with workers(bell) as (one, _), one.client(bola) as client, FrontEnd(client, session_id) as his:
        publisher, ports.publisher = ports.publisher, NoPublisher()
        await session_notes.write_notes(ana, session_id=session_id, update=Pad().type("nobody heard this"))
        ports.publisher = publisher
        assert await session_notes.tell_written() == 1
        assert await agree(session_id, his) == "nobody heard this"
        assert [frame for frame in client.of_type("signal") if frame["k"] == "notes"] == []


async def test_random_typing_of_three_front_ends_with_cuts_converges(bell: str) -> None:
    sys.stdout.write(f"ALONGSIDE_TEST_SEED={SEED}\n")
    chance = random.Random(SEED)
    ana, bola, session_id = await meeting()
    async with (
        workers(bell) as (one, two),
        one.client(ana) as a,
        two.client(bola) as b,
        two.client(ana) as c,
        FrontEnd(a, session_id) as first,
        FrontEnd(b, session_id) as second,
        FrontEnd(c, session_id) as third,
    ):
        ends = [first, second, third]
        for step in range(45):
            end = chance.choice(ends)
            end.pad.at_random(chance)
            if step % 15 == 14:
                end.client.url = chance.choice((one, two)).url
                end.client.backoff = (0.01, 0.05)
                await end.client.cut()
                continue
            # Too fast, or without a line: it goes with what is typed next, or with a later synchronisation.
            with contextlib.suppress(*LOST):
                await end.send()
        for end in ends:
            await until_synchronised(end)
        await agree(session_id, *ends)


async def test_a_write_under_the_same_cid_is_answered_the_same(bell: str) -> None:
    ana, _, session_id = await meeting()
    async with workers(bell) as (one, _), one.client(ana) as client, FrontEnd(client, session_id) as hers:
        update = hers.pad.type("once")
        assert [await hers.write(update, "w1"), await hers.write(update, "w1")] == [1, 1]
        with pytest.raises(Answer) as refused:
            await hers.write(hers.pad.type("other"), "w1")
        assert refused.value.frame["code"] == "conflict"


async def test_where_somebody_types_is_a_signal_of_theirs(bell: str) -> None:
    ana, bola, session_id = await meeting()
    topic = topics.session(session_id).name
    async with workers(bell) as (one, two), one.client(ana) as hers, two.client(bola) as his:
        await hers.follow(topic)
        await his.follow(topic)
        await hers.command(
            "signal.send", {"topic": topic, "kind": "cursor", "p": {"anchor": 3, "head": 7}}, timeout=WAIT
        )
        (cursor,) = await his.until(lambda: his.of_type("signal"), WAIT)

        assert (cursor["k"], cursor["key"], cursor["p"]) == ("cursor", str(ana.user_id), {"anchor": 3, "head": 7})
        with pytest.raises(Answer):
            await hers.command("signal.send", {"topic": topic, "kind": "notes", "p": {"number": 1}}, timeout=WAIT)

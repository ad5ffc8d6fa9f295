"""A line that was taken back: no memory of the live layer gives its words to anybody who resumes."""

import asyncio
from contextlib import suppress

import pytest
from redis.asyncio import Redis

from server.domain import topics
from server.realtime.asking import BellSilent
from server.realtime.broker import _keys
from server.realtime.relay import RelaySweep
from server.services import sessions
from tests.factories.live import QUICK, live_server, two_workers
from tests.factories.mentorships import mentorship
from tests.factories.people import person
from tests.factories.proxy import proxy_to
from tests.live_client import PATIENCE

WORDS = "my number is 12345"


async def a_room():
    ana, bola = await person("Ana"), await person("Bola")
    tie = await mentorship(ana, bola)
    session = await sessions.open_session(ana, mentorship_id=tie.id)
    await sessions.join_session(bola, session_id=session.id)
    return ana, session


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
async def test_a_resume_from_before_the_words_shows_that_there_were_some_and_not_which(bell: str, elsewhere: bool):
    ana, session = await a_room()
    topic = topics.session(session.id)
    async with two_workers(bell) as (one, two), one.client() as early, two.client() as other:
        await early.follow(topic.name)
        await other.follow(topic.name)
        place = early.places[topic.name]
        early.may_return.clear()
        await early.cut()
        line = await sessions.send_message(ana, session_id=session.id, text=WORDS)
        await sessions.send_message(ana, session_id=session.id, text="good morning")
        await other.until_seq(topic.name, 5)
        assert WORDS in str(other.places[topic.name].log)
        await sessions.delete_message(ana, message_id=line.id)
        await other.until_seq(topic.name, 6)
        early.url = two.url if elsewhere else one.url
        early.may_return.set()
        await early.until_seq(topic.name, 6)
        assert [frame["s"] for frame in place.log] == [4, 5, 6]
        assert (WORDS in str(place.log), "good morning" in str(place.log)) == (False, True)


async def test_the_live_store_keeps_no_word_of_it_and_goes_on_from_there(bell: str):
    ana, session = await a_room()
    topic = topics.session(session.id)
    async with live_server(bell) as server, server.client() as client, Redis.from_url(bell) as redis:
        await client.follow(topic.name)
        line = await sessions.send_message(ana, session_id=session.id, text=WORDS)
        await client.until_seq(topic.name, 4)
        _, stream, _ = _keys(topic.name)
        assert WORDS in str(await redis.xrange(stream))
        await sessions.delete_message(ana, message_id=line.id)
        await client.until_seq(topic.name, 5)
        await sessions.send_message(ana, session_id=session.id, text="good morning")
        await client.until_seq(topic.name, 6)
        kept = await redis.xrange(stream)
        assert ([key for key, _ in kept], WORDS in str(kept)) == ([b"5-0", b"6-0"], False)


async def test_words_that_leave_while_the_live_store_is_away_are_gone_from_it_when_it_is_back(bell: str):
    ana, session = await a_room()
    topic = topics.session(session.id)
    async with proxy_to(bell) as proxy, live_server(proxy.url) as server, Redis.from_url(bell) as redis:
        sweep = RelaySweep(server.live.broker, QUICK)
        line = await sessions.send_message(ana, session_id=session.id, text=WORDS)
        _, stream, _ = _keys(topic.name)
        async with asyncio.timeout(PATIENCE):
            while WORDS not in str(await redis.xrange(stream)):
                await asyncio.sleep(0.02)
        await proxy.refuse()
        await sessions.delete_message(ana, message_id=line.id)
        await proxy.start()
        async with asyncio.timeout(PATIENCE):
            while WORDS in str(await redis.xrange(stream)):
                with suppress(BellSilent):
                    await sweep.sweep()
                await asyncio.sleep(0.02)

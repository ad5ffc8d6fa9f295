"""A room, end to end: a real server on a real port, and a client that knows only the protocol."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from tests.factories.live import QUICK, book_of, live_server, log_of, published, room, say, someone, two_workers
from tests.live_client import Answer


@pytest.mark.parametrize("is_raw", [True, False], ids=["raw", "plain"])
async def test_follower_hears_what_is_committed_in_order(bell: str, is_raw: bool):
    topic = room()
    async with live_server(bell, is_raw=is_raw) as server, server.client() as client:
        followed = await client.follow(topic.name)
        await say(topic, *(f"line {number}" for number in range(20)))
        await client.until_seq(topic.name, 20)

        assert followed["mode"] == "live"
        assert followed["role"] == "participant"
        assert log_of(client, topic) == await book_of(topic)
        assert client.places[topic.name].log[0]["p"] == {"text": "line 0"}
        assert client.places[topic.name].repeats == 0


async def test_two_workers_show_the_same_order(bell: str):
    topic = room()
    async with two_workers(bell) as (one, two), one.client() as ana, two.client() as ben:
        await ana.follow(topic.name)
        await ben.follow(topic.name)
        await asyncio.gather(*(say(topic, f"{number}") for number in range(30)))
        await ana.until_seq(topic.name, 30)
        await ben.until_seq(topic.name, 30)

        assert log_of(ana, topic) == log_of(ben, topic) == await book_of(topic)


async def test_client_resumes_on_another_worker_with_nothing_missing_or_repeated(bell: str):
    topic, ana = room(), someone()
    async with two_workers(bell) as (one, two), one.client(ana) as client:
        await client.follow(topic.name)
        await say(topic, "a", "b", "c")
        await client.until_seq(topic.name, 3)
        client.url = two.url
        client.backoff = (0.01, 0.1)
        client.may_return.clear()
        await client.cut()
        await say(topic, "d", "e", "f")
        await published(two.live, topic, 6)
        client.may_return.set()
        await client.until_seq(topic.name, 6)

        assert log_of(client, topic) == await book_of(topic)
        assert client.places[topic.name].modes == ["live", "replay"]
        assert client.places[topic.name].repeats == 0


async def test_snapshot_comes_with_the_position_its_entries_go_on_from(bell: str):
    topic = room()
    async with live_server(bell) as server, server.client() as client:
        server.rules.states[topic.name] = {"lines": 2}
        await say(topic, "a", "b")
        followed = await client.follow(topic.name)
        await say(topic, "c")
        await client.until_seq(topic.name, 3)

        assert (followed["mode"], followed["state"], followed["pos"]["seq"]) == ("snapshot", {"lines": 2}, 2)
        assert log_of(client, topic) == await book_of(topic, after=2)


async def test_what_may_not_be_followed_looks_missing(bell: str):
    ana = someone()
    async with live_server(bell) as server, server.client(ana) as client:
        server.rules.removed.add(ana.require_user())
        for topic in (room().name, "session:1", "nothing", "user:x:staff"):
            with pytest.raises(Answer) as refused:
                await client.follow(topic)
            assert refused.value.frame["code"] == "not_found"


async def test_left_topic_is_silent(bell: str):
    left, kept = room(), room()
    async with live_server(bell) as server, server.client() as client:
        await client.follow(left.name)
        await client.follow(kept.name)
        await client.send({"type": "leave", "topic": left.name})
        await client.follow(kept.name)
        await say(left, "unheard")
        await say(kept, "heard")
        await client.until_seq(kept.name, 1)

        assert log_of(client, left) == []


async def test_emptied_redis_loses_nothing(bell: str):
    topic = room()
    async with live_server(bell) as server, server.client() as client, Redis.from_url(bell) as redis:
        await client.follow(topic.name)
        await say(topic, "a", "b")
        await client.until_seq(topic.name, 2)
        await redis.flushall()
        await say(topic, "c")
        await client.until_seq(topic.name, 3)

        assert log_of(client, topic) == await book_of(topic)


@pytest.mark.parametrize(
    ("ring", "window", "behind", "mode"),
    [(256, 512, 30, "replay"), (8, 512, 30, "replay"), (8, 16, 30, "pages"), (8, 16, 60, "snapshot")],
    ids=["ring", "window", "pages", "snapshot"],
)
async def test_resume_takes_the_lowest_rung_that_reaches(bell: str, ring: int, window: int, behind: int, mode: str):
    topic = room()
    settings = replace(QUICK, ring_entries=ring, window_entries=window, replay_entries=50)
    async with live_server(bell, settings) as server, server.client() as keeper, server.client() as client:
        await keeper.follow(topic.name)
        await client.follow(topic.name)
        await say(topic, "first")
        await client.until_seq(topic.name, 1)
        await client.send({"type": "leave", "topic": topic.name})
        server.rules.states[topic.name] = "all of it"
        await client.follow(room().name)
        await say(topic, *(str(number) for number in range(behind)))
        await keeper.until_seq(topic.name, behind + 1)
        followed = await client.follow(topic.name)
        await client.until_seq(topic.name, behind + 1)

        assert followed["mode"] == mode
        expected = await book_of(topic) if mode != "snapshot" else (await book_of(topic))[:1]
        assert log_of(client, topic) == expected

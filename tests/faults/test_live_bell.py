"""Faults of the bell: Redis rolled back, emptied, in part evicted, half open, killed, paused, gone.

The oracle everywhere: a client's log equals the book's entries of its interval: no hole, no repeat, in order.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from server.domain.actors import Actor
from server.domain.topics import Topic
from server.models.database import connection
from server.queries import streams
from server.realtime.broker import tag_of
from server.realtime.desk import Following
from server.services.ports import CommittedEntry, NoPublisher, ports
from tests.factories.live import QUICK, LiveServer, ToyRules, book_of, live_server, log_of, room, say, two_workers
from tests.factories.proxy import proxy_to
from tests.live_client import PATIENCE, LiveClient


def keys_of(topic: Topic) -> tuple[str, str]:
    """Return the keys of a topic's meta and stream."""
    tag = tag_of(topic.name)
    return f"{tag}:m:{topic.name}", f"{tag}:s:{topic.name}"


async def assert_complete(client: LiveClient, topic: Topic, seq: int, timeout: float = PATIENCE) -> None:
    """Wait for an entry, then hold the client's log against the book."""
    await client.until_seq(topic.name, seq, timeout)
    assert log_of(client, topic) == await book_of(topic)
    assert client.places[topic.name].holes == 0


async def empty(redis: Redis, _topic: Topic) -> None:
    await redis.flushall()


async def evict_meta(redis: Redis, topic: Topic) -> None:
    await redis.delete(keys_of(topic)[0])


async def evict_stream(redis: Redis, topic: Topic) -> None:
    await redis.delete(keys_of(topic)[1])


@pytest.mark.parametrize("harm", [empty, evict_meta, evict_stream])
async def test_lost_keys_lose_nothing(bell: str, harm: Callable[[Redis, Topic], Awaitable[None]]):
    topic = room()
    async with two_workers(bell) as (one, two), one.client() as first, Redis.from_url(bell) as redis:
        await first.follow(topic.name)
        await say(topic, "a", "b", "c")
        await first.until_seq(topic.name, 3)
        await harm(redis, topic)
        await say(topic, "d")
        await assert_complete(first, topic, 4)
        await harm(redis, topic)
        async with two.client() as late:
            followed = await late.follow(topic.name, {"epoch": "", "seq": 0, "chain": ""})
            await say(topic, "e")
            await assert_complete(late, topic, 5)
            assert followed["mode"] in {"replay", "pages"}
        await assert_complete(first, topic, 5)


async def test_redis_rolled_back_to_an_older_day_loses_nothing(bell: str):
    topic = room()
    async with two_workers(bell) as (one, two), one.client() as first, Redis.from_url(bell) as redis:
        await first.follow(topic.name)
        await say(topic, "a", "b")
        await first.until_seq(topic.name, 2)
        kept = {key: await redis.dump(key) for key in keys_of(topic)}
        await say(topic, "c", "d", "e")
        await first.until_seq(topic.name, 5)
        for key, value in kept.items():
            await redis.restore(key, 0, value, replace=True)
        async with two.client() as second:
            # The window says 2, the client was at 5: the book decides.
            followed = await second.follow(topic.name, first.places[topic.name].pos)
            assert followed["mode"] == "live"
            await say(topic, "f")
            await second.until_seq(topic.name, 6)
            assert log_of(second, topic) == await book_of(topic, after=5)
        await assert_complete(first, topic, 6)


async def test_position_beyond_the_head_or_of_another_past_gets_a_snapshot(bell: str):
    topic = room()
    async with live_server(bell) as server, server.client() as client:
        server.rules.states[topic.name] = "now"
        await say(topic, "a", "b")
        epoch = (await client.follow(topic.name))["pos"]["epoch"]
        for pos in (
            {"epoch": epoch, "seq": 99, "chain": "0" * 16},
            {"epoch": epoch, "seq": 1, "chain": "0" * 16},
            {"epoch": "another", "seq": 1, "chain": (await book_of(topic))[0][1]},
            {"epoch": epoch, "seq": 0, "chain": "0" * 16},
        ):
            followed = await client.follow(topic.name, pos)
            assert (followed["mode"], followed["state"], followed["pos"]["seq"]) == ("snapshot", "now", 2)


async def test_book_restored_to_an_older_day_is_said_and_not_passed_over(bell: str):
    topic = room()
    async with live_server(bell) as server, server.client() as client:
        await client.follow(topic.name)
        await say(topic, "a")
        await client.until_seq(topic.name, 1)
        ((_, chain),) = await book_of(topic)
        await say(topic, "b", "c")
        await client.until_seq(topic.name, 3)
        await connection().execute_query("DELETE FROM stream_entry WHERE topic = $1 AND seq > 1", [topic.name])
        await connection().execute_query(
            "UPDATE stream_head SET seq = 1, relayed_seq = 1, chain = $2 WHERE topic = $1", [topic.name, chain]
        )
        await say(topic, "another b")
        await client.until(lambda: client.of_type("resync"))
        await client.until(lambda: client.places[topic.name].modes[-1] == "snapshot")
        await say(topic, "another c")
        await client.until(lambda: client.places[topic.name].log[-1]["p"] == {"text": "another c"})


async def test_half_open_path_is_found_and_what_it_swallowed_arrives(bell: str):
    topic = room()
    async with (
        proxy_to(bell) as proxy,
        live_server(proxy.url, redis_timeout=1.0) as deaf,
        live_server(bell),
        deaf.client() as client,
    ):
        await client.follow(topic.name)
        await say(topic, "a")
        await client.until_seq(topic.name, 1)
        proxy.is_silent = True
        await say(topic, "the last before the silence")
        await assert_complete(client, topic, 2)
        proxy.is_silent = False
        await say(topic, "c")
        await assert_complete(client, topic, 3)


async def disturb_kill(redis: Redis) -> None:
    await redis.client_kill_filter(_type="pubsub")


async def disturb_pause(redis: Redis) -> None:
    await redis.client_pause(700)


@pytest.mark.parametrize("disturb", [disturb_kill, disturb_pause])
async def test_disturbed_subscription_loses_nothing(bell: str, disturb: Callable[[Redis], Awaitable[None]]):
    topic = room()
    async with two_workers(bell) as (one, two), one.client() as first, two.client() as second:
        async with Redis.from_url(bell) as redis:
            await first.follow(topic.name)
            await second.follow(topic.name)
            for number in range(3):
                await disturb(redis)
                await say(topic, *(f"{number}.{line}" for line in range(5)))
        await assert_complete(first, topic, 15)
        await assert_complete(second, topic, 15)


async def test_room_goes_on_while_redis_is_gone(bell: str):
    topic = room()
    async with proxy_to(bell) as proxy, live_server(proxy.url, redis_timeout=1.0) as server, server.client() as client:
        await client.follow(topic.name)
        await say(topic, "a")
        await client.until_seq(topic.name, 1)
        await proxy.refuse()
        await say(topic, "b", "c")
        await assert_complete(client, topic, 3)
        assert await server.live.checks()["bell"]() is not None
        other = room()
        assert (await client.follow(other.name))["mode"] == "live"
        await proxy.start()
        await say(topic, "d")
        await assert_complete(client, topic, 4)
        await say(other, "x")
        await assert_complete(client, other, 1)
        async with asyncio.timeout(PATIENCE):
            while await server.live.checks()["bell"]() is not None:
                await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_redis_gone_for_a_minute_under_writes(bell: str):
    topic = room()
    async with proxy_to(bell) as proxy, live_server(proxy.url, redis_timeout=1.0) as server, server.client() as client:
        await client.follow(topic.name)
        await proxy.refuse()
        for number in range(600):
            await say(topic, str(number))
            await asyncio.sleep(0.1)
        await proxy.start()
        await say(topic, "back")
        await assert_complete(client, topic, 601, timeout=5)


async def test_entry_committed_by_a_process_that_died_is_published_by_the_sweep(bell: str):
    topic = room()
    async with live_server(bell) as server, server.client() as client:
        await client.follow(topic.name)
        publisher, ports.publisher = ports.publisher, NoPublisher()
        await say(topic, "never handed to the relay")
        ports.publisher = publisher
        await assert_complete(client, topic, 1)


async def test_entries_published_out_of_order_twice_or_with_a_hole_arrive_once_and_in_order(bell: str):
    topic = room()
    async with live_server(bell) as server, server.client() as client:
        await client.follow(topic.name)
        caught = Catching()
        publisher, ports.publisher = ports.publisher, caught
        await say(topic, *(str(number) for number in range(6)))
        ports.publisher = publisher
        for index in (2, 0, 5, 1, 2, 4):
            publisher.committed([caught.entries[index]])
        await assert_complete(client, topic, 6)
        assert client.places[topic.name].repeats == 0


class Catching(NoPublisher):
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.entries: list[CommittedEntry] = []

    def committed(self, entries: Sequence[CommittedEntry]) -> None:
        self.entries.extend(entries)


STEPS = ("before subscribe", "after subscribe", "after head", "before window", "after window")


@pytest.mark.parametrize("step", STEPS)
async def test_entry_published_at_any_point_of_opening_a_feed_is_heard_once(
    bell: str, step: str, monkeypatch: pytest.MonkeyPatch
):
    topic = room()
    async with two_workers(bell) as (one, _), one.client() as client:
        await say(topic, "before")
        _interrupt(one, topic, step, monkeypatch)
        followed = await client.follow(topic.name, {"epoch": "", "seq": 0, "chain": ""})
        await say(topic, "after")
        await assert_complete(client, topic, 3)
        assert followed["mode"] in {"replay", "pages"}
        assert client.places[topic.name].repeats == 0


class Interrupted(ToyRules):
    """Has an entry published, and heard here, at one step of a follow."""

    def __init__(self, topic: Topic) -> None:
        super().__init__()
        self.topic, self.step = topic, ""
        self.heard: Callable[[], bool] = lambda: True

    async def audience(self, actor: Actor, topic: Topic) -> Following:
        await self._at("before audience")
        found = await super().audience(actor, topic)
        await self._at("after audience")
        return found

    async def snapshots(self, actor: Actor, topic: Topic) -> dict[str, Any] | None:
        await self._at("before snapshot")
        found = await super().snapshots(actor, topic)
        await self._at("after snapshot")
        return found

    async def _at(self, step: str) -> None:
        if step == self.step:
            self.step = ""
            await say(self.topic, "meanwhile")
            async with asyncio.timeout(PATIENCE):
                while not self.heard():
                    await asyncio.sleep(0.01)


@pytest.mark.parametrize("step", ["before audience", "after audience", "before snapshot", "after snapshot"])
async def test_entry_published_at_any_point_of_a_follow_is_in_the_state_or_comes_after_it(bell: str, step: str):
    topic = room()
    rules = Interrupted(topic)
    rules.states[topic.name] = "what there is"
    async with live_server(bell, rules=rules) as server, server.client() as client, server.client() as keeper:
        await say(topic, "before")
        await keeper.follow(topic.name)
        feed = server.live.hub.open_feed(topic.name)
        assert feed is not None
        rules.heard = lambda: feed.top == 2
        rules.step = step
        followed = await client.follow(topic.name)
        await say(topic, "after")
        await client.until_seq(topic.name, 3)
        assert log_of(client, topic) == await book_of(topic, after=followed["pos"]["seq"])
        assert (client.places[topic.name].holes, client.places[topic.name].repeats) == (0, 0)


def _interrupt(server: LiveServer, topic: Topic, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an entry published at one step of opening the feed, heard there before the opening goes on."""
    broker = server.live.broker
    where, name = step.split(" ", 1)
    owner, attribute = {
        "subscribe": (broker, "subscribe"),
        "head": (streams, "head_of"),
        "window": (broker, "window"),
    }[name]
    original = getattr(owner, attribute)
    said = False

    async def interrupted(*args: Any, **kwargs: Any):
        nonlocal said
        if where == "after":
            result = await original(*args, **kwargs)
        if not said:
            said = True
            await say(topic, "meanwhile")
            async with asyncio.timeout(PATIENCE):
                while (await broker.tops([topic.name]))[0] is None or (await broker.tops([topic.name]))[0].seq < 2:
                    await asyncio.sleep(0.01)
        return result if where == "after" else await original(*args, **kwargs)

    monkeypatch.setattr(owner, attribute, interrupted)


async def test_book_that_does_not_answer_for_a_while_leaves_no_reader_behind(
    bell: str, monkeypatch: pytest.MonkeyPatch
):
    topic = room()
    settings = replace(QUICK, ring_entries=4, window_entries=8)
    async with live_server(bell, settings) as server, server.client() as client:
        await say(topic, *(str(number) for number in range(30)))
        await client.follow(topic.name)
        await say(topic, "open")
        await client.until_seq(topic.name, 31)
        original, failures = streams.entries_after, [OSError("gone")] * 2

        async def failing(*args: Any) -> Any:
            if failures:
                raise failures.pop()
            return await original(*args)

        monkeypatch.setattr(streams, "entries_after", failing)
        client.places.clear()
        followed = await client.follow(topic.name, {"epoch": "", "seq": 0, "chain": ""})
        await assert_complete(client, topic, 31)
        assert followed["mode"] == "pages"
        assert failures == []


async def test_garbage_on_the_bell_is_passed_over(bell: str):
    topic = room()
    # A busy loop that does not hear its own probe in time would connect again, and nothing be wrong.
    settings = replace(QUICK, probe_answer_seconds=PATIENCE)
    async with live_server(bell, settings) as server, server.client() as client, Redis.from_url(bell) as redis:
        await client.follow(topic.name)
        for body in (
            b"",
            b"v1",
            b"v1|x|y|z|k\n{}",
            b"\xff\xfe",
            b"v9|1",
            b"c1|rights.changed\n[",
            b"p1\n{",
            b"s1|k\n1",
        ):
            await redis.publish(f"{tag_of(topic.name)}:c:{topic.name}", body)
        await say(topic, "a")
        await assert_complete(client, topic, 1)
        assert server.live.broker.reader.sessions == 1


async def test_last_position_of_the_window_resumes_from_it_and_the_one_before_from_the_book(bell: str):
    topic = room()
    settings = replace(QUICK, ring_entries=4, window_entries=8)
    async with live_server(bell, settings) as server, server.client() as keeper:
        await keeper.follow(topic.name)
        await say(topic, *(str(number) for number in range(20)))
        await keeper.until_seq(topic.name, 20)
        book = await book_of(topic)
        for after, mode in ((20, "live"), (16, "replay"), (15, "replay"), (12, "replay"), (11, "pages"), (0, "pages")):
            async with server.client() as client:
                chain = book[after - 1][1] if after else ""
                followed = await client.follow(topic.name, {"epoch": "", "seq": after, "chain": chain})
                await client.until_seq(topic.name, 20)
                assert (after, followed["mode"]) == (after, mode)
                assert log_of(client, topic) == book[after:]

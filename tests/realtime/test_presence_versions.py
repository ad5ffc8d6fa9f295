"""A version of presence never means two things to who is told: Redis emptied, set back, or short of people."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from server.config import LiveSettings
from server.realtime.broker import tag_of
from server.realtime.presence import Presence, _keys
from server.realtime.presence_board import Board, Change, View
from server.realtime.presence_scripts import JOIN, LOOK, PART
from server.realtime.shared import Shared
from tests.factories.live import live_server, room, someone, two_workers
from tests.live_client import PATIENCE, LiveClient
from tests.realtime.test_presence import SOON, names, people


def versions_of(client: LiveClient, topic: str) -> list[int]:
    return [frame["v"] for frame in client.of_type("presence") if frame["t"] == topic]


@asynccontextmanager
async def nothing_renewed(monkeypatch: pytest.MonkeyPatch, *presences: Presence) -> AsyncIterator[None]:
    """Let no worker enter its people again by itself, to the end of the block."""
    may_renew = asyncio.Event()
    with monkeypatch.context() as patched:
        for presence in presences:
            is_late, renew = asyncio.Event(), presence._renew

            async def late(is_late: asyncio.Event = is_late, renew: Any = renew) -> None:
                is_late.set()
                await may_renew.wait()
                await renew()

            patched.setattr(presence, "_renew", late)
            async with asyncio.timeout(PATIENCE):
                # What was under way ends.
                await is_late.wait()
        yield
    may_renew.set()


async def test_change_of_a_count_begun_anew_is_not_taken_for_one_that_was_told(
    bell: str, monkeypatch: pytest.MonkeyPatch
):
    topic, ana, ben = room().name, someone(), someone()
    async with two_workers(bell, SOON) as (one, two), one.client(ana) as first, two.client(ben) as second:
        await first.follow(topic)
        await first.until(lambda: people(first, topic) == names(ana))
        async with nothing_renewed(monkeypatch, one.live._presence, two.live._presence):
            async with Redis.from_url(bell) as redis:
                await redis.flushall()
            # The first change since, as hers was the first before.
            await second.follow(topic)
            await first.until(lambda: people(first, topic) == names(ben))
        for client in (first, second):
            await client.until(lambda client=client: people(client, topic) == names(ana, ben))
        told = versions_of(first, topic)
        assert told == sorted(set(told))


async def test_presence_that_redis_set_back_is_told_anew_and_entered_again(bell: str, monkeypatch: pytest.MonkeyPatch):
    topic, ana, ben, carl = room().name, someone(), someone(), someone()
    tag = tag_of(topic)
    async with (
        two_workers(bell, SOON) as (one, two),
        one.client(ana) as first,
        two.client(ben) as second,
        two.client(carl) as third,
        Redis.from_url(bell) as redis,
    ):
        await first.follow(topic)
        await first.until(lambda: people(first, topic) == names(ana))
        async with nothing_renewed(monkeypatch, one.live._presence, two.live._presence):
            kept = {key: await redis.dump(key) for key in await redis.keys(f"{tag}:p?:{topic}")}
            assert len(kept) == 3
            await second.follow(topic)
            await first.until(lambda: people(first, topic) == names(ana, ben))
            for key, value in kept.items():
                await redis.restore(key, 0, value, replace=True)
            # As many changes since as there were before.
            await third.follow(topic)
            await first.until(lambda: people(first, topic) == names(ana, carl))
        await redis.client_kill_filter(_type="pubsub")
        for client in (first, second, third):
            await client.until(lambda client=client: people(client, topic) == names(ana, ben, carl))
        told = versions_of(first, topic)
        assert told == sorted(set(told))


async def test_versions_grow_whatever_redis_forgot(bell: str):
    topic = room().name
    keys = _keys(topic)
    async with live_server(bell, SOON) as server, Redis.from_url(bell) as redis:
        asker, versions = server.live.broker.asker, []

        async def version(least: int = 0) -> int:
            return int((await asker.call(LOOK, keys[1:3], [least]))[0])

        for harm in (None, redis.flushall, lambda: redis.delete(keys[2]), lambda: redis.set(keys[2], versions[0])):
            if harm is not None:
                await harm()
            for number in range(3):
                assert await asker.call(JOIN, keys, [f"c{number}", f"u{number}", "guest", "w"]) in {0, 1}
                versions.append(await version())
            assert await asker.call(PART, keys, ["", "w"]) == 3
            versions.append(await version())
        assert versions == sorted(set(versions))
        # A clock that goes back, or an answer that has to be newer.
        ahead = versions[-1] + 3_600_000_000
        assert [await version(ahead), await version(), await version(ahead - 1)] == [ahead] * 3
        await asker.call(JOIN, keys, ["c", "u", "guest", "w"])
        assert await version() == ahead + 1


class Listener:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def push_presence(self, topic: str, item: Shared) -> bool:
        self.told.append(msgspec.json.decode(item.text))
        return True


class Looks:
    """Answers looks, as Redis would."""

    def __init__(self, version: int, **people: str) -> None:
        self.version, self.people = version, people
        self.asked: list[int] = []

    async def __call__(self, topic: str, least: int) -> View:
        self.asked.append(least)
        self.version = max(self.version, least)
        return View(self.version, dict(self.people))


async def told(listener: Listener, number: int) -> list[tuple[int, int]]:
    """Wait for a number of frames; return version and number of people of each."""
    async with asyncio.timeout(PATIENCE):
        while len(listener.told) < number:
            await asyncio.sleep(0)
    return [(frame["v"], frame["n"]) for frame in listener.told]


async def test_people_lost_without_a_new_version_are_told_under_one():
    topic, board, listener, looks = room().name, Board(LiveSettings()), Listener(), Looks(7, ana="guest", ben="guest")
    board.look = looks
    board.follow(topic, listener)
    assert await told(listener, 1) == [(7, 2)]
    del looks.people["ben"]
    board.look_again()
    assert await told(listener, 2) == [(7, 2), (8, 1)]
    assert listener.told[1]["-"] == ["ben"]
    assert looks.asked == [0, 7, 8]
    board.close()


async def test_change_that_was_in_the_look_and_comes_late_is_told_to_nobody():
    topic, board, listener, looks = room().name, Board(LiveSettings()), Listener(), Looks(9, ana="guest", ben="guest")
    board.look = looks
    board.follow(topic, listener)
    await told(listener, 1)
    for change in (Change(8, 1, [("ana", "guest")], [], after=5), Change(9, 2, [("ben", "guest")], [], after=8)):
        board.receive(topic, msgspec.json.encode(change))
    board.receive(topic, msgspec.json.encode(Change(12, 3, [("carl", "guest")], [], after=9)))
    looks.version, looks.people = 12, {"ana": "guest", "ben": "guest", "carl": "guest"}
    assert await told(listener, 2) == [(9, 2), (12, 3)]
    assert [member["user"] for member in listener.told[1]["+"]] == ["carl"]
    board.close()

"""Presence across two workers: joins, flapping, a worker that dies, a lease that is lost, crowds."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from server.domain import topics
from server.domain.topics import parse
from server.kit.ids import new_id
from tests.factories.live import QUICK, live_server, room, someone, two_workers
from tests.live_client import PATIENCE, LiveClient

SOON = replace(QUICK, leave_after_seconds=0.3, lease_renew_seconds=0.1, crowd_diff_seconds=0.1)
"""The lease is as long as it is: one that a busy loop outlives would be lost in the middle of a test."""


def people(client: LiveClient, topic: str) -> set[str]:
    """Return who a client believes is there, checking that versions only grow."""
    there: dict[str, str] = {}
    version = 0
    for frame in client.of_type("presence"):
        if frame["t"] != topic:
            continue
        if "all" in frame:
            assert frame["v"] >= version
            there = {member["user"]: member["role"] for member in frame["all"]}
        else:
            assert frame["v"] > version
            there.update((member["user"], member["role"]) for member in frame.get("+", []))
            for user in frame.get("-", []):
                there.pop(user)
        version = frame["v"]
    return set(there)


def names(*actors: Any) -> set[str]:
    return {str(actor.user_id) for actor in actors}


async def test_followers_see_each_other_across_workers(bell: str):
    topic, ana, ben = room().name, someone(), someone()
    async with two_workers(bell, SOON) as (one, two), one.client(ana) as first:
        await first.follow(topic)
        await first.until(lambda: people(first, topic) == names(ana))
        async with two.client(ben) as second:
            await second.follow(topic)
            await second.until(lambda: people(second, topic) == names(ana, ben))
            await first.until(lambda: people(first, topic) == names(ana, ben))
            await second.send({"type": "leave", "topic": topic})
            await first.until(lambda: people(first, topic) == names(ana))


async def test_flapping_line_is_not_seen(bell: str):
    topic, ana, ben = room().name, someone(), someone()
    # Long enough to come back in, however busy the machine is.
    settings = replace(SOON, leave_after_seconds=3.0)
    async with two_workers(bell, settings) as (one, two), one.client(ana) as watcher, two.client(ben) as flapping:
        await watcher.follow(topic)
        await flapping.follow(topic)
        await watcher.until(lambda: people(watcher, topic) == names(ana, ben))
        seen = len(watcher.of_type("presence"))
        flapping.backoff = (0.01, 0.05)
        for url in (one.url, two.url):
            flapping.url = url
            follows = len(flapping.of_type("followed"))
            await flapping.cut()
            await flapping.until(lambda follows=follows: len(flapping.of_type("followed")) > follows)
        await flapping.stop()
        await watcher.until(lambda: people(watcher, topic) == names(ana))
        assert [frame.get("-") for frame in watcher.of_type("presence")[seen:]] == [[*names(ben)]]


async def test_person_with_three_tabs_on_two_workers_is_one(bell: str):
    topic, ana, ben = room().name, someone(), someone()
    async with two_workers(bell, SOON) as (one, two), one.client(ana) as watcher:
        await watcher.follow(topic)
        tabs = [one.client(ben), one.client(ben), two.client(ben)]
        for tab in tabs:
            await tab.open()
            await tab.follow(topic)
        await watcher.until(lambda: people(watcher, topic) == names(ana, ben))
        assert (await two.live.presence_of(parse(topic))).keys() == names(ana, ben)
        for tab in tabs[:2]:
            await tab.stop()
        await tabs[2].follow(topic)
        assert people(watcher, topic) == names(ana, ben)
        await tabs[2].stop()
        await watcher.until(lambda: people(watcher, topic) == names(ana))


async def test_people_of_a_dead_worker_are_taken_out_once(bell: str):
    topic, ana, ben = room().name, someone(), someone()
    async with two_workers(bell, SOON) as (one, two), one.client(ana) as watcher, Redis.from_url(bell) as redis:
        await watcher.follow(topic)
        async with two.client(ben) as second:
            await second.follow(topic)
            await watcher.until(lambda: people(watcher, topic) == names(ana, ben))
            # What kill -9 leaves: a lease that nobody renews.
            for task in tuple(two.live._presence._tasks):
                task.cancel()
            await redis.delete(f"rt:lease:{two.live.options.worker_id}")
            await watcher.until(lambda: people(watcher, topic) == names(ana))
        assert sum("-" in frame for frame in watcher.of_type("presence")) == 1


async def test_worker_whose_lease_was_lost_enters_its_living_people_again(bell: str, monkeypatch: pytest.MonkeyPatch):
    topic, ana, ben = room().name, someone(), someone()
    async with two_workers(bell, SOON) as (one, two), one.client(ana) as watcher, two.client(ben) as alive:
        await watcher.follow(topic)
        await alive.follow(topic)
        await watcher.until(lambda: people(watcher, topic) == names(ana, ben))
        presence, may_renew = two.live._presence, asyncio.Event()
        renew = presence._renew

        async def late() -> None:
            await may_renew.wait()
            await renew()

        monkeypatch.setattr(presence, "_renew", late)
        async with Redis.from_url(bell) as redis, asyncio.timeout(PATIENCE):
            while people(watcher, topic) != names(ana):
                # Again: a renewal may have been under way.
                await redis.delete(f"rt:lease:{two.live.options.worker_id}")
                await asyncio.sleep(0.05)
        may_renew.set()
        await watcher.until(lambda: people(watcher, topic) == names(ana, ben))
        assert alive.closes == []


async def test_nobody_enters_before_their_worker_is_where_its_death_is_found(
    bell: str, monkeypatch: pytest.MonkeyPatch
):
    topic, ana, ben = room().name, someone(), someone()
    async with two_workers(bell, SOON) as (one, two), one.client(ana) as watcher, two.client(ben) as early:
        await watcher.follow(topic)
        presence, is_late, may_renew = two.live._presence, asyncio.Event(), asyncio.Event()
        renew = presence._renew

        async def late() -> None:
            is_late.set()
            await may_renew.wait()
            await renew()

        monkeypatch.setattr(presence, "_renew", late)
        async with asyncio.timeout(PATIENCE):
            # A renewing that was under way ends, and would say that the worker is listed.
            await is_late.wait()
        # As at the start of a worker.
        presence._is_listed = presence._is_complete = False
        await early.follow(topic)
        async with asyncio.timeout(PATIENCE):
            while len(presence._tasks) > 1:  # all but the renewing
                await asyncio.sleep(0.01)
        assert (await one.live._presence.look(topic)).people.keys() == names(ana)
        may_renew.set()
        await watcher.until(lambda: people(watcher, topic) == names(ana, ben))


async def test_worker_that_comes_back_while_it_is_taken_for_dead_keeps_its_people(
    bell: str, monkeypatch: pytest.MonkeyPatch
):
    topic, ana, ben = room().name, someone(), someone()
    async with two_workers(bell, SOON) as (one, two), one.client(ana) as watcher, two.client(ben) as alive:
        await watcher.follow(topic)
        await alive.follow(topic)
        await watcher.until(lambda: people(watcher, topic) == names(ana, ben))
        presence, back, returned = two.live._presence, asyncio.Event(), asyncio.Event()
        renew, reap = presence._renew, one.live._presence._reap

        async def stalled() -> None:
            await back.wait()
            await renew()
            returned.set()

        async def overtaken(worker: str) -> None:
            back.set()
            await returned.wait()
            await reap(worker)

        monkeypatch.setattr(presence, "_renew", stalled)
        monkeypatch.setattr(one.live._presence, "_reap", overtaken)
        async with Redis.from_url(bell) as redis, asyncio.timeout(PATIENCE):
            while not returned.is_set():
                # Again: a renewal may have been under way.
                await redis.delete(f"rt:lease:{two.live.options.worker_id}")
                await asyncio.sleep(0.05)
        await watcher.until(lambda: sum("-" in frame for frame in watcher.of_type("presence")) == 1)
        await watcher.until(lambda: people(watcher, topic) == names(ana, ben))


async def test_presence_is_right_again_after_redis_was_emptied(bell: str):
    topic, ana, ben = room().name, someone(), someone()
    async with two_workers(bell, SOON) as (one, two), one.client(ana) as first, two.client(ben) as second:
        await first.follow(topic)
        await second.follow(topic)
        async with Redis.from_url(bell) as redis:
            await redis.flushall()
        carl = someone()
        async with two.client(carl) as third:
            await third.follow(topic)
            for client in (first, second, third):
                await client.until(lambda client=client: people(client, topic) == names(ana, ben, carl))


async def test_audience_of_a_webinar_is_a_number_and_its_staff_however_small_it_is(bell: str):
    topic, host = topics.webinar(new_id()).name, someone()
    async with live_server(bell, SOON) as server:
        server.rules.roles[host.require_user()] = "host"
        async with server.client(host) as first, server.client() as second:
            await first.follow(topic)
            await second.follow(topic)
            for client in (first, second):
                await client.until(lambda client=client: [f["n"] for f in client.of_type("presence")][-1:] == [2])
                assert people(client, topic) == names(host)


async def test_crowd_is_a_number_and_its_staff(bell: str):
    topic, host = room().name, someone()
    async with live_server(bell, replace(SOON, crowd_size=2)) as server:
        server.rules.roles[host.require_user()] = "host"
        async with server.client(host) as first, server.client() as second, server.client() as third:
            for client in (first, second, third):
                await client.follow(topic)
            await first.until(lambda: [frame["n"] for frame in first.of_type("presence")][-1:] == [3])
            assert people(first, topic) == names(host)
            await third.until(lambda: people(third, topic) == names(host))

"""A feed that reads what is missing while more is heard: nothing is taken for a loss, and nothing heard is dropped."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from server.queries import streams
from server.services.ports import ports
from tests.factories.live import QUICK, book_of, live_server, log_of, room, say
from tests.faults.test_live_bell import Catching
from tests.live_client import PATIENCE

ALONE = replace(QUICK, feed_check_seconds=600, relay_sweep_seconds=600)
"""Nothing but the mending itself heals."""


async def test_entry_heard_while_the_head_is_read_is_no_sign_that_the_book_went_back(
    bell: str, monkeypatch: pytest.MonkeyPatch
):
    topic = room()
    async with live_server(bell) as server, server.client() as client:
        await client.follow(topic.name)
        await say(topic, "before")
        await client.until_seq(topic.name, 1)
        feed = await server.live.hub.feed(topic.name)
        read = streams.head_of

        async def overtaken(name: str) -> streams.Head:
            head = await read(name)
            monkeypatch.setattr(streams, "head_of", read)
            await say(topic, "meanwhile")
            async with asyncio.timeout(PATIENCE):
                while feed.top == head.seq:
                    await asyncio.sleep(0.01)
            return head

        monkeypatch.setattr(streams, "head_of", overtaken)
        await feed.mend()
        await say(topic, "after")
        await client.until_seq(topic.name, 3)
        assert client.of_type("resync") == []
        assert log_of(client, topic) == await book_of(topic)


async def test_entry_heard_beyond_a_hole_while_the_book_is_read_has_the_hole_read_too(
    bell: str, monkeypatch: pytest.MonkeyPatch
):
    topic = room()
    async with live_server(bell, ALONE) as server, server.client() as client:
        await client.follow(topic.name)
        await say(topic, "before")
        await client.until_seq(topic.name, 1)
        feed = await server.live.hub.feed(topic.name)
        read, unheard = streams.chain_at, Catching()

        async def overtaken(*args: Any) -> str | None:
            monkeypatch.setattr(streams, "chain_at", read)
            monkeypatch.setattr(ports, "publisher", unheard)
            await say(topic, "lost by the bell", "heard")
            last = unheard.entries[-1]
            feed.receive([str(last.seq), last.epoch, last.chain, last.kind], last.payload.encode())
            return await read(*args)

        monkeypatch.setattr(streams, "chain_at", overtaken)
        await feed.mend()
        await client.until_seq(topic.name, 3)
        assert log_of(client, topic) == await book_of(topic)

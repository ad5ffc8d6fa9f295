"""The board of signals: a round is one message, and a reader who takes nothing keeps the newest rounds."""

import asyncio
import json
from dataclasses import replace
from typing import Any, cast

from server.config import LiveSettings
from server.realtime.feed import Feed
from server.realtime.shared import Shared
from server.realtime.signals import ROUNDS_KEPT, SignalBoard
from server.realtime.wires import together
from tests.live_client import PATIENCE

TOPIC = "webinar:01900000-0000-7000-8000-000000000001"


class Ear:
    """A follower that keeps the latest of each slot, as an outbox does, and how many messages came."""

    def __init__(self) -> None:
        self.slots: dict[str, bytes] = {}
        self.messages: list[bytes] = []

    def signal(self, slot: str, item: Shared) -> None:
        self.slots[slot] = item.text
        self.messages.append(item.text)


class Place:
    """What a board wants to know of a feed."""

    def __init__(self, *followers: Ear) -> None:
        self.topic = TOPIC
        self.followers = set(followers)


def board() -> SignalBoard:
    return SignalBoard(replace(LiveSettings(), signals_per_second_and_topic=50.0))


async def until(done: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not done():
            await asyncio.sleep(0.005)


async def test_many_signals_of_a_round_are_one_message_with_the_latest_of_each_key() -> None:
    ear = Ear()
    posting, feed = board(), cast("Feed", Place(ear))
    posting.post(feed, ["question.votes", "first", "1"], b"{}")
    for version in (1, 3, 2):
        for key in ("one", "two"):
            posting.post(feed, ["question.votes", key, str(version)], b'{"votes":%d}' % version)
    await until(lambda: len(ear.messages) == 2)
    posting.close()
    first, rest = (json.loads(message) for message in ear.messages)
    assert (first["type"], first["key"]) == ("signal", "first")
    assert [(frame["key"], frame["v"], frame["p"]) for frame in rest] == [
        ("one", 3, {"votes": 3}),
        ("two", 3, {"votes": 3}),
    ]


async def test_what_waits_for_a_reader_is_bounded_and_the_newest_rounds() -> None:
    ear = Ear()
    posting, feed = board(), cast("Feed", Place(ear))
    for number in range(2 * ROUNDS_KEPT):
        posting.post(feed, ["reaction", "heart", str(number)], b"%d" % number)
        await until(lambda expected=number + 1: len(ear.messages) == expected)
    posting.close()
    kept = sorted(json.loads(text)["p"] for text in ear.slots.values())
    assert kept == list(range(ROUNDS_KEPT, 2 * ROUNDS_KEPT))


def test_messages_that_are_arrays_join_into_one_array() -> None:
    assert json.loads(together([b'{"a":1}', b'[{"b":2},{"c":3}]', b'{"d":4}'])) == [
        {"a": 1},
        {"b": 2},
        {"c": 3},
        {"d": 4},
    ]

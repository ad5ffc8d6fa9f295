"""Buckets and budgets in Redis, shared by workers; without Redis each process counts the tries of identity alone."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from server.config import LiveSettings
from server.realtime.broker import Broker
from server.realtime.buckets import GIVEN_AHEAD, CostBudget, OwnBuckets, RedisBuckets
from tests.factories.proxy import proxy_to
from tests.live_client import PATIENCE


@pytest.fixture
async def buckets(bell: str) -> AsyncIterator[RedisBuckets]:
    broker = Broker(LiveSettings(), bell, "test")
    yield RedisBuckets(broker)
    await broker.stop()


async def test_bucket_holds_its_capacity_and_says_how_long_to_wait(buckets: RedisBuckets):
    taken = [await buckets.take("a", capacity=3, per_seconds=30) for _ in range(4)]
    assert taken[:3] == [0, 0, 0]
    assert 0 < taken[3] <= 10
    assert await buckets.take("b", capacity=3, per_seconds=30) == 0


async def test_tries_at_once_take_no_more_than_there_is(buckets: RedisBuckets):
    taken = await asyncio.gather(*(buckets.take("a", capacity=5, per_seconds=60) for _ in range(20)))
    assert taken.count(0) == 5


async def test_bucket_leaks(buckets: RedisBuckets):
    assert await buckets.take("a", capacity=1, per_seconds=600) == 0
    assert 0 < await buckets.take("a", capacity=1, per_seconds=600) <= 600
    async with asyncio.timeout(PATIENCE):
        while await buckets.take("a", capacity=1, per_seconds=0.2):
            await asyncio.sleep(0.05)


async def test_refusal_takes_nothing(buckets: RedisBuckets):
    budget = CostBudget(buckets, capacity=100, refill_per_second=0.1)
    assert await budget.charge("ana", 80) is None
    assert 0 < (await budget.charge("ana", 50) or 0) <= 300
    assert await budget.charge("ana", 20) is None


async def test_refund_makes_room(buckets: RedisBuckets):
    budget = CostBudget(buckets, capacity=100, refill_per_second=0.001)
    assert await budget.charge("ana", 100) is None
    await budget.refund("ana", 60)
    assert await budget.charge("ana", 60) is None
    assert await budget.charge("ana", 5) is not None


async def test_what_is_owed_is_given_back_in_a_moment_though_nobody_asks_again(
    buckets: RedisBuckets, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("server.realtime.buckets.OWED_SECONDS", 0.02)
    here, elsewhere = (CostBudget(buckets, capacity=100, refill_per_second=0.001) for _ in range(2))
    assert await here.charge("ana", 100) is None
    await here.refund("ana", 20)
    await here.refund("ana", 40)
    async with asyncio.timeout(PATIENCE):
        while await elsewhere.charge("ana", 60):
            await asyncio.sleep(0.01)
    assert await elsewhere.charge("ana", 1) is not None
    await here.stop()


async def test_a_refusal_gives_back_what_is_owed_all_the_same(buckets: RedisBuckets):
    here, elsewhere = (CostBudget(buckets, capacity=100, refill_per_second=0.001) for _ in range(2))
    assert await here.charge("ana", 100) is None
    await here.refund("ana", 30)
    assert await here.charge("ana", 40) is not None
    assert await elsewhere.charge("ana", 30) is None
    await here.stop()


async def test_an_empty_bucket_owes_nothing(buckets: RedisBuckets):
    asked = {"capacity": 100, "refill_per_second": 0.001}
    assert await buckets.change("a", units=0, owed=50, **asked) == 0  # type: ignore[arg-type]  # numbers by name
    assert await buckets.change("a", units=100, **asked) == 0  # type: ignore[arg-type]
    assert await buckets.change("a", units=5, **asked) > 0  # type: ignore[arg-type]


class Asked:
    """Buckets that note what is asked of them, and give ahead or not."""

    def __init__(self, answer: int) -> None:
        self.answer = answer
        self.changes: list[tuple[int, int, int]] = []

    async def change(self, _key: str, *, units: int, owed: int, ahead: int, **_: object) -> int:
        self.changes.append((units, owed, ahead))
        return self.answer


async def test_a_request_asks_redis_once():
    asked = Asked(0)
    budget = CostBudget(asked, capacity=100, refill_per_second=1)  # type: ignore[arg-type]  # all that is asked of it
    for _ in range(3):
        await budget.charge("ana", 30)
        await budget.refund("ana", 20)
    assert asked.changes == [(30, 0, 120), (30, 20, 120), (30, 20, 120)]


async def test_what_was_taken_ahead_pays_for_the_next_requests():
    asked = Asked(GIVEN_AHEAD)
    budget = CostBudget(asked, capacity=100, refill_per_second=1)  # type: ignore[arg-type]
    for _ in range(8):
        await budget.charge("ana", 30)
        await budget.refund("ana", 10)
    # Four ahead, and a third of each goes back: 130, 110, 90, 70, 50, 30, 10.
    assert asked.changes == [(30, 0, 120), (30, 10, 120)]
    await budget.charge("bea", 30)
    assert asked.changes[2:] == [(30, 0, 120)]


async def test_ahead_is_given_only_while_the_bucket_stays_half_empty(buckets: RedisBuckets):
    asked = {"capacity": 100, "refill_per_second": 0.001}
    given = [await buckets.change("a", units=10, ahead=20, **asked) for _ in range(3)]  # type: ignore[arg-type]  # numbers by name
    assert given == [GIVEN_AHEAD, 0, 0]
    assert await buckets.change("a", units=50, ahead=20, **asked) == 0  # type: ignore[arg-type]
    assert await buckets.change("a", units=1, ahead=0, **asked) > 0  # type: ignore[arg-type]


async def test_what_was_taken_ahead_goes_back_when_nobody_asks_again(
    buckets: RedisBuckets, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("server.realtime.buckets.OWED_SECONDS", 0.02)
    here, elsewhere = (CostBudget(buckets, capacity=100, refill_per_second=0.001) for _ in range(2))
    assert await here.charge("ana", 10) is None
    async with asyncio.timeout(PATIENCE):
        while await elsewhere.charge("ana", 90):
            await asyncio.sleep(0.01)
    assert await elsewhere.charge("ana", 1) is not None
    await here.stop()


async def test_several_processes_admit_no_more_than_the_bucket_holds(buckets: RedisBuckets):
    fleet = [CostBudget(buckets, capacity=1000, refill_per_second=0.001) for _ in range(4)]
    admitted = 0
    for number in range(200):
        budget = fleet[number % len(fleet)]
        admitted += 10 * (await budget.charge("ana", 10) is None)
    assert admitted <= 1000
    # What others hold is refused to nobody for longer than it is held.
    assert admitted >= 1000 - 3 * 40
    for budget in fleet:
        await budget.stop()


async def test_nothing_is_limited_while_redis_is_gone(bell: str):
    async with proxy_to(bell) as proxy:
        broker = Broker(LiveSettings(), proxy.url, "test", timeout_seconds=0.2)
        buckets = RedisBuckets(broker)
        await proxy.refuse()
        assert [await buckets.take("a", capacity=1, per_seconds=60) for _ in range(3)] == [0, 0, 0]
        await broker.stop()


async def test_tries_of_identity_are_counted_by_the_process_while_redis_is_gone(bell: str):
    async with proxy_to(bell) as proxy:
        broker = Broker(LiveSettings(), proxy.url, "test", timeout_seconds=0.2)
        buckets = RedisBuckets(broker)
        await proxy.refuse()
        waits = [await buckets.take("identity:sign_in:ana", capacity=8, per_seconds=3600) for _ in range(4)]
        assert (waits[:2], [wait > 0 for wait in waits[2:]]) == ([0, 0], [True, True])
        assert await buckets.take("identity:sign_in:bo", capacity=1, per_seconds=3600) == 0
        await broker.stop()


def test_a_process_forgets_the_buckets_that_nobody_touched_for_longest():
    own = OwnBuckets()
    assert own.take("first", capacity=4, refill_per_second=0.0001) == 0
    for number in range(10_000):
        own.take(f"other {number}", capacity=4, refill_per_second=0.0001)
    assert own.take("other 9999", capacity=4, refill_per_second=0.0001) > 0
    assert own.take("first", capacity=4, refill_per_second=0.0001) == 0

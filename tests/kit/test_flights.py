"""Shared loads: one load for all who ask at once, and nobody is left waiting for one that failed."""

import asyncio

import pytest

from server.kit.flights import Flights


class Source:
    """Something slow that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.fails = 0

    async def load(self) -> int:
        self.asked += 1
        number = self.asked
        await self.may_answer.wait()
        if self.fails:
            self.fails -= 1
            raise ConnectionResetError
        return number


async def started(work: "asyncio.Task[int]", source: Source) -> None:
    while not source.asked and not work.done():
        await asyncio.sleep(0)


async def test_those_who_ask_at_once_share_one_load() -> None:
    flights, source = Flights[str, int](), Source()
    asking = [asyncio.create_task(flights.join("a", source.load)) for _ in range(5)]
    await started(asking[0], source)
    source.may_answer.set()
    assert await asyncio.gather(*asking) == [1] * 5
    assert await flights.join("a", source.load) == 2


async def test_keys_are_loaded_apart() -> None:
    flights, source = Flights[str, int](), Source()
    source.may_answer.set()
    assert sorted(await asyncio.gather(flights.join("a", source.load), flights.join("b", source.load))) == [1, 2]


async def test_a_failure_is_the_loaders_own_and_the_next_one_loads() -> None:
    flights, source = Flights[str, int](), Source()
    source.fails = 1
    first, second = (asyncio.create_task(flights.join("a", source.load)) for _ in range(2))
    await started(first, source)
    source.may_answer.set()
    with pytest.raises(ConnectionResetError):
        await first
    assert await second == 2


async def test_a_cancelled_loader_leaves_nobody_waiting_and_a_cancelled_waiter_stops_nobody() -> None:
    flights, source = Flights[str, int](), Source()
    loader, impatient, patient = (asyncio.create_task(flights.join("a", source.load)) for _ in range(3))
    await started(loader, source)
    impatient.cancel()
    loader.cancel()
    source.may_answer.set()
    assert await patient == 2
    assert [one.cancelled() for one in await _ended(loader, impatient)] == [True, True]


async def _ended(*tasks: "asyncio.Task[int]") -> "tuple[asyncio.Task[int], ...]":
    await asyncio.wait(tasks)
    return tasks

"""Alarms of one waiting time, and the deadlines made of them."""

import asyncio

import pytest

from server.kit.alarms import Alarms, Deadline


class Bell:
    """Says whether it has rung."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()

    def ring(self) -> None:
        self.rung.set()


async def test_they_ring_in_the_order_in_which_they_were_set() -> None:
    alarms, bells = Alarms(0.02), [Bell() for _ in range(3)]
    for bell in bells:
        alarms.set(bell)
    async with asyncio.timeout(5):
        await bells[-1].rung.wait()
    assert [bell.rung.is_set() for bell in bells] == [True, True, True]


async def test_one_that_was_dropped_does_not_ring_and_the_next_rings_in_its_own_time() -> None:
    alarms, first, second = Alarms(0.05), Bell(), Bell()
    loop = asyncio.get_running_loop()
    began = loop.time()
    alarms.set(first)
    alarms.set(second)
    alarms._set[second] += 0.03  # as if it had been set so much later
    alarms.drop(first)
    alarms.drop(first)
    async with asyncio.timeout(5):
        await second.rung.wait()
    assert loop.time() - began >= 0.08
    assert not first.rung.is_set()


def test_alarms_go_on_in_another_loop() -> None:
    alarms = Alarms(0.01)

    async def rings() -> bool:
        bell = Bell()
        alarms.set(bell)
        async with asyncio.timeout(5):
            return await bell.rung.wait()

    async def leaves_one() -> None:
        alarms.set(Bell())

    asyncio.run(leaves_one())
    assert asyncio.run(rings())


async def test_work_beyond_its_deadline_ends_and_the_task_goes_on() -> None:
    alarms = Alarms(0.01)
    with pytest.raises(TimeoutError), Deadline(alarms):
        await asyncio.sleep(10)
    await asyncio.sleep(0)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_work_in_time_meets_no_deadline() -> None:
    alarms = Alarms(60)
    with Deadline(alarms):
        await asyncio.sleep(0)
    assert alarms._set == {}


async def test_an_error_in_time_stays_what_it_is() -> None:
    with pytest.raises(ValueError, match="mine"), Deadline(Alarms(1)):
        raise ValueError("mine")


async def test_whoever_is_cancelled_from_outside_stays_cancelled() -> None:
    async def work() -> None:
        with Deadline(Alarms(10)):
            await asyncio.sleep(10)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_whoever_is_cancelled_at_the_deadline_as_well_stays_cancelled() -> None:
    alarms = Alarms(0.01)

    async def work() -> None:
        with Deadline(alarms):
            try:
                await asyncio.sleep(10)
            finally:
                task.cancel()

    task = asyncio.create_task(work())
    with pytest.raises(asyncio.CancelledError):
        await task

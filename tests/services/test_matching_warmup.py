"""Compiling the engine's loops apart."""

import asyncio

from server.services.matching_warmup import compile_apart, is_compiled


async def test_compiling_apart_leaves_word_that_it_is_done() -> None:
    await compile_apart()
    assert is_compiled()


async def test_giving_up_on_it_takes_no_time() -> None:
    task = asyncio.create_task(compile_apart())
    await asyncio.sleep(0)
    task.cancel()
    async with asyncio.timeout(5):
        await asyncio.wait([task])
    assert task.cancelled()

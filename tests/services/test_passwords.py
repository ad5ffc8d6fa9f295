import asyncio
import time

import pytest

from server.domain.errors import RateLimited
from server.services import passwords
from tests.factories.logins import PASSWORD, outdated_hash


async def test_a_password_matches_its_own_hash_and_no_other() -> None:
    kept = await passwords.hash_password(PASSWORD)
    assert await passwords.matches(kept, PASSWORD)
    assert not await passwords.matches(kept, PASSWORD + " ")
    assert not await passwords.matches(None, PASSWORD)
    assert not await passwords.matches(kept, None)
    assert not await passwords.matches("no hash at all", PASSWORD)


async def test_a_hash_of_other_parameters_still_matches_and_is_outdated() -> None:
    assert await passwords.matches(outdated_hash(), PASSWORD)
    assert passwords.is_outdated(outdated_hash())
    assert not passwords.is_outdated(await passwords.hash_password(PASSWORD))


async def test_nobody_costs_as_much_as_somebody() -> None:
    kept = await passwords.hash_password(PASSWORD)

    async def cost(hash_or_none: str | None) -> float:
        times = []
        for _ in range(7):
            start = time.perf_counter()
            await passwords.matches(hash_or_none, "another password")
            times.append(time.perf_counter() - start)
        return min(times)

    known, unknown = await cost(kept), await cost(None)
    assert known / 2 < unknown < known * 2


async def test_the_loop_runs_on_while_passwords_are_hashed() -> None:
    hashing = asyncio.create_task(passwords.hash_password(PASSWORD))
    turns = 0
    while not hashing.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10


async def test_a_flood_of_hashes_is_refused_and_the_count_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MAX_WAITING", 3)
    answers = await asyncio.gather(*(passwords.hash_password(PASSWORD) for _ in range(6)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [str] * 3 + [RateLimited] * 3
    assert await passwords.hash_password(PASSWORD)


async def test_a_cancelled_check_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MAX_WAITING", 1)
    waiting = asyncio.create_task(passwords.hash_password(PASSWORD))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await passwords.hash_password(PASSWORD)

"""Blocking: at once, silently, and the same whoever asks twice."""

import asyncio

import pytest

from server.domain.actors import VISITOR, Actor, ProfileId
from server.domain.errors import Conflict, InvalidInput, LimitReached, NotFound, SignInNeeded
from server.domain.requests import OPEN_STATES
from server.kit.ids import new_id
from server.models.database import connection
from server.models.mentorships import MentorshipRequest
from server.models.safety import Block
from server.models.streams import FactRecord, StreamEntry
from server.queries.profiles import visible_profiles
from server.queries.safety import blocked_between, blocks_of
from server.services import safety
from server.services.matching import invalidate_between
from server.services.mentorships import accept_request
from server.services.transaction import unit_of_work
from tests.factories.mentorships import room_for, sent
from tests.factories.people import person
from tests.factories.profiles import block_of

pytestmark = pytest.mark.usefixtures("db")


async def test_a_block_hides_both_from_each_other_until_it_is_taken_back() -> None:
    ana, rui = await person("Ana"), await person("Rui", pseudonym="Nightrider", is_pseudonymous=True)
    await safety.block(ana, profile_id=rui.require_profile())
    for one, other in ((ana, rui), (rui, ana)):
        assert await visible_profiles(one, [other.require_profile()]) == {}
    assert [(one.profile_id, one.name) for one in await blocks_of(ana)] == [(rui.profile_id, "Nightrider")]
    assert await blocks_of(rui) == []
    await safety.unblock(ana, profile_id=rui.require_profile())
    assert list(await visible_profiles(rui, [ana.require_profile()])) == [ana.profile_id]
    with pytest.raises(NotFound):
        await safety.unblock(ana, profile_id=rui.require_profile())


async def test_the_blocked_hear_nothing() -> None:
    ana, rui = await person("Ana"), await person("Rui")
    await safety.block(ana, profile_id=rui.require_profile())
    await safety.unblock(ana, profile_id=rui.require_profile())
    assert await StreamEntry.filter(topic=f"user:{rui.user_id}").count() == 0
    assert await StreamEntry.filter(topic=f"user:{ana.user_id}").count() == 2


async def test_blocking_twice_or_ten_times_at_once_is_one_block_and_one_fact() -> None:
    ana, rui = await person("Ana"), await person("Rui")
    await asyncio.gather(*(safety.block(ana, profile_id=rui.require_profile()) for _ in range(10)))
    await safety.block(ana, profile_id=rui.require_profile())
    assert (await Block.all().count(), await FactRecord.all().count()) == (1, 1)


async def test_a_request_on_its_way_is_refused_or_found_by_a_block_of_the_same_moment() -> None:
    """The reaction to a block runs after it; a request that it does not find must have seen the block."""
    for _ in range(10):
        ana, rui = await person("Ana"), await person("Rui")

        async def part(ana: Actor, rui: Actor) -> None:
            await safety.block(ana, profile_id=rui.require_profile())
            await invalidate_between(one=ana.require_profile(), others=[rui.require_profile()])

        outcomes = await asyncio.gather(part(ana, rui), sent(rui, ana), return_exceptions=True)
        assert outcomes[0] is None
        assert isinstance(outcomes[1], MentorshipRequest | NotFound)
        assert await MentorshipRequest.filter(sender_id=rui.user_id, state__in=list(OPEN_STATES)).count() == 0


async def test_a_yes_at_the_moment_of_a_block_waits_for_it_and_is_refused() -> None:
    ana, rui = await person("Ana"), await person("Rui")
    await room_for(ana, 3)
    request = await sent(rui, ana)
    blocked, go_on = asyncio.Event(), asyncio.Event()

    async def block() -> None:
        async with unit_of_work():
            await safety.block(rui, profile_id=ana.require_profile())
            blocked.set()
            await go_on.wait()

    blocking = asyncio.create_task(block())
    await blocked.wait()
    accepting = asyncio.create_task(accept_request(ana, request_id=request.id))
    async with asyncio.timeout(10):
        while not (accepting.done() or await somebody_waits_for_a_turn()):
            await asyncio.sleep(0.01)
    go_on.set()
    await blocking
    with pytest.raises(Conflict):
        await accepting


async def somebody_waits_for_a_turn() -> bool:
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return bool(await connection().execute_query_dict(waiting))


async def test_the_hidden_and_the_missing_cannot_be_told_apart_by_blocking() -> None:
    ana, rui = await person("Ana"), await person("Rui")
    await block_of(rui, ana)
    answers = set()
    for target in (rui.require_profile(), ProfileId(new_id())):
        with pytest.raises(NotFound) as refused:
            await safety.block(ana, profile_id=target)
        answers.add(refused.value.message)
    assert len(answers) == 1


async def test_who_can_block_whom() -> None:
    ana = await person("Ana")
    with pytest.raises(InvalidInput):
        await safety.block(ana, profile_id=ana.require_profile())
    with pytest.raises(SignInNeeded):
        await safety.block(VISITOR, profile_id=ana.require_profile())


async def test_somebody_can_block_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    ana, one, last = await person("Ana"), await person("One"), await person("Last")
    await safety.block(ana, profile_id=one.require_profile())
    monkeypatch.setattr(safety, "MAX_BLOCKS", 1)
    with pytest.raises(LimitReached):
        await safety.block(ana, profile_id=last.require_profile())


async def test_blocks_between_people_are_found_in_either_direction() -> None:
    ana, rui, eva = await person("Ana"), await person("Rui"), await person("Eva")
    await block_of(rui, ana)
    ids = [who.require_profile() for who in (ana, rui, eva)]
    assert await blocked_between(ids) == {frozenset(ids[:2])}
    assert await blocked_between(ids[1:]) == set()

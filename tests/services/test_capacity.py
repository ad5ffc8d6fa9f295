"""The ledger: never past its limit, whoever comes at once, and never below nothing."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from server.domain.actors import Actor
from server.domain.availability import CapacityKind, MentoringFormat
from server.domain.capacity import DEFAULT_PLACES, AccountKey, CapacityFull, Posting
from server.domain.errors import InvalidInput, SignInNeeded
from server.kit.clock import clock
from server.kit.ids import new_id
from server.models.availability import CapacityAccount, CapacityEntry
from server.queries.capacity import ledger_of, open_places_of
from server.services import capacity
from server.services.transaction import retrying, unit_of_work
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


def _classic(who: Actor) -> AccountKey:
    return AccountKey(who.require_profile(), CapacityKind.CONCURRENT, MentoringFormat.CLASSIC)


@retrying
async def _debit(key: AccountKey, units: int = 1, reference: UUID | None = None) -> None:
    async with unit_of_work() as work:
        await capacity.debit(work, key, Posting(units, "test", reference))


async def _try(key: AccountKey, units: int = 1) -> bool:
    try:
        await _debit(key, units)
    except CapacityFull:
        return False
    return True


async def _used(who: Actor, kind: CapacityKind, mentoring_format: MentoringFormat | None = None) -> int:
    [account] = [one for one in await ledger_of(who) if (one.kind, one.format) == (kind, mentoring_format)]
    return account.used


@pytest.mark.parametrize(
    ("kind", "mentoring_format"),
    [
        (CapacityKind.CONCURRENT, MentoringFormat.MICRO),
        (CapacityKind.NEW_REQUESTS, None),
        (CapacityKind.MINUTES, None),
    ],
)
async def test_of_two_hundred_debits_at_once_exactly_the_limit_succeeds(
    kind: CapacityKind, mentoring_format: MentoringFormat | None
) -> None:
    mentor = await person("Mentor")
    await capacity.set_limit(mentor, kind=kind, allowed=7, mentoring_format=mentoring_format)
    key = AccountKey(mentor.require_profile(), kind, mentoring_format)
    outcomes = await asyncio.gather(*(_try(key) for _ in range(200)))
    assert outcomes.count(True) == 7
    assert await _used(mentor, kind, mentoring_format) == 7
    assert await CapacityEntry.all().count() == 7


async def test_first_debits_at_once_make_one_account_and_keep_the_default() -> None:
    mentor = await person("Mentor")
    outcomes = await asyncio.gather(*(_try(_classic(mentor)) for _ in range(30)))
    assert outcomes.count(True) == DEFAULT_PLACES[MentoringFormat.CLASSIC]
    assert await CapacityAccount.all().count() == 1


async def test_people_locked_in_any_order_do_not_wait_in_a_ring() -> None:
    one, two = await person("One"), await person("Two")
    tries = 0

    @retrying
    async def both(first: Actor, second: Actor) -> None:
        nonlocal tries
        tries += 1
        async with unit_of_work() as work:
            await capacity.lock(work, [first.require_profile(), second.require_profile()])
            for who in (first, second):
                await capacity.debit(work, AccountKey(who.require_profile(), CapacityKind.MINUTES), Posting(1, "test"))

    await asyncio.gather(*(both(*((one, two) if number % 2 else (two, one))) for number in range(60)))
    assert tries == 60
    assert [await _used(who, CapacityKind.MINUTES) for who in (one, two)] == [60, 60]
    assert await CapacityAccount.all().count() == 2 * 8


async def test_a_refused_debit_takes_nothing() -> None:
    mentor = await person("Mentor")
    await _debit(_classic(mentor), 1)
    with pytest.raises(CapacityFull) as refused:
        await _debit(_classic(mentor), 2)
    assert (refused.value.code, refused.value.limit) == ("capacity_full", 2)
    assert await _used(mentor, CapacityKind.CONCURRENT, MentoringFormat.CLASSIC) == 1


async def test_lowering_a_limit_ends_nothing_and_admits_nothing_new() -> None:
    mentor = await person("Mentor")
    await _debit(_classic(mentor), 2)
    await capacity.set_limit(mentor, kind=CapacityKind.CONCURRENT, allowed=1, mentoring_format=MentoringFormat.CLASSIC)
    assert await _used(mentor, CapacityKind.CONCURRENT, MentoringFormat.CLASSIC) == 2
    assert (await open_places_of(mentor, [mentor.require_profile()]))[mentor.require_profile()][
        MentoringFormat.CLASSIC
    ] == 0
    assert not await _try(_classic(mentor))


async def test_what_was_taken_can_be_given_back_once_and_no_more() -> None:
    mentor, reference = await person("Mentor"), new_id()
    await _debit(_classic(mentor), 2, reference)
    async with unit_of_work() as work:
        await capacity.credit(work, _classic(mentor), Posting(1, "ended", reference))
    assert await _used(mentor, CapacityKind.CONCURRENT, MentoringFormat.CLASSIC) == 1
    for wrong in (Posting(2, "ended", reference), Posting(1, "ended", new_id()), Posting(1, "ended")):
        with pytest.raises(ValueError, match="never taken"):
            async with unit_of_work() as work:
                await capacity.credit(work, _classic(mentor), wrong)
    assert await _used(mentor, CapacityKind.CONCURRENT, MentoringFormat.CLASSIC) == 1


async def test_releasing_a_reference_twice_or_at_once_gives_it_back_once() -> None:
    mentor, reference = await person("Mentor"), new_id()
    await _debit(_classic(mentor), 1, reference)
    await _debit(_classic(mentor), 1)
    await _debit(AccountKey(mentor.require_profile(), CapacityKind.MINUTES), 60, reference)

    @retrying
    async def release() -> None:
        async with unit_of_work() as work:
            await capacity.release(work, reference=reference, reason="ended", kinds=[CapacityKind.CONCURRENT])

    await asyncio.gather(*(release() for _ in range(10)))
    await release()
    assert await _used(mentor, CapacityKind.CONCURRENT, MentoringFormat.CLASSIC) == 1
    assert await _used(mentor, CapacityKind.MINUTES) == 60


async def test_rolling_accounts_forget_after_their_window_and_a_credit_makes_no_room_twice() -> None:
    mentor, reference = await person("Mentor"), new_id()
    key = AccountKey(mentor.require_profile(), CapacityKind.NEW_REQUESTS)
    await _debit(key, 10, reference)
    assert not await _try(key)
    with clock.moved(timedelta(days=6)):
        async with unit_of_work() as work:
            await capacity.credit(work, key, Posting(4, "withdrawn", reference))
        assert await _used(mentor, CapacityKind.NEW_REQUESTS) == 6
        assert await _try(key, 4)
        assert not await _try(key)
    with clock.moved(timedelta(days=7, minutes=1)):
        assert await _used(mentor, CapacityKind.NEW_REQUESTS) == 4
        assert not await _try(key, 7)
        assert await _try(key, 6)


async def test_a_limit_nobody_can_mean_is_refused() -> None:
    mentor = await person("Mentor")
    for allowed in (-1, 51, 2**40):
        with pytest.raises(InvalidInput):
            await capacity.set_limit(
                mentor, kind=CapacityKind.CONCURRENT, allowed=allowed, mentoring_format=MentoringFormat.CLASSIC
            )
    with pytest.raises(InvalidInput):
        await capacity.set_limit(mentor, kind=CapacityKind.CONCURRENT, allowed=1)
    with pytest.raises(InvalidInput):
        await capacity.set_limit(mentor, kind=CapacityKind.MINUTES, allowed=1, mentoring_format=MentoringFormat.CLASSIC)
    with pytest.raises(SignInNeeded):
        await capacity.set_limit(Actor(), kind=CapacityKind.MINUTES, allowed=1)
    assert await CapacityAccount.all().count() == 0

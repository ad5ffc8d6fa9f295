"""Reactions: each fact once, later when it failed, never lost, and one bad fact stops no other."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from server.domain.facts import Fact
from server.kit.clock import clock, now
from server.models.streams import FactRecord
from server.outbound.mail import Mail
from server.reactions import LEASE, MAX_ATTEMPTS, NotYetError, Surroundings, Table, react_to_due
from server.services.transaction import unit_of_work

pytestmark = pytest.mark.usefixtures("db")


@dataclass(frozen=True, kw_only=True)
class Reacted(Fact):
    """A fact these tests react to."""

    kind: ClassVar[str] = "test.reacted"
    number: int


@dataclass(frozen=True, kw_only=True)
class Ignored(Fact):
    """A fact nothing follows from."""

    kind: ClassVar[str] = "test.ignored"


class NoMail:
    """A sender nobody calls."""

    async def send(self, mail: Mail) -> None:
        message = f"no mail is expected, least of all {mail.subject}"
        raise AssertionError(message)


AROUND = Surroundings(NoMail(), "https://alongside.example.org")


def table_of(react: Callable[[Any], None]) -> Table:
    async def reaction(fact: Any, _around: Surroundings) -> None:
        react(fact)

    return {Reacted: (reaction,)}


async def record(*facts: Fact) -> None:
    async with unit_of_work() as work:
        for fact in facts:
            work.record(fact, to=[])


async def test_each_fact_is_reacted_to_once_in_the_order_it_was_recorded() -> None:
    seen: list[int] = []
    table = table_of(lambda fact: seen.append(fact.number))
    await record(Reacted(number=1), Reacted(number=2), Ignored(), Reacted(number=3))
    assert await react_to_due(table, AROUND) == 3
    assert await react_to_due(table, AROUND) == 0
    assert seen == [1, 2, 3]
    assert await FactRecord.filter(reacted_at=None).count() == 0


async def test_two_workers_never_take_the_same_fact() -> None:
    seen: list[int] = []
    table = table_of(lambda fact: seen.append(fact.number))
    await record(*(Reacted(number=number) for number in range(120)))
    for _ in range(4):
        await asyncio.gather(*(react_to_due(table, AROUND) for _ in range(3)))
    assert sorted(seen) == list(range(120))


async def test_a_reaction_that_fails_is_tried_again_later_and_stops_no_other() -> None:
    seen: list[int] = []

    def react(fact: Reacted) -> None:
        if fact.number == 1 and 2 not in seen:
            message = "not now"
            raise OSError(message)
        seen.append(fact.number)

    await record(Reacted(number=1), Reacted(number=2))
    await react_to_due(table_of(react), AROUND)
    assert seen == [2]
    assert (await FactRecord.get(reacted_at=None)).failure == "OSError: not now"
    assert await react_to_due(table_of(react), AROUND) == 0
    with clock.moved(timedelta(minutes=1)):
        await react_to_due(table_of(react), AROUND)
    assert seen == [2, 1]
    assert await FactRecord.filter(failure__isnull=False).count() == 0


async def test_a_reaction_that_has_to_wait_is_asked_again_however_often_and_has_not_failed() -> None:
    seen: list[int] = []
    late = now() + timedelta(hours=MAX_ATTEMPTS + 2, minutes=30)

    def react(fact: Reacted) -> None:
        if now() < late:
            raise NotYetError(now() + timedelta(hours=1))
        seen.append(fact.number)

    await record(Reacted(number=1))
    for hours in range(MAX_ATTEMPTS + 3):
        with clock.moved(timedelta(hours=hours, minutes=1)):
            assert await react_to_due(table_of(react), AROUND) == 1
            assert await react_to_due(table_of(react), AROUND) == 0
    assert seen == []
    fact = await FactRecord.get(reacted_at=None)
    assert (fact.attempts, fact.failure) == (0, None)
    with clock.moved(timedelta(hours=MAX_ATTEMPTS + 4)):
        await react_to_due(table_of(react), AROUND)
    assert seen == [1]


async def test_after_the_last_try_a_fact_is_left_with_its_failure() -> None:
    def react(_fact: Reacted) -> None:
        message = "never"
        raise OSError(message)

    await record(Reacted(number=1))
    tries = 0
    for hour in range(MAX_ATTEMPTS + 3):
        with clock.moved(timedelta(hours=hour)):
            tries += await react_to_due(table_of(react), AROUND)
    row = await FactRecord.get(kind=Reacted.kind)
    assert (tries, row.attempts, row.failure) == (MAX_ATTEMPTS, MAX_ATTEMPTS, "OSError: never")
    assert row.reacted_at is not None


async def test_what_a_killed_worker_had_taken_is_taken_up_after_its_lease() -> None:
    seen: list[int] = []

    def die(_fact: Reacted) -> None:
        raise asyncio.CancelledError

    await record(Reacted(number=7))
    with pytest.raises(asyncio.CancelledError):
        await react_to_due(table_of(die), AROUND)
    table = table_of(lambda fact: seen.append(fact.number))
    assert await react_to_due(table, AROUND) == 0
    with clock.moved(LEASE + timedelta(seconds=1)):
        assert await react_to_due(table, AROUND) == 1
    assert seen == [7]


async def test_a_payload_that_cannot_be_read_is_given_up_at_once() -> None:
    await FactRecord.create(kind=Reacted.kind, payload='{"number":"many"}')
    await react_to_due(table_of(lambda _fact: None), AROUND)
    row = await FactRecord.get(kind=Reacted.kind)
    assert (row.attempts, row.reacted_at is not None) == (1, True)
    assert "ValidationError" in (row.failure or "")

"""The unit of work: all or nothing, in order, published after the commit, whatever is cancelled when."""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast
from uuid import UUID

import pytest
from tortoise.connection import get_connections

from server.domain import topics
from server.domain.facts import Fact
from server.kit.ids import new_id
from server.models.client import LendingClient
from server.models.identity import User
from server.models.streams import FactRecord, StreamEntry, StreamHead
from server.services.book import next_chain
from server.services.ports import CommittedEntry, ControlSignal, ports
from server.services.transaction import retrying, unit_of_work

pytestmark = pytest.mark.usefixtures("db")


@dataclass(frozen=True, kw_only=True)
class Happened(Fact):
    """A fact of these tests."""

    kind: ClassVar[str] = "test.happened"
    number: int


class BrokenError(Exception):
    """What goes wrong in these tests."""


class Heard:
    """A publisher that remembers."""

    def __init__(self) -> None:
        self.entries: list[CommittedEntry] = []
        self.signals: list[ControlSignal] = []

    def committed(self, entries: Sequence[CommittedEntry]) -> None:
        self.entries.extend(entries)

    def control(self, signals: Sequence[ControlSignal]) -> None:
        self.signals.extend(signals)


@pytest.fixture
def heard() -> Iterator[Heard]:
    before, ports.publisher = ports.publisher, Heard()
    yield ports.publisher
    ports.publisher = before


async def test_facts_take_their_places_in_every_topic_and_are_published_after_the_commit(heard: Heard) -> None:
    one, two = topics.user(new_id()), topics.session(new_id())
    async with unit_of_work() as work:
        work.record(Happened(number=1), to=[one, two])
        work.record(Happened(number=2), to=[two])
        assert heard.entries == []
    assert [(entry.topic, entry.seq, entry.payload) for entry in heard.entries] == [
        (two.name, 1, '{"number":1}'),
        (two.name, 2, '{"number":2}'),
        (one.name, 1, '{"number":1}'),
    ]
    assert await FactRecord.all().count() == 2


async def test_the_chain_can_be_recomputed_from_the_book() -> None:
    topic = topics.user(new_id())
    for number in range(5):
        async with unit_of_work() as work:
            work.record(Happened(number=number), to=[topic])
    chain = ""
    for entry in await StreamEntry.filter(topic=topic.name).order_by("seq"):
        chain = next_chain(chain, entry.seq, entry.id)
        assert entry.chain == chain
    assert (await StreamHead.get(topic=topic.name)).chain == chain


async def test_a_failure_leaves_no_row_no_entry_and_no_word(heard: Heard) -> None:
    async def fail() -> None:
        async with unit_of_work() as work:
            await User.create(email="a@example.org")
            work.record(Happened(number=1), to=[topics.user(new_id())])
            work.control(topics.user(new_id()), "gone")
            raise BrokenError

    with pytest.raises(BrokenError):
        await fail()
    assert (await User.all().count(), await StreamEntry.all().count()) == (0, 0)
    assert (heard.entries, heard.signals) == ([], [])


async def test_an_inner_unit_joins_the_outer_one(heard: Heard) -> None:
    async def outer() -> None:
        async with unit_of_work() as work:
            async with unit_of_work() as inner:
                assert inner is work
                inner.record(Happened(number=1), to=[topics.user(new_id())])
            assert heard.entries == []
            raise BrokenError

    with pytest.raises(BrokenError):
        await outer()
    assert await StreamEntry.all().count() == 0


async def test_two_hundred_units_over_the_same_two_topics_in_both_orders_do_not_deadlock() -> None:
    one, two = topics.user(new_id()), topics.user(new_id())

    async def write(number: int) -> None:
        async with unit_of_work() as work:
            work.record(Happened(number=number), to=[one, two] if number % 2 else [two, one])

    await asyncio.gather(*(write(number) for number in range(200)))
    for topic in (one, two):
        seqs = await StreamEntry.filter(topic=topic.name).order_by("seq").values_list("seq", flat=True)
        assert list(seqs) == list(range(1, 201))


async def test_a_task_started_inside_a_unit_does_not_join_it() -> None:
    async def stray() -> None:
        async with unit_of_work() as work:
            work.record(Happened(number=1), to=[topics.user(new_id())])

    async with unit_of_work():
        task = asyncio.create_task(stray())
        await task
    assert await StreamEntry.all().count() == 1


async def test_a_deadlock_is_run_again_and_both_units_commit() -> None:
    first, second = await User.create(email="a@example.org"), await User.create(email="b@example.org")
    both_hold_one = asyncio.Barrier(2)
    tries: list[UUID] = []

    @retrying
    async def cross(mine: UUID, theirs: UUID) -> None:
        tries.append(mine)
        async with unit_of_work():
            await User.filter(id=mine).update(locale="fr")
            if len(tries) <= 2:
                await both_hold_one.wait()
            await User.filter(id=theirs).update(locale="de")

    await asyncio.wait_for(asyncio.gather(cross(first.id, second.id), cross(second.id, first.id)), 20)
    assert len(tries) == 3


class _Counted:
    """An awaitable that drives a coroutine and cancels the running task at its n-th suspension."""

    def __init__(self, step: Coroutine[Any, Any, None], at: int) -> None:
        self._step = step
        self._left = at

    def __await__(self) -> Generator[Any, Any, None]:
        send: Callable[[], Any] = lambda: self._step.send(None)  # noqa: E731 - rebound each turn
        while True:
            try:
                suspended = send()
            except StopIteration:
                return
            self._left -= 1
            if self._left == 0:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            try:
                yield suspended
                send = lambda: self._step.send(None)  # noqa: E731
            except BaseException as thrown:  # noqa: BLE001 - handed to the coroutine, as the loop would
                error = thrown
                send = lambda: self._step.throw(error)  # noqa: B023, E731


async def _counted(step: Coroutine[Any, Any, None], at: int) -> None:
    await _Counted(step, at)


async def _cancelled_after(suspensions: int) -> bool:
    """Run one unit of work and cancel it when it has been suspended so often. Return whether it was cancelled."""

    async def unit() -> None:
        async with unit_of_work() as work:
            await User.create(email="a@example.org")
            work.record(Happened(number=1), to=[topics.user(new_id()), topics.session(new_id())])

    task = asyncio.ensure_future(_counted(unit(), suspensions))
    done, _ = await asyncio.wait({task}, timeout=20)
    assert done, "the unit of work hangs after a cancel"
    return task.cancelled()


async def test_cancelling_at_every_await_leaves_all_or_nothing_and_leaks_no_connection(heard: Heard) -> None:
    client = cast("LendingClient", get_connections().get("default"))
    pool: Any = client._pool
    outcomes = set()
    for suspensions in range(1, 80):
        heard.entries.clear()
        was_cancelled = await _cancelled_after(suspensions)
        users, entries, facts = (
            await User.all().count(),
            await StreamEntry.all().count(),
            await FactRecord.all().count(),
        )
        assert (users, entries, facts) in {(0, 0, 0), (1, 2, 1)}
        assert len(heard.entries) == entries
        assert pool.get_idle_size() + (await client.lent()).kept == pool.get_size()
        outcomes.add((was_cancelled, users))
        await asyncio.gather(User.all().delete(), StreamEntry.all().delete(), FactRecord.all().delete())
        await StreamHead.all().delete()
        if not was_cancelled and users:
            break
    else:
        pytest.fail("the unit of work never ran to its end")
    assert (True, 0) in outcomes

"""The unit of work: one transaction, the facts it records, and what leaves after its commit.

A service opens one with `async with unit_of_work() as work`; a service called inside joins the one that is open.
Nothing inside starts a task. Cancelling at any await either commits all of it and publishes, or leaves no trace.
"""

import asyncio
import functools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar, cast

import asyncpg
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

from server.domain.actors import Actor
from server.domain.facts import Fact
from server.domain.topics import Topic
from server.models.client import LendingClient
from server.services import book
from server.services.ports import ControlSignal, EphemeralSignal, ports

P = ParamSpec("P")
R = TypeVar("R")

MAX_TRIES = 5
"""Tries of a unit of work that PostgreSQL asked to be run again (40001, 40P01)."""

_RETRIED = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


@dataclass
class Work:
    """An open unit of work. `connection` runs statements inside its transaction."""

    connection: BaseDBAsyncClient
    owner: asyncio.Task[Any] | None
    recorded: list[book.Recorded] = field(default_factory=list)
    signals: list[ControlSignal] = field(default_factory=list)
    passing: list[EphemeralSignal] = field(default_factory=list)

    def record(self, fact: Fact, *, to: list[Topic], actor: Actor | None = None, command_id: str | None = None) -> None:
        """Record what happened, for the followers of `to` (none: for the reactions alone)."""
        actor_id = None if actor is None else actor.user_id
        self.recorded.append(book.Recorded(fact, tuple(to), actor_id, command_id))

    def control(self, topic: Topic, kind: str, payload: str = "{}") -> None:
        """Send word on the control lane of a topic after commit; it may be lost, so a sweep must heal it."""
        self.signals.append(ControlSignal(topic.name, kind, payload))

    def signal(self, topic: Topic, kind: str, key: str, *, version: int, payload: str) -> None:
        """Send what passes after commit: the latest of a key stays, and losing one does no harm."""
        self.passing.append(EphemeralSignal(topic.name, kind, key, version, payload))


_open_work: ContextVar[Work | None] = ContextVar("open_work", default=None)


def current_work() -> Work | None:
    """Return the unit of work that this very task has open, or None."""
    work = _open_work.get()
    if work is None or work.owner is not asyncio.current_task():
        return None
    return work


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[Work]:
    """Open a unit of work, or join the one this task has open. Commits at the end of the outermost block.

    Raises what the block raises, after rolling back; nothing is published then.
    """
    joined = current_work()
    if joined is not None:
        yield joined
        return
    async with _transaction() as work:
        yield work


@asynccontextmanager
async def _transaction() -> AsyncIterator[Work]:
    pooled = _pooled_client()
    lending = await pooled.lent()
    # A cancel during take() leaves nothing behind. From the next line on, we give it back.
    raw = await lending.take()
    is_sound = False
    client = TransactionWrapper(pooled)
    client._connection = cast("Any", raw)  # noqa: SLF001 - as TransactionContextPooled does
    try:
        await client.begin()
        work = Work(client, asyncio.current_task())
        token = get_connections().set(client.connection_name, client)
        work_token = _open_work.set(work)
        try:
            yield work
        finally:
            _open_work.reset(work_token)
            get_connections().reset(token)
        await _uncancelled(_commit(work, client))
        is_sound = True
    except BaseException:
        if not client._finalized:  # noqa: SLF001
            await _uncancelled(_roll_back(client))
        raise
    finally:
        if not (is_sound and lending.keep(raw)):
            await _uncancelled(lending.give(raw))


def _pooled_client() -> LendingClient:
    """Return the client that owns the pool, even in a task that inherited a finished transaction's client."""
    client = get_connections().get("default")
    while isinstance(client, TransactionWrapper):
        client = client._parent  # noqa: SLF001
    return cast("LendingClient", client)


async def _commit(work: Work, client: TransactionWrapper) -> None:
    """Write the book, commit, publish. Runs to its end even when the caller is cancelled."""
    entries = await book.write(client, work.recorded) if work.recorded else []
    await client.commit()
    if entries:
        ports.publisher.committed(entries)
    if work.signals:
        ports.publisher.control(work.signals)
    if work.passing:
        ports.publisher.ephemeral(work.passing)


async def _roll_back(client: TransactionWrapper) -> None:
    if client.transaction is not None and not cast("Any", client._connection).is_closed():  # noqa: SLF001
        try:
            await client.rollback()
        except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, OSError):
            # The connection is gone and took the transaction with it; releasing it discards it.
            client._finalized = True  # noqa: SLF001


async def _uncancelled(step: Coroutine[Any, Any, None]) -> None:
    """Run a step to its end; a cancel that arrives meanwhile is raised after it."""
    running = asyncio.ensure_future(step)
    cancelled = False
    while not running.done():
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            if running.cancelled():
                raise
            cancelled = True
        except BaseException:  # noqa: BLE001 - the step's own failure is raised by result() below
            break
    running.result()
    if cancelled:
        raise asyncio.CancelledError


def retrying(use_case: Callable[P, Awaitable[R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Run a use case again, with jitter, when PostgreSQL asks for it. Inside an open unit of work it runs once.

    The whole use case is run again, so it must do nothing outside its unit of work before the commit.
    """

    @functools.wraps(use_case)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if current_work() is not None:
            return await use_case(*args, **kwargs)
        for attempt in range(1, MAX_TRIES):
            try:
                return await use_case(*args, **kwargs)
            except (*_RETRIED, OperationalError) as failure:
                if not _asks_again(failure):
                    raise
            await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter
        return await use_case(*args, **kwargs)

    return run


def _asks_again(failure: BaseException) -> bool:
    return isinstance(failure, _RETRIED) or isinstance(failure.__cause__, _RETRIED)

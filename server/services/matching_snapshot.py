"""The matching engine of a process: builds its picture of the community, follows the changes, answers from memory.

One thread owns the picture; the loops there run without the GIL. Nothing here decides who may see what: callers do
(services/recommendations.py).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import asyncpg
from tortoise.exceptions import BaseORMException

from server.domain.suggestions import SuggestionsPreparing
from server.kit.clock import now
from server.matching import timegrid
from server.models.database import AWAY
from server.observability.logs import get_logger
from server.queries import matching as queries
from server.services.matching_columns import Bits, Drawn, Meanings, Zones, common_traits, drawn
from server.services.matching_picture import Picture
from server.services.matching_warmup import compile_apart, is_compiled

log = get_logger(__name__)

FOLLOW_SECONDS = 0.25
"""How often a process asks for changes: with the reading of some rows, a change is seen well within a second."""
REBUILT_EVERY = timedelta(hours=1)
"""Time alone changes things: the grid moves, weeks of the ledger end, indexes fill with what changed."""
KEEP_CHANGES = timedelta(days=1)
_BATCH = 2_000
_INDUSTRIES = 56
_FAILURES = (*AWAY, asyncpg.PostgresError, BaseORMException)
_FAILURE_PAUSE = 2.0
_NOBODY = UUID(int=0)
_NO_CHANGE = 2**62

T = TypeVar("T")


@dataclass(frozen=True)
class Built:
    """A picture of the community as it was when the changes from `floor` on had not happened."""

    picture: Picture
    at: datetime
    floor: int


@dataclass
class Engine:
    """What a process knows of the community. `ready` is set once the first picture stands and loops are compiled."""

    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _picture: Picture | None = None
    _built_at: datetime = field(default_factory=now)
    _is_full: bool = False
    _next: "asyncio.Task[Built] | None" = None
    _floor: int = 0
    _seen: frozenset[int] = frozenset()
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "matching"))
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, question: Callable[[Picture], T], *about: UUID) -> T:
        """Ask the picture about people, in its thread.

        SuggestionsPreparing until there is one, and for somebody it has not heard of yet; KeyError never.
        """
        if self._picture is None or not self.ready.is_set():
            raise SuggestionsPreparing
        if not all(one in self._picture for one in about):
            await self.catch_up()
            if not all(one in self._picture for one in about):
                raise SuggestionsPreparing(1)
        picture = self._picture
        return await asyncio.get_running_loop().run_in_executor(self._thread, question, picture)

    async def catch_up(self) -> int:
        """Take in what changed since the last time. Return how many people that were."""
        async with self._turn:
            if self._picture is None:
                self._adopt(await _build())
            elif self._next is None and self._is_due:
                self._next = asyncio.create_task(_build(), name="matching build")
            if self._next is not None and self._next.done():
                done, self._next = self._next, None
                self._adopt(done.result())
            changes = await queries.changes_since(self._floor)
            if changes.floor < self._floor:
                # A database that was restored counts its transactions anew.
                self._is_full = True
            fresh = changes.ids - self._seen
            if fresh:
                await self._take_in(changes.profiles)
            self._floor, self._seen = changes.floor, changes.ids
            return len(changes.profiles) if fresh else 0

    async def follow(self) -> None:
        """Prepare, then keep up with the changes until cancelled. A database that is away is waited for."""
        while True:
            pause = FOLLOW_SECONDS
            try:
                await self.catch_up()
                if not self.ready.is_set():
                    await self.warm()
            except _FAILURES as failure:
                log.warning("matching_follow_failed", error=repr(failure))
                pause = _FAILURE_PAUSE
            await asyncio.sleep(pause)

    async def warm(self) -> None:
        """Load what was compiled by asking once, after a first time in a process of its own; then answer."""
        if not await asyncio.to_thread(is_compiled):
            await compile_apart()
        picture = self._picture
        if picture is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, picture.rehearse)
            self.ready.set()

    async def close(self) -> None:
        """Give up what is under way, and the thread."""
        if self._next is not None:
            self._next.cancel()
            await asyncio.wait([self._next])
        await asyncio.to_thread(self._thread.shutdown)

    @property
    def _is_due(self) -> bool:
        at = now()
        return self._is_full or at - self._built_at > REBUILT_EVERY or at.date() != self._built_at.date()

    def _adopt(self, built: Built) -> None:
        self._picture, self._built_at, self._floor = built.picture, built.at, built.floor
        self._seen, self._is_full = frozenset(), False
        log.info("matching_built", people=len(built.picture.ids))

    async def _take_in(self, ids: Collection[UUID]) -> None:
        if self._picture is None or self._is_full:
            return
        people = await _read(ids, self._picture.meanings.zones.start, now())
        loop = asyncio.get_running_loop()
        self._is_full = not await loop.run_in_executor(self._thread, self._picture.update, people)


async def _build() -> Built:
    """Read everybody, in batches, and return a new picture; the one before it answers meanwhile."""
    at = now()
    start = timegrid.grid_start(at)
    # Taken before the first row is read: what changes meanwhile is read again.
    floor = (await queries.changes_since(_NO_CHANGE)).floor
    languages, industries = await queries.common_languages(), await queries.common_industries()
    traits = common_traits(languages, industries)
    meanings = Meanings(Zones(start), Bits(languages), Bits(industries, room=_INDUSTRIES), traits)
    parts: list[Drawn] = []
    blocks: queries.Rows = []
    declines: queries.Rows = []
    last = _NOBODY
    while ids := await queries.profile_ids_after(last, _BATCH):
        people = await _read(ids, start, at)
        parts.append(await asyncio.to_thread(drawn, people, meanings))
        blocks += people.blocks
        declines += people.declines
        last = ids[-1]

    def put_together() -> Picture:
        picture = Picture(parts, meanings)
        picture.update_pairs((), blocks, declines)
        return picture

    return Built(await asyncio.to_thread(put_together), at, floor)


async def _read(ids: Collection[UUID], start: int, at: datetime) -> queries.People:
    begins = datetime.fromtimestamp(start, UTC)
    return await queries.read_people(ids, start=begins, end=begins + timedelta(days=timegrid.DAYS), at=at)


@dataclass
class Running:
    """The engine of this process, if one runs."""

    engine: Engine | None = None

    async def ask(self, question: Callable[[Picture], T], *about: UUID) -> T:
        """Ask the engine, or refuse with SuggestionsPreparing when none runs."""
        if self.engine is None:
            raise SuggestionsPreparing
        return await self.engine.ask(question, *about)


running = Running()
"""Set by `engine_running`, for the length of its block."""


@asynccontextmanager
async def engine_running() -> AsyncIterator[Engine]:
    """Run an engine in the background for the length of the block. It does not wait until the engine is ready."""
    engine = Engine()
    running.engine = engine
    task = asyncio.create_task(engine.follow(), name="matching")
    try:
        yield engine
    finally:
        running.engine = None
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await engine.close()


async def forget_old_changes() -> int:
    """Delete the notes of changes that every process has read long ago. Return how many."""
    return await queries.forget_changes(now() - KEEP_CHANGES)

"""Hand-written statements that only read, in as few trips to the database as an operation allows.

What an operation asks for at one moment, by fields of one level or by several roots, is sent as one statement. A trip
costs many times what a row does, so this decides what an answer costs.
"""

import asyncio
import re
from collections.abc import Sequence
from contextvars import ContextVar, Token
from functools import lru_cache
from typing import Any, NamedTuple

import asyncpg
from tortoise.backends.base.client import TransactionalDBClient

from server.models.client import LendingClient
from server.models.database import connection

QUIET_TURNS = 4
"""A round closes when the loop has turned so often and nobody asked for more: a level's batches start within three."""
MOST_JOINED = 8
"""Statements in one. PostgreSQL works through them one after the other."""

_FAULTY = (asyncpg.DataError, asyncpg.SyntaxOrAccessError)
"""What one statement alone is to blame for."""
_MARK = re.compile(r"\$(\d+)")


async def read(statement: str, values: Sequence[Any]) -> Sequence[Any]:
    """Return the rows of a SELECT. They are read by position: rows of a joined statement know no names.

    Inside a unit of work it is sent in its transaction, else at once or, in an operation, with what else that reads.
    """
    together = _together.get()
    if together is None or together.has_ended or isinstance(connection(), TransactionalDBClient):
        return await read_alone(statement, values)
    return await together.read(statement, values)


async def read_alone(statement: str, values: Sequence[Any]) -> Sequence[Any]:
    """Return the rows of a statement that is never part of another: one that notes something on the way."""
    client = connection()
    if isinstance(client, LendingClient):
        return await (await client.lent()).fetch(statement, values)
    _, rows = await client.execute_query(statement, list(values))
    return rows


class _Ask(NamedTuple):
    """A statement that waits to be sent."""

    statement: str
    values: Sequence[Any]
    rows: asyncio.Future[Sequence[Any]]


class ReadsTogether:
    """Joins the reads of one operation, for the length of a block in its task."""

    def __init__(self) -> None:
        self._asks: list[_Ask] = []
        self._sending: set[asyncio.Task[Sequence[Sequence[Any]]]] = set()
        self.has_ended = False
        """Whether the block is over. Tasks that outlive it read by themselves."""
        self._token: Token[ReadsTogether | None] | None = None

    async def __aenter__(self) -> "ReadsTogether":
        """Begin: what this task and those it starts read from now on may be joined."""
        self._token = _together.set(self)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End. What is still on its way is wanted by nobody any more."""
        if self._token is not None:
            _together.reset(self._token)
        self.has_ended = True
        for ask in self._asks:
            ask.rows.cancel()
        sending = list(self._sending)
        for task in sending:
            task.cancel()
        if sending:
            await asyncio.gather(*sending, return_exceptions=True)

    async def read(self, statement: str, values: Sequence[Any]) -> Sequence[Any]:
        """Return the rows of a statement that is sent with the next round."""
        loop = asyncio.get_running_loop()
        rows: asyncio.Future[Sequence[Any]] = loop.create_future()
        self._asks.append(_Ask(statement, values, rows))
        if len(self._asks) == 1:
            loop.call_soon(self._turn, loop, 1, QUIET_TURNS)
        return await rows

    def _turn(self, loop: asyncio.AbstractEventLoop, seen: int, quiet: int) -> None:
        asked = len(self._asks)
        if asked != seen:
            quiet = QUIET_TURNS
        if quiet > 0:
            loop.call_soon(self._turn, loop, asked, quiet - 1)
            return
        asks, self._asks = [ask for ask in self._asks if not ask.rows.done()], []
        for start in range(0, len(asks), MOST_JOINED):
            self._send(asks[start : start + MOST_JOINED])

    def _send(self, asks: Sequence[_Ask]) -> None:
        task = asyncio.get_running_loop().create_task(_parts(asks))
        self._sending.add(task)
        task.add_done_callback(lambda ended: self._deliver(asks, ended))

    def _deliver(self, asks: Sequence[_Ask], ended: "asyncio.Task[Sequence[Sequence[Any]]]") -> None:
        """Give each its rows, or what went wrong: where that may be the fault of one, each is sent by itself."""
        self._sending.discard(ended)
        failure = None if ended.cancelled() else ended.exception()
        if isinstance(failure, _FAULTY) and len(asks) > 1 and not self.has_ended:
            for ask in asks:
                self._send([ask])
            return
        for number, ask in enumerate(asks):
            if ask.rows.done():
                continue
            if ended.cancelled():
                ask.rows.cancel()
            elif failure is not None:
                ask.rows.set_exception(failure)
                ask.rows.exception()  # seen: its reader may be cancelled by now
            else:
                ask.rows.set_result(ended.result()[number])


_together: ContextVar[ReadsTogether | None] = ContextVar("reads_together", default=None)


async def _parts(asks: Sequence[_Ask]) -> Sequence[Sequence[Any]]:
    """Send what is asked as one statement; return the rows of each."""
    if len(asks) == 1:
        return [await read_alone(asks[0].statement, asks[0].values)]
    statement = joined(tuple(ask.statement for ask in asks))
    # One row: an array of rows for each statement.
    parts: Sequence[Sequence[Any]]
    (parts,) = await read_alone(statement, [value for ask in asks for value in ask.values])
    return parts


@lru_cache(maxsize=1024)
def joined(statements: tuple[str, ...]) -> str:
    """Return one statement that gives an array of rows for each, and takes the values of all, in order."""
    parts, before = [], 0
    for statement in statements:
        moved = numbered_from(before, statement)
        parts.append(f"ARRAY(SELECT read_row FROM (\n{moved}\n) AS read_row)")  # noqa: S608 - our own statements
        before += max((int(number) for number in _MARK.findall(statement)), default=0)
    return "SELECT " + ",\n".join(parts)


def numbered_from(before: int, statement: str) -> str:
    """Return a statement whose parameters come after so many others."""
    return _MARK.sub(lambda mark: f"${int(mark[1]) + before}", statement)

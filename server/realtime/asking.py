"""Questions to Redis. Those asked in one turn of the loop go in one piece, so a crowd that comes at once costs few
round trips and little of the client library's time. A silent Redis is given a rest, so that nobody queues for it.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from redis.exceptions import NoScriptError

from server.realtime.lines import CONNECTIONS, LOST, Line
from server.realtime.tasks import end

log = logging.getLogger(__name__)

_PATIENCE = 5
"""A question may wait this many timeouts for its turn; on the wire it has one."""

MOST_PIECES = 2
"""Pieces under way at once. What is asked meanwhile gathers, which makes the next piece a larger one."""

MOST_QUESTIONS = 250
"""Questions in one piece."""


class BellSilent(Exception):  # noqa: N818 - a state of the world, which callers work around
    """Redis did not answer, or is given a rest after it did not."""


@dataclass(frozen=True)
class Script:
    """A Lua script, known by its digest to a server that has seen it."""

    text: str

    @property
    def digest(self) -> str:
        """Return the name under which a server keeps the script."""
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


Words = tuple[str | bytes | int | float, ...]


class Asker:
    """Asks Redis for one worker. Everything raises BellSilent where there is no answer."""

    def __init__(self, line: Line, timeout_seconds: float) -> None:
        self._line = line
        self._timeout = timeout_seconds
        self._rest_until = 0.0
        # A sentinel's or a cluster's pool refuses who comes when it is full: who asks waits here.
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._waiting: list[tuple[Words, asyncio.Future[Any]]] = []
        self._pieces: set[asyncio.Task[None]] = set()
        self._is_due = False
        self._digests: dict[str, str] = {}

    @staticmethod
    def patience(timeout_seconds: float) -> float:
        """Return how long a question may wait for its turn, in seconds."""
        return timeout_seconds * _PATIENCE

    async def stop(self) -> None:
        """Let go of what is asked."""
        await end(*self._pieces)

    async def run(self, *words: str | bytes | float) -> Any:
        """Return the answer to one command, put together with others that are asked now."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._rest_until:
            raise BellSilent
        answer: asyncio.Future[Any] = loop.create_future()
        self._waiting.append((words, answer))
        self._start_soon()
        return await answer

    async def call(self, script: Script, keys: Sequence[str], args: Sequence[str | bytes | float]) -> Any:
        """Return what a script returns."""
        digest = self._digests.get(script.text)
        if digest is None:
            digest = self._digests[script.text] = script.digest
        try:
            return await self.run("EVALSHA", digest, len(keys), *keys, *args)
        except NoScriptError:
            return await self.run("EVAL", script.text, len(keys), *keys, *args)

    async def guarded(self, question: Awaitable[Any]) -> Any:
        """Await an answer that the client library is asked for directly."""
        try:
            async with self.asking():
                return await question
        finally:
            # While Redis is given its rest the question is never put.
            if isinstance(question, Coroutine):
                question.close()

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Turn a failure into BellSilent and give Redis a short rest after it, so that nobody queues for a dead one."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._rest_until:
            raise BellSilent
        try:
            async with asyncio.timeout(self.patience(self._timeout)), self._turns:
                yield
        except LOST as failure:
            self._rest_until = loop.time() + self._timeout / 4
            log.debug("redis did not answer: %r", failure)
            raise BellSilent from failure

    def _start_soon(self) -> None:
        if self._waiting and not self._is_due and len(self._pieces) < MOST_PIECES:
            self._is_due = True
            # Whoever else asks in this turn of the loop comes along.
            asyncio.get_running_loop().call_soon(self._start)

    def _start(self) -> None:
        self._is_due = False
        piece, self._waiting = self._waiting[:MOST_QUESTIONS], self._waiting[MOST_QUESTIONS:]
        task = asyncio.create_task(self._put(piece), name="ask redis")
        self._pieces.add(task)
        task.add_done_callback(self._ended)
        self._start_soon()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._pieces.discard(task)
        self._start_soon()

    async def _put(self, piece: Sequence[tuple[Words, asyncio.Future[Any]]]) -> None:
        answers: Sequence[Any] = ()
        try:
            async with self.asking():
                answers = await self._answers_to([words for words, _ in piece])
        except BellSilent:
            log.debug("%d questions have no answer", len(piece))
        finally:
            for number, (_, waiting) in enumerate(piece):
                _settle(waiting, answers[number] if answers else BellSilent())

    async def _answers_to(self, questions: Sequence[Words]) -> Sequence[Any]:
        """Return an answer or an exception for each."""
        redis = self._line.redis
        if not self._line.is_one_server:
            return await asyncio.gather(*(redis.execute_command(*each) for each in questions), return_exceptions=True)
        pipeline = redis.pipeline(transaction=False)
        for words in questions:
            pipeline.execute_command(*words)
        answers: Sequence[Any] = await pipeline.execute(raise_on_error=False)
        return answers


def _settle(waiting: asyncio.Future[Any], answer: Any) -> None:
    """Give an answer to who still waits for it. A script unknown is told as such, any other failure as silence."""
    if waiting.done():
        return
    if isinstance(answer, NoScriptError | BellSilent):
        waiting.set_exception(answer)
    elif isinstance(answer, BaseException):
        log.warning("redis refused a question: %r", answer)
        waiting.set_exception(BellSilent())
    else:
        waiting.set_result(answer)

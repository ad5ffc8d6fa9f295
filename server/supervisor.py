"""The parent of `alongside serve`: binds the address, starts the serving processes and the worker, keeps them up.

A child that dies is started again, later each time it dies young. A parent that is killed takes its children along:
each watches a pipe whose other end closes with the parent. What the children do is not known here.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)

YOUNG_SECONDS = 30.0
FIRST_DELAY_SECONDS = 0.2
MAX_DELAY_SECONDS = 10.0
KILL_AFTER_SECONDS = 10.0
LIFELINE = "LIFELINE_FD"
"""Names, for a child, the descriptor of the pipe that closes when its parent is gone."""


@dataclass(frozen=True)
class Child:
    """A process to keep running: what it is called in the logs, and the arguments of `alongside` it runs with."""

    name: str
    arguments: tuple[str, ...]


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket for all serving processes to accept from. OSError if the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
        listener.set_inheritable(True)
    except OSError:
        listener.close()
        raise
    return listener


class Supervisor:
    """Keeps children running until it is told to stop, then ends them and waits."""

    def __init__(self, children: Sequence[Child], environment: Mapping[str, str], descriptors: Sequence[int]) -> None:
        self._children = children
        self._environment = dict(environment)
        self._descriptors = tuple(descriptors)
        self._stopping = asyncio.Event()

    async def run(self, patience_seconds: float) -> None:
        """Run the children until SIGINT or SIGTERM; then give them `patience_seconds` and some more to end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        read_end, write_end = os.pipe()
        try:
            async with asyncio.TaskGroup() as tasks:
                for child in self._children:
                    tasks.create_task(self._keep(child, read_end, patience_seconds), name=child.name)
        finally:
            os.close(read_end)
            os.close(write_end)
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def _keep(self, child: Child, lifeline: int, patience_seconds: float) -> None:
        delay = FIRST_DELAY_SECONDS
        while not self._stopping.is_set():
            born = time.monotonic()
            process = await self._start(child, lifeline)
            if await self._until_ended_or_stopping(process):
                await self._end(child, process, patience_seconds)
                return
            log.error("child_died", child=child.name, pid=process.pid, exit_code=process.returncode)
            delay = (
                FIRST_DELAY_SECONDS if time.monotonic() - born > YOUNG_SECONDS else min(delay * 2, MAX_DELAY_SECONDS)
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)

    async def _start(self, child: Child, lifeline: int) -> asyncio.subprocess.Process:
        # A session of its own: Ctrl-C in a terminal reaches the parent alone, which then ends the children in order.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "server",
            *child.arguments,
            env=self._environment | {LIFELINE: str(lifeline)},
            pass_fds=(*self._descriptors, lifeline),
            start_new_session=True,
        )
        log.debug("child_started", child=child.name, pid=process.pid)
        return process

    async def _until_ended_or_stopping(self, process: asyncio.subprocess.Process) -> bool:
        """Wait for either; return whether we are stopping while the child still runs."""
        ended = asyncio.ensure_future(process.wait())
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if ended.done():
            return False
        ended.cancel()
        return True

    async def _end(self, child: Child, process: asyncio.subprocess.Process, patience_seconds: float) -> None:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), patience_seconds + KILL_AFTER_SECONDS)
        except TimeoutError:
            log.warning("child_killed", child=child.name, pid=process.pid)
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def watch_lifeline(environment: Mapping[str, str]) -> None:
    """In a child: ask this process to stop, as by SIGTERM, when the parent is gone. Needs a running loop."""
    descriptor = environment.get(LIFELINE)
    if descriptor is None:
        return
    loop = asyncio.get_running_loop()

    def gone() -> None:
        loop.remove_reader(int(descriptor))
        os.kill(os.getpid(), signal.SIGTERM)

    loop.add_reader(int(descriptor), gone)

"""The supervisor: children are kept running, ended in order, and do not outlive it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from server.supervisor import bind

# `python -m server` is replaced by a child that leaves its pid in a folder and then does what its name says.
_CHILD = """
import os, signal, sys, threading, time, pathlib
kind, folder = sys.argv[1:3]
(pathlib.Path(folder) / f"{kind}.{os.getpid()}").touch()
def lifeline():
    os.read(int(os.environ["LIFELINE_FD"]), 1)
    os._exit(0)
threading.Thread(target=lifeline, daemon=True).start()
if kind == "dies":
    time.sleep(0.05)
    sys.exit(3)
if kind == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(60)
"""
_PARENT = """
import asyncio, os, sys
import server.supervisor as supervisor
supervisor.KILL_AFTER_SECONDS = 0.3
real = asyncio.create_subprocess_exec
async def child(*words, **options):
    return await real(sys.executable, "-c", os.environ["CHILD"], *words[3:], **options)
asyncio.create_subprocess_exec = child
children = [supervisor.Child(kind, (kind, sys.argv[1])) for kind in sys.argv[2:]]
asyncio.run(supervisor.Supervisor(children, os.environ, []).run(0.2))
"""


async def supervise(folder: Path, *kinds: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PARENT, str(folder), *kinds), env=os.environ | {"CHILD": _CHILD}
    )


async def pids(folder: Path, kind: str, at_least: int) -> list[int]:
    """Wait until a kind of child was started so often; return their pids in the order of their starts."""
    async with asyncio.timeout(20):
        while len(found := sorted(folder.glob(f"{kind}.*"), key=lambda path: path.stat().st_mtime_ns)) < at_least:
            await asyncio.sleep(0.02)
    return [int(path.suffix[1:]) for path in found]


async def until_gone(pid: int) -> None:
    async with asyncio.timeout(10):
        while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.02)


async def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    parent = await supervise(tmp_path, "dies", "stays")
    assert len(await pids(tmp_path, "dies", 3)) >= 3
    assert len(await pids(tmp_path, "stays", 1)) == 1
    parent.terminate()
    assert await asyncio.wait_for(parent.wait(), 10) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_every_child_the_stubborn_by_force(tmp_path: Path, number: signal.Signals) -> None:
    parent = await supervise(tmp_path, "stays", "stubborn")
    children = [*await pids(tmp_path, "stays", 1), *await pids(tmp_path, "stubborn", 1)]
    parent.send_signal(number)
    assert await asyncio.wait_for(parent.wait(), 10) == 0
    assert [pid for pid in children if psutil.pid_exists(pid)] == []


async def test_children_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    parent = await supervise(tmp_path, "stays")
    (child,) = await pids(tmp_path, "stays", 1)
    parent.kill()
    await parent.wait()
    await until_gone(child)


def test_a_taken_address_is_refused_and_nothing_is_left_open() -> None:
    with bind("127.0.0.1", 0) as first:
        before = len(os.listdir("/proc/self/fd"))
        with pytest.raises(OSError, match="in use"):
            bind("127.0.0.1", first.getsockname()[1])
        assert len(os.listdir("/proc/self/fd")) == before

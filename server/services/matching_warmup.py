"""Compiling the engine's loops once per installation, in a process of its own: `python -m` this module.

A compiler in the serving process would hold up requests now and then, and its end, for a minute.
"""

import asyncio
import fcntl
import os
import sys
from pathlib import Path

import numba

from server.kit.clock import now
from server.matching import timegrid
from server.services.matching_columns import Bits, Meanings, Zones
from server.services.matching_picture import Picture

_POLITE = 10


def is_compiled() -> bool:
    """Tell whether somebody compiled the loops of this state of the engine to the end."""
    return _mark().exists()


async def compile_apart() -> None:
    """Compile in a process of its own and wait for it. Cancelled, it is ended; a failed one leaves the work undone."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__)
    try:
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def main() -> None:
    """Compile every loop by asking about nobody, unless it is done; of several processes one does it."""
    os.nice(_POLITE)
    _mark().parent.mkdir(parents=True, exist_ok=True)
    with _mark().with_name("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_compiled():
            picture = Picture([], Meanings(Zones(timegrid.grid_start(now())), Bits(()), Bits(())))
            picture.update_pairs((), [], [])
            picture.rehearse()
            _mark().touch()


def _mark() -> Path:
    return Path(numba.config.CACHE_DIR) / "complete"  # type: ignore[attr-defined]  # made at run time


if __name__ == "__main__":
    main()

"""Solving a cohort in a process of its own: `python -m` this module FOLDER.

The loops take a minute of both cores for 100,000 learners, and the sorting between them holds the interpreter: nothing
of that may stand beside requests or reactions. The market goes there and the plan comes back through a folder that
this process alone can read.
"""

import asyncio
import os
import pickle
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from server.matching import plan
from server.matching.plan import Plan, Stage
from server.services.cohort_market import Gathered

_POLITE = 5
_MARKET, _PLAN = "market.pickle", "plan.pickle"


class SolverFailedError(RuntimeError):
    """The process ended without a plan; its words are in the log."""


async def solve_apart(gathered: Gathered, told: Callable[[Stage], Awaitable[None]]) -> Plan:
    """Return the plan of a market. Cancelled, the process is ended. Raises SolverFailedError."""
    with TemporaryDirectory(prefix="alongside-cohort-") as name:
        folder = Path(name)
        await asyncio.to_thread(_write, folder / _MARKET, (gathered.market, gathered.wishes))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, name, stdout=asyncio.subprocess.PIPE
        )
        try:
            while process.stdout is not None and (line := await process.stdout.readline()):
                await told(Stage(int(line)))
            if await process.wait() != 0:
                raise SolverFailedError(f"the solver ended with {process.returncode}")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        found: Plan = await asyncio.to_thread(_read, folder / _PLAN)
        return found


def main(folder: Path) -> None:
    """Solve the market in a folder; say each stage on a line of its own."""
    os.nice(_POLITE)
    market, wishes = _read(folder / _MARKET)
    _write(folder / _PLAN, plan.make(market, wishes, lambda stage: print(stage.value, flush=True)))  # noqa: T201 - the parent reads it


def _write(path: Path, value: object) -> None:
    with path.open("wb") as file:
        pickle.dump(value, file, pickle.HIGHEST_PROTOCOL)


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        return pickle.load(file)  # noqa: S301 - written by this program into a folder of its own


if __name__ == "__main__":
    main(Path(sys.argv[1]))

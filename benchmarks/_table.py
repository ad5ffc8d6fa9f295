"""Rows of the table of what is to be reached. A benchmark yields them among its lines; they are printed together."""

import os
import resource

_MARK = "| "
HEAD = ("| work | to reach | measured | peak memory |", "|---|---|---|---|")


def row(work: str, goal: str, measured: str, memory: str | None = None) -> str:
    """Return a row; unless said, the memory is the most that this process has had so far."""
    return f"| {work} | {goal} | {measured} | {peak() if memory is None else memory} |"


def is_row(line: str) -> bool:
    """Tell a row from the other lines of a report."""
    return line.startswith(_MARK)


def peak() -> str:
    """Return the most memory this process has had."""
    return f"{peak_gigabytes():.2f} GB"


def peak_gigabytes() -> float:
    """Return the most memory this process has had, in 10^9 bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def machine() -> str:
    """Return what the figures were taken on: cores, and how many processes wanted one over the last minutes."""
    told = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{os.cpu_count()} cores, load of the last 1, 5 and 15 minutes {told}"

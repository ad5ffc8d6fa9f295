"""Run the benchmarks: every module here that has `run() -> Iterable[str]`, or those named on the command line.

Several run one after the other, each in a process of its own and for a bounded time: one that hangs ends by itself.
Rows of tables are printed once more at the end, together. `matching` stands for all that measure matching.
"""

import importlib
import pkgutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import benchmarks
from benchmarks import _table

BOUND_SECONDS = 180.0
"""What one benchmark may take before it is stopped."""
LONG = {"matching_cohort": 600.0, "matching_sql": 480.0, "recommendations_page": 480.0}
"""And those that have more to do."""
HERE = "--here"
"""Run the one benchmark named after it in this process: what a bounded run is made of."""
ENDING_SECONDS = 30.0
"""What one that was stopped may take to end the servers it started."""
GROUPS = {
    "matching": [
        "matching_kernels",
        "matching_cohort",
        "matching_fairness",
        "matching_recall",
        "matching_sql",
        "recommendations",
        "recommendations_page",
        "matching_days",
    ]
}


def main(names: list[str]) -> int:
    """Print each benchmark's lines. Return 1 when a name is unknown or a benchmark did not end well."""
    if names[:1] == [HERE]:
        run_here(names[1])
        return 0
    known = sorted(name for _, name, _ in pkgutil.iter_modules(benchmarks.__path__) if has_run(name))
    names = [one for name in names for one in GROUPS.get(name, [name])]
    unknown = [name for name in names if name not in known]
    if unknown:
        there = ", ".join([*GROUPS, *known])
        print(f"no such benchmark: {', '.join(unknown)}; there are {there}", file=sys.stderr)
        return 1
    return run_all(names or known)


def run_all(names: list[str]) -> int:
    """Run several, each in a process of its own, and print their tables together."""
    started, failed, rows = time.perf_counter(), [], []
    print(_table.machine(), flush=True)
    for number, name in enumerate(names, 1):
        print(f"-- {number} of {len(names)}", flush=True)
        ended_well, found = run_bounded(name)
        rows += found
        failed += [] if ended_well else [name]
    if rows:
        print("\n".join(["", *_table.HEAD, *rows, ""]))
    took = (time.perf_counter() - started) / 60
    print(f"{len(names)} benchmarks in {took:.1f} minutes; {_table.machine()}", flush=True)
    if failed:
        print(f"did not end well: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def has_run(name: str) -> bool:
    """Tell whether a module is a benchmark, without importing all that it needs."""
    return "\ndef run(" in (Path(benchmarks.__path__[0]) / f"{name}.py").read_text()


def run_here(name: str) -> None:
    """Print a benchmark's lines as they come."""
    started = time.perf_counter()
    print(f"== {name}", flush=True)
    for line in importlib.import_module(f"benchmarks.{name}").run():
        print(f"   {line}", flush=True)
    print(f"   ({time.perf_counter() - started:.1f} s)", flush=True)


def run_bounded(name: str) -> tuple[bool, list[str]]:
    """Run a benchmark in a process of its own. Return whether it ended well and in time, and its rows."""
    bound = LONG.get(name, BOUND_SECONDS)
    process = subprocess.Popen([sys.executable, "-m", "benchmarks", HERE, name], stdout=subprocess.PIPE, text=True)
    rows: list[str] = []
    hearer = threading.Thread(target=_pass_on, args=(process, rows), daemon=True)
    hearer.start()
    try:
        return process.wait(bound) == 0, rows
    except subprocess.TimeoutExpired:
        print(f"   stopped after {bound:.0f} s", flush=True)
        # As by hand: what it started is ended on the way out.
        process.send_signal(signal.SIGINT)
        return False, rows
    finally:
        try:
            process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # Servers that outlive a killed benchmark may hold its pipe: what they say is not waited for.
        hearer.join(1.0)


def _pass_on(process: "subprocess.Popen[str]", rows: list[str]) -> None:
    """Print what a benchmark prints, and keep the rows of tables."""
    for line in process.stdout or ():
        print(line, end="", flush=True)
        if _table.is_row(line.strip()):
            rows.append(line.strip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run the benchmarks: every module here that has `run() -> Iterable[str]`, or those named on the command line.

Several run one after the other, each in a process of its own and for a bounded time: one that hangs ends by itself.
"""

import importlib
import pkgutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import benchmarks

BOUND_SECONDS = 180.0
"""What one benchmark may take before it is stopped."""
HERE = "--here"
"""Run the one benchmark named after it in this process: what a bounded run is made of."""
ENDING_SECONDS = 30.0
"""What one that was stopped may take to end the servers it started."""


def main(names: list[str]) -> int:
    """Print each benchmark's lines. Return 1 when a name is unknown or a benchmark did not end well."""
    if names[:1] == [HERE]:
        run_here(names[1])
        return 0
    known = sorted(name for _, name, _ in pkgutil.iter_modules(benchmarks.__path__) if has_run(name))
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 1
    wanted = names or known
    started = time.perf_counter()
    failed = [name for number, name in enumerate(wanted, 1) if not run_bounded(name, f"{number} of {len(wanted)}")]
    print(f"{len(wanted)} benchmarks in {(time.perf_counter() - started) / 60:.1f} minutes", flush=True)
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


def run_bounded(name: str, number: str) -> bool:
    """Run a benchmark in a process of its own. Return whether it ended well and in time."""
    print(f"-- {number}", flush=True)
    process = subprocess.Popen([sys.executable, "-m", "benchmarks", HERE, name])
    try:
        return process.wait(BOUND_SECONDS) == 0
    except subprocess.TimeoutExpired:
        print(f"   stopped after {BOUND_SECONDS:.0f} s", flush=True)
        # As by hand: what it started is ended on the way out.
        process.send_signal(signal.SIGINT)
        return False
    finally:
        try:
            process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run the benchmarks: every module here that has `run() -> Iterable[str]`, or those named on the command line."""

import importlib
import pkgutil
import sys
import time

import benchmarks


def main(names: list[str]) -> int:
    """Print each benchmark's lines. Return 1 when a name is unknown."""
    known = sorted(name for _, name, _ in pkgutil.iter_modules(benchmarks.__path__) if not name.startswith("_"))
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 1
    for name in names or known:
        run = getattr(importlib.import_module(f"benchmarks.{name}"), "run", None)
        if run is None:
            continue
        started = time.perf_counter()
        print(f"== {name}", flush=True)
        for line in run():
            print(f"   {line}", flush=True)
        print(f"   ({time.perf_counter() - started:.1f} s)", flush=True)
    return 0


sys.exit(main(sys.argv[1:]))

"""How loops are compiled: one decorator, and the array types the engine speaks."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Bools: TypeAlias = npt.NDArray[np.bool_]
Bytes: TypeAlias = npt.NDArray[np.uint8]
SmallInts: TypeAlias = npt.NDArray[np.int8]
Shorts: TypeAlias = npt.NDArray[np.int16]
Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]
Masks: TypeAlias = npt.NDArray[np.uint64]
SmallMasks: TypeAlias = npt.NDArray[np.uint32]
Floats: TypeAlias = npt.NDArray[np.float32]
Doubles: TypeAlias = npt.NDArray[np.float64]
Array: TypeAlias = npt.NDArray[Any]

_HERE = Path(__file__).parent


def _code_folder() -> Path:
    """Return where machine code is kept: one folder per state of all sources of the engine.

    A loop is compiled together with those it calls, but numba looks at the date of its own file only: after a change of
    one file it would go on running what the others had made of it before.
    """
    digest = hashlib.sha256()
    for path in sorted(_HERE.glob("*.py")):
        digest.update(path.read_bytes())
    beside = _HERE / "__pycache__"
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen) / f"kernels-{digest.hexdigest()[:16]}"
    if not os.access(beside if beside.exists() else _HERE, os.W_OK):
        return Path.home() / ".cache" / "alongside" / f"kernels-{digest.hexdigest()[:16]}"
    folder = beside / f"kernels-{digest.hexdigest()[:16]}"
    if not folder.exists():
        for former in beside.glob("kernels-*"):
            shutil.rmtree(former, ignore_errors=True)
    return folder


numba.config.CACHE_DIR = str(_code_folder())  # type: ignore[attr-defined]  # made at run time

_Function = TypeVar("_Function", bound=Callable[..., object])


def kernel(function: _Function) -> _Function:
    """Compile a loop over arrays. It runs without the GIL, and the machine code is kept for the next process.

    No fast-math: the same arrays must give the same bytes on every run.
    """
    return cast("_Function", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def inlined(function: _Function) -> _Function:
    """Compile a short loop or rule into each of its callers: a call would copy and count every array it is given."""
    return cast("_Function", numba.njit(cache=True, nogil=True, error_model="numpy", forceinline=True)(function))

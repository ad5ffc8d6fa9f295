"""A snapshot as a folder of .npy files that many processes map, and changes of one row in place."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from server.matching.bits import pair_keys
from server.matching.kernel import Array
from server.matching.snapshot import ITEM, PERSON, TOP_LEVEL, Entries, Snapshot

LAYOUT = 2
"""Raised when columns change; a folder of another layout is not read."""
_META = "snapshot.json"
_FIELDS = frozenset(PERSON.names or ()) - {"has_block"}


class WrongLayoutError(ValueError):
    """The folder was written by another layout of the columns, or is not a snapshot."""


def save(snapshot: Snapshot, folder: Path, version: int) -> Path:
    """Write the snapshot as `folder/<version>`. It appears there whole or not at all."""
    target = folder / f"{version:012d}"
    draft = folder / f".draft-{version:012d}-{os.getpid()}"
    draft.mkdir(parents=True)
    try:
        for name, array in _files(snapshot).items():
            np.save(draft / f"{name}.npy", array, allow_pickle=False)
        (draft / _META).write_text(json.dumps({"layout": LAYOUT, "version": version}))
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


def newest(folder: Path) -> Path | None:
    """Return the folder of the highest version, or None."""
    return max((path for path in folder.glob("[0-9]*") if (path / _META).exists()), default=None)


def load(folder: Path) -> tuple[Snapshot, int]:
    """Map a saved snapshot and return it with its version. Changes stay in this process.

    Raises WrongLayoutError.
    """
    meta = _read_meta(folder)
    columns: dict[str, Any] = {}
    for name in Snapshot._fields:
        if name in {"needs", "offers"}:
            columns[name] = Entries(*(_mapped(folder / f"{name}.{part}.npy") for part in Entries._fields))
        else:
            columns[name] = _mapped(folder / f"{name}.npy")
    return Snapshot(**columns), meta["version"]


def _read_meta(folder: Path) -> dict[str, int]:
    try:
        meta: dict[str, int] = json.loads((folder / _META).read_text())
    except (OSError, ValueError) as problem:
        raise WrongLayoutError(str(folder)) from problem
    if meta.get("layout") != LAYOUT:
        raise WrongLayoutError(f"{folder}: layout {meta.get('layout')}, not {LAYOUT}")
    return meta


def _mapped(path: Path) -> Array:
    # Copy on write: one change of a row touches one page of this process, the rest stays shared.
    # An empty file cannot be mapped.
    array = np.load(path, allow_pickle=False) if path.stat().st_size <= 128 else np.load(path, mmap_mode="c")
    return np.asarray(array).view(np.ndarray)


def _files(snapshot: Snapshot) -> dict[str, Array]:
    out: dict[str, Array] = {}
    for name, value in snapshot._asdict().items():
        if isinstance(value, Entries):
            out.update({f"{name}.{part}": array for part, array in value._asdict().items()})
        else:
            out[name] = value
    return out


def write_row(snapshot: Snapshot, row: int, columns: Mapping[str, Any]) -> None:
    """Change fields of PERSON, or `free`, of one row in place. Raises KeyError on another name."""
    for name, value in columns.items():
        if name == "free":
            snapshot.free[row] = value
        elif name in _FIELDS:
            snapshot.person[name][row] = value
        else:
            raise KeyError(name)


def write_entries(rows: Entries, row: int, skill: Array, level: Array, weight: Array) -> Entries:
    """Replace the skills of one row, heaviest first and each once, and return the entries to use from now on.

    In place while the row has room; else at the end of the arena, which doubles when it is full.
    """
    order = np.lexsort((skill, -np.nan_to_num(weight, nan=-1.0)))
    _, kept = np.unique(skill[order], return_index=True)
    order = order[np.sort(kept)]
    span = rows.span[row : row + 1]
    if len(order) > span["room"][0]:
        rows = _with_room(rows, len(order))
        span["start"], span["room"] = rows.used[0], len(order)
        rows.used[0] += len(order)
    span["count"] = len(order)
    items = np.zeros(len(order), ITEM)
    items["skill"], items["level"], items["weight"] = skill[order], np.clip(level[order], 0, TOP_LEVEL), weight[order]
    first = int(span["start"][0])
    rows.items[first : first + len(order)] = items
    return rows


def _with_room(rows: Entries, more: int) -> Entries:
    if rows.used[0] + more <= len(rows.items):
        return rows
    items = np.zeros(2 * len(rows.items) + more, ITEM)
    items[: len(rows.items)] = rows.items
    return rows._replace(items=items)


def with_block(snapshot: Snapshot, one: int, other: int) -> Snapshot:
    """Return the snapshot with one more pair kept apart; the other columns are shared."""
    key = pair_keys(np.array([one]), np.array([other]))[0]
    snapshot.person["has_block"][[one, other]] = 1
    place = int(np.searchsorted(snapshot.blocks, key))
    if place < len(snapshot.blocks) and snapshot.blocks[place] == key:
        return snapshot
    return snapshot._replace(blocks=np.insert(snapshot.blocks, place, key))

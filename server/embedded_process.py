"""One server program under a data folder: start it or join it, wait until it answers, stop it.

A server inherits a locked file, so the kernel says whether any process of it lives: no process id is
trusted for that, and `kill -9` of anybody leaves nothing stale. Here is nothing about PostgreSQL or Valkey.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from server.embedded_account import Account

POLL_SECONDS = 0.01
START_SECONDS = 60.0
LOG_BYTES = 10 * 1024 * 1024

# Only these reach a server: PGOPTIONS, LANG and the like of the caller's shell must not change its work.
CLEAN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "PGCONNECT_TIMEOUT": "5"}

# Runs the arguments in the background and exits, so that the server is init's child and nobody's zombie.
DETACH = ("/bin/sh", "-c", '"$@" &', "sh")


class EmbeddedError(Exception):
    """An embedded server could not be started, joined or stopped; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """How one server is run. `folder` is its working folder; `pid_file` names the process in line one."""

    name: str
    folder: Path
    lock: Path
    log: Path
    pid_file: Path
    command: tuple[str, ...]
    answers: Callable[[], bool]
    account: Account | None
    polite_stop: signal.Signals
    last_resort: signal.Signals
    stop_seconds: float


@contextmanager
def exclusive(path: Path, seconds: float) -> Iterator[None]:
    """Hold a lock file alone, waiting for it at most some seconds."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not wait_for(lambda: _try_lock(descriptor), seconds):
            raise EmbeddedError(
                f"another process has been starting or stopping the servers for {seconds:.0f} s ({path})"
            )
        yield
    finally:
        os.close(descriptor)


def shared_hold(path: Path) -> int:
    """Hold a lock file together with others; closing the returned descriptor lets go, and so does death."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def is_held(path: Path) -> bool:
    """Tell whether any living process holds this lock file."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll a condition until it holds or the time is over; tell which."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= until:
            return False
        time.sleep(POLL_SECONDS)
    return True


def process_of(folder: Path, pid_file: Path) -> int | None:
    """Return the process id a pid file names, if that process lives and works in this folder.

    The folder tells the server from a stranger who was given its old number, and from a zombie.
    """
    try:
        pid = int(pid_file.read_text().split(maxsplit=1)[0])
        works_in = psutil.Process(pid).cwd()
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return pid if works_in and Path(works_in) == folder else None


def spawn(program: Program) -> None:
    """Start a server in a session of its own, so that Ctrl-C in the terminal reaches only its owner."""
    with suppress(FileNotFoundError):
        if program.log.stat().st_size > LOG_BYTES:
            program.log.replace(program.log.with_suffix(".log.1"))
    account = program.account
    lock = os.open(program.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _try_lock(lock):
            raise EmbeddedError(f"{program.name} runs already on {program.folder}")
        with program.log.open("ab") as log:
            subprocess.run(  # noqa: S603 - the command is built from constants and our own folders
                (*DETACH, *program.command),
                check=True,
                cwd=program.folder,
                env=CLEAN_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(lock,),
                start_new_session=True,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
    finally:
        os.close(lock)


def joinable(program: Program) -> bool:
    """Tell whether the server runs and answers. One that is starting or stopping is waited for."""
    settled = wait_for(lambda: program.answers() or not is_held(program.lock), START_SECONDS)
    if not settled:
        raise EmbeddedError(f"{program.name} on {program.folder} runs but does not answer{_tail(program.log)}")
    return is_held(program.lock)


def await_answer(program: Program) -> None:
    """Wait until a server that was spawned answers; its log is in the error when it does not."""
    settled = wait_for(lambda: program.answers() or not is_held(program.lock), START_SECONDS)
    if not settled or not is_held(program.lock):
        raise EmbeddedError(f"{program.name} did not start on {program.folder}{_tail(program.log)}")


def _tail(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").splitlines()[-15:]
    except OSError:
        return ""
    return f"; the end of {log}:\n" + "\n".join(lines)


def stop(program: Program) -> None:
    """Stop a server whoever started it: politely, then by force; wait until no process of it lives."""
    if not is_held(program.lock):
        # Whoever works in the folder then was not started here, and is not ours to stop.
        return
    for number, seconds in ((program.polite_stop, program.stop_seconds), (program.last_resort, 5.0)):
        # One that was started just now may have to write its number first.
        wait_for(lambda: _process(program) is not None or not is_held(program.lock), seconds)
        pid = _process(program)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if wait_for(lambda: not is_held(program.lock), seconds):
            return
    raise EmbeddedError(f"{program.name} on {program.folder} does not stop{_tail(program.log)}")


def _process(program: Program) -> int | None:
    return process_of(program.folder, program.pid_file)

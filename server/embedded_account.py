"""Who the embedded servers run as. PostgreSQL refuses root, so root lends them an account of their own."""

import contextlib
import fcntl
import logging
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ACCOUNT_NAME = "pgserver"
ACCOUNTS = Path("/etc")
ACCOUNT_SECONDS = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """The system account a server runs as, when that is not our own."""

    uid: int
    gid: int


def account_for(data: Path) -> Account | None:
    """Return whom the servers of this data run as: None is ourselves; root takes the data's owner or an account.

    Raises OSError when the account cannot be made.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    with _one_at_a_time():
        entry = _find_account() or _make_account()
    return Account(entry.pw_uid, entry.pw_gid)


def _find_account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        return None


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one process at a time look for the account and make it.

    useradd looks whether a name is taken before it locks its files: of two at once the later gives the account another
    number, and who had read the first starts a server as nobody.
    """
    folder = os.open(ACCOUNTS, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _make_account() -> pwd.struct_passwd:
    """Make the account. Another program may hold the files of accounts for a moment."""
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", ACCOUNT_NAME]
    else:
        command = ["adduser", "-S", "-D", "-H", ACCOUNT_NAME]
    until = time.monotonic() + ACCOUNT_SECONDS
    while True:
        made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - constants
        if entry := _find_account():
            return entry
        if time.monotonic() > until:
            raise OSError(
                f"PostgreSQL may not run as root, and the account {ACCOUNT_NAME} could not be made"
                f" ({made.stderr.strip()}): make it, or start as another user"
            )
        time.sleep(0.1)


def give(folder: Path, account: Account | None) -> None:
    """Make a folder if it is missing, closed to others, and the account's own with all it holds."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is None or folder.stat().st_uid != account.uid:
        folder.chmod(0o700)
    if account is None or folder.stat().st_uid == account.uid:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def open_way(path: Path, account: Account | None) -> None:
    """Let the account pass through the folders above a path. They stay closed for listing and reading."""
    if account is None:
        return
    for folder in path.resolve().parents:
        mode = folder.stat()
        if not _may_pass(mode, account):
            log.warning("opened %s for passing through, since PostgreSQL may not run as root", folder)
            folder.chmod(stat.S_IMODE(mode.st_mode) | stat.S_IXOTH)


def _may_pass(folder: os.stat_result, account: Account) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def open_programs(folder: Path, account: Account | None) -> None:
    """Let the account read and run the installed programs in a folder; a strict umask may have hidden them."""
    if account is None:
        return
    open_way(folder, account)
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)

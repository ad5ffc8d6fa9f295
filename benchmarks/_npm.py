"""The npm packages that benchmarks compare with, exactly these versions, installed once into a cache folder."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

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

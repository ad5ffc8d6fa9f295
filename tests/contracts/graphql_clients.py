"""The npm clients that the GraphQL door is held against, installed once into a cache outside the repository."""

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("graphql_contract.mjs")
PACKAGES = ("graphql@16.15.0", "graphql-http@1.23.1", "graphql-ws@6.4.2", "graphql-sse@2.6.1", "ws@8.23.0")
INSTALL_SECONDS = 180
RUN_SECONDS = 60


def is_node_here() -> bool:
    """Tell whether node and npm can be run."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


def cache_folder(packages: tuple[str, ...] = PACKAGES) -> Path:
    """Return the folder of exactly these versions."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or tempfile.gettempdir())
    return base / ("alongside-" + "-".join(package.replace("@", "-").replace("/", "-") for package in packages))


def install(packages: tuple[str, ...] = PACKAGES) -> Path:
    """Install the packages unless they are there, and return their folder."""
    folder = cache_folder(packages)
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


async def run_contract(folder: Path, kind: str, url: str, query: str = "", token: str = "") -> Any:
    """Run one part of the script against a server, as somebody with a token if there is one; return what it printed."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(SCRIPT),
        kind,
        url,
        query,
        token,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(RUN_SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode == 0, err.decode(errors="replace")[-2_000:]
    return json.loads(out)

"""Server processes for flow tests: started as people start them, talked to as clients talk to them."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import Servers

START_SECONDS = 40.0
_ADDRESS = re.compile(r"serves (http://\S+)")


class ServerProcess:
    """One `alongside serve` and its children, with the lines it printed."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, lines: list[str]) -> None:
        self.process = process
        self.url = url
        self.lines = lines

    @property
    def live_url(self) -> str:
        """Where rooms are."""
        return self.url.replace("http", "ws", 1) + "/live"

    async def stop(self) -> int:
        """Ask it to stop and wait. Return its exit status."""
        if self.process.returncode is None:
            self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), 40)

    async def kill(self) -> None:
        """Kill the parent and, with it, what it started: as a machine that loses power does."""
        for child in _children_of(self.process.pid):
            os.kill(child, signal.SIGKILL)
        if self.process.returncode is None:
            self.process.kill()
        await asyncio.wait_for(self.process.wait(), 10)


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@asynccontextmanager
async def serving(servers: Servers | None, *arguments: str, **environment: str) -> AsyncIterator[ServerProcess]:
    """Run `alongside serve` on a free port until the end of the block, ready to answer at its start.

    With `servers` it uses those; without, its own embedded ones.
    """
    given = {} if servers is None else {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "serve", "--port", "0", *arguments),
        env=_clean_environment() | given | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    lines: list[str] = []
    reading: asyncio.Task[None] | None = None
    try:
        url = await asyncio.wait_for(_address(process, lines), START_SECONDS)
        reading = asyncio.create_task(_read_on(process, lines))
        server = ServerProcess(process, url, lines)
        await until_ready(url)
        yield server
    except BaseException:
        sys.stderr.write("".join(lines[-60:]))
        raise
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), 40)
        if reading is not None:
            await reading


def _clean_environment() -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("ALONGSIDE_")}
    mine.pop("DATABASE_URL", None)
    mine.pop("REDIS_URL", None)
    return mine


async def _address(process: asyncio.subprocess.Process, lines: list[str]) -> str:
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        lines.append(line)
        if found := _ADDRESS.search(line):
            return found[1]
    message = f"the server ended before it served: {''.join(lines)}"
    raise AssertionError(message)


async def _read_on(process: asyncio.subprocess.Process, lines: list[str]) -> None:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        lines.append(line.decode())


async def until_ready(url: str) -> None:
    """Wait until /readyz says yes."""
    async with httpx.AsyncClient(base_url=url) as client, asyncio.timeout(START_SECONDS):
        while True:
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


class Api:
    """A GraphQL client of one person, or of a visitor."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url
        self.token = token

    async def __call__(self, document: str, **variables: Any) -> Mapping[str, Any]:
        """Run an operation; fail on any top-level error. Return its data."""
        answer = await self.raw(document, **variables)
        assert "errors" not in answer, json.dumps(answer["errors"], indent=1)
        return answer["data"]  # type: ignore[no-any-return]

    async def raw(self, document: str, **variables: Any) -> dict[str, Any]:
        """Run an operation and return the whole answer."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with httpx.AsyncClient(timeout=30) as client:
            body = {"query": document, "variables": variables}
            answer = await client.post(f"{self.url}/graphql", json=body, headers=headers)
        return answer.json()  # type: ignore[no-any-return]

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

START_SECONDS = 120.0
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
        # Stopped first, or it would start another child while its children die.
        self.process.send_signal(signal.SIGSTOP)
        for child in _children_of(self.process.pid):
            os.kill(child, signal.SIGKILL)
        self.process.kill()
        await asyncio.wait_for(self.process.wait(), 10)


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@asynccontextmanager
async def serving(servers: Servers | None, *arguments: str, **environment: str) -> AsyncIterator[ServerProcess]:
    """Run `alongside serve` on a free port until the end of the block, ready to answer at its start.

    With `servers` it uses those; without, its own embedded ones.
    """
    process = await _started(servers, "serve", "--port", "0", *arguments, **environment)
    lines: list[str] = []
    reading: asyncio.Task[None] | None = None
    try:
        url = await asyncio.wait_for(_address(process, lines), START_SECONDS)
        reading = asyncio.create_task(_read_on(process, lines))
        server = ServerProcess(process, url, lines)
        await until_ready(url)
        yield server
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), 40)
        if reading is not None:
            await reading
        _show(lines)


@asynccontextmanager
async def working(servers: Servers, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `alongside worker` on these servers until the end of the block."""
    process = await _started(servers, "worker", **environment)
    lines: list[str] = []
    reading = asyncio.create_task(_read_on(process, lines))
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), 40)
        await reading
        _show(lines)


def _show(lines: list[str]) -> None:
    """Leave what a process said where pytest shows it when the test failed."""
    sys.stderr.write("".join(lines[-200:]))


async def _started(servers: Servers | None, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    given = {} if servers is None else {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", *arguments),
        env=clean_environment() | given | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


def clean_environment() -> dict[str, str]:
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

    async def do(self, name: str, selection: str, **form: Any) -> Any:
        """Run a mutation and return its payload; fail on a refusal."""
        answer = await self.attempt(name, selection, **form)
        assert answer["__typename"].endswith("Payload"), answer
        return answer

    async def attempt(self, name: str, selection: str = "__typename", **form: Any) -> Any:
        """Run a mutation and return its payload or refusal, with its `__typename`."""
        stem = name[0].upper() + name[1:]
        document = (
            f"mutation($form: {stem}Input!) {{ {name}(input: $form) {{ __typename "
            f"... on Refusal {{ code message }} ... on InvalidInput {{ fields {{ path code }} }} "
            f"... on {stem}Payload {{ {selection} }} }} }}"
        )
        return (await self(document, form=form))[name]

    async def raw(self, document: str, **variables: Any) -> dict[str, Any]:
        """Run an operation and return the whole answer."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with httpx.AsyncClient(timeout=120) as client:
            body = {"query": document, "variables": variables}
            answer = await client.post(f"{self.url}/graphql", json=body, headers=headers)
        return answer.json()  # type: ignore[no-any-return]

"""npm's ws speaks alongside.v1 from its document alone: resume, repeats of commands, and a move without a gap."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.graphql_clients import install, is_node_here
from tests.factories.live import book_of, room, say, someone, two_workers
from tests.realtime.conftest import bell
from tests.realtime.test_moving import toy_say

assert bell
assert toy_say  # registers the command toy.say

SCRIPT = Path(__file__).with_name("live_ws_client.mjs")
pytestmark = pytest.mark.skipif(not is_node_here(), reason="node and npm are needed to run another's client")

Json = dict[str, Any]


class Client:
    """The client's process: `told` is all it said so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.told: list[Json] = []

    def do(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())

    async def until(self, condition: Callable[[Json], bool]) -> Json:
        """Read on until something is told."""
        assert self._process.stdout is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                while line := await self._process.stdout.readline():
                    self.told.append(json.loads(line))
                    if condition(self.told[-1]):
                        return self.told[-1]
        raise AssertionError(f"it came no further than {self.told}")

    def of(self, kind: str) -> list[Json]:
        return [one for one in self.told if one["told"] == kind]


async def test_the_ws_client_resumes_moves_and_repeats_a_command(bell: str):
    folder = await asyncio.to_thread(install)
    topic, ana = room(), someone()
    async with two_workers(bell) as (one, two):
        one.rules.states[topic.name] = "one line"
        await say(topic, "before it came")
        given = {
            "urls": [one.url, two.url],
            "tickets": [await one.live.issue_ticket(ana, "") for _ in range(3)],
            "topic": topic.name,
        }
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *("node", str(SCRIPT), json.dumps(given)), cwd=folder, stdin=pipe, stdout=pipe
        )
        client = Client(process)
        try:
            await client.until(lambda told: told["told"] == "followed")
            client.do("say hello same")
            client.do("say hello same")
            await client.until(lambda told: told["told"] == "entry")
            while len(client.of("ok")) < 2:
                await client.until(lambda told: told["told"] == "ok")
            client.do("cut")
            await say(topic, *(str(number) for number in range(5)))
            await client.until(lambda told: told["told"] == "entry" and told["s"] == 7)
            saying = asyncio.create_task(say(topic, *(str(number) for number in range(40))))
            await one.live.drain(1.0)
            await saying
            await client.until(lambda told: told["told"] == "entry" and told["s"] == 47)
            client.do("stop")
            log = (await client.until(lambda told: told["told"] == "log"))["log"]
            assert await asyncio.wait_for(process.wait(), 10) == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert [tuple(entry) for entry in log] == await book_of(topic, after=1)
        assert client.of("ok")[0] == client.of("ok")[1]
        assert [told["mode"] for told in client.of("followed")][:2] == ["snapshot", "replay"]
        assert len(client.of("followed")) == 3
        assert client.of("hole") == client.of("err") == []
        assert client.of("welcome")[0]["limits"]["frameBytes"] == 65_536

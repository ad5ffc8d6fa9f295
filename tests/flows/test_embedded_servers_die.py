"""An embedded server that dies under a running `alongside serve` comes back, and nobody has to do anything."""

import asyncio
import os
import signal
from pathlib import Path

import httpx

from tests.flows.harness import Api, serving, until_ready
from tests.live_client import PATIENCE

SIGN_IN = 'mutation { signIn(input: {email: "a@example.org", password: "not a password"}) { ...on Refusal { code } } }'


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


async def test_a_killed_database_is_started_again_under_a_running_server(own_folder: Path) -> None:
    async with serving(None, "--data", str(own_folder), "--no-worker") as server:
        first = postmaster(own_folder)
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(PATIENCE):
            while not (own_folder / "postgres" / "postmaster.pid").exists() or postmaster(own_folder) == first:
                await asyncio.sleep(0.05)
        await until_ready(server.url)
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{server.url}/readyz")).json()["checks"]["database"]["status"] == "ok"
        api = Api(server.url)
        async with asyncio.timeout(PATIENCE):
            # A connection of the pool that died with the database is found out, and said so, when it is used.
            while "errors" in (answer := await api.raw(SIGN_IN)):
                assert answer["errors"][0]["extensions"]["code"] == "unavailable"
                await asyncio.sleep(0.1)
        assert answer["data"]["signIn"] == {"code": "sign_in_failed"}

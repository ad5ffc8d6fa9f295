"""Questions over connections that died unseen, on the loop that the product runs on."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvloop

from server.realtime.asking import Asker, BellSilent
from server.realtime.lines import line_to

RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Doomed:
    """Answers OK to every command, until it resets all its connections."""

    def __init__(self) -> None:
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        while data := await reader.read(65_536):
            writer.write(b"+OK\r\n" * data.count(b"*"))

    def reset(self) -> None:
        for writer in self._writers:
            own = writer.transport.get_extra_info("socket")
            with socket.fromfd(own.fileno(), own.family, own.type) as same:
                same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
            writer.transport.abort()
        self._writers.clear()


@asynccontextmanager
async def doomed() -> AsyncIterator[tuple[Doomed, str]]:
    """Run one to the end of the block; yield it and its URL."""
    one = Doomed()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    try:
        yield one, f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    finally:
        server.close()
        one.reset()


async def answers_after_a_reset() -> list[str]:
    """Ask a second time over a connection that was reset meanwhile, in each way there is; then once more."""
    answers = []
    async with doomed() as (one, url):
        line = line_to(url, timeout_seconds=5, patience_seconds=25)
        asker = Asker(line, 5)
        ways = (lambda: asker.guarded(line.redis.set("a", 1)), lambda: asker.run("SET", "a", 1))
        try:
            for ask in ways:
                await ask()
                one.reset()
                # Both ends have turns of the loop to see it.
                for _ in range(20):
                    await asyncio.sleep(0.01)
                try:
                    await ask()
                except BellSilent:
                    answers.append("silent")
                else:
                    answers.append("answered")
                asker._rest_until = 0.0
                await ask()
        finally:
            await asker.stop()
            await line.close()
    return answers


async def test_reset_connection_is_silence_and_the_next_question_is_answered():
    answers = await asyncio.to_thread(uvloop.run, answers_after_a_reset())
    assert len(answers) == 2
    assert set(answers) <= {"silent", "answered"}

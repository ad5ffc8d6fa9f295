"""The HTTP under the application: a request that never begins, never ends or is huge costs nothing for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from server.guarded_http import JOINED_BYTES, AnswerTransport, GuardedHttp


class Hasty(GuardedHttp):
    """Waits for a head as long as a test may."""

    head_seconds = 0.1


async def slow(_request: Request) -> Response:
    await asyncio.sleep(0.3)
    return PlainTextResponse("here")


READ = asyncio.Event()


async def late(_request: Request) -> Response:
    """Answer with a head, and with a body when the head was read."""

    async def body() -> AsyncIterator[str]:
        await READ.wait()
        yield "body"

    return StreamingResponse(body())


APP = Starlette(routes=[Route("/", slow), Route("/late", late)])


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config = uvicorn.Config(APP, port=0, lifespan="off", log_level="error", http=Hasty)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    async with asyncio.timeout(10):
        while not server.started:
            await asyncio.sleep(0.005)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
    try:
        async with asyncio.timeout(10):
            yield reader, writer
    finally:
        writer.close()
        server.should_exit = True
        await serving


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_head_that_does_not_come_ends_the_connection(begun: bytes) -> None:
    async with connected() as (reader, writer):
        writer.write(begun)
        assert await reader.read() == b""


async def test_a_head_that_is_too_large_is_refused() -> None:
    async with connected() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + b"x" * (GuardedHttp.head_bytes + 1))
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")


async def test_an_answer_may_take_longer_than_a_head_and_so_may_the_pause_before_the_next() -> None:
    async with connected() as (reader, writer):
        for _ in range(2):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200 ")
            await asyncio.sleep(0.15)


async def test_the_head_of_an_answer_does_not_wait_for_a_body_that_is_not_there_yet() -> None:
    READ.clear()
    async with connected() as (reader, writer):
        writer.write(b"GET /late HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        READ.set()
        assert await reader.readuntil(b"0\r\n\r\n") == b"4\r\nbody\r\n0\r\n\r\n"


async def test_answers_to_requests_sent_at_once_come_in_their_order_and_the_last_is_closed_after() -> None:
    async with connected() as (reader, writer):
        head = b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"
        writer.write(
            head + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + head.replace(b"x\r\n", b"x\r\nConnection: close\r\n")
        )
        answers = (await reader.read()).split(b"HTTP/1.1 200 OK")
    assert [answer.rpartition(b"\r\n\r\n")[2] for answer in answers] == [b"", b"", b"here", b""]
    assert b"connection: close" in answers[-1]


class Wires(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.is_closed
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize(
    ("writes", "written"),
    [
        ([b"head", b"body"], [b"headbody"]),
        ([b"head", b"body", b"more"], [b"headbody", b"more"]),
        ([b"head", b"x" * (JOINED_BYTES + 1)], [b"head", b"x" * (JOINED_BYTES + 1)]),
        ([b"head"], [b"head"]),
        ([b"head", b""], [b"head"]),
    ],
)
async def test_an_answer_is_one_write_unless_it_is_large(writes: list[bytes], written: list[bytes]) -> None:
    wires = Wires()
    answer = AnswerTransport(wires, asyncio.get_running_loop())
    for data in writes:
        answer.write(data)
    answer.close()
    await asyncio.sleep(0)
    assert wires.written == written
    assert answer.is_closing()


async def test_a_head_is_not_written_to_a_connection_that_is_gone() -> None:
    wires = Wires()
    answer = AnswerTransport(wires, asyncio.get_running_loop())
    answer.write(b"head")
    wires.close()
    await asyncio.sleep(0)
    assert wires.written == []

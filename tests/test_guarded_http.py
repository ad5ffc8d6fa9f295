"""The HTTP under the application: a request that never begins, never ends or is huge costs nothing for long."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Scope
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from server.guarded_http import JOINED_BYTES, AnswerCycle, AnswerTransport, GuardedHttp
from server.kit.bodies import body_offered


class Hasty(GuardedHttp):
    """Waits for a head as long as a test may."""

    head_seconds = 0.1

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Close a silent connection as soon as a test may wait for it."""
        super().connection_made(transport)
        self.timeout_keep_alive = 0.3  # type: ignore[assignment]  # as good as a whole number


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


async def echo(request: Request) -> Response:
    """Answer with a body, and with how it came."""
    offered = body_offered(request.scope)
    assert body_offered(request.scope) is None
    text = await request.body() if offered is None else offered
    leaving = asyncio.ensure_future(request.receive())
    await asyncio.sleep(0.01)
    assert not leaving.done()
    leaving.cancel()
    return PlainTextResponse(("awaited " if offered is None else "offered ") + text.decode())


APP = Starlette(routes=[Route("/", slow), Route("/late", late), Route("/echo", echo, methods=["POST", "PUT"])])


@pytest.fixture(autouse=True)
def uvicorn_logs_as_before() -> Iterator[None]:
    """Take back what uvicorn's configuration says of its logs: they are the process's."""
    logs = [logging.getLogger(name) for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")]
    before = [(log.level, log.propagate, list(log.handlers)) for log in logs]
    yield
    for log, (level, propagate, handlers) in zip(logs, before, strict=True):
        log.setLevel(level)
        log.propagate, log.handlers = propagate, handlers


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


async def test_a_connection_without_a_next_request_is_closed() -> None:
    async with connected() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.read()).endswith(b"here")


HEAD = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"


@pytest.mark.parametrize(
    ("packets", "answer"),
    [
        ([HEAD + b"\r\nbody"], b"offered body"),
        ([HEAD + b"\r\nbo", b"dy"], b"awaited body"),
        ([HEAD + b"\r\n", b"body"], b"awaited body"),
        ([HEAD + b"Expect: 100-continue\r\n\r\nbody"], b"awaited body"),
        (
            [
                HEAD.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked")
                + b"\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n"
            ],
            b"offered body",
        ),
        ([HEAD.replace(b"4", b"0") + b"\r\n"], b"offered "),
        ([HEAD.replace(b"POST", b"PUT") + b"\r\nbody"], b"awaited body"),
    ],
)
async def test_a_body_that_came_with_its_head_is_not_waited_for(packets: list[bytes], answer: bytes) -> None:
    async with connected() as (reader, writer):
        for _ in range(2):
            for packet in packets:
                writer.write(packet)
                await asyncio.sleep(0.02)
            got = await reader.readuntil(answer)
            assert got.count(b"HTTP/1.1 100 Continue\r\n\r\n") == packets[0].count(b"100-continue")


async def test_each_of_several_requests_sent_at_once_is_given_its_own_body() -> None:
    async with connected() as (reader, writer):
        first = HEAD + b"\r\n"
        writer.write(first + b"1111" + first + b"2222" + first + b"3333")
        for text in (b"1111", b"2222", b"3333"):
            assert (await reader.readuntil(text)).endswith(b"offered " + text)


def start(*headers: tuple[bytes, bytes], status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(text: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": text, "more_body": more}


LONG = b"x" * (JOINED_BYTES + 1)
ANSWERS: dict[str, list[Message]] = {
    "plain": [
        start((b"content-length", b"4"), (b"Content-Type", b"text/plain"), (b"x-request-id", b"1")),
        body(b"here"),
    ],
    "empty": [start((b"content-length", b"0"), status=404), {"type": "http.response.body"}],
    "long": [start((b"content-length", b"%d" % len(LONG))), body(LONG)],
    "in pieces": [start((b"content-length", b"4")), body(b"he", more=True), body(b"re")],
    "without a length": [start((b"content-type", b"text/plain")), body(b"here")],
    "chunked": [start((b"content-length", b"4"), (b"Transfer-Encoding", b"chunked")), body(b"here")],
    "of no content": [start(status=204), body(b"")],
    "closing": [start((b"content-length", b"4"), (b"connection", b"Close")), body(b"here")],
    "with another case": [start((b"Content-Length", b"4")), body(b"here")],
    "with two lengths": [start((b"content-length", b"4"), (b"content-length", b"9")), body(b"here")],
    "with two cookies": [
        start((b"content-length", b"4"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")),
        body(b"here"),
    ],
    "with a strange status": [start((b"content-length", b"4"), status=599), body(b"here")],
    "too short": [start((b"content-length", b"5")), body(b"here")],
    "too long": [start((b"content-length", b"3")), body(b"here")],
    "of no number": [start((b"content-length", b"four")), body(b"here")],
    "after its end": [start((b"content-length", b"4")), body(b"here"), body(b"more")],
    "begun twice": [start((b"content-length", b"4")), start((b"content-length", b"4"))],
    "without a head": [body(b"here")],
    "with an odd name": [start((b"content-length", b"4"), (b"x y", b"1")), body(b"here")],
    "with a line in a header": [start((b"content-length", b"4"), (b"location", b"/\r\nx: y")), body(b"here")],
    "with a line in a cookie": [start((b"content-length", b"4"), (b"set-cookie", b"/\r\nx: y")), body(b"here")],
    "with a line in its length": [start((b"content-length", b"4\n")), body(b"here")],
}


async def told(
    kind: type[RequestResponseCycle], messages: list[Message], method: str, *, keep_alive: bool
) -> tuple[bytes, list[str], bool, list[str]]:
    """Return what is written, whether the connection is closed, what goes wrong, and what uvicorn is told."""
    wires, ended = Wires(), []
    scope: Scope = {"type": "http", "method": method, "http_version": "1.1", "path": "/", "headers": []}
    cycle = kind(
        scope=scope,  # type: ignore[arg-type]  # as much as is used
        transport=wires,
        flow=FlowControl(wires),
        logger=logging.getLogger("nobody"),
        access_logger=logging.getLogger("nobody"),
        access_log=False,
        default_headers=[(b"date", b"today")],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=keep_alive,
        on_response=lambda: ended.append("answered"),
    )
    failures = []
    for message in messages:
        try:
            await cycle.send(message)  # type: ignore[arg-type]  # some are none
        except (RuntimeError, ValueError) as failure:
            failures.append(f"{type(failure).__name__}: {failure}")
            break
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert cycle.message_event.is_set() == cycle.response_complete == bool(ended)
    return b"".join(wires.written), failures, wires.is_closed, ended


@pytest.mark.parametrize("keep_alive", [True, False])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_is_to_the_byte_what_uvicorn_makes_of_it(name: str, method: str, keep_alive: bool) -> None:
    theirs = await told(RequestResponseCycle, ANSWERS[name], method, keep_alive=keep_alive)
    assert await told(AnswerCycle, ANSWERS[name], method, keep_alive=keep_alive) == theirs


async def test_an_answer_of_known_length_is_one_write() -> None:
    async with asyncio.timeout(5):
        wires = Wires()
        cycle = AnswerCycle(
            scope={"method": "GET"},  # type: ignore[typeddict-item]  # as much as is used
            transport=wires,
            flow=FlowControl(wires),
            logger=logging.getLogger("nobody"),
            access_logger=logging.getLogger("nobody"),
            access_log=False,
            default_headers=[],
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=True,
            on_response=lambda: None,
        )
        for message in ANSWERS["plain"]:
            await cycle.send(message)
    (written,) = wires.written
    assert written.startswith(b"HTTP/1.1 200 OK\r\n")
    assert written.endswith(b"\r\n\r\nhere")

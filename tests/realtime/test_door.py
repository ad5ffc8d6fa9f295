"""The door of /live: tickets, origins, the handshake, what a hostile or broken client sends."""

import asyncio
import json
import struct
from dataclasses import replace

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from server.domain.actors import VISITOR
from server.domain.errors import SignInNeeded
from tests.factories.live import QUICK, LiveServer, live_server, login_of, room, someone
from tests.live_client import PATIENCE, Answer


async def shaken(server: LiveServer, **options: object) -> ClientConnection:
    """Return a socket after the handshake, before hello."""
    return await connect(server.url, subprotocols=["alongside.v1"], ping_interval=None, **options)


async def close_code(socket: ClientConnection, *messages: str | bytes) -> int | None:
    """Send messages and return the code the server closes with."""
    try:
        for message in messages:
            await socket.send(message)
        async with asyncio.timeout(PATIENCE):
            while True:
                await socket.recv()
    except ConnectionClosed:
        return socket.close_code


def hello(ticket: str) -> str:
    return json.dumps({"type": "hello", "ticket": ticket})


async def test_ticket_is_good_once(bell: str):
    async with live_server(bell) as server:
        ticket = await server.live.issue_ticket(someone(), "")
        async with await shaken(server) as first, await shaken(server) as second:
            await first.send(hello(ticket))
            assert json.loads(await first.recv())["type"] == "welcome"
            assert await close_code(second, hello(ticket)) == 4500


async def test_ticket_is_bound_to_its_origin(bell: str):
    async with live_server(bell) as server:
        ticket = await server.live.issue_ticket(someone(), "http://here.test")
        async with await shaken(server) as socket:
            assert await close_code(socket, hello(ticket)) == 4500
        ticket = await server.live.issue_ticket(someone(), "http://here.test")
        async with await shaken(server, origin="http://here.test") as socket:
            await socket.send(hello(ticket))
            assert json.loads(await socket.recv())["type"] == "welcome"


async def test_visitor_gets_no_ticket(bell: str):
    async with live_server(bell) as server:
        with pytest.raises(SignInNeeded):
            await server.live.issue_ticket(VISITOR, "")


async def test_old_ticket_is_refused(bell: str):
    async with live_server(bell, replace(QUICK, ticket_seconds=0.05)) as server, await shaken(server) as socket:
        ticket = await server.live.issue_ticket(someone(), "")
        await asyncio.sleep(0.1)
        assert await close_code(socket, hello(ticket)) == 4500


async def test_ticket_of_a_login_that_ended_since_is_refused(bell: str):
    ana = someone()
    async with live_server(bell) as server, await shaken(server) as socket:
        ticket = await server.live.issue_ticket(ana, "")
        server.rules.ended |= {login_of(ana)}
        assert await close_code(socket, hello(ticket)) == 4500


@pytest.mark.parametrize(
    ("options", "status"),
    [({"origin": "http://evil.test"}, 403), ({"subprotocols": ["graphql-transport-ws"]}, 400)],
)
async def test_handshake_is_refused(bell: str, options: dict[str, object], status: int):
    async with live_server(bell) as server:
        with pytest.raises(InvalidStatus) as refused:
            await connect(server.url, **{"subprotocols": ["alongside.v1"], **options})
        assert refused.value.response.status_code == status


async def test_busy_worker_says_when_to_come_back(bell: str):
    async with live_server(bell, replace(QUICK, handshakes_per_second=1.0)) as server, await shaken(server):
        server.live._gate._tokens = -60.0  # or a busy machine takes so long that there is room again
        with pytest.raises(InvalidStatus) as refused:
            await shaken(server)
        assert refused.value.response.status_code == 503
        assert 1 <= int(refused.value.response.headers["Retry-After"]) <= 61


async def test_nobody_may_stay_without_saying_hello(bell: str):
    async with live_server(bell, replace(QUICK, hello_seconds=0.2)) as server, await shaken(server) as socket:
        assert await close_code(socket) == 4001


async def test_silent_client_is_pinged_and_closed(bell: str):
    settings = replace(QUICK, ping_seconds=0.2, pong_seconds=0.2)
    async with live_server(bell, settings) as server, await shaken(server) as socket:
        await socket.send(hello(await server.live.issue_ticket(someone(), "")))
        assert json.loads(await socket.recv())["type"] == "welcome"
        assert json.loads(await socket.recv())["type"] == "ping"
        assert await close_code(socket) == 4012


async def test_answering_client_stays(bell: str):
    settings = replace(QUICK, ping_seconds=0.1)
    async with live_server(bell, settings) as server, server.client() as client:
        await client.until(lambda: len(client.of_type("ping")) >= 4)
        assert client.closes == []


@pytest.mark.parametrize("is_raw", [True, False], ids=["raw", "plain"])
@pytest.mark.parametrize(
    ("message", "code"),
    [("nonsense", 4509), (b"binary", 4509), ("x" * (64 * 1024 + 1), 1009), ("[" * 60_000, 4509)],
    ids=["not a frame", "binary", "64 KiB and 1", "deep"],
)
async def test_broken_message_closes_the_socket_and_nothing_else(
    bell: str, message: str | bytes, code: int, is_raw: bool
):
    async with live_server(bell, is_raw=is_raw) as server, server.client() as other:
        async with await shaken(server) as socket:
            assert await close_code(socket, message) == code
        assert (await other.follow(room().name))["type"] == "followed"


async def test_bad_utf8_closes_with_1007(bell: str):
    async with live_server(bell) as server, await shaken(server) as socket:
        frame = Frame(Opcode.TEXT, b"\xff\xfe")
        socket.transport.write(frame.serialize(mask=True))
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), PATIENCE)
        assert socket.close_code == 1007


async def test_deflate_bomb_closes_with_1009(bell: str):
    async with live_server(bell) as server, await shaken(server) as socket:
        assert await close_code(socket, json.dumps({"type": "hello", "ticket": "0" * 10_000_000})) == 1009


async def test_mutated_websocket_frames_close_the_socket(bell: str):
    good = Frame(Opcode.TEXT, b'{"type":"pong"}').serialize(mask=True)
    async with live_server(bell) as server, server.client() as other:
        for mutant in (
            bytes([good[0] | 0x70]) + good[1:],  # reserved bits
            bytes([0x83]) + good[1:],  # an opcode nobody has
            bytes([good[0], good[1] & 0x7F]) + good[2:],  # unmasked
            bytes([0x09, good[1]]) + good[2:],  # a fragmented ping
            bytes([0x81, 0xFF]) + struct.pack(">Q", 1 << 63) + b"\0" * 8,  # longer than may be
        ):
            socket = await shaken(server, compression=None)
            socket.transport.write(mutant)
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(socket.recv(), PATIENCE)
            assert socket.close_code in {1002, 1009}
            await socket.close()
        assert (await other.follow(room().name))["type"] == "followed"


async def test_newest_connections_stay_when_a_person_has_too_many(bell: str):
    ana = someone()
    async with live_server(bell, replace(QUICK, max_connections_per_user=2)) as server:
        clients = [server.client(ana) for _ in range(3)]
        for client in clients:
            await client.open()
        await clients[0].until(lambda: clients[0].closes)
        assert clients[0].closes == [4504]
        assert (await clients[1].follow(room().name))["type"] == "followed"
        assert (await clients[2].follow(room().name))["type"] == "followed"
        for client in clients:
            await client.stop()


async def test_topics_of_a_connection_are_limited(bell: str):
    async with live_server(bell, replace(QUICK, max_topics_per_connection=2)) as server, server.client() as client:
        await client.follow(room().name)
        await client.follow(room().name)
        with pytest.raises(Answer) as refused:
            await client.follow(room().name)
        assert refused.value.frame["code"] == "too_many_topics"


async def test_connection_ends_when_its_ticket_is_not_renewed(bell: str):
    settings = replace(QUICK, session_seconds=1.5, refresh_grace_seconds=1.5, ping_seconds=0.1)
    async with live_server(bell, settings) as server, server.client() as left, server.client(ana := someone()) as kept:
        async with asyncio.timeout(PATIENCE):
            while not left.closes:
                await kept.send({"type": "refresh", "ticket": await server.live.issue_ticket(ana, "")})
                await asyncio.sleep(0.1)
        assert left.closes[0] == 4002
        assert kept.closes == []


async def test_somebody_elses_ticket_renews_nothing(bell: str):
    async with live_server(bell) as server, server.client() as client:
        await client.send({"type": "refresh", "ticket": await server.live.issue_ticket(someone(), "")})
        await client.until(lambda: client.closes)
        assert client.closes == [4500]

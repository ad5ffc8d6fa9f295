import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from server.schema.core.documents import TrustMode, _digest
from server.schema.core.options import EndpointOptions, SocketLimits
from tests.schema.core.toy import Journal
from tests.schema.harness import ADA, REVOKED, TOKEN, served, toy_options, unanswered

PROTOCOL = Subprotocol("graphql-transport-ws")


class Client:
    """Speaks JSON over one socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, message: Any) -> None:
        await self.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def read(self) -> Any:
        async with asyncio.timeout(5):
            return json.loads(await self.socket.recv())

    async def subscribe(self, operation_id: str, query: str, **variables: Any) -> None:
        payload = {"query": query, "variables": variables}
        await self.send({"id": operation_id, "type": "subscribe", "payload": payload})

    async def init(self, **payload: Any) -> None:
        await self.send({"type": "connection_init", "payload": payload})
        assert await self.read() == {"type": "connection_ack"}

    async def is_alive(self) -> bool:
        await self.send({"type": "ping", "payload": {"still": "there"}})
        return bool(await self.read() == {"type": "pong", "payload": {"still": "there"}})

    async def closed(self) -> tuple[int, str]:
        """Return the code and reason that the server closes with, passing over what it sends before."""
        with pytest.raises(ConnectionClosed) as ended:
            await self._drain()
        close = ended.value.rcvd
        assert close is not None
        return close.code, close.reason

    async def _drain(self) -> None:
        async with asyncio.timeout(5):
            while True:
                await self.socket.recv()


@asynccontextmanager
async def dial(address: str, **arguments: Any) -> AsyncIterator[Client]:
    given = {"subprotocols": [PROTOCOL], **arguments}
    async with connect(f"ws://{address}/graphql", **given) as socket:
        yield Client(socket)


@asynccontextmanager
async def open_socket(options: EndpointOptions | None = None) -> AsyncIterator[Client]:
    async with served(options or toy_options()) as address, dial(address) as client:
        yield client


def limited(journal: Journal | None = None, **changes: Any) -> EndpointOptions:
    return toy_options(journal, socket=replace(SocketLimits(), **changes))


async def test_a_subscription_sends_next_until_complete():
    journal = Journal()
    async with open_socket(toy_options(journal)) as client:
        await client.init()
        await client.subscribe("1", "subscription ($to: Int!) { count(to: $to) }", to=2)
        assert [await client.read() for _ in range(3)] == [
            {"id": "1", "type": "next", "payload": {"data": {"count": 1}}},
            {"id": "1", "type": "next", "payload": {"data": {"count": 2}}},
            {"id": "1", "type": "complete"},
        ]
        await client.subscribe("1", "{ echo }")
        assert (await client.read())["payload"] == {"data": {"echo": "00.0"}}
        assert (await client.read())["type"] == "complete"
    assert journal.closed_streams == 1


async def test_queries_and_mutations_run_over_the_socket():
    async with open_socket() as client:
        await client.init()
        await client.subscribe("q", "{ pens(first: 2) { edges { node { length } } } }")
        answer = await client.read()
        assert answer["payload"]["data"]["pens"]["edges"][1] == {"node": {"length": 7}}
        await client.read()
        rename = 'mutation { renamePen(input: {penId: "x", name: "y"}) { __typename } }'
        await client.subscribe("m", rename)
        assert (await client.read())["payload"]["data"]["renamePen"]["__typename"] == "NotFound"


async def test_complete_from_the_client_closes_the_source():
    journal = Journal()
    async with open_socket(toy_options(journal)) as client:
        await client.init()
        await client.subscribe("1", "subscription { penEvents { name } }")
        await client.read()
        await client.send({"id": "1", "type": "complete"})
        await journal.quiet()
        assert journal.closed_streams == 1
        await client.subscribe("1", "{ echo }")
        assert (await client.read())["id"] == "1"


async def test_leaving_closes_every_source():
    journal = Journal()
    async with served(toy_options(journal)) as address:
        async with dial(address) as client:
            await client.init()
            for name in "abc":
                await client.subscribe(name, "subscription { penEvents { name } }")
                await client.read()
            assert journal.running == 3
        await journal.quiet()
    assert journal.closed_streams == 3


# What a bad operation is answered with; the socket lives on.
BAD_OPERATIONS: list[tuple[Any, str]] = [
    (None, "bad_request"),
    ("x", "bad_request"),
    (1, "bad_request"),
    ([], "bad_request"),
    ([{"query": "{ echo }"}], "bad_request"),
    ({}, "bad_request"),
    ({"query": None}, "bad_request"),
    ({"query": 1}, "bad_request"),
    ({"query": {}}, "bad_request"),
    ({"query": "{ echo }", "variables": []}, "bad_request"),
    ({"query": "{ echo }", "variables": "x"}, "bad_request"),
    ({"query": "{ echo }", "operationName": 1}, "bad_request"),
    ({"query": "{ echo }", "extensions": 1}, "bad_request"),
    ({"query": ""}, "syntax_error"),
    ({"query": "{"}, "syntax_error"),
    ({"query": "{ nothing }"}, "invalid_document"),
    ({"query": "{ echo }", "operationName": "Missing"}, "unknown_operation"),
    ({"query": "query A { echo } query B { echo }"}, "unknown_operation"),
    ({"query": "query ($n: Int!) { echo(number: $n) }"}, "invalid_variables"),
    ({"query": "{" + " echo" * 30 + "}"}, "too_complex"),
    ({"query": "subscription { count penEvents { name } }"}, "invalid_document"),
    ({"query": "subscription { refusedEvents }"}, "not_allowed"),
    ({"query": '{ echo(text: "\\u0000") }'}, "bad_request"),
    ({"documentId": "0" * 64}, "PERSISTED_QUERY_NOT_FOUND"),
]


async def test_a_bad_operation_gets_an_error_and_the_socket_lives_on():
    async with open_socket() as client:
        await client.init()
        for number, (payload, code) in enumerate(BAD_OPERATIONS):
            await client.send({"id": f"op{number}", "type": "subscribe", "payload": payload})
            answer = await client.read()
            assert (answer["id"], answer["type"]) == (f"op{number}", "error"), payload
            error = answer["payload"][0]
            assert error["extensions"]["code"] == code, (payload, error)
            assert error["extensions"]["requestId"]
        await client.send({"id": "no payload", "type": "subscribe"})
        assert (await client.read())["type"] == "error"
        assert await client.is_alive()


async def test_a_bug_in_a_stream_is_masked_and_ends_that_operation_alone():
    async with open_socket() as client:
        await client.init()
        await client.subscribe("1", "subscription { breakingEvents }")
        assert (await client.read())["type"] == "next"
        error = await client.read()
        assert (error["type"], error["payload"][0]["extensions"]["code"]) == ("error", "internal")
        assert "secret" not in json.dumps(error)
        assert await client.is_alive()


TOLERATED: list[Any] = [
    {"type": "ping"},
    {"type": "ping", "payload": None},
    {"type": "pong"},
    {"type": "pong", "payload": None},
    {"type": "pong", "payload": {"a": 1}},
    {"type": "complete", "id": "unknown"},
    {"type": "complete", "id": "unknown", "payload": 1},
    {"type": "ping", "id": 5, "extra": [1]},
]


async def test_null_payloads_and_unknown_ids_are_tolerated():
    async with open_socket() as client:
        await client.send({"type": "connection_init", "payload": None})
        assert await client.read() == {"type": "connection_ack"}
        for message in TOLERATED:
            await client.send(message)
            if message["type"] == "ping":
                assert await client.read() == {"type": "pong"}
        assert await client.is_alive()


ODD: list[tuple[Any, int]] = [
    ("", 4400),
    ("null", 4400),
    ("1", 4400),
    ('"x"', 4400),
    ("[]", 4400),
    ("{}", 4400),
    ("{", 4400),
    ("NaN", 4400),
    ('{"type": "ping", "payload": {"n": ' + "9" * 5_000 + "}}", 4400),
    ('{"type": "ping", "payload": {"n": 18446744073709551616}}', 4400),
    ('{"type": "ping", "payload": {"t": "\\u0000"}}', 4400),
    ('{"type": "ping", "payload": {"t": "\\ud800"}}', 4400),
    ("[" * 5_000, 4400),
    (b"\x00\x01", 4400),
    (b'{"type": "ping"}', 4400),
    ("x" * 70_000, 4400),
    ({"type": None}, 4400),
    ({"type": 1}, 4400),
    ({"type": []}, 4400),
    ({"type": "unknown"}, 4400),
    ({"type": "next", "id": "1", "payload": {}}, 4400),
    ({"type": "error", "id": "1", "payload": []}, 4400),
    ({"type": "connection_ack"}, 4400),
    ({"type": "start", "id": "1", "payload": {"query": "{ echo }"}}, 4400),
    ({"type": "ping", "payload": []}, 4400),
    ({"type": "pong", "payload": "x"}, 4400),
    ({"type": "subscribe", "payload": {"query": "{ echo }"}}, 4400),
    ({"type": "subscribe", "id": 1, "payload": {"query": "{ echo }"}}, 4400),
    ({"type": "subscribe", "id": "", "payload": {"query": "{ echo }"}}, 4400),
    ({"type": "subscribe", "id": None, "payload": {"query": "{ echo }"}}, 4400),
    ({"type": "subscribe", "id": "i" * 200, "payload": {"query": "{ echo }"}}, 4400),
    ({"type": "complete"}, 4400),
    ({"type": "complete", "id": {}}, 4400),
    ({"type": "connection_init"}, 4429),
]


@pytest.fixture(scope="module", name="odd_outcomes")
def every_odd_message() -> dict[str, int]:
    """Send each odd message on a socket of its own, all to one server."""

    async def outcomes() -> dict[str, int]:
        found: dict[str, int] = {}
        async with served(toy_options()) as address:
            for message, _ in ODD:
                async with dial(address) as client:
                    await client.init()
                    await client.send(message)
                    found[repr(message)] = (await client.closed())[0]
        return found

    return asyncio.run(outcomes())


@pytest.mark.parametrize(("message", "code"), ODD, ids=[repr(message)[:40] for message, _ in ODD])
def test_a_message_outside_the_protocol_closes_with_its_code(odd_outcomes: dict[str, int], message: Any, code: int):
    assert odd_outcomes[repr(message)] == code


async def test_operations_before_the_acknowledgement_are_unauthorized():
    async with open_socket() as client:
        await client.subscribe("1", "{ echo }")
        assert await client.closed() == (4401, "Unauthorized")


async def test_an_id_in_use_closes_the_socket():
    journal = Journal()
    async with open_socket(toy_options(journal)) as client:
        await client.init()
        await client.subscribe("1", "subscription { penEvents { name } }")
        await client.subscribe("1", "{ echo }")
        assert await client.closed() == (4409, "Subscriber for 1 already exists")
    await journal.quiet()


async def test_a_client_that_says_nothing_is_timed_out():
    async with open_socket(limited(init_seconds=0.02)) as client:
        assert await client.closed() == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize("subprotocols", [None, ["graphql-ws"], ["something", "else"]])
async def test_other_subprotocols_are_refused(subprotocols: list[str] | None):
    async with (
        served(toy_options()) as address,
        connect(f"ws://{address}/graphql", subprotocols=subprotocols) as socket,  # type: ignore[arg-type]  # plain text
    ):
        assert (await Client(socket).closed())[0] == 4406


async def test_a_foreign_origin_gets_no_handshake():
    async with served(toy_options()) as address:
        with pytest.raises(InvalidStatus) as refused:
            async with dial(address, origin="https://evil.example"):
                pass
        assert refused.value.response.status_code == 403
        async with dial(address, origin=f"http://{address}") as client:
            await client.init()


@pytest.mark.parametrize("payload", [{"Authorization": TOKEN}, {"authorization": TOKEN}, {"token": str(ADA)}])
async def test_the_token_comes_in_connection_params(payload: dict[str, str]):
    async with open_socket() as client:
        await client.init(**payload)
        await client.subscribe("1", "{ whoami }")
        assert (await client.read())["payload"]["data"]["whoami"] == str(ADA)


async def test_the_token_comes_in_the_header_or_the_cookie():
    async with served(toy_options()) as address:
        for headers in ({"Authorization": TOKEN}, {"Cookie": f"login={ADA}"}):
            async with dial(address, additional_headers=headers) as client:
                await client.init()
                await client.subscribe("1", "{ whoami }")
                assert (await client.read())["payload"]["data"]["whoami"] == str(ADA)


@pytest.mark.parametrize("token", ["expired", 1, [], "\u00e9", "a\nb"])
async def test_a_token_that_does_not_hold_is_forbidden(token: Any):
    async with open_socket() as client:
        await client.send({"type": "connection_init", "payload": {"Authorization": token}})
        if token == []:
            assert await client.read() == {"type": "connection_ack"}
        else:
            assert (await client.closed())[0] == 4403


async def test_a_token_that_expires_closes_the_socket_and_its_sources():
    journal = Journal()
    options = replace(limited(journal, init_seconds=0.01, ping_seconds=0.01), recheck_seconds=0.01)
    async with open_socket(options) as client:
        await client.init(token=str(ADA))
        await client.subscribe("1", "subscription { penEvents { name } }")
        await journal.started.wait()
        REVOKED.add(str(ADA))
        try:
            assert await client.closed() == (4403, "Sign in first.")
        finally:
            REVOKED.clear()
        await journal.quiet()


async def test_operations_per_connection_are_capped_without_closing():
    journal = Journal()
    async with open_socket(limited(journal, operations=2)) as client:
        await client.init()
        for name in "ab":
            await client.subscribe(name, "subscription { penEvents { name } }")
            await client.read()
        await client.subscribe("c", "{ echo }")
        answer = await client.read()
        assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", "too_complex")
        assert await client.is_alive()


async def test_connections_per_user_are_capped_and_freed():
    async with served(limited(connections=1)) as address:
        async with dial(address) as first:
            await first.init(token=str(ADA))
            async with dial(address) as second:
                await second.send({"type": "connection_init", "payload": {"token": str(ADA)}})
                assert await second.closed() == (4429, "Too many connections")
            async with dial(address) as visitor:
                await visitor.init()
        async with asyncio.timeout(5):
            while True:
                async with dial(address) as again:
                    await again.send({"type": "connection_init", "payload": {"token": str(ADA)}})
                    if await _acknowledged(again):
                        return


async def _acknowledged(client: Client) -> bool:
    try:
        return bool(await client.read() == {"type": "connection_ack"})
    except ConnectionClosed:
        return False


async def test_a_silent_client_is_pinged_and_then_let_go():
    async with open_socket(limited(init_seconds=0.01, ping_seconds=0.01, silence_seconds=0.1)) as client:
        await client.init()
        assert await client.read() == {"type": "ping"}
        assert (await client.closed())[0] == 1013


async def test_a_client_that_does_not_read_is_let_go_and_its_source_closed():
    journal = Journal()
    async with (
        served(limited(journal, queued_messages=2, send_seconds=0.1)) as address,
        dial(address, max_queue=1, ping_interval=None, close_timeout=0.1) as client,
    ):
        await client.init()
        client.socket.transport.pause_reading()
        await client.subscribe("1", "subscription { flood }")
        await journal.started.wait()
        await journal.quiet()
        client.socket.transport.abort()
    assert journal.closed_streams == 1


async def test_only_trusted_documents_run_when_enforced_over_the_socket_too():
    text = "query Trusted { echo }"
    options = replace(toy_options(), trust_mode=TrustMode.ENFORCE, trusted_documents={_digest(text): text})
    async with open_socket(options) as client:
        await client.init()
        await client.subscribe("1", text)
        assert (await client.read())["payload"][0]["extensions"]["code"] == "document_required"
        await client.send({"id": "2", "type": "subscribe", "payload": {"documentId": _digest(text)}})
        assert (await client.read())["payload"] == {"data": {"echo": "00.0"}}


async def test_a_socket_opened_while_the_database_is_away_is_asked_to_come_back():
    async with open_socket() as client:
        with unanswered(str(ADA)):
            await client.send({"type": "connection_init", "payload": {"token": str(ADA)}})
            assert (await client.closed())[0] == 1013


async def test_a_socket_outlives_a_database_that_is_away_for_a_while():
    options = replace(limited(init_seconds=0.01, ping_seconds=0.01), recheck_seconds=0.01)
    async with open_socket(options) as client:
        await client.init(token=str(ADA))
        with unanswered(str(ADA)) as asked:
            while len(asked) < 2:
                await asyncio.sleep(0.005)
        await client.subscribe("1", "{ echo }")
        while (answer := await client.read())["type"] == "ping":
            pass
        assert answer["type"] == "next"

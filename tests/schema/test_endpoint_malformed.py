"""Whatever is sent, the answer is a 4xx that says what is wrong, as JSON; never a 5xx."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.schema.core.toy import Journal
from tests.schema.harness import client, served, toy_options

JSON = {"content-type": "application/json", "accept": "application/graphql-response+json"}


def nested(levels: int) -> bytes:
    return b'{"query": "{ __typename }", "variables": {"x": ' + b"[" * levels + b"]" * levels + b"}}"


def variables(text: str) -> bytes:
    return b'{"query": "query ($x: Int) { echo(number: $x) }", "variables": {"x": ' + text.encode() + b"}}"


def document(text: str) -> bytes:
    return json.dumps({"query": text}).encode()


def deep(rounds: int, pens: str, leaf: str = "edges { node { name } }") -> str:
    """Return a document of boxes of pens in boxes of pens."""
    inner = f"{pens} {{ {leaf} }}"
    for _ in range(rounds - 1):
        inner = f"{pens} {{ edges {{ node {{ box {{ {inner} }} }} }} }}"
    return f"{{ boxes {{ {inner} }} }}"


BODIES: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 400, "bad_json"),
    "null": (b"null", 400, "bad_request"),
    "a string": (b'"x"', 400, "bad_request"),
    "a number": (b"1", 400, "bad_request"),
    "a list": (b"[1,2]", 400, "bad_request"),
    "a batch": (b'[{"query": "{ __typename }"}]', 400, "bad_request"),
    "an empty object": (b"{}", 400, "bad_request"),
    "null query": (b'{"query": null}', 400, "bad_request"),
    "a list as query": (b'{"query": ["{ __typename }"]}', 400, "bad_request"),
    "an empty query": (b'{"query": ""}', 400, "syntax_error"),
    "a bad name": (b'{"query": "{ __typename }", "operationName": 1}', 400, "bad_request"),
    "bad variables": (b'{"query": "{ __typename }", "variables": [1]}', 400, "bad_request"),
    "bad extensions": (b'{"query": "{ __typename }", "extensions": "x"}', 400, "bad_request"),
    "bad persisted query": (b'{"extensions": {"persistedQuery": 1}}', 400, "bad_request"),
    "a short document id": (b'{"documentId": "abc"}', 400, "bad_request"),
    "half an object": (b'{"query": "{', 400, "bad_json"),
    "two objects": (b"{}{}", 400, "bad_json"),
    "bad UTF-8": (b'{"query": "\xff\xfe"}', 400, "bad_json"),
    "a byte order mark": (b'\xef\xbb\xbf{"query": "{ __typename }"}', 400, "bad_json"),
    "UTF-16": ('{"query": "{ __typename }"}'.encode("utf-16"), 400, "bad_json"),
    "100,000 levels": (b"[" * 100_000, 400, "bad_json"),
    "500 levels": (nested(500), 400, "bad_json"),
    "65 levels": (nested(65), 400, "bad_json"),
    "1 MB": (b'{"query": "' + b"#" * 1_000_000 + b'"}', 413, "body_too_large"),
    "NaN": (variables("NaN"), 400, "bad_json"),
    "Infinity": (variables("-Infinity"), 400, "bad_json"),
    "1e999": (variables("1e999"), 400, "bad_json"),
    "5,000 digits": (variables("9" * 5_000), 400, "bad_json"),
    "65 bits": (variables(str(2**64)), 400, "bad_request"),
    "64 bits unsigned": (variables(str(2**63)), 400, "bad_request"),
    "-65 bits": (variables(str(-(2**64))), 400, "bad_request"),
    "33 bits": (variables(str(2**33)), 400, "invalid_variables"),
    "a lone surrogate": (variables('"\\ud800"'), 400, "bad_json"),
    "NUL in a variable": (variables('"\\u0000"'), 400, "bad_request"),
    "NUL in a name": (b'{"query": "{ __typename }", "x\\u0000": 1}', 400, "bad_request"),
    "NUL in a document": (b'{"query": "{ echo(text: \\"\\\\u0000\\") }"}', 400, "bad_request"),
    "a surrogate in a document": (document('{ echo(text: "\\ud800") }'), 400, "syntax_error"),
    "5,000 digits in a document": (document("{ echo(number: " + "9" * 5_000 + ") }"), 400, "bad_request"),
    "a fraction of 5,000 digits": (document("{ echo(fraction: 1e5000) }"), 400, "bad_request"),
    "a list as number": (variables("[1]"), 400, "invalid_variables"),
    "101 items": (
        b'{"query": "query ($x: [Int!]) { echo(many: $x) }", "variables": {"x": [' + b"1," * 100 + b"1]}}",
        400,
        "too_complex",
    ),
    "101 items in a document": (document("{ echo(many: [" + "1 " * 101 + "]) }"), 400, "too_complex"),
    "an SDL document": (document("type Query { a: Int }"), 400, "invalid_document"),
    "only a comment": (document("# nothing"), 400, "syntax_error"),
    "16 kB": (document("{ __typename }" + " " * 16_400), 400, "too_complex"),
    "2,001 tokens": (document("{" + " a" * 2_001 + "}"), 400, "too_complex"),
    "13 levels": (document(deep(3, "pens")), 400, "too_complex"),
    "400 levels": (document("{ a" * 400 + "}" * 400), 400, "syntax_error"),
    "31 aliases": (document("{" + " ".join(f"a{n}: echo" for n in range(31)) + "}"), 400, "too_complex"),
    "51 directives": (document("{ echo" + " @skip(if: false)" * 51 + " }"), 400, "too_complex"),
    "21 root fields": (document("{" + " echo" * 21 + " }"), 400, "too_complex"),
    "6 mutations": (document("mutation {" + " __typename" * 6 + " }"), 400, "too_complex"),
    "a fragment circle": (
        document("{ ...A } fragment A on Query { ...B } " + "fragment B on Query { ...A }"),
        400,
        "invalid_document",
    ),
    "a missing fragment": (document("{ ...A }"), 400, "invalid_document"),
    "100 pages of 100 of 100": (
        document(deep(3, "pens(first: 100)", "pageInfo { endCursor }")),
        400,
        "too_complex",
    ),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_malformed_body_is_answered_with_what_is_wrong(name: str):
    body, status, code = BODIES[name]
    async with client() as http:
        response = await http.post("/graphql", content=body, headers=JSON)
    error = response.json()["errors"][0]
    assert (response.status_code, error["extensions"]["code"]) == (status, code), response.text[:300]
    assert error["message"]


@pytest.mark.parametrize("name", BODIES)
async def test_the_old_media_type_never_gives_a_5xx_either(name: str):
    async with client() as http:
        response = await http.post("/graphql", content=BODIES[name][0], headers=JSON)
    assert response.status_code < 500
    assert response.json()["errors"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 415),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/graphql"}, 415),
        ({"content-type": "multipart/form-data; boundary=x"}, 415),
        ({"content-type": "application/json; charset=latin-1"}, 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, 415),
        ({"content-type": "application/json; charset=utf-8"}, 200),
    ],
)
async def test_content_types_other_than_json_get_415(headers: dict[str, str], status: int):
    async with client() as http:
        response = await http.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("application/json")


FORGED = ["x", "", "AAAA", "!!!!", "é" * 10, "A" * 5_000, "Bd6dfpKncGVuIDAwMQ", "\U0001f600"]


@pytest.mark.parametrize("text", FORGED)
async def test_forged_cursors_and_ids_are_refused_in_the_answer(text: str):
    query = "query ($c: String, $i: ID!) { pens(after: $c) { edges { cursor } } }"
    async with client() as http:
        cursor = await http.post("/graphql", json={"query": query.replace(", $i: ID!", ""), "variables": {"c": text}})
        assert cursor.status_code == 200
        assert cursor.json()["errors"][0]["extensions"]["code"] == "invalid_input"
        body = {"query": "query ($i: ID!) { node(id: $i) { id } nodes(ids: [$i]) { id } }", "variables": {"i": text}}
        assert (await http.post("/graphql", json=body)).json() == {"data": {"node": None, "nodes": [None]}}


async def slow_body() -> AsyncIterator[bytes]:
    yield b'{"query"'
    await asyncio.sleep(30)
    yield b': "{ __typename }"}'


async def test_a_body_that_drips_is_cut_off():
    async with client(body_seconds=0.05) as http:
        response = await http.post("/graphql", content=slow_body(), headers=JSON)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (408, "body_timeout")


async def endless_body() -> AsyncIterator[bytes]:
    for _ in range(1_000):
        yield b" " * 4_096


async def test_a_body_without_a_length_is_cut_off_at_its_limit():
    async with client() as http:
        response = await http.post("/graphql", content=endless_body(), headers=JSON)
    assert response.status_code == 413


async def test_a_real_server_survives_the_corpus_and_broken_http():
    async with served(toy_options(Journal(), body_seconds=0.3)) as address:
        host, port = address.split(":")
        for raw in (
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{",
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
            b"99999999999999999999\r\n\r\n{",
            b"GET /graphql?query=%FF%FE HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /graphql?query=%00 HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /graphql HTTP/1.1\r\nHost: x\r\nAccept: \xff\xfe\r\n\r\n",
            b"GET /graphql HTTP/1.1\r\nHost: x\r\nX-Request-Id: \xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\r\n\r\n",
            b"GET /graphql HTTP/1.1\r\nHost: x\r\nOrigin: http://[::\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(raw)
            async with asyncio.timeout(5):
                status = await reader.readline()
            assert status.startswith((b"HTTP/1.1 4", b"HTTP/1.1 200")), (raw, status)
            writer.close()
            await writer.wait_closed()


async def test_a_fragment_bomb_is_refused_quickly():
    through = "box {{ pens {{ edges {{ node {{ ...F{next} }} }} }} }}"
    twice = "fragment F{this} on Pen {{ a: " + through + " b: " + through + " }}"
    fragments = [twice.format(this=n, next=n + 1) for n in range(19)]
    query = "{ pens { edges { node { ...F0 } } } } " + " ".join(fragments) + " fragment F19 on Pen { name }"
    async with client() as http:
        async with asyncio.timeout(2):
            response = await http.post("/graphql", json={"query": query}, headers=JSON)
        flat = [f"fragment G{n} on Query {{ ...G{n + 1} ...G{n + 1} }}" for n in range(19)]
        query = "{ ...G0 } " + " ".join(flat) + " fragment G19 on Query { __typename }"
        async with asyncio.timeout(2):
            wide = await http.post("/graphql", json={"query": query}, headers=JSON)
    assert response.json()["errors"][0]["extensions"]["code"] == "too_complex"
    answer: dict[str, Any] = wide.json()
    assert answer["errors"][0]["extensions"]["code"] == "too_complex"


@pytest.mark.parametrize(("chunks", "read"), [(15, 15), (40, 17)])
async def test_a_body_a_little_too_large_is_read_to_its_end_before_the_answer(chunks: int, read: int):
    given: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        for number in range(chunks):
            given.append(number)
            yield b" " * 1024

    async with client(body_bytes=1024) as http:
        response = await http.post("/graphql", content=body(), headers=JSON)
    assert (response.status_code, len(given)) == (413, read)

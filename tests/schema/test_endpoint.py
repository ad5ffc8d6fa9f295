import asyncio
import logging
from typing import Any

import httpx
import pytest

from server.domain.actors import VISITOR
from server.schema.core.asks import Ask
from server.schema.core.execution import Caller, Engine
from tests.schema.core.toy import Journal, schema
from tests.schema.harness import ADA, TOKEN, client, served, toy_options, unanswered

NEW = "application/graphql-response+json"
OLD = "application/json"


def code_of(response: httpx.Response) -> str:
    error = response.json()["errors"][0]
    assert error["extensions"]["requestId"] == response.headers["x-request-id"]
    return str(error["extensions"]["code"])


async def test_an_answer_carries_its_media_type_and_request_id():
    async with client() as http:
        response = await http.post("/graphql", json={"query": '{ echo(text: "é") }'}, headers={"accept": NEW})
        assert response.status_code == 200
        assert response.headers["content-type"] == f"{NEW}; charset=utf-8"
        assert response.headers["x-request-id"]
        assert response.json() == {"data": {"echo": "é00.0"}}
        given = await http.post(
            "/graphql", json={"query": "{ boxes { number } }"}, headers={"x-request-id": "abc-123-xyz"}
        )
        assert given.headers["x-request-id"] == "abc-123-xyz"


@pytest.mark.parametrize(
    ("taken", "sent"),
    [("gzip, deflate, br", "gzip"), ("GZIP;q=0.5", "gzip"), ("gzip;q=0, identity", None), ("br", None), ("", None)],
)
async def test_a_long_answer_is_compressed_for_who_takes_it(taken: str, sent: str | None):
    long = {"query": "query($t: String!) { echo(text: $t) }", "variables": {"t": "word after word " * 100}}
    async with client() as http:
        plain = await http.post("/graphql", json=long, headers={"accept-encoding": "identity"})
        answer = await http.post("/graphql", json=long, headers={"accept-encoding": taken})
        short = await http.post("/graphql", json={"query": "{ __typename }"}, headers={"accept-encoding": taken})
    assert "content-encoding" not in plain.headers
    assert answer.headers.get("content-encoding") == sent
    assert answer.json() == plain.json()
    size, whole = int(answer.headers["content-length"]), int(plain.headers["content-length"])
    assert size == whole if sent is None else size * 4 < whole
    assert "content-encoding" not in short.headers
    assert {"Accept-Encoding" in one.headers["vary"] for one in (plain, answer, short)} == {True}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, OLD),
        ("*/*", OLD),
        ("application/*;q=0.5", OLD),
        (NEW, NEW),
        (f"{OLD};q=0.5, {NEW}", NEW),
        (f"{NEW};q=0.5, {OLD};q=0.9", OLD),
        (f"text/html, {NEW}; charset=utf-8", NEW),
        (f"{NEW};q=oops, {OLD}", OLD),
    ],
)
async def test_media_types_are_negotiated(accept: str | None, expected: str):
    async with client() as http:
        http.headers.pop("accept")
        headers = {} if accept is None else {"accept": accept}
        response = await http.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
        assert response.headers["content-type"].startswith(expected)


@pytest.mark.parametrize("accept", ["text/html", "image/png", f"{OLD};q=0", f"{OLD}; charset=latin-1"])
async def test_a_client_that_takes_nothing_of_ours_gets_406(accept: str):
    async with client() as http:
        response = await http.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": accept})
        assert (response.status_code, code_of(response)) == (406, "not_acceptable")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_get_405_with_allow(method: str):
    async with client() as http:
        response = await http.request(method, "/graphql")
        assert (response.status_code, code_of(response)) == (405, "method_not_allowed")
        assert response.headers["allow"] == "GET, POST"


async def test_get_runs_queries_and_refuses_mutations():
    async with client() as http:
        params = {"query": "query Q($t: String!) { echo(text: $t) }", "variables": '{"t": "hi"}', "operationName": "Q"}
        assert (await http.get("/graphql", params=params)).json() == {"data": {"echo": "hi00.0"}}
        refused = await http.get("/graphql", params={"query": "mutation { __typename }"})
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
        twice = await http.get("/graphql?query={a}&query={b}")
        assert twice.status_code == 400
        broken = await http.get("/graphql", params={"query": "{ __typename }", "variables": "{"})
        assert (broken.status_code, code_of(broken)) == (400, "bad_json")


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ ", {}, "syntax_error"),
        ("{ nothing }", {}, "invalid_document"),
        ("query ($n: Int!) { echo(number: $n) }", {}, "invalid_variables"),
        ("query ($n: Int!) { echo(number: $n) }", {"n": 2**40}, "invalid_variables"),
        ("query A { boxes { number } } query B { boxes { number } }", {}, "unknown_operation"),
        ("fragment F on Box { number }", {}, "invalid_document"),
    ],
)
async def test_what_cannot_be_parsed_validated_or_coerced_is_400_in_the_new_media_type(
    query: str, variables: dict[str, Any], code: str
):
    async with client() as http:
        body = {"query": query, "variables": variables}
        response = await http.post("/graphql", json=body, headers={"accept": NEW})
        assert (response.status_code, code_of(response)) == (400, code)
        assert "data" not in response.json()
        old = await http.post("/graphql", json=body, headers={"accept": OLD})
        assert (old.status_code, code_of(old)) == (200, code)


async def test_two_operations_without_a_name_are_refused_and_with_one_it_runs():
    async with client() as http:
        query = 'query A { echo(text: "a") } query B { echo(text: "b") }'
        unnamed = await http.post("/graphql", json={"query": query}, headers={"accept": NEW})
        assert code_of(unnamed) == "unknown_operation"
        named = await http.post("/graphql", json={"query": query, "operationName": "B"})
        assert named.json()["data"] == {"echo": "b00.0"}
        unknown = await http.post("/graphql", json={"query": query, "operationName": "C"}, headers={"accept": NEW})
        assert unknown.status_code == 400


async def test_suggestions_are_kept_from_clients():
    async with client() as http:
        response = await http.post("/graphql", json={"query": "{ ech boxs { number } }"})
        assert "Did you mean" not in response.text


async def test_a_bug_is_masked_logged_once_and_leaves_partial_data(caplog: pytest.LogCaptureFixture):
    async with client() as http:
        with caplog.at_level(logging.ERROR, "alongside.graphql"):
            response = await http.post("/graphql", json={"query": "{ echo bug again: bug }"}, headers={"accept": NEW})
        assert response.status_code == 200
        assert response.json()["data"] == {"echo": "00.0", "bug": None, "again": None}
        error = response.json()["errors"][0]
        assert error["message"] == "Something went wrong on our side."
        assert (error["path"], code_of(response)) == (["bug"], "internal")
        assert "secret" not in response.text
        assert ["the secret of the bug" in str(record.exc_info) for record in caplog.records] == [True, True]


@pytest.mark.parametrize("accept", [NEW, OLD])
async def test_a_database_that_is_away_is_a_temporary_error(accept: str, caplog: pytest.LogCaptureFixture):
    async with client() as http:
        response = await http.post("/graphql", json={"query": "{ echo away again: away }"}, headers={"accept": accept})
        assert (response.status_code, response.json()["data"]["echo"]) == (200, "00.0")
        assert (code_of(response), response.json()["errors"][0]["extensions"]["retryAfter"]) == ("unavailable", 3)
        with unanswered(str(ADA)):
            headers = {"accept": accept, "authorization": TOKEN}
            response = await http.post("/graphql", json={"query": "{ echo }"}, headers=headers)
        assert (response.status_code, code_of(response)) == (503, "unavailable")
        assert response.headers["retry-after"] == "3"
    assert "address" not in response.text
    assert {(record.levelname, record.exc_info) for record in caplog.records} == {("WARNING", None)}


async def test_a_broken_batch_is_logged_once_for_all_its_fields(caplog: pytest.LogCaptureFixture):
    async with client() as http:
        response = await http.post("/graphql", json={"query": "{ pens(first: 5) { edges { node { broken } } } }"})
    assert len(response.json()["errors"]) == 5
    assert len(caplog.records) == 1


async def test_a_refusal_in_a_query_keeps_its_code_and_is_not_logged(caplog: pytest.LogCaptureFixture):
    async with client() as http:
        response = await http.post("/graphql", json={"query": "{ refused }"})
    error = response.json()["errors"][0]
    assert (error["message"], code_of(response)) == ("Sign in first.", "sign_in_needed")
    assert error["extensions"]["needs"] == "a signed-in user"
    assert caplog.records == []


async def test_a_bad_cursor_names_its_argument():
    async with client() as http:
        response = await http.post("/graphql", json={"query": '{ pens(after: "x") { edges { cursor } } }'})
    assert response.json()["errors"][0]["extensions"]["fields"][0]["path"] == "after"


async def test_a_slow_operation_ends_at_its_deadline():
    journal = Journal()
    async with client(journal=journal, deadline=0.05) as http:
        response = await http.post("/graphql", json={"query": "{ slow pens(first: 1) { edges { node { stuck } } } }"})
    assert (response.status_code, code_of(response)) == (504, "deadline_exceeded")
    assert journal.running == 0


async def test_the_actor_comes_from_header_or_cookie_and_bad_credentials_get_401():
    async with client() as http:
        ask = {"query": "{ whoami }"}
        assert (await http.post("/graphql", json=ask)).json()["data"]["whoami"] is None
        bearer = await http.post("/graphql", json=ask, headers={"authorization": TOKEN})
        assert bearer.json()["data"]["whoami"] == str(ADA)
        cookie = await http.post("/graphql", json=ask, headers={"cookie": f"login={ADA}"})
        assert cookie.json()["data"]["whoami"] == str(ADA)
        expired = await http.post("/graphql", json=ask, headers={"authorization": "Bearer expired"})
        assert (expired.status_code, code_of(expired)) == (401, "sign_in_needed")
        assert expired.headers["www-authenticate"] == "Bearer"


async def test_a_cookie_without_proof_of_our_own_page_is_refused():
    async with client() as http:
        forged = await http.get("/graphql", params={"query": "{ whoami }"}, headers={"cookie": f"login={ADA}"})
        assert (forged.status_code, code_of(forged)) == (403, "csrf")
        headers = {"cookie": f"login={ADA}", "graphql-require-preflight": "1"}
        assert (await http.get("/graphql", params={"query": "{ whoami }"}, headers=headers)).status_code == 200
        plain = {"cookie": f"login={ADA}", "content-type": "text/plain"}
        assert (await http.post("/graphql", content=b"{}", headers=plain)).status_code == 403


async def test_origins_come_from_our_host_or_the_list():
    async with client(allowed_origins=frozenset({"https://app.example"})) as http:
        ask = {"query": "{ __typename }"}
        for origin, status in [
            ("https://app.example", 200),
            ("http://toy.test", 200),
            ("https://evil.example", 403),
            ("null", 403),
            ("http://[", 403),
        ]:
            assert (await http.post("/graphql", json=ask, headers={"origin": origin})).status_code == status, origin


async def test_the_page_is_served_in_development_only():
    async with client(development=True) as http:
        page = await http.get("/graphql", headers={"accept": "text/html,*/*;q=0.1"})
        assert page.headers["content-type"].startswith("text/html")
    async with client() as http:
        assert (await http.get("/graphql", headers={"accept": "text/html"})).status_code == 406


async def test_introspection_can_be_off():
    async with client(introspection=False) as http:
        response = await http.post("/graphql", json={"query": "{ __schema { types { name } } }"})
        assert code_of(response) == "invalid_document"


async def test_a_query_whose_client_left_is_cancelled():
    journal = Journal()
    async with served(toy_options(journal)) as address:
        reader, writer = await asyncio.open_connection(*address.split(":"))
        body = b'{"query": "{ slow }"}'
        lines = ["POST /graphql HTTP/1.1", "Host: x", "Content-Type: application/json", f"Content-Length: {len(body)}"]
        head = "\r\n".join([*lines, "", ""])
        writer.write(head.encode() + body)
        async with asyncio.timeout(5):
            await journal.started.wait()
            writer.close()
            await writer.wait_closed()
            await journal.quiet()
        assert reader.at_eof()


class Bucket:
    """A cost budget that holds a fixed amount and notes what moves."""

    def __init__(self, holds: int) -> None:
        self.holds = holds
        self.moves: list[tuple[str, str, int]] = []

    async def charge(self, actor_key: str, cost: int) -> int | None:
        self.moves.append(("charge", actor_key, cost))
        if cost > self.holds:
            return 9
        self.holds -= cost
        return None

    async def refund(self, actor_key: str, cost: int) -> None:
        self.moves.append(("refund", actor_key, cost))
        self.holds += cost


async def test_cost_is_charged_before_refunded_after_and_told_when_asked():
    bucket = Bucket(1_000)
    async with client(cost_budget=bucket) as http:
        query = "query ($n: Int) { pens(first: $n) { edges { node { name } } } }"
        body: dict[str, Any] = {"query": query, "variables": {"n": 90}, "extensions": {"cost": True}}
        response = await http.post("/graphql", json=body, headers={"authorization": TOKEN})
        # The operation and the connection, 90 edges with 90 nodes; there are only 30.
        assert response.json()["extensions"] == {"cost": {"requested": 182, "actual": 62}}
        assert bucket.moves == [("charge", f"user:{ADA}", 182), ("refund", f"user:{ADA}", 120)]
        plain = await http.post("/graphql", json={"query": query})
        assert "extensions" not in plain.json()
        headed = await http.post("/graphql", json={"query": query}, headers={"graphql-cost": "1"})
        assert headed.json()["extensions"]["cost"]["requested"] == 42


async def test_an_empty_budget_answers_429_with_retry_after():
    async with client(cost_budget=Bucket(10)) as http:
        response = await http.post("/graphql", json={"query": "{ pens { edges { node { name } } } }"})
        assert (response.status_code, code_of(response)) == (429, "rate_limited")
        assert response.headers["retry-after"] == "9"


async def test_the_engine_answers_without_a_transport():
    engine = Engine(schema, toy_options())
    ask = Ask(query="{ whoami }")
    answer = await engine.answer(engine.prepare(ask), ask, Caller(VISITOR, "request-1"))
    assert answer == {"data": {"whoami": None}}

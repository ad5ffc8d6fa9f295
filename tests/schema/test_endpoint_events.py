import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.schema.core.toy import Journal
from tests.schema.harness import ADA, REVOKED, TOKEN, served, toy_options, unanswered

EVENTS = {"accept": "text/event-stream"}


@asynccontextmanager
async def stream(address: str, query: str, **headers: str) -> AsyncIterator[AsyncIterator[str]]:
    url = f"http://{address}/graphql"
    async with (
        httpx.AsyncClient(timeout=5) as http,
        http.stream("POST", url, json={"query": query}, headers={**EVENTS, **headers}) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        yield response.aiter_lines()


async def collect(address: str, query: str, **headers: str) -> list[Any]:
    """Return the data of each event until the stream ends; `complete` is the text complete."""
    events: list[Any] = []
    async with stream(address, query, **headers) as lines:
        kind = ""
        async for line in lines:
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                events.append("complete" if kind == "complete" else json.loads(value))
    return events


async def test_a_subscription_streams_next_and_complete():
    journal = Journal()
    async with served(toy_options(journal)) as address:
        events = await collect(address, "subscription { count(to: 2) }")
    assert events == [{"data": {"count": 1}}, {"data": {"count": 2}}, "complete"]
    assert journal.closed_streams == 1


async def test_each_event_loads_its_batches_in_a_fresh_context():
    journal = Journal()
    journal.gate.set()
    async with served(toy_options(journal)) as address:
        events = await collect(address, "subscription { penEvents { name length box { number } } }")
    assert [event["data"]["penEvents"]["length"] for event in events[:2]] == [7, 7]
    assert journal.calls == [("length", 1), ("box", 1)] * 2


async def test_a_query_over_events_is_one_next():
    async with served(toy_options()) as address:
        assert await collect(address, "{ echo }") == [{"data": {"echo": "00.0"}}, "complete"]


async def test_what_is_wrong_with_the_operation_comes_in_the_stream():
    async with served(toy_options()) as address:
        for query, code in [
            ("{ nothing }", "invalid_document"),
            ("{", "syntax_error"),
            ("subscription { refusedEvents }", "not_allowed"),
        ]:
            events = await collect(address, query)
            assert events[0]["errors"][0]["extensions"]["code"] == code
            assert events[1:] == ["complete"]
        broken = await collect(address, "subscription { breakingEvents }")
        assert broken[0] == {"data": {"breakingEvents": 1}}
        assert broken[1]["errors"][0]["message"] == "Something went wrong on our side."
        assert broken[2:] == ["complete"]


async def test_comments_keep_a_quiet_stream_alive_and_leaving_closes_its_source():
    journal = Journal()
    async with served(toy_options(journal, keep_alive_seconds=0.02)) as address:
        async with stream(address, "subscription { penEvents { name } }") as lines:
            seen = [await anext(lines) for _ in range(6)]
            assert seen[0] == "event: next"
            assert seen.count(":") >= 1
            assert journal.running == 1
        await journal.quiet()
        assert journal.closed_streams == 1


async def test_a_stream_ends_when_its_credentials_no_longer_hold():
    journal = Journal()
    options = toy_options(journal, keep_alive_seconds=0.02, recheck_seconds=0.01)
    async with served(options) as address, asyncio.timeout(5):
        pending = asyncio.create_task(collect(address, "subscription { penEvents { name } }", authorization=TOKEN))
        await journal.started.wait()
        REVOKED.add(str(ADA))
        try:
            events = await pending
        finally:
            REVOKED.clear()
    assert events[1]["errors"][0]["extensions"]["code"] == "sign_in_needed"
    assert events[2:] == ["complete"]
    assert journal.running == 0


async def test_a_stream_outlives_a_database_that_is_away_for_a_while():
    journal = Journal()
    options = toy_options(journal, keep_alive_seconds=0.02, recheck_seconds=0.01)
    async with served(options) as address, asyncio.timeout(5):
        query = "subscription { penEvents { name } }"
        pending = asyncio.create_task(collect(address, query, authorization=TOKEN))
        await journal.started.wait()
        with unanswered(str(ADA)) as asked:
            while len(asked) < 2:
                await asyncio.sleep(0.005)
        REVOKED.add(str(ADA))
        try:
            events = await pending
        finally:
            REVOKED.clear()
    assert events[1]["errors"][0]["extensions"]["code"] == "sign_in_needed"


async def test_event_streams_of_one_person_are_capped_and_a_closed_one_makes_room():
    journal = Journal()
    query = "subscription { penEvents { name } }"
    async with served(toy_options(journal, streams=1)) as address, asyncio.timeout(5):
        url, ask = f"http://{address}/graphql", {"query": query}
        async with stream(address, query, authorization=TOKEN), httpx.AsyncClient() as http:
            second = await http.post(url, json=ask, headers={**EVENTS, "authorization": TOKEN})
            assert second.status_code == 429
            assert second.json()["errors"][0]["extensions"]["code"] == "rate_limited"
            async with stream(address, query):
                pass  # a visitor is somebody else
        headers = {**EVENTS, "authorization": TOKEN}
        async with httpx.AsyncClient() as http:
            status = 429
            while status == 429:
                async with http.stream("POST", url, json=ask, headers=headers) as third:
                    status = third.status_code
        assert status == 200


async def test_a_subscription_asked_for_as_json_is_not_acceptable():
    async with served(toy_options()) as address, httpx.AsyncClient() as http:
        response = await http.post(f"http://{address}/graphql", json={"query": "subscription { count }"})
    assert response.status_code == 406


async def test_a_subscription_can_be_opened_by_get_but_a_mutation_cannot():
    url_of = "http://{}/graphql".format
    async with served(toy_options()) as address, httpx.AsyncClient() as http:
        query = {"query": "subscription { count(to: 1) }"}
        response = await http.get(url_of(address), params=query, headers=EVENTS)
        assert 'data: {"data":{"count":1}}' in response.text
        refused = await http.get(url_of(address), params={"query": "mutation { __typename }"}, headers=EVENTS)
        assert "method_not_allowed" in refused.text

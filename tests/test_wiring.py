"""What a serving process says of itself and puts on every answer."""

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from server.app import Cors, RequestRecord, _varying_once
from server.observability.health import Health, LoopLag, Status
from server.wiring import _watch_over

pytestmark = pytest.mark.usefixtures("db")


class LiveInTrouble:
    """A live layer whose bell is silent."""

    def checks(self) -> dict:
        async def bell() -> str:
            return "no probe of our own is heard"

        async def relay() -> None:
            return None

        return {"bell": bell, "relay": relay}


async def test_a_degraded_bell_says_what_is_wrong_with_it() -> None:
    health = Health(LoopLag(), fresh_seconds=0)
    _watch_over(health, LiveInTrouble())  # type: ignore[arg-type]  # all that is asked of it
    report = await health.ready()
    assert (report.status, report.checks["bell"].trouble) == (Status.DEGRADED, "no probe of our own is heard")
    assert report.checks["relay"].trouble is None


def test_an_answer_names_each_header_it_varies_by_once() -> None:
    said = [(b"vary", b"Accept, Origin"), (b"date", b"today"), (b"Vary", b"Origin")]
    assert _varying_once(said) == [(b"date", b"today"), (b"vary", b"Accept, Origin")]
    assert _varying_once([(b"date", b"today")]) == [(b"date", b"today")]


async def asked(answer: Response, **headers: str) -> httpx.Headers:
    """Return the headers of an answer to a browser on one of our own pages, or elsewhere."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(scope, receive, send)

    cors = Cors(app, allow_origins=["http://here.test", "https://front.test"], allow_credentials=True)
    transport = httpx.ASGITransport(app=RequestRecord(cors))
    async with httpx.AsyncClient(transport=transport, base_url="http://here.test") as browser:
        return (await browser.get("/", headers=headers)).headers


async def test_only_a_page_of_another_origin_is_told_that_it_may_read() -> None:
    answer = Response("here")
    assert "access-control-allow-origin" not in await asked(answer, origin="http://here.test")
    for origin in ("https://front.test", "https://here.test"):
        told = await asked(answer, origin=origin)
        assert told.get("access-control-allow-origin") == (origin if origin == "https://front.test" else None)
        assert told["access-control-allow-credentials"] == "true"


async def test_what_is_kept_for_good_carries_no_more_heads_than_it_needs() -> None:
    kept = await asked(Response("here", headers={"cache-control": "public, max-age=31536000, immutable"}))
    assert set(kept) == {"content-length", "cache-control", "vary", "x-content-type-options"}
    assert {"x-request-id", "referrer-policy"} <= set(await asked(Response("here")))

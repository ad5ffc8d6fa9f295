"""What a serving process says of itself and puts on every answer."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from server.app import Cors, RequestRecord, _complete, _varying_once, surrounded
from server.observability import metrics
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


def everything(*, crash: bool = False) -> ASGIApp:
    """Return an application with a door for the API and one that may crash, and what stands around them."""

    async def other(_request: Request) -> Response:
        if crash:
            raise ValueError("broken")
        return Response("other")

    route = Route("/graphql", Door())
    return surrounded(Starlette(routes=[Route("/other", other), route]), route, ["https://front.test"])


class Door:
    """The API, which sees nothing of Starlette."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert "app" not in scope
        await Response("api", headers={"vary": "Accept"})(scope, receive, send)


async def get(app: ASGIApp, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://here.test") as browser:
        return await browser.get(path, headers={"x-request-id": "abcdefgh"})


@pytest.mark.parametrize(
    ("path", "crash", "status", "route", "vary"),
    [
        ("/graphql", False, 200, "/graphql", "Accept, Origin"),
        ("/other", False, 200, "/other", "Origin"),
        ("/other", True, 500, "/other", "Origin"),
        ("/nowhere", False, 404, "other", "Origin"),
    ],
)
async def test_every_answer_is_named_and_counted(path: str, crash: bool, status: int, route: str, vary: str) -> None:
    counter = metrics.HTTP_REQUESTS.labels("GET", route, str(status))
    before = counter.value
    answer = await get(everything(crash=crash), path)
    assert (answer.status_code, counter.value, metrics.HTTP_IN_FLIGHT.labels().value) == (status, before + 1, 0)
    told = [answer.headers[name] for name in ("x-request-id", "vary", "x-content-type-options", "referrer-policy")]
    assert told == ["abcdefgh", vary, "nosniff", "same-origin"]


def test_a_head_says_what_the_answer_says_and_no_more() -> None:
    headers = [(b"content-length", b"1"), (b"Vary", b"Cookie"), (b"set-cookie", b"a"), (b"set-cookie", b"b")]
    whole = [
        (b"content-length", b"1"),
        (b"set-cookie", b"a"),
        (b"set-cookie", b"b"),
        (b"vary", b"Cookie, Origin"),
        (b"x-request-id", b"abcdefgh"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
    ]
    assert _complete(iter(headers), "abcdefgh") == whole
    own = [(b"referrer-policy", b"no-referrer"), (b"x-request-id", b"theirs"), (b"x-content-type-options", b"nosniff")]
    assert _complete(own, "abcdefgh") == [*own, (b"vary", b"Origin")]

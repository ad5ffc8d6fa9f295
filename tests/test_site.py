"""The built web client as it is served: small, lasting where it may be, and one page for every address of a person."""

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from server.site import Site

PAGE = b"<!doctype html><title>Alongside</title>"
SCRIPT = b"console.log('alongside')"
PERSON = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def build(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "assets" / "main-4f2a.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "main-4f2a.js.br").write_bytes(b"as brotli")
    (tmp_path / "assets" / "main-4f2a.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "documents.json").write_text('{"0a": "{ me { id } }"}')
    return tmp_path


def browser(build: Path) -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/{path:path}", Site(build).serve)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here.test")


@pytest.mark.parametrize("address", ["/", "/people", "/rooms/U2Vzc2lvbjox", "/people/UHJvZmlsZTox"])
async def test_every_address_of_a_person_is_the_page(build: Path, address: str):
    answer = await browser(build).get(address, headers=PERSON)
    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("address", "accept"),
    [
        ("/assets/gone.js", "*/*"),
        ("/assets/gone.js", "text/html"),
        ("/people", "application/json"),
        ("/x.php", "text/html"),
    ],
)
async def test_what_is_no_page_and_no_file_is_missing(build: Path, address: str, accept: str):
    assert (await browser(build).get(address, headers={"accept": accept})).status_code == 404


async def test_nothing_outside_the_build_is_served(build: Path):
    (build.parent / "secret.js").write_text("secret")
    for address in ("/../secret.js", "/%2e%2e/secret.js", "/assets/%2e%2e/%2e%2e/secret.js", "/documents.json"):
        assert (await browser(build).get(address)).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("gzip, deflate, br", "br", b"as brotli"),
        ("gzip;q=0.8", "gzip", SCRIPT),
        ("br;q=0, gzip", "gzip", SCRIPT),
        ("identity", None, SCRIPT),
    ],
)
async def test_a_file_comes_as_small_as_the_browser_takes_it(
    build: Path, accepted: str, encoding: str | None, body: bytes
):
    asked = browser(build).stream("GET", "/assets/main-4f2a.js", headers={"accept-encoding": accepted})
    async with asked as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == encoding
    assert (gzip.decompress(raw) if encoding == "gzip" else raw) == body
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "etag" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_what_a_browser_has_is_not_sent_again(build: Path):
    client = browser(build)
    tag = (await client.get("/", headers=PERSON)).headers["etag"]
    again = await client.get("/people", headers=PERSON | {"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_folder_without_a_build_is_refused_at_the_start(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="make web"):
        Site(tmp_path)


def test_the_documents_of_the_pages_are_read(build: Path):
    assert Site(build).documents == {"0a": "{ me { id } }"}

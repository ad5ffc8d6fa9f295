"""Real browsers on the built pages: one person each, with what their console complained of."""

import asyncio
import itertools
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import redis
from playwright.async_api import Browser, BrowserContext, Page, Request, StorageState, async_playwright, expect

from tests.conftest import Servers, empty_database
from tests.contracts.graphql_clients import install
from tests.flows.harness import Api, ServerProcess, serving

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "web" / "dist"
PASSWORD = "alongside-demo-bicycle"
WAIT_MS = 60_000
CHROMIUM = ("@sparticuz/chromium@153.0.0",)
"""For machines without a Chromium: one that is shipped inside its package."""


def build_pages() -> Path:
    """Build the pages if anything changed, and return their folder."""
    subprocess.run(["sh", ROOT / "web" / "build.sh", Path(sys.executable).parent], check=True)
    assert (BUILD / "index.html").is_file(), "the pages could not be built: is there a node?"
    return BUILD


def chromium() -> str:
    """Return a Chromium: the one named, the machine's, else that of an npm package."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found:
        return found
    folder = install(CHROMIUM)
    script = "import('@sparticuz/chromium').then(async (it) => console.log(await it.default.executablePath()))"
    environment = os.environ | {"AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
    told = subprocess.run(
        ["node", "-e", script], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return told.stdout.strip()


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """Start a browser for the length of the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(),
            args=[
                "--no-sandbox",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                "--allow-loopback-in-peer-connection",
                "--disable-features=WebRtcHideLocalIpsWithMdns",
            ],
        )
        try:
            yield browser
        finally:
            await browser.close()


def free_port() -> int:
    """Return a port that is free now: a page's sockets are taken from its own address only, so it must be known."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_LATER_HOURS = itertools.count(1, 4)
"""Nobody hosts two at one time, so each begins some hours after the one before."""

expect.set_options(timeout=WAIT_MS)


class Person:
    """Somebody at a browser of their own. `complaints` is what their console said at error level."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.on("pageerror", lambda failure: self.complaints.append(str(failure)))

    @classmethod
    async def arrive(
        cls, browser: Browser, url: str, *, width: int = 1280, is_dark: bool = False, login: StorageState | None = None
    ) -> "Person":
        """Open a page for somebody new, or for somebody with a login of before."""
        context = await browser.new_context(
            storage_state=login,
            viewport={"width": width, "height": 900},
            locale="en-GB",
            color_scheme="dark" if is_dark else "light",
        )
        context.set_default_timeout(WAIT_MS)
        return cls(context, await context.new_page(), url)

    async def open(self, path: str) -> None:
        """Go to an address and wait for its heading."""
        await self.page.goto(self.url + path)
        await self.page.locator("h1").wait_for()

    async def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Sign in through the form."""
        await self.open("/sign-in")
        await self.page.get_by_label("Mail address").fill(email)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.get_by_role("heading", level=1, name="Hello").wait_for()

    async def leave(self) -> None:
        """Close the browser window."""
        await self.context.close()


QUIET_SECONDS = 0.5


class Traffic:
    """What a page asks for and gets over the wire, from now on."""

    def __init__(self, page: Page) -> None:
        self.done: list[Request] = []
        self._open: set[Request] = set()
        self._changed_at = time.monotonic()
        page.on("request", self._asked)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _asked(self, request: Request) -> None:
        self._open.add(request)
        self._changed_at = time.monotonic()

    def _ended(self, request: Request) -> None:
        self._open.discard(request)
        self.done.append(request)
        self._changed_at = time.monotonic()

    async def settled(self) -> float:
        """Wait until nothing has been on its way for half a second. Return when the last of it came, monotonic.

        A page's own state of that kind is reached once, and stays reached whatever is asked for afterwards.
        """
        async with asyncio.timeout(WAIT_MS / 1000):
            while self._open or time.monotonic() - self._changed_at < QUIET_SECONDS:
                await asyncio.sleep(0.05)
        return self._changed_at

    async def weight(self) -> int:
        """Return the bytes of all answers as they came, with their heads, and begin anew."""
        done, self.done = self.done, []
        sizes = [await request.sizes() for request in done if await request.response() is not None]
        return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


@dataclass(frozen=True)
class Site:
    """The served pages and a browser to open them with."""

    browser: Browser
    server: ServerProcess
    logins: dict[str, StorageState] = field(default_factory=dict)
    """What a browser keeps of a login, by whose it is: one signs in once for all tests of a file."""
    tokens: dict[str, str] = field(default_factory=dict)
    """The same for programs."""
    mails: Path = Path("mails")
    """Where the mails are that the server sends."""

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self.server.url

    async def person(self, *, width: int = 1280, is_dark: bool = False) -> Person:
        """Return somebody new at the door."""
        return await Person.arrive(self.browser, self.url, width=width, is_dark=is_dark)

    async def member(self, name: str, *, width: int = 1280, is_dark: bool = False) -> Person:
        """Return somebody of the demo community, signed in."""
        login = self.logins.get(name)
        person = await Person.arrive(self.browser, self.url, width=width, is_dark=is_dark, login=login)
        if login is None:
            await person.sign_in(f"{name}@example.org")
            self.logins[name] = await person.context.storage_state()
        else:
            await person.open("/")
            await person.page.get_by_role("heading", level=1, name="Hello").wait_for()
        return person

    async def api(self, name: str) -> Api:
        """Return the API for somebody of the demo community."""
        if name not in self.tokens:
            found = await Api(self.url).do("signIn", "token", email=f"{name}@example.org", password=PASSWORD)
            self.tokens[name] = found["token"]
        return Api(self.url, self.tokens[name])


@asynccontextmanager
async def demo_site(servers: Servers, mails: Path, *arguments: str, **environment: str) -> AsyncIterator[Site]:
    """Serve the built pages with the demo community from an empty database, and start a browser."""
    given = {"ALONGSIDE_WEB_PATH": str(build_pages()), "ALONGSIDE_MAIL_FOLDER": str(mails)}
    await empty_database(servers.database_url)
    with redis.Redis.from_url(servers.redis_url) as client:
        client.flushall()
    async with (
        serving(servers, "--demo", "--port", str(free_port()), *arguments, **given, **environment) as server,
        browsing() as browser,
    ):
        yield Site(browser, server, mails=mails)


def serving_children(server: ServerProcess) -> list[int]:
    """Return the processes that serve; their parent starts another on the same socket when one ends, or is killed."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return [int(one) for one in children if b"serve-process" in Path(f"/proc/{one}/cmdline").read_bytes()]


def is_accepting(child: int) -> bool:
    """Say whether a process waits for connections by now: its listener is among what its loop waits for."""
    place = Path(f"/proc/{child}")
    try:
        listener = (place / "cmdline").read_bytes().split(b"\0")[-2].decode()
        shared = (place / "fd" / listener).readlink()
        polls = [one.read_text() for one in (place / "fdinfo").iterdir()]
        watched = [line.split()[1] for text in polls for line in text.splitlines() if line.startswith("tfd:")]
        return any((place / "fd" / one).readlink() == shared for one in watched)
    except OSError:
        return False


def serving_child(server: ServerProcess) -> int:
    """Return the process that serves, where there is one."""
    (found,) = serving_children(server)
    return found


async def webinar(host: Api, title: str, *, is_live: bool) -> str:
    """Publish a webinar whose questions are shown without review, and start it if it is to be live. Return its id."""
    starts_at = datetime.now(UTC) + timedelta(hours=next(_LATER_HOURS))
    key = ""
    given: dict[str, Any] = {"title": title, "startsAt": starts_at.isoformat(), "review": False}
    for step in ("createWebinar", "publishWebinar", *(("openWebinar", "startWebinar") if is_live else ())):
        stem = step[0].upper() + step[1:]
        shows = "... on WebinarPayload { webinar { id } } ... on Refusal { message }"
        document = f"mutation($form: {stem}Input!) {{ {step}(input: $form) {{ {shows} }} }}"
        made = (await host(document, form=given))[step]
        assert "webinar" in made, made
        key = made["webinar"]["id"]
        given = {"webinarId": key}
    return key

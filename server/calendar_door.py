"""The two doors of calendars without a sign-in: the feed that programs read, and the page a mail's answer asks on.

No rule lives here: who may read or answer is decided in services by the secret or the signature in the address. An odd
address is a missing one, never a failure. Nothing here takes a cookie.
"""

import hashlib
import html
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from server.domain.errors import NotFound, RateLimited, Refusal
from server.domain.identity import Client
from server.outbound.calendar import Place, feed
from server.services import calendar_feeds, rsvp
from server.services.rsvp import RsvpView

Endpoint = Callable[[Request], Awaitable[Response]]

_PRIVATE: Final = {"cache-control": "private, no-cache", "x-robots-tag": "noindex", "referrer-policy": "no-referrer"}
_POLICY: Final = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{title} - Alongside</title></head>
<body><main><h1>{title}</h1>
{body}
</main></body></html>
"""


def calendar_routes(public_url: str) -> list[Route]:
    """Return the routes of both doors. `public_url` is where the pages are."""
    place = Place(public_url.rstrip("/"), urlsplit(public_url).hostname or "localhost")

    async def serve_feed(request: Request) -> Response:
        try:
            found = await calendar_feeds.open_feed(request.path_params["token"], _network(request))
        except RateLimited as refusal:
            return PlainTextResponse(refusal.message, 429, {"retry-after": str(refusal.retry_after)})
        except NotFound:
            return PlainTextResponse("There is no calendar at this address.\n", 404, _PRIVATE)
        body = feed(found.entries, place)
        digest = hashlib.sha256(body).hexdigest()
        return _conditional(request, body, digest, await calendar_feeds.note_content(found.id, digest))

    return [
        Route("/calendar/{token}.ics", serve_feed, methods=["GET"]),
        Route("/rsvp/{token}", _ask, methods=["GET"]),
        Route("/rsvp/{token}", _answer, methods=["POST"]),
    ]


def _conditional(request: Request, body: bytes, digest: str, changed_at: datetime) -> Response:
    """Return the calendar, or that it is as it was when the program last looked."""
    tag = f'"{digest[:32]}"'
    headers = _PRIVATE | {"etag": tag, "last-modified": format_datetime(changed_at.astimezone(UTC), usegmt=True)}
    if _is_known(request, tag, changed_at):
        return Response(None, 304, headers)
    return Response(body, 200, headers | {"content-disposition": 'inline; filename="alongside.ics"'}, "text/calendar")


def _is_known(request: Request, tag: str, changed_at: datetime) -> bool:
    given = request.headers.get("if-none-match")
    if given is not None:
        return tag in {one.strip().removeprefix("W/") for one in given.split(",")} or given.strip() == "*"
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return changed_at.replace(microsecond=0) <= since.replace(tzinfo=since.tzinfo or UTC)
    except (ValueError, OverflowError):
        return False


def _network(request: Request) -> str:
    return Client(host=request.client.host if request.client else None).network


async def _ask(request: Request) -> Response:
    """Show what a link would answer, and a button that does."""
    try:
        view = await rsvp.shown(request.path_params["token"])
    except Refusal as refusal:
        return _refused(refusal)
    says = "I come" if view.wants else "I cannot come"
    more = "" if view.wants or view.entry.meeting is None else "<p>The meeting is then called off for both of you.</p>"
    form = f'<form method="post"><button type="submit">{says}</button></form>'
    return _page(f"{says}?", f"<p>{_when(view)}</p>{more}{form}")


async def _answer(request: Request) -> Response:
    """Answer."""
    try:
        view = await rsvp.answer(request.path_params["token"])
    except Refusal as refusal:
        return _refused(refusal)
    said = "You come" if view.wants else "You do not come"
    return _page(said, f'<p role="status">{said}. {_when(view)}</p>')


def _when(view: RsvpView) -> str:
    entry, at = view.entry, view.local_start
    name = entry.title or "Your meeting"
    more = f" of {entry.circle}" if entry.circle else f" with {entry.other}" if entry.other else ""
    when = f"{at:%A}, {at.day} {at:%B %Y, %H:%M} ({at.tzinfo})"
    return f'{html.escape(name + more)}: <time datetime="{at.isoformat()}">{html.escape(when)}</time>'


def _refused(refusal: Refusal) -> Response:
    status = 404 if isinstance(refusal, NotFound) else 409
    return _page("This cannot be answered", f'<p role="alert">{html.escape(refusal.message)}</p>', status)


def _page(title: str, body: str, status: int = 200) -> Response:
    headers = _PRIVATE | {"cache-control": "no-store", "content-security-policy": _POLICY}
    return HTMLResponse(_PAGE.format(title=html.escape(title), body=body), status, headers)

"""The links in mails that end mails like them, without signing in. A GET shows what would end; a POST ends it.

Mail programs follow addresses on their own, so a GET changes nothing; RFC 8058 has them POST when somebody asks.
"""

import html
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.domain.errors import NotFound
from server.domain.notification_words import label
from server.outbound.notification_letters import UNSUBSCRIBE_PATH
from server.services.notification_mail import Ending, end_mails, ending_of

PATH: Final = UNSUBSCRIBE_PATH + "/{token}"
MAX_TOKEN: Final = 4_000
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
}
_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots"
content="noindex"><title>Alongside</title>
<h1>{title}</h1>
{body}
</html>
"""


async def serve(request: Request) -> Response:
    """Show what a link ends, or end it."""
    token = request.path_params["token"]
    try:
        if len(token) > MAX_TOKEN:
            raise NotFound("link")
        if request.method == "POST":
            return _page("Done", f"<p>No more mails of: {_named(await end_mails(token))}.</p>{_BACK}")
        ending = await ending_of(token)
    except NotFound:
        return _page("This link does not work", "<p>It was cut, or its account is gone.</p>", 404)
    form = '<form method="post"><button type="submit">End these mails</button></form>'
    return _page("End these mails?", f"<p>You would get no more mails of: {_named(ending)}.</p>{form}")


_BACK: Final = "<p>What concerns you stays in your inbox. Your notification settings turn mails on again.</p>"


def _named(ending: Ending) -> str:
    return html.escape("the digest" if ending.is_digest else ", ".join(f"“{label(kind)}”" for kind in ending.kinds))


def _page(title: str, body: str, status: int = 200) -> Response:
    return HTMLResponse(_PAGE.format(title=title, body=body), status, headers=_HEADERS)

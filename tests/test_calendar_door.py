"""The doors of calendars: a feed that is read again and again, and the page that a mail's answer asks on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from icalendar import Calendar
from starlette.applications import Starlette

from server.calendar_door import calendar_routes
from server.domain.calendars import EntryKind
from server.kit.clock import now
from server.models.meetings import Meeting, MeetingSeat
from server.services import calendar_feeds, rsvp
from server.services.rsvp import RsvpLink
from tests.factories.meetings import agreed, meeting_row
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _signing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsvp.policy, "key", b"k" * 40)


@asynccontextmanager
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=calendar_routes("https://alongside.example.org/"))
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://here.test") as http:
        yield http


async def test_a_feed_is_given_once_and_then_only_when_it_changed() -> None:
    ana, bola = await person("Ana"), await person("Bola")
    tie = await mentorship(bola, ana)
    await agreed(ana, bola, tie, title="Rates")
    address = f"/calendar/{await calendar_feeds.create_feed(ana)}.ics"
    async with browser() as http:
        first = await http.get(address)
        assert (first.status_code, first.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
        assert len(Calendar.from_ical(first.content).walk("VEVENT")) == 1
        tag, since = first.headers["etag"], first.headers["last-modified"]
        for known in ({"if-none-match": f'"x", W/{tag}'}, {"if-modified-since": since}):
            again = await http.get(address, headers=known)
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert (await http.head(address)).status_code == 200
        assert (await http.get(address, headers={"if-modified-since": "soon"})).status_code == 200
        await meeting_row(tie, title="Another")
        changed = await http.get(address, headers={"if-none-match": tag, "if-modified-since": since})
        assert (changed.status_code, len(Calendar.from_ical(changed.content).walk("VEVENT"))) == (200, 2)
        assert "set-cookie" not in changed.headers


@pytest.mark.parametrize("token", ["x", "%00", "%ff%fe", "..%2f..", "a" * 5_000, "%F0%9F%98%80" * 43, "-" * 43, "'"])
async def test_an_odd_address_is_a_missing_one(token: str) -> None:
    async with browser() as http:
        assert (await http.get(f"/calendar/{token}.ics")).status_code == 404
        assert (await http.get(f"/rsvp/{token}")).status_code == 404
        assert (await http.post(f"/rsvp/{token}")).status_code == 404


async def test_a_link_asks_on_a_small_page_and_its_button_answers() -> None:
    ana, bola = await person("Ana"), await person("<b>Bola</b>")
    row = await meeting_row(await mentorship(bola, ana), title="Rates & <more>")
    seat = MeetingSeat.filter(meeting_id=row.id, profile_id=ana.user_id)
    tokens = [
        rsvp.token_of(RsvpLink(EntryKind.MENTORSHIP, row.id, ana.require_user(), wants, now() + timedelta(days=3)))
        for wants in (True, False)
    ]
    async with browser() as http:
        asked = await http.get(f"/rsvp/{tokens[0]}")
        assert (await seat.get()).confirmed_at is None
        assert '<html lang="en">' in asked.text
        assert '<form method="post"><button type="submit">I come</button></form>' in asked.text
        assert "Rates &amp; &lt;more&gt; with &lt;b&gt;Bola&lt;/b&gt;" in asked.text
        assert "form-action 'self'" in asked.headers["content-security-policy"]
        assert asked.headers["referrer-policy"] == "no-referrer"
        said = await http.post(f"/rsvp/{tokens[0]}")
        assert (said.status_code, "You come" in said.text) == (200, True)
        assert (await seat.get()).confirmed_at is not None
        assert "called off for both" in (await http.get(f"/rsvp/{tokens[1]}")).text
        await http.post(f"/rsvp/{tokens[1]}")
        assert (await Meeting.get(id=row.id)).cancelled_by == ana.user_id
        late = await http.post(f"/rsvp/{tokens[0]}")
        assert (late.status_code, 'role="alert"' in late.text) == (409, True)

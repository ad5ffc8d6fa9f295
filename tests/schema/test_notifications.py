"""The inbox through the schema, its statements, and the door of the links that end mails."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from server import unsubscribing
from server.domain.actors import Actor
from server.domain.notification_kinds import NotificationKind
from server.domain.notifications import Notice, SubjectKind
from server.kit.clock import now
from server.kit.ids import new_id
from server.models.notifications import NotificationInbox
from server.queries.notifications import own_wishes
from server.schema.notifications import SUBJECT_TYPES
from server.services import notifications
from server.services.notification_mail import link_token
from server.services.notifications import Occasion
from tests.factories.graphql import Door, door
from tests.factories.mentorships import mentorship, request_row
from tests.factories.people import person
from tests.schema.authorisation import node_types
from tests.statements import counted_statements

pytestmark = pytest.mark.usefixtures("db")

RECEIVED = NotificationKind.REQUEST_RECEIVED
INBOX = """query($first: Int, $after: String, $kinds: [NotificationKind!], $states: [NotificationState!]) { me {
    unreadNotifications notifications(first: $first, after: $after, kinds: $kinds, states: $states) {
        edges { cursor node { id kind group state text why howToStop subjectKind subjectId } } } } }"""


async def some(ana: Actor, count: int) -> None:
    """Let as many people ask Ana, each with a request of their own, and each end a mentorship with her."""
    for number in range(count):
        other = await person(f"P{number}")
        asked, tie = await request_row(other, ana), await mentorship(other, ana)
        for kind, subject, key in (
            (RECEIVED, SubjectKind.REQUEST, asked.id),
            (NotificationKind.MENTORSHIP_ENDED, SubjectKind.MENTORSHIP, tie.id),
        ):
            notice = Notice(ana.require_user(), kind, subject, key, by=other.user_id)
            await notifications.tell(Occasion(new_id(), now()), [notice])


async def test_the_inbox_is_paged_filtered_read_and_emptied() -> None:
    ana = await person("Ana")
    await some(ana, 2)
    async with door() as http:
        shown = (await http.ask(ana, INBOX, first=3))["me"]
        assert shown["unreadNotifications"] == 4
        edges = shown["notifications"]["edges"]
        assert [edge["node"]["text"] for edge in edges] == [
            "Your mentorship with P1 has ended: “Send my first invoice”",
            "P1 asks you for a mentorship: “Send my first invoice”",
            "Your mentorship with P0 has ended: “Send my first invoice”",
        ]
        assert edges[1]["node"]["why"] == "You get this because this request was sent to you."
        assert edges[1]["node"]["howToStop"] == "Turn off “Request received” in your notification settings."
        found = await http.ask(
            ana, "query($id: ID!) { node(id: $id) { __typename } }", id=edges[1]["node"]["subjectId"]
        )
        assert found["node"] == {"__typename": "MentorshipRequest"}
        rest = (await http.ask(ana, INBOX, after=edges[-1]["cursor"]))["me"]["notifications"]["edges"]
        assert len(rest) == 1
        asked = (await http.ask(ana, INBOX, kinds=["REQUEST_RECEIVED"]))["me"]["notifications"]["edges"]
        assert [edge["node"]["kind"] for edge in asked] == ["REQUEST_RECEIVED"] * 2
        await _reads(http, ana, edges[1]["node"]["id"])
        unread = (await http.ask(ana, INBOX, states=["UNREAD"]))["me"]
        assert (unread["unreadNotifications"], len(unread["notifications"]["edges"])) == (1, 1)


async def _reads(http: Door, ana: Actor, second: str) -> None:
    marked = await http.ask(
        ana,
        "mutation($id: ID!) { markNotificationsRead(input: {upTo: $id}) { ... on MarkNotificationsReadPayload"
        " { unread } } }",
        id=second,
    )
    assert marked == {"markNotificationsRead": {"unread": 1}}
    gone = await http.ask(
        ana,
        "mutation($id: ID!) { dismissNotification(input: {notificationId: $id}) { ... on DismissNotificationPayload"
        " { unread notification { state } } } }",
        id=second,
    )
    assert gone == {"dismissNotification": {"unread": 1, "notification": {"state": "DISMISSED"}}}


async def test_the_inbox_takes_the_same_number_of_statements_at_any_size() -> None:
    ana = await person("Ana")
    await some(ana, 12)
    counts = []
    async with door() as http:
        for size in (2, 20):
            with counted_statements() as statements:
                shown = (await http.ask(ana, INBOX, first=size))["me"]
            assert len(shown["notifications"]["edges"]) == size
            counts.append(len(statements))
    # The viewer, the number, the page, names, requests, mentorships.
    assert counts == [6, 6]


async def test_settings_are_shown_with_their_reasons_and_changed() -> None:
    ana = await person("Ana")
    async with door() as http:
        changed = await http.ask(
            ana,
            "mutation { setNotificationPreference(input: {kinds: [CIRCLE_ASK], mail: OFF}) {"
            " ... on SetNotificationPreferencePayload { preferences { kind label why inApp mail } } }"
            " setQuietHours(input: {startMinute: 1320, endMinute: 420}) { ... on SetQuietHoursPayload {"
            " settings { quietHours { startMinute endMinute } isQuietOnGig } } }"
            " setDigest(input: {rhythm: NEVER}) { ... on SetDigestPayload { settings { digest nextDigestAt } } } }",
        )
        wishes = changed["setNotificationPreference"]["preferences"]
        assert len(wishes) == len(NotificationKind)
        assert {
            "kind": "CIRCLE_ASK",
            "label": "Circle ask",
            "why": "You get this because you have a seat in this circle.",
            "inApp": True,
            "mail": "OFF",
        } in wishes
        hours = {"startMinute": 1320, "endMinute": 420}
        assert changed["setQuietHours"]["settings"] == {"quietHours": hours, "isQuietOnGig": True}
        assert changed["setDigest"]["settings"] == {"digest": "NEVER", "nextDigestAt": None}


def test_every_subject_is_a_type_with_an_id() -> None:
    assert set(SUBJECT_TYPES) == set(SubjectKind)
    assert set(SUBJECT_TYPES.values()) <= set(node_types())


@pytest.fixture
async def visitor() -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[Route(unsubscribing.PATH, unsubscribing.serve, methods=["GET", "POST"])])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://alongside.example.org") as http:
        yield http


async def test_a_link_shows_what_it_ends_and_a_post_ends_it(visitor: httpx.AsyncClient) -> None:
    ana = await person("Ana")
    await some(ana, 1)
    token = link_token(await NotificationInbox.get(profile_id=ana.user_id), RECEIVED.value)
    page = await visitor.get(f"/unsubscribe/{token}")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "“Request received”" in page.text
    assert '<form method="post">' in page.text
    assert (await own_wishes(ana))[RECEIVED].mail.value == "immediate"
    done = await visitor.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
    assert (done.status_code, "No more mails of: “Request received”" in done.text) == (200, True)
    assert (await own_wishes(ana))[RECEIVED].mail.value == "off"


@pytest.mark.parametrize("token", ["x", "%00", "%ff%fe", "x" * 5_000, "MDFhMjpyZXF1ZXN0X3JlY2VpdmVkOjAw"])
async def test_a_link_that_is_none_is_not_found(visitor: httpx.AsyncClient, token: str) -> None:
    for method in ("GET", "POST"):
        answer = await visitor.request(method, f"/unsubscribe/{token}")
        assert (answer.status_code, "This link does not work" in answer.text) == (404, True)

"""Calendars: what stands in them, feeds behind secrets, reminders in waking hours, answers by signed links."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from server.domain.actors import Actor, ProfileId
from server.domain.availability import Interval, StretchKind
from server.domain.calendars import EntryKind, EntryStanding, ReminderDue, ReminderStep
from server.domain.errors import NotFound, RateLimited
from server.domain.facts import fact_of
from server.domain.gatherings import Rsvp
from server.domain.identity import LinkUnusable
from server.domain.meetings import MentorshipMeetingState
from server.domain.webinars import WebinarAction
from server.kit.clock import clock, now
from server.models.availability import Stretch
from server.models.calendars import CalendarFeed
from server.models.circle_meetings import CircleRsvp
from server.models.meetings import Meeting, MeetingSeat
from server.models.notifications import NotificationInbox
from server.models.streams import FactRecord
from server.queries.calendars import entries_of, feed_since
from server.services import (
    calendar_feeds,
    calendar_reminders,
    circle_meetings,
    gathering_guests,
    gatherings,
    rsvp,
    safety,
    webinar_people,
    webinars,
)
from server.services.ports import ports
from server.services.rsvp import RsvpLink
from tests.factories.cases import suspended
from tests.factories.circles import planned, ring
from tests.factories.gatherings import announced
from tests.factories.meetings import agreed, ahead, meeting_row
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _signing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsvp.policy, "key", b"k" * 40)


def week() -> Interval:
    return Interval(now(), now() + timedelta(days=7))


async def told(who: Actor) -> list[tuple[EntryKind, ReminderStep]]:
    """Return the reminders somebody was given, in order."""
    found = [fact_of(row.kind, row.payload) for row in await FactRecord.filter(kind=ReminderDue.kind).order_by("id")]
    mine = [fact for fact in found if isinstance(fact, ReminderDue) and fact.profile_id == who.user_id]
    return [(fact.entry, fact.step) for fact in mine]


async def busy_week() -> tuple[Actor, Actor]:
    """Give Ana a mentoring meeting with Bola, two of their circle's, and a webinar."""
    circle = await ring(3)
    ana, bola, cy = circle.people
    await agreed(ana, bola, await mentorship(bola, ana), ahead(days=1), title="Rates")
    sure, no = await planned(circle, starts_at=ahead(days=2)), await planned(circle, starts_at=ahead(days=3))
    await planned(circle, starts_at=ahead(days=4), title="Second round")
    await circle_meetings.answer_meeting(ana, meeting_id=sure.id, wants=True)
    await circle_meetings.answer_meeting(ana, meeting_id=no.id, wants=False)
    event = await webinars.create_webinar(cy, form=webinars.WebinarForm(title="Pricing", starts_at=ahead(days=5)))
    await webinars.move_webinar(cy, webinar_id=event.id, action=WebinarAction.PUBLISH)
    await webinar_people.register(ana, webinar_id=event.id)
    return ana, bola


async def test_a_calendar_holds_what_one_takes_part_in_and_how_sure_it_is() -> None:
    ana, bola = await busy_week()
    found = [(one.kind, one.title, one.standing) for one in await entries_of(ana, week())]
    sure, open_one = EntryStanding.CONFIRMED, EntryStanding.TENTATIVE
    assert found == [
        (EntryKind.MENTORSHIP, "Rates", sure),
        (EntryKind.CIRCLE, "First round", sure),
        (EntryKind.CIRCLE, "Second round", open_one),
        (EntryKind.WEBINAR, "Pricing", sure),
    ]
    await safety.block(bola, profile_id=ProfileId(ana.require_user()))
    assert EntryKind.MENTORSHIP not in {one.kind for one in await entries_of(ana, week())}
    assert await entries_of(await person("Eve"), week()) == []


async def test_gatherings_stand_in_the_calendars_of_those_who_go_until_a_block_and_called_off_as_such() -> None:
    ana, bola, cy = [await person(name) for name in ("Ana", "Bola", "Cy")]
    breakfast, walk = await announced(bola), await announced(bola, timedelta(days=4), title="A walk")
    for one in (breakfast, walk):
        await gathering_guests.answer(ana, gathering_id=one.id, rsvp=Rsvp.YES)
    await gathering_guests.answer(cy, gathering_id=walk.id, rsvp=Rsvp.MAYBE)
    await gatherings.cancel(bola, gathering_id=walk.id)
    for who in (ana, bola):
        assert [(one.title, one.standing, one.where) for one in await entries_of(who, week())] == [
            ("Breakfast for riders", EntryStanding.CONFIRMED, "Café Central, Lisbon"),
            ("A walk", EntryStanding.CANCELLED, "Café Central, Lisbon"),
        ]
    assert await entries_of(cy, week()) == []
    await safety.block(ana, profile_id=ProfileId(bola.require_user()))
    assert await entries_of(ana, week()) == []


async def test_a_feed_is_read_by_its_secret_until_it_is_exchanged_or_taken_back() -> None:
    ana, bola = await busy_week()
    assert await feed_since(ana) is None
    first = await calendar_feeds.create_feed(ana)
    made = (await CalendarFeed.get(profile_id=ana.user_id)).created_at
    assert (await feed_since(ana), await feed_since(bola)) == (made, None)
    assert (await CalendarFeed.get(profile_id=ana.user_id)).token_hash != first
    assert len((await calendar_feeds.open_feed(first, "here")).entries) == 4
    second = await calendar_feeds.create_feed(ana)
    for token in (first, "x", "", "\x00" * 43, "é" * 43, "a" * 5_000):
        with pytest.raises(NotFound):
            await calendar_feeds.open_feed(token, "here")
    opened = await calendar_feeds.open_feed(second, "here")
    since = await calendar_feeds.note_content(opened.id, "a" * 64)
    assert await calendar_feeds.note_content(opened.id, "a" * 64) == since
    assert await calendar_feeds.note_content(opened.id, "b" * 64) > since
    await calendar_feeds.revoke_feed(ana)
    for wrong in (calendar_feeds.open_feed(second, "here"), calendar_feeds.revoke_feed(ana)):
        with pytest.raises(NotFound):
            await wrong
    assert await feed_since(ana) is None


async def test_a_feed_of_a_series_has_all_its_meetings_and_one_of_the_suspended_is_none() -> None:
    ana, bola = await person("Ana"), await person("Bola")
    rows = await agreed(ana, bola, await mentorship(bola, ana), times=3)
    await Meeting.filter(id=rows[1].id).update(state=MentorshipMeetingState.CANCELLED)
    token = await calendar_feeds.create_feed(ana)
    entries = (await calendar_feeds.open_feed(token, "here")).entries
    assert [(one.starts_at, one.standing) for one in entries] == [
        (rows[0].starts_at, EntryStanding.CONFIRMED),
        (rows[1].starts_at, EntryStanding.CANCELLED),
        (rows[2].starts_at, EntryStanding.CONFIRMED),
    ]
    await suspended(ana)
    with pytest.raises(NotFound):
        await calendar_feeds.open_feed(token, "here")


async def test_reading_too_often_is_counted_by_feed_and_by_where_guesses_come_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[str] = []

    class Buckets:
        async def take(self, key: str, *, capacity: float, per_seconds: float) -> int | None:
            assert (capacity, per_seconds) == (60, 3600)
            taken.append(key)
            return 9 if taken.count(key) > 2 else None

    monkeypatch.setattr(ports, "buckets", Buckets())
    ana = await person("Ana")
    token = await calendar_feeds.create_feed(ana)
    for _ in range(2):
        await calendar_feeds.open_feed(token, "here")
        with pytest.raises(NotFound):
            await calendar_feeds.open_feed("guess", "here")
    for secret in (token, "guess"):
        with pytest.raises(RateLimited):
            await calendar_feeds.open_feed(secret, "here")


async def test_each_is_reminded_twice_once_each_however_often_is_looked() -> None:
    ana, bola = await person("Ana"), await person("Bola")
    with clock.moved(by=datetime(2027, 3, 9, 12, tzinfo=UTC) - now()):
        await meeting_row(await mentorship(bola, ana), starts_at=now() + timedelta(hours=25))
        assert await calendar_reminders.remind_due() == 0
    with clock.moved(by=datetime(2027, 3, 9, 14, tzinfo=UTC) - now()):
        assert [await calendar_reminders.remind_due() for _ in range(2)] == [2, 0]
    with clock.moved(by=datetime(2027, 3, 10, 12, 10, tzinfo=UTC) - now()):
        assert [await calendar_reminders.remind_due() for _ in range(2)] == [2, 0]
    kinds = [(EntryKind.MENTORSHIP, ReminderStep.FIRST), (EntryKind.MENTORSHIP, ReminderStep.LAST)]
    assert await told(ana) == await told(bola) == kinds


async def test_nobody_is_reminded_on_a_gig_or_in_quiet_hours_but_afterwards_if_there_is_time() -> None:
    ana = await person("Ana", time_zone="Asia/Tokyo")
    bola = await person("Bola", time_zone="Europe/Lisbon")
    start = datetime(2027, 3, 10, 14, tzinfo=UTC)
    gig = {"kind": StretchKind.ON_GIG, "started_at": datetime(2027, 3, 9, 8, tzinfo=UTC)}
    with clock.moved(by=datetime(2027, 3, 9, 8, tzinfo=UTC) - now()):
        await meeting_row(await mentorship(bola, ana), starts_at=start)
        stretch = await Stretch.create(profile_id=bola.user_id, **gig)
        await NotificationInbox.create(profile_id=ana.user_id, quiet_start=22 * 60, quiet_end=7 * 60, mail_key="k")
    # Eleven at night in Tokyo, and a gig in Lisbon.
    with clock.moved(by=datetime(2027, 3, 9, 14, 5, tzinfo=UTC) - now()):
        assert await calendar_reminders.remind_due() == 0
    await Stretch.filter(id=stretch.id).update(ended_at=datetime(2027, 3, 9, 20, tzinfo=UTC))
    with clock.moved(by=datetime(2027, 3, 9, 21, tzinfo=UTC) - now()):
        assert await calendar_reminders.remind_due() == 1
    with clock.moved(by=datetime(2027, 3, 9, 22, 5, tzinfo=UTC) - now()):
        assert await calendar_reminders.remind_due() == 1
    # An hour before is ten at night in Tokyo.
    with clock.moved(by=datetime(2027, 3, 10, 13, 5, tzinfo=UTC) - now()):
        assert await calendar_reminders.remind_due() == 1
    assert (await told(ana), len(await told(bola))) == ([(EntryKind.MENTORSHIP, ReminderStep.FIRST)], 2)


def link(who: Actor, subject: UUID, *, wants: bool = True, kind: EntryKind = EntryKind.MENTORSHIP) -> RsvpLink:
    return RsvpLink(kind, subject, who.require_user(), wants, ahead(days=9))


async def test_looking_at_a_link_changes_nothing_and_answering_does_what_it_says_once() -> None:
    circle = await ring(3)
    ana, bola, _ = circle.people
    row = await meeting_row(await mentorship(bola, ana), starts_at=ahead(days=1))
    meeting = await planned(circle, starts_at=ahead(days=2))
    yes = rsvp.token_of(link(ana, row.id))
    comes = rsvp.token_of(link(ana, meeting.id, kind=EntryKind.CIRCLE))
    assert (await rsvp.shown(yes)).entry.other == "Bola"
    await rsvp.shown(comes)
    assert not await CircleRsvp.exists()
    for _ in range(2):
        await rsvp.answer(yes)
        await rsvp.answer(comes)
    assert (await MeetingSeat.get(meeting_id=row.id, profile_id=ana.user_id)).confirmed_at is not None
    assert await CircleRsvp.filter(profile_id=ana.user_id, state="coming").count() == 1
    await rsvp.answer(rsvp.token_of(link(bola, row.id, wants=False)))
    again = await Meeting.get(id=row.id)
    assert (again.state, again.cancelled_by) == (MentorshipMeetingState.CANCELLED, bola.user_id)


async def test_a_link_that_is_forged_late_or_of_what_one_may_not_see_is_none() -> None:
    ana, bola, eve = await person("Ana"), await person("Bola"), await person("Eve")
    row = await meeting_row(await mentorship(bola, ana), starts_at=ahead(days=1))
    good = rsvp.token_of(link(ana, row.id))
    forged = [good[:-2] + ("AA" if good[-2:] != "AA" else "BB"), good[:-1], "", "x", "é", "=" * 72, good + "A" * 900]
    for token in (*forged, rsvp.token_of(link(eve, row.id))):
        with pytest.raises(LinkUnusable):
            await rsvp.shown(token)
    with clock.moved(by=timedelta(days=10)), pytest.raises(LinkUnusable):
        await rsvp.answer(good)
    await safety.block(bola, profile_id=ProfileId(ana.require_user()))
    with pytest.raises(LinkUnusable):
        await rsvp.answer(good)

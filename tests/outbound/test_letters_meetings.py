"""The mails of meetings: on each one's own clock, with a calendar object that keeps its UID, and links that answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from server.domain.actors import Actor, ProfileId
from server.domain.availability import StretchKind
from server.domain.meetings import CancelReason, CancelScope, ProposalForm
from server.kit.clock import clock, now
from server.models.availability import Stretch
from server.models.mentorships import Mentorship
from server.outbound.mail import Mail, message_of
from server.reactions import REACTIONS, Surroundings, react_to_due
from server.services import calendar_reminders, meeting_proposals, meetings, rsvp, safety
from server.services.meetings import CancelForm
from tests.factories.circles import planned, ring
from tests.factories.meetings import agreed, ahead, proposed
from tests.factories.mentorships import mentorship
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db", "_spring")

URL = "https://alongside.example.org"
START = datetime(2027, 3, 22, 18, tzinfo=UTC)


@pytest.fixture
def _spring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(rsvp.policy, "key", b"k" * 40)
    with clock.moved(by=datetime(2027, 3, 10, 12, tzinfo=UTC) - now()):
        yield


class Box:
    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.mails.append(mail)


async def letters() -> dict[str, list[Mail]]:
    """Return the mails that follow from what happened since, by the first name in their address."""
    box, found = Box(), dict[str, list[Mail]]()
    while await react_to_due(REACTIONS, Surroundings(box, URL)):
        pass
    for mail in box.mails:
        found.setdefault(mail.to.split(".")[0], []).append(mail)
    return found


def events(mail: Mail) -> list[Any]:
    assert mail.calendar is not None
    return list(Calendar.from_ical(mail.calendar.content).walk("VEVENT"))


async def two() -> tuple[Actor, Actor, Mentorship]:
    ana = await person("Ana", time_zone="Europe/Lisbon")
    bola = await person("Bola", time_zone="Asia/Kolkata")
    return ana, bola, await mentorship(bola, ana)


async def test_a_proposal_is_mailed_to_whom_it_is_made_on_their_clock_and_not_once_answered() -> None:
    ana, bola, tie = await two()
    await proposed(ana, tie, START, note="About rates")
    found = await letters()
    (mail,) = found.pop("bola")
    assert found == {}
    assert mail.subject == "Ana proposes a meeting"
    assert "Monday, 22 March 2027, 23:30 (Asia/Kolkata)" in mail.paragraphs
    assert "About rates" in mail.paragraphs
    second = await proposed(ana, tie, START)
    await meeting_proposals.decline_proposal(bola, proposal_id=second.id)
    assert await letters() == {}


async def test_an_invitation_its_update_and_its_end_keep_their_uid_and_raise_their_sequence() -> None:
    ana, bola, tie = await two()
    rows = await agreed(ana, bola, tie, START, times=3, title="Rates")
    invited = (await letters())["ana"][-1]
    move = await meeting_proposals.propose_move(
        bola, meeting_id=rows[1].id, form=ProposalForm((START + timedelta(days=9),))
    )
    await meeting_proposals.accept_proposal(ana, proposal_id=move.id, starts_at=START + timedelta(days=9))
    updated = (await letters())["ana"][-1]
    form = CancelForm(CancelReason.CANNOT_COME, "Sorry", CancelScope.FOLLOWING)
    await meetings.cancel_meeting(bola, meeting_id=rows[1].id, form=form)
    cancelled = (await letters())["ana"][-1]
    seen = [(mail.calendar.method if mail.calendar else "", *_signs(mail)) for mail in (invited, updated, cancelled)]
    uid = f"mentorship-{rows[0].series_id}@alongside.example.org"
    assert [(method, uids) for method, uids, _ in seen] == [
        ("REQUEST", {uid}),
        ("REQUEST", {uid}),
        ("CANCEL", {uid}),
    ]
    assert [highest for _, _, highest in seen] == sorted({highest for _, _, highest in seen})
    assert "Sorry" in cancelled.paragraphs
    assert len(events(cancelled)) == 2


def _signs(mail: Mail) -> tuple[set[str], int]:
    found = events(mail)
    return {str(one["uid"]) for one in found}, max(int(one["sequence"]) for one in found)


async def test_no_letter_tells_the_others_address_and_each_is_a_message_calendar_programs_read() -> None:
    ana, bola, tie = await two()
    await agreed(ana, bola, tie, START)
    found = await letters()
    for name, other in (("ana", "bola"), ("bola", "ana")):
        mail = found[name][-1]
        message = message_of(mail, "Alongside <alongside@example.org>")
        text = message.as_bytes()
        assert f"{other}." not in str(mail)
        kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
        assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]
        part = next(one for one in message.walk() if one.get_content_type() == "text/calendar")
        assert part.get_param("method") == "REQUEST"
        assert Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
        assert b"I cannot come" in text


async def test_nobody_is_written_to_across_a_block_or_of_somebody_they_muted() -> None:
    ana, bola, tie = await two()
    await safety.mute(ana, profile_id=ProfileId(bola.require_user()))
    await agreed(ana, bola, tie, START)
    assert set(await letters()) == {"bola"}
    await agreed(ana, bola, tie, START + timedelta(days=1))
    await safety.block(bola, profile_id=ProfileId(ana.require_user()))
    assert await letters() == {}


async def test_a_reminder_answers_by_its_links_and_a_circles_brings_its_invitation() -> None:
    circle = await ring(3)
    ana = circle.lead
    row = await planned(circle, starts_at=ahead(hours=20))
    assert await calendar_reminders.remind_due() == 3
    mail = (await letters())["ana"][-1]
    assert mail.subject == "“First round” of your circle Riders of the north is soon"
    (event,) = events(mail)
    assert str(event["uid"]) == f"circle-{row.id}@alongside.example.org"
    yes, no = [address.removeprefix(f"{URL}/rsvp/") for _, address in mail.choices]
    assert (rsvp.read(yes).wants, rsvp.read(no).wants) == (True, False)
    assert rsvp.read(yes).profile_id == ana.user_id


async def test_a_letter_waits_for_its_readers_quiet_alone_and_leaves_once_with_what_is_true_by_then() -> None:
    ana, bola, tie = await two()
    await gig(bola, START - timedelta(days=13), START - timedelta(days=6))
    first = await agreed(ana, bola, tie, START, title="Rates")
    await agreed(ana, bola, tie, START + timedelta(days=7), title="Taxes")
    await meetings.cancel_meeting(ana, meeting_id=first[0].id, form=CancelForm(CancelReason.NOT_NEEDED))
    assert {name: len(mails) for name, mails in (await letters()).items()} == {"ana": 2}
    with clock.moved(by=timedelta(days=5)):
        assert await letters() == {}
    with clock.moved(by=START - timedelta(days=6, minutes=-1) - now()):
        found = await letters()
        assert [mail.subject.split(":")[0] for mail in found["bola"]] == [
            "Your meeting is set",
            "Your meeting is called off",
        ]
        assert await letters() == {}


async def test_a_gig_that_ends_sooner_frees_the_letter_within_the_hour() -> None:
    ana, bola, tie = await two()
    stretch = await gig(bola, now() - timedelta(days=1), None)
    await proposed(ana, tie, START)
    assert await letters() == {}
    with clock.moved(by=timedelta(hours=5)):
        assert await letters() == {}
        await Stretch.filter(id=stretch.id).update(ended_at=now())
    with clock.moved(by=timedelta(hours=6, minutes=1)):
        assert list(await letters()) == ["bola"]


async def test_word_of_a_meeting_that_begins_before_the_quiet_ends_does_not_wait() -> None:
    ana, bola, tie = await two()
    soon, later = await agreed(ana, bola, tie, ahead(hours=20)), await agreed(ana, bola, tie, ahead(days=9))
    await letters()
    await gig(bola, now() - timedelta(hours=1), now() + timedelta(days=2))
    for (row,) in (soon, later):
        await meetings.cancel_meeting(ana, meeting_id=row.id, form=CancelForm(CancelReason.CANNOT_COME))
    found = await letters()
    assert (len(found["ana"]), len(found["bola"])) == (2, 1)
    assert any("11 March" in line for line in found["bola"][0].paragraphs)


async def gig(who: Actor, start: datetime, end: datetime | None) -> Stretch:
    return await Stretch.create(profile_id=who.user_id, kind=StretchKind.ON_GIG, started_at=start, ended_at=end)

"""Mails of notifications: held back while their reader is left alone, then one for all; never twice; ended at will."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from zoneinfo import ZoneInfo

import pytest
from aiosmtplib.email import flatten_message

from server.domain.actors import Actor, ProfileId
from server.domain.availability import StretchKind
from server.domain.circle_talk import ThreadKind
from server.domain.errors import NotFound
from server.domain.moderation import SanctionKind
from server.domain.notification_kinds import MailChoice, NotificationKind
from server.domain.notifications import (
    DigestRhythm,
    DigestTime,
    LetterState,
    Notice,
    QuietHours,
    SubjectKind,
)
from server.kit.clock import clock, now
from server.kit.ids import new_id
from server.models.availability import Stretch
from server.models.identity import User
from server.models.moderation import SafetyCase, Sanction
from server.models.notifications import Notification, NotificationInbox, NotificationLetter
from server.outbound.mail import MailUndeliverableError, message_of
from server.queries.notifications import own_inbox, own_wishes
from server.services import availability, circle_talk, notification_mail, notifications, safety
from server.services.circle_talk import ThreadForm
from server.services.notification_mail import end_mails, ending_of, gather_due
from server.services.notifications import Occasion, WishChange
from tests.factories.circles import ring
from tests.factories.notices import Postbox, post, react
from tests.factories.people import person

pytestmark = pytest.mark.usefixtures("db")

RECEIVED, DECLINED, DECIDED = (
    NotificationKind.REQUEST_RECEIVED,
    NotificationKind.REQUEST_DECLINED,
    NotificationKind.CASE_DECIDED,
)
A_WHILE = timedelta(minutes=3)
LISBON = ZoneInfo("Europe/Lisbon")


@pytest.fixture(autouse=True)
def a_day_without_digest() -> Iterator[None]:
    """Run on a Tuesday noon: a digest of Monday morning would come between the mails that are looked at here."""
    with clock.moved(datetime(2027, 4, 27, 12, tzinfo=UTC) - now()):
        yield


async def told(to: Actor, by: Actor | None = None, kind: NotificationKind = RECEIVED) -> None:
    mine = to.require_user()
    notice = Notice(mine, kind, SubjectKind.ACCOUNT, mine, None if by is None else by.user_id)
    await notifications.tell(Occasion(new_id(), now()), [notice])


def until(day: int, hour: int, minute: int = 0) -> timedelta:
    """Return how far the clock is moved to a day of May 2027, by the wall clock of Lisbon."""
    return datetime(2027, 5, day, hour, minute, tzinfo=LISBON).astimezone(UTC) - now()


async def test_what_is_told_within_two_minutes_goes_into_one_mail_that_says_why_and_how_to_end_it() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    await told(ana, bo)
    await told(ana, bo, DECLINED)
    assert await post() == []
    with clock.moved(A_WHILE):
        (mail,) = await post()
        assert await post() == []
    assert mail.subject == "2 things happened at Alongside"
    assert "· Bo asks you for a mentorship: your account" in mail.paragraphs
    assert "“Request received”: You get this because this request was sent to you." in mail.why
    assert mail.unsubscribe is not None
    assert mail.unsubscribe in mail.why
    message = message_from_bytes(flatten_message(message_of(mail, "Alongside <a@example.org>")))
    assert message["List-Unsubscribe"] == f"<{mail.unsubscribe}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Message-ID"] == f"<{mail.key}@example.org>"


async def test_one_thing_is_the_subject_and_its_link_leads_there() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    await told(ana, bo)
    with clock.moved(A_WHILE):
        (mail,) = await post()
    assert mail.subject == "Bo asks you for a mentorship: your account"
    assert mail.link == "https://alongside.example.org/notifications"
    assert mail.why.startswith("You get this because this request was sent to you. This is “Request received” of ")


async def test_mails_wait_for_the_end_of_quiet_hours_and_word_of_safety_does_not() -> None:
    ana = await person("Ana", time_zone="Europe/Lisbon")
    with clock.moved(until(3, 23)):
        await notifications.set_quiet_hours(ana, hours=QuietHours(22 * 60, 7 * 60), is_quiet_on_gig=True)
        await told(ana)
        await told(ana, kind=DECIDED)
    with clock.moved(until(3, 23, 5)):
        (urgent,) = await post()
        assert urgent.subject.startswith("The safety team decided")
    with clock.moved(until(4, 6, 59)):
        assert await post() == []
        await told(ana, kind=DECLINED)
    with clock.moved(until(4, 7, 2)):
        (rest,) = await post()
    assert rest.subject == "2 things happened at Alongside"


async def test_a_gig_holds_mails_back_until_it_is_over_whenever_that_is_said() -> None:
    ana = await person("Ana")
    await availability.gig_started(ana)
    await react()
    await told(ana)
    assert (await Notification.get(profile_id=ana.user_id)).is_quiet
    for days in (1, 4):
        with clock.moved(timedelta(days=days)):
            assert await post() == []
    with clock.moved(timedelta(days=4, minutes=1)):
        await availability.gig_over(ana)
        (mail,) = await post()
        assert mail.subject.startswith("Somebody asks you")


async def test_a_planned_gig_holds_mails_back_until_it_ends_unless_they_are_not_to_be() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    for who in (ana, bo):
        await Stretch.create(
            profile_id=who.user_id, kind=StretchKind.ON_GIG, started_at=now(), ended_at=now() + timedelta(hours=8)
        )
        await told(who)
    await notifications.set_quiet_hours(bo, hours=None, is_quiet_on_gig=False)
    with clock.moved(A_WHILE):
        assert [mail.to.split(".")[0] for mail in await post()] == ["bo"]
    with clock.moved(timedelta(hours=7, minutes=59)):
        assert await post() == []
    with clock.moved(timedelta(hours=8, minutes=1)):
        assert [mail.to.split(".")[0] for mail in await post()] == ["ana"]


async def test_who_becomes_quiet_between_the_tries_of_a_mail_is_left_alone_until_it_ends() -> None:
    ana = await person("Ana")
    await told(ana)
    with clock.moved(A_WHILE):
        assert await post(Postbox(trouble=ConnectionRefusedError("no route"))) == []
        await availability.gig_started(ana)
    with clock.moved(timedelta(hours=1)):
        assert await post() == []
        await availability.gig_over(ana)
    with clock.moved(timedelta(hours=2)):
        assert len(await post()) == 1


async def test_nobody_is_written_to_who_is_unverified_suspended_or_gone() -> None:
    una, sue, gone = await person("Una", is_verified=False), await person("Sue"), await person("Gil")
    case = await SafetyCase.create(
        reporter_id=una.user_id,
        accused_id=sue.user_id,
        subject_kind="profile",
        subject_id=sue.user_id,
        reason="spam",
    )
    await Sanction.create(user_id=sue.user_id, case_id=case.id, kind=SanctionKind.BAN)
    for who in (una, sue, gone):
        await told(who)
    await User.filter(id=gone.user_id).update(erased_at=now())
    with clock.moved(A_WHILE):
        assert await post() == []
    assert {row.state for row in await NotificationLetter.all()} == {LetterState.DROPPED}


async def test_a_mail_that_fails_is_tried_again_and_one_that_may_have_left_is_not() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    for who in (ana, bo):
        await told(who)
    with clock.moved(A_WHILE):
        assert await post(Postbox(trouble=TimeoutError("slow"))) == []
    # Of Bo's mail nobody knows whether it left: its worker died with it.
    await NotificationLetter.filter(profile_id=bo.user_id).update(state=LetterState.SENDING)
    with clock.moved(timedelta(hours=1)):
        (mail,) = await post()
        assert mail.to.startswith("ana.")
        assert await post() == []
    assert {row.state for row in await NotificationLetter.all()} == {LetterState.SENT, LetterState.SENDING}


async def test_a_mail_that_nobody_takes_is_tried_for_days_and_one_refused_for_good_is_left() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    await told(ana)
    with clock.moved(A_WHILE):
        assert await post(Postbox(trouble=MailUndeliverableError("no such user"))) == []
    await told(bo)
    with clock.moved(A_WHILE):
        await gather_due()
        await react(Postbox(trouble=ConnectionRefusedError("no route")))
    for hours in (1, 2, 3, 30, 80):
        with clock.moved(timedelta(hours=hours)):
            await post(Postbox(trouble=ConnectionRefusedError("no route")))
    assert {row.state for row in await NotificationLetter.all()} == {LetterState.DROPPED}


async def test_two_workers_gather_and_send_a_mail_once() -> None:
    ana = await person("Ana")
    await told(ana)
    with clock.moved(A_WHILE):
        assert sorted([await gather_due(), await gather_due()]) == [0, 1]
        letter = await NotificationLetter.get()
        assert await notification_mail.claim(letter_id=letter.id) is not None
        assert await notification_mail.claim(letter_id=letter.id) is None


async def test_whoever_is_muted_blocked_or_read_of_meanwhile_is_in_no_mail() -> None:
    ana, bo, cy, di = [await person(name) for name in ("Ana", "Bo", "Cy", "Di")]
    for by in (bo, cy, di):
        await told(ana, by)
    read = await Notification.get(profile_id=ana.user_id, by_id=di.user_id)
    with clock.moved(A_WHILE):
        await gather_due()
        await safety.mute(ana, profile_id=ProfileId(bo.require_user()))
        await safety.block(cy, profile_id=ProfileId(ana.require_user()))
        await notifications.mark_read(ana, ids=[read.id])
        assert await react() == []


async def test_a_digest_has_one_useful_thing_and_what_waited_for_it() -> None:
    of = await ring(3)
    ana, bola, cy = of.people
    form = ThreadForm("How do you price a day?", "I never know.", kind=ThreadKind.ASK)
    await circle_talk.open_thread(bola, circle_id=of.id, form=form)
    await react()
    for who in (bola, cy):
        await notifications.set_digest(who, digest=DigestTime(DigestRhythm.NEVER))
    due = (await own_inbox(ana)).next_digest_at
    assert due is not None
    assert (due.astimezone(LISBON).weekday(), due.astimezone(LISBON).hour) == (0, 9)
    with clock.moved(due - now() + timedelta(seconds=1)):
        mails = [mail for mail in await post() if "digest" in mail.why]
        assert [mail.subject for mail in mails] == [
            "Nobody has answered this ask in your circle yet: “How do you price a day?”"
        ]
        assert "· Bola asks your circle: “How do you price a day?”" in mails[0].paragraphs
        assert mails[0].why.startswith("You get this mail because your digest of alongside.example.org is on.")
    # What was named once is not named again, and without anything to say there is no mail.
    with clock.moved(due - now() + timedelta(days=7, seconds=1)):
        assert await post() == []


async def test_a_link_ends_the_mails_it_came_with_and_no_others() -> None:
    ana = await person("Ana")
    await told(ana)
    with clock.moved(A_WHILE):
        (mail,) = await post()
    assert mail.unsubscribe is not None
    token = mail.unsubscribe.rsplit("/", 1)[1]
    assert (await ending_of(token)).kinds == (RECEIVED,)
    for _ in range(2):
        await end_mails(token)
    wishes = await own_wishes(ana)
    assert wishes[RECEIVED].mail is MailChoice.OFF
    assert wishes[RECEIVED].in_app
    assert wishes[DECLINED].mail is MailChoice.IMMEDIATE
    await notifications.set_preferences(ana, kinds=[RECEIVED], change=WishChange(mail=MailChoice.DIGEST))
    digest = notification_mail.link_token(await NotificationInbox.get(profile_id=ana.user_id), "digest")
    await end_mails(digest)
    assert (await own_inbox(ana)).digest is DigestRhythm.NEVER


async def test_a_forged_or_foreign_link_ends_nothing() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    for who in (ana, bo):
        await told(who)
    inbox = await NotificationInbox.get(profile_id=ana.user_id)
    others = NotificationInbox(
        profile_id=ana.user_id, mail_key=(await NotificationInbox.get(profile_id=bo.user_id)).mail_key
    )
    good = notification_mail.link_token(inbox, RECEIVED.value)
    for token in ("", "x", "é", good[:-4], good + "AAAA", notification_mail.link_token(others, RECEIVED.value)):
        with pytest.raises(NotFound):
            await end_mails(token)
    await NotificationInbox.filter(profile_id=ana.user_id).delete()
    with pytest.raises(NotFound):
        await end_mails(good)

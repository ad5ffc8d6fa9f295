"""Who is told of what: once, by their wishes, never across a block or a mute; and what they do with it."""

from datetime import timedelta
from uuid import UUID

import pytest

from server.domain import topics
from server.domain.actors import Actor, ProfileId
from server.domain.errors import InvalidInput, NotFound, SignInNeeded
from server.domain.mentorships import DeclineReason
from server.domain.notification_kinds import MailChoice, NotificationKind
from server.domain.notifications import (
    MailState,
    Notice,
    NotificationAdded,
    NotificationState,
    SubjectKind,
)
from server.domain.profiles import Visibility
from server.kit.clock import clock, now
from server.kit.ids import new_id
from server.kit.paging import PageRequest
from server.models.identity import User
from server.models.notifications import Notification, NotificationLetter
from server.models.profiles import Profile
from server.models.streams import FactRecord, StreamEntry
from server.queries.notifications import NEWEST_NOTIFICATIONS, own_page, unread_of
from server.queries.snapshots import snapshot_of
from server.reactions import REACTIONS
from server.services import notifications, pruning, safety
from server.services.mentorships import accept_request
from server.services.notification_table import TABLE
from server.services.notifications import Occasion, WishChange
from server.services.request_answers import decline_request
from tests.factories.mentorships import room_for, sent
from tests.factories.notices import inbox_of, post, react, texts_of
from tests.factories.people import person
from tests.queries.test_snapshots import check_folds

pytestmark = pytest.mark.usefixtures("db")

RECEIVED = NotificationKind.REQUEST_RECEIVED


def about(to: Actor, by: Actor | None = None, kind: NotificationKind = RECEIVED) -> Notice:
    return Notice(to.require_user(), kind, SubjectKind.ACCOUNT, to.require_user(), None if by is None else by.user_id)


async def told(to: Actor, by: Actor | None = None, kind: NotificationKind = RECEIVED) -> UUID | None:
    """Tell somebody of something new. Return the notification's id, None when they were not told."""
    occasion = Occasion(new_id(), now())
    await notifications.tell(occasion, [about(to, by, kind)])
    row = await Notification.get_or_none(source_id=occasion.id)
    return None if row is None else row.id


async def unread(who: Actor) -> int:
    return (await unread_of([who.require_user()]))[who.require_user()]


async def test_a_request_tells_its_receiver_and_the_yes_its_sender() -> None:
    mentor, mentee = await person("Ana"), await person("Bola")
    await room_for(mentor, 2)
    request = await sent(mentee, mentor)
    await react()
    assert await texts_of(mentor) == ["Bola asks you for a mentorship: “Send my first invoice”"]
    assert await texts_of(mentee) == []
    tie = await accept_request(mentor, request_id=request.id)
    await react()
    (answer,) = await inbox_of(mentee)
    assert answer.text == "Ana said yes: “Send my first invoice”"
    assert (answer.subject, answer.subject_id) == (SubjectKind.MENTORSHIP, tie.id)
    assert len(await inbox_of(mentor)) == 1


async def test_a_fact_that_is_handed_over_twice_tells_once() -> None:
    mentor, mentee = await person("Ana"), await person("Bola")
    await room_for(mentor, 2)
    request = await sent(mentee, mentor)
    await react()
    await decline_request(mentor, request_id=request.id, reason=DeclineReason.NO_TIME)
    await react()
    facts = await StreamEntry.filter(kind=NotificationAdded.kind).count()
    await FactRecord.filter(kind__not=NotificationAdded.kind).update(reacted_at=None, due_at=now(), attempts=0)
    await react()
    assert await Notification.all().count() == 2
    assert await StreamEntry.filter(kind=NotificationAdded.kind).count() == facts == 2


async def test_nobody_is_told_of_their_own_doing_nor_twice_of_one_thing() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    occasion = Occasion(new_id(), now(), bo.user_id)
    notices = [about(ana, bo), about(ana, bo, NotificationKind.REQUEST_INFO), about(bo), about(ana, ana)]
    assert await notifications.tell(occasion, notices) == 1
    assert await notifications.tell(occasion, notices) == 0
    assert [view.kind for view in await inbox_of(ana)] == [RECEIVED]


async def test_neither_a_muted_nor_a_blocked_person_makes_a_notice_and_nobody_who_left_gets_one() -> None:
    ana, bo, cy = await person("Ana"), await person("Bo"), await person("Cy")
    await safety.mute(ana, profile_id=ProfileId(bo.require_user()))
    await safety.block(cy, profile_id=ProfileId(ana.require_user()))
    assert await told(ana, bo) is None
    assert await told(bo, ana) is not None
    assert await told(ana, cy) is None
    assert await told(cy, ana) is None
    assert await told(ana) is not None
    await User.filter(id=ana.user_id).update(erased_at=now())
    assert await told(ana) is None


async def test_a_later_block_takes_the_notice_away_and_a_hidden_name_is_somebody() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    await told(ana, bo)
    await told(ana, bo, NotificationKind.ASK_ANSWERED)
    await Profile.filter(id=bo.user_id).update(visibility={"name": int(Visibility.PRIVATE)})
    assert [text.split(" ")[0] for text in await texts_of(ana)] == ["Somebody", "Somebody"]
    await safety.block(bo, profile_id=ProfileId(ana.require_user()))
    assert (await inbox_of(ana), await unread(ana)) == ([], 0)
    await react()
    assert (await snapshot_of(ana, topics.user(ana.require_user())))["state"]["notifications"]["unread"] == 0


async def test_the_inbox_is_live_and_its_picture_folds_over_reading_dismissing_and_a_block() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    topic = topics.user(ana.require_user())
    snapshots = [await snapshot_of(ana, topic)]
    first, second = await told(ana, bo), await told(ana)
    assert first is not None
    assert second is not None
    snapshots.append(await snapshot_of(ana, topic))
    await notifications.mark_read(ana, ids=[first])
    snapshots.append(await snapshot_of(ana, topic))
    await told(ana, bo)
    await notifications.dismiss(ana, notification_id=second)
    snapshots.append(await snapshot_of(ana, topic))
    await safety.block(ana, profile_id=ProfileId(bo.require_user()))
    await react()
    entries = await check_folds(ana, topic, snapshots)
    kinds = {entry.kind for entry in entries}
    assert {"notification.added", "notification.read"} <= kinds
    counts = [entry.payload["unread"] for entry in entries if entry.kind.startswith("notification.")]
    assert counts == [1, 2, 1, 2, 1, 0]


async def test_reading_and_dismissing_are_done_once_and_by_their_receiver_alone() -> None:
    ana, bo = await person("Ana"), await person("Bo")
    ids = [await told(ana) for _ in range(3)]
    one, two, three = (key for key in ids if key is not None)
    assert await notifications.mark_read(ana, ids=[one]) == 2
    entries = await StreamEntry.all().count()
    assert await notifications.mark_read(ana, ids=[one]) == 2
    assert await StreamEntry.all().count() == entries
    assert await notifications.mark_read(ana, up_to=two) == 1
    assert await notifications.dismiss(ana, notification_id=three) == 0
    assert [view.id for view in await inbox_of(ana)] == [one, two]
    gone = await own_page(ana, PageRequest(NEWEST_NOTIFICATIONS), states=[NotificationState.DISMISSED])
    assert [view.id for view in gone.items] == [three]
    for who, refusal in ((bo, NotFound), (Actor(), SignInNeeded)):
        with pytest.raises(refusal):
            await notifications.mark_read(who, ids=[one])
        with pytest.raises(refusal):
            await notifications.dismiss(who, notification_id=one)
    for ids_given, up_to in (([], None), ([one], two), ([one] * 101, None)):
        with pytest.raises(InvalidInput):
            await notifications.mark_read(ana, ids=ids_given, up_to=up_to)


async def test_a_kind_comes_as_wished_by_each_way_and_what_is_read_needs_no_mail() -> None:
    ana = await person("Ana")
    await notifications.set_preferences(ana, kinds=[RECEIVED], change=WishChange(in_app=False))
    hidden = await told(ana)
    assert (await inbox_of(ana), await unread(ana)) == ([], 0)
    assert (await Notification.get(id=hidden)).mail is MailState.WAITING
    await notifications.set_preferences(ana, kinds=[RECEIVED], change=WishChange(mail=MailChoice.OFF))
    assert (await Notification.get(id=hidden)).mail is MailState.DROPPED
    assert await told(ana) is None
    await notifications.set_preferences(ana, kinds=[RECEIVED], change=WishChange(in_app=True))
    shown = await told(ana)
    assert (await Notification.get(id=shown)).mail is MailState.NONE
    declined = await told(ana, kind=NotificationKind.REQUEST_DECLINED)
    assert declined is not None
    await notifications.mark_read(ana, ids=[declined])
    assert (await Notification.get(id=declined)).mail is MailState.DROPPED
    with pytest.raises(InvalidInput):
        await notifications.set_preferences(ana, kinds=[], change=WishChange(in_app=True))


async def test_old_notifications_are_pruned_with_their_mails() -> None:
    ana = await person("Ana")
    await told(ana)
    with clock.moved(timedelta(minutes=3)):
        assert len(await post()) == 1
    with clock.moved(timedelta(days=179)):
        await pruning.prune_expired()
        assert len(await inbox_of(ana)) == 1
    with clock.moved(timedelta(days=181)):
        await pruning.prune_expired()
    assert await Notification.all().count() == await NotificationLetter.all().count() == 0


def test_every_row_of_the_table_is_run_before_what_may_fail_after_it() -> None:
    for fact in TABLE:
        assert REACTIONS[fact][0].__name__ == "_notify", fact

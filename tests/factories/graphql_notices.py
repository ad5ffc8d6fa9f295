"""Notifications of the world that GraphQL is tried in: Ana's about two people, one of them out of sight, and Bola's."""

from typing import TYPE_CHECKING

from server.domain.actors import Actor
from server.domain.notification_kinds import MailChoice, NotificationKind
from server.domain.notifications import MailState, NotificationState, SubjectKind
from server.kit.ids import new_id
from server.kit.tokens import new_token
from server.models.notifications import Notification, NotificationInbox, NotificationPreference

if TYPE_CHECKING:
    from tests.factories.graphql_world import World


async def notices_of_the_world(here: "World", ana: Actor) -> None:
    """Let Ana be told of what Bola and Di did, and Bola of what Ana did."""
    bola, di = here.viewers["party"], here.viewers["estranged"]
    await NotificationInbox.create(profile_id=ana.user_id, mail_key=new_token())
    await NotificationPreference.create(
        profile_id=ana.user_id, kind=NotificationKind.REQUEST_CLOSED, in_app=True, mail=MailChoice.DIGEST
    )
    about_bola = await notification_row(ana, bola)
    here.show("Notification", about_bola.id, "owner")
    here.show("Notification", (await notification_row(bola, ana)).id, "party")
    # There is a block between the two.
    here.show("Notification", (await notification_row(ana, di)).id)


async def notification_row(to: Actor, by: Actor) -> Notification:
    """Make a notification as a row: that somebody asked."""
    return await Notification.create(
        profile_id=to.user_id,
        source_id=new_id(),
        kind=NotificationKind.REQUEST_RECEIVED,
        by_id=by.user_id,
        subject_kind=SubjectKind.ACCOUNT,
        subject_id=to.user_id,
        state=NotificationState.UNREAD,
        is_shown=True,
        is_quiet=False,
        mail=MailState.NONE,
    )

"""The rows of notifications that can hold somebody."""

from server.domain.actors import Actor
from server.domain.notification_kinds import MailChoice, NotificationKind
from server.domain.notifications import LetterState
from server.kit.clock import now
from server.models.notifications import NotificationInbox, NotificationLetter, NotificationPreference
from tests.factories.graphql_notices import notification_row


async def notices_of(ana: Actor, bo: Actor) -> None:
    """Let Ana be told of what Bo did, by mail too, and Bo of what Ana did."""
    await NotificationInbox.create(profile_id=ana.user_id, mail_key="0" * 64)
    await NotificationPreference.create(
        profile_id=ana.user_id, kind=NotificationKind.REQUEST_CLOSED, in_app=True, mail=MailChoice.DIGEST
    )
    letter = await NotificationLetter.create(
        profile_id=ana.user_id, is_digest=False, state=LetterState.SENT, tried_at=now()
    )
    row = await notification_row(ana, bo)
    row.letter_id = letter.id
    await row.save()
    await notification_row(bo, ana)

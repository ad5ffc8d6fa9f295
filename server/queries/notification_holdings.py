"""What notifications keep about somebody: what they were told, how they want it, and the mails it went into."""

from server.domain.identity_erasure import Fate
from server.models.notifications import (
    Notification,
    NotificationInbox,
    NotificationLetter,
    NotificationPreference,
)
from server.queries.holdings import Holding, by

NOTIFICATION_HOLDINGS: tuple[Holding, ...] = (
    # Whose doing it told of is read anew each time: somebody who is gone is nobody there.
    Holding("notifications", Notification, by("profile_id"), Fate.DELETED, hidden=frozenset({"by_id"})),
    Holding("notification_letters", NotificationLetter, by("profile_id"), Fate.DELETED),
    Holding("notification_preferences", NotificationPreference, by("profile_id"), Fate.DELETED),
    Holding("notification_inbox", NotificationInbox, by("profile_id"), Fate.DELETED, hidden=frozenset({"mail_key"})),
)
